"""From texts to ids, some thousand pairs at a time and into files, so that memory stays flat."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, compress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from seq2see.data.corpus import Fingerprint
from seq2see.data.finding import MAX_EXAMPLES
from seq2see.data.pair import Pair
from seq2see.data.prepared import Prepared, Sequences
from seq2see.data.rejects import Reject, Rejects
from seq2see.data.scratch import Scratch
from seq2see.data.stored import Stored
from seq2see.data.table import Columns, columns, take
from seq2see.data.vocabulary import Unknown
from seq2see.tokenizer import Tokenizer
from seq2see.tokens import EOS_ID, UNK_ID

# What the library holds of a text while it tokenises is a hundred times the size of its ids.
_AT_ONCE = 1 << 11


@dataclass(frozen=True)
class Side:
    """What tokenising found out about one side, the pairs that are too long included."""

    lengths: NDArray[np.int64]
    """How many texts have 0, 1, 2 ... tokens."""
    unknown: Unknown
    """Tokens that the vocabulary does not hold."""


@dataclass(frozen=True)
class Encoded:
    """A tokenised corpus, and what became of its pairs."""

    stored: Stored
    """The ids of the usable pairs, mapped into memory."""
    pairs: Sequence[Pair]
    """The usable pairs."""
    too_long: tuple[Pair, ...]
    """The first few pairs that are too long."""
    num_too_long: int
    """How many are."""
    sides: tuple[Side, Side]
    """Of source and target."""
    given: str
    """Fingerprint of all given pairs."""


@dataclass(frozen=True)
class Encodings:
    """Tokenised training and validation pairs, and what it was done with."""

    train: Encoded
    valid: Encoded
    vocabularies: tuple[int, int]
    """Sizes, of source and target."""
    max_length: int
    """Longest side in tokens."""


def encode(
    pairs: Sequence[Pair],
    tokenizers: tuple[Tokenizer, Tokenizer],
    *,
    max_length: int,
    rejects: Rejects | None = None,
    folder: Path | None = None,
    advance: Callable[[int], None] | None = None,
) -> Encoded:
    """Tokenise pairs, on all cores, and leave out those that are too long.

    Args:
        pairs: Pairs with text on both sides.
        tokenizers: Of source and target.
        max_length: Longest side in tokens, ``</s>`` not counted.
        rejects: Takes the pairs that are longer.
        folder: Where the ids take up space, in files without a name; None: the system's folder for
            temporary files.
        advance: Told how many more pairs are done.
    """
    writers = [_SequenceWriter(len(tokenizer), folder) for tokenizer in tokenizers]
    meters = [_Meter(), _Meter()]
    kept_rows = Scratch(folder)
    given, kept = Fingerprint(), Fingerprint()
    too_long: list[Pair] = []
    num_kept = start = 0
    for texts in _smaller(columns(pairs)):
        ids = [one.encode_ids(side) for one, side in zip(tokenizers, texts, strict=True)]
        lengths = [np.fromiter(map(len, side), np.int64, len(side)) for side in ids]
        for meter, side, each in zip(meters, ids, lengths, strict=True):
            meter.add(side, each)
        source_fits, target_fits = (each <= max_length for each in lengths)
        fits = source_fits & target_fits
        for writer, side, each in zip(writers, ids, lengths, strict=True):
            writer.extend(compress(side, fits), each[fits])
        kept_rows.file.write((start + np.flatnonzero(fits)).astype(np.uint32).tobytes())
        given.add(texts)
        kept.add(Columns(*(list(compress(side, fits)) for side in texts)))
        for row in (start + np.flatnonzero(~fits)).tolist():
            pair = pairs[row]
            if len(too_long) < MAX_EXAMPLES:
                too_long.append(pair)
            if rejects is not None:
                which = "target" if source_fits[row - start] else "source"
                rejects.append(Reject(f"{which}-too-long", pair))
        num_kept += int(fits.sum())
        start += len(fits)
        if advance is not None:
            advance(len(fits))
    rows = kept_rows.array(np.uint32)
    return Encoded(
        stored=Stored(Prepared(writers[0].finish(), writers[1].finish()), rows, kept.digits),
        pairs=pairs if num_kept == start else take(pairs, rows),
        too_long=tuple(too_long),
        num_too_long=start - num_kept,
        sides=(meters[0].side, meters[1].side),
        given=given.digits,
    )


def _smaller(chunks: Iterable[Columns]) -> Iterator[Columns]:
    for sources, targets in chunks:
        for start in range(0, len(sources), _AT_ONCE):
            end = start + _AT_ONCE
            yield Columns(sources[start:end], targets[start:end])


class _Meter:
    """Measures one side."""

    def __init__(self) -> None:
        self._lengths = np.zeros(1, dtype=np.int64)
        self._num_unknown = 0

    def add(self, ids: Iterable[Sequence[int]], lengths: NDArray[np.int64]) -> None:
        size = max(len(self._lengths), int(lengths.max()) + 1)
        self._lengths = np.pad(self._lengths, (0, size - len(self._lengths)))
        self._lengths += np.bincount(lengths, minlength=size)
        self._num_unknown += sum(text.count(UNK_ID) for text in ids)

    @property
    def side(self) -> Side:
        total = int((self._lengths * np.arange(len(self._lengths))).sum())
        return Side(self._lengths, Unknown(self._num_unknown, total))


class _SequenceWriter:
    """Puts sequences of ids, each closed with ``</s>``, end to end into a file."""

    def __init__(self, vocabulary: int, folder: Path | None) -> None:
        self._type = np.uint16 if vocabulary <= 1 << 16 else np.int32
        self._ids, self._starts = Scratch(folder), Scratch(folder)
        self._starts.file.write(np.zeros(1, dtype=np.int64).tobytes())
        self._end = 0

    def extend(self, sequences: Iterable[list[int]], lengths: NDArray[np.int64]) -> None:
        """Add sequences of these lengths."""
        ends = np.cumsum(lengths + 1)
        if not len(ends):
            return
        closed = chain.from_iterable(chain(ids, (EOS_ID,)) for ids in sequences)
        self._ids.file.write(np.fromiter(closed, self._type, int(ends[-1])).tobytes())
        self._starts.file.write((self._end + ends).tobytes())
        self._end += int(ends[-1])

    def finish(self) -> Sequences:
        """Return all sequences, mapped."""
        return Sequences(self._ids.array(self._type), self._starts.array(np.int64))
