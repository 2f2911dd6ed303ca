"""Models: their interface, their parts, the presets, and the one place that builds them."""
