"""A diagnosis as a table for people. rich is imported only when something is drawn."""

from typing import TYPE_CHECKING

from seq2see.data.doctor import Diagnosis, Lengths
from seq2see.data.finding import Severity, counted
from seq2see.data.rejects import count_by_reason

if TYPE_CHECKING:
    from rich.table import Table

_STYLES: dict[Severity, str] = {
    "fatal": "bold red",
    "warning": "yellow",
    "note": "cyan",
    "ok": "green",
}


def summary(diagnosis: Diagnosis) -> str:
    """Say in a few lines what the corpus is: pairs, splits, lengths, vocabularies, rejects."""
    lines = [
        f"{counted(diagnosis.num_read, 'pair')} read; usable: {diagnosis.num_train:,} train, "
        f"{diagnosis.num_valid:,} valid, {diagnosis.num_test:,} test"
    ]
    for name, lengths in (("source", diagnosis.source), ("target", diagnosis.target)):
        if lengths is not None:
            lines.append(f"{name} {_lengths(lengths)}")
    if diagnosis.rejects:
        reasons = count_by_reason(diagnosis.rejects)
        counts = ", ".join(f"{count:,} {reason}" for reason, count in reasons.items())
        lines.append(f"not used: {counts}")
    return "\n".join(lines)


def remarks(diagnosis: Diagnosis) -> str:
    """Say how many findings ``table`` leaves out when it is brief; empty if there are none."""
    count = sum(finding.severity == "note" for finding in diagnosis.findings)
    if not count:
        return ""
    return f"{counted(count, 'note')} about the data: `seq2see doctor` shows them"


def table(diagnosis: Diagnosis, *, brief: bool = False) -> "Table":
    """Draw the findings, the gravest first; what is in order is named in one row at the end.

    Args:
        diagnosis: What was found.
        brief: Only what one should act on, each with one example.
    """
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    drawn.add_column("severity", no_wrap=True)
    drawn.add_column("check", no_wrap=True)
    drawn.add_column("message", overflow="fold")
    shown: tuple[Severity, ...] = ("fatal", "warning") if brief else ("fatal", "warning", "note")
    for severity in shown:
        style = _STYLES[severity]
        for finding in diagnosis.findings:
            if finding.severity != severity:
                continue
            message = Text(finding.message)
            for example in finding.examples[: 1 if brief else None]:
                message.append(f"\n  {example}", style="dim")
            drawn.add_row(Text(severity, style=style), Text(finding.check), message)
    fine = [finding.check for finding in diagnosis.findings if finding.severity == "ok"]
    if fine and not brief:
        names = Text(", ".join(fine))
        drawn.add_row(Text("ok", style=_STYLES["ok"]), Text(f"{len(fine)} checks"), names)
    return drawn


def _lengths(lengths: Lengths) -> str:
    return (
        f"tokens per sentence: median {lengths.median}, 95% up to {lengths.percentile_95}, "
        f"longest {lengths.longest}; vocabulary {lengths.vocabulary:,}"
    )
