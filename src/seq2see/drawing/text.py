"""Text in pictures: what can be shown of it, how wide it is, where it is cut, how it runs.

Nothing here knows a font: whoever looks at the picture brings them. Widths are estimates in
multiples of the font size, on the generous side for the sans-serif fonts in use.
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise

from seq2see.data.scripts import script_of

ELLIPSIS = "…"

LATIN_FONTS = "'Noto Sans', 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"
"""What labels in most scripts are set in."""

# The right script's font first: what is fallen back on may be bold or calligraphic.
_FONTS = {
    "ARABIC": "'Noto Sans Arabic', 'Segoe UI', 'Geeza Pro', 'Noto Naskh Arabic'",
    "ARMENIAN": "'Noto Sans Armenian', 'Segoe UI', Mshtakan",
    "BENGALI": "'Noto Sans Bengali', 'Nirmala UI', 'Kohinoor Bangla'",
    "CJK": "'Noto Sans CJK SC', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei'",
    "DEVANAGARI": "'Noto Sans Devanagari', 'Nirmala UI', 'Kohinoor Devanagari', Mangal",
    "ETHIOPIC": "'Noto Sans Ethiopic', Nyala, Kefa",
    "GEORGIAN": "'Noto Sans Georgian', Sylfaen, Helvetica",
    "GUJARATI": "'Noto Sans Gujarati', 'Nirmala UI', 'Kohinoor Gujarati'",
    "GURMUKHI": "'Noto Sans Gurmukhi', 'Nirmala UI', 'Mukta Mahee'",
    "HANGUL": "'Noto Sans CJK KR', 'Noto Sans KR', 'Apple SD Gothic Neo', 'Malgun Gothic'",
    "HEBREW": "'Noto Sans Hebrew', 'Segoe UI', 'Arial Hebrew'",
    "KANA": "'Noto Sans CJK JP', 'Noto Sans JP', 'Hiragino Sans', 'Yu Gothic'",
    "KANNADA": "'Noto Sans Kannada', 'Nirmala UI', 'Noto Sans Kannada'",
    "KHMER": "'Noto Sans Khmer', 'Leelawadee UI', 'Khmer Sangam MN'",
    "LAO": "'Noto Sans Lao', 'Leelawadee UI', 'Lao Sangam MN'",
    "MALAYALAM": "'Noto Sans Malayalam', 'Nirmala UI', 'Malayalam Sangam MN'",
    "MYANMAR": "'Noto Sans Myanmar', 'Myanmar Text', 'Myanmar Sangam MN'",
    "ORIYA": "'Noto Sans Oriya', 'Nirmala UI', 'Oriya Sangam MN'",
    "SINHALA": "'Noto Sans Sinhala', 'Nirmala UI', 'Sinhala Sangam MN'",
    "TAMIL": "'Noto Sans Tamil', 'Nirmala UI', 'Tamil Sangam MN'",
    "TELUGU": "'Noto Sans Telugu', 'Nirmala UI', 'Kohinoor Telugu'",
    "THAI": "'Noto Sans Thai', 'Leelawadee UI', Thonburi",
    "EMOJI": "'Noto Color Emoji', 'Apple Color Emoji', 'Segoe UI Emoji'",
}
_WIDTHS = {
    character: width
    for width, characters in (
        (0.33, "ijlI.,:;'`|·’‘"),
        (0.44, 'frtJ!()[]{}/\\-"*” “'),
        (0.98, "mMW@%—œæŒÆअआइईउऊऋएऐऑओऔ"),
        (1.5, "ﷺﷻ"),
        (11.0, "﷽"),  # a whole sentence
    )
    for character in characters
}
_BROAD_INDIC = ("MALAYALAM", "KANNADA", "TELUGU", "SINHALA")
_INDIC = ("DEVANAGARI", "BENGALI", "GUJARATI", "GURMUKHI", "ORIYA", "TAMIL", "KHMER", "MYANMAR",
          "TIBETAN", *_BROAD_INDIC)  # fmt: skip
_SCRIPT_WIDTHS = (
    dict.fromkeys(_INDIC, 0.78)
    | dict.fromkeys(_BROAD_INDIC, 0.95)
    | dict.fromkeys(("ARABIC", "SYRIAC", "MANDAIC", "NKO", "HANIFI", "ADLAM", "MONGOLIAN"), 0.6)
)


def visible(text: str) -> str:
    """Replace what XML forbids or nobody sees: control characters and lone surrogates."""
    return "".join(_visible(character) for character in text)


def is_rtl(text: str, otherwise: bool = False) -> bool:
    """Whether a text runs from right to left: most of its letters with a direction do.

    Args:
        text: Any text.
        otherwise: The answer for a text of digits and punctuation.
    """
    counts = Counter(_direction(character) for character in text)
    if counts["rtl"] == counts["ltr"]:
        return otherwise
    return counts["rtl"] > counts["ltr"]


def fonts(text: str) -> str | None:
    """Return the font families for a text whose script needs its own; None for the usual ones."""
    script = _main_script(text)
    return f"{_FONTS[script]}, sans-serif" if script in _FONTS else None


def measure(text: str) -> float:
    """Estimate the width of a text in multiples of its font size."""
    return math.fsum(_advance(cluster) for cluster in clusters(text))


def shorten(text: str, room: float) -> str:
    """Cut a text to ``room`` font sizes, with an ellipsis; characters keep their marks."""
    if measure(text) <= room + 1e-6:  # it may be the longest of those that decided the room
        return text
    kept, used = "", measure(ELLIPSIS)
    for cluster in clusters(text):
        used += _advance(cluster)
        if used > room:
            break
        kept += cluster
    return kept.rstrip() + ELLIPSIS


def wrap(text: str, room: float) -> list[str]:
    """Break a text at spaces into lines of at most ``room`` font sizes; long words are cut."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and measure(longer) > room:
            lines.append(shorten(word, room))
        else:
            lines[-1] = shorten(longer, room)
    return lines


def clusters(text: str) -> Iterator[str]:
    """Split a text into what readers count as characters, marks and joined emoji included."""
    cluster, flags = "", 0
    for character in text:
        joins = bool(cluster) and (_extends(character) or _holds(cluster[-1]))
        flags = flags + 1 if "\U0001f1e6" <= character <= "\U0001f1ff" else 0
        if cluster and not joins and (flags == 0 or flags % 2 == 1):
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


def main_direction(texts: Iterable[str]) -> bool:
    """Whether a sequence of labels runs from right to left, ``</s>`` and the like not counted."""
    return is_rtl("".join(text for text in texts if not (text[:1] == "<" and text[-1:] == ">")))


@cache
def _visible(character: str) -> str:
    code, category = ord(character), unicodedata.category(character)
    if code < 0x20 or code == 0x7F:
        return chr(0x2421 if code == 0x7F else 0x2400 + code)
    if category in ("Cc", "Cs") or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
        return "\ufffd"
    return " " if category in ("Zl", "Zp") else character


@cache
def _direction(character: str) -> str | None:
    match unicodedata.bidirectional(character):
        case "R" | "AL":
            return "rtl"
        case "L":
            return "ltr"
        case _:
            return None


def _main_script(text: str) -> str | None:
    """The script of most letters; kana decide over Han, which they are mixed with."""
    counts = Counter(script for character in text if (script := _script(character)) is not None)
    if not counts:
        return "EMOJI" if any(map(_is_emoji, text)) else None
    return "KANA" if counts["KANA"] else max(counts, key=lambda script: (counts[script], script))


@cache
def _script(character: str) -> str | None:
    if unicodedata.category(character)[0] == "M":
        name = unicodedata.name(character, "").partition(" ")[0]
        return name if name in _INDIC or name == "THAI" else None
    return "KANA" if "\u3041" <= character <= "\u30ff" else script_of(character)


@cache
def _extends(character: str) -> bool:
    """Whether a character belongs to the one before it."""
    return (
        unicodedata.category(character) in ("Mn", "Me", "Mc")
        or character in "\u200c\u200d"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0020" <= character <= "\U000e007f"
    )


@cache
def _holds(character: str) -> bool:
    """Whether a character belongs to the one after it: joiners, and viramas that make conjuncts."""
    return character in "\u200d\u034f" or unicodedata.combining(character) == 9


@cache
def _is_emoji(character: str) -> bool:
    return "\U0001f000" <= character <= "\U0001faff" or "\u2600" <= character <= "\u27bf"


def _advance(cluster: str) -> float:
    """Width of one cluster: its first character, and what stands beside it."""
    beside = 0.0
    for before, character in pairwise(cluster):
        category = unicodedata.category(character)
        if category == "Mc":
            beside += 0.35
        elif category == "Lo" and _holds(before):
            beside += 0.45  # half of a conjunct
    return _width(cluster[0]) + beside


@cache
def _width(character: str) -> float:
    script = _script(character)
    if character in _WIDTHS:
        return _WIDTHS[character]
    if _is_emoji(character):
        return 1.35
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    if script in _SCRIPT_WIDTHS:
        return _SCRIPT_WIDTHS[script]
    return _width_of_kind(ord(character), unicodedata.category(character))


def _width_of_kind(code: int, category: str) -> float:
    if category == "Cf":
        return 0.0
    if code >= 0x10000 and category[0] == "L":
        return 1.5  # cuneiform and other signs
    if category in ("Lu", "Lt") or chr(code) == "w":
        return 0.77
    # A mark alone stands on a dotted circle.
    return 0.63 if category[0] in "LNM" else 0.85
