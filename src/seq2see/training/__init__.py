"""Training: batches to loss, updates, checkpoints, the run directory."""
