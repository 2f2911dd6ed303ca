"""Scores of tagging and of classification, where a target is a sequence of labels or a single one.

The labels are read from the translations as they stand, one between spaces for each word of the
source, so a translation may also have too few or too many of them.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from seq2see.evaluation.scores import Measure, share


def tag_accuracy(hypotheses: Sequence[str], references: Sequence[str]) -> Measure:
    """The share of reference tags for which the tag at the same place is the same."""
    counts = []
    for hypothesis, reference in zip(hypotheses, references, strict=True):
        found, wanted = hypothesis.split(), reference.split()
        # The shorter of the two decides: a tag that is missing is wrong, one too many is ignored.
        right = sum(one == other for one, other in zip(found, wanted, strict=False))
        counts.append([float(right), float(len(wanted))])
    return Measure("tag_accuracy", np.array(counts), share)


def span_f1(hypotheses: Sequence[str], references: Sequence[str]) -> Measure:
    """F1 of entities in ``B-TYPE I-TYPE O`` tags: right where type, start and end are right.

    Source: CoNLL 2000 and 2003 (Tjong Kim Sang & De Meulder 2003), over all types together.
    """
    counts = []
    for hypothesis, reference in zip(hypotheses, references, strict=True):
        found, wanted = set(_spans(hypothesis.split())), set(_spans(reference.split()))
        counts.append([float(len(found & wanted)), float(len(found)), float(len(wanted))])
    return Measure("span_f1", np.array(counts), _f1)


def macro_f1(hypotheses: Sequence[str], references: Sequence[str]) -> Measure:
    """The mean of F1 over the classes, where each whole target is a class.

    A class counts where some translation or some reference has it.
    """
    found, wanted = ([text.strip() for text in side] for side in (hypotheses, references))
    places = {name: place for place, name in enumerate(sorted({*found, *wanted}))}
    # For each sentence and class: whether both have it, the translation, the reference.
    counts = np.zeros((len(found), len(places), 3))
    for row, (one, other) in enumerate(zip(found, wanted, strict=True)):
        counts[row, places[one], 1] = 1
        counts[row, places[other], 2] = 1
        counts[row, places[one], 0] = one == other

    def mean(sums: NDArray[np.float64]) -> float:
        classes = sums.reshape(-1, 3)
        return float(np.mean([_f1(one) for one in classes if one[1:].any()]))

    return Measure("macro_f1", counts.reshape(len(found), -1), mean)


def _f1(sums: NDArray[np.float64]) -> float:
    """The harmonic mean of precision and recall from what is both, found and wanted."""
    both, found, wanted = sums
    return float(2 * both / (found + wanted)) if found + wanted else 0.0


def _spans(tags: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Yield type, start and end of each entity.

    An ``I-`` that continues nothing of its type begins an entity, as in the task's own script.
    """
    start, kind = 0, ""
    for place, tag in enumerate([*tags, "O"]):
        position, _, other = tag.partition("-")
        if kind and (position != "I" or other != kind):
            yield kind, start, place
            kind = ""
        if not kind and position in ("B", "I"):
            start, kind = place, other
