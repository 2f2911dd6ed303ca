"""Which script a text is written in, as far as Unicode's character names tell."""

import unicodedata
from collections.abc import Iterable
from functools import cache

_GROUPS = {"HIRAGANA": "CJK", "KATAKANA": "CJK", "BOPOMOFO": "CJK", "IDEOGRAPHIC": "CJK"}
_NOT_SCRIPTS = frozenset({"MODIFIER", "COMBINING", "MICRO", "OHM", "FEMININE", "MASCULINE"})
HOMOGLYPHS = frozenset({"LATIN", "CYRILLIC", "GREEK"})
"""Scripts that share the shapes of many letters."""


@cache
def script_of(character: str) -> str | None:
    """Return the script of a letter, as in ``"LATIN"``; None where it is no letter of one script.

    Han characters, kana and bopomofo count as one script, ``"CJK"``, since one sentence mixes them.
    """
    if unicodedata.category(character)[0] != "L":
        return None
    first = unicodedata.name(character, "").partition(" ")[0].partition("-")[0]
    if not first or first in _NOT_SCRIPTS:
        return None
    if first in ("FULLWIDTH", "HALFWIDTH", "MATHEMATICAL"):
        compatible = unicodedata.normalize("NFKC", character)
        return script_of(compatible) if compatible != character and len(compatible) == 1 else None
    return _GROUPS.get(first, first)


def main_script(text: str) -> str | None:
    """Return the script of most letters of a text; None where it has fewer than three letters."""
    counts = _counts(text)
    if sum(counts.values()) < 3:
        return None
    return max(counts, key=lambda script: (counts[script], script))


def scripts_in(texts: Iterable[str]) -> dict[str, str]:
    """Return the scripts that occur, each with its characters."""
    alphabet = set[str]().union(*texts)
    found: dict[str, str] = {}
    for character in sorted(alphabet):
        if (script := script_of(character)) is not None:
            found[script] = found.get(script, "") + character
    return found


def mixed_word(text: str) -> tuple[str, str] | None:
    """Return the first word that mixes Latin, Cyrillic or Greek letters, or None.

    These scripts share shapes, so that one wrong letter makes another word which looks the same.
    A word is a run of letters and marks here: the parts of a hyphenated word may differ.

    Returns:
        The word, and its first letter of the script that is rarer in it.
    """
    for word in _letter_runs(text):
        counts = _counts(word)
        mixed = sorted(HOMOGLYPHS.intersection(counts), key=lambda script: counts[script])
        if len(mixed) > 1:
            return word, next(letter for letter in word if script_of(letter) == mixed[0])
    return None


def _counts(text: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for character in text:
        if (script := script_of(character)) is not None:
            counts[script] = counts.get(script, 0) + 1
    return counts


def _letter_runs(text: str) -> list[str]:
    separated = "".join(
        character if unicodedata.category(character)[0] in "LM" else " " for character in text
    )
    return separated.split()
