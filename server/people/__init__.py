"""Who is asking, for which company, and how their right to be here ends."""
