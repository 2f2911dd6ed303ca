"""The checks that need nothing but the pairs, each returning one finding.

Each goes through the pairs a few thousand at a time, as often as it has to, and remembers numbers
instead of texts: however many pairs there are, at most some 20 bytes are held for each of them.
"""

import heapq
import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from seq2see.data.finding import (
    MAX_EXAMPLES,
    Finding,
    Severity,
    counted,
    example,
    examples,
    percent,
)
from seq2see.data.pair import Pair
from seq2see.data.scripts import HOMOGLYPHS, main_script, mixed_word, scripts_in
from seq2see.data.split import normalised, sources_of
from seq2see.data.table import columns

FEW_PAIRS = 100
"""Fewer pairs than this are too few to learn from."""

Hashes = NDArray[np.int64]

_SIDES = ("source", "target")
_BLOCK = 1 << 16
_PARTS = 16
_SHIFT = 1 << 32  # beyond the length of any text
_MUCH = 0.1
_SMOOTHING = 3
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u2028\u2029]")
_NO_BREAK = re.compile("[\u00a0\u2007\u202f]")
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_REPLACEMENT = re.compile("\ufffd")


@dataclass
class _Found:
    """Rows that a check is about: all counted, the first few kept."""

    count: int = 0
    rows: list[int] = field(default_factory=list)

    def add(self, row: int) -> None:
        self.count += 1
        if len(self.rows) < MAX_EXAMPLES:
            self.rows.append(row)

    def examples(self, pairs: Sequence[Pair]) -> tuple[str, ...]:
        return examples(pairs[row] for row in self.rows)


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
    for number, side in enumerate(_SIDES):
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
    found = _Found()
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
    found = _Found()
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
    same = _Found()
    for row, source, target in _numbered(pairs):
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


@dataclass(frozen=True)
class Alphabets:
    """The characters that occur on each side of some pairs."""

    source: frozenset[str]
    target: frozenset[str]

    @classmethod
    def of(cls, pairs: Sequence[Pair]) -> "Alphabets":
        """Look at every character once, which all checks of characters then need not."""
        source, target = set[str](), set[str]()
        for sources, targets in columns(pairs):
            source.update(*sources)
            target.update(*targets)
        return cls(frozenset(source), frozenset(target))


def characters(pairs: Sequence[Pair], alphabets: Alphabets | None = None) -> list[Finding]:
    """Look for characters that cannot be seen or that look like others."""
    alphabets = alphabets or Alphabets.of(pairs)
    every = "".join(alphabets.source | alphabets.target)
    return [
        _search(
            pairs, every, _CONTROL, "control characters", "warning",
            "control characters, which are no text; the cleaning step `squeeze` removes those that "
            "are white space, others have to be removed from the file",
        ),
        _search(
            pairs, every, _REPLACEMENT, "lost characters", "warning",
            "the replacement character U+FFFD, left by an earlier wrong conversion; convert the "
            "original again",
        ),
        _search(
            pairs, every, _NO_BREAK, "no-break spaces", "note",
            "no-break spaces, which look like spaces; the cleaning step `squeeze` makes them so",
        ),
        _search(
            pairs, every, _INVISIBLE, "invisible", "note",
            "invisible characters (soft hyphens, zero-width spaces, direction marks), which split "
            "the counts of words that look the same; joiners are not counted, they are spelling",
        ),
    ]  # fmt: skip


def scripts(pairs: Sequence[Pair], alphabets: Alphabets | None = None) -> list[Finding]:
    """Look for words that mix scripts, and for texts in another script than their side."""
    alphabets = alphabets or Alphabets.of(pairs)
    present = (scripts_in(alphabets.source), scripts_in(alphabets.target))
    return [
        _mixed(pairs, present),
        *(_foreign(pairs, number, letters) for number, letters in enumerate(present)),
    ]


def _numbered(pairs: Sequence[Pair]) -> Iterator[tuple[int, str, str]]:
    """Yield the texts of all pairs with their rows."""
    row = 0
    for sources, targets in columns(pairs):
        for source, target in zip(sources, targets, strict=True):
            yield row, source, target
            row += 1


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


def _search(
    pairs: Sequence[Pair],
    alphabet: str,
    pattern: re.Pattern[str],
    check: str,
    severity: Severity,
    what: str,
) -> Finding:
    found = _Found()
    if pattern.search(alphabet):
        for row, source, target in _numbered(pairs):
            if pattern.search(source) or pattern.search(target):
                found.add(row)
    if not found.count:
        return Finding(check, "ok", 0, f"No {check}.")
    message = f"{counted(found.count, 'pair', len(pairs))} with {what}."
    shown = tuple(
        example(pair, pair.source if pattern.search(pair.source) else pair.target)
        for pair in map(pairs.__getitem__, found.rows)
    )
    return Finding(check, severity, found.count, message, shown)


def _mixed(pairs: Sequence[Pair], present: Sequence[dict[str, str]]) -> Finding:
    count = 0
    shown: list[str] = []
    for number, letters in enumerate(present):
        patterns = [re.compile(f"[{letters[script]}]") for script in HOMOGLYPHS & letters.keys()]
        if len(patterns) < 2:
            continue
        for row, *texts in _numbered(pairs):
            text = texts[number]
            if sum(pattern.search(text) is not None for pattern in patterns) < 2:
                continue
            if (found := mixed_word(text)) is not None:
                count += 1
                word, letter = found
                if len(shown) < MAX_EXAMPLES:
                    shown.append(example(pairs[row], f"{word} (with {unicodedata.name(letter)})"))
    if not count:
        return Finding("mixed scripts", "ok", 0, "No word mixes Latin, Cyrillic or Greek letters.")
    message = (
        f"{counted(count, 'text')} with a word that mixes Latin, Cyrillic or Greek letters; "
        "where they only look alike it is another word to a model, so correct it."
    )
    return Finding("mixed scripts", "warning", count, message, tuple(shown))


def _foreign(pairs: Sequence[Pair], number: int, present: dict[str, str]) -> Finding:
    side = _SIDES[number]
    check = f"{side} script"
    if len(present) < 2:
        only = _name(next(iter(present), "no"))
        return Finding(check, "ok", 0, f"The {side} side is written in {only} letters.")
    usual = _most_frequent(pairs, number, present)
    name = _name(usual)
    # Looking at every letter is slow: only where a letter of another script is found.
    others_pattern = re.compile(
        "[" + "".join(letters for script, letters in present.items() if script != usual) + "]"
    )
    foreign = _Found()
    theirs: set[str] = set()
    for row, *texts in _numbered(pairs):
        if others_pattern.search(texts[number]):
            script = main_script(texts[number])
            if script not in (None, usual):
                foreign.add(row)
                theirs.add(_name(script or ""))
    if not foreign.count:
        return Finding(check, "ok", 0, f"The {side} texts are mostly in {name} letters.")
    message = (
        f"{counted(foreign.count, f'{side} text', len(pairs))} mostly in "
        f"{' or '.join(sorted(theirs))} instead of {name} letters; look whether it is the right "
        "language."
    )
    severity: Severity = "warning" if foreign.count > 0.01 * len(pairs) else "note"
    return Finding(check, severity, foreign.count, message, foreign.examples(pairs))


def _most_frequent(pairs: Sequence[Pair], number: int, present: dict[str, str]) -> str:
    """The script that occurs in most texts of a side."""
    patterns = {script: re.compile(f"[{letters}]") for script, letters in present.items()}
    counts = dict.fromkeys(patterns, 0)
    for texts in columns(pairs):
        for script, pattern in patterns.items():
            counts[script] += sum(map(bool, map(pattern.search, texts[number])))
    return max(counts, key=lambda script: counts[script])


def _name(script: str) -> str:
    return script if script == "CJK" else script.capitalize()
