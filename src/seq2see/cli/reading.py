"""Sentence pairs that a command works on: DATA, read as the run's own, or what the run held out."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from seq2see.errors import RunError, UsageError

if TYPE_CHECKING:
    from seq2see.config import DataConfig
    from seq2see.data.corpus import Corpus
    from seq2see.data.pair import Pair
    from seq2see.run import Run


class Form(NamedTuple):
    """How DATA is to be read, where that differs from the run's own corpora."""

    pair: str | None
    columns: tuple[tuple[int, ...], tuple[int, ...]] | None
    separator: str | None
    features: tuple[int, ...] | None = None

    def refuse_without_data(self) -> None:
        """Refuse options that would be ignored because there is no DATA.

        Raises:
            UsageError: One of them is given.
        """
        for name, value in zip(self._fields, self, strict=True):
            if value is not None:
                raise UsageError(
                    f"`--{name}` says how to read DATA, but there is none; name it too."
                )


class Line(NamedTuple):
    """A line of a corpus; without texts where it is no pair."""

    pair: "Pair"
    problem: str = ""
    """Why it is no pair."""


def read(run: str, given: "DataConfig", data: Sequence[str], form: Form) -> "list[Corpus]":
    """Read corpora, each for itself, as the run's were unless told otherwise.

    Raises:
        UsageError: The languages are those of the opposite direction.
        DataError: A corpus cannot be read.
    """
    from seq2see.data import corpus
    from seq2see.data.columns import columns_of

    known = given.pair
    if given.languages is not None and form.pair == "-".join(reversed(given.languages)) != known:
        raise UsageError(
            f"`{run}` translates `{known}`, not `{form.pair}`; leave `--pair` out, or turn it "
            "round."
        )
    columns = columns_of(
        replace(
            given,
            columns=form.columns or given.columns,
            features=given.features if form.features is None else form.features,
        )
    )
    return [
        corpus.read(
            spec,
            pair=form.pair or known,
            columns=columns,
            separator=form.separator or given.separator,
        )
        for spec in data
    ]


def by_line(spec: str, corpus: "Corpus") -> list[Line]:
    """Put the pairs of a corpus back at their lines, so that line n of an output is about line n.

    Args:
        spec: The name that the corpus was read by.
        corpus: What was read.
    """
    from seq2see.data.lines import read_lines
    from seq2see.data.pair import Pair

    if spec.startswith("builtin:"):
        return [Line(pair) for pair in corpus.pairs]
    found = {pair.where: Line(pair) for pair in corpus.pairs}
    for reason, pair in corpus.rejects:
        found[pair.where] = Line(Pair("", "", None, pair.where), reason.replace("-", " "))
    path = next(iter(found)).rpartition(":")[0]
    places = (f"{path}:{line.number}" for line in read_lines(Path(path), []))
    return [found.get(one) or Line(Pair("", "", None, one), "blank line") for one in places]


def held_out(run: "Run", *splits: str) -> "tuple[str, list[Pair]]":
    """Return the first of the run's held-out splits, ``test`` or ``valid``, that has pairs.

    Raises:
        RunError: None has.
    """
    for split in splits:
        if pairs := run.held_out(split):
            return split, pairs
    files = " or ".join(f"`data/{split}.jsonl`" for split in splits)
    raise RunError(f"`{run.path}` has no held-out pairs, in {files}; name a corpus to evaluate on.")
