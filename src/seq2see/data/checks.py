"""The checks that need nothing but the pairs, each returning one finding."""

import math
import re
import statistics
import unicodedata
from collections.abc import Sequence

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

FEW_PAIRS = 100
"""Fewer pairs than this are too few to learn from."""

_MUCH = 0.1
_SMOOTHING = 3
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u2028\u2029]")
_NO_BREAK = re.compile("[\u00a0\u2007\u202f]")
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_REPLACEMENT = re.compile("\ufffd")


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
    for side, texts in _sides(pairs):
        if len(pairs) > 1 and len(set(texts)) == 1:
            message = (
                f"Every {side} is the same text, so there is nothing to learn; check the columns."
            )
            return Finding("variety", "fatal", len(pairs), message, examples(pairs))
    return Finding("variety", "ok", 0, "Both sides vary.")


def duplicates(pairs: Sequence[Pair]) -> Finding:
    """Count pairs that stand there more than once."""
    seen: set[tuple[str, str]] = set()
    repeated = []
    for pair in pairs:
        key = (pair.source, pair.target)
        if key in seen:
            repeated.append(pair)
        seen.add(key)
    if not repeated:
        return Finding("duplicates", "ok", 0, "No pair occurs twice.")
    message = (
        f"{counted(len(repeated), 'pair', len(pairs))} repeated word for word; repeats are kept "
        "and weigh more."
    )
    much = len(repeated) > 2 * _MUCH * len(pairs)
    severity: Severity = "warning" if much else "note"
    return Finding("duplicates", severity, len(repeated), message, examples(repeated))


def several_translations(pairs: Sequence[Pair]) -> Finding:
    """Count pairs whose source also has another target."""
    targets: dict[str, set[str]] = {}
    for pair in pairs:
        targets.setdefault(pair.source, set()).add(pair.target)
    shared = [pair for pair in pairs if len(targets[pair.source]) > 1]
    if not shared:
        return Finding("several targets", "ok", 0, "Every source has one target.")
    sources = sum(len(found) > 1 for found in targets.values())
    message = (
        f"{counted(len(shared), 'pair', len(pairs))} with a source that also has other targets "
        f"({counted(sources, 'such source')}); a split by row leaks them, one by source does not."
    )
    return Finding("several targets", "note", len(shared), message, examples(shared))


def leak(train: Sequence[Pair], others: dict[str, Sequence[Pair]]) -> Finding:
    """Count validation and test pairs whose source was trained on."""
    known = sources_of(train) if any(others.values()) else set()
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
    same = [pair for pair in pairs if pair.source == pair.target]
    if not same:
        return Finding("copies", "ok", 0, "No target equals its source.")
    if len(same) == len(pairs):
        if allow_copies:
            message = "Every target equals its source: this is a copying task."
            return Finding("copies", "note", len(same), message, examples(same))
        message = (
            "Every target equals its source, so the model can only learn to copy; check that the "
            "two sides are not one file or column."
        )
        return Finding("copies", "fatal", len(same), message, examples(same))
    share = counted(len(same), "target", len(pairs))
    if len(same) > _MUCH * len(pairs):
        message = (
            f"{share} equal to the source; where the task is to translate, this teaches copying."
        )
        return Finding("copies", "warning", len(same), message, examples(same))
    message = f"{share} equal to the source, as names and numbers may be."
    return Finding("copies", "note", len(same), message, examples(same))


def length_ratios(pairs: Sequence[Pair]) -> Finding:
    """Find pairs whose sides differ in length far more than usual, in characters.

    The measure is r = log((target + 3) / (source + 3)); the 3 calms short texts. A pair stands out
    if r is further from the median than log 9, or than six robust standard deviations (1.4826
    times the median absolute deviation) and log 3.
    """
    if not pairs:
        return Finding("length ratio", "ok", 0, "There are no pairs to compare.")
    ratios = [
        math.log((len(pair.target) + _SMOOTHING) / (len(pair.source) + _SMOOTHING))
        for pair in pairs
    ]
    middle = statistics.median(ratios)
    spread = 1.4826 * statistics.median(abs(ratio - middle) for ratio in ratios)
    limit = min(math.log(9), max(math.log(3), 6 * spread))
    far = [
        (abs(ratio - middle), index)
        for index, ratio in enumerate(ratios)
        if abs(ratio - middle) > limit
    ]
    usual = f"a target usually has {math.exp(middle):.2f} times the characters of its source"
    if not far:
        return Finding("length ratio", "ok", 0, f"No pair stands out; {usual}.")
    far.sort(key=lambda entry: (-entry[0], entry[1]))
    message = (
        f"{counted(len(far), 'pair', len(pairs))} more than {math.exp(limit):.1f} times off the "
        f"usual length ratio ({usual}); look whether they are translations."
    )
    severity: Severity = "warning" if len(far) > 0.01 * len(pairs) else "note"
    return Finding(
        "length ratio", severity, len(far), message, examples(pairs[index] for _, index in far)
    )


def characters(pairs: Sequence[Pair]) -> list[Finding]:
    """Look for characters that cannot be seen or that look like others."""
    return [
        _search(
            pairs, _CONTROL, "control characters", "warning",
            "control characters, which are no text; the cleaning step `squeeze` removes those that "
            "are white space, others have to be removed from the file",
        ),
        _search(
            pairs, _REPLACEMENT, "lost characters", "warning",
            "the replacement character U+FFFD, left by an earlier wrong conversion; convert the "
            "original again",
        ),
        _search(
            pairs, _NO_BREAK, "no-break spaces", "note",
            "no-break spaces, which look like spaces; the cleaning step `squeeze` makes them so",
        ),
        _search(
            pairs, _INVISIBLE, "invisible", "note",
            "invisible characters (soft hyphens, zero-width spaces, direction marks), which split "
            "the counts of words that look the same; joiners are not counted, they are spelling",
        ),
    ]  # fmt: skip


def scripts(pairs: Sequence[Pair]) -> list[Finding]:
    """Look for words that mix scripts, and for texts in another script than their side."""
    return [_mixed(pairs), *(_foreign(pairs, side, texts) for side, texts in _sides(pairs))]


def _sides(pairs: Sequence[Pair]) -> tuple[tuple[str, list[str]], tuple[str, list[str]]]:
    return (
        ("source", [pair.source for pair in pairs]),
        ("target", [pair.target for pair in pairs]),
    )


def _search(
    pairs: Sequence[Pair],
    pattern: re.Pattern[str],
    check: str,
    severity: Severity,
    what: str,
) -> Finding:
    found = [pair for pair in pairs if pattern.search(pair.source) or pattern.search(pair.target)]
    if not found:
        return Finding(check, "ok", 0, f"No {check}.")
    message = f"{counted(len(found), 'pair', len(pairs))} with {what}."
    shown = tuple(
        example(pair, pair.source if pattern.search(pair.source) else pair.target)
        for pair in found[:MAX_EXAMPLES]
    )
    return Finding(check, severity, len(found), message, shown)


def _mixed(pairs: Sequence[Pair]) -> Finding:
    found = []
    for _, texts in _sides(pairs):
        patterns = [
            re.compile(f"[{letters}]")
            for script, letters in scripts_in(texts).items()
            if script in HOMOGLYPHS
        ]
        if len(patterns) < 2:
            continue
        for pair, text in zip(pairs, texts, strict=True):
            if sum(pattern.search(text) is not None for pattern in patterns) < 2:
                continue
            if (word := mixed_word(text)) is not None:
                found.append((pair, *word))
    if not found:
        return Finding("mixed scripts", "ok", 0, "No word mixes Latin, Cyrillic or Greek letters.")
    message = (
        f"{counted(len(found), 'text')} with a word that mixes Latin, Cyrillic or Greek letters; "
        "where they only look alike it is another word to a model, so correct it."
    )
    shown = tuple(
        example(pair, f"{word} (with {unicodedata.name(letter)})")
        for pair, word, letter in found[:MAX_EXAMPLES]
    )
    return Finding("mixed scripts", "warning", len(found), message, shown)


def _foreign(pairs: Sequence[Pair], side: str, texts: Sequence[str]) -> Finding:
    check = f"{side} script"
    present = scripts_in(texts)
    if len(present) < 2:
        only = _name(next(iter(present), "no"))
        return Finding(check, "ok", 0, f"The {side} side is written in {only} letters.")
    patterns = {script: re.compile(f"[{letters}]") for script, letters in present.items()}
    usual = max(patterns, key=lambda script: sum(map(bool, map(patterns[script].search, texts))))
    name = _name(usual)
    # Looking at every letter is slow: only where a letter of another script is found.
    others_pattern = re.compile(
        "[" + "".join(letters for script, letters in present.items() if script != usual) + "]"
    )
    foreign = [
        (pair, text)
        for pair, text in zip(pairs, texts, strict=True)
        if others_pattern.search(text) and main_script(text) not in (None, usual)
    ]
    if not foreign:
        return Finding(check, "ok", 0, f"The {side} texts are mostly in {name} letters.")
    others = " or ".join(sorted({_name(main_script(text) or "") for _, text in foreign}))
    message = (
        f"{counted(len(foreign), f'{side} text', len(pairs))} mostly in {others} instead of {name} "
        "letters; look whether it is the right language."
    )
    severity: Severity = "warning" if len(foreign) > 0.01 * len(pairs) else "note"
    return Finding(check, severity, len(foreign), message, examples(pair for pair, _ in foreign))


def _name(script: str) -> str:
    return script if script == "CJK" else script.capitalize()
