"""Coverage within an additive score, step by step and back; see ``models.coverage``."""

import torch
from torch import Tensor

from seq2see.models.unrolled.tape import Tape, clear


class CoverageSteps:
    """The attention of all steps so far, and how the score reads it."""

    def __init__(self, tape: Tape, steps: int) -> None:
        self.weight = tape["coverage"]
        self.sums = tape.written("sums", steps + 1, *tape["padding"].shape)
        """What each step finds covered, and at last what the last one leaves."""

    def start(self) -> None:
        """Nothing is covered before the first step."""
        self.sums[0].zero_()

    def enter(self, step: int, terms: Tensor, span: slice, scale: float) -> None:
        """Add ``scale w c_ti`` to what the tanh reads, ``(rows, positions, key_dim)``."""
        covered = self.sums[step, : len(terms), span]
        terms.addcmul_(covered.unsqueeze(2), self.weight, value=scale)

    def extend(self, step: int, weights: Tensor) -> None:
        """Add the attention of a step."""
        rows = len(weights)
        clear(self.sums[step + 1], rows)
        torch.add(self.sums[step, :rows], weights, out=self.sums[step + 1, :rows])

    def rewind(self) -> None:
        """Get ready for the way back."""
        self.carried = torch.zeros_like(self.sums[0])
        """Gradient of what the next step finds covered."""
        self.slope_weight = torch.zeros_like(self.weight)

    def leave(self, step: int, slope: Tensor, curve: Tensor, energy: Tensor, span: slice) -> None:
        """Take the gradient of a step's scores back to what it found covered, and to ``w``.

        Args:
            step: Which one.
            slope: Gradient of the scores, ``(rows, positions)``.
            curve: Derivative of the tanh, but for a factor, ``(rows, positions, key_dim)``.
            energy: What the tanh is multiplied with, times that factor, ``(key_dim,)``.
            span: Positions that were scored.
        """
        rows = len(slope)
        flat = curve.flatten(0, 1)
        covered = self.sums[step, :rows, span]
        self.slope_weight.addcmul_(flat.t() @ (slope * covered).flatten(), energy)
        self.carried[:rows, span] += (flat @ (energy * self.weight)).view(slope.shape) * slope
