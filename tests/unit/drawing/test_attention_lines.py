"""Attention as lines: which words they join, how strong they are, which way they run."""

import numpy as np
import pytest
import sentences
import svg_reading
from svg_reading import Piece

from seq2see.drawing import links
from seq2see.drawing.layout import Words
from seq2see.drawing.theme import LIGHT

WEIGHTS = np.array([[0.75, 0.25, 0.0], [0.02, 0.18, 0.8]])


def drawn(rows: Words, columns: Words, width: float | None = None) -> str:
    return links.draw(WEIGHTS, rows, columns, theme=LIGHT, heading="Steps", width=width)


def chips(svg: str, *labels: str) -> list[Piece]:
    """The chip of each label, found by the text in its middle."""
    texts = {piece.text: piece for piece in svg_reading.pieces(svg, "text")}
    rects = [piece for piece in svg_reading.pieces(svg, "rect") if piece.get("rx") == "4"]
    found = []
    for label in labels:
        text = texts[label]
        [chip] = [
            rect
            for rect in rects
            if abs(rect["x"] + rect["width"] / 2 - text["x"]) < 0.02
            and rect["y"] < text["y"] < rect["y"] + rect["height"]
        ]
        found.append(chip)
    return found


def ends(line: Piece) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where a curve starts and ends."""
    numbers = [
        float(word) for word in (line.get("d") or "").replace("M", " ").replace("C", " ").split()
    ]
    return (
        (numbers[0] + line.x, numbers[1] + line.y),
        (numbers[-2] + line.x, numbers[-1] + line.y),
    )


@pytest.mark.parametrize("width", [None, 240.0, 900.0])
def test_lines_join_the_words_that_attend(width: float | None) -> None:
    svg = drawn(sentences.target(("un", "deux")), sentences.source(("one", "two", "end")), width)
    lines = {line.title: line for line in svg_reading.pieces(svg, "path")}
    # The weight of 0.02 is too small to be drawn.
    expected = {
        "step 1: un → one: 0.750": 0.75, "step 1: un → two: 0.250": 0.25,
        "step 2: deux → two: 0.180": 0.18, "step 2: deux → end: 0.800": 0.8,
    }  # fmt: skip
    assert set(lines) == set(expected)
    for name, weight in expected.items():
        target, source = name.partition(": ")[2].rpartition(":")[0].split(" → ")
        [above, below] = chips(svg, source, target)
        start, end = ends(lines[name])
        assert start == pytest.approx((above["x"] + above["width"] / 2, above["y"] + 24), abs=0.02)
        assert end == pytest.approx((below["x"] + below["width"] / 2, below["y"]), abs=0.02)
        assert lines[name]["stroke-opacity"] == pytest.approx(weight)
        assert lines[name]["stroke-width"] == pytest.approx(1 + 4 * weight)
    assert [line.title for line in svg_reading.pieces(svg, "path")][-1].endswith("0.800")


def test_sentences_too_long_for_a_row_stand_side_by_side() -> None:
    rows, columns = sentences.target(("un", "x" * 40)), sentences.source(("one", "two", "end"))
    svg = drawn(rows, columns, 240.0)
    left = chips(svg, "one", "two", "end")
    [right] = chips(svg, "un")
    assert [chip["y"] for chip in left] == sorted(chip["y"] for chip in left)
    assert len({round(chip["x"] + chip["width"], 1) for chip in left}) == 1
    assert left[0]["x"] + left[0]["width"] < right["x"]
    [line] = [one for one in svg_reading.pieces(svg, "path") if one.title.endswith("0.750")]
    start, end = ends(line)
    assert start == pytest.approx((left[0]["x"] + left[0]["width"], left[0]["y"] + 12), abs=0.02)
    assert end == pytest.approx((right["x"], right["y"] + 12), abs=0.02)


def test_a_side_written_from_right_to_left_runs_so() -> None:
    labels = ("قرأت", "البنت")
    svg = drawn(sentences.target(labels, rtl=True), sentences.source(("one", "two", "end")))
    first, second = chips(svg, *labels)
    assert first["x"] > second["x"]
    one, two = chips(svg, "one", "two")
    assert one["x"] < two["x"]
    texts = svg_reading.texts(svg)
    assert "← output, from right to left (by step)" in texts
    numbers = {
        text: piece["x"] for piece in svg_reading.pieces(svg, "text") if (text := piece.text)
    }
    assert numbers["1"] > numbers["2"]


@pytest.mark.parametrize("width", [240.0, 360.0, 672.0])
@pytest.mark.parametrize("labels", [sentences.LONG, sentences.ODD, ("i",)], ids=["60", "odd", "1"])
def test_chips_do_not_overlap_or_leave_the_picture(labels: tuple[str, ...], width: float) -> None:
    weights = sentences.attention(len(labels), len(labels))
    svg = links.draw(
        weights, sentences.target(labels), sentences.source(labels), theme=LIGHT, heading="Steps",
        width=width,
    )  # fmt: skip
    found = [piece for piece in svg_reading.pieces(svg, "rect") if piece.get("rx") == "4"]
    assert len(found) == 2 * len(labels)
    boxes = [
        (piece["x"], piece["y"], piece["x"] + piece["width"], piece["y"] + piece["height"])
        for piece in found
    ]
    for index, (x, y, right, bottom) in enumerate(boxes):
        assert x >= 0
        assert right <= width
        for other in boxes[:index]:
            apart = x >= other[2] or other[0] >= right or y >= other[3] or other[1] >= bottom
            assert apart
