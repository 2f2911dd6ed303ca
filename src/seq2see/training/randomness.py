"""Randomness as a function of where training stands, never of how it got there."""

import hashlib
from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor


def seed_for(seed: int, update: int, rank: int = 0) -> int:
    """Return a 63-bit seed for one update on one process; update 0 draws the parameters."""
    return _digest(seed, update, rank)


def fix_randomness(seed: int, update: int, rank: int = 0) -> None:
    """Seed torch for one update, so that resuming needs no generator state."""
    torch.manual_seed(seed_for(seed, update, rank))


def row_uniforms(
    place: tuple[int, ...], rows: Sequence[int], lengths: Sequence[int], padded: int
) -> Float[Tensor, "rows padded 2"]:
    """Return two uniform numbers in [0, 1) for each token; a row has the same in any process.

    Args:
        place: Where training stands: seed, update, and number of the batch.
        rows: Numbers of the rows in the whole batch, over all processes.
        lengths: Tokens of each row; beyond them stands 0.
        padded: Of all rows, with their padding.
    """
    uniforms = torch.zeros(len(rows), padded, 2)
    for index, (row, length) in enumerate(zip(rows, lengths, strict=True)):
        generator = torch.Generator().manual_seed(_digest(*place, row))
        uniforms[index, :length] = torch.rand(length, 2, generator=generator)
    return uniforms


def _digest(*numbers: int) -> int:
    """Return 63 bits that depend on some numbers."""
    text = ":".join(map(str, numbers)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little") >> 1
