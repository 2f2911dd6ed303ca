"""Symmetrisation, worked out by hand, and against alignments published by others."""

from pathlib import Path
from typing import get_args

import pytest

from seq2see.evaluation.alignment import read_pharaoh
from seq2see.evaluation.symmetrise import Symmetrisation, symmetrise

# Both have 0-0 and 3-3. 1-1 touches 0-0; 2-2 touches both of them and 1-1; 5-6 touches nothing;
# 4-3 has a linked target word, 0-5 a linked source word.
FORWARD = {(0, 0), (3, 3), (1, 1), (4, 3), (5, 6)}
BACKWARD = {(0, 0), (3, 3), (2, 2), (0, 5), (5, 7), (6, 6)}
EXPECTED: dict[Symmetrisation, set[tuple[int, int]]] = {
    "intersection": {(0, 0), (3, 3)},
    "union": FORWARD | BACKWARD,
    "grow-diagonal": {(0, 0), (3, 3), (1, 1), (2, 2)},
    # 5-6 is free; after it 5-7 and 6-6 are not.
    "grow-diagonal-final": {(0, 0), (3, 3), (1, 1), (2, 2), (5, 6)},
}


@pytest.mark.parametrize("method", get_args(Symmetrisation))
def test_by_hand(method: Symmetrisation) -> None:
    assert symmetrise(FORWARD, BACKWARD, method) == EXPECTED[method]


def test_the_forward_direction_is_completed_first() -> None:
    backward_first = symmetrise(BACKWARD, FORWARD, "grow-diagonal-final")
    assert backward_first == {(0, 0), (3, 3), (1, 1), (2, 2), (5, 7), (6, 6)}


def test_growing_goes_on_from_what_has_grown_also_backwards() -> None:
    forward = {(4, 4), (3, 3), (1, 1)}
    backward = {(4, 4), (2, 2), (0, 0)}
    grown = symmetrise(forward, backward, "grow-diagonal")
    assert grown == {(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)}


def test_a_neighbour_beside_or_above_shares_a_word_and_is_not_added() -> None:
    assert symmetrise({(1, 1), (1, 2)}, {(1, 1), (0, 1)}, "grow-diagonal-final") == {(1, 1)}


@pytest.mark.parametrize(
    ("rivals", "taken"),
    [
        ({(0, 2), (0, 0)}, (0, 2)),  # before the link: the later target word first
        ({(2, 0), (2, 2)}, (2, 0)),  # behind it: the earlier one
        ({(0, 2), (2, 2)}, (0, 2)),
        ({(0, 0), (2, 0)}, (0, 0)),
    ],
)
def test_of_two_neighbours_that_want_one_word_the_order_decides(
    rivals: set[tuple[int, int]], taken: tuple[int, int]
) -> None:
    assert symmetrise({(1, 1)} | rivals, {(1, 1)}, "grow-diagonal") == {(1, 1), taken}


@pytest.mark.parametrize("method", get_args(Symmetrisation))
def test_one_empty_direction(method: Symmetrisation) -> None:
    expected = {"union": {(0, 1)}, "grow-diagonal-final": {(0, 1)}}.get(method, set())
    assert symmetrise({(0, 1)}, set(), method) == expected
    assert symmetrise(set(), set(), method) == set()


@pytest.mark.data
@pytest.mark.parametrize("method", get_args(Symmetrisation))
def test_published_symmetrisations_of_giza(method: Symmetrisation, data_dir: Path) -> None:
    """All 447 sentences of the Hansards, link by link."""
    folder = data_dir / "alignments"
    forward = read_pharaoh(folder / "giza.test.enfr.talp")
    backward = read_pharaoh(folder / "giza.test.enfr.reverse.talp", reverse=True)
    expected = [one.sure for one in read_pharaoh(folder / f"giza.test.enfr.{method}.talp")]
    assert len(expected) == 447
    found = [
        symmetrise(one.sure, other.sure, method)
        for one, other in zip(forward, backward, strict=True)
    ]
    assert found == expected
