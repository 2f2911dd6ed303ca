"""What was lost or changed on the way from files to training pairs; nothing goes silently."""

import json
import tempfile
import weakref
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple, Protocol, runtime_checkable

from seq2see.data.finding import MAX_EXAMPLES
from seq2see.data.pair import Pair

ProblemKind = Literal[
    "invalid-utf8", "missing-column", "unequal-lines", "byte-order-mark", "carriage-returns",
    "blank-lines", "extra-columns",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """Something found while reading that loses or changes text.

    ``where`` is a file or ``file:line``. ``pair`` is the pair that was lost, undecodable bytes
    shown as U+FFFD; None where no pair was lost. ``count`` is in lines, and above 1 only where one
    problem stands for a whole file.
    """

    kind: ProblemKind
    where: str
    detail: str
    count: int = 1
    pair: Pair | None = None


class Reject(NamedTuple):
    """A pair that will not be used, and why."""

    reason: str
    pair: Pair


@runtime_checkable
class ProblemSink(Protocol):
    """Takes problems as they are found; a list does."""

    def append(self, problem: Problem, /) -> None:
        """Take one more."""
        ...


class Rejects(Collection[Reject]):
    """Rejects in any number: counted here, and kept in a nameless file beyond the first few.

    Gold alignments are not kept.

    Args:
        folder: Where the file takes up space; None: the system's folder for temporary files.
    """

    _IN_MEMORY = 1 << 20
    _BLOCK = 1 << 16

    def __init__(self, folder: Path | None = None) -> None:
        self.counts: Counter[str] = Counter()
        """How many, by reason."""
        self._file = tempfile.SpooledTemporaryFile(  # noqa: SIM115 (closed by the finalizer)
            self._IN_MEMORY, dir=None if folder is None else str(folder)
        )
        weakref.finalize(self, self._file.close)

    def __len__(self) -> int:
        return self.counts.total()

    def __contains__(self, reject: object) -> bool:
        return any(one == reject for one in self)

    def __iter__(self) -> Iterator[Reject]:
        position = 0
        while True:
            self._file.seek(position)
            lines = self._file.readlines(self._BLOCK)
            position = self._file.tell()
            if not lines:
                return
            for line in lines:
                reason, source, target, where = json.loads(line)
                yield Reject(reason, Pair(source, target, None, where))

    def append(self, reject: Reject) -> None:
        """Take one more."""
        reason, pair = reject
        self.counts[reason] += 1
        self._file.seek(0, 2)
        self._file.write(json.dumps([reason, pair.source, pair.target, pair.where]).encode())
        self._file.write(b"\n")


class Problems:
    """Problems in any number: all are counted, and the first few of each kind are kept.

    Args:
        rejects: Takes the pairs that were lost.
    """

    def __init__(self, rejects: Rejects) -> None:
        self._rejects = rejects
        self._kept: dict[ProblemKind, list[Problem]] = {}
        self._others: Counter[ProblemKind] = Counter()

    def append(self, problem: Problem) -> None:
        """Take one more."""
        if problem.pair is not None:
            self._rejects.append(Reject(problem.kind, problem.pair))
        kept = self._kept.setdefault(problem.kind, [])
        if len(kept) < MAX_EXAMPLES or problem.kind == "unequal-lines":
            kept.append(problem)
        else:
            self._others[problem.kind] += problem.count

    def summed(self) -> tuple[Problem, ...]:
        """The first of each kind, and all others of that kind as one problem without a place."""
        return tuple(
            problem
            for kind, kept in self._kept.items()
            for problem in (*kept, Problem(kind, "", "", self._others[kind]))
            if problem.count
        )


def rejects_of(problems: Iterable[Problem]) -> list[Reject]:
    """Return the pairs that reading lost."""
    return [Reject(problem.kind, problem.pair) for problem in problems if problem.pair is not None]


def filter_pairs(
    pairs: Sequence[Pair],
    *,
    max_length: int | None = None,
    source_lengths: Sequence[int] | None = None,
    target_lengths: Sequence[int] | None = None,
) -> tuple[list[Pair], list[Reject]]:
    """Separate the pairs that can be trained on from those that cannot.

    A pair is rejected for the first of these reasons that holds: ``empty-source`` and
    ``empty-target`` (nothing but whitespace), ``source-too-long`` and ``target-too-long``.
    Duplicates are kept.

    Args:
        pairs: The pairs, in order.
        max_length: Longest side in tokens; None: any.
        source_lengths: Tokens of every source; None: the source may have any length.
        target_lengths: Tokens of every target; None: the target may have any length.

    Raises:
        ValueError: The lengths are not as many as the pairs.
    """
    unlimited = [0] * len(pairs)
    kept, rejects = [], []
    for pair, source_length, target_length in zip(
        pairs,
        unlimited if source_lengths is None else source_lengths,
        unlimited if target_lengths is None else target_lengths,
        strict=True,
    ):
        if not pair.source.strip():
            rejects.append(Reject("empty-source", pair))
        elif not pair.target.strip():
            rejects.append(Reject("empty-target", pair))
        elif max_length is not None and source_length > max_length:
            rejects.append(Reject("source-too-long", pair))
        elif max_length is not None and target_length > max_length:
            rejects.append(Reject("target-too-long", pair))
        else:
            kept.append(pair)
    return kept, rejects


def count_by_reason(rejects: Iterable[Reject]) -> dict[str, int]:
    """Count rejects by reason, the most frequent first."""
    if isinstance(rejects, Rejects):
        counts = rejects.counts
    else:
        counts = Counter(reject.reason for reject in rejects)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def write_rejects(path: Path, rejects: Iterable[Reject]) -> None:
    r"""Write rejects as tab-separated reason, where, source and target, under a heading.

    Backslash, tab, line feed and carriage return inside a text are written as ``\\``, ``\t``,
    ``\n`` and ``\r``, so that every reject stays one line of four columns.
    """
    escapes = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.write("reason\twhere\tsource\ttarget\n")
        for reason, pair in rejects:
            cells = (reason, pair.where, pair.source, pair.target)
            file.write("\t".join(cell.translate(escapes) for cell in cells) + "\n")
