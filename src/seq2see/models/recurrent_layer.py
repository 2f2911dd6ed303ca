"""Recurrent layers: one step written out, and whole sequences at once.

The equations are PyTorch's. The GRU differs from Cho et al. 2014 in one place: the reset gate is
applied after the recurrent product, ``n = tanh(W x + r * (U h))``, not before, as fused kernels do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from seq2see.config import CellName
from seq2see.models.interface import Rows, Watch, observe_rows
from seq2see.models.unrolled.layout import TimeMajor
from seq2see.models.unrolled.loop import Plan, unroll

GATES: dict[CellName, int] = {"lstm": 4, "gru": 3, "rnn": 1}


@dataclass(frozen=True)
class CellState(Rows):
    """State of one recurrent layer; ``cell`` is the LSTM's memory, None for the others."""

    hidden: Float[Tensor, "rows hidden_dim"]
    cell: Float[Tensor, "rows hidden_dim"] | None = None

    def map(self, function: Callable[[Tensor], Tensor]) -> "CellState":
        """Apply a function to both tensors."""
        return CellState(function(self.hidden), None if self.cell is None else function(self.cell))

    def where(self, mask: Bool[Tensor, " rows"], other: "CellState") -> "CellState":
        """Take this state in the rows where ``mask`` holds, the other one elsewhere."""
        keep = mask.unsqueeze(-1)
        if self.cell is None or other.cell is None:
            return CellState(torch.where(keep, self.hidden, other.hidden))
        return CellState(
            torch.where(keep, self.hidden, other.hidden), torch.where(keep, self.cell, other.cell)
        )


class RecurrentLayer(nn.Module):
    """One recurrent layer in one direction."""

    def __init__(self, kind: CellName, input_dim: int, hidden_dim: int) -> None:
        super().__init__()
        self.kind: CellName = kind
        self.hidden_dim = hidden_dim
        match kind:
            case "lstm":
                self.rnn: nn.RNNBase = nn.LSTM(input_dim, hidden_dim, batch_first=True)
            case "gru":
                self.rnn = nn.GRU(input_dim, hidden_dim, batch_first=True)
            case "rnn":
                self.rnn = nn.RNN(input_dim, hidden_dim, batch_first=True)
            case _:
                assert_never(kind)
        self._initialise()

    def _initialise(self) -> None:
        """Orthogonal recurrent matrices (Saxe et al. 2014) and an open forget gate."""
        weight_input, weight_hidden, bias_input, bias_hidden = self._weights
        nn.init.xavier_uniform_(weight_input)
        for gate in weight_hidden.data.chunk(GATES[self.kind]):
            nn.init.orthogonal_(gate)
        nn.init.zeros_(bias_input)
        nn.init.zeros_(bias_hidden)
        if self.kind == "lstm":  # Gers et al. 2000: remember until told to forget
            bias_input.data[self.hidden_dim : 2 * self.hidden_dim] = 1.0

    @torch.no_grad()
    def heed(self, columns: int, factor: float) -> None:
        """Let the first columns of the input count for more at the start of training."""
        self._weights[0][:, :columns] *= factor

    @property
    def _weights(self) -> list[nn.Parameter]:
        """Input matrix, recurrent matrix, input bias, recurrent bias."""
        return self.rnn.all_weights[0]

    def zeros(self, like: Float[Tensor, "rows *rest"]) -> CellState:
        """Return the state before the first step."""
        hidden = like.new_zeros(like.shape[0], self.hidden_dim)
        return CellState(hidden, hidden if self.kind == "lstm" else None)

    def project(self, inputs: Float[Tensor, "*shape input_dim"]) -> Float[Tensor, "*shape gates"]:
        """Multiply what the layer reads by its input matrix, and add the bias."""
        return functional.linear(inputs, self._weights[0], self.bias)

    def columns(self, start: int, end: int) -> Float[Tensor, "gates part_dim"]:
        """Columns of the input matrix, for one part of a concatenation."""
        return self._weights[0][:, start:end]

    @property
    def bias(self) -> Float[Tensor, " gates"]:
        """What is added to the gates with the input."""
        return self._biases[0]

    @property
    def _biases(self) -> tuple[Tensor, Tensor | None]:
        """Bias of the input's part and of the recurrent part, which needs one in a GRU alone."""
        _, _, bias_input, bias_hidden = self._weights
        if self.kind == "gru":
            return bias_input, bias_hidden
        return bias_input + bias_hidden, None

    def step(
        self,
        projected: Float[Tensor, "rows gates"],
        state: CellState,
        watch: Watch | None = None,
        name: str = "layer",
    ) -> CellState:
        """Take one step from an input that ``project`` has been applied to."""
        recurrent = functional.linear(state.hidden, self._weights[1], self._biases[1])

        match self.kind:
            case "lstm":
                if state.cell is None:
                    raise ValueError("An LSTM layer needs a state with a memory cell.")
                gates = (projected + recurrent).chunk(4, dim=-1)
                entry = observe_rows(watch, f"{name}.input_gate", gates[0].sigmoid())
                forget = observe_rows(watch, f"{name}.forget_gate", gates[1].sigmoid())
                candidate = observe_rows(watch, f"{name}.candidate", gates[2].tanh())
                exit_ = observe_rows(watch, f"{name}.output_gate", gates[3].sigmoid())
                cell = observe_rows(watch, f"{name}.cell", forget * state.cell + entry * candidate)
                return CellState(observe_rows(watch, f"{name}.hidden", exit_ * cell.tanh()), cell)
            case "gru":
                from_input = projected.chunk(3, dim=-1)
                from_hidden = recurrent.chunk(3, dim=-1)
                reset = observe_rows(
                    watch, f"{name}.reset_gate", (from_input[0] + from_hidden[0]).sigmoid()
                )
                update = observe_rows(
                    watch, f"{name}.update_gate", (from_input[1] + from_hidden[1]).sigmoid()
                )
                candidate = observe_rows(
                    watch, f"{name}.candidate", (from_input[2] + reset * from_hidden[2]).tanh()
                )
                hidden = candidate + update * (state.hidden - candidate)
                return CellState(observe_rows(watch, f"{name}.hidden", hidden))
            case "rnn":
                return CellState(
                    observe_rows(watch, f"{name}.hidden", (projected + recurrent).tanh())
                )
            case _:
                assert_never(self.kind)

    def forward(
        self,
        inputs: Float[Tensor, "batch length input_dim"],
        mask: Bool[Tensor, "batch length"] | None = None,
        state: CellState | None = None,
        *,
        reverse: bool = False,
        watch: Watch | None = None,
        name: str = "layer",
    ) -> tuple[Float[Tensor, "batch length hidden_dim"], CellState]:
        """Run over whole sequences.

        Args:
            inputs: One row per sequence, padded at the end.
            mask: True at real positions; None: all are.
            state: State to start from; None: zeros.
            reverse: Run from the last real position to the first.
            watch: Sees gates and states, one position at a time; makes the pass explicit.
            name: Prefix of the watched names.

        Returns:
            Hidden states, in the order of the inputs and zero at padding, and the state after the
            last step of each sequence.
        """
        state = self.zeros(inputs) if state is None else state
        if watch is not None:
            return self._explicit(inputs, mask, state, reverse, watch, name)
        if inputs.device.type == "cpu":
            return self._unrolled(inputs, mask, state, reverse)
        return self._fused(inputs, mask, state, reverse)

    def unrolled(self, state: CellState) -> dict[str, Tensor]:
        """Return what a loop needs of this layer beside its inputs; see ``unrolled.layer``."""
        given = {"weight_hidden": self._weights[1], "initial_hidden": state.hidden}
        if state.cell is not None:
            given["initial_memory"] = state.cell
        bias = self._biases[1]
        return given if bias is None else given | {"bias_hidden": bias}

    def _unrolled(
        self, inputs: Tensor, mask: Tensor | None, state: CellState, reverse: bool
    ) -> tuple[Tensor, CellState]:
        """Run over sequences on a CPU, where PyTorch's kernels are slow on the way back."""
        batch, length, _ = inputs.shape
        lengths = torch.full((batch,), length) if mask is None else mask.sum(1)
        layout = TimeMajor.of(lengths, length, reverse=reverse)
        constant = self.project(layout.enter(inputs))
        given = {"constant": constant, **self.unrolled(state.map(layout.enter_rows))}
        plan = Plan(self.kind, layout.lengths)
        made = unroll(plan, {f"layers.0.{name}": value for name, value in given.items()})
        final = CellState(made.last_hidden, made.last_memory).map(layout.leave_rows)
        return layout.leave(made.outputs), final

    def _explicit(
        self,
        inputs: Tensor,
        mask: Tensor | None,
        state: CellState,
        reverse: bool,
        watch: Watch,
        name: str,
    ) -> tuple[Tensor, CellState]:
        length = inputs.shape[1]
        projected = self.project(inputs)
        outputs: list[Tensor] = [inputs] * length
        for position in range(length)[:: -1 if reverse else 1]:
            following = self.step(projected[:, position], state, watch, name)
            output = following.hidden
            if mask is not None:
                following = following.where(mask[:, position], state)
                output = output * mask[:, position].unsqueeze(-1)
            state, outputs[position] = following, output
        return torch.stack(outputs, dim=1), state

    def _fused(
        self, inputs: Tensor, mask: Tensor | None, state: CellState, reverse: bool
    ) -> tuple[Tensor, CellState]:
        lengths = None if mask is None else mask.sum(1)
        if reverse:
            inputs = flip(inputs, lengths)
        hidden = state.hidden.unsqueeze(0)
        initial = hidden if state.cell is None else (hidden, state.cell.unsqueeze(0))
        if lengths is None:
            outputs, final = self.rnn(inputs, initial)
        else:
            packed = pack_padded_sequence(
                inputs, lengths.cpu(), batch_first=True, enforce_sorted=False
            )
            packed_outputs, final = self.rnn(packed, initial)
            outputs, _ = pad_packed_sequence(
                packed_outputs, batch_first=True, total_length=inputs.shape[1]
            )
        if reverse:
            outputs = flip(outputs, lengths)
        if isinstance(final, tuple):
            return outputs, CellState(final[0].squeeze(0), final[1].squeeze(0))
        return outputs, CellState(final.squeeze(0))


def flip(
    values: Float[Tensor, "batch length dim"], lengths: Tensor | None
) -> Float[Tensor, "batch length dim"]:
    """Reverse each sequence within its real length; padding stays at the end."""
    if lengths is None:
        return values.flip(1)
    positions = torch.arange(values.shape[1], device=values.device)
    mirrored = lengths.unsqueeze(1) - 1 - positions
    order = torch.where(mirrored >= 0, mirrored, positions)
    return values.gather(1, order.unsqueeze(-1).expand_as(values))
