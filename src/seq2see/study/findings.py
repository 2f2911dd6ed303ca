"""What came out of a study, in sentences: beside what a paper published, honestly.

Sentences say no more than the intervals do: a gain whose interval holds zero is no gain yet.
"""

from collections.abc import Callable

from seq2see.study.table import Difference, Line, Table

LONG = 30
"""Sources of so many words are long."""


def findings(table: Table, name: str | None) -> list[str]:
    """The sentences of a study, named or not; empty while there is nothing to say."""
    if not table.done:
        return []
    special: dict[str, Callable[[Table], list[str]]] = {
        "luong-table1": _luong_table1,
        "bahdanau-figure2": _bahdanau_figure2,
        "lineage": _lineage,
    }
    return special[name](table) if name in special else [*_best(table), *_gains(table)]


def gain_in_words(gain: Difference) -> str:
    """``+1.3 BLEU over `base` (0.4 to 2.2)``."""
    span = f"{gain.interval.low:+.1f} to {gain.interval.high:+.1f}"
    return f"{gain.bleu:+.1f} BLEU over `{gain.label}` ({span})"


def verdict(gain: Difference, published: float) -> str:
    """Whether a gain has the direction that a paper found."""
    if not gain.clear:
        return "unclear: the interval holds zero"
    return "as published" if (gain.bleu > 0) == (published > 0) else "against the paper"


def _best(table: Table) -> list[str]:
    best = max(table.done, key=lambda line: line.scores["bleu"])
    sentence = f"The highest BLEU is that of `{best.label}`, {_bleu(best)}."
    aligned = [line for line in table.done if "aer" in line.scores]
    if aligned:
        sharpest = min(aligned, key=lambda line: line.scores["aer"])
        sentence += (
            f" The lowest alignment error rate is that of `{sharpest.label}`, "
            f"{sharpest.scores['aer']:.1%}."
        )
    return [sentence]


def _gains(table: Table) -> list[str]:
    gains = [gain for line in table.done if (gain := table.gained(line)) is not None]
    clear = sum(gain.clear for gain in gains)
    if not gains:
        return []
    return [
        f"{clear} of {len(gains)} rows differ clearly from the row that they are compared with: "
        "the 95% interval of the difference, over seeds and sentences, leaves out zero."
    ]


def _luong_table1(table: Table) -> list[str]:
    said, agrees = [], 0
    compared = [
        (line, gain, line.row.variation.published)
        for line in table.done
        if line.row.variation.published is not None and (gain := table.gained(line)) is not None
    ]
    for line, gain, published in compared:
        if published is None:
            continue
        found = verdict(gain, published)
        agrees += found == "as published"
        said.append(
            f"`{line.label}`: {gain_in_words(gain)}; the paper has {published:+.1f}: {found}."
        )
    if not compared:
        return []
    missing = [line.label for line in table.lines if line.status != "done"]
    summary = f"{agrees} of {len(compared)} steps gain as the paper says."
    if missing:
        summary += f" Without a result: {', '.join(f'`{label}`' for label in missing)}."
    return [summary, *said]


def _bahdanau_figure2(table: Table) -> list[str]:
    said = []
    for line in table.done:
        other = table.baseline(line)
        if other is None or line.row.variation.baseline is None:
            continue
        own, others = _by_half(line), _by_half(other)
        if len(own) < 2:  # the corpus has no long sentences, or only such
            said.append(f"`{line.label}`: no test sentences on both sides of {LONG} words.")
            continue
        said.append(
            f"From under {LONG} words to {LONG} and more, `{other.label}` goes from "
            f"{others[0]:.1f} to {others[1]:.1f} BLEU and keeps {_kept(others):.0%} of it; "
            f"`{line.label}` goes from {own[0]:.1f} to {own[1]:.1f} and keeps {_kept(own):.0%}. "
            f"The gap on long sentences is {own[1] - others[1]:.1f}. "
            + (
                "As in the paper, attention copes better with length."
                if _kept(own) > _kept(others) and own[1] > others[1]
                else "Against the paper, attention does not cope better with length."
            )
        )
    return said


def _by_half(line: Line) -> list[float]:
    """BLEU of the sentences below and from ``LONG`` words on."""
    return [bucket.bleu for bucket in line.in_buckets((LONG - 1,))]


def _kept(halves: list[float]) -> float:
    """The share of BLEU that is left on long sentences: a low score has less to lose."""
    return halves[1] / halves[0] if halves[0] else 0.0


def _lineage(table: Table) -> list[str]:
    counts = [line.parameters for line in table.done if line.parameters is not None]
    order = sorted(table.done, key=lambda line: -line.scores["bleu"])
    ranked = ", ".join(f"`{line.label}` {line.scores['bleu']:.1f}" for line in order)
    return [
        f"By BLEU, highest first: {ranked}.",
        f"Parameters lie between {min(counts):,} and {max(counts):,}, "
        f"{(max(counts) / min(counts) - 1):.1%} apart.",
    ]


def _bleu(line: Line) -> str:
    return f"{line.scores['bleu']:.1f} ({line.interval.low:.1f} to {line.interval.high:.1f})"
