"""Keys to colours and marks, with numbers."""

from collections.abc import Sequence
from typing import Literal

from seq2see.drawing import svg
from seq2see.drawing.layout import CAPTION, Block
from seq2see.drawing.svg import Length
from seq2see.drawing.text import measure
from seq2see.drawing.theme import Theme

_HEIGHT, _BASELINE = 14.0, 11.0
_STEPS, _STEP = 20, 5.0
Mark = Literal["outline", "filled", "double", "line", "dashed", "dot", "ring"]


def weights(theme: Theme, name: str = "weight") -> Block:
    """The scale of weights, from 0 to 100%."""
    return _scale(
        theme,
        [theme.weight((step + 0.5) / _STEPS) for step in range(_STEPS)],
        (name, "0", "100%"),
    )


def signed(theme: Theme, limit: Length, name: str = "value") -> Block:
    """The scale of values around zero, up to ``limit`` both ways."""
    return _scale(
        theme,
        [theme.signed((step + 0.5) * 2 / _STEPS - 1) for step in range(_STEPS)],
        (name, f"\N{MINUS SIGN}{limit:g}", f"{limit:g}"),
        middle="0",
    )


def lines(
    theme: Theme, colour: str, shares: Sequence[float], widths: tuple[float, float]
) -> list[Block]:
    """What lines of some weights look like, one block for each."""
    blocks = []
    for share in shares:
        sample = svg.element(
            "line", x1=0, x2=22, y1=_HEIGHT / 2, y2=_HEIGHT / 2, stroke=colour,
            stroke_width=widths[0] + (widths[1] - widths[0]) * share, stroke_opacity=share,
        )  # fmt: skip
        words, end = _words(theme, f"{100 * share:.0f}%", 26.0)
        blocks.append(Block(end, _HEIGHT, (sample, *words)))
    return blocks


def key(theme: Theme, mark: Mark, colour: str, name: str, *, fill: str = "none") -> Block:
    """One mark and what it means."""
    middle = _HEIGHT / 2
    match mark:
        case "outline" | "filled" | "double" | "dashed":
            dashes = "3 2" if mark == "dashed" else None
            drawn = svg.element(
                "rect", x=1, y=2, width=16, height=10, rx=1.5, fill=fill, stroke=colour,
                stroke_width=1.5, stroke_dasharray=dashes,
            )  # fmt: skip
            if mark == "double":
                drawn += svg.element(
                    "rect", x=3.5, y=4.5, width=11, height=5, rx=1, fill="none", stroke=colour,
                    stroke_width=0.75,
                )  # fmt: skip
        case "line":
            drawn = svg.element(
                "line", x1=0, x2=18, y1=middle, y2=middle, stroke=colour, stroke_width=2
            )
        case "dot":
            drawn = svg.element(
                "line", x1=0, x2=18, y1=middle, y2=middle, stroke=colour, stroke_width=1.75
            ) + svg.element("circle", cx=9, cy=middle, r=3, fill=colour)
        case "ring":
            drawn = svg.element(
                "circle", cx=9, cy=middle, r=5, fill="none", stroke=colour, stroke_width=1.5
            )
    words, end = _words(theme, name, 22.0)
    return Block(end, _HEIGHT, (drawn, *words))


def _scale(
    theme: Theme, colours: Sequence[str], words: tuple[str, str, str], middle: str | None = None
) -> Block:
    """A bar of colours between two numbers."""
    name, low, high = words
    drawn, x = _words(theme, f"{name} {low}", 0.0)
    drawn += [
        svg.element("rect", x=x + place * _STEP, y=2, width=_STEP + 0.5, height=10, fill=colour)
        for place, colour in enumerate(colours)
    ]
    length = _STEP * len(colours)
    drawn.append(
        svg.element(
            "rect", x=x, y=2, width=length, height=10, fill="none", stroke=theme.muted,
            stroke_width=0.75,
        )
    )  # fmt: skip
    if middle is not None:
        drawn.append(
            svg.text(x + length / 2, _BASELINE, middle, size=9, fill=theme.ink, side="middle")
        )
    last, end = _words(theme, high, x + length + 5)
    return Block(end, _HEIGHT, (*drawn, *last))


def _words(theme: Theme, words: str, x: Length) -> tuple[list[str], float]:
    """Write some words, and say where there is room again."""
    written = svg.text(x, _BASELINE, words, size=CAPTION, fill=theme.muted)
    return [written], x + CAPTION * measure(words) + 5
