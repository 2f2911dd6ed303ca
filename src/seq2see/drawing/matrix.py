"""Attention as a matrix: rows are what attends, columns what is attended to."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from seq2see.drawing import legend, svg
from seq2see.drawing.layout import CAPTION, GAP, LABEL, PADDING, SMALL, WIDTH, Block, Page, Words
from seq2see.drawing.svg import Length
from seq2see.drawing.text import measure
from seq2see.drawing.theme import Theme, readable_on

SMALLEST = 0.005
"""Weights below it are not drawn: they would look like the paper."""
_TITLED = 0.05  # weights from here on are named when one points at them
_NUMBERED = 0.095  # and from here on written into their cell
_WIDEST, _TALLEST, _LOWEST = 76.0, 32.0, 16.0  # cells
_USUAL = 34.0
_NARROWEST = 9.0  # for labels that stand upright; narrower cells go into several blocks
_SLANTED = 19.0  # for labels at 45 degrees
_LONGEST = 112.0  # of a label above a column
_MARGIN = 6.0
_DIAGONAL = math.sqrt(0.5)


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


def draw(
    weights: NDArray[np.floating],
    rows: Words,
    columns: Words,
    *,
    theme: Theme,
    heading: str,
    notes: Sequence[str] = (),
    width: Length | None = None,
) -> str:
    """Draw attention weights as a picture; the strongest of each row is outlined.

    Args:
        weights: From 0 to 1, one row for each label of ``rows``.
        rows: What attends.
        columns: What is attended to.
        theme: Colours.
        heading: What is shown.
        notes: What a reader must know.
        width: Of the picture; None: as wide as it needs, up to ``WIDTH``.
    """
    strongest = [int(row.argmax()) if row.size else None for row in weights]
    left = _left(rows, (width or WIDTH) - 2 * PADDING) + GAP
    used = width or min(WIDTH, _natural_width(left, columns))
    page = Page(
        used, theme, heading, notes,
        legend=(
            legend.weights(theme),
            legend.key(theme, "outline", theme.ink, f"strongest of each {rows.name} word"),
        ),
    )  # fmt: skip
    if (page.room - left) / max(len(columns), 1) < _NARROWEST:
        left = _left(rows, page.room, share=0.15) + GAP
    room = page.room - left
    spans = [range(len(columns))]
    if room / max(len(columns), 1) < _NARROWEST:
        spans = _spans(len(columns), int(room / (_NARROWEST + 2)))
    for span in spans:
        if len(spans) > 1:
            page.note(f"{columns.name} words {span.start + 1} to {span.stop}")
        part = _part(columns, span)
        marked = [None if one is None or one not in span else one - span.start for one in strongest]
        block = _grid(weights[:, span.start : span.stop], rows, part, marked, left, room, theme)
        slack = max(page.room - block.width, 0.0) / 2 if len(spans) == 1 else 0.0
        page.add(block, PADDING + slack, below=14.0 if span.stop < len(columns) else 0.0)
    return page.svg(describe(weights, rows, columns))


def describe(weights: NDArray[np.floating], rows: Words, columns: Words) -> str:
    """Say in words what each row attends to most."""
    links = [
        f"{label} to {columns.labels[int(row.argmax())]} ({row.max():.0%})"
        for label, row in zip(rows.labels, weights, strict=True)
        if row.size
    ]
    return (
        f"Rows: {rows.name}. Columns: {columns.name}. Darker or brighter cells stand out more: "
        f"more weight. Strongest of each row: {'; '.join(links)}."
    )


def layout(columns: Words, room: Length) -> Columns:
    """Choose how wide columns are, and how their labels stand, in ``room`` pixels."""
    count = max(len(columns), 1)
    widths = [min(columns.width(index), _LONGEST) for index in _from_left(columns)]
    widest = max(widths, default=0.0)
    if widest + GAP <= min(room / count + 0.01, _WIDEST):
        return Columns(min(max(widest + GAP, _USUAL), room / count), 0, LABEL + _MARGIN, LABEL)
    # At 45 degrees each label sticks out to the right of its column.
    slanted = min(
        (room - width * _DIAGONAL - GAP) / (place + 0.5) for place, width in enumerate(widths)
    )
    slanted = min(slanted, room / count, _USUAL)
    if slanted >= _SLANTED:
        return Columns(slanted, -45, (widest + LABEL) * _DIAGONAL + _MARGIN, LABEL)
    pitch = min(room / count, _USUAL)
    size = min(LABEL, pitch / 1.15)
    return Columns(pitch, -90, widest * size / LABEL + _MARGIN, size)


def _grid(
    weights: NDArray[np.floating],
    rows: Words,
    columns: Words,
    marked: Sequence[int | None],
    left: Length,
    room: Length,
    theme: Theme,
) -> Block:
    """Cells with their labels and the names of both axes."""
    how = layout(columns, room)
    height = min(max(how.pitch, _LOWEST), _TALLEST)
    top = CAPTION + _MARGIN + how.head
    across, down = how.pitch * len(columns), height * len(rows)
    drawn = [*_names(rows, columns, left, top, across, theme)]
    drawn += _row_labels(rows, left, top, height, theme)
    drawn += _column_labels(columns, how, left, top, theme)
    drawn.append(
        svg.element("rect", x=left, y=top, width=across, height=down, fill=theme.weight(0.0))
    )
    numbers: list[str] = []
    for row, values in enumerate(weights):
        for index, weight in enumerate(map(float, values)):
            if weight < SMALLEST:
                continue
            x, y = left + columns.place(index) * how.pitch, top + row * height
            colour = theme.weight(weight)
            name = f"{rows.labels[row]} → {columns.labels[index]}: {weight:.3f}"
            drawn.append(
                svg.element(
                    "rect", svg.titled(name) if weight >= _TITLED else "",
                    x=x, y=y, width=how.pitch, height=height, fill=colour,
                )
            )  # fmt: skip
            if weight >= _NUMBERED and how.pitch >= 24 and height >= 18:
                numbers.append(
                    svg.text(
                        x + how.pitch / 2, y + height / 2 + 0.36 * SMALL, f"{100 * weight:.0f}",
                        size=SMALL, fill=readable_on(colour), side="middle",
                    )
                )  # fmt: skip
    drawn.append(_lines(left, top, how.pitch, height, len(columns), len(rows), theme))
    drawn += _outlines(columns, marked, left, top, how.pitch, height, theme)
    overhang = 0.0
    if how.angle == -45:
        overhang = max(
            (columns.place(index) + 0.5) * how.pitch
            + min(columns.width(index), _LONGEST) * _DIAGONAL + GAP - across
            for index in range(len(columns))
        )  # fmt: skip
    return Block(left + across + max(overhang, 0.0), top + down, (*drawn, *numbers))


def _names(
    rows: Words, columns: Words, left: Length, top: Length, across: Length, theme: Theme
) -> list[str]:
    """The names of both axes: beside the corner, and above the labels of the columns."""
    strong, other = theme.of(columns.role).strong, theme.of(rows.role).strong
    wide = across >= CAPTION * measure(columns.caption())
    x, side = (left + across, "right") if columns.rtl and wide else (left, "left")
    return [
        svg.text(
            x, CAPTION, columns.caption(), size=CAPTION, fill=strong, bold=True,
            side="right" if side == "right" else "left",
        ),
        svg.text(
            left - GAP, top - _MARGIN, f"{rows.name} ↓", size=CAPTION, fill=other, bold=True,
            side="right",
        ),
    ]  # fmt: skip


def _row_labels(rows: Words, left: Length, top: Length, height: Length, theme: Theme) -> list[str]:
    size = min(LABEL, 0.78 * height)
    room = left - GAP
    return [
        rows.text(
            row, left - GAP, top + (row + 0.5) * height + 0.36 * size,
            theme=theme, room=room, size=size, side="right",
        )
        for row in range(len(rows))
    ]  # fmt: skip


def _column_labels(
    columns: Words, how: Columns, left: Length, top: Length, theme: Theme
) -> list[str]:
    drawn: list[str] = []
    for index in range(len(columns)):
        x = left + (columns.place(index) + 0.5) * how.pitch
        room = how.pitch - 2 if how.angle == 0 else _LONGEST * how.size / LABEL
        shift = {0: 0.0, -45: 0.25 * how.size, -90: 0.36 * how.size}[how.angle]
        drawn.append(
            columns.text(
                index, x + shift, top - _MARGIN, theme=theme, room=room, size=how.size,
                side="middle" if how.angle == 0 else "left", angle=how.angle,
            )
        )  # fmt: skip
    return drawn


def _lines(
    left: Length, top: Length, pitch: Length, height: Length, across: int, down: int, theme: Theme
) -> str:
    """A frame, and lines between cells where these are not too small."""
    right, bottom = left + across * pitch, top + down * height
    columns = range(across + 1) if pitch >= 12 else (0, across)
    rows = range(down + 1) if height >= 12 else (0, down)
    number = svg.number
    path = [f"M{number(left + i * pitch)} {number(top)}V{number(bottom)}" for i in columns]
    path += [f"M{number(left)} {number(top + i * height)}H{number(right)}" for i in rows]
    return svg.element("path", d="".join(path), stroke=theme.grid, stroke_width=0.75, fill="none")


def _outlines(
    columns: Words,
    marked: Sequence[int | None],
    left: Length,
    top: Length,
    pitch: Length,
    height: Length,
    theme: Theme,
) -> list[str]:
    """Frames around the strongest cell of each row."""
    return [
        svg.element(
            "rect", x=left + columns.place(index) * pitch + 0.75, y=top + row * height + 0.75,
            width=pitch - 1.5, height=height - 1.5, fill="none", stroke=theme.ink,
            stroke_width=1.5,
        )
        for row, index in enumerate(marked) if index is not None
    ]  # fmt: skip


def _left(rows: Words, room: Length, share: Length = 0.25) -> Length:
    """Width of the labels of the rows."""
    name = CAPTION * measure(f"{rows.name} ↓")
    return max(min(rows.widest(), share * room), name)


def _natural_width(left: Length, columns: Words) -> Length:
    """Width at which columns are as wide as they should be."""
    widest = min(columns.widest(), _LONGEST)
    pitch = widest + GAP if widest + GAP <= _WIDEST else _USUAL
    overhang = 0.0 if pitch > _USUAL or widest + GAP <= _USUAL else widest * _DIAGONAL
    return max(2 * PADDING + left + len(columns) * max(pitch, _USUAL) + overhang, WIDTH / 2)


def _spans(count: int, most: int) -> list[range]:
    """Split columns into runs of nearly the same length."""
    parts = math.ceil(count / max(most, 1))
    edges = [round(part * count / parts) for part in range(parts + 1)]
    return [range(start, end) for start, end in pairwise(edges)]


def _part(words: Words, span: range) -> Words:
    labels = words.labels[span.start : span.stop]
    return Words(labels, words.name, words.role, words.rtl, words.language)


def _from_left(columns: Words) -> list[int]:
    return sorted(range(len(columns)), key=columns.place)
