"""Every head as a small matrix."""

import re

import numpy as np
import pytest
import sentences
import svg_reading

from seq2see.drawing import heads
from seq2see.drawing.layout import Words
from seq2see.drawing.theme import LIGHT

ROWS = sentences.target(("x", "y"))
COLUMNS = sentences.source(("a", "b", "c"))


def drawn(
    weights: list[np.ndarray[tuple[int, int, int], np.dtype[np.float64]]],
    rows: Words = ROWS,
    columns: Words = COLUMNS,
    width: float | None = None,
    numbers: list[int] | None = None,
) -> str:
    return heads.draw(
        weights, rows, columns, theme=LIGHT, heading="Heads", width=width, numbers=numbers
    )


def cells(svg: str) -> list[dict[tuple[int, int], str]]:
    """For each panel, the colours of its cells by row and column."""
    panels: dict[tuple[float, float], dict[tuple[int, int], str]] = {}
    for piece in svg_reading.pieces(svg, "path"):
        panel = panels.setdefault((piece.y, piece.x), {})
        for x, y in re.findall(r"M(\d+) (\d+)h1v1H\d+z", piece.get("d") or ""):
            panel[int(y), int(x)] = piece.get("fill") or ""
    return [panel for _, panel in sorted(panels.items())]


def test_cells_have_the_colours_of_their_weights() -> None:
    weights = np.array([[[0.0, 0.5, 0.5], [1.0, 0.0, 0.0]], [[0.2, 0.01, 0.79], [0.3, 0.3, 0.4]]])
    first, second = cells(drawn([weights]))
    assert first == {
        (0, 1): LIGHT.weight(0.5), (0, 2): LIGHT.weight(0.5), (1, 0): LIGHT.weight(1.0),
    }  # fmt: skip
    assert second[0, 0] == LIGHT.weight(0.2)
    assert (0, 1) not in second  # rounds to no step of colour
    assert second[0, 2] == LIGHT.weight(0.8)  # 0.79, to the nearest fortieth


def test_columns_are_mirrored_for_a_source_written_from_right_to_left() -> None:
    weights = np.array([[[0.9, 0.1, 0.0], [0.0, 0.0, 1.0]]])
    mirrored = sentences.source(("أ", "ب", "ت"), rtl=True)
    [there], [back] = (cells(drawn([weights], columns=one)) for one in (COLUMNS, mirrored))
    assert back == {(row, 2 - column): colour for (row, column), colour in there.items()}


@pytest.mark.parametrize(("layers", "count"), [(4, 4), (6, 8)])
@pytest.mark.parametrize("width", [240.0, 360.0, 672.0, 1600.0])
def test_every_layer_and_head_is_there_and_named(layers: int, count: int, width: float) -> None:
    weights = [np.stack([sentences.attention(4, 5)] * count) for _ in range(layers)]
    svg = drawn(
        weights, sentences.target(sentences.FRENCH), sentences.source(sentences.ENGLISH), width
    )
    assert len(cells(svg)) == layers * count
    texts = svg_reading.texts(svg)
    assert [text for text in texts if text.startswith("layer")] == [
        f"layer {layer}" for layer in range(layers)
    ]
    assert [text for text in texts if text.startswith("head")] == [
        f"head {head}" for _ in range(layers) for head in range(count)
    ]
    for piece in svg_reading.pieces(svg, "path"):
        scale = float((piece.get("transform") or "")[6:].split()[0])
        assert piece.x >= 0
        assert piece.x + 5 * scale <= width


def test_a_chosen_layer_keeps_its_number() -> None:
    svg = drawn([np.stack([sentences.attention(2, 3)] * 2)], numbers=[3])
    assert "layer 3" in svg_reading.texts(svg)


def test_small_cells_have_a_key_instead_of_labels() -> None:
    weights = [np.stack([sentences.attention(60, 60)] * 4)]
    svg = drawn(weights, sentences.target(sentences.LONG), sentences.source(sentences.LONG))
    texts = svg_reading.texts(svg)
    assert "output (rows, downwards):" in texts
    assert "source (columns, from left to right):" in texts
    shown = [text for text in texts if text.startswith(("word", "internationalisation"))]
    assert shown == [*sentences.LONG[:-1], *sentences.LONG[:-1]]


def test_large_cells_have_labels_beside_the_first_panels() -> None:
    weights = [np.stack([sentences.attention(4, 5)] * 2) for _ in range(3)]
    svg = drawn(weights, sentences.target(sentences.FRENCH), sentences.source(sentences.ENGLISH))
    texts = svg_reading.texts(svg)
    assert texts.count("étudiant") == 3  # once for each layer
    assert texts.count("student") == 2  # once for each head
