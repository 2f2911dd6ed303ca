import math
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest

from seq2see.training.charts import Chart, Mark, Series, figure


def chart(*series: Series, mark: Mark | None = None, note: str = "") -> Chart:
    return Chart(
        key="loss", title="Loss", unit="nats", series=series, mark=mark, note=note, from_zero=True
    )


TRAIN = Series("training", ((100.0, 8.0), (200.0, 4.0), (400.0, 2.0)), "train")
VALID = Series("validation", ((200.0, 5.0), (400.0, 3.0)), "valid")


def svg(html: str) -> ET.Element:
    found = re.search(r'<svg role="img".*?</svg></div>', html, re.DOTALL)
    assert found is not None
    return ET.fromstring(found[0].removesuffix("</div>"))


def test_points_are_where_they_belong() -> None:
    root = svg(figure(chart(TRAIN, VALID)))
    paths = [path.get("d") for path in root.iter("path")]
    # Across from 0 to 400, up from 0 to 8, in thousandths; the vertical axis of SVG points down.
    assert paths == [
        "M250.0 0.0L500.0 500.0L1000.0 750.0",
        "M500.0 375.0L1000.0 625.0",
    ]
    dots = [(dot.get("cx"), dot.get("cy"), dot.get("class")) for dot in root.iter("circle")]
    assert dots == [("50.00%", "37.50%", "valid"), ("100.00%", "62.50%", "valid")]


def test_axes_are_labelled() -> None:
    texts = [text.text for text in svg(figure(chart(TRAIN))).iter("text")]
    assert texts == ["nats", "0", "2", "4", "6", "8", "0", "100", "200", "300", "400", "update"]


def test_a_logarithmic_axis_says_so() -> None:
    series = Series("training", ((1.0, 100.0), (2.0, 0.01)), "train")
    html = figure(Chart(key="k", title="Loss", unit="nats", series=(series,)))
    assert "nats, logarithmic" in html


def test_the_picture_is_described() -> None:
    root = svg(figure(chart(TRAIN, VALID, mark=Mark((400.0, 3.0), "best: 3"))))
    title, description = root.find("title"), root.find("desc")
    assert title is not None
    assert description is not None
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text == "Loss by update"
    assert description.text == (
        "Training in nats: 8 at update 100, 2 at update 400; lowest 2, highest 8. "
        "Validation in nats: 5 at update 200, 3 at update 400; lowest 3, highest 5. "
        "Marked: best: 3, update 400."
    )


def test_every_number_is_in_a_table() -> None:
    html = figure(chart(TRAIN, VALID))
    rows = re.findall(r'<th scope="row">([\d,]+)</th><td>([\d.]+)</td>', html)
    assert rows == [("100", "8"), ("200", "4"), ("400", "2"), ("200", "5"), ("400", "3")]


def test_long_series_become_means_and_say_so() -> None:
    long = Series("training", tuple((float(x), 1.0) for x in range(1, 20001)), "train")
    html = figure(chart(long))
    assert "20,000 values, drawn as 400 means of neighbours." in html
    assert html.count('<th scope="row">') == 400
    assert svg(html).findall(".//path")[0].get("d", "").count("L") == 399
    # The axis still ends at the last update, not at the last mean.
    assert ">20k<" in html
    assert "means" not in figure(chart(TRAIN))


def test_several_series_say_whose_values_became_means() -> None:
    long = Series("training", tuple((float(x), 1.0) for x in range(1, 802)), "train")
    assert "Training: 801 values, drawn as 400 means of neighbours." in figure(chart(long, VALID))


@pytest.mark.parametrize(
    ("point", "anchor", "height"),
    [
        ((400.0, 2.0), "end", "0"),  # low on the right: the label stands at the top, left of it
        ((100.0, 8.0), "start", "100%"),
    ],
)
def test_the_label_of_a_mark_keeps_clear(
    point: tuple[float, float], anchor: str, height: str
) -> None:
    line = Series("training", (point,), "train")
    wide = Series("validation", ((0.0, 8.0), (400.0, point[1])), "valid")
    root = svg(figure(chart(line, wide, mark=Mark(point, "best"))))
    [label] = [text for text in root.iter("text") if text.get("class") == "mark"]
    assert (label.get("text-anchor"), label.get("y")) == (anchor, height)


def test_what_is_not_finite_is_left_out() -> None:
    broken = Series("training", ((1.0, math.nan), (2.0, 3.0), (3.0, math.inf)), "train")
    html = figure(chart(broken))
    assert "nan" not in html
    assert "inf" not in html
    assert html.count('<th scope="row">') == 1
    assert html.count("<circle") == 1  # a single point has no line


def test_without_values_there_is_a_sentence() -> None:
    html = figure(chart(Series("training", (), "train"), note="A note."))
    assert "Nothing has been measured yet." in html
    assert "<svg" not in html
    assert "A note." not in html


def test_texts_are_escaped() -> None:
    series = Series("<b>&", ((1.0, 1.0),), "train")
    hostile = Chart(
        key="k", title="<b>&", unit="<b>&", series=(series, series), note="<b>&",
        mark=Mark((1.0, 1.0), "<b>&"), from_zero=True,
    )  # fmt: skip
    tags: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append(tag)

    Tags().feed(figure(hostile))
    assert "b" not in tags
    assert "svg" in tags
