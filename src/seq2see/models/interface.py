"""What every architecture is to the rest of the program.

A model encodes a source once, and then either takes one decoding step at a time (search) or all
steps at once (training, alignment, traces). Rows of ``Encoded`` are sentences; rows of
``DecoderState`` are hypotheses, ``beam`` of them for each sentence, side by side. Both are
immutable values: modules hold parameters and nothing else, so one model may serve many callers.

Every number worth seeing passes through ``watch``. Names are paths such as
``decoder.attention.weights``. Encoder values have axes ``(batch, src_len, ...)``; decoder values
``(batch, steps, ...)`` where one call may hold one step or all of them: successive calls of the
same name continue that axis (calls of a ``backward`` layer continue it from the end). What a
watcher returns is used in place of the value, which is how what-if and ablation work.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, Self, runtime_checkable

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from seq2see.data.batching import Source

__all__ = [
    "CopyFeatures",
    "DecoderOutput",
    "DecoderState",
    "Encoded",
    "Features",
    "Mixture",
    "NarrowOutput",
    "OutputLayer",
    "Rows",
    "Seq2seq",
    "Source",
    "StepOutput",
    "Watch",
    "observe",
    "observe_rows",
    "repeat_rows",
]


@runtime_checkable
class Watch(Protocol):
    """An observer: receives each named value and returns the one to go on with."""

    def __call__(self, name: str, value: Tensor, /) -> Tensor:
        """Receive a named value; return it, or what to use instead."""
        ...


def observe(watch: Watch | None, name: str, value: Tensor) -> Tensor:
    """Pass a value by the observer, if there is one."""
    return value if watch is None else watch(name, value)


def observe_rows(watch: Watch | None, name: str, value: Tensor) -> Tensor:
    """Pass rows of one step by the observer, who sees them with an axis of steps."""
    return value if watch is None else watch(name, value.unsqueeze(1)).squeeze(1)


class Rows:
    """A frozen dataclass whose tensors all have one row per sentence (or per hypothesis)."""

    def _select(self, rows: Int[Tensor, " kept"]) -> Self:
        changes = {
            entry.name: _select_rows(getattr(self, entry.name), rows)
            for entry in dataclasses.fields(self)  # type: ignore[arg-type]
        }
        return dataclasses.replace(self, **changes)  # type: ignore[type-var]


def _select_rows(value: Any, rows: Tensor) -> Any:
    """Pick rows of every tensor inside ``value``; anything else is shared by all rows."""
    if isinstance(value, Tensor):
        return value.index_select(0, rows)
    if isinstance(value, Rows):
        return value._select(rows)
    if isinstance(value, tuple):
        return tuple(_select_rows(entry, rows) for entry in value)
    return value


@dataclass(frozen=True)
class Encoded(Rows):
    """A batch of encoded sources; architectures add what their decoders need."""

    outputs: Float[Tensor, "batch src_len encoder_dim"]
    mask: Bool[Tensor, "batch src_len"]
    """True at real tokens."""

    def select(self, sentences: Int[Tensor, " kept"]) -> Self:
        """Keep some sentences. Costs a copy of everything: only for when sentences finish."""
        return self._select(sentences)


@dataclass(frozen=True)
class DecoderState(Rows):
    """What a decoder remembers of each hypothesis."""

    def select(self, hypotheses: Int[Tensor, " kept"]) -> Self:
        """Keep, repeat or reorder hypotheses; done at every step of a search."""
        return self._select(hypotheses)


@dataclass(frozen=True)
class CopyFeatures:
    """What an output layer reads that may copy from the source; see ``models.copying``."""

    readout: Float[Tensor, "*rows features_dim"]
    gate: Float[Tensor, "*rows 1"]
    """Logit of the probability that the token is generated, not copied."""
    weights: Float[Tensor, "*rows src_len"]
    """Attention: the probability of each source position, where one is copied."""
    ids: Int[Tensor, "*rows src_len"]
    """Tokens of the source."""

    def map(self, change: Callable[[Tensor], Tensor]) -> Self:
        """Change all alike."""
        return type(self)(
            *(change(getattr(self, entry.name)) for entry in dataclasses.fields(self))
        )

    def __getitem__(self, rows: Any) -> Self:
        return self.map(lambda values: values[rows])


Features = Float[Tensor, "*rows features_dim"] | CopyFeatures
"""What an output layer reads of each row; nobody else needs to know which of the two it is."""


@dataclass(frozen=True)
class StepOutput:
    """One decoding step for every hypothesis."""

    features: Features
    """What the output layer reads."""
    attention: Float[Tensor, "rows src_len"] | None
    """Attention over source positions (layers and heads averaged); None if there is none."""
    state: DecoderState


@dataclass(frozen=True)
class Mixture:
    """Several features for each step, of which one holds: ``P(y) = sum_i a_i P(y | i)``."""

    features: Float[Tensor, "batch tgt_len choices features_dim"]
    log_weights: Float[Tensor, "batch tgt_len choices"]
    """Logarithms of the probabilities ``a_i``."""


@dataclass(frozen=True)
class DecoderOutput:
    """All decoding steps under given previous tokens."""

    features: Features
    attention: Float[Tensor, "batch tgt_len src_len"] | None
    """As in ``StepOutput``; also None where nothing watched and a fused path computed none."""
    penalties: dict[str, Float[Tensor, ""]] = field(default_factory=dict)
    """Named scalars, summed over the batch's tokens, that training adds to the loss."""
    mixture: Mixture | None = None
    """What training takes the loss of instead of ``features``, where that is a mixture."""


@runtime_checkable
class OutputLayer(Protocol):
    """Owner of probabilities and of the loss.

    It reads the features that its own model makes, tensors or ``CopyFeatures``.
    """

    def log_probs(self, features: Any, watch: Watch | None = None) -> Float[Tensor, "*rows vocab"]:
        """Log-probabilities over the vocabulary.

        A layer that normalises logits shows them to the observer as ``output.logits``.
        """
        ...

    def narrow(
        self, ids: Int[Tensor, " columns"], listed: Bool[Tensor, "sentences columns"]
    ) -> "NarrowOutput":
        """Return the layer over some tokens alone, of which each sentence may use those listed."""
        ...

    def loss(
        self,
        features: Any,
        target: Int[Tensor, "*rows"],
        label_smoothing: float = 0.0,
    ) -> tuple[Float[Tensor, ""], int]:
        """Summed negative log-likelihood of the real target tokens, and their count."""
        ...


@runtime_checkable
class NarrowOutput(Protocol):
    """An output layer over some tokens, each sentence's own among them; an immutable value."""

    def log_probs(self, features: Any) -> Float[Tensor, "rows columns"]:
        """Log-probabilities over the tokens listed for each row's sentence; ``-inf`` elsewhere.

        As everywhere, each sentence has the same number of rows, side by side.
        """
        ...

    def select(self, sentences: Int[Tensor, " kept"]) -> Self:
        """Keep some sentences."""
        ...


class Seq2seq(nn.Module):
    """A sequence-to-sequence model. See the module's docstring for the meaning of rows."""

    output: OutputLayer

    def encode(self, source: Source, watch: Watch | None = None) -> Encoded:
        """Read the sources, once."""
        raise NotImplementedError

    def start(self, encoded: Encoded, beam: int) -> DecoderState:
        """Return the state before the first step, ``beam`` rows for each sentence."""
        raise NotImplementedError

    def step(
        self,
        previous: Int[Tensor, " rows"],
        encoded: Encoded,
        state: DecoderState,
        watch: Watch | None = None,
    ) -> StepOutput:
        """Take one step after the given previous tokens."""
        raise NotImplementedError

    def decode(
        self,
        previous: Int[Tensor, "batch tgt_len"],
        encoded: Encoded,
        watch: Watch | None = None,
    ) -> DecoderOutput:
        """Take all steps at once; ``previous`` starts with ``<s>``."""
        raise NotImplementedError

    @property
    def has_attention(self) -> bool:
        """Whether decoding attends to source positions."""
        raise NotImplementedError

    @property
    def steps_in_turn(self) -> bool:
        """Whether ``decode`` takes its steps one after the other, each from the state before it."""
        raise NotImplementedError


def repeat_rows(value: Tensor, beam: int) -> Tensor:
    """Repeat each row ``beam`` times, side by side."""
    return value if beam == 1 else torch.repeat_interleave(value, beam, dim=0)
