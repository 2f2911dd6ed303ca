"""Batches: what is in them, how large they are, and that their order is a function of the seed."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from seq2see.data.batching import (
    POOL,
    Position,
    collate,
    epoch_pools,
    evaluation_batches,
    longer_side,
    source_batches,
    split_by_budget,
    training_batches,
)
from seq2see.data.prepared import Indices, Prepared
from seq2see.tokens import BOS_ID, EOS_ID, PAD_ID


def corpus_of(lengths: list[tuple[int, int]]) -> Prepared:
    """A corpus with these source and target lengths, ``</s>`` not counted; ids tell rows apart."""
    return Prepared.from_ids(
        [[10 + row] * source for row, (source, _) in enumerate(lengths)],
        [[10 + row] * target for row, (_, target) in enumerate(lengths)],
    )


def epoch_batches(
    corpus: Prepared, budget: int, seed: int, epoch: int, pool: int = POOL
) -> list[Indices]:
    return list(itertools.chain.from_iterable(epoch_pools(corpus, budget, seed, epoch, pool)))


shapes = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), min_size=1, max_size=30)


def test_a_batch_by_hand() -> None:
    corpus = Prepared.from_ids([[5, 6, 7], [8]], [[9], [10, 11]])
    batch = collate(corpus, np.array([0, 1]))
    assert batch.source.ids.tolist() == [[5, 6, 7, EOS_ID], [8, EOS_ID, PAD_ID, PAD_ID]]
    assert batch.source.mask.tolist() == [[True] * 4, [True, True, False, False]]
    assert batch.target.tolist() == [[9, EOS_ID, PAD_ID], [10, 11, EOS_ID]]
    assert batch.previous.tolist() == [[BOS_ID, 9, EOS_ID], [BOS_ID, 10, 11]]
    assert batch.num_tokens == 5
    moved = batch.to(torch.device("cpu"))
    assert moved.num_tokens == 5
    assert torch.equal(moved.source.mask, batch.source.mask)


def test_rows_come_in_the_order_asked_for() -> None:
    batch = collate(corpus_of([(1, 1), (2, 1), (3, 1)]), np.array([2, 0]))
    assert batch.target[:, 0].tolist() == [12, 10]


@given(st.lists(st.integers(1, 20), max_size=30), st.integers(1, 60))
def test_no_batch_is_over_the_budget_but_a_single_long_row(lengths: list[int], budget: int) -> None:
    sizes = np.array(lengths, dtype=np.int64)
    order = np.argsort(sizes, kind="stable")
    batches = split_by_budget(sizes[order], order, budget)
    assert [int(row) for batch in batches for row in batch] == order.tolist()
    for batch in batches:
        assert len(batch) == 1 or len(batch) * sizes[batch].max() <= budget
    for batch, following in itertools.pairwise(batches):  # and none could have taken one more row
        longest = max(sizes[batch].max(), sizes[following[0]])
        assert (len(batch) + 1) * longest > budget


@given(shapes, st.integers(5, 60), st.integers(0, 3), st.integers(0, 3))
def test_an_epoch_has_every_pair_once(
    lengths: list[tuple[int, int]], budget: int, seed: int, epoch: int
) -> None:
    batches = epoch_batches(corpus_of(lengths), budget, seed, epoch)
    assert sorted(int(row) for batch in batches for row in batch) == list(range(len(lengths)))


def test_the_order_depends_on_seed_and_epoch_alone() -> None:
    corpus = corpus_of([(1 + row % 7, 1 + row % 5) for row in range(60)])

    def order(seed: int, epoch: int) -> list[list[int]]:
        return [batch.tolist() for batch in epoch_batches(corpus, 30, seed, epoch)]

    assert order(1, 2) == order(1, 2)
    assert order(1, 2) != order(1, 3)
    assert order(1, 2) != order(2, 2)
    assert order(1, 2) != order(2, 1)


@given(shapes, st.integers(5, 60), st.integers(0, 3), st.integers(0, 3))
def test_one_pool_is_shuffled_sorted_cut_and_shuffled(
    lengths: list[tuple[int, int]], budget: int, seed: int, epoch: int
) -> None:
    """As every run before there were pools has it, row by row."""
    generator = np.random.Generator(np.random.PCG64([seed, epoch]))
    rows = generator.permutation(len(lengths)).tolist()
    rows.sort(key=lambda row: (max(lengths[row]), lengths[row][0]))
    expected: list[list[int]] = []
    for row in rows:
        longest = max(lengths[row]) + 1  # the end symbol
        if not expected or longest * (len(expected[-1]) + 1) > budget:
            expected.append([])
        expected[-1].append(row)
    expected = [expected[index] for index in generator.permutation(len(expected))]
    found = epoch_batches(corpus_of(lengths), budget, seed, epoch)
    assert [batch.tolist() for batch in found] == expected


@given(shapes, st.integers(5, 60), st.integers(1, 31))
def test_pools_share_out_the_pairs(lengths: list[tuple[int, int]], budget: int, pool: int) -> None:
    corpus = corpus_of(lengths)
    pools = list(epoch_pools(corpus, budget, 3, 2, pool))
    sizes = [sum(map(len, batches)) for batches in pools]
    assert sizes[:-1] == [pool] * (len(pools) - 1)
    assert 1 <= sizes[-1] <= pool
    order = np.random.Generator(np.random.PCG64([3, 2])).permutation(len(lengths))
    for number, batches in enumerate(pools):
        inside = sorted(int(row) for batch in batches for row in batch)
        assert inside == sorted(order[number * pool : (number + 1) * pool])


def test_pairs_of_like_length_share_a_batch() -> None:
    corpus = corpus_of([(1 + row % 20, 1 + row % 20) for row in range(400)])
    padded = real = 0
    for rows in epoch_batches(corpus, 200, 1, 0):
        lengths = longer_side(corpus)[rows]
        padded += len(rows) * int(lengths.max())
        real += int(lengths.sum())
    assert real / padded > 0.9  # shuffled without sorting, it is about a half


@pytest.mark.parametrize("pool", [POOL, 7])
@pytest.mark.parametrize("number", [0, 1, 7, 23])
def test_reading_on_from_any_position_gives_what_would_have_come(
    number: int, pool: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(epoch_pools, "__defaults__", (pool,))
    corpus = corpus_of([(1 + row % 4, 1 + row % 3) for row in range(20)])
    whole = list(itertools.islice(training_batches(corpus, 20, 5, Position()), 30))
    position = whole[number - 1][1] if number else Position()
    rest = itertools.islice(training_batches(corpus, 20, 5, position), 30 - number)
    for (batch, after), (expected, expected_after) in zip(rest, whole[number:], strict=True):
        assert torch.equal(batch.target, expected.target)
        assert after == expected_after


def test_after_the_last_batch_of_an_epoch_comes_the_next_epoch() -> None:
    corpus = corpus_of([(1, 1), (1, 1), (1, 1)])  # 2 tokens a side: with budget 4 two batches
    batches = training_batches(corpus, 4, 1, Position())
    positions = [after for _, after in itertools.islice(batches, 4)]
    assert positions == [Position(0, 1), Position(1, 0), Position(1, 1), Position(2, 0)]


@given(shapes, st.integers(5, 60))
def test_evaluation_reads_every_pair_once_and_says_which(
    lengths: list[tuple[int, int]], budget: int
) -> None:
    corpus = corpus_of(lengths)
    seen = []
    for batch, rows in evaluation_batches(corpus, budget):
        assert batch.target[:, 0].tolist() == [10 + row for row in rows]
        seen += rows.tolist()
    assert sorted(seen) == list(range(len(lengths)))


@given(shapes, st.integers(5, 60))
def test_sources_alone_too(lengths: list[tuple[int, int]], budget: int) -> None:
    seen = []
    for source, rows in source_batches(corpus_of(lengths).source, budget):
        assert source.ids[:, 0].tolist() == [10 + row for row in rows]
        assert source.mask.sum(1).tolist() == [lengths[row][0] + 1 for row in rows]
        seen += rows.tolist()
    assert sorted(seen) == list(range(len(lengths)))
