"""How sequences lie in memory for a loop over steps."""

from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional


class _Permuted(torch.autograd.Function):
    """``values[index]``, where ``inverse`` leads back: gradients are gathered, not added up."""

    @staticmethod
    def forward(ctx: Any, values: Tensor, index: Tensor, inverse: Tensor) -> Tensor:
        """Gather."""
        ctx.save_for_backward(index, inverse)
        return values.index_select(0, index)

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> tuple[Tensor | None, ...]:
        """Gather the other way."""
        index, inverse = ctx.saved_tensors
        return _permuted(slopes[0], inverse, index), None, None


def _permuted(values: Tensor, index: Tensor, inverse: Tensor) -> Tensor:
    found: Tensor = _Permuted.apply(values, index, inverse)  # type: ignore[no-untyped-call]
    return found


@dataclass(frozen=True)
class TimeMajor:
    """Sequences with the longest first, one block of rows for each step.

    So those that take a step are always the first rows of its block, and a loop does nothing for
    padding.
    """

    lengths: tuple[int, ...]
    """Of the sequences in their new order."""
    rows: Int[Tensor, " batch"]
    """Where each row of the new order was."""
    places: Int[Tensor, " batch"]
    """Where each row of the old order is."""
    entering: Int[Tensor, " positions"]
    leaving: Int[Tensor, " positions"]

    @staticmethod
    def of(lengths: Int[Tensor, " batch"], padded: int, *, reverse: bool = False) -> "TimeMajor":
        """Lay out sequences of the given lengths, padded at the end to ``padded`` positions.

        Args:
            lengths: Of each sequence.
            padded: Of all, with their padding.
            reverse: Begin with the last real position of each sequence.
        """
        ordered, rows = lengths.sort(descending=True, stable=True)
        places = rows.argsort()
        positions = torch.arange(padded, device=lengths.device)
        taken = positions.expand(len(lengths), -1)
        if reverse:
            mirrored = lengths.unsqueeze(1) - 1 - positions
            taken = torch.where(mirrored >= 0, mirrored, positions)
        entering = (rows.unsqueeze(1) * padded + taken[rows]).t().reshape(-1)
        # A mirror is its own inverse.
        leaving = (taken * len(lengths) + places.unsqueeze(1)).reshape(-1)
        return TimeMajor(tuple(ordered.tolist()), rows, places, entering, leaving)

    def enter(self, values: Float[Tensor, "batch padded dim"]) -> Float[Tensor, "steps batch dim"]:
        """Bring values of all positions into this layout, as many steps as the longest takes."""
        batch, padded, _ = values.shape
        found = _permuted(values.flatten(0, 1), self.entering, self.leaving)
        return found.view(padded, batch, -1)[: self.steps]

    @property
    def steps(self) -> int:
        """How many steps the longest sequence takes."""
        return max(self.lengths)

    def leave(self, values: Float[Tensor, "steps batch dim"]) -> Float[Tensor, "batch padded dim"]:
        """Bring values of all steps back; zero where the loop took none."""
        padded = len(self.entering) // len(self.rows)
        values = functional.pad(values, (0, 0, 0, 0, 0, padded - len(values)))
        found = _permuted(values.flatten(0, 1), self.leaving, self.entering)
        return found.view(len(self.rows), padded, -1)

    def enter_rows(self, values: Float[Tensor, "batch *rest"]) -> Float[Tensor, "batch *rest"]:
        """Bring one value of each sequence into the new order."""
        return _permuted(values, self.rows, self.places)

    def leave_rows(self, values: Float[Tensor, "batch *rest"]) -> Float[Tensor, "batch *rest"]:
        """Bring one value of each sequence back into the old order."""
        return _permuted(values, self.places, self.rows)
