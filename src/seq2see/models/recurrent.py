"""Recurrent encoder-decoders: everything from Sutskever et al. 2014 to Wu et al. 2016.

One decoding step, as in the papers (what a model lacks, it skips):

1. embed the previous token;
2. *previous-state* attention (Bahdanau, Wu): attend with a state of the last step, that of the top
   layer or of the bottom one; the context, or Cho's fixed context, joins the input of the first
   layer or of all, and so does, for the first, the readout of the last step under input feeding;
3. take one step of every recurrent layer;
4. *current-state* attention (Luong): attend with a new state;
5. the readout combines what the top layer hands on, embedding and context for the output layer.
"""

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, cast

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from seq2see.models.attention import Attended, Attention
from seq2see.models.bridge import CopyBridge, SummaryContext, TanhBridge
from seq2see.models.copying import CopyGate, CopyOutput
from seq2see.models.coverage import coverage_loss
from seq2see.models.decoder_layers import DecoderLayers
from seq2see.models.dropout import Dropout
from seq2see.models.hard import Choices, HardScope, log_of, log_probs_of, targets_of
from seq2see.models.interface import (
    CopyFeatures,
    DecoderOutput,
    DecoderState,
    Encoded,
    Features,
    Mixture,
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
from seq2see.models.recurrent_encoder import RecurrentEncoder
from seq2see.models.recurrent_layer import CellState
from seq2see.models.unrolled.layout import TimeMajor
from seq2see.models.unrolled.loop import Attends, Plan, unroll
from seq2see.tokens import EOS_ID, PAD_ID


@dataclass(frozen=True)
class RecurrentEncoded(Encoded):
    """An encoded source, with what the decoder starts from."""

    initial: tuple[CellState, ...]
    """State of each decoder layer before the first step."""
    keys: Float[Tensor, "batch src_len key_dim"] | None
    """Projected keys; None without attention."""
    context: Float[Tensor, "batch context_dim"] | None
    """Cho's fixed context; None elsewhere."""
    ids: Int[Tensor, "batch src_len"]
    """Its tokens, for who copies."""


@dataclass(frozen=True)
class RecurrentState(DecoderState):
    """What the decoder remembers of each hypothesis."""

    layers: tuple[CellState, ...]
    feed: Float[Tensor, "rows readout_dim"] | None
    """Readout of the last step; None without input feeding."""
    covered: Float[Tensor, "rows src_len"] | None
    """Attention of all steps so far; None without coverage."""
    taken: int = 0
    """Steps so far."""


class Step(NamedTuple):
    """One decoding step before the readout."""

    outputs: Tensor
    """What the top layer hands on."""
    layers: tuple[CellState, ...]
    context: Tensor | None
    attended: Attended | None


class Decoded(NamedTuple):
    """All decoding steps before the output layer."""

    features: Tensor
    weights: Tensor | None
    choices: Choices | None
    mixture: Mixture | None = None
    gate: Tensor | None = None
    """Logits of generating instead of copying."""


class RecurrentSeq2seq(Seq2seq):
    """A recurrent encoder-decoder assembled from its parts.

    Args:
        encoder: Reads the source.
        bridge: Starts the decoder.
        summary: Makes Cho's fixed context, or None.
        embedding: Target embeddings.
        layers: Decoder layers.
        attention: The attention, or None.
        timing: Which state asks; see ``AttentionConfig.timing``.
        asking: Index of the decoder layer whose state asks.
        readout: Combines what the output layer reads.
        copying: Weighs generating against copying, or None; ``output`` mixes them.
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
        layers: DecoderLayers,
        attention: Attention | None,
        timing: Literal["previous", "current"],
        asking: int,
        readout: Readout,
        copying: CopyGate | None,
        output: SoftmaxOutput | CopyOutput,
        feed_dim: int,
        dropout: float,
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.bridge = bridge
        self.summary = summary
        self.embedding = embedding
        self.layers = layers
        self.attention = attention
        self.attends_before = attention is not None and timing == "previous"
        self.asking = asking
        self.readout = readout
        self.copying = copying
        self.output = output
        self.feed_dim = feed_dim
        self.dropout = Dropout(dropout)

    @property
    def has_attention(self) -> bool:
        """Whether decoding attends to source positions."""
        return self.attention is not None

    @property
    def steps_in_turn(self) -> bool:
        """Whether ``decode`` takes its steps one after the other: always."""
        return True

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
        return RecurrentEncoded(outputs, source.mask, initial, keys, context, source.ids)

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
        covered: Tensor | None = None
        if self._covers:
            covered = repeat_rows(encoded.outputs.new_zeros(encoded.mask.shape), beam)
        return RecurrentState(layers, feed, covered)

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
        taken = self._advance(embedded, encoded, state, watch)
        read = (
            taken.outputs.unsqueeze(1),
            embedded.unsqueeze(1),
            None if taken.context is None else taken.context.unsqueeze(1),
        )
        features = self._read(*read, watch)
        weights = None if taken.attended is None else taken.attended.weights
        given = self._features(features, self._gate(*read), weights, encoded)
        following = _following(state, taken, features.squeeze(1) if self.feed_dim else None)
        return StepOutput(given[:, 0], None if weights is None else weights.squeeze(1), following)

    def decode(
        self,
        previous: Int[Tensor, "batch tgt_len"],
        encoded: Encoded,
        watch: Watch | None = None,
    ) -> DecoderOutput:
        """Take all steps at once; see ``Seq2seq.decode``."""
        encoded = cast("RecurrentEncoded", encoded)
        embedded = self._embed(previous, watch)
        if not (self.attends_before or self.feed_dim or self._covers):
            decoded = self._decode_layerwise(embedded, encoded, watch)
        elif watch is None:
            lengths = (previous != PAD_ID).sum(1)
            decoded = self._decode_unrolled(embedded, lengths, encoded)
        else:
            decoded = self._decode_stepwise(embedded, encoded, watch)
        features = self._features(decoded.features, decoded.gate, decoded.weights, encoded)
        penalties = self._penalties(previous, features, decoded)
        return DecoderOutput(features, decoded.weights, penalties, decoded.mixture)

    @property
    def _covers(self) -> bool:
        """Whether attention knows what is covered: no step can do without the one before."""
        return self.attention is not None and self.attention.coverage is not None

    def _penalties(
        self, previous: Tensor, features: Features, decoded: Decoded
    ) -> dict[str, Tensor]:
        """What teaches attention, in training, besides the tokens that come of it.

        Hard attention that draws positions learns where to look; coverage, to look elsewhere.
        """
        if self.attention is None or not self.training:
            return {}
        scope, coverage, choices = self.attention.scope, self.attention.coverage, decoded.choices
        # The </s> of shorter targets is read too, but nothing follows it.
        real = (previous != PAD_ID) & (previous != EOS_ID)
        if isinstance(scope, HardScope) and scope.samples and choices is not None:
            log_probs = log_probs_of(self.output, cast("Tensor", features), targets_of(previous))
            return scope.penalties(choices, log_probs, real)
        if coverage is not None and coverage.loss_weight and decoded.weights is not None:
            return {"coverage": coverage.loss_weight * coverage_loss(decoded.weights, real)}
        return {}

    def _gate(
        self,
        hidden: Float[Tensor, "*rows hidden_dim"],
        embedded: Float[Tensor, "*rows embed_dim"],
        context: Float[Tensor, "*rows context_dim"] | None,
    ) -> Float[Tensor, "*rows 1"] | None:
        """The logit of generating instead of copying; None where nothing is copied."""
        if self.copying is None:
            return None
        return cast("Tensor", self.copying(hidden, embedded, context))

    def _features(
        self,
        readout: Float[Tensor, "rows steps readout_dim"],
        gate: Float[Tensor, "rows steps 1"] | None,
        weights: Float[Tensor, "rows steps src_len"] | None,
        encoded: RecurrentEncoded,
    ) -> Features:
        """What the output layer reads."""
        readout = self.dropout(readout)
        if gate is None or weights is None:
            return readout
        ids = repeat_rows(encoded.ids, len(weights) // len(encoded.ids)).unsqueeze(1)
        return CopyFeatures(readout, gate, weights, ids.expand(weights.shape))

    def _embed(self, previous: Tensor, watch: Watch | None) -> Tensor:
        embedded = observe(watch, "decoder.embeddings", self.embedding(previous))
        return cast("Tensor", self.dropout(embedded))

    def _decode_layerwise(
        self, embedded: Tensor, encoded: RecurrentEncoded, watch: Watch | None
    ) -> Decoded:
        """Run each layer over all steps: possible where no step's input needs the step before."""
        context: Tensor | None = None
        if encoded.context is not None:
            context = encoded.context.unsqueeze(1).expand(-1, embedded.shape[1], -1)
        outputs, hidden = self.layers(embedded, context, encoded.initial, watch)
        if self.attention is None:
            return Decoded(self._read(outputs, embedded, context, watch), None, None)
        attended = self._attend(hidden[self.asking], encoded, 0, watch)
        mixture: Mixture | None = None
        scope = self.attention.scope
        if self.training and isinstance(scope, HardScope) and scope.by_marginal:
            features = self._read_each(outputs, embedded, encoded.outputs)
            mixture = Mixture(self.dropout(features), log_of(attended.weights))
        features = self._read(outputs, embedded, attended.context, watch)
        gate = self._gate(outputs, embedded, attended.context)
        return Decoded(features, attended.weights, attended.choices, mixture, gate)

    def _read_each(
        self,
        hidden: Float[Tensor, "batch steps hidden_dim"],
        embedded: Float[Tensor, "batch steps embed_dim"],
        values: Float[Tensor, "batch src_len value_dim"],
    ) -> Float[Tensor, "batch steps src_len readout_dim"]:
        """The readout with every source position as the context."""
        shape = (*hidden.shape[:2], values.shape[1], -1)
        features: Tensor = self.readout(
            hidden.unsqueeze(2).expand(shape),
            embedded.unsqueeze(2).expand(shape),
            values.unsqueeze(1).expand(shape),
        )
        return features

    def _decode_unrolled(
        self, embedded: Tensor, lengths: Tensor, encoded: RecurrentEncoded
    ) -> Decoded:
        """Take all steps in a loop with a backward pass of its own."""
        layout = TimeMajor.of(lengths, embedded.shape[1])
        embedded = layout.enter(embedded)
        context = None if encoded.context is None else layout.enter_rows(encoded.context)
        given: dict[str, Tensor] = {}
        plan = Plan(
            self.layers.kind,
            layout.lengths,
            len(self.layers),
            context_to_all=self.layers.context_to_all,
            residual_from=self.layers.residual_from,
            asking=self.asking,
        )
        if self.attention is not None:
            score, scope, parts = self.attention.unrolled(
                layout.enter_rows(cast("Tensor", encoded.keys)),
                layout.enter_rows(encoded.outputs),
                encoded.mask[layout.rows],
            )
            given |= {f"attention.{name}": value for name, value in parts.items()}
            attends: Attends = "before" if self.attends_before else "after"
            plan = replace(plan, attends=attends, score=score, scope=scope)
            plan = replace(plan, hands_on_weights=self._covers or self.copying is not None)
        if self.feed_dim:
            kind, parts = self.readout.unrolled(embedded, context)
            given |= {f"readout.{name}": value for name, value in parts.items()}
            plan = replace(plan, feeds=kind)
        given |= self.layers.unrolled(layout, embedded, context, encoded.initial)
        made = unroll(plan, given)
        features = made.features
        if features is None:
            features = self.readout(made.outputs, embedded, made.contexts)
        choices: Choices | None = None
        if made.log_probs is not None and made.entropies is not None:
            found = torch.stack((made.log_probs, made.entropies), dim=-1)
            choices = Choices(*layout.leave(found).unbind(-1))
        weights = None if made.weights is None else layout.leave(made.weights)
        gate = self._gate(made.outputs, embedded, made.contexts)
        gate = None if gate is None else layout.leave(gate)
        return Decoded(layout.leave(features), weights, choices, gate=gate)

    def _decode_stepwise(
        self, embedded: Tensor, encoded: RecurrentEncoded, watch: Watch
    ) -> Decoded:
        """Loop over the steps, as a watcher wants to see them."""
        state = self.start(encoded, 1)
        outputs: list[Tensor] = []
        contexts: list[Tensor] = []
        attended: list[Attended] = []
        features: list[Tensor] = []
        for position in range(embedded.shape[1]):
            taken = self._advance(embedded[:, position], encoded, state, watch)
            outputs.append(taken.outputs)
            if taken.context is not None:
                contexts.append(taken.context)
            if taken.attended is not None:
                attended.append(taken.attended)
            feed = None
            if self.feed_dim:
                feed = self._read(
                    outputs[-1].unsqueeze(1),
                    embedded[:, position : position + 1],
                    contexts[-1].unsqueeze(1) if contexts else None,
                    watch,
                ).squeeze(1)
                features.append(feed)
            state = _following(state, taken, feed)
        hidden = torch.stack(outputs, dim=1)
        context = torch.stack(contexts, dim=1) if contexts else None
        if self.feed_dim:
            read = torch.stack(features, dim=1)
        else:
            read = self._read(hidden, embedded, context, watch)
        if not attended:
            return Decoded(read, None, None)
        weights = torch.cat([found.weights for found in attended], dim=1)
        chosen = [found.choices for found in attended if found.choices is not None]
        parts = [torch.cat(part, dim=1) for part in zip(*chosen, strict=True)]
        choices = Choices(*parts) if parts else None
        return Decoded(read, weights, choices, gate=self._gate(hidden, embedded, context))

    def _advance(
        self,
        embedded: Tensor,
        encoded: RecurrentEncoded,
        state: RecurrentState,
        watch: Watch | None,
    ) -> Step:
        """Steps 2 to 4 of the module's docstring."""
        context: Tensor | None = None
        attended: Attended | None = None
        if encoded.context is not None:
            context = repeat_rows(encoded.context, len(embedded) // len(encoded.context))
        elif self.attends_before:
            query = state.layers[self.asking].hidden
            attended = self._attend(query.unsqueeze(1), encoded, state.taken, watch, state.covered)
            context = attended.context.squeeze(1)
        outputs, layers = self.layers.step(embedded, context, state.feed, state.layers, watch)
        if self.attention is not None and not self.attends_before:
            query = layers[self.asking].hidden
            attended = self._attend(query.unsqueeze(1), encoded, state.taken, watch, state.covered)
            context = attended.context.squeeze(1)
        return Step(outputs, layers, context, attended)

    def _attend(
        self,
        query: Tensor,
        encoded: RecurrentEncoded,
        first: int,
        watch: Watch | None,
        covered: Tensor | None = None,
    ) -> Attended:
        found: Attended = cast("Attention", self.attention)(
            query,
            encoded.keys,
            encoded.outputs,
            encoded.mask,
            first,
            watch,
            "decoder.attention",
            covered,
        )
        return found

    def _read(
        self,
        hidden: Float[Tensor, "rows steps hidden_dim"],
        embedded: Float[Tensor, "rows steps embed_dim"],
        context: Float[Tensor, "rows steps context_dim"] | None,
        watch: Watch | None,
    ) -> Float[Tensor, "rows steps readout_dim"]:
        return observe(watch, "decoder.readout", self.readout(hidden, embedded, context, watch))


def _following(state: RecurrentState, taken: Step, feed: Tensor | None) -> RecurrentState:
    """Return the state after a step."""
    covered = None if taken.attended is None else taken.attended.covered
    return RecurrentState(taken.layers, feed, covered, state.taken + 1)


def _watched_state(watch: Watch | None, name: str, state: CellState) -> CellState:
    """Show a state to the observer."""
    hidden = observe_rows(watch, f"{name}.hidden", state.hidden)
    if state.cell is None:
        return CellState(hidden)
    return CellState(hidden, observe_rows(watch, f"{name}.cell", state.cell))
