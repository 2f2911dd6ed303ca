"""From the encoder's final states to what a recurrent decoder starts from."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from jaxtyping import Float
from torch import Tensor, nn

from seq2see.config import CellName
from seq2see.models.recurrent_encoder import Finals
from seq2see.models.recurrent_layer import CellState


def joined(ends: tuple[CellState, ...], directions: int) -> CellState:
    """Concatenate the states of the last directions of one layer."""
    used = ends[len(ends) - directions :]
    cells = [end.cell for end in used if end.cell is not None]
    hidden = torch.cat([end.hidden for end in used], dim=-1)
    return CellState(hidden, torch.cat(cells, dim=-1) if cells else None)


class TanhBridge(nn.Module):
    """A tanh layer from the encoder's final states to the decoder's initial ones.

    Source: Bahdanau et al. 2015, appendix A.2.2, ``s_0 = tanh(W h)`` with the backward encoder's
    state at the first word. An LSTM's memory gets a linear layer of its own.

    Args:
        cell: Recurrent cell.
        hidden_dim: Width of one state.
        directions: How many directions of each encoder layer are read, from the last. Attention
            hands the forward states over; without it, a forward layer that is not read here would
            be of no use.
        summarised: Whether hidden states are made from a summary of that width instead.
    """

    def __init__(
        self, cell: CellName, hidden_dim: int, directions: Sequence[int], *, summarised: bool
    ) -> None:
        super().__init__()
        self.directions = tuple(directions)
        self.hidden = nn.ModuleList(
            nn.Linear(hidden_dim * (1 if summarised else count), hidden_dim) for count in directions
        )
        self.cell = nn.ModuleList(
            nn.Linear(hidden_dim * count, hidden_dim)
            for count in (directions if cell == "lstm" else ())
        )

    def forward(
        self, finals: Finals, summary: Float[Tensor, "batch hidden_dim"] | None
    ) -> tuple[CellState, ...]:
        """Map the final states of each encoder layer to the initial state of a decoder layer.

        Where there is a summary, hidden states are made from it instead (Cho et al. 2014).
        """
        states: list[CellState] = []
        for index, ends in enumerate(finals):
            final = joined(ends, self.directions[index])
            hidden = torch.tanh(self.hidden[index](final.hidden if summary is None else summary))
            cell = None if final.cell is None else self.cell[index](final.cell)
            states.append(CellState(hidden, cell))
        return tuple(states)


class CopyBridge(nn.Module):
    """The decoder starts where the encoder ended, layer by layer. Source: Sutskever et al. 2014.

    Of a layer that reads in both directions, it takes the last of ``Finals``.
    """

    def forward(
        self, finals: Finals, summary: Float[Tensor, "batch hidden_dim"] | None
    ) -> tuple[CellState, ...]:
        """Return the states as they are; only hidden states may be replaced by a summary."""
        states = tuple(ends[-1] for ends in finals)
        if summary is None:
            return states
        return tuple(replace(state, hidden=summary) for state in states)


class SummaryContext(nn.Module):
    """The one context vector ``c = tanh(V h)`` of Cho et al. 2014, appendix A.1.1."""

    def __init__(self, encoder_dim: int, hidden_dim: int) -> None:
        super().__init__()
        self.summary = nn.Linear(encoder_dim, hidden_dim)

    def forward(self, finals: Finals) -> Float[Tensor, "batch hidden_dim"]:
        """Summarise the final hidden states of the top layer, all directions."""
        ends = finals[-1]
        return torch.tanh(self.summary(joined(ends, len(ends)).hidden))
