"""What came out of a study, in sentences: beside what a paper published, honestly.

Sentences say no more than the intervals do: a gain whose interval holds zero is no gain yet, and
one seed cannot tell what another would have done.
"""

from collections.abc import Callable

from seq2see.study.runner import Plan
from seq2see.study.table import Difference, Line, Table

LONG = 30
"""Sources of so many words are long."""


def findings(table: Table, plan: Plan) -> list[str]:
    """The sentences of a study; empty while there is nothing to say."""
    if not table.done:
        return []
    special: dict[str, Callable[[Table], list[str]]] = {
        "luong-table1": _luong_table1,
        "bahdanau-figure2": _bahdanau_figure2,
        "lineage": _lineage,
    }
    name = plan.named.name if plan.named else ""
    said = special[name](table) if name in special else [*_best(table), *_gains(table)]
    return [*said, *_caveats(table, plan)]


def _caveats(table: Table, plan: Plan) -> list[str]:
    """What a reader should know before believing the rest."""
    said = []
    if len(table.done) > 1 and any(len(line.measured) == 1 for line in table.done):
        said.append(
            "Of one seed, intervals are over sentences only: another seed may differ by more. "
            "`--seeds 3` has every row trained three times, and takes that into account."
        )
    pairs = [
        (line, other)
        for line in table.done
        if (other := table.baseline(line)) is not None and not line.comparable(other)
    ]
    if pairs:
        labels = ", ".join(f"`{line.label}`" for line, _ in pairs)
        said.append(
            f"Not compared with another row: {labels}. Other cleaning leaves other references, "
            "against which BLEU is another measure."
        )
    if plan.data.measured_on == "valid":
        said.append(
            "There are no test pairs, so rows are scored on the validation pairs, by which their "
            "weights were chosen: all scores are somewhat too high."
        )
    return said


def gain_in_words(gain: Difference) -> str:
    """``+1.3 BLEU over `base` (0.4 to 2.2)``."""
    span = f"{gain.interval.low:+.1f} to {gain.interval.high:+.1f}"
    return f"{gain.bleu:+.1f} BLEU over `{gain.label}` ({span})"


def verdict(gain: Difference, published: float) -> str:
    """Whether a gain has the direction that a paper found."""
    if not gain.clear:
        return "unclear: the interval holds zero"
    direction = "as published" if (gain.bleu > 0) == (published > 0) else "against the paper"
    return direction + (", as far as one seed can tell" if gain.num_seeds == 1 else "")


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
    said = (
        f"{clear} of {len(gains)} rows differ clearly from the row that they are compared with: "
        "the 95% interval of the difference leaves out zero."
    )
    # With one seed, another share of them would.
    by_chance = 0.05 * sum(gain.num_seeds > 1 for gain in gains)
    return [said + (f" Chance alone would make some {by_chance:.0f} do so." * (by_chance > 0.5))]


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
        agrees += found.startswith("as published")
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
        gap = line.against(other, at_least=LONG)
        if len(own) < 2 or gap is None:  # the corpus has no long sentences, or only such
            said.append(f"`{line.label}`: no test sentences on both sides of {LONG} words.")
            continue
        if gap.clear and gap.bleu < 0:
            outcome = "Against the paper, attention does not cope better with length."
        elif gap.clear and _kept(own) > _kept(others):
            outcome = "As in the paper, attention copes better with length."
        else:
            outcome = "Whether attention copes better with length, these sentences cannot tell."
        said.append(
            f"From under {LONG} words to {LONG} and more, `{other.label}` goes from "
            f"{others[0]:.1f} to {others[1]:.1f} BLEU and keeps {_kept(others):.0%} of it; "
            f"`{line.label}` goes from {own[0]:.1f} to {own[1]:.1f} and keeps {_kept(own):.0%}. "
            f"The gap on long sentences is {gap.bleu:.1f} ({gap.interval.low:.1f} to "
            f"{gap.interval.high:.1f}). {outcome}"
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
    ranked = ", ".join(f"`{line.label}` {_bleu(line)}" for line in order)
    return [
        f"By BLEU with its 95% interval, highest first: {ranked}.",
        f"Parameters lie between {min(counts):,} and {max(counts):,}, "
        f"{(max(counts) / min(counts) - 1):.1%} apart.",
    ]


def _bleu(line: Line) -> str:
    return f"{line.scores['bleu']:.1f} ({line.interval.low:.1f} to {line.interval.high:.1f})"
