"""What every request goes through: endpoints as declared, limits, headers, the API's description, the pages."""
