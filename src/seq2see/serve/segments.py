"""Long texts as sentences, with all that stands between them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# From the first blank alone: from each, thousands of them would be read thousands of times.
_LINE = re.compile(r"(?<!\s)\s*\n\s*")
_SPACE = re.compile(r"\s*")
_OPENING = re.compile(r"[\"'“‘«(\[¿¡]*")
# After these, a sentence ends where white space and something that can begin one follow ...
_ENDING = re.compile(r"[.!?…‽؟۔।॥։][\"'”’»)\]]*(?=(\s+)[\"'“‘«(\[¿¡]*[^\W\d_])")
# ... and after these, at once.
_WIDE_ENDING = re.compile(r"[。！？｡]+[」』”’）]*")
_ABBREVIATIONS = frozenset(
    """
    adm al approx bd bzw ca cf ch col dept dr ed eds etc fig fr gen gov inc jr lt ltd m mgr mlle
    mm mme mr mrs ms nr op p pp prof pvt rep rev sen sgt sr sra st str tel vgl vol vs z
    """.split()  # noqa: SIM905
)
_WORD_BEFORE = re.compile(r"(\w+)\W*$")


@dataclass(frozen=True)
class Segment:
    """A sentence and what follows it."""

    text: str
    """Begins and ends with something that is not white space."""
    after: str
    """White space up to the next sentence."""


def split(text: str) -> tuple[str, list[Segment]]:
    """Split a text into sentences.

    Lines end sentences. Joining what is returned gives the text again.

    Returns:
        The white space before the first sentence, and the sentences.
    """
    body = text.lstrip()
    before = text[: len(text) - len(body)]
    segments: list[Segment] = []
    start = 0
    for end, following in _ends(body):
        segments.append(Segment(body[start:end], body[end:following]))
        start = following
    return before, segments


def _ends(body: str) -> Iterator[tuple[int, int]]:
    """Yield where each sentence ends, and where the next one begins."""
    start = 0
    for line in [*_LINE.finditer(body), None]:
        end, following = (len(body), len(body)) if line is None else line.span()
        for place in sorted(_inside(body, start, end)):
            onward = _after(_SPACE, body, place)
            if onward < end:
                yield place, onward
        stripped = len(body[start:end].rstrip())
        if stripped:
            yield start + stripped, following
        start = following


def _inside(body: str, start: int, end: int) -> Iterator[int]:
    for found in _WIDE_ENDING.finditer(body, start, end):
        yield found.end()
    for found in _ENDING.finditer(body, start, end):
        if not _is_abbreviation(body, found.start(), found.end(1)):
            yield found.end()


def _after(pattern: re.Pattern[str], body: str, place: int) -> int:
    """Where a pattern that fits anywhere ends."""
    found = pattern.match(body, place)
    return place if found is None else found.end()


def _is_abbreviation(body: str, place: int, next_start: int) -> bool:
    """Whether the sentence goes on behind a mark: after ``Dr.``, and before a small letter."""
    first = _after(_OPENING, body, next_start)
    if body[first : first + 1].islower():
        return True
    if body[place] != ".":
        return False
    word = _WORD_BEFORE.search(body[max(0, place - 20) : place])
    if word is None:
        return False
    is_initial = len(word[1]) == 1 and word[1].isupper()
    return is_initial or word[1].lower() in _ABBREVIATIONS
