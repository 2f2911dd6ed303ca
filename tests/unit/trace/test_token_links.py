"""Hard links of tokens and words, on weights small enough to read."""

import numpy as np
import pytest

from seq2see.trace.links import token_links, word_links

# Three target tokens and `</s>` over three source tokens and `</s>`.
WEIGHTS = np.array(
    [
        [0.1, 0.7, 0.1, 0.1],
        [0.4, 0.1, 0.1, 0.4],
        [0.3, 0.0, 0.3, 0.4],
        [0.0, 0.2, 0.8, 0.0],
    ]
)
WORDS = (0, 1, 2)


def test_each_target_token_is_linked_to_the_greatest_weight_of_its_row() -> None:
    # Row 1: the first of equals; row 2 attends most to `</s>`.
    assert token_links(WEIGHTS, WORDS, WORDS) == {(1, 0), (0, 1)}
    without_end = WEIGHTS[:3, :3]
    assert token_links(without_end, WORDS, WORDS) == {(1, 0), (0, 1), (0, 2)}


def test_the_end_may_be_among_the_tokens() -> None:
    ended = (*WORDS, None)
    assert token_links(WEIGHTS, ended, ended) == {(1, 0), (0, 1)}


def test_a_threshold_links_every_weight_that_reaches_it() -> None:
    links = token_links(WEIGHTS, WORDS, WORDS, threshold=0.3)
    assert links == {(1, 0), (0, 1), (0, 2), (2, 2)}
    assert token_links(WEIGHTS, WORDS, WORDS, threshold=0.71) == set()


@pytest.mark.parametrize(
    ("shift", "links"),
    [
        (-1, {(0, 0), (2, 2)}),  # the row of `</s>` goes to the last token, row 0 to nobody
        (0, {(1, 0), (0, 1)}),
        (1, {(1, 1), (0, 2)}),  # the first token has no row
        (9, set()),
    ],
)
def test_a_shift_credits_rows_to_other_tokens(shift: int, links: set[tuple[int, int]]) -> None:
    assert token_links(WEIGHTS, WORDS, WORDS, shift=shift) == links


def test_a_shifted_threshold() -> None:
    assert token_links(WEIGHTS, WORDS, WORDS, threshold=0.7, shift=-1) == {(2, 2)}
    assert token_links(WEIGHTS, WORDS, WORDS, threshold=0.7, shift=1) == {(1, 1)}


def test_white_space_links_nothing_on_either_side() -> None:
    assert token_links(WEIGHTS, (0, None, 1), WORDS) == {(0, 1)}
    assert token_links(WEIGHTS, WORDS, (0, None, 1)) == {(1, 0)}


def test_nothing_has_no_links() -> None:
    assert token_links(np.zeros((0, 3)), (0, 1), ()) == set()
    assert token_links(np.zeros((2, 0)), (), (0, 1)) == set()


def test_weights_of_the_wrong_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"at least 3 target rows and 2 source columns.*\(2, 3\)"):
        token_links(np.zeros((2, 3)), (0, 1), WORDS)
    with pytest.raises(ValueError, match=r"at least 1 target rows and 3 source columns.*\(3,\)"):
        token_links(np.zeros(3), WORDS, (0,))


def test_words_are_linked_when_any_of_their_tokens_are() -> None:
    # Tokens 0 and 1 are one source word, 1 and 2 one target word.
    links = word_links({(0, 1), (1, 2), (2, 2), (1, 0)}, (0, 0, 1), (0, 1, 1))
    assert links == {(0, 0), (0, 1), (1, 1)}


def test_tokens_of_no_word_link_no_words() -> None:
    assert word_links({(0, 0), (1, 1), (0, 1)}, (0, None), (None, 0)) == {(0, 0)}
