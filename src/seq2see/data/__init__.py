"""Corpora: reading, cleaning, splitting, and what is wrong with them."""
