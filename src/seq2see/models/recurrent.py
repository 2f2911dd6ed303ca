"""Recurrent encoder-decoders: everything from Sutskever et al. 2014 to Luong et al. 2015.

One decoding step, as in the papers (what a model lacks, it skips):

1. embed the previous token;
2. *previous-state* attention (Bahdanau): attend with the top state of the last step; the context,
   or Cho's fixed context, joins the input, and so does the readout of the last step under input
   feeding;
3. take one step of every recurrent layer;
4. *current-state* attention (Luong): attend with the new top state;
5. the readout combines hidden state, embedding and context for the output layer.
"""

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, cast

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from seq2see.config import CellName
from seq2see.models.attention import Attention
from seq2see.models.dropout import Dropout, dropout_mask
from seq2see.models.interface import (
    DecoderOutput,
    DecoderState,
    Encoded,
    Seq2seq,
    Source,
    StepOutput,
    Watch,
    observe,
    observe_rows,
    repeat_rows,
)
from seq2see.models.output import SoftmaxOutput
from seq2see.models.readout import Readout
from seq2see.models.recurrent_layer import CellState, RecurrentLayer
from seq2see.models.unrolled.layout import TimeMajor
from seq2see.models.unrolled.loop import Plan, unroll
from seq2see.tokens import PAD_ID

Finals = tuple[tuple[CellState, ...], ...]
"""Final states of the encoder: for each layer, one of each direction, the backward one last."""


@dataclass(frozen=True)
class RecurrentEncoded(Encoded):
    """An encoded source, with what the decoder starts from."""

    initial: tuple[CellState, ...]
    """State of each decoder layer before the first step."""
    keys: Float[Tensor, "batch src_len key_dim"] | None
    """Projected keys; None without attention."""
    context: Float[Tensor, "batch context_dim"] | None
    """Cho's fixed context; None elsewhere."""


@dataclass(frozen=True)
class RecurrentState(DecoderState):
    """What the decoder remembers of each hypothesis."""

    layers: tuple[CellState, ...]
    feed: Float[Tensor, "rows readout_dim"] | None
    """Readout of the last step; None without input feeding."""


class RecurrentEncoder(nn.Module):
    """Embeddings and stacked recurrent layers, in one direction or two.

    Args:
        embedding: Source embeddings.
        cell: Recurrent cell.
        hidden_dim: Width of each layer, per direction.
        num_layers: Number of layers.
        bidirectional: Run every layer in both directions and concatenate.
        reverse: In one direction, read from the last token to the first (Sutskever et al. 2014).
        dropout: On embeddings and between layers.
    """

    def __init__(
        self,
        embedding: nn.Embedding,
        *,
        cell: CellName,
        hidden_dim: int,
        num_layers: int,
        bidirectional: bool,
        reverse: bool,
        dropout: float,
    ) -> None:
        super().__init__()
        self.embedding = embedding
        self.directions = ("forward", "backward") if bidirectional else ("forward",)
        if reverse:
            self.directions = self.directions[::-1] if bidirectional else ("backward",)
        width = hidden_dim * len(self.directions)
        self.layers = nn.ModuleList(
            nn.ModuleDict(
                {
                    f"{direction}_layer": RecurrentLayer(
                        cell, width if index else embedding.embedding_dim, hidden_dim
                    )
                    for direction in self.directions
                }
            )
            for index in range(num_layers)
        )
        self.dropout = Dropout(dropout)

    def forward(
        self, source: Source, watch: Watch | None = None
    ) -> tuple[Float[Tensor, "batch src_len encoder_dim"], Finals]:
        """Encode.

        Returns:
            Hidden states in source order, and the final states.
        """
        outputs = observe(watch, "encoder.embeddings", self.embedding(source.ids))
        finals: list[tuple[CellState, ...]] = []
        for index, layer in enumerate(self.layers):
            outputs = observe(watch, f"encoder.layers.{index}.input", self.dropout(outputs))
            hidden: list[Tensor] = []
            ends: list[CellState] = []
            for direction in self.directions:
                states, final = cast("nn.ModuleDict", layer)[f"{direction}_layer"](
                    outputs,
                    source.mask,
                    reverse=direction == "backward",
                    watch=watch,
                    name=f"encoder.layers.{index}.{direction}",
                )
                hidden.append(states)
                ends.append(final)
            finals.append(tuple(ends))
            outputs = torch.cat(hidden, dim=-1)
        return observe(watch, "encoder.outputs", outputs), tuple(finals)


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
        input_dim: Width of what is read for each layer.
        hidden_dim: Width of the decoder's states.
        num_layers: Layers on each side.
        directions: How many directions are read, from the last. Attention hands the forward states
            over; without it, a forward layer that is not read here would be of no use.
    """

    def __init__(
        self, cell: CellName, input_dim: int, hidden_dim: int, num_layers: int, directions: int
    ) -> None:
        super().__init__()
        self.directions = directions
        self.hidden = nn.ModuleList(nn.Linear(input_dim, hidden_dim) for _ in range(num_layers))
        self.cell = nn.ModuleList(
            nn.Linear(directions * hidden_dim, hidden_dim)
            for _ in range(num_layers if cell == "lstm" else 0)
        )

    def forward(
        self, finals: Finals, summary: Float[Tensor, "batch hidden_dim"] | None
    ) -> tuple[CellState, ...]:
        """Map the final states of each encoder layer to the initial state of a decoder layer.

        Where there is a summary, hidden states are made from it instead (Cho et al. 2014).
        """
        states: list[CellState] = []
        for index, ends in enumerate(finals):
            final = joined(ends, self.directions)
            hidden = torch.tanh(self.hidden[index](final.hidden if summary is None else summary))
            cell = None if final.cell is None else self.cell[index](final.cell)
            states.append(CellState(hidden, cell))
        return tuple(states)


class CopyBridge(nn.Module):
    """The decoder starts where the encoder ended, layer by layer. Source: Sutskever et al. 2014."""

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


class Step(NamedTuple):
    """One decoding step before the readout."""

    layers: tuple[CellState, ...]
    context: Tensor | None
    weights: Tensor | None


class RecurrentSeq2seq(Seq2seq):
    """A recurrent encoder-decoder assembled from its parts.

    Args:
        encoder: Reads the source.
        bridge: Starts the decoder.
        summary: Makes Cho's fixed context, or None.
        embedding: Target embeddings.
        layers: Decoder layers; the first one reads ``[embedding; context; feed]``.
        attention: The attention, or None.
        timing: Which state asks; see ``AttentionConfig.timing``.
        readout: Combines what the output layer reads.
        output: The output layer.
        feed_dim: Width of the readout fed into the next step; 0: no input feeding.
        dropout: On embeddings, between layers and on the readout.
    """

    def __init__(
        self,
        *,
        encoder: RecurrentEncoder,
        bridge: TanhBridge | CopyBridge,
        summary: SummaryContext | None,
        embedding: nn.Embedding,
        layers: list[RecurrentLayer],
        attention: Attention | None,
        timing: Literal["previous", "current"],
        readout: Readout,
        output: SoftmaxOutput,
        feed_dim: int,
        dropout: float,
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.bridge = bridge
        self.summary = summary
        self.embedding = embedding
        self.layers = nn.ModuleList(layers)
        self.attention = attention
        self.attends_before = attention is not None and timing == "previous"
        self.readout = readout
        self.output = output
        self.feed_dim = feed_dim
        self.dropout = Dropout(dropout)

    @property
    def has_attention(self) -> bool:
        """Whether decoding attends to source positions."""
        return self.attention is not None

    def encode(self, source: Source, watch: Watch | None = None) -> RecurrentEncoded:
        """Read the sources, once; see ``Seq2seq.encode``."""
        outputs, finals = self.encoder(source, watch)
        context = None
        if self.summary is not None:
            context = self.summary(finals)
            context = observe_rows(watch, "encoder.summary", context)
        initial = tuple(
            _watched_state(watch, f"decoder.initial.{index}", state)
            for index, state in enumerate(self.bridge(finals, context))
        )
        keys = None
        if self.attention is not None:
            keys = observe(watch, "encoder.keys", self.attention.project_keys(outputs))
        return RecurrentEncoded(outputs, source.mask, initial, keys, context)

    def start(self, encoded: Encoded, beam: int) -> RecurrentState:
        """Return the state before the first step; see ``Seq2seq.start``."""
        encoded = cast("RecurrentEncoded", encoded)
        layers = tuple(
            CellState(
                repeat_rows(state.hidden, beam),
                None if state.cell is None else repeat_rows(state.cell, beam),
            )
            for state in encoded.initial
        )
        feed = None
        if self.feed_dim:
            feed = encoded.outputs.new_zeros(encoded.outputs.shape[0] * beam, self.feed_dim)
        return RecurrentState(layers, feed)

    def step(
        self,
        previous: Int[Tensor, " rows"],
        encoded: Encoded,
        state: DecoderState,
        watch: Watch | None = None,
    ) -> StepOutput:
        """Take one step; see ``Seq2seq.step``."""
        encoded, state = cast("RecurrentEncoded", encoded), cast("RecurrentState", state)
        embedded = self._embed(previous.unsqueeze(1), watch).squeeze(1)
        projected = self._first.project(embedded)
        taken = self._advance(embedded, projected, encoded, state, watch)
        features = self._read(
            taken.layers[-1].hidden.unsqueeze(1),
            embedded.unsqueeze(1),
            None if taken.context is None else taken.context.unsqueeze(1),
            watch,
        ).squeeze(1)
        following = RecurrentState(taken.layers, features if self.feed_dim else None)
        return StepOutput(self.dropout(features), taken.weights, following)

    def decode(
        self,
        previous: Int[Tensor, "batch tgt_len"],
        encoded: Encoded,
        watch: Watch | None = None,
    ) -> DecoderOutput:
        """Take all steps at once; see ``Seq2seq.decode``."""
        encoded = cast("RecurrentEncoded", encoded)
        embedded = self._embed(previous, watch)
        if not (self.attends_before or self.feed_dim):
            features, weights = self._decode_layerwise(embedded, encoded, watch)
        elif watch is None:
            lengths = (previous != PAD_ID).sum(1)
            features, weights = self._decode_unrolled(embedded, lengths, encoded), None
        else:
            features, weights = self._decode_stepwise(embedded, encoded, watch)
        return DecoderOutput(self.dropout(features), weights)

    @property
    def _first(self) -> RecurrentLayer:
        return cast("RecurrentLayer", self.layers[0])

    def _embed(self, previous: Tensor, watch: Watch | None) -> Tensor:
        embedded = observe(watch, "decoder.embeddings", self.embedding(previous))
        return cast("Tensor", self.dropout(embedded))

    def _decode_layerwise(
        self, embedded: Tensor, encoded: RecurrentEncoded, watch: Watch | None
    ) -> tuple[Tensor, Tensor | None]:
        """Run each layer over all steps: possible where no step's input needs the step before."""
        context: Tensor | None = None
        weights: Tensor | None = None
        hidden = embedded
        if encoded.context is not None:
            context = encoded.context.unsqueeze(1).expand(-1, embedded.shape[1], -1)
            hidden = torch.cat((embedded, context), dim=-1)
        for index, layer in enumerate(self.layers):
            entering = self.dropout(hidden) if index else hidden
            hidden, _ = layer(
                observe(watch, f"decoder.layers.{index}.input", entering),
                state=encoded.initial[index],
                watch=watch,
                name=f"decoder.layers.{index}",
            )
        if self.attention is not None:
            context, weights = self._attend(hidden, encoded, watch)
        return self._read(hidden, embedded, context, watch), weights

    def _decode_unrolled(
        self, embedded: Tensor, lengths: Tensor, encoded: RecurrentEncoded
    ) -> Tensor:
        """Take all steps in a loop with a backward pass of its own."""
        layout = TimeMajor.of(lengths, embedded.shape[1])
        embedded = layout.enter(embedded)
        context = None if encoded.context is None else layout.enter_rows(encoded.context)
        given: dict[str, dict[str, Tensor]] = {}
        plan = Plan(self._first.kind, layout.lengths, len(self.layers))
        constant, column = self._first.project(embedded), embedded.shape[2]
        matrices: dict[str, Tensor] = {}
        if context is not None:
            constant = constant + self._first.project(context, column)
            column += context.shape[1]
        if self.attention is not None:
            score, given["attention"] = self.attention.unrolled(
                layout.enter_rows(cast("Tensor", encoded.keys)),
                layout.enter_rows(encoded.outputs),
                encoded.mask[layout.rows],
            )
            plan = replace(plan, score=score, attends="before" if self.attends_before else "after")
            if self.attends_before:
                width = encoded.outputs.shape[2]
                matrices["weight_context"] = self._first.columns(column, column + width)
                column += width
        if self.feed_dim:
            kind, given["readout"] = self.readout.unrolled(embedded, context)
            plan = replace(plan, feeds=kind)
            matrices["weight_feed"] = self._first.columns(column)
        for index, layer in enumerate(self.layers):
            layer = cast("RecurrentLayer", layer)
            state = encoded.initial[index].map(layout.enter_rows)
            if index:
                given[f"layers.{index}"] = layer.unrolled_above(state)
                if self.training and self.dropout.rate:
                    shape = (layout.steps, len(lengths), layer.hidden_dim)
                    mask = dropout_mask(embedded.new_empty(shape), self.dropout.rate)
                    given[f"layers.{index}"]["mask"] = mask
            else:
                given["layers.0"] = layer.unrolled(state) | matrices | {"constant": constant}
        made = unroll(
            plan,
            {f"{part}.{name}": value for part in given for name, value in given[part].items()},
        )
        features = made.features
        if features is None:
            contexts = made.contexts
            features = self.readout(made.hidden, embedded, contexts)
        return layout.leave(features)

    def _decode_stepwise(
        self, embedded: Tensor, encoded: RecurrentEncoded, watch: Watch | None
    ) -> tuple[Tensor, Tensor | None]:
        """Loop over the steps; what does not depend on the loop stays outside it."""
        state = self.start(encoded, 1)
        projected = self._first.project(embedded).unbind(1)
        hidden: list[Tensor] = []
        contexts: list[Tensor] = []
        weights: list[Tensor] = []
        features: list[Tensor] = []
        for position, part in enumerate(projected):
            taken = self._advance(embedded[:, position], part, encoded, state, watch)
            hidden.append(taken.layers[-1].hidden)
            if taken.context is not None:
                contexts.append(taken.context)
            if taken.weights is not None:
                weights.append(taken.weights)
            feed = None
            if self.feed_dim:
                feed = self._read(
                    hidden[-1].unsqueeze(1),
                    embedded[:, position : position + 1],
                    contexts[-1].unsqueeze(1) if contexts else None,
                    watch,
                ).squeeze(1)
                features.append(feed)
            state = RecurrentState(taken.layers, feed)
        attention = torch.stack(weights, dim=1) if weights else None
        if self.feed_dim:
            return torch.stack(features, dim=1), attention
        context = torch.stack(contexts, dim=1) if contexts else None
        return self._read(torch.stack(hidden, dim=1), embedded, context, watch), attention

    def _advance(
        self,
        embedded: Tensor,
        projected: Tensor,
        encoded: RecurrentEncoded,
        state: RecurrentState,
        watch: Watch | None,
    ) -> Step:
        """Steps 2 to 4 of the module's docstring.

        The embedding comes with its part of the first layer's input matrix already applied, so
        that training does that once for all steps. A watched step puts the whole input together.
        """
        context: Tensor | None = None
        weights: Tensor | None = None
        if encoded.context is not None:
            context = repeat_rows(encoded.context, len(embedded) // len(encoded.context))
        elif self.attends_before:
            context, weights = self._attend_once(state.layers[-1].hidden, encoded, watch)
        joining = [part for part in (context, state.feed) if part is not None]
        if watch is not None:
            projected = self._first.project(
                observe_rows(watch, "decoder.layers.0.input", torch.cat((embedded, *joining), -1))
            )
        else:
            column = self.embedding.embedding_dim
            for part in joining:
                projected = projected + self._first.project(part, column)
                column += part.shape[-1]
        layers: list[CellState] = []
        for index, layer in enumerate(self.layers):
            layer = cast("RecurrentLayer", layer)
            if index:
                entering = self.dropout(layers[-1].hidden)
                projected = layer.project(
                    observe_rows(watch, f"decoder.layers.{index}.input", entering)
                )
            layers.append(
                layer.step(projected, state.layers[index], watch, f"decoder.layers.{index}")
            )
        if self.attention is not None and not self.attends_before:
            context, weights = self._attend_once(layers[-1].hidden, encoded, watch)
        return Step(tuple(layers), context, weights)

    def _attend_once(
        self, query: Tensor, encoded: RecurrentEncoded, watch: Watch | None
    ) -> tuple[Tensor, Tensor]:
        context, weights = self._attend(query.unsqueeze(1), encoded, watch)
        return context.squeeze(1), weights.squeeze(1)

    def _attend(
        self, query: Tensor, encoded: RecurrentEncoded, watch: Watch | None
    ) -> tuple[Tensor, Tensor]:
        attention = cast("Attention", self.attention)
        context, weights = attention(
            query, encoded.keys, encoded.outputs, encoded.mask, watch, "decoder.attention"
        )
        return context, weights

    def _read(
        self,
        hidden: Float[Tensor, "rows steps hidden_dim"],
        embedded: Float[Tensor, "rows steps embed_dim"],
        context: Float[Tensor, "rows steps context_dim"] | None,
        watch: Watch | None,
    ) -> Float[Tensor, "rows steps readout_dim"]:
        return observe(watch, "decoder.readout", self.readout(hidden, embedded, context, watch))


def _watched_state(watch: Watch | None, name: str, state: CellState) -> CellState:
    """Show a state to the observer."""
    hidden = observe_rows(watch, f"{name}.hidden", state.hidden)
    if state.cell is None:
        return CellState(hidden)
    return CellState(hidden, observe_rows(watch, f"{name}.cell", state.cell))
