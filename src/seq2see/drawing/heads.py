"""The attention of all heads at once: a small matrix for each, layer by layer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seq2see.drawing import legend, svg
from seq2see.drawing.layout import (
    CAPTION,
    GAP,
    PADDING,
    SMALL,
    WIDTH,
    Block,
    Page,
    Words,
    is_mark,
)
from seq2see.drawing.svg import Length
from seq2see.drawing.text import measure, shorten, visible
from seq2see.drawing.theme import Theme

LEVELS = 40
"""Weights are drawn in so many steps of colour: the cells of one step are one shape."""
_SMALLEST, _WIDEST = 64.0, 180.0  # panels
_CELL = 2.0  # the smallest cell that can still be seen
_NARROWEST = 9.0  # cells from here on have their labels beside them
_GAP = 10.0


def draw(
    weights: Sequence[NDArray[np.floating]],
    rows: Words,
    columns: Words,
    *,
    theme: Theme,
    heading: str,
    notes: Sequence[str] = (),
    width: Length | None = None,
    numbers: Sequence[int] | None = None,
) -> str:
    """Draw the attention weights of every layer and head.

    Args:
        weights: For each layer ``(head, row, column)``, from 0 to 1.
        rows: What attends.
        columns: What is attended to.
        theme: Colours.
        heading: What is shown.
        notes: What a reader must know.
        width: Of the picture; None: ``WIDTH``.
        numbers: Of the layers; None: counted from 0.
    """
    page = Page(width or WIDTH, theme, heading, notes, [legend.weights(theme)])
    most = max(len(layer) for layer in weights)
    plan = _plan(rows, columns, most, page.room)
    direction = "from right to left" if columns.rtl else "from left to right"
    if plan.labelled:
        page.note(f"Rows: {rows.name}; columns: {columns.name}, {direction}.")
        page.y += 6
    else:
        page.add(_key(rows, f"{rows.name} (rows, downwards)", page.room, theme), below=3)
        page.add(_key(columns, f"{columns.name} (columns, {direction})", page.room, theme), below=9)
    for place, layer in enumerate(weights):
        number = numbers[place] if numbers is not None else place
        page.text(f"layer {number}", CAPTION, theme.ink, bold=True)
        for start in range(0, len(layer), plan.across):
            named = plan.labelled and place == start == 0
            panels = [
                _panel(
                    layer[head], rows, columns, plan, f"layer {number}, head {head}", named, theme
                )
                for head in range(start, min(start + plan.across, len(layer)))
            ]
            line = [
                block.at(plan.left + index * (plan.size + _GAP), 0)
                for index, block in enumerate(panels)
            ]
            if plan.labelled:
                top = panels[0].height - plan.size
                line += _row_labels(rows, plan.left - 5, top, plan.size, theme)
            page.add(Block(page.room, panels[0].height, tuple(line)), PADDING, below=8)
        page.y += 4
    return page.svg(_describe(weights, rows, columns, numbers))


@dataclass(frozen=True)
class _Plan:
    """How the panels are laid out."""

    across: int
    """Panels on a line."""
    size: Length
    """Width and height of a panel."""
    left: Length
    """Room for the labels of the rows."""
    labelled: bool
    """Whether cells are large enough for labels beside them."""


def _plan(rows: Words, columns: Words, heads: int, room: Length) -> _Plan:
    """Put labels beside the cells where these stay large enough on as few lines."""
    tokens = max(len(rows), len(columns))
    plain = _across(heads, room, max(_SMALLEST, _CELL * tokens))
    left = min(rows.widest(SMALL), 0.2 * room) + 5
    size = _size(plain, room - left)
    if size / tokens >= _NARROWEST:
        return _Plan(plain, size, left, True)
    return _Plan(plain, _size(plain, room), 0.0, False)


def _across(heads: int, room: Length, smallest: Length) -> int:
    """Panels on a line, so that lines have nearly the same length."""
    most = max(min(heads, int((room + _GAP) / (smallest + _GAP))), 1)
    return -(-heads // -(-heads // most))


def _size(across: int, room: Length) -> Length:
    return min((room - _GAP * (across - 1)) / across, _WIDEST)


def _panel(
    weights: NDArray[np.floating],
    rows: Words,
    columns: Words,
    plan: _Plan,
    name: str,
    named: bool,
    theme: Theme,
) -> Block:
    """One head: its name, and its matrix as one shape for each step of colour, in cells."""
    across, down = plan.size / max(len(columns), 1), plan.size / max(len(rows), 1)
    drawn = [svg.text(0, SMALL, name.partition(", ")[2], size=SMALL, fill=theme.muted)]
    top = SMALL + 4
    if named:
        size = min(SMALL, across / 1.15)
        longest = min(columns.widest(size), 70.0)
        top += longest + 2
        drawn += [
            columns.text(
                index, (columns.place(index) + 0.5) * across + 0.36 * size, top - 4,
                theme=theme, room=longest, size=size, angle=-90,
            )
            for index in range(len(columns))
        ]  # fmt: skip
    drawn.append(
        svg.element(
            "rect", svg.titled(f"{name}: {_strongest(weights, rows, columns)}"),
            x=0, y=top, width=plan.size, height=plan.size, fill=theme.weight(0.0),
            stroke=theme.grid,
        )
    )  # fmt: skip
    shapes: dict[int, str] = {}
    for row, values in enumerate(weights):
        for column, weight in enumerate(values):
            if level := round(float(weight) * LEVELS):
                place = columns.place(column)
                shapes[level] = shapes.get(level, "") + f"M{place} {row}h1v1H{place}z"
    scale = f"scale({across:.4f} {down:.4f})"
    cells = [
        svg.element("path", d=path, fill=theme.weight(level / LEVELS), transform=scale)
        for level, path in sorted(shapes.items())
    ]
    drawn.append(Block(plan.size, plan.size, tuple(cells)).at(0, top))
    return Block(plan.size, top + plan.size, tuple(drawn))


def _row_labels(rows: Words, x: Length, top: Length, height: Length, theme: Theme) -> list[str]:
    pitch = height / len(rows)
    size = min(SMALL, pitch / 1.15)
    return [
        rows.text(
            row, x, top + (row + 0.5) * pitch + 0.36 * size, theme=theme, room=x, size=size,
            side="right",
        )
        for row in range(len(rows))
    ]  # fmt: skip


def _strongest(weights: NDArray[np.floating], rows: Words, columns: Words) -> str:
    row, column = np.unravel_index(int(weights.argmax()), weights.shape)
    return f"{rows.labels[row]} → {columns.labels[column]} {weights.max():.0%} is strongest"


def _key(words: Words, name: str, room: Length, theme: Theme) -> Block:
    """The labels of an axis in reading order, on as many lines as they need."""
    name += ":"
    colour = theme.of(words.role).strong
    drawn = [svg.text(0, CAPTION, name, size=CAPTION, fill=colour, bold=True)]
    x, y = CAPTION * measure(name) * 1.06 + GAP, CAPTION
    if words.rtl:
        x, y = 0.0, 2.45 * CAPTION  # from the other end of the next line
    for label in words.labels:
        shown = shorten(visible(label), (room - 2) / CAPTION)
        length = CAPTION * measure(shown)
        if x + length > room:
            x, y = 0.0, y + 1.45 * CAPTION
        drawn.append(
            svg.text(
                room - x if words.rtl else x,
                y,
                shown,
                size=CAPTION,
                fill=theme.muted if is_mark(label) else theme.ink,
                side="right" if words.rtl else "left",
                rtl=words.rtl,
                full=label,
                language=words.language,
            )
        )
        x += length + GAP
    return Block(room, y + 4, tuple(drawn))


def _describe(
    weights: Sequence[NDArray[np.floating]],
    rows: Words,
    columns: Words,
    numbers: Sequence[int] | None,
) -> str:
    heads = [
        f"layer {numbers[place] if numbers is not None else place}, head {head}: "
        f"{_strongest(matrix, rows, columns)}"
        for place, layer in enumerate(weights)
        for head, matrix in enumerate(layer)
    ]
    return f"Rows: {rows.name}. Columns: {columns.name}. {'; '.join(heads)}."
