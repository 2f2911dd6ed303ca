"""The checks that need nothing but the pairs, each returning one finding.

Each goes through the pairs a few thousand at a time, as often as it has to, and remembers numbers
instead of texts: however many pairs there are, at most some 20 bytes are held for each of them.
"""

import heapq
import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from seq2see.data.finding import (
    MAX_EXAMPLES,
    Finding,
    Found,
    Severity,
    counted,
    examples,
    percent,
)
from seq2see.data.pair import Pair
from seq2see.data.split import normalised, sources_of
from seq2see.data.table import SIDES, columns, numbered

FEW_PAIRS = 100
"""Fewer pairs than this are too few to learn from."""

Hashes = NDArray[np.int64]

_BLOCK = 1 << 16
_PARTS = 16
_SHIFT = 1 << 32  # beyond the length of any text
_MUCH = 0.1
_SMOOTHING = 3


def enough(pairs: Sequence[Pair]) -> Finding:
    """Count the usable pairs."""
    count = len(pairs)
    if not count:
        return Finding("pairs", "fatal", 0, "No usable pair is left; give other data.")
    if count < FEW_PAIRS:
        message = (
            f"Only {counted(count, 'usable training pair')}, which a model will learn by heart, "
            "and little else; a few thousand are a start."
        )
        return Finding("pairs", "warning", count, message)
    return Finding("pairs", "ok", count, f"{count:,} usable training pairs.")


def variety(pairs: Sequence[Pair]) -> Finding:
    """Refuse a corpus in which one side never changes."""
    first = pairs[0] if len(pairs) > 1 else None
    for number, side in enumerate(SIDES):
        if first is not None and all(
            text == first[number] for texts in columns(pairs) for text in texts[number]
        ):
            message = (
                f"Every {side} is the same text, so there is nothing to learn; check the columns."
            )
            return Finding("variety", "fatal", len(pairs), message, examples(pairs[:MAX_EXAMPLES]))
    return Finding("variety", "ok", 0, "Both sides vary.")


def duplicates(pairs: Sequence[Pair]) -> Finding:
    """Count pairs that stand there more than once."""
    hashes = _hashes(pairs, lambda source, target: hash((source, target)))
    ordered = np.sort(hashes)
    again = ordered[1:] == ordered[:-1]
    count = int(again.sum())
    if not count:
        return Finding("duplicates", "ok", 0, "No pair occurs twice.")
    repeated = np.unique(ordered[1:][again])
    seen: set[int] = set()
    found = Found()
    for row in _rows_among(hashes, repeated):
        if int(hashes[row]) in seen:
            found.add(row)
        seen.add(int(hashes[row]))
        if len(found.rows) == MAX_EXAMPLES:
            break
    message = (
        f"{counted(count, 'pair', len(pairs))} repeated word for word; repeats are kept "
        "and weigh more."
    )
    severity: Severity = "warning" if count > 2 * _MUCH * len(pairs) else "note"
    return Finding("duplicates", severity, count, message, found.examples(pairs))


def several_translations(pairs: Sequence[Pair]) -> Finding:
    """Count pairs whose source also has another target."""
    sources = _hashes(pairs, lambda source, _: hash(source))
    both = _hashes(pairs, lambda source, target: hash((source, target)))
    shared = [np.zeros(0, dtype=np.int64)]
    for part in range(_PARTS):  # only some sources at a time, so that little has to be sorted
        inside = (sources % _PARTS) == part
        _, first = np.unique(both[inside], return_index=True)
        different, targets = np.unique(sources[inside][first], return_counts=True)
        shared.append(different[targets > 1])
    several = np.sort(np.concatenate(shared))
    if not len(several):
        return Finding("several targets", "ok", 0, "Every source has one target.")
    found = Found()
    for row in _rows_among(sources, several):
        found.add(row)
    message = (
        f"{counted(found.count, 'pair', len(pairs))} with a source that also has other targets "
        f"({counted(len(several), 'such source')}); a split by row leaks them, one by source does "
        "not."
    )
    return Finding("several targets", "note", found.count, message, found.examples(pairs))


def leak(train: Sequence[Pair], others: dict[str, Sequence[Pair]]) -> Finding:
    """Count validation and test pairs whose source was trained on."""
    held_out = set().union(*map(sources_of, others.values()))
    known = {
        key
        for sources, _ in (columns(train) if held_out else ())
        for key in map(normalised, sources)
        if key in held_out
    }
    found = {
        name: [pair for pair in pairs if normalised(pair.source) in known]
        for name, pairs in others.items()
        if pairs
    }
    count = sum(len(pairs) for pairs in found.values())
    if not count:
        checked = " or ".join(found) if found else "other"
        return Finding("overlap", "ok", 0, f"No {checked} source is in the training set.")
    parts = " and ".join(
        f"{percent(len(pairs), len(others[name]))} of {name}"
        for name, pairs in found.items()
        if pairs
    )
    message = (
        f"The training set also holds the sources of {parts} (case, punctuation and spacing "
        "aside), so scores will flatter; split by source, or remove them from training."
    )
    shown = examples(pair for pairs in found.values() for pair in pairs)
    return Finding("overlap", "warning", count, message, shown)


def identical_sides(pairs: Sequence[Pair], *, allow_copies: bool = False) -> Finding:
    """Count pairs that translate a text into itself."""
    same = Found()
    for row, source, target in numbered(pairs):
        if source == target:
            same.add(row)
    shown = same.examples(pairs)
    if not same.count:
        return Finding("copies", "ok", 0, "No target equals its source.")
    if same.count == len(pairs):
        if allow_copies:
            message = "Every target equals its source: this is a copying task."
            return Finding("copies", "note", same.count, message, shown)
        message = (
            "Every target equals its source, so the model can only learn to copy; check that the "
            "two sides are not one file or column."
        )
        return Finding("copies", "fatal", same.count, message, shown)
    share = counted(same.count, "target", len(pairs))
    if same.count > _MUCH * len(pairs):
        message = (
            f"{share} equal to the source; where the task is to translate, this teaches copying."
        )
        return Finding("copies", "warning", same.count, message, shown)
    message = f"{share} equal to the source, as names and numbers may be."
    return Finding("copies", "note", same.count, message, shown)


def length_ratios(pairs: Sequence[Pair]) -> Finding:
    """Find pairs whose sides differ in length far more than usual, in characters.

    The measure is r = log((target + 3) / (source + 3)); the 3 calms short texts. A pair stands out
    if r is further from the median than log 9, or than six robust standard deviations (1.4826
    times the median absolute deviation) and log 3.
    """
    if not pairs:
        return Finding("length ratio", "ok", 0, "There are no pairs to compare.")
    lengths, counts = _distinct_lengths(pairs)
    ratios = np.log((lengths % _SHIFT + _SMOOTHING) / (lengths // _SHIFT + _SMOOTHING))
    middle = _median(ratios, counts)
    off = np.abs(ratios - middle)
    spread = 1.4826 * _median(off, counts)
    limit = min(math.log(9), max(math.log(3), 6 * spread))
    far = dict(zip(lengths[off > limit].tolist(), off[off > limit].tolist(), strict=True))
    count = int(counts[off > limit].sum())
    usual = f"a target usually has {math.exp(middle):.2f} times the characters of its source"
    if not far:
        return Finding("length ratio", "ok", 0, f"No pair stands out; {usual}.")
    rows = (
        (-far[key], start + row)
        for start, keys in _lengths(pairs)
        for row, key in enumerate(keys.tolist())
        if key in far
    )
    shown = examples(pairs[row] for _, row in heapq.nsmallest(MAX_EXAMPLES, rows))
    message = (
        f"{counted(count, 'pair', len(pairs))} more than {math.exp(limit):.1f} times off the "
        f"usual length ratio ({usual}); look whether they are translations."
    )
    severity: Severity = "warning" if count > 0.01 * len(pairs) else "note"
    return Finding("length ratio", severity, count, message, shown)


def _hashes(pairs: Sequence[Pair], hashed: Callable[[str, str], int]) -> Hashes:
    """Turn pairs into numbers: that two of ten million share theirs is one chance in 400,000."""
    found = np.empty(len(pairs), dtype=np.int64)
    start = 0
    for sources, targets in columns(pairs):
        found[start : start + len(sources)] = list(map(hashed, sources, targets))
        start += len(sources)
    return found


def _rows_among(values: Hashes, known: Hashes) -> Iterator[int]:
    """Yield the rows of values that are among the known ones, which are sorted."""
    for start in range(0, len(values), _BLOCK):
        block = values[start : start + _BLOCK]
        nearest = known[np.minimum(np.searchsorted(known, block), len(known) - 1)]
        yield from (start + np.flatnonzero(nearest == block)).tolist()


def _lengths(pairs: Sequence[Pair]) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Yield the lengths of some thousand pairs, both sides in one number, and the first row."""
    start = 0
    for sides in columns(pairs):
        source, target = (np.array(list(map(len, texts)), dtype=np.int64) for texts in sides)
        yield start, source * _SHIFT + target
        start += len(source)


def _distinct_lengths(pairs: Sequence[Pair]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the different lengths, and how often each occurs."""
    known = counts = np.zeros(0, dtype=np.int64)
    for _, lengths in _lengths(pairs):
        values, times = np.unique(lengths, return_counts=True)
        known, places = np.unique(np.concatenate((known, values)), return_inverse=True)
        times = np.concatenate((counts, times))
        counts = np.bincount(places, weights=times).astype(np.int64)
    return known, counts


def _median(values: NDArray[np.float64], counts: NDArray[np.int64]) -> float:
    """The median where each value stands there so many times."""
    order = np.argsort(values)
    ends = np.cumsum(counts[order])
    middles = ((ends[-1] - 1) // 2, ends[-1] // 2)
    return float(values[order[np.searchsorted(ends, middles, side="right")]].mean())
