"""One step of a recurrent cell and back; see ``RecurrentLayer.step`` for the equations.

A step receives what the input adds to the gates, already multiplied, and the hidden state before
it. On the way back it turns the gradient of the hidden state after the step into that before it.
"""

from typing import Protocol, assert_never

import torch
from torch import Tensor

from seq2see.config import CellName
from seq2see.models.unrolled.tape import (
    Tape,
    clear,
    matrix_slope,
    tanh_,
    through_sigmoid,
    through_tanh,
)


class Cell(Protocol):
    """All steps of one recurrent cell."""

    @property
    def memory(self) -> Tensor | None:
        """Of an LSTM, before each step and after the last; None elsewhere."""
        ...

    @property
    def carried(self) -> Tensor | None:
        """Gradient of the memory, on the way back."""
        ...

    slopes: Tensor
    """Gradient of what the input adds to the gates, ``(steps, rows, gates)``; on the way back."""

    def start(self) -> None:
        """Get ready for the way forward."""
        ...

    def forward(self, step: int, entering: Tensor, before: Tensor, after: Tensor) -> None:
        """Take a step.

        Args:
            step: Which one.
            entering: What the input adds to the gates, for the rows that take the step.
            before: Hidden state before it, of these rows.
            after: Where their hidden state after it goes.
        """
        ...

    def rewind(self) -> None:
        """Get ready for the way back."""
        ...

    def backward(self, step: int, before: Tensor, after: Tensor, slope: Tensor) -> Tensor:
        """Take a step back: write its ``slopes``, and ``slope`` over with that of ``before``.

        Args:
            step: Which one.
            before: As in ``forward``.
            after: Hidden state after it.
            slope: Gradient of ``after``; afterwards that of ``before``.

        Returns:
            The step's rows of ``slopes``.
        """
        ...

    def gradients(self, hidden: Tensor) -> dict[str, Tensor]:
        """Gradients of the cell's own inputs, given the hidden states before each step."""
        ...


class LstmCell:
    """Long short-term memory: input, forget and output gate, candidate, memory."""

    carried: Tensor
    slopes: Tensor

    def __init__(self, tape: Tape, steps: int, rows: int, width: int) -> None:
        self.tape = tape
        self.weight = tape["weight_hidden"]
        self.gates = tape.written("gates", steps, rows, 4 * width)
        self.memory = tape.written("memory", steps + 1, rows, width)
        self.squashed = tape.written("squashed", steps, rows, width)

    def start(self) -> None:
        """Set the first memory."""
        self.memory[0] = self.tape["initial_memory"]

    def forward(self, step: int, entering: Tensor, before: Tensor, after: Tensor) -> None:
        """Take a step."""
        rows = len(before)
        gates = torch.addmm(entering, before, self.weight.t(), out=self.gates[step, :rows])
        entry, forget, candidate, exit_ = gates.chunk(4, dim=1)
        candidate.mul_(2)
        gates.sigmoid_()
        candidate.mul_(2).sub_(1)  # see `tanh_`
        memory = torch.mul(forget, self.memory[step, :rows], out=self.memory[step + 1, :rows])
        memory.addcmul_(entry, candidate)
        squashed = tanh_(self.squashed[step, :rows].copy_(memory))
        torch.mul(exit_, squashed, out=after)

    def rewind(self) -> None:
        """Get ready for the way back."""
        self.slopes = torch.empty_like(self.gates)
        self.work = self.tape.scratch(*self.squashed.shape[1:])
        self.carried = torch.zeros_like(self.memory[0])

    def backward(self, step: int, before: Tensor, after: Tensor, slope: Tensor) -> Tensor:  # noqa: ARG002
        """Take a step back."""
        rows = len(before)
        clear(self.slopes[step], rows)
        slopes = self.slopes[step, :rows]
        to_entry, to_forget, to_candidate, to_exit = slopes.chunk(4, dim=1)
        entry, forget, candidate, exit_ = self.gates[step, :rows].chunk(4, dim=1)
        squashed = self.squashed[step, :rows]
        memory = self.carried[:rows]
        through_sigmoid(torch.mul(slope, squashed, out=to_exit), exit_, to_exit)
        work = torch.mul(slope, exit_, out=self.work[:rows])
        memory.add_(through_tanh(work, squashed, work))
        through_sigmoid(torch.mul(memory, candidate, out=to_entry), entry, to_entry)
        torch.mul(memory, self.memory[step, :rows], out=to_forget)
        through_sigmoid(to_forget, forget, to_forget)
        through_tanh(torch.mul(memory, entry, out=to_candidate), candidate, to_candidate)
        memory.mul_(forget)
        torch.mm(slopes, self.weight, out=slope)
        return slopes

    def gradients(self, hidden: Tensor) -> dict[str, Tensor]:
        """Gradients of the recurrent matrix and the first memory."""
        return {
            "weight_hidden": matrix_slope(self.slopes, hidden),
            "initial_memory": self.carried,
        }


class GruCell:
    """Gated recurrent unit: reset gate, update gate, candidate."""

    memory = None
    carried = None
    slopes: Tensor

    def __init__(self, tape: Tape, steps: int, rows: int, width: int) -> None:
        self.tape = tape
        self.weight, self.bias = tape["weight_hidden"], tape["bias_hidden"]
        self.gates = tape.written("gates", steps, rows, 3 * width)
        self.recurrent = tape.written("recurrent", steps, rows, 3 * width)

    def start(self) -> None:
        """Nothing to do."""

    def forward(self, step: int, entering: Tensor, before: Tensor, after: Tensor) -> None:
        """Take a step."""
        rows, width = before.shape
        recurrent = self.recurrent[step, :rows]
        torch.addmm(self.bias, before, self.weight.t(), out=recurrent)
        gates = self.gates[step, :rows]
        torch.add(
            entering[:, : 2 * width], recurrent[:, : 2 * width], out=gates[:, : 2 * width]
        ).sigmoid_()
        reset, update, candidate = gates.chunk(3, dim=1)
        torch.addcmul(entering[:, 2 * width :], reset, recurrent[:, 2 * width :], out=candidate)
        torch.lerp(tanh_(candidate), before, update, out=after)

    def rewind(self) -> None:
        """Get ready for the way back."""
        self.slopes = torch.empty_like(self.gates)
        self.recurrent_slopes = torch.empty_like(self.gates)

    def backward(self, step: int, before: Tensor, after: Tensor, slope: Tensor) -> Tensor:  # noqa: ARG002
        """Take a step back."""
        rows, width = before.shape
        clear(self.slopes[step], rows)
        clear(self.recurrent_slopes[step], rows)
        slopes, recurrent_slopes = self.slopes[step, :rows], self.recurrent_slopes[step, :rows]
        reset, update, candidate = self.gates[step, :rows].chunk(3, dim=1)
        to_reset, to_update, to_candidate = slopes.chunk(3, dim=1)
        torch.sub(before, candidate, out=to_update).mul_(slope)
        through_sigmoid(to_update, update, to_update)
        to_candidate.copy_(slope)
        slope.mul_(update)
        to_candidate.sub_(slope)
        through_tanh(to_candidate, candidate, to_candidate)
        torch.mul(to_candidate, self.recurrent[step, :rows, 2 * width :], out=to_reset)
        through_sigmoid(to_reset, reset, to_reset)
        recurrent_slopes[:, : 2 * width].copy_(slopes[:, : 2 * width])
        torch.mul(to_candidate, reset, out=recurrent_slopes[:, 2 * width :])
        slope.addmm_(recurrent_slopes, self.weight)
        return slopes

    def gradients(self, hidden: Tensor) -> dict[str, Tensor]:
        """Gradients of the recurrent matrix and its bias."""
        return {
            "weight_hidden": matrix_slope(self.recurrent_slopes, hidden),
            "bias_hidden": self.recurrent_slopes.sum((0, 1)),
        }


class RnnCell:
    """A plain recurrent unit: ``tanh`` of input and state."""

    memory = None
    carried = None
    slopes: Tensor

    def __init__(self, tape: Tape, steps: int, rows: int, width: int) -> None:
        self.tape = tape
        self.weight = tape["weight_hidden"]
        self.shape = (steps, rows, width)

    def start(self) -> None:
        """Nothing to do."""

    def forward(self, step: int, entering: Tensor, before: Tensor, after: Tensor) -> None:  # noqa: ARG002
        """Take a step."""
        tanh_(torch.addmm(entering, before, self.weight.t(), out=after))

    def rewind(self) -> None:
        """Get ready for the way back."""
        self.slopes = self.tape.scratch(*self.shape)

    def backward(self, step: int, before: Tensor, after: Tensor, slope: Tensor) -> Tensor:
        """Take a step back."""
        clear(self.slopes[step], len(before))
        slopes = through_tanh(slope, after, self.slopes[step, : len(before)])
        torch.mm(slopes, self.weight, out=slope)
        return slopes

    def gradients(self, hidden: Tensor) -> dict[str, Tensor]:
        """Gradient of the recurrent matrix."""
        return {"weight_hidden": matrix_slope(self.slopes, hidden)}


def make_cell(kind: CellName, tape: Tape, steps: int, rows: int, width: int) -> Cell:
    """Return the steps of a cell that reads its inputs from ``tape``."""
    match kind:
        case "lstm":
            return LstmCell(tape, steps, rows, width)
        case "gru":
            return GruCell(tape, steps, rows, width)
        case "rnn":
            return RnnCell(tape, steps, rows, width)
        case _:
            assert_never(kind)
