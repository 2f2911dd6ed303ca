import pytest

from seq2see.data.pair import Link, Pair
from seq2see.errors import DataError
from seq2see.evaluation.alignment import Alignment, parse_pharaoh, score_alignments
from seq2see.evaluation.links import (
    against_gold,
    between_units,
    between_words,
    check_gold,
    unit_spans,
    word_spans,
)


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
    projection, gold = between_units(THE_MAN, WORDS, pieces)
    predicted = projection.carry({(0, 0), (1, 1), (1, 2), (1, 3)})
    assert predicted == {(0, 0), (1, 1), (1, 2)}
    assert gold.sure == gold.possible == {(0, 0), (1, 1), (2, 2)}
    assert projection.num_units == (3, 3)
    assert score_alignments([predicted], [gold]).aer == pytest.approx(1 / 3)


def test_a_token_over_two_units_links_both() -> None:
    projection, _ = between_units(THE_MAN, WORDS, ((0, 7), (8, 11)))
    assert projection.carry({(1, 0), (2, 1)}) == {(1, 0), (1, 1), (2, 2)}


def test_a_phrase_is_one_unit_and_its_space_links_nothing() -> None:
    pair = Pair("ice cream", "une glace", (Link(0, 9, 4, 9),))
    # The second source token holds the space before its word, as some tokenizers' pieces do.
    source, target = ((0, 3), (3, 9)), ((0, 3), (3, 9))
    projection, gold = between_units(pair, source, target)
    assert projection.carry({(1, 1)}) == gold.sure == {(0, 1)}


def test_units_need_gold() -> None:
    with pytest.raises(DataError, match=r"^f:3 has no gold alignment"):
        between_units(Pair("a", "b", None, "f:3"), (), ())


@pytest.mark.parametrize(
    "link", [Link(0, 0, 0, 1), Link(0, 2, 0, 1), Link(0, 1, 1, 0), Link(-1, 1, 0, 1)]
)
def test_bad_spans_of_gold_are_refused(link: Link) -> None:
    with pytest.raises(DataError, match=r"A pair has the gold link \(.*within texts of 1 and 1"):
        between_units(Pair("a", "b", (link,)), (), ())


def test_links_between_words() -> None:
    pieces = ((0, 2), (2, 7), (8, 11))
    projection = between_words(THE_MAN, WORDS, pieces)
    assert projection.carry({(0, 0), (1, 1), (2, 2)}) == {(0, 0), (1, 0), (2, 1)}
    assert projection.num_units == (3, 2)


def test_gold_of_words_counts_words_and_other_gold_its_own_units() -> None:
    pieces = ((0, 2), (2, 7), (8, 11))
    gold = Alignment(frozenset({(2, 1)}), frozenset({(2, 1)}))
    projection, given = against_gold(THE_MAN, WORDS, pieces, gold)
    assert given is gold
    assert projection.carry({(2, 2)}) == {(2, 1)}
    projection, own = against_gold(THE_MAN, WORDS, pieces, None)
    assert own.sure == {(0, 0), (1, 1), (2, 2)}
    assert projection.carry({(2, 2)}) == {(2, 2)}


def test_gold_must_fit_its_pairs() -> None:
    gold = [parse_pharaoh("0-0 1p1")]
    check_gold([Pair("a b", "c d")], gold)
    with pytest.raises(DataError, match="There are 1 gold alignments for 2 pairs; give one line"):
        check_gold([Pair("a", "b")] * 2, gold)
    with pytest.raises(DataError, match=r"1 has the link 1-1 .* 2 and 1 words; .*--gold-base 1"):
        check_gold([Pair("a b", "c")], gold)
