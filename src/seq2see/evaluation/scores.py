"""Corpus scores of translations, each with the signature that makes it reproducible.

The scores are sacreBLEU's (Post 2018, arXiv 1804.08771). Every one of them is a function of
statistics summed over sentences, so these are counted once per sentence (``measure``) and then
serve the whole corpus, its parts by length, and its bootstrap samples.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from sacrebleu.metrics.base import Metric as SacrebleuMetric
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER

from seq2see.errors import DataError, UsageError, nearest

BleuTokenizer = Literal["13a", "intl", "zh", "char", "none"]
"""The tokenizers of sacreBLEU that need neither a download nor another package."""

# Scripts written without spaces between words. sacreBLEU has morphological tokenizers for Japanese
# and Korean, but a score must not depend on whether an extra package happens to be installed.
_BY_CHARACTER = frozenset({"ja", "th", "lo", "km", "my", "bo", "dz"})


@dataclass(frozen=True)
class Score:
    """A number and how it came about."""

    score: float
    """From 0 to 100; TER may be higher."""
    signature: str
    """sacreBLEU's signature, as it prints it."""

    def to_json(self) -> dict[str, float | str]:
        """The fields by name."""
        return {"score": self.score, "signature": self.signature}


@dataclass(frozen=True)
class Scores:
    """The scores of one corpus."""

    bleu: Score
    chrf: Score
    ter: Score | None
    """Translation edit rate: lower is better. None where it was not asked for."""
    exact_match: float
    """Share of translations equal to a reference, from 0 to 1."""
    others: Mapping[str, float] = field(default_factory=dict)
    """Scores of other fields by name, shares from 0 to 1; see ``metrics``."""


@dataclass(frozen=True)
class Measure:
    """One score as statistics per sentence, and the function of their sums that it is."""

    name: str
    statistics: NDArray[np.float64]
    """``[sentences, statistics]``"""
    compute: Callable[[NDArray[np.float64]], float]
    """From statistics summed over sentences to the score."""
    signature: str = ""

    def of(self, sentences: NDArray[Any] | None = None) -> float:
        """The score of all sentences, or of those chosen by a mask or by indices."""
        chosen = self.statistics if sentences is None else self.statistics[sentences]
        return self.compute(chosen.sum(axis=0))


@dataclass(frozen=True)
class Measured:
    """A corpus of translations, measured against its references."""

    bleu: Measure
    chrf: Measure
    ter: Measure | None
    exact_match: Measure
    others: tuple[Measure, ...] = ()
    """Measures of other fields; see ``metrics``."""

    def __len__(self) -> int:
        """The number of sentences."""
        return len(self.bleu.statistics)

    def measures(self) -> tuple[Measure, ...]:
        """All measures there are, in the order they are shown."""
        every = (self.bleu, self.chrf, self.ter, self.exact_match)
        return tuple(one for one in every if one is not None) + self.others

    def scores(self, sentences: NDArray[Any] | None = None) -> Scores:
        """The scores of all sentences, or of those chosen by a mask or by indices."""

        def score(measure: Measure) -> Score:
            return Score(measure.of(sentences), measure.signature)

        return Scores(
            bleu=score(self.bleu),
            chrf=score(self.chrf),
            ter=None if self.ter is None else score(self.ter),
            exact_match=self.exact_match.of(sentences),
            others={one.name: one.of(sentences) for one in self.others},
        )


def bleu_tokenizer(language: str | None) -> BleuTokenizer:
    """The BLEU tokenizer for a target language, given by its code (``zh``, ``pt-BR``) or None.

    ``zh`` for Chinese, ``char`` for other languages written without spaces, else ``13a``.
    """
    code = (language or "").lower().replace("_", "-").split("-")[0]
    if code == "zh":
        return "zh"
    return "char" if code in _BY_CHARACTER else "13a"


def measure(
    hypotheses: Sequence[str],
    references: Sequence[str] | Sequence[Sequence[str]],
    *,
    tokenize: str = "13a",
    lowercase: bool = False,
    with_ter: bool = True,
) -> Measured:
    """Count the statistics of every sentence.

    Args:
        hypotheses: Translations, detokenised.
        references: One reference per translation; or several sets of them, each as long as
            ``hypotheses`` (sacreBLEU's order: set first, sentence second).
        tokenize: BLEU's tokenizer, see ``bleu_tokenizer``; ``none`` for tokenised text. With ``zh``
            and ``char``, TER counts edits of Chinese and Japanese characters instead of words.
        lowercase: Ignore case in BLEU, chrF and exact match; TER always does, as sacreBLEU's
            default has it.
        with_ter: TER takes ten times as long as the others, and seconds per sentence where
            sentences are hundreds of words long.

    Raises:
        DataError: There are no hypotheses, or not as many references.
        UsageError: There is no such tokenizer.
    """
    known = get_args(BleuTokenizer)
    if tokenize not in known:
        raise UsageError(
            f"`{tokenize}` is not a BLEU tokenizer"
            + nearest(tokenize, known, f"; they are {', '.join(known)}.")
        )
    reference_sets = _reference_sets(hypotheses, references)
    by_character = tokenize in {"zh", "char"}
    # `force` silences a warning about text that looks tokenised.
    bleu = BLEU(tokenize=tokenize, lowercase=lowercase, force=True)
    chrf = CHRF(lowercase=lowercase)
    ter = TER(normalized=by_character, asian_support=by_character)
    return Measured(
        bleu=_sacrebleu_measure("bleu", bleu, hypotheses, reference_sets),
        chrf=_sacrebleu_measure("chrf", chrf, hypotheses, reference_sets),
        ter=_sacrebleu_measure("ter", ter, hypotheses, reference_sets) if with_ter else None,
        exact_match=_exact_match(hypotheses, reference_sets, lowercase),
    )


def score(
    hypotheses: Sequence[str],
    references: Sequence[str] | Sequence[Sequence[str]],
    *,
    tokenize: str = "13a",
    lowercase: bool = False,
    with_ter: bool = True,
) -> Scores:
    """Score translations against references; arguments and errors are those of ``measure``."""
    return measure(
        hypotheses, references, tokenize=tokenize, lowercase=lowercase, with_ter=with_ter
    ).scores()


def _reference_sets(
    hypotheses: Sequence[str], references: Sequence[str] | Sequence[Sequence[str]]
) -> list[list[str]]:
    if isinstance(hypotheses, str) or isinstance(references, str):
        raise TypeError("`hypotheses` and `references` must be sequences of strings, not a string.")
    if not hypotheses:
        raise DataError("There are no translations to score; give at least one sentence.")
    singles = [one for one in references if isinstance(one, str)]
    if singles and len(singles) != len(references):
        raise TypeError("`references` must be strings or sets of strings, not both.")
    several = [list(one) for one in references if not isinstance(one, str)]
    reference_sets = several or [singles]
    for one in reference_sets:
        if len(one) != len(hypotheses):
            raise DataError(
                f"There are {len(hypotheses)} translations but {len(one)} references; "
                "give one reference per translation, in the same order."
            )
    return reference_sets


def _sacrebleu_measure(
    name: str,
    metric: SacrebleuMetric,
    hypotheses: Sequence[str],
    reference_sets: list[list[str]],
) -> Measure:
    # sacreBLEU's own significance tests are built on these two methods as well; its public
    # `corpus_score` would count all n-grams anew for every part of the corpus.
    statistics = metric._extract_corpus_statistics(hypotheses, reference_sets)

    def compute(sums: NDArray[np.float64]) -> float:
        return float(metric._compute_score_from_stats(sums.tolist()).score)

    return Measure(
        name, np.array(statistics, dtype=np.float64), compute, str(metric.get_signature())
    )


def share(sums: NDArray[np.float64]) -> float:
    """The first sum as a share of the second; 0 of nothing is 0."""
    return float(sums[0] / sums[1]) if sums[1] else 0.0


def _exact_match(
    hypotheses: Sequence[str], reference_sets: list[list[str]], lowercase: bool
) -> Measure:
    def form(text: str) -> str:
        return text.strip().lower() if lowercase else text.strip()

    statistics = [
        [float(form(hypothesis) in {form(one) for one in references}), 1.0]
        for hypothesis, *references in zip(hypotheses, *reference_sets, strict=True)
    ]

    return Measure("exact_match", np.array(statistics), share)
