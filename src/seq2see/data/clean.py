"""Cleaning: what may be done to both texts of a pair before anything else sees them.

A step is named in ``data.clean``; ``source.NAME`` or ``target.NAME`` applies it to one side only.
The zero-width joiner and non-joiner (U+200D, U+200C) survive every step: they are spelling in
Devanagari, Persian and other scripts.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from seq2see.data.pair import Pair
from seq2see.errors import ConfigError, nearest

Side = Literal["source", "target"]

_LATIN_DIGITS = str.maketrans("", "", "0123456789")
_DEVANAGARI_DIGITS = str.maketrans("", "", "०१२३४५६७८९")
_ASCII_SYMBOLS = frozenset("$+<=>^`|~")  # with ASCII's category P: Python's string.punctuation


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _squeeze(text: str) -> str:
    return " ".join(text.split())  # every Unicode white space, the no-break spaces among it


def _strip_apostrophes(text: str) -> str:
    return text.replace("'", "")


def _strip_punctuation(text: str) -> str:
    return "".join(
        character
        for character in text
        if character not in _ASCII_SYMBOLS and unicodedata.category(character)[0] != "P"
    )


def _strip_digits(text: str) -> str:
    return "".join(character for character in text if unicodedata.category(character) != "Nd")


def _strip_latin_digits(text: str) -> str:
    return text.translate(_LATIN_DIGITS)


def _strip_devanagari_digits(text: str) -> str:
    return text.translate(_DEVANAGARI_DIGITS)


STEPS: dict[str, tuple[str, Callable[[str], str]]] = {
    "nfc": ("Compose characters and their marks (Unicode form NFC).", _nfc),
    "squeeze": (
        "Make every run of white space one space, and none at the ends. No-break spaces count as "
        "white space: corpora mix both freely, so that no model could tell which to write.",
        _squeeze,
    ),
    "lower": ("Lower-case.", str.lower),
    "strip-apostrophes": (
        "Remove the straight apostrophe (U+0027); the typographic one is kept.",
        _strip_apostrophes,
    ),
    "strip-punctuation": (
        "Remove punctuation of every script (Unicode category P) and ASCII symbols; combining "
        "marks stay.",
        _strip_punctuation,
    ),
    "strip-digits": ("Remove decimal digits of every script (category Nd).", _strip_digits),
    "strip-latin-digits": ("Remove 0 to 9.", _strip_latin_digits),
    "strip-devanagari-digits": ("Remove ० to ९.", _strip_devanagari_digits),
}
"""Every step: what it does, in words and as a function."""

_TUTORIAL_DIGITS = ("source.strip-latin-digits", "target.strip-devanagari-digits")

SETS: dict[str, tuple[str, ...]] = {
    "none": (),
    "standard": ("nfc", "squeeze"),
    # What the English-Marathi tutorial computes; it keeps punctuation although it means not to.
    "tutorial": ("lower", "strip-apostrophes", *_TUTORIAL_DIGITS, "squeeze"),
    "tutorial-intended": (
        "lower", "strip-apostrophes", "strip-punctuation", *_TUTORIAL_DIGITS, "squeeze",
    ),
}  # fmt: skip
"""Named sets of steps, in the order in which they are applied."""


def resolve(names: Iterable[str]) -> tuple[str, ...]:
    """Replace the names of sets by their steps.

    Raises:
        ConfigError: A name is neither a step nor a set.
    """
    steps: list[str] = []
    for name in names:
        if name in SETS:
            steps.extend(SETS[name])
        elif _bare(name) in STEPS:
            steps.append(name)
        else:
            known = [*SETS, *STEPS]
            remedy = nearest(_bare(name), known, f"; known are {', '.join(known)}.")
            raise ConfigError(f"`{name}` is not a cleaning step or a set of them{remedy}")
    return tuple(steps)


def clean_text(text: str, steps: Sequence[str], side: Side = "source") -> str:
    """Apply resolved steps to one text.

    Args:
        text: The text.
        steps: Names of steps, in order.
        side: Which side the text is on, for steps that are meant for one side.

    Raises:
        ConfigError: A name is not a step.
    """
    for _, function in _functions(steps, side):
        text = function(text)
    return text


def clean_pairs(pairs: Iterable[Pair], steps: Sequence[str]) -> tuple[list[Pair], dict[str, int]]:
    """Apply resolved steps to both sides of every pair.

    An alignment points at characters: it is dropped where a step changes the length of a text.

    Returns:
        The pairs, and how many texts each step changed; ``alignments-dropped`` counts pairs.

    Raises:
        ConfigError: A name is not a step.
    """
    counts = dict.fromkeys([*steps, "alignments-dropped"], 0)
    functions: dict[Side, list[tuple[str, Callable[[str], str]]]] = {
        "source": _functions(steps, "source"),
        "target": _functions(steps, "target"),
    }

    def clean(text: str, side: Side) -> tuple[str, bool]:
        aligned = True
        for name, function in functions[side]:
            changed = function(text)
            if changed != text:
                counts[name] += 1
                aligned = aligned and len(changed) == len(text)
                text = changed
        return text, aligned

    cleaned = []
    for pair in pairs:
        source, source_aligned = clean(pair.source, "source")
        target, target_aligned = clean(pair.target, "target")
        alignment = pair.alignment
        if alignment is not None and not (source_aligned and target_aligned):
            alignment = None
            counts["alignments-dropped"] += 1
        cleaned.append(Pair(source, target, alignment, pair.where))
    return cleaned, counts


def _bare(name: str) -> str:
    return name.removeprefix("source.").removeprefix("target.")


def _functions(steps: Sequence[str], side: Side) -> list[tuple[str, Callable[[str], str]]]:
    """Return the steps that apply to one side, by name."""
    other = "target." if side == "source" else "source."
    return [(name, STEPS[_bare(name)][1]) for name in resolve(steps) if not name.startswith(other)]
