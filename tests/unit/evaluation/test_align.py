"""Alignments of given pairs, with models whose attention is known."""

import pytest
from copier import copier

from seq2see.data.pair import Link, Pair
from seq2see.errors import DataError, UsageError
from seq2see.evaluation import align as aligning
from seq2see.evaluation.align import Aligned, Direction, Reading, align
from seq2see.evaluation.alignment import parse_pharaoh
from seq2see.evaluation.heads import Head

STRAIGHT = Direction(copier(), Reading())
# Looks at the word after the one that it writes.
AHEAD = Direction(copier(layers=((1,),)), Reading())


def links_of(*found: Aligned) -> list[set[tuple[int, int]]]:
    return [set(one.links) for one in found]


def test_words_are_linked_line_for_line() -> None:
    pairs = [Pair("a b", "a b"), Pair("d", "d"), Pair("c a b", "c a b")]
    assert links_of(*align(STRAIGHT, pairs)) == [
        {(0, 0), (1, 1)},
        {(0, 0)},
        {(0, 0), (1, 1), (2, 2)},
    ]
    # `c` looks at `a`, `a` at `b`, `b` at `</s>`.
    assert links_of(*align(AHEAD, pairs)) == [{(1, 0)}, set(), {(1, 0), (2, 1)}]


def test_forcing_does_not_need_the_target_to_be_likely() -> None:
    assert links_of(*align(STRAIGHT, [Pair("a b c", "d d")])) == [{(0, 0), (1, 1)}]


def test_words_in_pieces_are_linked_where_any_piece_is() -> None:
    letters = Direction(copier(kind="char"), Reading())
    pair = Pair("ab d", "a bd")
    # a-a, b-space, space-b, d-d: white space links nothing.
    assert links_of(*align(letters, [pair])) == [{(0, 0), (1, 1)}]
    # Of the letters themselves, spaces counted.
    assert links_of(*align(letters, [pair], units="tokens")) == [{(0, 0), (3, 3)}]
    ahead = Direction(copier(kind="char", layers=((1,),)), Reading())
    assert links_of(*align(ahead, [Pair("ab", "abc")])) == [{(0, 0)}]


def test_windows_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = [Pair("a b c d"[: 2 * n + 1], "a b c d"[: 2 * n + 1]) for n in (3, 0, 2, 1, 3)]
    gold = [parse_pharaoh("0-0")] * 5
    whole = list(align(STRAIGHT, pairs, backward=AHEAD, gold=gold))
    monkeypatch.setattr(aligning, "WINDOW", 2)
    assert list(align(STRAIGHT, pairs, backward=AHEAD, gold=gold)) == whole
    assert [len(one.links) for one in align(STRAIGHT, pairs)] == [4, 1, 3, 2, 4]


def test_a_pair_with_an_empty_side_has_no_links_and_says_so() -> None:
    pairs = [Pair("a", " "), Pair("a", "a"), Pair("", "")]
    found = list(align(STRAIGHT, pairs))
    assert [one.problem for one in found] == ["a side is empty", "", "a side is empty"]
    assert links_of(*found) == [set(), {(0, 0)}, set()]
    assert [one.problem for one in align(STRAIGHT, pairs, backward=AHEAD)] == [
        "a side is empty", "", "a side is empty",
    ]  # fmt: skip


def test_head_threshold_and_shift_are_used() -> None:
    two = copier(layers=((0, 1),))
    pairs = [Pair("a b", "a b")]
    assert links_of(*align(Direction(two, Reading(head=Head(0, 1))), pairs)) == [{(1, 0)}]
    everything = Direction(two, Reading(threshold=0.5))
    assert links_of(*align(everything, pairs)) == [{(0, 0), (1, 0), (1, 1)}]
    later = Direction(two, Reading(head=Head(0, 1), shift=1))
    assert links_of(*align(later, pairs)) == [{(1, 1)}]


# --- two directions ---------------------------------------------------------------------------


def test_two_directions_are_joined() -> None:
    # Of the other direction, word j of the source looks at word j + 1 of the target: 0-1 1-2.
    pairs = [Pair("a b c", "a b c")]
    union = align(STRAIGHT, pairs, backward=AHEAD, symmetrisation="union")
    assert links_of(*union) == [{(0, 0), (1, 1), (2, 2), (0, 1), (1, 2)}]
    intersection = align(STRAIGHT, pairs, backward=AHEAD, symmetrisation="intersection")
    assert links_of(*intersection) == [set()]
    assert links_of(*align(STRAIGHT, pairs, backward=STRAIGHT)) == [{(0, 0), (1, 1), (2, 2)}]


def test_the_gold_is_turned_with_the_direction() -> None:
    spans = (Link(0, 1, 0, 1), Link(0, 1, 2, 3))  # a-a, a-b
    pair = Pair("a c", "a b", spans)
    [found] = align(STRAIGHT, [pair], backward=AHEAD, symmetrisation="union")
    assert found.gold is not None
    assert found.gold.sure == {(0, 0), (0, 1)}
    assert found.scored == frozenset({(0, 0), (1, 1), (0, 1)})
    [given] = align(
        STRAIGHT, [pair], backward=AHEAD, symmetrisation="union", gold=[parse_pharaoh("0-0 0p1")]
    )
    assert given.gold == parse_pharaoh("0-0 0p1")
    assert given.scored == found.scored


def test_directions_that_clean_to_different_words_cannot_be_joined() -> None:
    stripping = Direction(copier(data__clean=("strip-punctuation", "squeeze")), Reading())
    pairs = [Pair("a . b", "a b"), Pair("a b", "a b")]
    found = list(align(STRAIGHT, pairs, backward=stripping))
    assert found[0].problem == "the cleaning of the two runs leaves different words"
    assert links_of(*found) == [set(), {(0, 0), (1, 1)}]


def test_tokens_of_two_directions_must_be_the_same() -> None:
    pairs = [Pair("a b", "a b")]
    assert links_of(*align(STRAIGHT, pairs, backward=STRAIGHT, units="tokens")) == [
        {(0, 0), (1, 1)}
    ]
    letters = Direction(copier(kind="char"), Reading())
    assert links_of(*align(STRAIGHT, pairs, backward=letters)) == [{(0, 0), (1, 1)}]
    with pytest.raises(UsageError, match="cannot join two runs that split the source differently"):
        align(STRAIGHT, pairs, backward=letters, units="tokens")


# --- cleaning and gold ------------------------------------------------------------------------


def test_links_count_given_words_where_cleaning_keeps_their_number() -> None:
    lower = Direction(copier(data__clean=("lower", "squeeze")), Reading())
    [found] = align(lower, [Pair(" A\u00a0 B ", "A B")])
    assert links_of(found) == [{(0, 0), (1, 1)}]
    assert not found.recounted


def test_links_count_cleaned_words_where_it_does_not() -> None:
    stripping = Direction(copier(data__clean=("strip-punctuation", "squeeze")), Reading())
    pairs = [Pair("a . b", "a b"), Pair("a b", "a b")]
    found = list(align(stripping, pairs, gold=[parse_pharaoh("0-0 2-1"), parse_pharaoh("0-0")]))
    assert links_of(*found) == [{(0, 0), (1, 1)}, {(0, 0), (1, 1)}]
    assert [one.recounted for one in found] == [True, False]
    # The gold counts words that are no longer there.
    assert [one.scored for one in found] == [None, {(0, 0), (1, 1)}]


def test_links_are_scored_in_the_units_of_the_gold() -> None:
    # The gold speaks of `a b` as one unit, and of `c`.
    pair = Pair("a b c", "a b c", (Link(0, 3, 0, 3), Link(4, 5, 4, 5)))
    [found] = align(STRAIGHT, [pair])
    assert found.links == {(0, 0), (1, 1), (2, 2)}
    assert found.scored == frozenset({(0, 0), (1, 1)})
    assert found.gold is not None
    assert found.gold.sure == {(0, 0), (1, 1)}
    [plain] = align(STRAIGHT, [Pair("a", "a")])
    assert plain.scored is None
    assert plain.gold is None


def test_gold_that_does_not_fit_is_refused_before_any_work() -> None:
    with pytest.raises(DataError, match="There are 2 gold alignments for 1 pairs"):
        align(STRAIGHT, [Pair("a", "a")], gold=[parse_pharaoh("0-0")] * 2)
