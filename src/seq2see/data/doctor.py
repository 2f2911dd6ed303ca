"""The doctor: what is wrong with a corpus, before anyone waits for a training to show it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seq2see.config import TokenizerConfig
from seq2see.data import checks
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
    filter_pairs,
    rejects_of,
)

if TYPE_CHECKING:
    from seq2see.tokenizer import Tokenizer

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
    rejects: tuple[Reject, ...]
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
    tokenizer: "TokenizerConfig | tuple[Tokenizer, Tokenizer] | None" = None,
    max_length: int = 100,
    allow_copies: bool = False,
    overfit: Callable[[Sequence[Pair]], OverfitResult] | None = None,
) -> Diagnosis:
    """Examine a corpus as training would see it, after cleaning and splitting.

    Args:
        train: Training pairs.
        valid: Validation pairs.
        test: Test pairs.
        problems: What reading found.
        tokenizer: The tokenizers of both sides, or the settings to train them with on the training
            pairs, to count tokens and unknown words; None: neither is checked.
        max_length: Longest side in tokens; longer training pairs are not usable.
        allow_copies: Do not mind if every target equals its source.
        overfit: Trains a model on a few of the usable pairs given to it; None: not checked.

    Raises:
        TokenizerError: The settings do not allow a tokenizer for these texts.
    """
    findings = _reading(problems)
    rejects = rejects_of(problems)
    num_lost = len(rejects)
    kept: dict[str, list[Pair]] = {}
    for name, pairs in (("train", train), ("valid", valid), ("test", test)):
        kept[name], dropped = filter_pairs(pairs)
        rejects += dropped
    findings.append(_empty(rejects, len(train) + len(valid) + len(test)))
    everything = [pair for pairs in kept.values() for pair in pairs]
    source = target = None
    if tokenizer is not None and kept["train"]:
        measured, too_long, source, target = _tokens(tokenizer, kept, max_length)
        rejects += too_long
    else:
        measured = []
    usable = kept["train"]
    findings.append(checks.enough(usable))
    if everything:
        findings += [
            checks.variety(everything),
            checks.duplicates(everything),
            checks.several_translations(everything),
            checks.leak(kept["train"], {name: kept[name] for name in ("valid", "test")}),
            checks.identical_sides(everything, allow_copies=allow_copies),
            checks.length_ratios(everything),
            *checks.characters(everything),
            *checks.scripts(everything),
            *measured,
        ]
    fatal = any(finding.severity == "fatal" for finding in findings)
    if overfit is not None and usable and not fatal:
        findings.append(_overfit(overfit(usable)))
    return Diagnosis(
        findings=tuple(findings),
        num_read=len(train) + len(valid) + len(test) + num_lost,
        num_train=len(usable),
        num_valid=len(kept["valid"]),
        num_test=len(kept["test"]),
        rejects=tuple(rejects),
        source=source,
        target=target,
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


def _empty(rejects: Sequence[Reject], num_pairs: int) -> Finding:
    found = [reject.pair for reject in rejects if reject.reason in ("empty-source", "empty-target")]
    if not found:
        return Finding("empty sides", "ok", 0, "No side is empty.")
    message = f"{counted(len(found), 'pair', num_pairs)} with an empty side, not used."
    return Finding("empty sides", "warning", len(found), message, examples(found))


def _tokens(
    tokenizer: "TokenizerConfig | tuple[Tokenizer, Tokenizer]",
    kept: dict[str, list[Pair]],
    max_length: int,
) -> tuple[list[Finding], list[Reject], Lengths, Lengths]:
    """Measure with tokenizers, trained here unless they are given; take from ``kept`` what is long.

    Test pairs of any length are used.
    """
    from seq2see.data.vocabulary import count_unknown, train_tokenizers

    tokenizers = (
        tokenizer if isinstance(tokenizer, tuple) else train_tokenizers(tokenizer, kept["train"])
    )
    num_pairs = len(kept["train"]) + len(kept["valid"])
    ids: dict[str, list[list[list[int]]]] = {}
    too_long: list[Reject] = []
    for part in ("train", "valid"):
        pairs = kept[part]
        sides = [[pair.source for pair in pairs], [pair.target for pair in pairs]]
        ids[part] = [one.encode_ids(texts) for one, texts in zip(tokenizers, sides, strict=True)]
        lengths = [[len(entry) for entry in side] for side in ids[part]]
        kept[part], dropped = filter_pairs(
            pairs, max_length=max_length, source_lengths=lengths[0], target_lengths=lengths[1]
        )
        too_long += dropped
    findings = [_too_long([reject.pair for reject in too_long], num_pairs, max_length)]
    for name, one, valid in zip(("source", "target"), tokenizers, ids["valid"], strict=True):
        check = f"{name} vocabulary"
        if not valid:
            message = f"{len(one):,} entries; there is no validation text to try them on."
            findings.append(Finding(check, "ok", 0, message))
            continue
        unknown = count_unknown(valid)
        message = (
            f"{len(one):,} entries; {percent(unknown.unknown, unknown.total)} of the "
            f"validation tokens are unknown"
        )
        if unknown.rate > _MUCH_UNKNOWN:
            remedy = "; use `tokenizer.kind=bpe`, or a larger `tokenizer.vocab_size`."
            findings.append(Finding(check, "warning", unknown.unknown, message + remedy))
        else:
            severity: Severity = "note" if unknown.unknown else "ok"
            findings.append(Finding(check, severity, unknown.unknown, f"{message}."))
    source, target = (
        _lengths([len(entry) for entry in side], len(one))
        for side, one in zip(ids["train"], tokenizers, strict=True)
    )
    return findings, too_long, source, target


def _too_long(pairs: list[Pair], num_pairs: int, max_length: int) -> Finding:
    if not pairs:
        return Finding("too long", "ok", 0, f"No text is longer than {max_length} tokens.")
    message = (
        f"{counted(len(pairs), 'pair', num_pairs)} longer than {max_length} tokens, not "
        "used; raise `data.max_length`, or split them into sentences."
    )
    severity: Severity = "warning" if len(pairs) > _MUCH_DROPPED * num_pairs else "note"
    return Finding("too long", severity, len(pairs), message, examples(pairs))


def _lengths(values: Sequence[int], vocabulary: int) -> Lengths:
    ordered = sorted(values)
    last = len(ordered) - 1
    return Lengths(ordered[last // 2], ordered[round(0.95 * last)], ordered[last], vocabulary)


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
