"""SVG, written by hand: valid with any label, plain enough for every program that reads it.

No style sheet, script, identifier or outside resource: pictures can stand side by side in one page
and be edited elsewhere. Text stays text.
"""

from collections.abc import Iterable
from typing import Literal

from seq2see.drawing.text import LATIN_FONTS, fonts, is_rtl, visible
from seq2see.drawing.theme import Theme

Side = Literal["left", "middle", "right"]
"""Which point of a text is placed, whatever direction it runs in."""

Length = float | int
Attribute = str | Length | None


def number(value: Length) -> str:
    """Write a coordinate with two decimals at most."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def escape(text: str) -> str:
    """Escape a text for elements and attributes, and replace what XML forbids."""
    text = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;")


def element(tag: str, /, *children: str, **attributes: Attribute) -> str:
    """Write an element: ``stroke_width=2`` becomes ``stroke-width``; None is left out."""
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    inner = "".join(children)
    return f"<{tag}{written}>{inner}</{tag}>" if inner else f"<{tag}{written}/>"


def titled(text: str) -> str:
    """Write what is shown when one points at the element around it."""
    return element("title", escape(text))


def text(
    x: Length,
    y: Length,
    content: str,
    *,
    size: Length,
    fill: str,
    side: Side = "left",
    angle: Length = 0,
    bold: bool = False,
    rtl: bool = False,
    full: str | None = None,
    language: str | None = None,
) -> str:
    """Write one line of text.

    Args:
        x: Where its ``side`` lies.
        y: Where its baseline lies.
        content: What it says.
        size: Font size.
        fill: Colour.
        side: Which end of it is placed at ``x``: the left one is the end of Arabic.
        angle: Degrees by which it is turned around its place; below 0: upwards.
        bold: Whether it stands out.
        rtl: Direction of what has no direction of its own, such as a full stop.
        full: Where ``content`` was shortened: all of it, shown when one points at it.
        language: Code of its language, which chooses between forms of the same character.
    """
    runs_left = is_rtl(content, rtl)
    anchor = "middle" if side == "middle" else "end" if (side == "right") ^ runs_left else None
    return element(
        "text",
        escape(content),
        titled(full) if full is not None and full != content else "",
        x=x,
        y=y,
        font_size=size,
        fill=fill,
        text_anchor=anchor,
        transform=f"rotate({number(angle)} {number(x)} {number(y)})" if angle else None,
        font_weight=600 if bold else None,
        font_family=fonts(content),
        direction="rtl" if runs_left else None,
        lang=language,
    )


def document(
    width: Length,
    height: Length,
    elements: Iterable[str],
    *,
    theme: Theme,
    title: str,
    description: str,
) -> str:
    """Write a picture of so many pixels, on paper, with a title and a description in words."""
    size = f"{number(width)} {number(height)}"
    return (
        element(
            "svg",
            element("title", escape(title)),
            element("desc", escape(description)),
            element("rect", width=width, height=height, fill=theme.paper),
            *elements,
            xmlns="http://www.w3.org/2000/svg",
            width=width,
            height=height,
            viewBox=f"0 0 {size}",
            role="img",
            font_family=LATIN_FONTS,
        )
        + "\n"
    )


def _value(value: str | Length) -> str:
    return escape(value) if isinstance(value, str) else number(value)
