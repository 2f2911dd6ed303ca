"""Decoding: search over any model, and the translator that a user calls."""
