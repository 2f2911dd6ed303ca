"""Columns of a matrix: how wide they are, how their labels stand, where they go on below."""

import math
from dataclasses import dataclass, replace
from itertools import pairwise

from seq2see.drawing.layout import GAP, LABEL, PADDING, WIDTH, Words
from seq2see.drawing.svg import Length

LONGEST = 112.0
"""Of a label above a column."""
MARGIN = 6.0
"""Between labels and cells."""
DIAGONAL = math.sqrt(0.5)
NARROWEST = 9.0
"""Columns for labels that stand upright; narrower ones go into several blocks."""
_WIDEST, _USUAL = 76.0, 34.0
_SLANTED = 19.0  # columns for labels at 45 degrees


@dataclass(frozen=True)
class Columns:
    """How the columns are laid out."""

    pitch: Length
    angle: int
    """Of their labels: 0, -45 or -90 degrees."""
    head: Length
    """Height of their labels."""
    size: Length
    """Font size of their labels."""


def layout(columns: Words, room: Length) -> Columns:
    """Choose how wide columns are, and how their labels stand, in ``room`` pixels."""
    count = max(len(columns), 1)
    widths = [min(columns.width(index), LONGEST) for index in _from_left(columns)]
    widest = max(widths, default=0.0)
    if widest + GAP <= min(room / count + 0.01, _WIDEST):
        return Columns(min(max(widest + GAP, _USUAL), room / count), 0, LABEL + MARGIN, LABEL)
    # At 45 degrees each label sticks out to the right of its column.
    slanted = min(
        (room - width * DIAGONAL - GAP) / (place + 0.5) for place, width in enumerate(widths)
    )
    slanted = min(slanted, room / count, _USUAL)
    if slanted >= _SLANTED:
        return Columns(slanted, -45, (widest + LABEL) * DIAGONAL + MARGIN, LABEL)
    pitch = min(room / count, _USUAL)
    size = min(LABEL, pitch / 1.15)
    return Columns(pitch, -90, widest * size / LABEL + MARGIN, size)


def natural_width(left: Length, columns: Words) -> Length:
    """Width at which columns are as wide as they should be."""
    widest = min(columns.widest(), LONGEST)
    pitch = widest + GAP if widest + GAP <= _WIDEST else _USUAL
    overhang = 0.0 if pitch > _USUAL or widest + GAP <= _USUAL else widest * DIAGONAL
    return max(2 * PADDING + left + len(columns) * max(pitch, _USUAL) + overhang, WIDTH / 2)


def spans(count: int, most: int) -> list[range]:
    """Split columns into runs of nearly the same length."""
    parts = math.ceil(count / max(most, 1))
    edges = [round(part * count / parts) for part in range(parts + 1)]
    return [range(start, end) for start, end in pairwise(edges)]


def part(words: Words, span: range) -> Words:
    """The labels of one run of columns."""
    return replace(words, labels=words.labels[span.start : span.stop])


def _from_left(columns: Words) -> list[int]:
    return sorted(range(len(columns)), key=columns.place)
