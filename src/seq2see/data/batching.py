"""Batches of similar lengths under a token budget, in an order that is a function of the seed.

The order of an epoch depends on (seed, epoch) alone, so that a position in it is two numbers and
resuming needs no generator state.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Bool, Int
from numpy.typing import NDArray
from torch import Tensor

from seq2see.data.prepared import Lengths, Prepared, Sequences
from seq2see.tokens import BOS_ID, PAD_ID

Indices = NDArray[np.int64]


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


def pad(sequences: list[NDArray[np.int32]]) -> Int[Tensor, "batch length"]:
    """Stack sequences of ids, padded at the end."""
    longest = max(len(sequence) for sequence in sequences)
    padded = np.full((len(sequences), longest), PAD_ID, dtype=np.int64)
    for row, sequence in enumerate(sequences):
        padded[row, : len(sequence)] = sequence
    return torch.from_numpy(padded)


def source_batch(sequences: list[NDArray[np.int32]]) -> Source:
    """Stack sources with their mask."""
    ids = pad(sequences)
    return Source(ids, ids != PAD_ID)


def collate(corpus: Prepared, rows: Indices) -> Batch:
    """Make a batch of the given rows."""
    target = pad([corpus.target[row] for row in rows])
    previous = torch.cat((torch.full((len(rows), 1), BOS_ID), target[:, :-1]), dim=1)
    # The shifted </s> of shorter rows is never asked about: its targets are padding.
    return Batch(
        source_batch([corpus.source[row] for row in rows]),
        previous,
        target,
        int((target != PAD_ID).sum()),
    )


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
        lengths: Length of each row, its longer side.
        order: Rows, best sorted by length.
        budget: Tokens; a row longer than this makes a batch of its own.
    """
    batches: list[Indices] = []
    start, longest = 0, 0
    for end, row in enumerate(order):
        longest = max(longest, int(lengths[row]))
        if end > start and longest * (end - start + 1) > budget:
            batches.append(order[start:end])
            start, longest = end, int(lengths[row])
    if start < len(order):
        batches.append(order[start:])
    return batches


def longer_side(corpus: Prepared) -> Lengths:
    """Length of each pair's longer side."""
    return np.maximum(corpus.source.lengths, corpus.target.lengths)


def epoch_batches(corpus: Prepared, budget: int, seed: int, epoch: int) -> list[Indices]:
    """Return all batches of an epoch: pairs of like length together, in random order."""
    generator = np.random.Generator(np.random.PCG64([seed, epoch]))
    shuffled = generator.permutation(len(corpus))
    # Both lengths sort, the longer side first, so that neither side is padded much.
    sides = (corpus.source.lengths[shuffled], longer_side(corpus)[shuffled])
    order = shuffled[np.lexsort(sides)]
    batches = split_by_budget(longer_side(corpus), order, budget)
    return [batches[index] for index in generator.permutation(len(batches))]


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
        batches = epoch_batches(corpus, budget, seed, epoch)
        for index in range(start, len(batches)):
            last = index + 1 == len(batches)
            after = Position(epoch + 1, 0) if last else Position(epoch, index + 1)
            yield collate_share(corpus, batches[index], rank, size), after
        epoch, start = epoch + 1, 0


def evaluation_batches(corpus: Prepared, budget: int) -> Iterator[tuple[Batch, Indices]]:
    """Yield every pair once, sorted by length, with the rows of each batch."""
    order = np.lexsort((corpus.source.lengths, longer_side(corpus)))
    for rows in split_by_budget(longer_side(corpus), order, budget):
        yield collate(corpus, rows), rows


def source_batches(source: Sequences, budget: int) -> Iterator[tuple[Source, Indices]]:
    """Yield every source once, sorted by length, with the rows of each batch."""
    order = np.argsort(source.lengths, kind="stable")
    for rows in split_by_budget(source.lengths, order, budget):
        yield source_batch([source[row] for row in rows]), rows
