"""The readout that input feeding passes on, step by step and back; see ``models.readout``."""

from typing import Literal, assert_never

import torch
from torch import Tensor

from seq2see.models.unrolled.tape import Tape, clear, matrix_slope, tanh_, through_tanh

ReadoutKind = Literal["hidden", "tanh", "maxout"]


class ReadoutSteps:
    """``f(constant + W hidden + C context)``, where ``f`` is tanh, or maxima of pairs.

    What does not depend on the loop is in the constant. Kind ``hidden`` passes the state on.
    """

    slopes: Tensor
    carried: Tensor
    """Gradient of the features that the next step reads."""

    def __init__(self, tape: Tape, kind: ReadoutKind, steps: int, rows: int, width: int) -> None:
        self.tape, self.kind = tape, kind
        self.hidden, self.context = tape.get("weight_hidden"), tape.get("weight_context")
        self.constant = tape.get("constant")
        pieces = width if self.hidden is None else len(self.hidden)
        self.shape = (steps, rows, pieces)
        width = pieces // 2 if kind == "maxout" else pieces
        self.features = tape.written("features", steps + 1, rows, width)
        """What each step reads of the one before it, and at last what the last one made."""
        self.pieces = tape.written("pieces", *self.shape) if kind == "maxout" else self.features[1:]

    def start(self) -> None:
        """The first step reads zeros."""
        self.features[0].zero_()

    def forward(self, step: int, hidden: Tensor, context: Tensor | None) -> None:
        """Write the features of a step."""
        rows = len(hidden)
        clear(self.features[step + 1], rows)
        features, pieces = self.features[step + 1, :rows], self.pieces[step, :rows]
        if self.hidden is None:
            features.copy_(hidden)
            return
        if self.constant is None:
            torch.mm(hidden, self.hidden.t(), out=pieces)
        else:
            torch.addmm(self.constant[step, :rows], hidden, self.hidden.t(), out=pieces)
        if context is not None and self.context is not None:
            pieces.addmm_(context, self.context.t())
        if self.kind == "maxout":
            torch.amax(pieces.unflatten(1, (-1, 2)), 2, out=features)
        else:
            tanh_(features)

    def rewind(self) -> None:
        """Get ready for the way back."""
        self.slopes = self.tape.scratch(*self.shape)
        self.carried = torch.zeros_like(self.features[0])

    def backward(self, step: int, slope: Tensor) -> tuple[Tensor, Tensor | None]:
        """Return the gradients of hidden state and context from that of the features."""
        rows = len(slope)
        if self.hidden is None:
            return slope, None
        clear(self.slopes[step], rows)
        slopes = self.slopes[step, :rows]
        match self.kind:
            case "maxout":
                first, second = self.pieces[step, :rows].unflatten(1, (-1, 2)).unbind(2)
                to_first, to_second = slopes.unflatten(1, (-1, 2)).unbind(2)
                torch.mul(slope, first >= second, out=to_first)
                torch.sub(slope, to_first, out=to_second)
            case "tanh":
                through_tanh(slope, self.features[step + 1, :rows], slopes)
            case "hidden":
                raise ValueError("A readout that passes the state on has no matrix.")
            case _:
                assert_never(self.kind)
        return slopes @ self.hidden, None if self.context is None else slopes @ self.context

    def gradients(self, hidden: Tensor, contexts: Tensor | None) -> dict[str, Tensor]:
        """Gradients of constant and matrices, given all hidden states and contexts."""
        if self.hidden is None:
            return {}
        found = {"constant": self.slopes, "weight_hidden": matrix_slope(self.slopes, hidden)}
        if contexts is not None:
            found["weight_context"] = matrix_slope(self.slopes, contexts)
        return found
