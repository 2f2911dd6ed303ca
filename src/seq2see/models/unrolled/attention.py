"""Attention of one query for each sequence, step by step and back.

Gradients of values, keys and matrices need all steps, and are taken after the last one in a single
product wherever that is possible.
"""

import math
from typing import Literal, Protocol, assert_never

import torch
from torch import Tensor

from seq2see.models.unrolled.tape import Tape, clear, matrix_slope

ScoreKind = Literal["dot", "additive", "location"]
"""``dot`` serves scaled and bilinear scores too: the scale and the matrix go into the keys."""


class ScoreSteps(Protocol):
    """Scores of one query for each sequence; see ``models.attention`` for the equations."""

    def start(self) -> None:
        """Get ready for the way forward."""
        ...

    def forward(self, step: int, query: Tensor, out: Tensor) -> None:
        """Write the scores, up to a constant for each row, which no softmax notices."""
        ...

    def rewind(self) -> None:
        """Get ready for the way back."""
        ...

    def backward(self, step: int, slope: Tensor) -> Tensor:
        """Return the gradient of the query.

        Args:
            step: Which one.
            slope: Gradient of the scores. Sums to 0 in each row, behind a softmax.
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

    def forward(self, step: int, query: Tensor, out: Tensor) -> None:  # noqa: ARG002
        """Write the scores."""
        _multiply(query, self.keys[: len(query)].transpose(1, 2), out)

    def rewind(self) -> None:
        """Nothing to do."""

    def backward(self, step: int, slope: Tensor) -> Tensor:  # noqa: ARG002
        """Return the gradient of the query."""
        keys = self.keys[: len(slope)]
        return _multiply(slope, keys, keys.new_empty(len(slope), keys.shape[2]))

    def gradients(self, slopes: Tensor, queries: Tensor) -> dict[str, Tensor]:
        """Gradient of the keys."""
        return {"keys": _outer(slopes, queries)}


class AdditiveSteps:
    """``v . tanh(W q + k)``, as ``2 v . sigmoid(2 (W q + k))``.

    The difference is a constant. As to the cost, see ``tanh_``.
    """

    def __init__(self, tape: Tape, steps: int) -> None:
        self.tape = tape
        self.query, self.energy = tape["query"], tape["energy"].squeeze(0)
        shape = tape["keys"].shape
        self.doubled = tape.written("doubled_keys", *shape)
        self.squashed = tape.written("squashed", steps if tape.keeps else 1, *shape)
        self.steps = steps

    def start(self) -> None:
        """Double the keys."""
        torch.mul(self.tape["keys"], 2, out=self.doubled)

    def forward(self, step: int, query: Tensor, out: Tensor) -> None:
        """Write the scores."""
        rows = len(query)
        slot = self.squashed[step % len(self.squashed)]
        clear(slot, rows)
        squashed = slot[:rows]
        shift = (query @ self.query.t()).mul_(2)
        torch.add(self.doubled[:rows], shift.unsqueeze(1), out=squashed).sigmoid_()
        torch.mv(squashed.flatten(0, 1), 2 * self.energy, out=out.view(-1))

    def rewind(self) -> None:
        """Get ready for the way back."""
        self.slope_keys = torch.zeros_like(self.doubled)
        self.work = torch.empty_like(self.doubled)
        self.slope_shift = self.tape.scratch(self.steps, len(self.doubled), len(self.energy))

    def backward(self, step: int, slope: Tensor) -> Tensor:
        """Return the gradient of the query."""
        rows = len(slope)
        squashed = self.squashed[step, :rows]
        # With s = sigmoid(2x), tanh' x = 4 s (1 - s); 4 v is multiplied after the large products.
        curve = torch.addcmul(squashed, squashed, squashed, value=-1, out=self.work[:rows])
        self.slope_keys[:rows].addcmul_(slope.unsqueeze(2), curve)
        clear(self.slope_shift[step], rows)
        shift = _multiply(slope, curve, self.slope_shift[step, :rows]).mul_(4 * self.energy)
        return shift @ self.query

    def gradients(self, slopes: Tensor, queries: Tensor) -> dict[str, Tensor]:
        """Gradients of keys, query matrix and energy vector."""
        energy = slopes.view(1, -1) @ self.squashed.view(-1, len(self.energy))
        return {
            "keys": self.slope_keys.mul_(4 * self.energy),
            "query": matrix_slope(self.slope_shift, queries),
            "energy": energy.mul_(2),
        }


class LocationSteps:
    """``W q``, and no attention beyond the rows of ``W``."""

    def __init__(self, tape: Tape, src_len: int) -> None:
        self.weight = tape["position"]
        self.known = min(src_len, len(self.weight))

    def start(self) -> None:
        """Nothing to do."""

    def forward(self, step: int, query: Tensor, out: Tensor) -> None:  # noqa: ARG002
        """Write the scores."""
        out[:, : self.known] = query @ self.weight[: self.known].t()
        out[:, self.known :] = -math.inf

    def rewind(self) -> None:
        """Nothing to do."""

    def backward(self, step: int, slope: Tensor) -> Tensor:  # noqa: ARG002
        """Return the gradient of the query."""
        return slope[:, : self.known] @ self.weight[: self.known]

    def gradients(self, slopes: Tensor, queries: Tensor) -> dict[str, Tensor]:
        """Gradient of the matrix."""
        position = torch.zeros_like(self.weight)
        position[: self.known] = matrix_slope(slopes[..., : self.known], queries)
        return {"position": position}


class AttentionSteps:
    """Scores, a mask, a softmax, a weighted sum: all steps of them."""

    def __init__(self, tape: Tape, kind: ScoreKind, steps: int) -> None:
        self.tape = tape
        self.values, self.padding = tape["values"], tape["padding"]
        rows, src_len, width = self.values.shape
        self.weights = tape.written("weights", steps, rows, src_len)
        self.contexts = tape.written("contexts", steps, rows, width)
        self.score: ScoreSteps
        match kind:
            case "dot":
                self.score = DotSteps(tape)
            case "additive":
                self.score = AdditiveSteps(tape, steps)
            case "location":
                self.score = LocationSteps(tape, src_len)
            case _:
                assert_never(kind)

    def start(self) -> None:
        """Get ready for the way forward."""
        self.score.start()

    def forward(self, step: int, query: Tensor) -> Tensor:
        """Return the contexts of the rows that ask."""
        rows = len(query)
        clear(self.weights[step], rows)
        clear(self.contexts[step], rows)
        weights = self.weights[step, :rows]
        self.score.forward(step, query, weights)
        weights.masked_fill_(self.padding[:rows], -math.inf)
        torch.softmax(weights, 1, out=weights)
        return _multiply(weights, self.values[:rows], self.contexts[step, :rows])

    def rewind(self) -> None:
        """Get ready for the way back."""
        self.slopes = torch.empty_like(self.weights)
        self.context_slopes = torch.empty_like(self.contexts)
        self.score.rewind()

    def backward(self, step: int, slope: Tensor) -> Tensor:
        """Return the gradient of the query from that of the context."""
        rows = len(slope)
        clear(self.slopes[step], rows)
        clear(self.context_slopes[step], rows)
        self.context_slopes[step, :rows] = slope
        weights, slopes = self.weights[step, :rows], self.slopes[step, :rows]
        _multiply(slope, self.values[:rows].transpose(1, 2), slopes)
        slopes.mul_(weights)
        slopes.addcmul_(weights, slopes.sum(1, keepdim=True), value=-1)
        return self.score.backward(step, slopes)

    def gradients(self, queries: Tensor) -> dict[str, Tensor]:
        """Gradients of values, keys and the score's matrices."""
        return {
            "values": _outer(self.weights, self.context_slopes),
            **self.score.gradients(self.slopes, queries),
        }


def _multiply(rows: Tensor, matrices: Tensor, out: Tensor) -> Tensor:
    """Multiply each row with the matrix of its sequence, into ``out``.

    Row times matrix, never matrix times column, takes a tenth of the time in PyTorch's kernels.
    """
    torch.bmm(rows.unsqueeze(1), matrices, out=out.unsqueeze(1))
    return out


def _outer(left: Tensor, right: Tensor) -> Tensor:
    """Sum of the outer products of all steps, for each sequence."""
    return torch.bmm(left.permute(1, 2, 0), right.transpose(0, 1))
