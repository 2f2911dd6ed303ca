import numpy as np
import pytest

from seq2see.data.pair import Link, Pair
from seq2see.errors import DataError
from seq2see.evaluation.alignment import score_alignments
from seq2see.evaluation.links import (
    hard_links,
    links_between_units,
    links_between_words,
    unit_spans,
    word_spans,
)


def test_hard_links_take_the_greatest_weight_of_every_target_token() -> None:
    weights = np.array([[0.1, 0.7, 0.2], [0.6, 0.3, 0.1], [0.4, 0.4, 0.2]])
    assert hard_links(weights, 3, 3) == {(1, 0), (0, 1), (0, 2)}


def test_hard_links_never_touch_end_of_sentence() -> None:
    # The last source position and the last row are `</s>`; target 1 attends to it most.
    weights = np.array([[0.1, 0.7, 0.2], [0.3, 0.1, 0.6], [0.9, 0.1, 0.0]])
    assert hard_links(weights, 2, 2) == {(1, 0)}


def test_hard_links_of_empty_texts() -> None:
    assert hard_links(np.zeros((0, 3)), 2, 0) == set()
    assert hard_links(np.zeros((2, 0)), 0, 2) == set()


def test_hard_links_refuse_weights_of_the_wrong_shape() -> None:
    with pytest.raises(ValueError, match=r"at least 3 target rows and 2 source columns.*\(2, 3\)"):
        hard_links(np.zeros((2, 3)), 2, 3)


def test_word_spans() -> None:
    assert word_spans("  l'homme\u00a0rit ") == ((2, 9), (10, 13))
    assert word_spans(" ") == ()


@pytest.mark.parametrize(
    ("text", "spans", "units"),
    [
        ("the man", [], ["the", "man"]),
        ("l'homme.", [(0, 2), (2, 7)], ["l'", "homme", "."]),
        ("(l'homme)", [(1, 3)], ["(", "l'", "homme)"]),
        ("an ice cream", [(3, 12), (3, 12)], ["an", "ice cream"]),
        ("ice cream cake", [(0, 9), (4, 14)], ["ice cream cake"]),
        ("ab", [(1, 2), (0, 1)], ["a", "b"]),
    ],
)
def test_unit_spans(text: str, spans: list[tuple[int, int]], units: list[str]) -> None:
    assert [text[start:end] for start, end in unit_spans(text, spans)] == units


THE_MAN = Pair(
    "the man laughs",
    "l'homme rit",
    (Link(0, 3, 0, 2), Link(4, 7, 2, 7), Link(8, 14, 8, 11)),
)
WORDS = ((0, 3), (4, 7), (8, 14))


def test_links_of_pieces_count_once_per_unit() -> None:
    # l' hom me rit, with `the` and `man` found and `rit` linked to `man`.
    pieces = ((0, 2), (2, 5), (5, 7), (8, 11))
    result = links_between_units(THE_MAN, {(0, 0), (1, 1), (1, 2), (1, 3)}, WORDS, pieces)
    assert result.predicted == {(0, 0), (1, 1), (1, 2)}
    assert result.gold.sure == result.gold.possible == {(0, 0), (1, 1), (2, 2)}
    assert score_alignments([result.predicted], [result.gold]).aer == pytest.approx(1 / 3)


def test_a_token_over_two_units_links_both() -> None:
    result = links_between_units(THE_MAN, {(1, 0), (2, 1)}, WORDS, ((0, 7), (8, 11)))
    assert result.predicted == {(1, 0), (1, 1), (2, 2)}


def test_positions_without_a_token_never_count() -> None:
    result = links_between_units(THE_MAN, {(3, 0), (0, 4), (3, 4)}, WORDS, ((0, 2), (2, 7)))
    assert result.predicted == set()


def test_a_phrase_is_one_unit_and_its_space_links_nothing() -> None:
    pair = Pair("ice cream", "une glace", (Link(0, 9, 4, 9),))
    # The second source token holds the space before its word, as some tokenizers' pieces do.
    source, target = ((0, 3), (3, 9)), ((0, 3), (3, 9))
    result = links_between_units(pair, {(1, 1)}, source, target)
    assert result.predicted == result.gold.sure == {(0, 1)}
    assert score_alignments([result.predicted], [result.gold]).aer == 0


def test_links_between_units_needs_gold() -> None:
    with pytest.raises(DataError, match=r"^f:3 has no gold alignment"):
        links_between_units(Pair("a", "b", None, "f:3"), set(), (), ())


@pytest.mark.parametrize(
    "link", [Link(0, 0, 0, 1), Link(0, 2, 0, 1), Link(0, 1, 1, 0), Link(-1, 1, 0, 1)]
)
def test_links_between_units_refuses_bad_spans(link: Link) -> None:
    with pytest.raises(DataError, match=r"A pair has the gold link \(.*within texts of 1 and 1"):
        links_between_units(Pair("a", "b", (link,)), set(), (), ())


def test_links_between_words() -> None:
    pieces = ((0, 2), (2, 7), (8, 11))
    links = links_between_words(
        "the man laughs", "l'homme rit", {(0, 0), (1, 1), (2, 2)}, WORDS, pieces
    )
    assert links == {(0, 0), (1, 0), (2, 1)}
