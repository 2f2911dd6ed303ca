"""Splitting pairs into training, validation and test sets, without leaks."""

import hashlib
import math
import random
import unicodedata
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import compress, count
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from seq2see.data.pair import Pair
from seq2see.data.table import Rows, columns, take
from seq2see.errors import ConfigError, DataError

Part = Literal["valid", "test"]
Keys = NDArray[np.uint64]

_DEFAULT_PERCENT = 5
_DEFAULT_MOST = 2000
_BLOCK = 1 << 16
_BEFORE_FIRST = np.uint32(0xFFFFFFFF)  # -1 as far as unsigned differences go


class _SpaceForPunctuation(dict[int, str]):
    """A table for ``str.translate`` that learns each character when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = " " if unicodedata.category(character)[0] == "P" else character
        return self[code]


_PUNCTUATION = _SpaceForPunctuation()


@dataclass(frozen=True, kw_only=True)
class Splits:
    """Three sets of pairs, each in the order in which the pairs came."""

    train: Sequence[Pair]
    valid: Sequence[Pair]
    test: Sequence[Pair]
    leaking_sources: int
    """Different normalised sources that stand in more than one set."""
    leaking_pairs: int
    """Validation and test pairs whose normalised source is also in the training set."""


def normalised(text: str) -> str:
    """Return what makes two source sentences the same one for splitting.

    Compatibility forms, case, punctuation and white space are levelled; marks and symbols stay. A
    text of nothing but punctuation stays itself.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    spaced = folded.translate(_PUNCTUATION)
    return " ".join(spaced.split()) or folded.strip()


def split(
    pairs: Sequence[Pair],
    *,
    share: float | None = None,
    by: Literal["source", "row"] = "source",
    seed: int = 1,
    parts: Sequence[Part] = ("valid", "test"),
) -> Splits:
    """Take validation and test pairs off a corpus; the rest is for training.

    By source, all translations of one normalised source go to one set; which one depends only on
    the seed and that source, so that other pairs and their order hardly matter. By row, every pair
    is drawn for itself, and the result says how many sources leak.

    Args:
        pairs: The corpus.
        share: Share of the pairs used for training, rounded down; the rest is divided evenly
            among ``parts``. By source, as near as whole groups allow. None: 5% of the pairs for
            each part, at most 2,000. Every set gets at least one pair.
        by: What is kept together.
        seed: Chooses the split; the same seed and pairs give the same split.
        parts: The sets to take off; others stay empty.

    Raises:
        ConfigError: The share is not between 0 and 1.
        DataError: There are fewer pairs or sources than sets.
    """
    if share is not None and not 0 < share < 1:
        raise ConfigError(f"The share for training must lie between 0 and 1, but is {share}.")
    sizes = _sizes(len(pairs), share, len(parts))
    keys = _keys(pairs, seed)
    if by == "row":
        _require(len(pairs), parts, "rows")
        chosen = _by_row(len(pairs), sizes, seed)
    else:
        chosen = _by_source(keys, sizes, parts)
    place = np.zeros(len(pairs), dtype=np.uint8)
    for number, rows in enumerate(chosen, start=1):
        place[rows] = number
    sets: dict[str, Sequence[Pair]] = {"train": take(pairs, _rows(place == 0))}
    for number, part in enumerate(parts, start=1):
        sets[part] = take(pairs, _rows(place == number))
    leaking = _leaks(keys, place) if by == "row" else (0, 0)
    return Splits(
        train=sets["train"],
        valid=sets.get("valid", ()),
        test=sets.get("test", ()),
        leaking_sources=leaking[0],
        leaking_pairs=leaking[1],
    )


def sources_of(pairs: Iterable[Pair]) -> set[str]:
    """Return the normalised sources."""
    return {normalised(pair.source) for pair in pairs}


def _require(count: int, parts: Sequence[Part], what: str) -> None:
    if count <= len(parts):
        raise DataError(
            f"The usable pairs have {count} {what}, too few to split into {len(parts) + 1} sets "
            f"(train, {' and '.join(parts)}); give more pairs, or corpora of their own with "
            "`--valid` and `--test`."
        )


def _sizes(num_pairs: int, share: float | None, num_parts: int) -> list[int]:
    """Return how many pairs each part should get."""
    if share is None:
        return [min(_DEFAULT_MOST, max(1, num_pairs * _DEFAULT_PERCENT // 100))] * num_parts
    # As written, not as the nearest float: 0.29 of 100 pairs are 29, not 28.
    rest = num_pairs - max(1, math.floor(Fraction(repr(share)) * num_pairs))
    return [
        max(1, rest // num_parts + (part >= num_parts - rest % num_parts))
        for part in range(num_parts)
    ]


def _keys(pairs: Sequence[Pair], seed: int) -> Keys:
    """Number the normalised sources, each by a hash of the seed and the source.

    The order of the numbers is random, and only two of 2 ** 64 sources are taken for the same one.
    """
    keys = np.empty(len(pairs), dtype=np.uint64)
    start = 0
    for sources, _ in columns(pairs):
        digests = b"".join(
            hashlib.sha256(f"{seed}:{normalised(text)}".encode(errors="surrogatepass")).digest()[:8]
            for text in sources
        )
        keys[start : start + len(sources)] = np.frombuffer(digests, dtype=">u8")
        start += len(sources)
    return keys


def _by_row(num_pairs: int, sizes: Sequence[int], seed: int) -> list[Rows]:
    order = array("I", range(num_pairs))
    random.Random(seed).shuffle(order)
    rows = np.frombuffer(order, dtype=np.uint32)
    ends = np.cumsum(sizes)
    return [rows[end - size : end] for size, end in zip(sizes, ends, strict=True)]


def _by_source(keys: Keys, sizes: Sequence[int], parts: Sequence[Part]) -> list[Rows]:
    """Fill the parts with whole groups, in an order that depends on the seed and each key alone."""
    ordered = np.sort(keys)
    ends = _rows(np.append(ordered[1:] != ordered[:-1], [True] * min(1, len(keys))))
    counts = np.diff(ends, prepend=_BEFORE_FIRST)  # pairs of each group
    _require(len(ends), parts, "different sources")
    free = np.ones(len(ends), dtype=np.bool_)
    chosen = []
    for position, size in enumerate(sizes):
        # One group has to stay for each set that is still to be filled.
        spare = int(free.sum()) - (len(sizes) - position)
        taken: list[int] = []
        missing = size
        for group in compress(count(), free):
            if not missing or len(taken) == spare:
                break
            if counts[group] <= missing:
                taken.append(group)
                missing -= int(counts[group])
        free[taken] = False
        if (missing or not taken) and len(taken) < spare:
            # All that is left is larger than what is missing: take it where that comes nearer.
            left = np.flatnonzero(free)
            smallest = int(left[counts[left].argmin()])
            if counts[smallest] - missing < missing or not taken:
                taken.append(smallest)
                free[smallest] = False
        chosen.append(_rows(_among(keys, np.sort(ordered[ends[taken]]))))
    return chosen


def _leaks(keys: Keys, place: NDArray[np.uint8]) -> tuple[int, int]:
    """Count the keys that stand in more than one set, and the held-out pairs with one of training.

    Args:
        keys: Of all pairs.
        place: The set of each pair, 0 for training.
    """
    train, valid, test = (np.unique(keys[place == number]) for number in range(3))
    both = np.intersect1d(valid, test, assume_unique=True)
    held_out = np.union1d(valid, test)
    leaking = np.union1d(both, held_out[_among(held_out, train)])
    return len(leaking), int(_among(keys[place != 0], train).sum())


def _among(values: Keys, known: Keys) -> NDArray[np.bool_]:
    """Tell for each value whether it is one of the known ones, which are sorted."""
    found = np.zeros(len(values), dtype=np.bool_)
    if len(known):
        for start in range(0, len(values), _BLOCK):
            block = values[start : start + _BLOCK]
            nearest = known[np.minimum(np.searchsorted(known, block), len(known) - 1)]
            found[start : start + _BLOCK] = nearest == block
    return found


def _rows(mask: NDArray[np.bool_]) -> Rows:
    return np.flatnonzero(mask).astype(np.uint32)
