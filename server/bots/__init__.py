"""Bots: peers of people under the same gate (docs/bots.md)."""
