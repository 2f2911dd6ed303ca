"""A sum over many rows, a block of them at a time, where all at once would take too much memory."""

from collections.abc import Callable

from jaxtyping import Float, Int
from torch import Tensor
from torch.utils.checkpoint import checkpoint

BLOCK = 1 << 22
"""Numbers of a block: 16 MiB."""


def sum_in_blocks(
    part: Callable[..., Tensor],
    inputs: tuple[Tensor, ...],
    rows: Int[Tensor, " taken"],
    width: int,
) -> Float[Tensor, ""]:
    """Return the sum of ``part`` over rows of its inputs.

    More than one block is computed again on the way back, so that only one is in memory at a time.

    Args:
        part: Takes the inputs of some rows and returns the sum over these.
        inputs: With one entry for each row.
        rows: Rows to take.
        width: Numbers that ``part`` makes for each row.
    """
    blocks = rows.split(max(1, BLOCK // width))
    if len(blocks) == 1:
        return part(*(value[rows] for value in inputs))
    total: Tensor = inputs[0].new_zeros(())
    for taken in blocks:
        total = total + checkpoint(part, *(value[taken] for value in inputs), use_reentrant=False)
    return total
