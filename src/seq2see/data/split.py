"""Splitting pairs into training, validation and test sets, without leaks."""

import hashlib
import math
import random
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from seq2see.data.pair import Pair
from seq2see.errors import ConfigError, DataError

Part = Literal["valid", "test"]

_DEFAULT_PERCENT = 5
_DEFAULT_MOST = 2000
_WHITE_SPACE = re.compile(r"\s+")


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

    train: list[Pair]
    valid: list[Pair]
    test: list[Pair]
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
    return _WHITE_SPACE.sub(" ", spaced).strip() or folded.strip()


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
    keys = [normalised(pair.source) for pair in pairs]
    sizes = _sizes(len(pairs), share, len(parts))
    if by == "row":
        _require(len(pairs), parts, "rows")
        chosen = _by_row(len(pairs), sizes, seed)
    else:
        groups: dict[str, list[int]] = {}
        for index, key in enumerate(keys):
            groups.setdefault(key, []).append(index)
        _require(len(groups), parts, "different sources")
        chosen = _by_source(groups, sizes, seed)
    place: list[str] = ["train"] * len(pairs)
    for part, indices in zip(parts, chosen, strict=True):
        for index in indices:
            place[index] = part
    sources: dict[str, set[str]] = {"train": set(), "valid": set(), "test": set()}
    sets: dict[str, list[Pair]] = {name: [] for name in sources}
    for pair, key, name in zip(pairs, keys, place, strict=True):
        sets[name].append(pair)
        sources[name].add(key)
    train, valid, test = sources["train"], sources["valid"], sources["test"]
    return Splits(
        train=sets["train"],
        valid=sets["valid"],
        test=sets["test"],
        leaking_sources=len((train & valid) | (train & test) | (valid & test)),
        leaking_pairs=sum(
            name != "train" and key in train for key, name in zip(keys, place, strict=True)
        ),
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


def _by_row(num_pairs: int, sizes: Sequence[int], seed: int) -> list[list[int]]:
    order = list(range(num_pairs))
    random.Random(seed).shuffle(order)
    chosen = []
    for size in sizes:
        chosen.append(order[:size])
        order = order[size:]
    return chosen


def _by_source(groups: dict[str, list[int]], sizes: Sequence[int], seed: int) -> list[list[int]]:
    """Fill the parts with whole groups, in an order that depends on the seed and each key alone."""

    def rank(key: str) -> bytes:
        data = f"{seed}:{key}".encode("utf-8", errors="surrogatepass")
        return hashlib.sha256(data).digest()

    def size_of(key: str) -> int:
        return len(groups[key])

    remaining = sorted(groups, key=rank)
    chosen = []
    for position, size in enumerate(sizes):
        spare = len(remaining) - (len(sizes) - position)  # one group for each set still to fill
        taken: dict[str, None] = {}
        missing = size
        for key in remaining:
            if not missing or len(taken) == spare:
                break
            if size_of(key) <= missing:
                taken[key] = None
                missing -= size_of(key)
        left = [key for key in remaining if key not in taken]
        if left and len(taken) < spare:
            # All that is left is larger than what is missing: take it where that comes nearer.
            smallest = min(left, key=size_of)
            if size_of(smallest) - missing < missing or not taken:
                taken[smallest] = None
                left.remove(smallest)
        chosen.append([index for key in taken for index in groups[key]])
        remaining = left
    return chosen
