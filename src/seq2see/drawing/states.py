"""States as strips of cells: one strip for each token, one column for each unit shown."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seq2see.drawing import legend, svg
from seq2see.drawing.layout import CAPTION, GAP, LABEL, PADDING, WIDTH, Block, Page, Words
from seq2see.drawing.svg import Length
from seq2see.drawing.text import measure
from seq2see.drawing.theme import Theme

MOST = 32
"""Units shown at most."""
_NARROWEST, _WIDEST = 12.0, 24.0  # columns
_TALLEST, _LOWEST = 18.0, 12.0  # strips
_NUMBER = 9.0  # font size of the numbers of units
_TITLED = 400  # cells of a picture up to which each says its value when one points at it


@dataclass(frozen=True)
class Strips:
    """The states of one side."""

    values: NDArray[np.floating]
    """One row for each label."""
    words: Words
    """What the rows are; the hue is that of their name."""
    name: str
    """What the values are, as ``Encoder states``."""


def draw(
    strips: Sequence[Strips],
    *,
    theme: Theme,
    heading: str,
    notes: Sequence[str] = (),
    width: Length | None = None,
) -> str:
    """Draw states as cells; of many units only those that vary most are shown.

    Args:
        strips: The sides, one below the other on one scale.
        theme: Colours.
        heading: What is shown.
        notes: What a reader must know.
        width: Of the picture; None: ``WIDTH``.
    """
    used = width or WIDTH
    labels = min(max(side.words.widest() for side in strips), 0.25 * (used - 2 * PADDING))
    names = max(CAPTION * measure(f"{side.words.name} ↓") for side in strips)
    left = max(labels, names) + GAP
    more = CAPTION * measure("+0000 more") + GAP
    room = used - 2 * PADDING - left - more
    shown = [
        select(side.values, min(MOST, int(room / _NARROWEST), side.values.shape[1]))
        for side in strips
    ]
    limit = rounded_up(
        max(
            float(np.abs(side.values[:, units]).max(initial=0.0))
            for side, units in zip(strips, shown, strict=True)
        )
    )
    cells = sum(len(side.words) * len(units) for side, units in zip(strips, shown, strict=True))
    titled = cells <= _TITLED
    page = Page(used, theme, heading, notes, [legend.signed(theme, limit)])
    for side, units in zip(strips, shown, strict=True):
        hue = theme.of(side.words.role).strong
        page.text(side.name, LABEL, hue, bold=True)
        total = side.values.shape[1]
        if len(units) < total:
            which = f"vary most over the {side.words.name}"
            if len(side.words) == 1:
                which = "have the largest values"
            page.note(f"{len(units)} of {total} units, by number: those that {which}.")
        page.y += 4
        page.add(_side(side, units, limit, left, room, titled, theme), below=12)
    return page.svg(_describe(strips, shown, limit))


def select(values: NDArray[np.floating], count: int) -> list[int]:
    """The units that vary most over the tokens, in order; of one token, those with most value."""
    spread = values.std(axis=0) if len(values) > 1 else np.abs(values).sum(axis=0)
    return sorted(int(unit) for unit in np.argsort(-spread, kind="stable")[:count])


def rounded_up(value: Length) -> Length:
    """The next short number; 1 for 0."""
    if not value > 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    short = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)
    return next(round(nice * power, 12) for nice in short if nice * power >= value * 0.9999)


def _side(
    side: Strips,
    units: Sequence[int],
    limit: Length,
    left: Length,
    room: Length,
    titled: bool,
    theme: Theme,
) -> Block:
    # Whole pixels: a picture has hundreds of cells, and short numbers keep it small.
    pitch = float(int(min(room / len(units), _WIDEST)))
    height = float(int(min(max(560.0 / max(len(side.words), 1), _LOWEST), _TALLEST)))
    top = float(math.ceil(_NUMBER * measure(str(max(units))) + 6))
    left = float(math.ceil(left))
    size = min(LABEL, 0.85 * height)
    drawn = [
        svg.text(
            left - GAP, top - 4, f"{side.words.name} ↓", size=CAPTION,
            fill=theme.of(side.words.role).strong, bold=True, side="right",
        )
    ]  # fmt: skip
    drawn += [
        svg.text(
            left + (place + 0.5) * pitch + 0.36 * _NUMBER, top - 4, str(unit), size=_NUMBER,
            fill=theme.muted, angle=-90,
        )
        for place, unit in enumerate(units)
    ]  # fmt: skip
    for row in range(len(side.words)):
        y = top + row * height
        drawn.append(
            side.words.text(
                row, left - GAP, y + height / 2 + 0.36 * size, theme=theme, room=left - GAP,
                size=size, side="right",
            )
        )  # fmt: skip
        for place, unit in enumerate(units):
            value = float(side.values[row, unit])
            name = f"{side.words.labels[row]}, unit {unit}: {value:.3f}"
            drawn.append(
                svg.element(
                    "rect", svg.titled(name) if titled else "",
                    x=left + place * pitch, y=y, width=pitch - 1, height=height - 1,
                    fill=theme.signed(value / limit),
                )
            )  # fmt: skip
    rest = side.values.shape[1] - len(units)
    if rest:
        drawn.append(
            svg.text(
                left + pitch * len(units) + GAP, top + height / 2 + 4, f"+{rest} more",
                size=CAPTION, fill=theme.muted,
            )
        )  # fmt: skip
    return Block(left + room, top + height * len(side.words), tuple(drawn))


def _describe(strips: Sequence[Strips], shown: Sequence[Sequence[int]], limit: Length) -> str:
    sides = [
        f"{side.name} of {len(side.words)} tokens ({', '.join(side.words.labels)}): "
        f"{len(units)} of {side.values.shape[1]} units"
        for side, units in zip(strips, shown, strict=True)
    ]
    return f"{'; '.join(sides)}; colours from minus {limit:g} to {limit:g}."
