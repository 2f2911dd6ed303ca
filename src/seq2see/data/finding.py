"""What an examination of a corpus finds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from seq2see.data.pair import Pair

Severity = Literal["ok", "note", "warning", "fatal"]

MAX_EXAMPLES = 3


@dataclass(frozen=True)
class Finding:
    """The result of one check."""

    check: str
    """What was checked, in a word or two."""
    severity: Severity
    """``fatal``: training would be pointless; ``warning``: act; ``note``: know; ``ok``: nothing."""
    count: int
    """How many lines, pairs or texts are concerned; 0 where nothing is counted."""
    message: str
    """What was found and what to do about it, in a sentence."""
    examples: tuple[str, ...] = ()
    """Up to three, each beginning with where it stands."""


@dataclass
class Found:
    """Rows of pairs that a check is about: all counted, the first few kept."""

    count: int = 0
    rows: list[int] = field(default_factory=list)

    def add(self, row: int) -> None:
        """Count one more."""
        self.count += 1
        if len(self.rows) < MAX_EXAMPLES:
            self.rows.append(row)

    def examples(self, pairs: Sequence[Pair]) -> tuple[str, ...]:
        """Show those that were kept."""
        return examples(pairs[row] for row in self.rows)


def example(pair: Pair, text: str | None = None) -> str:
    """Show a pair, or one text of it, behind the place where it was read."""
    shown = f"{_short(pair.source)} → {_short(pair.target)}" if text is None else _short(text)
    return f"{pair.where}: {shown}" if pair.where else shown


def examples(pairs: Iterable[Pair]) -> tuple[str, ...]:
    """Show the first few pairs."""
    return tuple(example(pair) for pair, _ in zip(pairs, range(MAX_EXAMPLES), strict=False))


def percent(count: int, total: int) -> str:
    """Write a share; small ones are not rounded to nothing."""
    share = 100 * count / total if total else 0.0
    return f"{share:.1f}%" if share >= 0.1 or not count else "under 0.1%"


def counted(count: int, noun: str, total: int = 0) -> str:
    """Write a count with its noun and, of a total, its share, as in ``1,200 pairs (3.0%)``."""
    text = f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
    return f"{text} ({percent(count, total)})" if total else text


def visible(text: str) -> str:
    """Write characters that cannot be seen as their code, as in ``<U+00AD>``."""
    return "".join(
        character
        if character.isprintable() or character in "\u200c\u200d"
        else f"<U+{ord(character):04X}>"
        for character in text
    )


def to_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Return findings as plain values."""
    return [
        {
            "check": finding.check,
            "severity": finding.severity,
            "count": finding.count,
            "message": finding.message,
            "examples": list(finding.examples),
        }
        for finding in findings
    ]


def _short(text: str, width: int = 60) -> str:
    text = visible(text)
    return text if len(text) <= width else text[: width - 1] + "…"
