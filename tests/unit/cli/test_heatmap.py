"""The terminal heat map: every cell where its labels say, and never wider than the terminal."""

import io
from typing import Literal

import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Console

from seq2see.cli.heatmap import HeatMap
from seq2see.trace.matrix import AttentionMatrix, Axis

ENGLISH = ("I", "am", "a", "student", ".", "</s>")
FRENCH = ("Je", "suis", "étudiant", ".", "</s>")
CHINESE = ("我", "是", "一个", "学生", "。", "</s>")
MARATHI = ("मी", "विद्यार्थी", "आहे", ".", "</s>")


def matrix(target: tuple[str, ...], source: tuple[str, ...]) -> AttentionMatrix:
    """Each row attends to one column, and the last row to the last column."""
    values = np.zeros((len(target), len(source)))
    for row in range(len(target)):
        values[row, row if row + 1 < len(target) else -1] = 1.0
    return AttentionMatrix(values, Axis.of_words(target), Axis.of_words(source))


def draw(
    drawn: AttentionMatrix, width: int, colours: Literal["truecolor"] | None = None
) -> list[str]:
    text = io.StringIO()
    console = Console(
        file=text, width=width, force_terminal=True, color_system=colours, legacy_windows=False
    )
    console.print(HeatMap(drawn))
    return text.getvalue().splitlines()


def test_blocks_stand_below_their_columns() -> None:
    lines = draw(matrix(FRENCH, ENGLISH), 60)
    assert lines == [
        "output attends to source (rows: output, columns: source)",
        "          I   am  a  student  .  </s>",
        "      Je ███",
        "    suis     ███",
        "étudiant         ███",
        "       .             ███████",
        "    </s>                         ████",
        "0%   ░░▒▒▓▓██ 100%",
    ]


def test_columns_are_numbered_where_names_do_not_fit() -> None:
    lines = draw(matrix(FRENCH, ENGLISH), 33)
    assert lines[0] == "output attends to source"
    assert lines[1] == "          1   2   3   4   5   6"
    assert lines[2] == "      Je ███"
    assert lines[7:9] == ["1 I  2 am  3 a  4 student  5 .", "6 </s>"]


def test_columns_that_do_not_fit_go_on_below() -> None:
    lines = draw(matrix(FRENCH, ENGLISH), 20)
    assert lines[1:4] == ["        1   2   3", "    Je ███", "  suis     ███"]
    assert lines[4] == "étudi…         ███"
    assert lines[7] == "        4   5   6"
    assert lines[11:13] == ["     . ███", "  </s>         ███"]


@pytest.mark.parametrize("target", [FRENCH, CHINESE, MARATHI])
@pytest.mark.parametrize("source", [ENGLISH, CHINESE, MARATHI, ENGLISH * 9])
@pytest.mark.parametrize("width", [16, 30, 80])
def test_nothing_is_wider_than_the_terminal(
    target: tuple[str, ...], source: tuple[str, ...], width: int
) -> None:
    for line in draw(matrix(target, source), width):
        assert cell_len(line) <= width


@pytest.mark.parametrize("target", [CHINESE, MARATHI])
def test_wide_and_marked_characters_keep_columns_straight(target: tuple[str, ...]) -> None:
    lines = draw(matrix(target, ENGLISH), 60)
    start = max(map(cell_len, target)) + 1
    for row, line in enumerate(lines[2 : 2 + len(target) - 1]):
        before = line[: line.index("█")]
        assert cell_len(before) == start + [0, 4, 8, 12, 20][row]


def test_colour_shows_percentages_on_a_scale() -> None:
    drawn = AttentionMatrix(
        np.array([[0.25, 0.75]]), Axis.of_words(("x",)), Axis.of_words(("a", "</s>"))
    )
    row = draw(drawn, 40, "truecolor")[2]
    # A quarter of the way from (247, 251, 255) to (8, 48, 107); three quarters are dark.
    assert "\x1b[38;2;0;0;0;48;2;187;200;218m" in row
    assert "\x1b[38;2;255;255;255;48;2;68;99;144m" in row
    assert " 25 " in row
    assert " 75 " in row


def test_no_color_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert draw(matrix(FRENCH, ENGLISH), 60, "truecolor") == draw(matrix(FRENCH, ENGLISH), 60)


def test_an_empty_matrix_is_drawn_too() -> None:
    nothing = AttentionMatrix(np.zeros((0, 0)), Axis.of_words(()), Axis.of_words(()))
    assert draw(nothing, 40)[-1] == "0%   ░░▒▒▓▓██ 100%"
