"""The doctor: what is wrong with a corpus, before anyone waits for a training to show it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from seq2see.data import characters, checks
from seq2see.data.encoding import Encodings
from seq2see.data.finding import (
    MAX_EXAMPLES,
    Finding,
    Severity,
    counted,
    examples,
    percent,
    to_json,
    visible,
)
from seq2see.data.pair import Pair
from seq2see.data.rejects import (
    Problem,
    ProblemKind,
    Reject,
    count_by_reason,
)
from seq2see.data.table import joined

_EMPTY = ("empty-source", "empty-target")
_MUCH_UNKNOWN = 0.05
_MUCH_DROPPED = 0.05
# A model that only knows how frequent words are does not come below this share of its first loss.
_SLOW = 0.25

_READING: dict[ProblemKind, tuple[str, Severity, str, str]] = {
    "unequal-lines": ("line counts", "fatal", "line", ""),
    "invalid-utf8": (
        "encoding", "warning", "line",
        "not in UTF-8, rejected; convert the file, for example with `iconv -f LATIN1 -t UTF-8`.",
    ),
    "missing-column": (
        "columns", "warning", "line",
        "without the columns, rejected; see `--separator` and `--columns`.",
    ),
    "extra-columns": (
        "more columns", "note", "line",
        "with further columns, which are not read; `--columns` chooses others.",
    ),
    "blank-lines": ("blank lines", "note", "blank line", "skipped, as no pair."),
    "byte-order-mark": (
        "byte order mark", "note", "file", "with a byte order mark at the start, now removed.",
    ),
    "carriage-returns": (
        "line ends", "note", "line",
        "with a carriage return at the end (as Windows writes), now removed.",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class OverfitResult:
    """Whether a model can learn one batch by heart, the least that any working set-up can do."""

    updates: int
    """Updates made."""
    first_loss: float
    """Loss per token before the first of them, in nats."""
    last_loss: float
    """Loss per token after the last of them, in nats."""
    learnt: bool
    """Whether the batch was learnt."""


@dataclass(frozen=True)
class Lengths:
    """Lengths of the usable training texts of one side, in tokens, and their vocabulary."""

    median: int
    percentile_95: int
    longest: int
    vocabulary: int


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """Everything that an examination found, in the order of the checks."""

    findings: tuple[Finding, ...]
    num_read: int
    """Pairs given, those lost in reading included."""
    num_train: int
    """Usable training pairs."""
    num_valid: int
    """Usable validation pairs."""
    num_test: int
    """Usable test pairs."""
    rejects: Collection[Reject]
    """Every pair that will not be used, and why."""
    source: Lengths | None
    """Lengths and vocabulary of the source side; None without tokenizers."""
    target: Lengths | None
    """Lengths and vocabulary of the target side; None without tokenizers."""

    @property
    def fatal(self) -> bool:
        """Whether training would be pointless."""
        return any(finding.severity == "fatal" for finding in self.findings)

    def to_json(self) -> dict[str, Any]:
        """Return the diagnosis as plain values; rejects are counted by reason."""
        return {
            "fatal": self.fatal,
            "pairs": {
                "read": self.num_read,
                "train": self.num_train,
                "valid": self.num_valid,
                "test": self.num_test,
            },
            "source": None if self.source is None else vars(self.source),
            "target": None if self.target is None else vars(self.target),
            "rejects": count_by_reason(self.rejects),
            "findings": to_json(self.findings),
        }


def examine(
    train: Sequence[Pair],
    *,
    valid: Sequence[Pair] = (),
    test: Sequence[Pair] = (),
    problems: Sequence[Problem] = (),
    rejects: Collection[Reject] = (),
    encodings: Encodings | None = None,
    allow_copies: bool = False,
    overfit: Callable[[Sequence[Pair]], OverfitResult] | None = None,
) -> Diagnosis:
    """Examine a corpus as training would see it, after cleaning and splitting.

    Args:
        train: Training pairs with text on both sides.
        valid: Such validation pairs.
        test: Such test pairs.
        problems: What reading found.
        rejects: Every pair that will not be used: lost in reading, empty, or too long.
        encodings: The same training and validation pairs as ids; None: neither their lengths nor
            unknown words are checked.
        allow_copies: Do not mind if every target equals its source.
        overfit: Trains a model on a few of the usable pairs given to it; None: not checked.
    """
    # Pairs that are too long are looked at too: what is wrong with them may be wrong with others.
    everything = joined([train, valid, test])
    if encodings is not None:
        train, valid = encodings.train.pairs, encodings.valid.pairs
    num_read = len(train) + len(valid) + len(test) + len(rejects)
    num_lost = sum(
        count for reason, count in count_by_reason(rejects).items() if reason in _READING
    )
    findings = [*_reading(problems), _empty(rejects, num_read - num_lost), checks.enough(train)]
    if everything:
        alphabets = characters.Alphabets.of(everything)
        findings += [
            checks.variety(everything),
            checks.duplicates(everything),
            checks.several_translations(everything),
            checks.leak(train, {"valid": valid, "test": test}),
            checks.identical_sides(everything, allow_copies=allow_copies),
            checks.length_ratios(everything),
            *characters.hidden(everything, alphabets),
            *characters.scripts(everything, alphabets),
            *([] if encodings is None else _tokens(encodings)),
        ]
    fatal = any(finding.severity == "fatal" for finding in findings)
    if overfit is not None and train and not fatal:
        findings.append(_overfit(overfit(train)))
    return Diagnosis(
        findings=tuple(findings),
        num_read=num_read,
        num_train=len(train),
        num_valid=len(valid),
        num_test=len(test),
        rejects=rejects,
        source=None if encodings is None else _lengths(encodings, 0),
        target=None if encodings is None else _lengths(encodings, 1),
    )


def _reading(problems: Sequence[Problem]) -> list[Finding]:
    """Sum up what reading found, one finding for each kind of problem."""
    findings = []
    for kind, (check, severity, noun, message) in _READING.items():
        found = [problem for problem in problems if problem.kind == kind]
        count = sum(problem.count for problem in found)
        if not found:
            findings.append(Finding(check, "ok", 0, f"No problem with {check}."))
        elif kind == "unequal-lines":
            details = " ".join(f"{problem.detail}." for problem in found)
            findings.append(Finding(check, severity, count, details))
        else:
            shown = tuple(_shown(problem) for problem in found[:MAX_EXAMPLES])
            text = f"{counted(count, noun)} {message}"
            findings.append(Finding(check, severity, count, text, shown))
    return findings


def _shown(problem: Problem) -> str:
    if problem.pair is None:
        return f"{problem.where}: {problem.count:,}"
    return f"{problem.where}: {problem.detail}: {visible(problem.pair.source)[:60]}"


def _empty(rejects: Collection[Reject], num_pairs: int) -> Finding:
    counts = count_by_reason(rejects)
    count = sum(counts.get(reason, 0) for reason in _EMPTY)
    if not count:
        return Finding("empty sides", "ok", 0, "No side is empty.")
    message = f"{counted(count, 'pair', num_pairs)} with an empty side, not used."
    shown = examples(reject.pair for reject in rejects if reject.reason in _EMPTY)
    return Finding("empty sides", "warning", count, message, shown)


def _tokens(encodings: Encodings) -> list[Finding]:
    """Judge lengths and vocabularies."""
    findings = [_too_long(encodings)]
    sides = zip(("source", "target"), encodings.vocabularies, encodings.valid.sides, strict=True)
    for name, size, valid in sides:
        check = f"{name} vocabulary"
        unknown = valid.unknown
        if not valid.lengths.sum():
            message = f"{size:,} entries; there is no validation text to try them on."
            findings.append(Finding(check, "ok", 0, message))
            continue
        message = (
            f"{size:,} entries; {percent(unknown.unknown, unknown.total)} of the "
            f"validation tokens are unknown"
        )
        if unknown.rate > _MUCH_UNKNOWN:
            remedy = "; use `tokenizer.kind=bpe`, or a larger `tokenizer.vocab_size`."
            findings.append(Finding(check, "warning", unknown.unknown, message + remedy))
        else:
            severity: Severity = "note" if unknown.unknown else "ok"
            findings.append(Finding(check, severity, unknown.unknown, f"{message}."))
    return findings


def _too_long(encodings: Encodings) -> Finding:
    parts = (encodings.train, encodings.valid)
    limit = encodings.max_length
    count = sum(part.num_too_long for part in parts)
    if not count:
        return Finding("too long", "ok", 0, f"No text is longer than {limit} tokens.")
    num_pairs = count + sum(len(part.pairs) for part in parts)
    message = (
        f"{counted(count, 'pair', num_pairs)} longer than {limit} tokens, not "
        "used; raise `data.max_length`, or split them into sentences."
    )
    severity: Severity = "warning" if count > _MUCH_DROPPED * num_pairs else "note"
    shown = examples(pair for part in parts for pair in part.too_long)
    return Finding("too long", severity, count, message, shown)


def _lengths(encodings: Encodings, side: int) -> Lengths:
    ends = np.cumsum(encodings.train.sides[side].lengths)
    last = int(ends[-1]) - 1
    places = (last // 2, round(0.95 * last), last)
    median, most, longest = np.searchsorted(ends, places, side="right").tolist()
    return Lengths(median, most, longest, encodings.vocabularies[side])


def _overfit(result: OverfitResult) -> Finding:
    losses = (
        f"the loss per token went from {result.first_loss:.2f} to {result.last_loss:.2f} "
        f"in {result.updates:,} updates"
    )
    if result.learnt:
        return Finding("one batch", "ok", result.updates, f"One batch can be learnt: {losses}.")
    if result.last_loss < _SLOW * result.first_loss:
        message = (
            f"One batch is learnt, but slowly: {losses}; a larger `model.hidden_dim` or `train.lr` "
            "learns faster."
        )
        return Finding("one batch", "warning", result.updates, message)
    message = (
        f"Not even one batch can be learnt: {losses}; raise `train.lr` or `model.hidden_dim`, or "
        "check that the targets follow from the sources."
    )
    return Finding("one batch", "fatal", result.updates, message)
