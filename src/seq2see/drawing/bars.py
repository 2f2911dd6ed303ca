"""What might have come next: for each step, the most probable tokens as bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from seq2see.drawing import legend, svg
from seq2see.drawing.layout import (
    CAPTION,
    GAP,
    LABEL,
    PADDING,
    SMALL,
    WIDTH,
    Block,
    Page,
    Words,
)
from seq2see.drawing.svg import Length, Side
from seq2see.drawing.theme import Theme

_NARROWEST = 148.0  # panels
_WIDEST = 260.0
_ROW = 18.0
_GAP = 18.0
_PERCENT = 34.0


class Option(NamedTuple):
    """A token and its probability."""

    label: str
    prob: Length
    rank: int
    """From 1; 0 stands for all other tokens together."""
    chosen: bool


@dataclass(frozen=True)
class Panel:
    """One step."""

    chosen: str
    options: tuple[Option, ...]
    """Best first; the chosen one is among them."""


def draw(
    panels: Sequence[Panel],
    words: Words,
    *,
    theme: Theme,
    heading: str,
    notes: Sequence[str] = (),
    width: Length | None = None,
) -> str:
    """Draw one small bar chart for each step, in reading order.

    Args:
        panels: The steps.
        words: The side that they belong to; its direction is that of the panels too.
        theme: Colours.
        heading: What is shown.
        notes: What a reader must know.
        width: Of the picture; None: ``WIDTH``.
    """
    hue = theme.of(words.role)
    keys = [
        legend.key(theme, "filled", hue.strong, "chosen", fill=hue.strong),
        legend.key(theme, "outline", hue.strong, "not chosen", fill=hue.tint),
    ]
    remarks = list(notes)
    if words.rtl:
        remarks.append("Steps run from right to left, as the output is read.")
    page = Page(width or WIDTH, theme, heading, remarks, keys)
    across = max(int((page.room + _GAP) / (_NARROWEST + _GAP)), 1)
    across = min(across, max(len(panels), 1))
    size = min((page.room - _GAP * (across - 1)) / across, _WIDEST)
    used = size * across + _GAP * (across - 1)
    for start in range(0, len(panels), across):
        line = [
            _panel(panel, start + place + 1, words, size, theme)
            for place, panel in enumerate(panels[start : start + across])
        ]
        places = [index * (size + _GAP) for index in range(len(line))]
        if words.rtl:
            places = [used - place - size for place in places]
        height = max(block.height for block in line)
        placed = [block.at(x, 0) for block, x in zip(line, places, strict=True)]
        page.add(Block(used, height, tuple(placed)), PADDING, below=16)
    return page.svg(_describe(panels))


def _panel(panel: Panel, step: int, words: Words, size: Length, theme: Theme) -> Block:
    """One step; for a language that runs from right to left, its mirror image."""
    hue = theme.of(words.role)
    ends: tuple[Side, Side] = ("right", "left") if words.rtl else ("left", "right")

    def at(x: Length, length: Length = 0.0) -> Length:
        return size - x - length if words.rtl else x

    labels = 0.42 * size
    longest = size - labels - _PERCENT - GAP
    head = Words((panel.chosen,), words.name, words.role, words.rtl, words.language)
    number = f"step {step}"
    drawn = [
        svg.text(at(0), CAPTION, number, size=CAPTION, fill=theme.muted, side=ends[0]),
        head.text(
            0, at(size), CAPTION, theme=theme, room=0.6 * size, size=LABEL, side=ends[1],
            fill=hue.strong, bold=True,
        ),
        svg.element(
            "line", x1=0, x2=size, y1=CAPTION + 6, y2=CAPTION + 6, stroke=theme.grid
        ),
    ]  # fmt: skip
    y = CAPTION + 10
    row = Words(tuple(one.label for one in panel.options), "", words.role, words.rtl,
                words.language)  # fmt: skip
    for index, option in enumerate(panel.options):
        middle = y + _ROW / 2
        if option.rank:
            drawn.append(
                row.text(
                    index, at(labels - 6), middle + 0.36 * LABEL, theme=theme, room=labels - 6,
                    side=ends[1], bold=option.chosen, fill=theme.ink if option.chosen else None,
                )
            )  # fmt: skip
        else:
            drawn.append(
                svg.text(
                    at(labels - 6), middle + 0.36 * SMALL, option.label, size=SMALL,
                    fill=theme.muted, side=ends[1],
                )
            )  # fmt: skip
        length = max(longest * min(option.prob, 1.0), 0.75)
        late = option.rank > index + 1  # others that are not shown come before it
        value = percent(option.prob) + (f", no. {option.rank}" if late else "")
        rank = f", number {option.rank}" if option.rank else ""
        drawn.append(
            svg.element(
                "rect", svg.titled(f"{option.label}: {option.prob:.2%}{rank}"),
                x=at(labels, length), y=y + 3.5, width=length, height=_ROW - 7,
                fill=hue.strong if option.chosen else hue.tint if option.rank else theme.grid,
                stroke=hue.strong if option.rank else theme.grid, stroke_width=0.75,
            )
        )  # fmt: skip
        drawn.append(
            svg.text(
                at(labels + length + 5), middle + 0.36 * SMALL, value, size=SMALL,
                fill=theme.ink if option.chosen else theme.muted, side=ends[0],
            )
        )  # fmt: skip
        y += _ROW
    drawn.append(
        svg.element(
            "line", x1=at(labels), x2=at(labels), y1=CAPTION + 11, y2=y, stroke=theme.muted,
            stroke_width=0.75,
        )
    )  # fmt: skip
    return Block(size, y, tuple(drawn))


def percent(share: Length) -> str:
    """Write a probability as people do: ``83%``, ``1.2%``, ``<0.1%``."""
    if share >= 0.9995:
        return "100%"
    if share >= 0.0995:
        return f"{100 * share:.0f}%" if share < 0.995 else f"{100 * share:.1f}%"
    return f"{100 * share:.1f}%" if share >= 0.001 else "<0.1%"


def _describe(panels: Sequence[Panel]) -> str:
    steps = [
        f"step {number}: "
        + ", ".join(
            f"{one.label} {percent(one.prob)}{' (chosen)' if one.chosen else ''}"
            for one in panel.options
        )
        for number, panel in enumerate(panels, start=1)
    ]
    return "; ".join(steps) + "."
