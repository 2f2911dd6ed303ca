"""Studies: the same data, seeds and budget, one switch turned at a time."""
