"""The stacked recurrent layers of a decoder, and what each of them reads.

The first layer reads ``[embedding; context; feed]``, as far as the model has them; any other what
the layer below hands on, and the context where every layer reads it (Wu et al. 2016). A layer hands
on its hidden state; with a residual connection, the sum of that and of what it was handed.
"""

from typing import cast

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from seq2see.config import CellName
from seq2see.models.dropout import dropout, dropout_mask
from seq2see.models.interface import Watch, observe, observe_rows
from seq2see.models.recurrent_layer import CellState, RecurrentLayer
from seq2see.models.unrolled.layout import TimeMajor


class DecoderLayers(nn.ModuleList):
    """Stacked recurrent layers.

    Args:
        cell: Recurrent cell.
        embed_dim: Width of target embeddings.
        hidden_dim: Width of each layer.
        num_layers: Number of layers.
        context_dim: Width of the context that enters a step; 0: none does.
        context_to_all: Every layer reads the context, not the first one alone.
        feed_dim: Width of the readout fed into the next step; 0: no input feeding.
        residual_from: First layer, counted from 1 and at least 2, that what it reads is added to
            (Wu et al. 2016, eq. 6); 0: none.
        dropout: Between layers.
    """

    def __init__(
        self,
        cell: CellName,
        *,
        embed_dim: int,
        hidden_dim: int,
        num_layers: int,
        context_dim: int,
        context_to_all: bool,
        feed_dim: int,
        residual_from: int,
        dropout: float,
    ) -> None:
        super().__init__()
        self.kind: CellName = cell
        self.context_to_all, self.residual_from = context_to_all, residual_from
        self.dropout_rate = dropout
        first = {"below": embed_dim, "context": context_dim, "feed": feed_dim}
        above = {"below": hidden_dim, "context": context_dim if context_to_all else 0}
        self.widths = (first, *(above for _ in range(num_layers - 1)))
        """Width of each part of what each layer reads; parts of width 0 are left out."""
        self.extend(RecurrentLayer(cell, sum(part.values()), hidden_dim) for part in self.widths)

    def step(
        self,
        embedded: Float[Tensor, "rows embed_dim"],
        context: Float[Tensor, "rows context_dim"] | None,
        feed: Float[Tensor, "rows feed_dim"] | None,
        states: tuple[CellState, ...],
        watch: Watch | None = None,
    ) -> tuple[Float[Tensor, "rows hidden_dim"], tuple[CellState, ...]]:
        """Take one step.

        Args:
            embedded: Previous tokens.
            context: What enters the step beside them, if anything does.
            feed: Readout of the last step, under input feeding.
            states: Of all layers, before the step.
            watch: Sees what each layer reads, computes and adds up.

        Returns:
            What the top layer hands on, and the states after the step.
        """
        outputs, after = embedded, []
        for index, state in enumerate(states):
            layer, name = self._layer(index), f"decoder.layers.{index}"
            entering = torch.cat(self._entering(index, outputs, context, feed), dim=-1)
            entering = observe_rows(watch, f"{name}.input", entering)
            after.append(layer.step(layer.project(entering), state, watch, name))
            below, outputs = outputs, after[-1].hidden
            if self._is_residual(index):
                outputs = observe_rows(watch, f"{name}.residual", outputs + below)
        return outputs, tuple(after)

    def forward(
        self,
        embedded: Float[Tensor, "batch steps embed_dim"],
        context: Float[Tensor, "batch steps context_dim"] | None,
        states: tuple[CellState, ...],
        watch: Watch | None = None,
    ) -> tuple[Float[Tensor, "batch steps hidden_dim"], list[Float[Tensor, "batch steps dim"]]]:
        """Run each layer over all steps: possible where no step's input needs the step before.

        Returns:
            What the top layer hands on, and the hidden states of every layer.
        """
        outputs, hidden = embedded, []
        for index, state in enumerate(states):
            name = f"decoder.layers.{index}"
            entering = torch.cat(self._entering(index, outputs, context, None), dim=-1)
            entering = observe(watch, f"{name}.input", entering)
            hidden.append(self._layer(index)(entering, state=state, watch=watch, name=name)[0])
            below, outputs = outputs, hidden[-1]
            if self._is_residual(index):
                outputs = observe(watch, f"{name}.residual", outputs + below)
        return outputs, hidden

    def unrolled(
        self,
        layout: TimeMajor,
        embedded: Float[Tensor, "steps rows embed_dim"],
        context: Float[Tensor, "rows context_dim"] | None,
        states: tuple[CellState, ...],
    ) -> dict[str, Tensor]:
        """Return what a loop over steps needs, by name; see ``unrolled.layer``.

        Args:
            layout: Order of the sequences.
            embedded: Previous tokens of all steps.
            context: The fixed one, if there is one; that of attention is made in the loop.
            states: Of all layers, before the first step, in the old order.
        """
        given: dict[str, Tensor] = {}
        for index, state in enumerate(states):
            layer = self._layer(index)
            known = {} if index else {"below": embedded}
            if context is not None:
                known["context"] = context
            parts = layer.unrolled(state.map(layout.enter_rows))
            constant: Tensor | None = None
            column = 0
            for name, width in self.widths[index].items():
                columns = layer.columns(column, column + width)
                column += width
                if name in known and width:
                    bias = layer.bias if constant is None else None
                    product = functional.linear(known[name], columns, bias)
                    constant = product if constant is None else constant + product
                elif width:
                    parts[f"weight_{name}"] = columns
            if constant is None:
                parts["bias_input"] = layer.bias
            else:
                parts["constant"] = constant.expand(layout.steps, -1, -1)
            if index and self.training and self.dropout_rate:
                shape = (layout.steps, len(layout.lengths), layer.hidden_dim)
                parts["mask"] = dropout_mask(embedded.new_empty(shape), self.dropout_rate)
            given |= {f"layers.{index}.{name}": value for name, value in parts.items()}
        return given

    def _layer(self, index: int) -> RecurrentLayer:
        return cast("RecurrentLayer", self[index])

    def _is_residual(self, index: int) -> bool:
        return 0 < self.residual_from <= index + 1

    def _entering(
        self, index: int, below: Tensor, context: Tensor | None, feed: Tensor | None
    ) -> list[Tensor]:
        """Parts of what a layer reads."""
        if index:
            below = dropout(below, self.dropout_rate, self.training)
        parts = {"below": below, "context": context, "feed": feed}
        found = (parts[name] for name, width in self.widths[index].items() if width)
        return [part for part in found if part is not None]
