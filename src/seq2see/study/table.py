"""The table of a study: every row with its scores over all seeds, as JSON.

Scores are means over seeds. The 95% interval of BLEU adds up the luck of sentences and, from two
seeds on, of seeds; so does that of the difference from another row, on the same sentences and
seeds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import fmean
from typing import Any, Literal

from seq2see.evaluation.bootstrap import Interval, over_seeds
from seq2see.evaluation.by_length import EDGES, by_length
from seq2see.evaluation.titles import FORCED_TITLES, METRIC_TITLES, TITLES
from seq2see.study.grid import Row
from seq2see.study.measurement import Measurement
from seq2see.study.runner import Results

Status = Literal["done", "failed", "waiting"]

SCORES = TITLES | METRIC_TITLES | FORCED_TITLES
"""The scores of an evaluation, with their titles, in the order in which they are shown."""


@dataclass(frozen=True)
class LengthScore:
    """BLEU of the sentences whose source is so long."""

    label: str
    count: int
    mean_length: float
    bleu: float


@dataclass(frozen=True)
class Difference:
    """BLEU gained over another row."""

    label: str
    """Of the other row."""
    bleu: float
    interval: Interval
    num_seeds: int

    @property
    def clear(self) -> bool:
        """Whether its interval leaves out zero; of one seed, another one may say otherwise."""
        return self.interval.low > 0 or self.interval.high < 0


@dataclass(frozen=True)
class Line:
    """One row of the table."""

    row: Row
    measured: Mapping[int, Measurement]
    """By seed."""
    failures: Mapping[int, str]
    """Reasons by seed."""
    waiting: int
    """Trainings that are still to come."""

    @property
    def label(self) -> str:
        """What the row is called."""
        return self.row.label

    @property
    def status(self) -> Status:
        """Whether there is something to show: one seed is enough."""
        if self.measured:
            return "done"
        return "waiting" if self.waiting else "failed"

    @property
    def reason(self) -> str:
        """Why it failed, or some of its seeds did; empty where none did."""
        if self.row.refusal:
            return self.row.refusal
        reasons = dict.fromkeys(self.failures.values())
        several = len(self.measured) + len(self.failures) > 1
        which = ", ".join(map(str, self.failures))
        return (f"Seed {which}: " if several and reasons else "") + " ".join(reasons)

    @property
    def parameters(self) -> int | None:
        """Trained numbers of its model."""
        return next((one.parameters for one in self.measured.values()), None)

    @property
    def tokens_per_second(self) -> float | None:
        """Mean over seeds of the speed of training."""
        speeds = [one.tokens_per_second for one in self.measured.values()]
        known = [speed for speed in speeds if speed is not None]
        return fmean(known) if known else None

    @property
    def signature(self) -> str:
        """SacreBLEU's signature of its BLEU; empty where nothing was measured."""
        every = (str(one.evaluation["bleu"]["signature"]) for one in self.measured.values())
        return next(every, "")

    @cached_property
    def scores(self) -> dict[str, float]:
        """Means over seeds, by name; what was not measured is left out."""
        found = {}
        for name in SCORES:
            values = [value_of(one.evaluation, name) for one in self.measured.values()]
            known = [value for value in values if value is not None]
            if known and len(known) == len(values):
                found[name] = fmean(known)
        return found

    @cached_property
    def interval(self) -> Interval:
        """Of BLEU, over seeds and sentences, within what BLEU can be."""
        found = over_seeds([one.measured.bleu for one in self.measured.values()])
        return replace(found, low=max(found.low, 0.0), high=min(found.high, 100.0))

    @cached_property
    def by_length(self) -> tuple[LengthScore, ...]:
        """BLEU by length of the source."""
        return self.in_buckets(EDGES)

    def in_buckets(self, edges: Sequence[int]) -> tuple[LengthScore, ...]:
        """BLEU by length of the source, with the greatest length of every bucket but the last."""
        every = [by_length(one.measured, one.lengths, edges) for one in self.measured.values()]
        found = []
        for buckets in zip(*every, strict=True):
            low, high = buckets[0].low, buckets[0].high
            within = [
                one for one in self.lengths if low <= max(one, 1) and (not high or one <= high)
            ]
            mean = fmean(bucket.bleu for bucket in buckets)
            found.append(LengthScore(buckets[0].label, len(within), fmean(within), mean))
        return tuple(found)

    def against(self, other: "Line", *, at_least: int = 0) -> Difference | None:
        """BLEU gained over another row, over the seeds that both have.

        Args:
            other: The row.
            at_least: Only sentences whose source has so many words.

        Returns:
            None where no seed is in common, no sentence is so long, or the rows have other
            references, since other cleaning is another task.
        """
        seeds = [seed for seed in self.measured if seed in other.measured]
        if not seeds or not self.comparable(other):
            return None
        chosen = [place for place, length in enumerate(self.lengths) if length >= at_least]
        if not chosen:
            return None
        own, others = (
            [
                replace(measure, statistics=measure.statistics[chosen])
                for measure in (line.measured[seed].measured.bleu for seed in seeds)
            ]
            for line in (self, other)
        )
        gained = fmean(one.of() for one in own) - fmean(one.of() for one in others)
        return Difference(other.label, gained, over_seeds(own, others), len(seeds))

    def comparable(self, other: "Line") -> bool:
        """Whether another row translated to the same references."""
        first, second = (next(iter(line.measured.values())) for line in (self, other))
        return first.references == second.references

    @property
    def lengths(self) -> list[int]:
        """Length of each source, in words."""
        return next(iter(self.measured.values())).lengths


@dataclass(frozen=True)
class Table:
    """All rows, finished or not."""

    lines: tuple[Line, ...]

    @classmethod
    def of(cls, results: Results) -> "Table":
        """Sort results by row."""
        seeds = results.plan.seeds
        lines = []
        for row in results.plan.rows:
            keys = {seed: (row.name, seed) for seed in seeds if row.config is not None}
            measured = {
                seed: results.measured[key] for seed, key in keys.items() if key in results.measured
            }
            failures = {
                seed: results.failures[key] for seed, key in keys.items() if key in results.failures
            }
            waiting = len(keys) - len(measured) - len(failures)
            lines.append(Line(row, measured, failures, waiting))
        return cls(tuple(lines))

    @property
    def done(self) -> tuple[Line, ...]:
        """The rows with scores."""
        return tuple(line for line in self.lines if line.status == "done")

    @property
    def shown(self) -> list[str]:
        """Names of the scores that some row has, those left out that cannot be compared.

        Perplexity and token accuracy count tokens: with other vocabularies, other things.
        """
        vocabularies = {one.vocabulary for line in self.done for one in line.measured.values()}
        hidden = {"perplexity", "token_accuracy"} if len(vocabularies) > 1 else set()
        return [
            name
            for name in SCORES
            if name not in hidden and any(name in line.scores for line in self.done)
        ]

    def line(self, label: str) -> Line | None:
        """The finished row of a label."""
        return next((line for line in self.done if line.label == label), None)

    def baseline(self, line: Line) -> Line | None:
        """The row that a row is compared with; None for the first one."""
        first = line.row.variation.baseline or self.lines[0].label
        found = self.line(first)
        return None if found is line else found

    def gained(self, line: Line) -> Difference | None:
        """What a row gains over the one that it is compared with."""
        other = self.baseline(line)
        return None if other is None or line.status != "done" else line.against(other)


def value_of(evaluation: Mapping[str, Any], name: str) -> float | None:
    """One score of an evaluation in its JSON form; None where it was not measured."""
    found = evaluation.get(name)
    if isinstance(found, Mapping):
        found = found["score"]
    return None if found is None else float(found)
