"""The alignment matrix: every cell, label and frame where the numbers say."""

from itertools import pairwise

import numpy as np
import pytest
import sentences
import svg_reading
from hypothesis import given
from hypothesis import strategies as st
from svg_reading import Piece

from seq2see.drawing import matrix, theme
from seq2see.drawing.layout import Words
from seq2see.drawing.theme import DARK, LIGHT

Weights = np.ndarray[tuple[int, int], np.dtype[np.float64]]


def drawn(
    weights: Weights,
    rows: Words,
    columns: Words,
    colours: theme.Theme = LIGHT,
    width: float | None = None,
) -> str:
    return matrix.draw(weights, rows, columns, theme=colours, heading="Who attends", width=width)


def cells(svg: str) -> list[Piece]:
    """Filled cells; what else is a rectangle is the paper, the legend, the ground or a frame."""
    return [
        piece
        for piece in svg_reading.pieces(svg, "rect")
        if piece.get("stroke") is None and piece["height"] >= 15 and piece["width"] < 100
    ]


def frames(svg: str) -> list[Piece]:
    return [
        piece
        for piece in svg_reading.pieces(svg, "rect")
        if piece.get("fill") == "none" and piece["height"] > 11 and piece.get("rx") is None
    ]


def label(svg: str, text: str) -> Piece:
    [piece] = [piece for piece in svg_reading.pieces(svg, "text") if piece.text == text]
    return piece


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_cells_have_the_colour_and_place_of_their_weight(colours: theme.Theme) -> None:
    weights = np.array([[0.7, 0.3, 0.0], [0.004, 0.096, 0.9]])
    rows, columns = sentences.target(("un", "deux")), sentences.source(("one", "two", "end"))
    found = cells(drawn(weights, rows, columns, colours))
    width, height = found[0]["width"], found[0]["height"]
    left, top = found[0]["x"], found[0]["y"]
    named = np.array([theme.channels(colour) for colour in colours.weights]).T
    # The weight below 0.005 and the one of 0 leave the ground as it is.
    expected = [(0, 0, 0.7), (0, 1, 0.3), (1, 1, 0.096), (1, 2, 0.9)]
    assert len(found) == len(expected)
    for piece, (row, column, weight) in zip(found, expected, strict=True):
        assert piece["x"] == pytest.approx(left + column * width, abs=0.02)
        assert piece["y"] == pytest.approx(top + row * height, abs=0.02)
        colour = [np.interp(weight, theme.SHARES, channel) for channel in named]
        np.testing.assert_allclose(theme.channels(piece.get("fill") or ""), colour, atol=0.51)
        assert piece.title.endswith(f": {weight:.3f}")


def test_labels_stand_at_their_rows_and_columns() -> None:
    weights = sentences.attention(4, 5)
    svg = drawn(weights, sentences.target(sentences.FRENCH), sentences.source(sentences.ENGLISH))
    by_title = {piece.title: piece for piece in cells(svg) if piece.title}
    for row, word in enumerate(sentences.FRENCH):
        column = int(weights[row].argmax())
        name = f"{word} → {sentences.ENGLISH[column]}: {weights[row, column]:.3f}"
        cell = by_title[name]
        if word == "</s>":
            continue  # stands on both axes
        middle = label(svg, word)["y"] - 0.36 * 12
        assert middle == pytest.approx(cell["y"] + cell["height"] / 2, abs=0.1)
        if sentences.ENGLISH[column] != "</s>":
            above = label(svg, sentences.ENGLISH[column])
            assert above["x"] == pytest.approx(cell["x"] + cell["width"] / 2, abs=0.1)
            assert above["y"] < cell["y"]


def test_the_strongest_cell_of_each_row_is_framed() -> None:
    weights = np.array([[0.2, 0.5, 0.3], [0.6, 0.2, 0.2], [0.3, 0.35, 0.35]])
    svg = drawn(weights, sentences.target(("x", "y", "z")), sentences.source(("a", "b", "c")))
    found, first = frames(svg), cells(svg)[0]
    columns = [round((frame["x"] - first["x"]) / first["width"]) for frame in found]
    rows = [round((frame["y"] - first["y"]) / first["height"]) for frame in found]
    assert list(zip(rows, columns, strict=True)) == [(0, 1), (1, 0), (2, 1)]  # of equals the first


def test_weights_are_written_into_their_cells_in_percent() -> None:
    weights = np.array([[0.094, 0.096, 0.81]])
    svg = drawn(weights, sentences.target(("x",)), sentences.source(("a", "b", "c")))
    numbers = [text for text in svg_reading.texts(svg) if text.isdigit() and text != "0"]
    assert numbers == ["10", "81"]


def test_a_source_written_from_right_to_left_runs_so() -> None:
    weights = sentences.attention(3, 5)
    rows = sentences.target(("she", "reads", "</s>"))
    there = drawn(weights, rows, sentences.source(sentences.ARABIC))
    back = drawn(weights, rows, sentences.source(sentences.ARABIC, rtl=True))
    places = [[label(svg, word)["x"] for word in sentences.ARABIC[:4]] for svg in (there, back)]
    assert places[0] == sorted(places[0])
    assert places[1] == sorted(places[1], reverse=True)
    # Mirrored: distances from the left on one side are those from the right on the other.
    for one, other in zip(cells(there), cells(back), strict=True):
        mirror = cells(there)[0]["x"] * 2 + 5 * one["width"] - one["x"] - one["width"]
        assert other["x"] == pytest.approx(mirror, abs=0.05)
        assert one.title == other.title
    assert "← source, from right to left" in svg_reading.texts(back)
    assert "source →" in svg_reading.texts(there)
    assert label(back, ".").get("direction") == "rtl"
    assert label(there, ".").get("direction") is None


def test_long_sentences_go_on_below_where_cells_would_be_too_narrow() -> None:
    words, narrow = sentences.LONG, 360
    weights = sentences.attention(2, 60)
    svg = drawn(weights, sentences.target(("x", "y")), sentences.source(words), width=float(narrow))
    notes = [text for text in svg_reading.texts(svg) if text.startswith("source words ")]
    bounds = [tuple(map(int, note.removeprefix("source words ").split(" to "))) for note in notes]
    assert bounds[0][0] == 1
    assert bounds[-1][1] == 60
    assert all(before[1] + 1 == after[0] for before, after in pairwise(bounds))
    # Every label is there once, in order.
    shown = [piece.text for piece in svg_reading.pieces(svg, "text") if piece.get("transform")]
    full = [piece.title or piece.text for piece in svg_reading.pieces(svg, "text")
            if piece.get("transform")]  # fmt: skip
    assert len(shown) == 60
    assert full == list(words)


@pytest.mark.parametrize("width", [240.0, 360.0, 672.0, 1600.0])
@pytest.mark.parametrize(
    "words",
    [
        sentences.ENGLISH, sentences.ARABIC, sentences.MARATHI, sentences.CHINESE, sentences.EMOJI,
        sentences.ODD, sentences.LONG, ("</s>",), ("i",),
    ],
    ids=lambda words: words[0][:8].encode("ascii", "replace").decode(),
)  # fmt: skip
def test_nothing_leaves_the_picture(words: tuple[str, ...], width: float) -> None:
    weights = sentences.attention(len(words), len(words))
    svg = drawn(weights, sentences.target(words), sentences.source(words), width=width)
    root = svg_reading.parse(svg)
    assert float(root.attrib["width"]) == width
    for piece in svg_reading.pieces(svg, "rect"):
        assert piece["x"] >= -0.01 if piece.get("x") else True
        if piece.get("x"):
            assert piece["x"] + piece["width"] <= width + 0.01
            assert piece["y"] + piece["height"] <= float(root.attrib["height"])


def test_without_a_width_a_picture_is_as_wide_as_it_needs_up_to_seven_inches() -> None:
    def width(words: tuple[str, ...]) -> float:
        weights = sentences.attention(len(words), len(words))
        svg = drawn(weights, sentences.target(words), sentences.source(words))
        return float(svg_reading.parse(svg).attrib["width"])

    assert width(sentences.FRENCH) < 500
    assert width(sentences.LONG) == 672 == 7 * 96


def test_the_description_says_what_attends_to_what() -> None:
    weights = np.array([[0.25, 0.75]])
    svg = drawn(weights, sentences.target(("chat",)), sentences.source(("the", "cat")))
    desc = svg_reading.parse(svg).findtext(f"{svg_reading.SVG}desc") or ""
    assert "chat to cat (75%)" in desc


labels = st.lists(
    st.text(st.characters(exclude_categories=()), max_size=12), min_size=1, max_size=5
)


@given(labels, labels, st.sampled_from([None, 240.0, 900.0]), st.booleans())
def test_any_labels_can_be_drawn(
    rows: list[str], columns: list[str], width: float | None, rtl: bool
) -> None:
    weights = sentences.attention(len(rows), len(columns))
    svg = drawn(
        weights, sentences.target(tuple(rows)), sentences.source(tuple(columns), rtl=rtl),
        width=width,
    )  # fmt: skip
    assert len(frames(svg)) == len(rows)
