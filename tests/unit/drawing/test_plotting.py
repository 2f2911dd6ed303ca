"""Attention as a matplotlib figure."""

import io
import sys

import matplotlib
import numpy as np
import pytest
import sentences

from seq2see.drawing import plotting, theme
from seq2see.errors import MissingExtraError


def test_the_image_holds_the_weights_and_the_axes_their_labels() -> None:
    weights = sentences.attention(4, 5)
    figure = plotting.attention(
        weights, sentences.target(sentences.FRENCH), sentences.source(sentences.ENGLISH)
    )
    axes = figure.axes[0]
    np.testing.assert_array_equal(axes.images[0].get_array(), weights)
    assert axes.images[0].get_clim() == (0, 1)
    assert [label.get_text() for label in axes.get_yticklabels()] == list(sentences.FRENCH)
    assert [label.get_text() for label in axes.get_xticklabels()] == list(sentences.ENGLISH)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("source", "output")
    assert not axes.xaxis_inverted()
    colours = axes.images[0].get_cmap()
    assert matplotlib.colors.to_hex(colours(1.0)) == theme.LIGHT.weights[-1]


def test_a_source_written_from_right_to_left_runs_so() -> None:
    columns = sentences.source(sentences.ARABIC, rtl=True)
    figure = plotting.attention(sentences.attention(1, 5), sentences.target(("x",)), columns)
    assert figure.axes[0].xaxis_inverted()
    assert figure.axes[0].get_xlabel() == "source, from right to left"


@pytest.mark.filterwarnings("ignore:Glyph .* missing from font")
@pytest.mark.parametrize(
    "labels", [sentences.ODD, sentences.EMOJI, sentences.LONG, ("$x$", "a_b^c"), ("i",)]
)
def test_any_labels_can_be_drawn_without_a_window(labels: tuple[str, ...]) -> None:
    weights = sentences.attention(len(labels), len(labels))
    figure = plotting.attention(weights, sentences.target(labels), sentences.source(labels))
    figure.savefig(written := io.BytesIO(), format="png", dpi=40)
    assert written.getvalue().startswith(b"\x89PNG")
    assert figure.get_figwidth() <= 7
    assert "matplotlib.pyplot" not in sys.modules


def test_matplotlib_is_asked_for_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match="`plot` needs the optional extra `figures`"):
        plotting.attention(np.ones((1, 1)), sentences.target(("x",)), sentences.source(("y",)))
