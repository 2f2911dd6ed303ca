"""Word alignments: Pharaoh files and the alignment error rate.

A link is ``(source, target)``: two positions counted from 0. A gold alignment has *sure* links and
*possible* ones; every sure link is possible too (Och & Ney 2003, "A Systematic Comparison of
Various Statistical Alignment Models").
"""

import gzip
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from seq2see.errors import DataError

Position = tuple[int, int]
"""A link between two positions, ``(source, target)``, from 0."""

SHIFTS = (-1, 0, 1)
"""Attention of which step may belong to a target token: that of the token ``t`` credited to the
token ``t + shift``. Attention asked for by the state before a step, or a head that follows the
token being read rather than the one being written, can fit the gold better when shifted."""

_PHARAOH = re.compile(r"(\d{1,9})([-p?])(\d{1,9})", re.ASCII)


class Alignment(NamedTuple):
    """The links of one sentence pair; ``possible`` contains ``sure``."""

    sure: frozenset[Position]
    possible: frozenset[Position]


@dataclass(frozen=True, kw_only=True)
class AlignmentScore:
    """How well links agree with a gold alignment. Rates are shares, from 0 to 1.

    Over all sentences together, with A predicted, S sure and P possible links (Och & Ney 2003):
    ``precision = |A & P| / |A|``, ``recall = |A & S| / |S|`` and
    ``aer = 1 - (|A & S| + |A & P|) / (|A| + |S|)``.
    Where there is nothing to divide by, nothing is wrong: precision without predicted links and
    recall without sure links are 1, and ``aer`` without either is 0.
    """

    aer: float
    """Alignment error rate; 0 is perfect."""
    precision: float
    recall: float
    num_sentences: int
    num_links: int
    """Predicted links, |A|."""

    def to_json(self) -> dict[str, float | int]:
        """The fields under short names."""
        return {
            "aer": self.aer,
            "precision": self.precision,
            "recall": self.recall,
            "sentences": self.num_sentences,
            "links": self.num_links,
        }


def shift_remark(what: str, aer_by_shift: Mapping[int, float]) -> str | None:
    """Say so where attention fits the gold better when credited to a neighbouring token.

    Args:
        what: Whose attention it is.
        aer_by_shift: Alignment error rate by shift, 0 among them.
    """
    best = min(aer_by_shift, key=lambda shift: (aer_by_shift[shift], abs(shift)))
    if best == 0:
        return None
    token = "the token before, which is being read" if best < 0 else "the token after"
    return (
        f"Off by one: {what} fits the gold better when credited to {token}: "
        f"{aer_by_shift[best]:.2%} alignment error at shift {best:+d}, {aer_by_shift[0]:.2%} at 0."
    )


def parse_pharaoh(
    line: str, *, base: int = 0, reverse: bool = False, where: str = "line"
) -> Alignment:
    """Read one line of ``i-j`` (sure) and ``ipj`` or ``i?j`` (possible) links.

    Args:
        line: Links separated by white space; may be empty.
        base: The index of the first word, 0 or 1.
        reverse: The line has target before source.
        where: What to call the line in messages, as ``file:line``.

    Raises:
        DataError: A token is not a link, or an index is below ``base``.
    """
    sure: set[Position] = set()
    possible: set[Position] = set()
    for token in line.split():
        match = _PHARAOH.fullmatch(token)
        if match is None:
            raise DataError(
                f"{where}: `{token}` is not an alignment link; write `i-j` for a sure link "
                "and `ipj` or `i?j` for a possible one."
            )
        first, second = int(match[1]) - base, int(match[3]) - base
        if first < 0 or second < 0:
            raise DataError(
                f"{where}: `{token}` has an index below {base}, where indices are said to start; "
                f"read this file with base {base - 1}."
            )
        link = (second, first) if reverse else (first, second)
        possible.add(link)
        if match[2] == "-":
            sure.add(link)
    return Alignment(frozenset(sure), frozenset(possible))


def read_pharaoh(path: str | Path, *, base: int = 0, reverse: bool = False) -> list[Alignment]:
    """Read a Pharaoh file, one sentence pair per line; a name ending in ``.gz`` is unpacked.

    Args:
        path: The file.
        base: The index of the first word in it, 0 or 1.
        reverse: The file has target before source, as Giza's target-source runs do.

    Raises:
        DataError: The file cannot be read, or a line is not in Pharaoh form.
    """
    path = Path(path)
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(
            f"`{path}` cannot be read as alignments ({reason}); "
            "give a text file, or a gzip file whose name ends in `.gz`."
        ) from error
    return [
        parse_pharaoh(line, base=base, reverse=reverse, where=f"{path}:{number}")
        for number, line in enumerate(StringIO(text, newline=None), start=1)
    ]


def format_pharaoh(links: Iterable[Position]) -> str:
    """Write links as ``i-j`` from 0, sorted by source and then target."""
    return " ".join(f"{source}-{target}" for source, target in sorted(links))


class Tally:
    """Counts of links over sentences, so that many alignments can be scored without keeping any."""

    def __init__(self) -> None:
        self._sentences = self._links = self._sure = self._hits_sure = self._hits_possible = 0

    def add(self, predicted: AbstractSet[Position], gold: Alignment) -> None:
        """Count one sentence."""
        self._sentences += 1
        self._links += len(predicted)
        self._sure += len(gold.sure)
        self._hits_sure += len(predicted & gold.sure)
        self._hits_possible += len(predicted & (gold.possible | gold.sure))

    def score(self) -> AlignmentScore:
        """Score all sentences so far together."""
        total = self._links + self._sure
        return AlignmentScore(
            aer=1 - (self._hits_sure + self._hits_possible) / total if total else 0.0,
            precision=self._hits_possible / self._links if self._links else 1.0,
            recall=self._hits_sure / self._sure if self._sure else 1.0,
            num_sentences=self._sentences,
            num_links=self._links,
        )


def score_alignments(
    predicted: Sequence[AbstractSet[Position]], gold: Sequence[Alignment]
) -> AlignmentScore:
    """Score predicted links against gold, summed over all sentences.

    Raises:
        DataError: There are not as many predictions as gold alignments.
    """
    if len(predicted) != len(gold):
        raise DataError(
            f"There are alignments of {len(predicted)} sentences but gold of {len(gold)}; "
            "give one alignment per gold alignment, in the same order."
        )
    tally = Tally()
    for links, reference in zip(predicted, gold, strict=True):
        tally.add(links, reference)
    return tally.score()


def score_files(
    alignments: str | Path,
    gold: str | Path,
    *,
    base: int = 0,
    gold_base: int = 0,
    reverse: bool = False,
) -> AlignmentScore:
    """Score one Pharaoh file against another.

    Args:
        alignments: The file to score; all its links count, sure or possible.
        gold: The gold file.
        base: The index of the first word in ``alignments``.
        gold_base: The index of the first word in ``gold``.
        reverse: ``alignments`` has target before source; ``gold`` never has.

    Raises:
        DataError: A file cannot be read, or they have different numbers of lines.
    """
    predicted = read_pharaoh(alignments, base=base, reverse=reverse)
    reference = read_pharaoh(gold, base=gold_base)
    if len(predicted) != len(reference):
        raise DataError(
            f"`{alignments}` has {len(predicted)} lines but `{gold}` has {len(reference)}; "
            "line n of both must be about the same sentence pair."
        )
    return score_alignments([alignment.possible for alignment in predicted], reference)
