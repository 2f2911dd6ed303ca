"""SVG that every label survives."""

from typing import get_args

import pytest
import svg_reading
from hypothesis import given
from hypothesis import strategies as st

from seq2see.drawing import svg
from seq2see.drawing.theme import LIGHT

ANY = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1, "1"), (1.0, "1"), (0.125, "0.12"), (-0.001, "0"), (2.999, "3"), (100, "100"),
        (-7.5, "-7.5"),
    ],
)  # fmt: skip
def test_coordinates_have_two_decimals_at_most(value: float, written: str) -> None:
    assert svg.number(value) == written


@given(ANY, ANY, ANY)
def test_any_label_title_and_description_make_valid_xml(label: str, title: str, desc: str) -> None:
    line = svg.text(1, 2, label, size=12, fill="#000000", full=title, language="ar")
    picture = svg.document(9, 9, [line], theme=LIGHT, title=title, description=desc)
    root = svg_reading.parse(picture)
    assert root.get("role") == "img"
    assert [child.tag for child in root][:2] == [
        f"{svg_reading.SVG}title",
        f"{svg_reading.SVG}desc",
    ]
    [piece] = svg_reading.pieces(picture, "text")
    assert len(piece.text) == len(label)  # characters are replaced one by one


def test_quotes_in_attributes() -> None:
    drawn = svg.element("a", href_="x", lang='"<&>')
    assert drawn == '<a href="x" lang="&quot;&lt;&amp;&gt;"/>'


@pytest.mark.parametrize(
    ("label", "side", "anchor"),
    [
        ("book", "left", None), ("book", "middle", "middle"), ("book", "right", "end"),
        # The start of a text that runs from right to left is its right end.
        ("كتاب", "left", "end"), ("كتاب", "middle", "middle"), ("كتاب", "right", None),
    ],
)  # fmt: skip
def test_sides_are_those_that_one_sees(label: str, side: svg.Side, anchor: str | None) -> None:
    drawn = svg.text(0, 0, label, size=12, fill="#000000", side=side)
    [piece] = svg_reading.pieces(f'<a xmlns="{svg_reading.SVG[1:-1]}">{drawn}</a>', "text")
    assert piece.get("text-anchor") == anchor
    assert piece.get("direction") == ("rtl" if label == "كتاب" else None)
    assert side in get_args(svg.Side)


def test_punctuation_takes_the_direction_of_its_sentence() -> None:
    assert 'direction="rtl"' in svg.text(0, 0, ".", size=12, fill="#000000", rtl=True)
    assert "direction" not in svg.text(0, 0, "</s>", size=12, fill="#000000", rtl=True)


def test_a_full_label_is_added_only_where_it_was_shortened() -> None:
    whole = svg.text(0, 0, "abc", size=12, fill="#000000", full="abc")
    assert "<title>" not in whole
    assert "abc…<title>abcdef</title>" in svg.text(0, 0, "abc…", size=12, fill="#0", full="abcdef")


def test_a_document_has_its_size_in_pixels() -> None:
    root = svg_reading.parse(svg.document(300.5, 20, [], theme=LIGHT, title="t", description="d"))
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == (
        "300.5", "20", "0 0 300.5 20",
    )  # fmt: skip
