"""Sequences of ids, end to end in one array."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2see.data.prepared import Prepared, Sequences
from seq2see.tokens import EOS_ID, PAD_ID

lists_of_ids = st.lists(st.lists(st.integers(0, 99), max_size=5), max_size=8)


@given(lists_of_ids)
def test_what_is_joined_comes_apart_again(lists: list[list[int]]) -> None:
    joined = Sequences.from_lists(lists)
    assert len(joined) == len(lists)
    assert [joined[index].tolist() for index in range(len(joined))] == lists
    assert joined.lengths.tolist() == [len(one) for one in lists]


@given(lists_of_ids, st.integers(0, 10))
def test_the_head_is_the_first_sequences(lists: list[list[int]], number: int) -> None:
    head = Sequences.from_lists(lists).head(number)
    assert [head[index].tolist() for index in range(len(head))] == lists[:number]
    assert len(head.ids) == sum(map(len, lists[:number]))


def test_the_array_is_flat_and_narrow() -> None:
    joined = Sequences.from_lists([[7, 8], [], [9]])
    assert joined.ids.tolist() == [7, 8, 9]
    assert joined.starts.tolist() == [0, 2, 2, 3]
    assert joined.ids.dtype == np.int32


def test_both_sides_end_with_the_end_symbol() -> None:
    corpus = Prepared.from_ids([[5, 6], []], [[7], [8, 9]])
    assert len(corpus) == 2
    assert [corpus.source[row].tolist() for row in (0, 1)] == [[5, 6, EOS_ID], [EOS_ID]]
    assert [corpus.target[row].tolist() for row in (0, 1)] == [[7, EOS_ID], [8, 9, EOS_ID]]


def test_sides_of_different_number_are_refused() -> None:
    with pytest.raises(ValueError, match="2 sources cannot be paired with 1 targets"):
        Prepared.from_ids([[5], [6]], [[7]])


def test_rows_are_stacked_with_padding_at_the_end() -> None:
    joined = Sequences.from_lists([[7, 8], [5], [9, 4, 6]])
    stacked = joined.padded(np.array([2, 1]))
    assert stacked.tolist() == [[9, 4, 6], [5, PAD_ID, PAD_ID]]
    assert stacked.dtype == np.int64
    assert joined.lengths_of(np.array([2, 1])).tolist() == [3, 1]
