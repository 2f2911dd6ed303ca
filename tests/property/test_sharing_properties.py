"""Whatever the number of processes, their shares of a batch are the batch."""

from hypothesis import given
from hypothesis import strategies as st

from seq2see.data.batching import Batch, Position, training_batches
from seq2see.data.prepared import Prepared

LENGTHS = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=40)


def corpus_of(lengths: list[tuple[int, int]]) -> Prepared:
    """Pairs that can be told apart: pair n consists of tokens 4 + n."""
    sides = zip(*lengths, strict=True)
    source, target = ([[4 + n] * length for n, length in enumerate(side)] for side in sides)
    return Prepared.from_ids(source, target)


def pairs_of(batch: Batch) -> list[int]:
    """Numbers of the pairs in a batch; none where it is a process's without a row of its own."""
    rows = [int(token) - 4 for token in batch.source.ids[:, 0]]
    assert batch.num_tokens or len(rows) == 1, "something to compute with, which does not count"
    return rows if batch.num_tokens else []


@given(LENGTHS, st.integers(1, 8), st.integers(1, 60), st.integers(0, 9))
def test_no_pair_is_seen_twice_or_dropped(
    lengths: list[tuple[int, int]], processes: int, budget: int, seed: int
) -> None:
    """One epoch, batch by batch; a batch may have fewer pairs than there are processes."""
    corpus = corpus_of(lengths)
    shared = [
        training_batches(corpus, budget, seed, Position(), rank, processes)
        for rank in range(processes)
    ]
    seen: list[int] = []
    for whole, after in training_batches(corpus, budget, seed, Position()):
        shares = [next(stream) for stream in shared]
        assert {position for _, position in shares} == {after}
        assert sum(share.num_tokens for share, _ in shares) == whole.num_tokens
        rows = [row for share, _ in shares for row in pairs_of(share)]
        assert sorted(rows) == sorted(pairs_of(whole))
        seen += rows
        if after.epoch:
            break
    assert sorted(seen) == list(range(len(lengths)))
