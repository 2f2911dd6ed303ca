"""The attention matrix: labels, words and links, all small enough to work out by hand."""

import numpy as np
import pytest

from seq2see.errors import ConfigError
from seq2see.trace.matrix import AttentionMatrix, Axis, shade

# Source "the houses", as the . hou . ses; target "die Häuser" as die . Häu . ser.
SOURCE = Axis(("the", "hou", "ses", "</s>"), (0, 1, 1, None), ("the", "houses"))
TARGET = Axis(("die", "Häu", "ser", "</s>"), (0, 1, 1, None), ("die", "Häuser"))
VALUES = np.array(
    [
        [0.7, 0.1, 0.1, 0.1],
        [0.3, 0.1, 0.4, 0.2],
        [0.5, 0.3, 0.1, 0.1],
        [0.0, 0.25, 0.25, 0.5],
    ]
)
MATRIX = AttentionMatrix(VALUES, TARGET, SOURCE)


def test_words_sum_over_source_and_average_over_target() -> None:
    words = MATRIX.words()
    assert words.rows == ("die", "Häuser", "</s>")
    assert words.columns == ("the", "houses", "</s>")
    np.testing.assert_allclose(words, [[0.7, 0.2, 0.1], [0.4, 0.45, 0.15], [0, 0.5, 0.5]])
    np.testing.assert_allclose(np.asarray(words).sum(axis=1), 1)
    np.testing.assert_array_equal(words.words(), words)


def test_words_are_linked_where_any_of_their_tokens_are() -> None:
    # "die" and "ser" attend most to "the", "Häu" to "ses": the word "Häuser" to both words.
    assert MATRIX.argmax_alignment() == ((0, 0), (0, 1), (1, 1))


def test_a_token_that_attends_to_the_end_or_to_white_space_has_no_link() -> None:
    values = np.array([[0.2, 0.1, 0.1, 0.6], *VALUES[1:]])
    assert AttentionMatrix(values, TARGET, SOURCE).argmax_alignment() == ((0, 1), (1, 1))
    spaced = Axis(("a", "␣", "b", "</s>"), (0, None, 1, None), ("a", "b"))
    assert AttentionMatrix(values, TARGET, spaced).argmax_alignment() == ((0, 1), (1, 1))
    assert AttentionMatrix(values.T, spaced, SOURCE).argmax_alignment() == ((1, 0), (1, 1))


def test_white_space_counts_to_the_word_before_or_has_no_row() -> None:
    source = Axis(("␣", "a", "␣", "b", "</s>"), (None, 0, None, 1, None), ("a", "b"))
    target = Axis(("x", "␣", "y"), (0, None, 1), ("x", "y"))
    values = np.array(
        [[0.1, 0.2, 0.3, 0.1, 0.3], [0.9, 0.1, 0.0, 0.0, 0.0], [0.0, 0.1, 0.2, 0.4, 0.3]]
    )
    words = AttentionMatrix(values, target, source).words()
    assert (words.rows, words.columns) == (("x", "y"), ("a", "b", "</s>"))
    np.testing.assert_allclose(words, [[0.6, 0.1, 0.3], [0.3, 0.4, 0.3]])


def test_slices_keep_their_labels() -> None:
    part = MATRIX[1:3, :2]
    assert (part.rows, part.columns, part.shape) == (("Häu", "ser"), ("the", "hou"), (2, 2))
    np.testing.assert_array_equal(part, VALUES[1:3, :2])


def test_numpy_takes_it_for_its_values() -> None:
    assert np.asarray(MATRIX) is not VALUES or np.shares_memory(np.asarray(MATRIX), VALUES)
    assert np.array(MATRIX, dtype=np.float32).dtype == np.float32
    copy = np.array(MATRIX)
    copy[0, 0] = 9
    assert VALUES[0, 0] == 0.7


def test_text_reading_like_the_end_is_a_word() -> None:
    axis = Axis(("</s>", "</s>"), (0, None), ("</s>",))
    assert [axis.is_end(index) for index in (0, 1)] == [False, True]
    words = AttentionMatrix(np.eye(2), axis, axis)
    assert words.argmax_alignment() == ((0, 0),)


def test_axis_of_words() -> None:
    assert Axis.of_words(("a", "b", "</s>")) == Axis(("a", "b", "</s>"), (0, 1, None), ("a", "b"))
    assert Axis.of_words(("a",)) == Axis(("a",), (0,), ("a",))


def test_no_rows_have_no_words() -> None:
    nothing = MATRIX[:0, :]
    assert nothing.words().shape == (0, 3)
    assert nothing.argmax_alignment() == ()


def test_drawn_with_blocks() -> None:
    assert str(MATRIX[:, :3]).splitlines() == [
        "     1 2 3",
        " die ▓",
        " Häu ░   ▒",
        " ser ▒ ░",
        "</s>   ░ ░",
        "1 the  2 hou  3 ses",
    ]


@pytest.mark.parametrize(
    ("weight", "block"),
    [(0.0, " "), (0.19, " "), (0.2, "░"), (0.4, "▒"), (0.6, "▓"), (0.8, "█"), (1.0001, "█")],
)
def test_shades(weight: float, block: str) -> None:
    assert shade(weight) == block


def test_labels_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"shape \(4, 3\) does not fit .* 4 target and 4 source"):
        AttentionMatrix(VALUES[:, :3], TARGET, SOURCE)
    with pytest.raises(ConfigError, match="2 labels but 1 word indices"):
        Axis(("a", "b"), (0,), ("a",))
