"""What might have come next, as bars."""

import pytest
import sentences
import svg_reading

from seq2see.drawing import bars
from seq2see.drawing.bars import Option, Panel
from seq2see.drawing.theme import LIGHT

PANELS = (
    Panel("un", (Option("un", 0.8, 1, True), Option("une", 0.15, 2, False),
                 Option("all others", 0.05, 0, False))),
    Panel("rare", (Option("chat", 0.6, 1, False), Option("rare", 0.004, 37, True),
                   Option("all others", 0.396, 0, False))),
)  # fmt: skip


def drawn(width: float | None = None, *, rtl: bool = False) -> str:
    words = sentences.target(("un", "rare"), rtl=rtl)
    return bars.draw(PANELS, words, theme=LIGHT, heading="Next", width=width)


def lengths(svg: str) -> dict[str, float]:
    return {piece.title: piece["width"] for piece in svg_reading.pieces(svg, "rect") if piece.title}


@pytest.mark.parametrize("width", [240.0, 360.0, 672.0, 1600.0])
def test_bars_are_as_long_as_tokens_are_probable(width: float) -> None:
    found = lengths(drawn(width))
    longest = found["un: 80.00%, number 1"]
    assert found["une: 15.00%, number 2"] == pytest.approx(longest * 0.15 / 0.8, abs=0.02)
    assert found["chat: 60.00%, number 1"] == pytest.approx(longest * 0.6 / 0.8, abs=0.02)
    assert found["all others: 39.60%"] == pytest.approx(longest * 0.396 / 0.8, abs=0.02)


def test_the_chosen_token_is_marked_by_more_than_colour() -> None:
    svg = drawn()
    filled = {piece.title: piece.get("fill") for piece in svg_reading.pieces(svg, "rect")}
    assert filled["un: 80.00%, number 1"] == LIGHT.output.strong
    assert filled["une: 15.00%, number 2"] == LIGHT.output.tint
    weights = {piece.text: piece.get("font-weight") for piece in svg_reading.pieces(svg, "text")}
    assert (weights["un"], weights["une"]) == ("600", None)


def test_a_chosen_token_that_was_not_among_the_best_says_its_rank() -> None:
    assert "0.4%, no. 37" in svg_reading.texts(drawn())
    assert "80%" in svg_reading.texts(drawn())


def test_steps_of_an_output_written_from_right_to_left_are_mirrored() -> None:
    there, back = drawn(672.0), drawn(672.0, rtl=True)
    places = []
    for svg in (there, back):
        found = {piece.text: piece["x"] for piece in svg_reading.pieces(svg, "text")}
        places.append((found["step 1"], found["step 2"]))
    assert places[0][0] < places[0][1]
    assert places[1][0] > places[1][1]
    # A bar grows towards the end of the line: away from the label of its token.
    for svg, sign in ((there, 1), (back, -1)):
        [bar] = [one for one in svg_reading.pieces(svg, "rect") if one.title.startswith("un:")]
        [label] = [one for one in svg_reading.pieces(svg, "text") if one.text == "une"]
        assert sign * (bar["x"] + bar["width"] / 2 - label["x"]) > 0
    assert "Steps run from right to left, as the output is read." in svg_reading.texts(back)


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (1.0, "100%"), (0.9996, "100%"), (0.9961, "99.6%"), (0.834, "83%"), (0.1, "10%"),
        (0.0123, "1.2%"), (0.001, "0.1%"), (0.0004, "<0.1%"), (0.0, "<0.1%"),
    ],
)  # fmt: skip
def test_probabilities_are_written_short(share: float, written: str) -> None:
    assert bars.percent(share) == written
