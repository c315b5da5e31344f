"""How fast the product is, measured beside others in one run."""
