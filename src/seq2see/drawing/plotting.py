"""The attention matrix as a matplotlib figure, for who wants to go on with it there."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from seq2see.drawing.layout import Words
from seq2see.drawing.text import LATIN_FONTS, fonts, measure, shorten, visible
from seq2see.drawing.theme import LIGHT, SHARES
from seq2see.extras import require

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_INCH = 72.0  # points
_POINTS = 9.0  # font size
_LONGEST = 16.0  # labels, in multiples of the font size
_CELL = 0.3  # inches
_WIDTH = 7.0


def attention(weights: NDArray[np.floating], rows: Words, columns: Words) -> "Figure":
    """Draw attention weights with matplotlib; nothing global is touched, no window is opened.

    Args:
        weights: From 0 to 1, one row for each label of ``rows``.
        rows: What attends.
        columns: What is attended to; the axis of a language written so runs from right to left.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    require("matplotlib", feature="`plot`", extra="figures")
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure

    longest = [max(map(measure, words.labels), default=1.0) for words in (rows, columns)]
    labels = [_POINTS / _INCH * min(length, _LONGEST) + 0.35 for length in longest]
    width = min(labels[0] + _CELL * max(len(columns), 2) + 1.0, _WIDTH)
    height = labels[1] + _CELL * max(len(rows), 2) + 0.3
    figure = Figure(figsize=(max(width, 3.0), height), layout="constrained")
    axes = figure.add_subplot()
    colours = LinearSegmentedColormap.from_list(
        "attention", list(zip(SHARES, LIGHT.weights, strict=True))
    )
    image = axes.imshow(weights, cmap=colours, vmin=0, vmax=1, aspect="auto")
    if columns.rtl:
        axes.invert_xaxis()
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.set_xlabel(f"{columns.name}, from right to left" if columns.rtl else columns.name)
    axes.set_ylabel(rows.name)
    axes.tick_params(length=0, labelsize=_POINTS)
    known = _installed()
    for words, axis, angle in ((rows, axes.yaxis, 0), (columns, axes.xaxis, 90)):
        axis.set_ticks(range(len(words)), [_plain(label) for label in words.labels])
        for label, tick in zip(words.labels, axis.get_ticklabels(), strict=True):
            tick.set_rotation(angle)
            tick.set_fontfamily(_families(label, words, known))
    figure.colorbar(image, ax=axes, label="weight", shrink=0.8)
    return figure


def _plain(label: str) -> str:
    """A label, shortened, without what matplotlib would read as a formula."""
    return shorten(visible(label), _LONGEST).replace("$", r"\$")


def _installed() -> frozenset[str]:
    from matplotlib import font_manager

    return frozenset(font_manager.get_font_names())


def _families(label: str, words: Words, known: frozenset[str]) -> list[str]:
    """The fonts that there are, for a label and its axis; the last one comes with matplotlib."""
    asked = [fonts(label), fonts("".join(words.labels)), LATIN_FONTS]
    names = [name.strip(" '") for some in asked if some for name in some.split(",")]
    return [*dict.fromkeys(name for name in names if name in known), "DejaVu Sans"]
