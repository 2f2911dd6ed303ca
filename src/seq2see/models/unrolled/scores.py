"""Scores of one query for each sequence, step by step and back; see ``models.scores``.

A step may score a stretch of positions alone, the same for all rows: those around which local
attention looks. Gradients of keys and matrices need all steps, and are taken after the last one in
a single product wherever that is possible.
"""

import math
from typing import Literal, Protocol

import torch
from torch import Tensor

from seq2see.models.unrolled.coverage import CoverageSteps
from seq2see.models.unrolled.tape import Tape, clear, matrix_slope

ScoreKind = Literal["dot", "additive", "location"]
"""``dot`` serves scaled and bilinear scores too: the scale and the matrix go into the keys; and
``additive`` serves normed ones, whose norm goes into the energy vector."""


class ScoreSteps(Protocol):
    """Scores of one query for each sequence; see ``models.scores`` for the equations."""

    def start(self) -> None:
        """Get ready for the way forward."""
        ...

    def forward(self, step: int, query: Tensor, span: slice, out: Tensor) -> None:
        """Write the scores, up to a constant for each row, which no softmax notices.

        Args:
            step: Which one.
            query: Those that ask, ``(rows, query_dim)``.
            span: Positions to score.
            out: Takes the scores, ``(rows, positions)``.
        """
        ...

    def rewind(self) -> None:
        """Get ready for the way back."""
        ...

    def backward(self, step: int, slope: Tensor, span: slice) -> Tensor:
        """Return the gradient of the query.

        Args:
            step: Which one.
            slope: Gradient of the scores. Sums to 0 in each row, behind a softmax.
            span: Positions that were scored.
        """
        ...

    def gradients(self, slopes: Tensor, queries: Tensor) -> dict[str, Tensor]:
        """Gradients of the score's inputs.

        Args:
            slopes: Gradients of all scores, ``(steps, rows, src_len)``.
            queries: All queries, ``(steps, rows, query_dim)``.
        """
        ...


class DotSteps:
    """``q . k``."""

    def __init__(self, tape: Tape) -> None:
        self.keys = tape["keys"]

    def start(self) -> None:
        """Nothing to do."""

    def forward(self, step: int, query: Tensor, span: slice, out: Tensor) -> None:  # noqa: ARG002
        """Write the scores."""
        multiply(query, self.keys[: len(query), span].transpose(1, 2), out)

    def rewind(self) -> None:
        """Nothing to do."""

    def backward(self, step: int, slope: Tensor, span: slice) -> Tensor:  # noqa: ARG002
        """Return the gradient of the query."""
        keys = self.keys[: len(slope), span]
        return multiply(slope, keys, keys.new_empty(len(slope), keys.shape[2]))

    def gradients(self, slopes: Tensor, queries: Tensor) -> dict[str, Tensor]:
        """Gradient of the keys."""
        return {"keys": outer(slopes, queries)}


class AdditiveSteps:
    """``v . tanh(W q + k)``, as ``2 v . sigmoid(2 (W q + k))``.

    The difference is a constant. As to the cost, see ``tanh_``. With coverage, the tanh reads its
    term too.
    """

    def __init__(self, tape: Tape, steps: int, coverage: CoverageSteps | None = None) -> None:
        self.tape, self.coverage = tape, coverage
        self.query, self.energy = tape["query"], tape["energy"].squeeze(0)
        shape = tape["keys"].shape
        self.doubled = tape.written("doubled_keys", *shape)
        self.squashed = tape.written("squashed", steps if tape.keeps else 1, shape.numel())
        self.steps = steps

    def start(self) -> None:
        """Double the keys."""
        torch.mul(self.tape["keys"], 2, out=self.doubled)

    def forward(self, step: int, query: Tensor, span: slice, out: Tensor) -> None:
        """Write the scores."""
        squashed = self._squashed(step, *out.shape)
        shift = (query @ self.query.t()).mul_(2)
        torch.add(self.doubled[: len(query), span], shift.unsqueeze(1), out=squashed)
        if self.coverage is not None:
            self.coverage.enter(step, squashed, span, scale=2.0)
        squashed.sigmoid_()
        torch.mv(squashed.flatten(0, 1), 2 * self.energy, out=out.view(-1))

    def _squashed(self, step: int, rows: int, positions: int) -> Tensor:
        """Return the memory of a step, of which it takes the first part."""
        taken = self.squashed[step % len(self.squashed), : rows * positions * len(self.energy)]
        return taken.view(rows, positions, -1)

    def rewind(self) -> None:
        """Get ready for the way back."""
        self.slope_keys = torch.zeros_like(self.doubled)
        self.slope_energy = torch.zeros_like(self.energy)
        self.work = self.tape.scratch(self.doubled.numel())
        self.slope_shift = self.tape.scratch(self.steps, len(self.doubled), len(self.energy))

    def backward(self, step: int, slope: Tensor, span: slice) -> Tensor:
        """Return the gradient of the query."""
        rows = len(slope)
        squashed = self._squashed(step, *slope.shape)
        self.slope_energy.addmv_(squashed.flatten(0, 1).t(), slope.view(-1))
        # With s = sigmoid(2x), tanh' x = 4 s (1 - s); 4 v is multiplied after the large products.
        curve = self.work[: squashed.numel()].view(squashed.shape)
        torch.addcmul(squashed, squashed, squashed, value=-1, out=curve)
        self.slope_keys[:rows, span].addcmul_(slope.unsqueeze(2), curve)
        if self.coverage is not None:
            self.coverage.leave(step, slope, curve, 4 * self.energy, span)
        clear(self.slope_shift[step], rows)
        shift = multiply(slope, curve, self.slope_shift[step, :rows]).mul_(4 * self.energy)
        return shift @ self.query

    def gradients(self, slopes: Tensor, queries: Tensor) -> dict[str, Tensor]:  # noqa: ARG002
        """Gradients of keys, query matrix and energy vector."""
        return {
            "keys": self.slope_keys.mul_(4 * self.energy),
            "query": matrix_slope(self.slope_shift, queries),
            "energy": self.slope_energy.mul_(2).unsqueeze(0),
        }


class LocationSteps:
    """``W q``, and no attention beyond the rows of ``W``."""

    def __init__(self, tape: Tape, src_len: int) -> None:
        self.weight = tape["position"]
        self.known = min(src_len, len(self.weight))

    def start(self) -> None:
        """Nothing to do."""

    def forward(self, step: int, query: Tensor, span: slice, out: Tensor) -> None:  # noqa: ARG002
        """Write the scores."""
        weight = self.weight[: self.known][span]
        out[:, : len(weight)] = query @ weight.t()
        out[:, len(weight) :] = -math.inf

    def rewind(self) -> None:
        """Nothing to do."""

    def backward(self, step: int, slope: Tensor, span: slice) -> Tensor:  # noqa: ARG002
        """Return the gradient of the query."""
        weight = self.weight[: self.known][span]
        return slope[:, : len(weight)] @ weight

    def gradients(self, slopes: Tensor, queries: Tensor) -> dict[str, Tensor]:
        """Gradient of the matrix."""
        position = torch.zeros_like(self.weight)
        position[: self.known] = matrix_slope(slopes[..., : self.known], queries)
        return {"position": position}


def multiply(rows: Tensor, matrices: Tensor, out: Tensor) -> Tensor:
    """Multiply each row with the matrix of its sequence, into ``out``.

    Row times matrix, never matrix times column, takes a tenth of the time in PyTorch's kernels.
    """
    torch.bmm(rows.unsqueeze(1), matrices, out=out.unsqueeze(1))
    return out


def outer(left: Tensor, right: Tensor) -> Tensor:
    """Sum of the outer products of all steps, for each sequence."""
    return torch.bmm(left.permute(1, 2, 0), right.transpose(0, 1))
