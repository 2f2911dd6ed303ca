"""Sentence pairs from text in columns, such as tab-separated values.

A side may be made of several columns, and columns of features stand behind the source as tags, each
in brackets: ``Hahn [N] [GEN] [SG]`` of ``Hahn``, ``N;GEN;SG``.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from seq2see.config import DataConfig
from seq2see.data.lines import Line, read_lines
from seq2see.data.pair import Pair
from seq2see.data.rejects import Problem, ProblemKind, ProblemSink
from seq2see.errors import ConfigError, DataError

_BARS = " ||| "
_HEAD_LINES = 1000
_BETWEEN_FEATURES = re.compile(r"[;|\s]+")  # as in UniMorph and in Universal Dependencies
_CANDIDATES = ("\t", _BARS, "_", ";", "|", "=", "::", " - ", "#", ",")


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Which columns of separated text are read, counted from 1."""

    source: tuple[int, ...] = (1,)
    """Those of the source, joined by spaces."""
    target: tuple[int, ...] = (2,)
    """Those of the target, joined by spaces."""
    features: tuple[int, ...] = ()
    """Those of features, which become tags behind the source."""

    @property
    def first(self) -> int:
        """The first column that is needed."""
        return min((*self.source, *self.target, *self.features))

    @property
    def last(self) -> int:
        """The last column that is needed."""
        return max((*self.source, *self.target, *self.features))

    def pair(self, fields: Sequence[str], where: str) -> Pair:
        """Make a pair of the fields of a line; a source without text stays empty."""
        source, target = (
            " ".join(filter(None, (fields[column - 1] for column in side)))
            for side in (self.source, self.target)
        )
        tags = [tag for column in self.features for tag in tags_of(fields[column - 1])]
        return Pair(" ".join([source, *tags]) if source else "", target, None, where)


def columns_of(config: DataConfig) -> Columns:
    """The columns that a configuration names."""
    source, target = config.columns
    return Columns(source=source, target=target, features=config.features)


def tags_of(features: str) -> list[str]:
    """Turn features, between semicolons, bars or white space, into tags: ``[N]``, ``[GEN]``."""
    return [f"[{feature}]" for feature in _BETWEEN_FEATURES.split(features) if feature]


def read_columns(
    path: Path, columns: Columns, separator: str | None, problems: ProblemSink
) -> Iterator[Pair]:
    """Stream some columns of a text file, without the white space around them.

    Blank lines, lines without the columns and further columns are noted in ``problems``.

    Raises:
        DataError: The file cannot be read, or no line at all has the columns.
        ConfigError: The separator is empty, or a column is not a positive number.
    """
    if columns.first < 1:
        raise ConfigError(f"Columns are counted from 1, but one of them is {columns.first}.")
    if separator == "":
        raise ConfigError("The column separator must not be empty; leave it out for tab.")
    lines = read_lines(path, problems)
    head = list(islice(lines, _HEAD_LINES))
    chosen = _detect(head) if separator is None else separator.replace("\\t", "\t")
    num_pairs = num_blank = num_lacking = num_extra = most_columns = 0
    for line in chain(head, lines):
        if not line.text.strip():
            num_blank += 1
            continue
        fields = _fields(line.text, chosen)
        where = f"{path}:{line.number}"
        lacking = len(fields) < columns.last
        pair = Pair(line.text, "", None, where) if lacking else columns.pair(fields, where)
        if line.invalid:
            problems.append(Problem("invalid-utf8", where, line.invalid, 1, pair))
            continue
        most_columns = max(most_columns, len(fields))
        if lacking:
            detail = f"has {len(fields)} of the {columns.last} columns needed"
            problems.append(Problem("missing-column", where, detail, 1, pair))
            num_lacking += 1
            continue
        num_extra += len(fields) > columns.last
        num_pairs += 1
        yield pair
    if num_lacking and not num_pairs:
        raise DataError(_no_columns(path, columns, chosen, most_columns, head))
    _note(path, "blank-lines", "blank lines are no pairs and were skipped", num_blank, problems)
    detail = f"lines have columns after {columns.last}, which were not read"
    _note(path, "extra-columns", detail, num_extra, problems)


def _note(path: Path, kind: ProblemKind, detail: str, count: int, problems: ProblemSink) -> None:
    if count:
        problems.append(Problem(kind, str(path), detail, count))


def _detect(head: Sequence[Line]) -> str:
    if any("\t" in line.text for line in head):
        return "\t"
    return _BARS if any(len(_fields(line.text, _BARS)) > 1 for line in head) else "\t"


def _fields(text: str, separator: str) -> list[str]:
    if separator == _BARS:  # an empty side may have lost its space at the end of the line
        text = f" {text} "
    return [field.strip() for field in text.split(separator)]


def _no_columns(
    path: Path,
    columns: Columns,
    separator: str,
    most_columns: int,
    head: Sequence[Line],
) -> str:
    """Explain why no line has the columns."""
    name = "a tab" if separator == "\t" else f"`{separator.strip() or separator}`"
    texts = [line.text for line in head if line.text.strip()]
    if most_columns > 1:
        return (
            f"No line of `{path}` has a column {columns.last}; split at {name}, its lines have at "
            f"most {most_columns} columns, so choose among those with `--columns`."
        )
    start = f"No line of `{path}` has two columns separated by {name}"
    if texts and texts[0].lstrip().startswith(("{", "[")):
        return f"{start}; it looks like JSON, which needs one object a line and the ending .jsonl."

    def exactly_once(candidate: str) -> int:
        return sum(len(_fields(text, candidate)) == 2 for text in texts)

    best = max((entry for entry in _CANDIDATES if entry != separator), key=exactly_once)
    if exactly_once(best) * 2 > len(texts):
        shown = "tab" if best == "\t" else best.strip()
        value = {"\t": r"'\t'", _BARS: "' ||| '", " - ": "' - '"}.get(best, best)
        value = f"'{value}'" if value in ";|#" else value
        return f"{start}, but `{shown}` is in most lines: try `--separator {value}`."
    return (
        f"{start}; name another with `--separator`, or, for one file per language, give the common "
        "start of their names and `--pair`."
    )
