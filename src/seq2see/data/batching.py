"""Batches of similar lengths under a token budget, in an order that is a function of the seed.

The order of an epoch depends on (seed, epoch) alone, so that a position in it is two numbers and
resuming needs no generator state.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Bool, Int
from torch import Tensor

from seq2see.data.prepared import Indices, Lengths, Prepared, Sequences
from seq2see.tokens import BOS_ID, PAD_ID

POOL = 1_000_000
"""Pairs that are sorted by length together; fewer are one pool."""


@dataclass(frozen=True)
class Source:
    """A padded batch of sources."""

    ids: Int[Tensor, "batch src_len"]
    mask: Bool[Tensor, "batch src_len"]
    """True at real tokens."""

    def to(self, device: torch.device) -> "Source":
        """Move to a device."""
        return Source(self.ids.to(device), self.mask.to(device))


@dataclass(frozen=True)
class Batch:
    """Padded pairs."""

    source: Source
    previous: Int[Tensor, "batch tgt_len"]
    """Target shifted right: begins with ``<s>``."""
    target: Int[Tensor, "batch tgt_len"]
    """Ends with ``</s>``."""
    num_tokens: int
    """Real target tokens."""

    def to(self, device: torch.device) -> "Batch":
        """Move to a device."""
        return Batch(
            self.source.to(device),
            self.previous.to(device),
            self.target.to(device),
            self.num_tokens,
        )


@dataclass(frozen=True)
class Position:
    """Where training stands in the data: the next batch of an epoch."""

    epoch: int = 0
    batch: int = 0


def collate(corpus: Prepared, rows: Indices) -> Batch:
    """Make a batch of the given rows."""
    target = corpus.target.padded(rows)
    # The shifted </s> of shorter rows is never asked about: its targets are padding.
    previous = np.full_like(target, BOS_ID)
    previous[:, 1:] = target[:, :-1]
    return Batch(
        source_batch(corpus.source, rows),
        torch.from_numpy(previous),
        torch.from_numpy(target),
        int((target != PAD_ID).sum()),
    )


def source_batch(source: Sequences, rows: Indices) -> Source:
    """Stack the sources of the given rows with their mask."""
    ids = source.padded(rows)
    return Source(torch.from_numpy(ids), torch.from_numpy(ids != PAD_ID))


def collate_share(corpus: Prepared, rows: Indices, rank: int, size: int) -> Batch:
    """Make a batch of the rows that one of several processes works on, each row being in one share.

    Rows are sorted by length, so that every so-manieth are as long as the others. Where there are
    fewer rows than processes, some get a row that is not theirs, with a count of 0 tokens.
    """
    own = rows[rank::size]
    return collate(corpus, own) if len(own) else replace(collate(corpus, rows[:1]), num_tokens=0)


def split_by_budget(lengths: Lengths, order: Indices, budget: int) -> list[Indices]:
    """Cut an order of rows into batches of at most ``budget`` tokens, padding included.

    Args:
        lengths: Length of each row in this order, its longer side.
        order: Rows, best sorted by length.
        budget: Tokens; a row longer than this makes a batch of its own.
    """
    batches: list[Indices] = []
    start = 0
    while start < len(order):
        most = budget // max(1, int(lengths[start])) + 1  # were all as short as the first
        longest = np.maximum.accumulate(lengths[start : start + most])
        fitting = longest * np.arange(1, len(longest) + 1) <= budget
        end = start + max(1, int(fitting.sum()))
        batches.append(order[start:end])
        start = end
    return batches


def longer_side(corpus: Prepared) -> Lengths:
    """Length of each pair's longer side."""
    return np.maximum(corpus.source.lengths, corpus.target.lengths)


def epoch_pools(
    corpus: Prepared, budget: int, seed: int, epoch: int, pool: int = POOL
) -> Iterator[list[Indices]]:
    """Yield the batches of an epoch: pairs of like length together, in random order.

    The pairs of a large corpus are shuffled all together and sorted in pools, one after the other,
    so that an epoch is never in memory as a whole. Smaller corpora are one pool.

    Args:
        corpus: The pairs.
        budget: Largest batch in tokens, padding included.
        seed: Of the order, as is ``epoch``.
        epoch: Its number.
        pool: Pairs that are sorted together.
    """
    generator = np.random.Generator(np.random.PCG64([seed, epoch]))
    shuffled = np.arange(len(corpus), dtype=np.uint32)
    generator.shuffle(shuffled)
    for start in range(0, len(corpus), pool):
        rows = shuffled[start : start + pool].astype(np.int64)
        source = corpus.source.lengths_of(rows)
        longer = np.maximum(source, corpus.target.lengths_of(rows))
        # Both lengths sort, the longer side first, so that neither side is padded much.
        order = np.lexsort((source, longer))
        batches = split_by_budget(longer[order], rows[order], budget)
        yield [batches[index] for index in generator.permutation(len(batches))]


def training_batches(
    corpus: Prepared, budget: int, seed: int, position: Position, rank: int = 0, size: int = 1
) -> Iterator[tuple[Batch, Position]]:
    """Yield batches for ever, each with the position after it.

    Args:
        corpus: The pairs.
        budget: Largest batch in tokens, padding included, of all processes together.
        seed: Of the order.
        position: The first batch to yield.
        rank: Which process this is; it gets its share of every batch.
        size: How many processes there are.
    """
    epoch, start = position.epoch, position.batch
    while True:
        number = seen = 0
        for batches in epoch_pools(corpus, budget, seed, epoch):
            seen += sum(map(len, batches))
            for rows in batches:
                number += 1
                if number <= start:
                    continue
                last = seen == len(corpus) and rows is batches[-1]
                after = Position(epoch + 1, 0) if last else Position(epoch, number)
                yield collate_share(corpus, rows, rank, size), after
        epoch, start = epoch + 1, 0


def evaluation_batches(corpus: Prepared, budget: int) -> Iterator[tuple[Batch, Indices]]:
    """Yield every pair once, sorted by length, with the rows of each batch."""
    lengths = longer_side(corpus)
    order = np.lexsort((corpus.source.lengths, lengths))
    for rows in split_by_budget(lengths[order], order, budget):
        yield collate(corpus, rows), rows


def source_batches(source: Sequences, budget: int) -> Iterator[tuple[Source, Indices]]:
    """Yield every source once, sorted by length, with the rows of each batch."""
    lengths = source.lengths
    order = np.argsort(lengths, kind="stable")
    for rows in split_by_budget(lengths[order], order, budget):
        yield source_batch(source, rows), rows
