"""The tests: the same names as what they test."""
