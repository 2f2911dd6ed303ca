"""Everything that is known about a run's quality, as JSON and as tables for a terminal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from seq2see.evaluation.alignment import AlignmentScore, shift_remark
from seq2see.evaluation.bootstrap import Difference, Interval
from seq2see.evaluation.by_length import Bucket
from seq2see.evaluation.scores import Scores
from seq2see.evaluation.titles import LOWER_IS_BETTER, METRIC_TITLES, SHARES, TITLES

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

_TITLES = TITLES | METRIC_TITLES
_BAR_WIDTH = 20
_EIGHTHS = " ▏▎▍▌▋▊▉"


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """The result of ``seq2see evaluate``."""

    num_sentences: int
    scores: Scores
    intervals: Mapping[str, Interval] = field(default_factory=dict)
    """95% confidence intervals of the scores, by name (see ``bootstrap.intervals``)."""
    token_accuracy: float | None = None
    """Share of reference tokens that were the most probable ones under forced decoding."""
    perplexity: float | None = None
    """Per reference token, ``</s>`` included, under forced decoding."""
    alignment: AlignmentScore | None = None
    """Of hard attention under forced decoding, where the corpus has gold alignments."""
    alignment_by_shift: Mapping[int, float] = field(default_factory=dict)
    """Alignment error rate where the attention of token ``t`` is credited to ``t + shift``."""
    by_length: tuple[Bucket, ...] = ()
    against: tuple[Difference, ...] = ()
    """Comparison with a second system: this run is the first."""

    def to_json(self) -> dict[str, Any]:
        """What ``evaluate --json`` prints. Shares are from 0 to 1; unknown values are left out."""
        return {
            "sentences": self.num_sentences,
            "bleu": self.scores.bleu.to_json(),
            "chrf": self.scores.chrf.to_json(),
            **_known("ter", self.scores.ter and self.scores.ter.to_json()),
            "exact_match": self.scores.exact_match,
            **_known("token_accuracy", self.token_accuracy),
            **_known("perplexity", self.perplexity),
            **_known("aer", self.alignment and self.alignment.aer),
            **_known("alignment", self.alignment and self._alignment_json(self.alignment)),
            **self.scores.others,
            "by_length": [bucket.to_json() for bucket in self.by_length],
            **_known("intervals", {name: one.to_json() for name, one in self.intervals.items()}),
            **_known("against", {one.name: one.to_json() for one in self.against}),
        }

    def _alignment_json(self, score: AlignmentScore) -> dict[str, Any]:
        shifts = {str(shift): aer for shift, aer in self.alignment_by_shift.items()}
        return {**score.to_json(), **_known("by_shift", shifts)}


def tables(evaluation: Evaluation, *, name: str = "run", against: str = "other") -> "Group":
    """Render an evaluation with rich, within 80 columns.

    Args:
        evaluation: What to show.
        name: What to call the run in the comparison.
        against: What to call the second system there.
    """
    from rich.console import Group, RenderableType

    parts: list[RenderableType] = [_scores(evaluation)]
    if evaluation.alignment_by_shift:
        remark = shift_remark("attention", evaluation.alignment_by_shift)
        parts += [styled(remark, "")] if remark else []
    parts.append(_signatures(evaluation.scores))
    if len(evaluation.by_length) > 1:
        parts.append(_lengths(evaluation.by_length))
    if evaluation.against:
        parts.append(_comparison(evaluation.against, name, against))
    spaced: list[RenderableType] = []
    for part in parts:
        spaced += [part, ""]
    return Group(*spaced[:-1])


def bar(share: float, width: int = _BAR_WIDTH) -> str:
    """A bar of block characters, ``share`` of ``width`` long to an eighth of a character."""
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    full, rest = divmod(eighths, 8)
    return "█" * full + (_EIGHTHS[rest] if rest else "")


def _scores(evaluation: Evaluation) -> "Table":
    interval_title = "95% interval" if evaluation.intervals else ""
    table = plain_table(
        f"{evaluation.num_sentences:,} sentences", ["", "score", interval_title, ""]
    )
    table.columns[-1].justify = "left"
    scores = evaluation.scores
    ter = None if scores.ter is None else scores.ter.score
    for name, value in (
        ("bleu", scores.bleu.score),
        ("chrf", scores.chrf.score),
        ("ter", ter),
        ("exact_match", scores.exact_match),
        *scores.others.items(),
    ):
        if value is None:
            continue
        interval = evaluation.intervals.get(name)
        table.add_row(
            _TITLES[name],
            styled(_number(name, value), "bold"),
            _span(name, interval) if interval else "",
            styled("lower is better" if name in LOWER_IS_BETTER else "", "dim"),
        )
    if evaluation.token_accuracy is not None:
        table.add_row("token accuracy", styled(f"{evaluation.token_accuracy:.1%}", "bold"))
    if evaluation.perplexity is not None:
        perplexity = styled(f"{evaluation.perplexity:,.2f}", "bold")
        table.add_row("perplexity", perplexity, "", styled("lower is better", "dim"))
    if evaluation.alignment is not None:
        one = evaluation.alignment
        note = styled(f"precision {one.precision:.1%}, recall {one.recall:.1%}", "dim")
        table.add_row("alignment error", styled(f"{one.aer:.2%}", "bold"), "", note)
    return table


def _signatures(scores: Scores) -> "Table":
    table = plain_table("", ["signatures", ""], align_left=2)
    for name, score in (("bleu", scores.bleu), ("chrf", scores.chrf), ("ter", scores.ter)):
        if score is not None:
            table.add_row(styled(_TITLES[name], "dim"), styled(score.signature, "dim"))
    return table


def _lengths(buckets: Sequence[Bucket]) -> "Table":
    """The bars are relative to the best bucket, so that a fall shows whatever the level."""
    table = plain_table(
        "By length of the source", ["words", "sentences", "BLEU", "chrF2", "exact", ""]
    )
    table.columns[-1].justify = "left"
    best = max(bucket.bleu for bucket in buckets)
    for bucket in buckets:
        table.add_row(
            bucket.label,
            f"{bucket.count:,}",
            f"{bucket.bleu:.1f}",
            f"{bucket.chrf:.1f}",
            f"{bucket.exact_match:.1%}",
            styled(bar(bucket.bleu / best if best else 0.0), "cyan"),
        )
    return table


def _comparison(differences: Sequence[Difference], name: str, against: str) -> "Table":
    headers = ["", name, against, "difference", "95% interval", "p", ""]
    table = plain_table("Compared on the same sentences", headers)
    table.columns[-1].justify = "left"
    for one in differences:
        if one.significant:
            better = (one.difference > 0) != (one.name in LOWER_IS_BETTER)
            verdict = styled("better", "green") if better else styled("worse", "red")
        else:
            verdict = styled("unclear", "dim")
        table.add_row(
            _TITLES[one.name],
            _number(one.name, one.first),
            _number(one.name, one.second),
            _number(one.name, one.difference, sign=True),
            _span(one.name, one.interval, sign=True),
            f"{one.p_value:.3f}",
            verdict,
        )
    return table


def plain_table(title: str, headers: Sequence[str], align_left: int = 1) -> "Table":
    """A table without rules, numbers to the right."""
    from rich.table import Table

    table = Table(
        title=styled(title, "bold") if title else None,
        title_justify="left",
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
        header_style="dim",
    )
    for index, header in enumerate(headers):
        left = index < align_left
        justify: Literal["left", "right"] = "left" if left else "right"
        table.add_column(styled(header, ""), justify=justify, overflow="fold")
    return table


def styled(text: str, style: str) -> "Text":
    """Text with a style but without markup: brackets in the name of a run stay brackets."""
    from rich.text import Text

    return Text(text, style=style)


def _number(name: str, value: float, *, sign: bool = False) -> str:
    plus = "+" if sign else ""
    return f"{value:{plus}.1%}" if name in SHARES else f"{value:{plus}.2f}"


def _span(name: str, interval: Interval, *, sign: bool = False) -> str:
    return f"{_number(name, interval.low, sign=sign)} to {_number(name, interval.high, sign=sign)}"


def _known(key: str, value: Any) -> dict[str, Any]:
    """The key with its value, unless there is none; 0 is a value."""
    return {} if value is None or value == {} else {key: value}
