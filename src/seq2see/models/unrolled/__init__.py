"""Loops over steps with forward and backward passes written out, for training on long sequences.

PyTorch's autograd records every operation of every step, and adds up the gradient of each weight
step by step. Here a loop writes into memory laid out for all steps, goes back over it by hand, and
multiplies each weight's gradient together once, over all steps. The equations are those of
`recurrent_layer.py`, `attention.py` and `readout.py`, which watched passes and searches follow;
tests compare both, values and gradients.
"""
