"""Orders that are open: who is at them, what gathers, the one commit for all, and what each visitor is told of it."""
