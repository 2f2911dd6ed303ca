"""The checks of characters: hidden ones, words that mix scripts, texts in another script.

A corpus is looked at once for its alphabets. Texts are searched only for what is in those.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from seq2see.data.finding import MAX_EXAMPLES, Finding, Found, Severity, counted, example
from seq2see.data.pair import Pair
from seq2see.data.scripts import HOMOGLYPHS, main_script, mixed_word, scripts_in
from seq2see.data.table import SIDES, columns, numbered

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u2028\u2029]")
_NO_BREAK = re.compile("[\u00a0\u2007\u202f]")
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_REPLACEMENT = re.compile("\ufffd")


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


def hidden(pairs: Sequence[Pair], alphabets: Alphabets | None = None) -> list[Finding]:
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


def _search(
    pairs: Sequence[Pair],
    alphabet: str,
    pattern: re.Pattern[str],
    check: str,
    severity: Severity,
    what: str,
) -> Finding:
    found = Found()
    if pattern.search(alphabet):
        for row, source, target in numbered(pairs):
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
        for row, *texts in numbered(pairs):
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
    side = SIDES[number]
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
    foreign = Found()
    theirs: set[str] = set()
    for row, *texts in numbered(pairs):
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
