"""What was lost or changed on the way from files to training pairs; nothing goes silently."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

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
    counts: dict[str, int] = {}
    for reject in rejects:
        counts[reject.reason] = counts.get(reject.reason, 0) + 1
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
