"""The HTTP API: one file a noun, each with its models, its handlers and its ENDPOINTS."""
