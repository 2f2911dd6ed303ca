"""Sentence pairs in any number: kept in a file, mapped into memory, read like a list.

Resident memory does not grow with them: a table of the file's pairs, or of some of them, holds no
more than the numbers of its rows. Code that takes a ``Sequence[Pair]`` takes a table. Where every
text is looked at, ``columns`` is several times faster than going through the pairs.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, overload

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from seq2see.data.pair import Link, Pair
from seq2see.data.scratch import Scratch

Rows = NDArray[np.uint32]

CHUNK = 1 << 13
"""Pairs that are worked on at once, and that lie together in a file."""

SIDES = ("source", "target")
_LINK = len(Link._fields)


class Columns(NamedTuple):
    """The texts of some pairs, one list for each side."""

    sources: list[str]
    targets: list[str]


class TableWriter:
    """Takes pairs in, in any number.

    Args:
        folder: Where the file takes up space; it has no name and vanishes with the table.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._scratch = Scratch(folder)
        self._schema = pa.schema(
            {
                "source": pa.large_string(),
                "target": pa.large_string(),
                "alignment": pa.list_(pa.int32()),
                "file": pa.uint32(),
                "line": pa.int64(),
            }
        )
        self._writer = pa.ipc.new_file(pa.PythonFile(self._scratch.file, mode="w"), self._schema)
        self._files: dict[str, int] = {}
        self._waiting: list[Pair] = []
        self._written = 0

    def __len__(self) -> int:
        return self._written + len(self._waiting)

    def extend(self, pairs: Iterable[Pair]) -> None:
        """Add pairs at the end."""
        self._waiting.extend(pairs)
        while len(self._waiting) >= CHUNK:
            self._write(self._waiting[:CHUNK])
            del self._waiting[:CHUNK]

    def finish(self) -> "PairTable":
        """Return all pairs; nothing more can be added."""
        if self._waiting:
            self._write(self._waiting)
            self._waiting = []
        self._writer.close()
        file = _File(self._scratch, tuple(self._files))
        return PairTable(file, range(self._written))

    def _write(self, pairs: Sequence[Pair]) -> None:
        places = [self._place(pair.where) for pair in pairs]
        flat = [
            None if pair.alignment is None else list(chain.from_iterable(pair.alignment))
            for pair in pairs
        ]
        columns = (
            [pair.source for pair in pairs],
            [pair.target for pair in pairs],
            flat,
            [file for file, _ in places],
            [line for _, line in places],
        )
        self._writer.write_batch(pa.record_batch(list(columns), schema=self._schema))
        self._written += len(pairs)

    def _place(self, where: str) -> tuple[int, int | None]:
        """Number the file of ``file:line``, so that its name is kept only once."""
        name, _, number = where.rpartition(":")
        line = int(number) if number.isascii() and number.isdecimal() else None
        if f"{name}:{line}" != where:
            name, line = where, None
        return self._files.setdefault(name, len(self._files)), line


class _File:
    """A file of pairs, in batches of ``CHUNK``."""

    def __init__(self, scratch: Scratch, names: tuple[str, ...]) -> None:
        self._reader = pa.ipc.open_file(pa.py_buffer(scratch.mapped()))
        self._names = names

    def batches(self, rows: "range | Rows") -> Iterator[Any]:
        """Yield the given rows in their order as Arrow batches, of ``CHUNK`` rows at most."""
        for start in range(0, len(rows), CHUNK):
            part = np.asarray(rows[start : start + CHUNK], dtype=np.int64)
            numbers = part // CHUNK
            # Neighbours that lie in one batch of the file are taken from it together.
            edges = np.flatnonzero(np.diff(numbers)) + 1
            for inside in np.split(part, edges):
                batch = self._reader.get_batch(int(inside[0]) // CHUNK)
                first, last = int(inside[0]) % CHUNK, int(inside[-1]) % CHUNK
                if last - first + 1 == len(inside) and (np.diff(inside) == 1).all():
                    yield batch.slice(first, len(inside))
                else:
                    yield batch.take(pa.array(inside % CHUNK))

    def pairs(self, batch: Any) -> Iterator[Pair]:
        """Yield the pairs of an Arrow batch."""
        for source, target, flat, file, line in zip(
            *(column.to_pylist() for column in batch.columns), strict=True
        ):
            alignment = None if flat is None else tuple(_links(flat))
            name = self._names[file]
            yield Pair(source, target, alignment, name if line is None else f"{name}:{line}")


class PairTable(Sequence[Pair]):
    """Pairs of a file, or some of them.

    Args:
        file: What holds the pairs.
        rows: Which of them, in order.
    """

    def __init__(self, file: _File, rows: "range | Rows") -> None:
        self._file = file
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Pair: ...
    @overload
    def __getitem__(self, index: slice) -> "PairTable": ...

    def __getitem__(self, index: int | slice) -> "Pair | PairTable":
        if isinstance(index, slice):
            return PairTable(self._file, self._rows[index])
        [batch] = self._file.batches(np.array([self._rows[index]], dtype=np.uint32))
        [pair] = self._file.pairs(batch)
        return pair

    def __iter__(self) -> Iterator[Pair]:
        for batch in self._file.batches(self._rows):
            yield from self._file.pairs(batch)

    def take(self, rows: Rows) -> "PairTable":
        """Return some of these pairs.

        Args:
            rows: Which, counted among these pairs.
        """
        # Most tables begin with the file; their rows need no copy.
        whole = isinstance(self._rows, range) and self._rows[:1] == range(1)
        return PairTable(self._file, rows if whole else np.asarray(self._rows, np.uint32)[rows])

    def columns(self) -> Iterator[Columns]:
        """Yield the texts, some thousand at once."""
        for batch in self._file.batches(self._rows):
            yield Columns(batch.column(0).to_pylist(), batch.column(1).to_pylist())

    def joined(self, *others: "PairTable") -> "PairTable":
        """Return these pairs and then those of other tables of the same file."""
        tables = [table for table in (self, *others) if len(table)]
        if len(tables) < 2:
            return tables[0] if tables else self
        return PairTable(
            self._file, np.concatenate([np.asarray(table._rows, np.uint32) for table in tables])
        )


def columns(pairs: Sequence[Pair]) -> Iterator[Columns]:
    """Yield the texts of any pairs, some thousand at once."""
    if isinstance(pairs, PairTable):
        yield from pairs.columns()
        return
    for start in range(0, len(pairs), CHUNK):
        part = pairs[start : start + CHUNK]
        yield Columns([pair.source for pair in part], [pair.target for pair in part])


def numbered(pairs: Sequence[Pair]) -> Iterator[tuple[int, str, str]]:
    """Yield the texts of all pairs with their rows."""
    row = 0
    for sources, targets in columns(pairs):
        for source, target in zip(sources, targets, strict=True):
            yield row, source, target
            row += 1


def take(pairs: Sequence[Pair], rows: Rows) -> Sequence[Pair]:
    """Return some of any pairs."""
    return pairs.take(rows) if isinstance(pairs, PairTable) else [pairs[row] for row in rows]


def joined(parts: Sequence[Sequence[Pair]]) -> Sequence[Pair]:
    """Return all pairs of some lists, or of some tables of one file."""
    parts = [part for part in parts if len(part)]
    tables = [part for part in parts if isinstance(part, PairTable)]
    if tables and len(tables) == len(parts):
        return tables[0].joined(*tables[1:])
    return [pair for part in parts for pair in part]


def _links(flat: Sequence[int]) -> Iterator[Link]:
    for start in range(0, len(flat), _LINK):
        yield Link(*flat[start : start + _LINK])
