"""Error rates of sequences that are not sentences: pronunciations, inflected forms, symbols.

All of them are sums over the corpus, so that a long target weighs as much as its length.
"""

from collections.abc import Callable, Sequence

import numpy as np

from seq2see.evaluation.scores import Measure, share


def word_error_rate(hypotheses: Sequence[str], references: Sequence[str]) -> Measure:
    """The share of targets that are not entirely right, each of them being one word.

    Source: SIGMORPHON 2020, task 1 (Gorman et al. 2020), where a word is wrong if any of its
    phonemes is. For targets that are sentences see ``phoneme_error_rate``.
    """
    wrong = [
        [float(one.split() != other.split()), 1.0]
        for one, other in zip(hypotheses, references, strict=True)
    ]
    return Measure("wer", np.array(wrong), share)


def phoneme_error_rate(hypotheses: Sequence[str], references: Sequence[str]) -> Measure:
    """Insertions, deletions and substitutions for each token of the reference.

    A token is what stands between spaces. Where these are words, this is the word error rate of
    speech recognition.
    """
    return _edit_rate("per", hypotheses, references, str.split)


def character_error_rate(hypotheses: Sequence[str], references: Sequence[str]) -> Measure:
    """Insertions, deletions and substitutions for each character of the reference."""
    return _edit_rate("cer", hypotheses, references, lambda text: list(text.strip()))


def edit_distance(first: Sequence[str], second: Sequence[str]) -> int:
    """The fewest insertions, deletions and substitutions that turn one into the other.

    Source: Levenshtein 1966; computed row by row (Wagner & Fischer 1974).
    """
    above = list(range(len(second) + 1))
    for row, one in enumerate(first, start=1):
        current = [row]
        for column, other in enumerate(second, start=1):
            substituted = above[column - 1] + (one != other)
            current.append(min(substituted, above[column] + 1, current[-1] + 1))
        above = current
    return above[-1]


def _edit_rate(
    name: str,
    hypotheses: Sequence[str],
    references: Sequence[str],
    split: Callable[[str], list[str]],
) -> Measure:
    pairs = zip(map(split, hypotheses), map(split, references), strict=True)
    counts = [[float(edit_distance(one, other)), float(len(other))] for one, other in pairs]
    return Measure(name, np.array(counts), share)
