"""Charts of lines and bars: points and heights where the values say."""

import re

import pytest
import svg_reading
from svg_reading import Piece

from seq2see.drawing import charts
from seq2see.drawing.charts import Bar, Curves, Line
from seq2see.drawing.theme import DARK, LIGHT

BARS = (Bar("1-10", 40.0, 900), Bar("11-20", 30.0, 600), Bar("51+", 0.0, 2))
LOSS = Curves(
    title="Loss",
    unit="nats",
    lines=(
        Line("training", ((100.0, 4.0), (200.0, 3.0), (400.0, 2.0)), "train"),
        Line("validation", ((200.0, 3.5), (400.0, 3.0)), "valid"),
    ),
    best=(400.0, 3.0),
    from_zero=True,
)


def bars(classes: tuple[Bar, ...] = BARS, width: float | None = None) -> str:
    return charts.bars(
        classes, theme=LIGHT, heading="By length", unit="BLEU", classes_name="words",
        count_name="sentences", width=width,
    )  # fmt: skip


def curves(*shown: Curves, width: float | None = None) -> str:
    return charts.curves(shown, theme=DARK, heading="Learning", width=width)


def points(line: Piece) -> list[tuple[float, float]]:
    numbers = [float(one) for one in re.findall(r"-?[\d.]+", line.get("d") or "")]
    return [
        (x + line.x, y + line.y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)
    ]  # fmt: skip


@pytest.mark.parametrize("width", [None, 240.0, 1600.0])
def test_bars_are_as_high_as_their_values(width: float | None) -> None:
    svg = bars(width=width)
    first, second, last = (one for one in svg_reading.pieces(svg, "rect") if one.title)
    assert second["height"] == pytest.approx(first["height"] * 30 / 40, abs=0.02)
    assert last["height"] <= 1
    assert first["y"] + first["height"] == pytest.approx(second["y"] + second["height"], abs=0.02)
    # The axis ends at a tick, 40, so the first bar reaches from the lowest line to the highest.
    lines = sorted(line["y1"] for line in svg_reading.pieces(svg, "line"))
    assert first["height"] == pytest.approx(lines[-1] - lines[0], abs=0.02)
    texts = svg_reading.texts(svg)
    assert {"40.0", "30.0", "900", "600", "11-20", "words; below: sentences"} <= set(texts)


def test_lines_go_through_their_points() -> None:
    svg = curves(LOSS)
    train, valid = svg_reading.pieces(svg, "path")
    (x1, y1), (x2, y2), (x4, y4) = points(train)
    # Both axes begin at 0, so distances are in proportion.
    assert (x4 - x2) / (x2 - x1) == pytest.approx(2, abs=0.01)
    assert y2 - y1 == pytest.approx(y4 - y2, abs=0.02)
    assert points(valid)[1][0] == pytest.approx(x4)
    assert points(valid)[1][1] == pytest.approx(y2, abs=0.01)  # 3.0 both
    [ring] = [one for one in svg_reading.pieces(svg, "circle") if one.title]
    assert (ring["cx"], ring["cy"]) == pytest.approx(points(valid)[1], abs=0.01)
    dots = [one for one in svg_reading.pieces(svg, "circle") if one["r"] == 2.5]
    assert len(dots) == 2  # validation only


@pytest.mark.parametrize(("width", "beside"), [(672.0, True), (360.0, False)])
def test_charts_stand_beside_each_other_where_there_is_room(width: float, beside: bool) -> None:
    svg = curves(LOSS, Curves(title="BLEU", unit="BLEU", lines=LOSS.lines), width=width)
    titles = {piece.text: piece for piece in svg_reading.pieces(svg, "text")}
    assert (titles["Loss"]["y"] == titles["BLEU"]["y"]) == beside
    for piece in svg_reading.pieces(svg, "path"):
        assert all(0 <= x <= width for x, _ in points(piece))


def test_values_that_span_orders_of_magnitude_get_a_logarithmic_axis() -> None:
    lines = (Line("training", ((100.0, 9.0), (200.0, 1.0)), "train"),)
    assert "nats, logarithmic" in svg_reading.texts(
        curves(Curves(title="Loss", unit="nats", lines=lines))
    )


def test_a_single_point_is_a_dot() -> None:
    lines = (Line("training", ((100.0, 9.0),), "train"),)
    svg = curves(Curves(title="Loss", unit="nats", lines=lines))
    assert sum(one["r"] == 2.5 for one in svg_reading.pieces(svg, "circle")) == 1


def test_the_description_has_the_numbers() -> None:
    desc = svg_reading.parse(curves(LOSS)).findtext(f"{svg_reading.SVG}desc")
    assert desc == (
        "Loss (nats): training from 4 at update 100 to 2 at update 400; validation from 3.5 at "
        "update 200 to 3 at update 400."
    )
