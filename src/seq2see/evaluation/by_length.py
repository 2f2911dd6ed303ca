"""Scores by length of the source: where a translator stops coping.

This is the plot that made the case for attention (Bahdanau et al. 2015, figure 2; Luong et al.
2015, figure 6).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seq2see.errors import DataError, UsageError
from seq2see.evaluation.scores import Measured

EDGES = (10, 20, 30, 40, 50)
"""The greatest length in every bucket but the last, which has no end."""


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """The sentences whose source length is within ``low`` to ``high``, both included."""

    low: int
    high: int | None
    """None: no limit."""
    count: int
    bleu: float
    chrf: float
    exact_match: float
    """Share, from 0 to 1."""

    @property
    def label(self) -> str:
        """``11-20``, or ``51+``."""
        return f"{self.low}+" if self.high is None else f"{self.low}-{self.high}"

    def to_json(self) -> dict[str, int | float | str | None]:
        """The fields by name, with the label as ``length``; ``high`` may be null."""
        return {
            "length": self.label,
            "low": self.low,
            "high": self.high,
            "count": self.count,
            "bleu": self.bleu,
            "chrf": self.chrf,
            "exact_match": self.exact_match,
        }


def word_lengths(texts: Sequence[str]) -> list[int]:
    """The number of whitespace-separated words of each text."""
    return [len(text.split()) for text in texts]


def by_length(
    measured: Measured, lengths: Sequence[int], edges: Sequence[int] = EDGES
) -> tuple[Bucket, ...]:
    """Score the translations by the length of their source.

    Args:
        measured: The translations, see ``scores.measure``.
        lengths: Length of the source of each, in whatever unit; a length of 0 counts as 1.
        edges: The greatest length of every bucket but the last, ascending, from 1.

    Returns:
        Buckets in order of length, without the empty ones.

    Raises:
        DataError: There are not as many lengths as translations.
        UsageError: The edges do not ascend from 1.
    """
    if len(lengths) != len(measured):
        raise DataError(
            f"There are {len(measured)} translations but {len(lengths)} source lengths; "
            "give one length per translation, in the same order."
        )
    if any(low >= high for low, high in zip([0, *edges], edges, strict=False)):
        raise UsageError(
            f"Length edges must be whole numbers that ascend from 1, but are {list(edges)}; "
            "10, 20, 30 means 1-10, 11-20, 21-30, 31+."
        )
    # Side "left" puts a length equal to an edge into the bucket that ends there.
    bucket_of = np.searchsorted(np.asarray(edges), np.maximum(lengths, 1), side="left")
    lows = [1, *(edge + 1 for edge in edges)]
    highs = [*edges, None]
    buckets = []
    for index, (low, high) in enumerate(zip(lows, highs, strict=True)):
        chosen = bucket_of == index
        if chosen.any():
            buckets.append(
                Bucket(
                    low=low,
                    high=high,
                    count=int(chosen.sum()),
                    bleu=measured.bleu.of(chosen),
                    chrf=measured.chrf.of(chosen),
                    exact_match=measured.exact_match.of(chosen),
                )
            )
    return tuple(buckets)
