"""An attention matrix draws itself."""

import numpy as np
import svg_reading

from seq2see.trace.matrix import AttentionMatrix, Axis

MATRIX = AttentionMatrix(
    np.array([[0.75, 0.25, 0.0], [0.0, 0.0, 1.0]]),
    Axis.of_words(["house", "</s>"]),
    Axis.of_words(["بيت", "جديد", "</s>"]),
)


def test_a_notebook_shows_the_alignment_with_its_source_from_right_to_left() -> None:
    svg = MATRIX._repr_svg_()
    titles = [piece.title for piece in svg_reading.pieces(svg, "rect") if piece.title]
    assert titles == ["house → بيت: 0.750", "house → جديد: 0.250", "</s> → </s>: 1.000"]
    assert "← source, from right to left" in svg_reading.texts(svg)


def test_matplotlib_shows_the_same_numbers() -> None:
    axes = MATRIX.plot().axes[0]
    np.testing.assert_array_equal(axes.images[0].get_array(), MATRIX.values)
    assert axes.xaxis_inverted()
