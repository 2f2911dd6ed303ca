"""What a translation is: plain values, with attention worked out when it is first asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seq2see.decoding.tree import SearchTree
from seq2see.errors import ConfigError
from seq2see.trace.matrix import AttentionMatrix
from seq2see.trace.record import Trace


@dataclass(frozen=True, eq=False)
class Observed:
    """What was seen inside the model while it was made to say a hypothesis again."""

    attention: AttentionMatrix | None
    """Attention over the source, layers and heads averaged; None if the model has none."""
    attentions: Mapping[str, NDArray[np.floating]]
    """Attention weights by their watched name: ``(target, source)`` for recurrent models,
    ``(heads, target, source)`` for each layer of a Transformer."""


def nothing_observed() -> Observed:
    """Observe a hypothesis that no model said."""
    return Observed(None, {})


def nothing_recorded() -> Trace:
    """Refuse to record a hypothesis that no model said.

    Raises:
        ConfigError: Always.
    """
    raise ConfigError("There is no trace of an empty text, since no model read it; give a text.")


@dataclass(frozen=True)
class Replacement:
    """A word that stands in the place of an unknown token; see ``decoding.unknown``."""

    token: int
    """Place of the token among the hypothesis's, from 0."""
    source: int
    """Place of the source token that it attends to most."""
    word: str
    """What stands there now."""
    translated: bool
    """Whether the dictionary has it; False: it is the source token as it stands."""


@dataclass(frozen=True)
class Hypothesis:
    """One translation of a sentence."""

    text: str
    tokens: tuple[str, ...]
    """Display label of each token; of an unknown one that was replaced, the word there now."""
    ids: tuple[int, ...]
    """Vocabulary id of each token, as the model said it; ``<s>`` and ``</s>`` are left out."""
    score: float
    """What hypotheses are ranked by: ``log_prob`` with length and coverage penalty."""
    log_prob: float
    """Natural logarithm of the probability that the model gives to all tokens and the end."""
    finished: bool
    """Whether the model ended it; False: it reached the longest length allowed."""
    look_up: Callable[[], tuple[float, ...]] = field(default=tuple, repr=False, compare=False)
    """Gives ``token_log_probs``."""
    observe: Callable[[], Observed] = field(default=nothing_observed, repr=False, compare=False)
    """Looks at the model's attention; called once, when it is first needed."""
    record: Callable[[], Trace] = field(default=nothing_recorded, repr=False, compare=False)
    """Makes the trace; called each time."""
    replaced: tuple[Replacement, ...] = ()
    """What stands in the place of unknown tokens; empty unless that was asked for."""

    def trace(self) -> Trace:
        """Return everything that the model computed while it said this.

        Raises:
            ConfigError: The text was empty, so that the model computed nothing.
        """
        return self.record()

    @property
    def token_log_probs(self) -> tuple[float, ...]:
        """Log-probability of each token; and of ``</s>`` if finished."""
        return self.look_up()

    @cached_property
    def _observed(self) -> Observed:
        return self.observe()

    @property
    def attention(self) -> AttentionMatrix | None:
        """Attention over the source, layers and heads averaged; None if the model has none."""
        return self._observed.attention

    @property
    def attentions(self) -> Mapping[str, NDArray[np.floating]]:
        """Attention weights by layer and head; see ``Observed.attentions``."""
        return self._observed.attentions

    @property
    def alignment(self) -> tuple[tuple[int, int], ...]:
        """Links (source word, target word) by strongest attention; none without attention."""
        return () if self.attention is None else self.attention.argmax_alignment()


@dataclass(frozen=True)
class Translation:
    """A source and its translations; ``text`` and the like are those of the best one."""

    source: str
    """The text as it was given."""
    source_tokens: tuple[str, ...]
    """Display label of each source token, after cleaning; without the ``</s>`` that follows."""
    hypotheses: tuple[Hypothesis, ...]
    """At least one, best first; samples in the order drawn."""
    unknown_words: tuple[str, ...] = ()
    """Pieces of the source that the vocabulary does not hold."""
    too_long: bool = False
    """Whether the source is longer than any the model was trained on; it is translated whole."""
    warnings: tuple[str, ...] = ()
    """Sentences for the user about what makes this translation doubtful."""
    tree: SearchTree | None = field(default=None, repr=False, compare=False)
    """Everything the search considered; None where nothing was searched."""

    @property
    def best(self) -> Hypothesis:
        """The best hypothesis."""
        return self.hypotheses[0]

    def trace(self) -> Trace:
        """Return the trace of the best hypothesis; see ``Hypothesis.trace``."""
        return self.best.trace()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """Show the player in a notebook; nothing where there is no trace to show."""
        try:
            return self.trace()._repr_mimebundle_()
        except ConfigError:  # an empty text, or an ensemble: the notebook shows the plain values
            return {}

    @property
    def text(self) -> str:
        """Text of the best hypothesis."""
        return self.best.text

    @property
    def tokens(self) -> tuple[str, ...]:
        """Tokens of the best hypothesis."""
        return self.best.tokens

    @property
    def score(self) -> float:
        """Score of the best hypothesis."""
        return self.best.score

    @property
    def log_prob(self) -> float:
        """Log-probability of the best hypothesis."""
        return self.best.log_prob

    @property
    def attention(self) -> AttentionMatrix | None:
        """Attention of the best hypothesis; None if the model has none."""
        return self.best.attention

    @property
    def alignment(self) -> tuple[tuple[int, int], ...]:
        """Links (source word, target word) of the best hypothesis."""
        return self.best.alignment
