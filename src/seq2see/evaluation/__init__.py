"""Evaluation: scores with signatures, significance, alignment error rate."""
