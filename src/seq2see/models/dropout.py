"""Dropout (Srivastava et al. 2014) with masks that cost little to draw.

PyTorch draws one random number for each element, one after the other, which takes as long on a CPU
as a fifth of all matrix products. Here 64 random bits decide about four elements, 16 bits each: the
masks are still independent for each element, and the rate is kept to within 1/131072.
"""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional


def dropout_mask(like: Tensor, rate: float) -> Tensor:
    """Return a mask to multiply with: 0 with probability ``rate``, else ``1 / (1 - rate)``.

    Args:
        like: Gives shape, type and device.
        rate: At least 0 and below 1.

    A function of torch's default generator alone, so that seeding that one fixes every mask.
    """
    if like.device.type != "cpu":
        return functional.dropout(torch.ones_like(like), rate)
    seed = int(torch.empty((), dtype=torch.int64).random_())
    count = like.numel()
    bits = np.random.SFC64(seed).random_raw(-(-count // 4)).view(np.uint16)[:count]
    kept = np.greater_equal(bits, round(rate * 65536)).view(np.int8)
    return torch.from_numpy(kept).to(like.dtype).mul_(1 / (1 - rate)).view(like.shape)


def dropout(values: Tensor, rate: float, training: bool) -> Tensor:
    """Drop elements in training; see ``dropout_mask``."""
    return values * dropout_mask(values, rate) if training and rate else values


class Dropout(nn.Module):
    """Drop elements in training, each with the same probability."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, values: Tensor) -> Tensor:
        """Return the values, some of them zero, the others scaled up."""
        return dropout(values, self.rate, self.training)

    def add(self, stream: Tensor, values: Tensor) -> Tensor:
        """Return ``stream + dropout(values)`` in one pass."""
        if not (self.training and self.rate):
            return stream + values
        return torch.addcmul(stream, values, dropout_mask(values, self.rate))

    def extra_repr(self) -> str:
        """Return what ``repr`` shows."""
        return f"rate={self.rate}"
