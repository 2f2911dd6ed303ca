"""What a run says to a sentence, as plain values that can be kept and sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

if TYPE_CHECKING:
    from seq2see.decoding.translation import Hypothesis, Translation
    from seq2see.decoding.translator import Translator
    from seq2see.trace.matrix import AttentionMatrix

DIGITS = 5
"""Of probabilities; more would only be longer."""
_OBJECT = 100
"""Bytes of a small object."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to translate."""

    beam_size: int | None = None
    """None: as the run's configuration says, but at least ``num_best``."""
    num_best: int = 1
    length_penalty: float | None = None
    look: bool = False
    """Whether to look into the model, too: ``Said.seen``."""


@dataclass(frozen=True, eq=False)
class Seen:
    """What was seen inside the model while it said a sentence."""

    tokens: tuple[str, ...]
    token_log_probs: tuple[float, ...]
    """One for each token; and one more for the end of the sentence, if the model ended it."""
    attention: Float[np.ndarray, "targets sources"] | None
    """A row for each of ``token_log_probs``, a column for each source token and one for its end;
    None if the model has no attention."""
    word_attention: Float[np.ndarray, "target_words source_words"] | None
    """The same between words at white space, and the ends: a sum over source tokens, a mean over
    target tokens."""
    alignment: tuple[tuple[int, int], ...]
    """Links (source word, target word), counted from 0 among words between white space."""


@dataclass(frozen=True)
class Said:
    """One translation of a sentence."""

    text: str
    score: float
    log_prob: float
    num_tokens: int
    seen: Seen | None


@dataclass(frozen=True, eq=False)
class Answer:
    """All that is said to a sentence: at least one translation, best first."""

    source_tokens: tuple[str, ...]
    said: tuple[Said, ...]
    warnings: tuple[str, ...]

    @property
    def text(self) -> str:
        """The best translation."""
        return self.said[0].text

    @cached_property
    def weight(self) -> int:
        """How many bytes it has, roughly."""
        size = _OBJECT * (1 + len(self.source_tokens))
        for one in self.said:
            size += _OBJECT + 2 * len(one.text)
            if one.seen is not None:
                size += _OBJECT * 2 * (len(one.seen.tokens) + len(one.seen.alignment))
                for matrix in (one.seen.attention, one.seen.word_attention):
                    size += 0 if matrix is None else matrix.nbytes
        return size


def answer(translator: "Translator", sentences: list[str], options: Options) -> Iterator[Answer]:
    """Translate sentences that share their options."""
    translations = translator.translate(
        sentences,
        beam_size=options.beam_size,
        num_best=options.num_best,
        length_penalty=options.length_penalty,
    )
    for one in translations:
        yield _answer(one, options)


def _answer(translation: "Translation", options: Options) -> Answer:
    said = (
        Said(
            one.text,
            one.score,
            one.log_prob,
            len(one.ids),
            _seen(one) if options.look else None,
        )
        for one in translation.hypotheses
    )
    return Answer(translation.source_tokens, tuple(said), translation.warnings)


def _seen(hypothesis: "Hypothesis") -> Seen:
    matrix = hypothesis.attention
    return Seen(
        tokens=hypothesis.tokens,
        token_log_probs=tuple(round(one, DIGITS) for one in hypothesis.token_log_probs),
        attention=None if matrix is None else _small(matrix),
        word_attention=None if matrix is None else _small(matrix.words()),
        alignment=hypothesis.alignment,
    )


def _small(matrix: "AttentionMatrix") -> Float[np.ndarray, "targets sources"]:
    return np.asarray(matrix.values, np.float32)
