"""Tokenised pairs: two flat arrays of ids, ready to be batched, in memory or mapped from a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seq2see.tokens import EOS_ID, PAD_ID

Ids = NDArray[np.int32] | NDArray[np.uint16]
Lengths = NDArray[np.int64]
Padded = NDArray[np.int64]
Indices = NDArray[np.int64]
"""Rows of a corpus."""


@dataclass(frozen=True)
class Sequences:
    """Many sequences of ids, end to end in one array."""

    ids: Ids
    starts: Lengths
    """Where each sequence begins; one entry more than there are sequences."""

    @classmethod
    def from_lists(cls, sequences: Iterable[Sequence[int]]) -> "Sequences":
        """Join sequences."""
        arrays = [np.asarray(sequence, dtype=np.int32) for sequence in sequences]
        starts = np.zeros(len(arrays) + 1, dtype=np.int64)
        np.cumsum([len(array) for array in arrays], out=starts[1:])
        return cls(np.concatenate(arrays) if arrays else np.zeros(0, np.int32), starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, index: int | np.int64) -> Ids:
        return self.ids[self.starts[index] : self.starts[index + 1]]

    def head(self, number: int) -> "Sequences":
        """Return the first sequences."""
        starts = self.starts[: number + 1]
        return Sequences(self.ids[: starts[-1]], starts)

    @property
    def lengths(self) -> Lengths:
        """Length of each sequence."""
        return np.diff(self.starts)

    def lengths_of(self, rows: Indices) -> Lengths:
        """Length of some sequences."""
        lengths: Lengths = self.starts[rows + 1] - self.starts[rows]
        return lengths

    def padded(self, rows: Indices) -> Padded:
        """Stack some sequences, padded at the end."""
        lengths = self.lengths_of(rows)
        steps = np.arange(lengths.max())
        inside = steps < lengths[:, None]
        padded = np.full(inside.shape, PAD_ID, dtype=np.int64)
        padded[inside] = self.ids[(self.starts[rows][:, None] + steps)[inside]]
        return padded


@dataclass(frozen=True)
class Prepared:
    """A tokenised corpus; both sides end with ``</s>``, neither begins with ``<s>``."""

    source: Sequences
    target: Sequences

    @classmethod
    def from_ids(
        cls, source: Sequence[Sequence[int]], target: Sequence[Sequence[int]]
    ) -> "Prepared":
        """Close every sequence with ``</s>`` and join them."""
        if len(source) != len(target):
            raise ValueError(f"{len(source)} sources cannot be paired with {len(target)} targets.")
        return cls(
            Sequences.from_lists([*ids, EOS_ID] for ids in source),
            Sequences.from_lists([*ids, EOS_ID] for ids in target),
        )

    def __len__(self) -> int:
        return len(self.source)
