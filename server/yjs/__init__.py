"""The wire in plain Python: the bytes of updates, state vectors and envelopes, to values and back. Raises Malformed."""
