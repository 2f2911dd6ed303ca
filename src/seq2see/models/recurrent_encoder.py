"""The encoder of a recurrent model: stacked layers over the embedded source."""

from collections.abc import Sequence
from typing import cast

import torch
from jaxtyping import Float
from torch import Tensor, nn

from seq2see.config import CellName
from seq2see.models.dropout import Dropout
from seq2see.models.interface import Source, Watch, observe
from seq2see.models.recurrent_layer import CellState, RecurrentLayer

Finals = tuple[tuple[CellState, ...], ...]
"""Final states of the encoder: for each layer, one of each direction, the backward one last.

Where the source is reversed, the forward one is last, which reads the reversed source backwards."""


class RecurrentEncoder(nn.Module):
    """Embeddings and stacked recurrent layers, each in one direction or two.

    Args:
        embedding: Source embeddings.
        cell: Recurrent cell.
        hidden_dim: Width of each layer, per direction.
        directions: In how many directions each layer reads; two are concatenated.
        reverse: In one direction, read from the last token to the first (Sutskever et al. 2014).
        residual_from: First layer, counted from 1, that what it reads is added to (Wu et al. 2016,
            eq. 6); 0: none.
        dropout: On embeddings and between layers.
    """

    def __init__(
        self,
        embedding: nn.Embedding,
        *,
        cell: CellName,
        hidden_dim: int,
        directions: Sequence[int],
        reverse: bool,
        residual_from: int,
        dropout: float,
    ) -> None:
        super().__init__()
        self.embedding = embedding
        names = ("backward", "forward") if reverse else ("forward", "backward")
        self.directions = tuple(names[:count] for count in directions)
        widths = (embedding.embedding_dim, *(hidden_dim * count for count in directions))
        self.layers = nn.ModuleList(
            nn.ModuleDict(
                {
                    f"{direction}_layer": RecurrentLayer(cell, input_dim, hidden_dim)
                    for direction in read
                }
            )
            for read, input_dim in zip(self.directions, widths, strict=False)
        )
        self.residual_from = residual_from
        self.dropout = Dropout(dropout)

    def forward(
        self, source: Source, watch: Watch | None = None
    ) -> tuple[Float[Tensor, "batch src_len encoder_dim"], Finals]:
        """Encode.

        Returns:
            What the top layer hands on, in source order, and the final states.
        """
        outputs = observe(watch, "encoder.embeddings", self.embedding(source.ids))
        finals: list[tuple[CellState, ...]] = []
        for index, layer in enumerate(self.layers):
            name = f"encoder.layers.{index}"
            entering = observe(watch, f"{name}.input", self.dropout(outputs))
            hidden: list[Tensor] = []
            ends: list[CellState] = []
            for direction in self.directions[index]:
                states, final = cast("nn.ModuleDict", layer)[f"{direction}_layer"](
                    entering,
                    source.mask,
                    reverse=direction == "backward",
                    watch=watch,
                    name=f"{name}.{direction}",
                )
                hidden.append(states)
                ends.append(final)
            finals.append(tuple(ends))
            below, outputs = outputs, torch.cat(hidden, dim=-1)
            if 0 < self.residual_from <= index + 1:
                outputs = observe(watch, f"{name}.residual", outputs + below)
        return observe(watch, "encoder.outputs", outputs), tuple(finals)
