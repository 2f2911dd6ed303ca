"""Drawing: labels and numbers in, SVG out; knows nothing of models, runs or traces."""
