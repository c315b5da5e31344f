"""The demo: invented companies, their people and catalogues, and a year of orders made by the real server."""
