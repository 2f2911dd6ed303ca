"""States as cells: which units, which colours, which numbers."""

import numpy as np
import pytest
import sentences
import svg_reading
from svg_reading import Piece

from seq2see.drawing import states
from seq2see.drawing.layout import Words
from seq2see.drawing.states import Strips
from seq2see.drawing.theme import LIGHT

WORDS = Words(("a", "b"), "source", "encoder")


def drawn(*strips: Strips, width: float | None = None) -> str:
    return states.draw(strips, theme=LIGHT, heading="States", width=width)


def cells(svg: str) -> list[Piece]:
    return [piece for piece in svg_reading.pieces(svg, "rect") if "unit" in piece.title]


@pytest.mark.parametrize(
    ("value", "limit"),
    [(0.0, 1), (0.4, 0.4), (0.93, 1), (1.0, 1), (1.2, 1.5), (4.4, 5), (0.021, 0.03), (73.0, 80)],
)
def test_scales_end_at_short_numbers(value: float, limit: float) -> None:
    assert states.rounded_up(value) == pytest.approx(limit)


def test_units_that_vary_most_are_selected() -> None:
    values = np.array([[0.0, 1.0, 5.0, -1.0], [0.1, -1.0, 5.0, 2.0]])  # spreads 0.05, 1, 0, 1.5
    assert states.select(values, 2) == [1, 3]
    assert states.select(values, 3) == [0, 1, 3]


def test_of_a_single_token_the_largest_values_are_selected() -> None:
    assert states.select(np.array([[0.1, -3.0, 0.2, 1.0]]), 2) == [1, 3]


def test_cells_have_the_colours_of_their_values() -> None:
    values = np.array([[1.0, -0.5], [0.0, 0.25]])
    found = cells(drawn(Strips(values, WORDS, "Encoder states")))
    expected = [
        ("a, unit 0: 1.000", LIGHT.signed(1.0)), ("a, unit 1: -0.500", LIGHT.signed(-0.5)),
        ("b, unit 0: 0.000", LIGHT.signed(0.0)), ("b, unit 1: 0.250", LIGHT.signed(0.25)),
    ]  # fmt: skip
    assert [(cell.title, cell.get("fill")) for cell in found] == expected
    assert found[0]["x"] == found[2]["x"] < found[1]["x"] == found[3]["x"]
    assert found[0]["y"] == found[1]["y"] < found[2]["y"] == found[3]["y"]


def test_both_sides_have_one_scale() -> None:
    one = Strips(np.array([[1.8, 0.0], [0.0, 0.0]]), WORDS, "Encoder states")
    other = Strips(np.array([[0.1, -1.0], [0.0, 1.0]]), WORDS, "Decoder states")
    svg = drawn(one, other)
    # 1.8 is rounded up to 2, so 1 is half of the scale on both sides.
    assert cells(svg)[0].get("fill") == LIGHT.signed(0.9)
    assert cells(svg)[5].get("fill") == LIGHT.signed(-0.5)
    assert {"value −2", "0", "2"} <= set(svg_reading.texts(svg))


@pytest.mark.parametrize("width", [240.0, 672.0, 1600.0])
def test_what_is_left_out_is_said(width: float) -> None:
    values = np.random.default_rng(1).normal(size=(2, 300))
    svg = drawn(Strips(values, WORDS, "Encoder states"), width=width)
    shown = len(cells(svg)) // 2
    assert 5 <= shown <= 32
    texts = svg_reading.texts(svg)
    assert f"+{300 - shown} more" in texts
    said = " ".join(texts)
    assert f"{shown} of 300 units, by number: those that vary most over the source." in said
    numbers = [int(piece.text) for piece in svg_reading.pieces(svg, "text")
               if piece.get("transform")]  # fmt: skip
    assert numbers == states.select(values, shown)
    for cell in cells(svg):
        assert cell["x"] + cell["width"] <= width


def test_labels_in_any_script() -> None:
    values = np.zeros((len(sentences.ODD), 3))
    words = Words(sentences.ODD, "source", "encoder")
    assert len(svg_reading.pieces(drawn(Strips(values, words, "States"), width=240.0), "rect")) > 20
