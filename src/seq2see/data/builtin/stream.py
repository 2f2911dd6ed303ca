"""From a grammar that draws one sentence to splits of any size.

A grammar is one endless stream of drafts. Which split a sentence belongs to is a function of its
target text alone, so splits are disjoint whatever sizes are asked for, in both directions of a
corpus (equal sources have equal targets), and a smaller size is a prefix of a larger one.
"""

import hashlib
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from seq2see.data.builtin.aligned import Draft, link, spell
from seq2see.data.pair import Pair
from seq2see.errors import DataError

Item = TypeVar("Item")
Split = Literal["train", "valid", "test", "long"]

SPLITS: tuple[Split, ...] = ("train", "valid", "test", "long")
LONG_WORDS = range(30, 61)
"""How many words either side of a pair of the split ``long`` has."""

_SHARES: dict[bool, tuple[tuple[Split, int], ...]] = {
    False: (("train", 85), ("valid", 5), ("test", 10)),
    True: (("train", 40), ("valid", 3), ("test", 7), ("long", 50)),
}
"""Per cent of all ordinary (False) and of all long (True) sentences that go to each split."""

_MAX_MISSES = 100_000
"""Draws in a row without a new sentence after which a grammar counts as exhausted."""


class Draw:
    """Random choices that are the same in every process and Python version.

    Built on ``random.Random.random`` alone, the one method Python promises to keep reproducible.
    """

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed).random

    def chance(self, probability: float) -> bool:
        """Return True with this probability."""
        return self._random() < probability

    def choose(self, items: Sequence[Item]) -> Item:
        """Return one of the items, all equally likely."""
        return items[int(self._random() * len(items))]

    def between(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``, both included."""
        return low + int(self._random() * (high - low + 1))


def count_words(text: str) -> tuple[int, int]:
    """Count words as separated by spaces, and with punctuation apart."""
    return text.count(" ") + 1, len(_WORDS.findall(text))


_WORDS = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, kw_only=True)
class Grammar:
    """A corpus as something that draws sentences.

    Attributes:
        draw: Draws one sentence, or a long one when its second argument is True.
        sizes: Pairs in each split when no size is asked for; a split that is missing here does not
            exist.
        limits: The most pairs that each split can give.
        fixed: Pairs that open the split ``train`` and are in no other.
        languages: The two languages, where the sides are in languages.
        count_words: How the length of one side is counted, as its least and its greatest reading.
    """

    draw: Callable[[Draw, bool], Draft]
    sizes: Mapping[Split, int]
    limits: Mapping[Split, int]
    fixed: tuple[Pair, ...] = ()
    languages: tuple[str, str] | None = None
    count_words: Callable[[str], tuple[int, ...]] = count_words

    def pairs(self, name: str, split: Split, size: int) -> Iterator[Pair]:
        """Yield the first ``size`` pairs of a split, none of them twice.

        Raises:
            DataError: The grammar does not have that many.
        """
        fixed = self.fixed[:size] if split == "train" else ()
        yield from fixed
        reserved = {pair.source for pair in self.fixed}
        seen: set[str] = set(reserved)
        remaining = size - len(fixed)
        misses = 0
        draw = Draw(f"seq2see {name} {split == 'long'}")
        while remaining:
            draft = self.draw(draw, split == "long")
            source = spell(draft.source, draft.source_separator)
            target = spell(draft.target, draft.target_separator)
            if self._split_of(source.text, target.text) == split and source.text not in seen:
                seen.add(source.text)
                remaining -= 1
                misses = 0
                yield link(draft, source, target)
                continue
            misses += 1
            if misses > _MAX_MISSES:
                raise DataError(
                    f"`builtin:{name}/{split}` ran out of new sentences after {size - remaining}; "
                    f"ask for no more than that."
                )

    def _split_of(self, source: str, target: str) -> Split | None:
        counts = (*self.count_words(source), *self.count_words(target))
        if max(counts) > LONG_WORDS[-1]:
            return None
        digest = hashlib.sha256(target.casefold().encode()).digest()
        place = int.from_bytes(digest[:4], "big") % 100
        for split, share in _SHARES[min(counts) >= LONG_WORDS[0]]:
            place -= share
            if place < 0:
                return split
        return None
