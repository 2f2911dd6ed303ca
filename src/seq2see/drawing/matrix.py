"""Attention as a matrix: rows are what attends, columns what is attended to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seq2see.drawing import legend, svg
from seq2see.drawing.columns import (
    DIAGONAL,
    LONGEST,
    MARGIN,
    NARROWEST,
    Columns,
    layout,
    natural_width,
    part,
    spans,
)
from seq2see.drawing.layout import CAPTION, GAP, LABEL, PADDING, SMALL, WIDTH, Block, Page, Words
from seq2see.drawing.svg import Length
from seq2see.drawing.text import measure
from seq2see.drawing.theme import Theme, readable_on

SMALLEST = 0.005
"""Weights below it are not drawn: they would look like the paper."""
_TITLED = 0.05  # weights from here on are named when one points at them
_NUMBERED = 0.095  # and from here on written into their cell
_TALLEST, _LOWEST = 32.0, 16.0  # cells


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
    used = width or min(WIDTH, natural_width(left, columns))
    page = Page(
        used, theme, heading, notes,
        legend=(
            legend.weights(theme),
            legend.key(theme, "outline", theme.ink, f"strongest of each {rows.name} word"),
        ),
    )  # fmt: skip
    if (page.room - left) / max(len(columns), 1) < NARROWEST:
        left = _left(rows, page.room, share=0.15) + GAP
    room = page.room - left
    runs = [range(len(columns))]
    if room / max(len(columns), 1) < NARROWEST:
        runs = spans(len(columns), int(room / (NARROWEST + 2)))
    for span in runs:
        if len(runs) > 1:
            page.note(f"{columns.name} words {span.start + 1} to {span.stop}")
        marked = [None if one is None or one not in span else one - span.start for one in strongest]
        block = _matrix(
            weights[:, span.start : span.stop], rows, part(columns, span), marked, left, room, theme
        )
        slack = max(page.room - block.width, 0.0) / 2 if len(runs) == 1 else 0.0
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


@dataclass(frozen=True)
class _Grid:
    """Where the cells lie."""

    rows: Words
    columns: Words
    left: Length
    top: Length
    pitch: Length
    """Width of a cell."""
    height: Length
    """Height of a cell."""

    @property
    def right(self) -> Length:
        return self.left + self.pitch * len(self.columns)

    @property
    def bottom(self) -> Length:
        return self.top + self.height * len(self.rows)

    def x(self, column: int) -> Length:
        return self.left + self.columns.place(column) * self.pitch

    def y(self, row: int) -> Length:
        return self.top + row * self.height


def _matrix(
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
    grid = _Grid(rows, columns, left, CAPTION + MARGIN + how.head, how.pitch, height)
    drawn = [
        *_names(grid, theme),
        *_row_labels(grid, theme),
        *_column_labels(grid, how, theme),
        *_cells(weights, grid, theme),
        _lines(grid, theme),
        *_frames(marked, grid, theme),
        *_numbers(weights, grid, theme),
    ]
    right = grid.right
    if how.angle == -45:
        ends = (
            grid.x(index) + grid.pitch / 2 + min(columns.width(index), LONGEST) * DIAGONAL + GAP
            for index in range(len(columns))
        )
        right = max(right, *ends)
    return Block(right, grid.bottom, tuple(drawn))


def _names(grid: _Grid, theme: Theme) -> list[str]:
    """The names of both axes: above the labels of the columns, and beside the corner."""
    columns, rows = grid.columns, grid.rows
    to_the_right = columns.rtl and grid.right - grid.left >= CAPTION * measure(columns.caption())
    return [
        svg.text(
            grid.right if to_the_right else grid.left, CAPTION, columns.caption(), size=CAPTION,
            fill=theme.of(columns.role).strong, bold=True,
            side="right" if to_the_right else "left",
        ),
        svg.text(
            grid.left - GAP, grid.top - MARGIN, f"{rows.name} ↓", size=CAPTION,
            fill=theme.of(rows.role).strong, bold=True, side="right",
        ),
    ]  # fmt: skip


def _row_labels(grid: _Grid, theme: Theme) -> list[str]:
    size = min(LABEL, 0.78 * grid.height)
    room = grid.left - GAP
    return [
        grid.rows.text(
            row, room, grid.y(row) + grid.height / 2 + 0.36 * size, theme=theme, room=room,
            size=size, side="right",
        )
        for row in range(len(grid.rows))
    ]  # fmt: skip


def _column_labels(grid: _Grid, how: Columns, theme: Theme) -> list[str]:
    room = how.pitch - 2 if how.angle == 0 else LONGEST * how.size / LABEL
    # A turned label is moved so that its middle, and not its foot, is above the column.
    shift = {0: 0.0, -45: 0.25 * how.size, -90: 0.36 * how.size}[how.angle]
    return [
        grid.columns.text(
            index, grid.x(index) + grid.pitch / 2 + shift, grid.top - MARGIN, theme=theme,
            room=room, size=how.size, side="middle" if how.angle == 0 else "left", angle=how.angle,
        )
        for index in range(len(grid.columns))
    ]  # fmt: skip


def _cells(weights: NDArray[np.floating], grid: _Grid, theme: Theme) -> Iterator[str]:
    yield svg.element(
        "rect", x=grid.left, y=grid.top, width=grid.right - grid.left,
        height=grid.bottom - grid.top, fill=theme.weight(0.0),
    )  # fmt: skip
    for row, index, weight in _visible(weights, SMALLEST):
        name = f"{grid.rows.labels[row]} → {grid.columns.labels[index]}: {weight:.3f}"
        yield svg.element(
            "rect", svg.titled(name) if weight >= _TITLED else "", x=grid.x(index), y=grid.y(row),
            width=grid.pitch, height=grid.height, fill=theme.weight(weight),
        )  # fmt: skip


def _numbers(weights: NDArray[np.floating], grid: _Grid, theme: Theme) -> Iterator[str]:
    """Weights in percent, where cells are large enough."""
    if grid.pitch < 24 or grid.height < 18:
        return
    for row, index, weight in _visible(weights, _NUMBERED):
        yield svg.text(
            grid.x(index) + grid.pitch / 2, grid.y(row) + grid.height / 2 + 0.36 * SMALL,
            f"{100 * weight:.0f}", size=SMALL, fill=readable_on(theme.weight(weight)),
            side="middle",
        )  # fmt: skip


def _visible(weights: NDArray[np.floating], least: float) -> Iterator[tuple[int, int, float]]:
    """Row, column and weight of every cell of at least so much."""
    for row, index in np.argwhere(weights >= least):
        yield int(row), int(index), float(weights[row, index])


def _lines(grid: _Grid, theme: Theme) -> str:
    """A frame, and lines between cells where these are not too small."""
    number = svg.number
    across, down = len(grid.columns), len(grid.rows)
    columns = range(across + 1) if grid.pitch >= 12 else (0, across)
    rows = range(down + 1) if grid.height >= 12 else (0, down)
    left, right, top, bottom = map(number, (grid.left, grid.right, grid.top, grid.bottom))
    path = [f"M{number(grid.left + i * grid.pitch)} {top}V{bottom}" for i in columns]
    path += [f"M{left} {number(grid.y(i))}H{right}" for i in rows]
    return svg.element("path", d="".join(path), stroke=theme.grid, stroke_width=0.75, fill="none")


def _frames(marked: Sequence[int | None], grid: _Grid, theme: Theme) -> list[str]:
    """Frames around the strongest cell of each row."""
    return [
        svg.element(
            "rect", x=grid.x(index) + 0.75, y=grid.y(row) + 0.75, width=grid.pitch - 1.5,
            height=grid.height - 1.5, fill="none", stroke=theme.ink, stroke_width=1.5,
        )
        for row, index in enumerate(marked) if index is not None
    ]  # fmt: skip


def _left(rows: Words, room: Length, share: Length = 0.25) -> Length:
    """Width of the labels of the rows."""
    name = CAPTION * measure(f"{rows.name} ↓")
    return max(min(rows.widest(), share * room), name)
