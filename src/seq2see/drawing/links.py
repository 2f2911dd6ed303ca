"""Attention as lines: each output word is joined to the source words that it looked at.

Both sentences lie one above the other where they fit; otherwise they stand side by side, so that no
sentence is too long and no label is turned.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seq2see.drawing import legend, svg
from seq2see.drawing.layout import (
    CAPTION,
    GAP,
    LABEL,
    MIN_WIDTH,
    PADDING,
    SMALL,
    WIDTH,
    Block,
    Page,
    Words,
    is_mark,
)
from seq2see.drawing.matrix import describe
from seq2see.drawing.svg import Length
from seq2see.drawing.theme import Theme

FAINTEST = 0.03
"""Weights below it are not drawn."""
THINNEST, WIDEST = 1.0, 5.0
"""Width of the lines of weight 0 and 1; opacity is the weight itself."""
_CHIP = 24.0  # height
_INSIDE = 7.0  # between the edge of a chip and its text
_PITCH = 29.0  # of chips that stand one below the other


@dataclass(frozen=True)
class Chip:
    """Where a word lies."""

    x: Length
    y: Length
    width: Length

    @property
    def middle(self) -> Length:
        """Its horizontal middle."""
        return self.x + self.width / 2


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
    """Draw attention weights as lines from each source word to each output word.

    Args:
        weights: From 0 to 1, one row for each label of ``rows``.
        rows: What attends, in the order of the decoder's steps.
        columns: What is attended to.
        theme: Colours.
        heading: What is shown.
        notes: What a reader must know.
        width: Of the picture; None: as wide as it needs, up to ``WIDTH``.
    """
    natural = max(_length(rows), _length(columns)) + 2 * PADDING
    used = width or min(max(natural, WIDTH / 2), WIDTH)
    scale = legend.lines(theme, theme.attention.strong, (0.1, 0.25, 0.5, 1.0), (THINNEST, WIDEST))
    page = Page(
        used,
        theme,
        heading,
        [*notes, f"Lines are weights; those below {FAINTEST:.0%} are left out."],
        scale,
    )
    across = natural <= used
    page.add((_across if across else _down)(weights, rows, columns, page.room, theme))
    return page.svg(describe(weights, rows, columns))


def _across(
    weights: NDArray[np.floating], rows: Words, columns: Words, room: Length, theme: Theme
) -> Block:
    """Source above, output below."""
    depth = min(max(0.3 * room, 100.0), 190.0)
    top = CAPTION + GAP
    bottom = top + _CHIP + depth
    above, below = _row(columns, room, top), _row(rows, room, bottom)
    drawn = list(_curves(weights, rows, columns, above, below, theme, down=True))
    drawn += _chips(columns, above, theme, room)
    drawn += _chips(rows, below, theme, room)
    for place, chip in enumerate(below):
        y = bottom + _CHIP + SMALL + 2
        drawn.append(
            svg.text(
                chip.middle, y, str(place + 1), size=SMALL, fill=theme.muted, side="middle"
            )
        )  # fmt: skip
    drawn.append(_name(columns, columns.caption(), room, CAPTION, theme))
    end = bottom + _CHIP + 2 * SMALL + CAPTION + 2
    drawn.append(_name(rows, f"{rows.caption()} (by step)", room, end, theme))
    return Block(room, end + 3, tuple(drawn))


def _down(
    weights: NDArray[np.floating], rows: Words, columns: Words, room: Length, theme: Theme
) -> Block:
    """Source on the left, output on the right."""
    widest = min(max(rows.widest(), columns.widest()) + 2 * _INSIDE, 0.36 * room)
    top = CAPTION + GAP
    tall = _PITCH * max(len(rows), len(columns))
    left, right = _column(columns, widest, 0.0, top, tall), _column(rows, widest, 0.0, top, tall)
    number = 2.2 * SMALL
    left = [Chip(widest - chip.width, chip.y, chip.width) for chip in left]
    right = [Chip(room - widest - number, chip.y, chip.width) for chip in right]
    drawn = list(_curves(weights, rows, columns, left, right, theme, down=False))
    drawn += _chips(columns, left, theme, widest)
    drawn += _chips(rows, right, theme, widest)
    for place, chip in enumerate(right):
        drawn.append(
            svg.text(
                room, chip.y + _CHIP / 2 + 0.36 * SMALL, str(place + 1), size=SMALL,
                fill=theme.muted, side="right",
            )
        )  # fmt: skip
    for words, x, side in ((columns, widest, "right"), (rows, room - widest - number, "left")):
        drawn.append(
            svg.text(
                x, CAPTION, f"{words.name} ↓", size=CAPTION, fill=theme.of(words.role).strong,
                bold=True, side="right" if side == "right" else "left",
            )
        )  # fmt: skip
    return Block(room, top + tall, tuple(drawn))


def _curves(
    weights: NDArray[np.floating],
    rows: Words,
    columns: Words,
    sources: Sequence[Chip],
    targets: Sequence[Chip],
    theme: Theme,
    *,
    down: bool,
) -> Iterator[str]:
    """Lines, the strongest last, so that none hides a stronger one."""
    links = [
        (float(weight), row, column)
        for row, values in enumerate(weights)
        for column, weight in enumerate(values)
        if weight >= FAINTEST
    ]
    for weight, row, column in sorted(links):
        source, target = sources[column], targets[row]
        name = f"step {row + 1}: {rows.labels[row]} → {columns.labels[column]}: {weight:.3f}"
        if down:
            start, end = (source.middle, source.y + _CHIP), (target.middle, target.y)
        else:
            start = (source.x + source.width, source.y + _CHIP / 2)
            end = (target.x, target.y + _CHIP / 2)
        yield svg.element(
            "path", svg.titled(name),
            d=_curve(start, end, down=down), fill="none", stroke=theme.attention.strong,
            stroke_width=THINNEST + (WIDEST - THINNEST) * weight, stroke_opacity=min(weight, 1.0),
        )  # fmt: skip


def _curve(start: tuple[float, float], end: tuple[float, float], *, down: bool) -> str:
    """A curve that leaves and arrives at right angles to the words."""
    middle = (start[1] + end[1]) / 2 if down else (start[0] + end[0]) / 2
    first, second = (
        ((start[0], middle), (end[0], middle)) if down else ((middle, start[1]), (middle, end[1]))
    )
    points = [f"{svg.number(x)} {svg.number(y)}" for x, y in (start, first, second, end)]
    return f"M{points[0]}C{points[1]} {points[2]} {points[3]}"


def _chips(words: Words, chips: Sequence[Chip], theme: Theme, room: Length) -> Iterator[str]:
    hue = theme.of(words.role)
    for index, chip in enumerate(chips):
        fill = theme.grid if is_mark(words.labels[index]) else hue.tint
        yield svg.element(
            "rect", x=chip.x, y=chip.y, width=chip.width, height=_CHIP, rx=4, fill=fill
        )
        yield words.text(
            index, chip.middle, chip.y + _CHIP / 2 + 0.36 * LABEL, theme=theme,
            room=min(chip.width, room) - 2 * _INSIDE + 1, side="middle", fill=theme.ink,
        )  # fmt: skip


def _row(words: Words, room: Length, y: Length) -> list[Chip]:
    """Chips side by side, spread over the width, in the order of the labels."""
    widths = [words.width(index) + 2 * _INSIDE for index in range(len(words))]
    slack = room - sum(widths)
    gap = min(slack / max(len(widths) - 1, 1), 5 * GAP)
    x = (room - sum(widths) - gap * (len(widths) - 1)) / 2
    chips: list[Chip] = []
    for width in widths:
        chips.append(Chip(room - x - width if words.rtl else x, y, width))
        x += width + gap
    return chips


def _column(words: Words, widest: Length, x: Length, y: Length, tall: Length) -> list[Chip]:
    """Chips one below the other, spread over the height."""
    pitch = tall / max(len(words), 1)
    return [
        Chip(
            x, y + (index + 0.5) * pitch - _CHIP / 2,
            min(words.width(index) + 2 * _INSIDE, widest),
        )
        for index in range(len(words))
    ]  # fmt: skip


def _name(words: Words, caption: str, room: Length, y: Length, theme: Theme) -> str:
    return svg.text(
        room if words.rtl else 0.0, y, caption, size=CAPTION, fill=theme.of(words.role).strong,
        bold=True, side="right" if words.rtl else "left",
    )  # fmt: skip


def _length(words: Words) -> Length:
    """Width of all chips side by side."""
    widths = [words.width(index) + 2 * _INSIDE + GAP for index in range(len(words))]
    return max(sum(widths) - GAP, MIN_WIDTH / 2)
