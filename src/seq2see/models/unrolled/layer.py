"""One recurrent layer within a loop over steps, and back."""

import torch
from torch import Tensor

from seq2see.config import CellName
from seq2see.models.unrolled.cells import make_cell
from seq2see.models.unrolled.tape import Tape, clear, matrix_slope

Parts = dict[str, Tensor]
"""What a layer reads at a step, beside what was known before the loop, by name."""


class LayerSteps:
    """``cell(constant + sum of matrix @ part)``.

    What was known before the loop is in ``constant``, biases included; where nothing was,
    ``bias_input`` takes its place. Each part has a matrix ``weight_<part>`` of its own. What the
    layer hands on is its hidden state, or under ``residual`` the sum of that and of the part
    ``below``.
    """

    carried: Tensor
    """Gradient of the hidden state after the step that is next on the way back."""

    def __init__(
        self,
        tape: Tape,
        kind: CellName,
        steps: int,
        reads: tuple[str, ...],
        *,
        residual: bool = False,
    ) -> None:
        self.tape = tape
        self.matrices = {name: tape[f"weight_{name}"] for name in reads}
        initial = tape["initial_hidden"]
        self.hidden = tape.written("hidden", steps + 1, *initial.shape)
        """Before each step, and after the last."""
        self.residual = residual
        self.outputs = self.hidden[1:]
        """What is handed on after each step."""
        if residual:
            self.outputs = tape.written("outputs", steps, *initial.shape)
        self.cell = make_cell(kind, tape, steps, *initial.shape)
        self.constant, self.bias = tape.get("constant"), tape.get("bias_input")
        self.mask = tape.get("mask")
        """Dropout of what comes from the layer below."""
        self.kept = None if self.mask is None else tape.written("kept", *self.mask.shape)

    def start(self) -> None:
        """Set the first state."""
        self.hidden[0] = self.tape["initial_hidden"]
        self.cell.start()

    def forward(self, step: int, rows: int, parts: Parts) -> Tensor:
        """Take a step and return what the layer hands on."""
        entering = self.bias if self.constant is None else self.constant[step, :rows]
        if entering is None:
            raise ValueError("A recurrent layer needs a constant or a bias.")
        for name, matrix in self.matrices.items():
            part = parts[name]
            if name == "below" and self.mask is not None and self.kept is not None:
                clear(self.kept[step], rows)
                part = torch.mul(part, self.mask[step, :rows], out=self.kept[step, :rows])
            entering = torch.addmm(entering, part, matrix.t())
        clear(self.hidden[step + 1], rows)
        after = self.hidden[step + 1, :rows]
        self.cell.forward(step, entering, self.hidden[step, :rows], after)
        if not self.residual:
            return after
        clear(self.outputs[step], rows)
        return torch.add(after, parts["below"], out=self.outputs[step, :rows])

    def rewind(self) -> None:
        """Get ready for the way back."""
        self.carried = torch.zeros_like(self.hidden[0])
        self.cell.rewind()

    def add_last(self, hidden: Tensor, memory: Tensor | None) -> None:
        """Begin with the gradients of the last state."""
        self.carried += hidden
        if memory is not None and self.cell.carried is not None:
            self.cell.carried.add_(memory)

    def backward(self, step: int, rows: int, slope: Tensor) -> Parts:
        """Take a step back.

        Args:
            step: Which one.
            rows: How many sequences take it.
            slope: Gradient of what the layer hands on.

        Returns:
            The gradients of the parts.
        """
        self.carried[:rows] += slope
        before, after = self.hidden[step, :rows], self.hidden[step + 1, :rows]
        slopes = self.cell.backward(step, before, after, self.carried[:rows])
        found = {name: slopes @ matrix for name, matrix in self.matrices.items()}
        if self.mask is not None:
            found["below"].mul_(self.mask[step, :rows])
        if self.residual:
            found["below"] += slope
        return found

    def gradients(self, parts: Parts) -> dict[str, Tensor]:
        """Gradients of the layer's inputs, given the parts of all steps."""
        slopes = self.cell.slopes
        if self.kept is not None:
            parts = parts | {"below": self.kept}
        found = {f"weight_{name}": matrix_slope(slopes, parts[name]) for name in self.matrices}
        found["initial_hidden"] = self.carried
        if self.constant is None:
            found["bias_input"] = slopes.sum((0, 1))
        else:
            found["constant"] = slopes
        return found | self.cell.gradients(self.hidden[:-1])
