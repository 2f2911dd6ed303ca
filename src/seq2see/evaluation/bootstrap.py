"""How sure a score is, and whether one system beats another: bootstrap resampling of sentences.

Source: Koehn 2004, "Statistical Significance Tests for Machine Translation Evaluation"; the p-value
follows Efron & Tibshirani 1993, chapter 16. Resamples are drawn as sacreBLEU draws them, so that
intervals agree with its own. Its paired test is not used, because it holds all resamples in
memory and calls a system significantly different from itself.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seq2see.errors import DataError
from seq2see.evaluation.scores import Measure, Measured

NUM_SAMPLES = 1000
SEED = 12345
"""sacreBLEU's seed."""
_CHUNK = 4_000_000  # drawn indices held at a time
# 97.5% quantiles of Student's t, from 1 degree of freedom on.
_STUDENT = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Interval:
    """Where a score lies in 95% of the resamples, or of all there could be."""

    mean: float
    low: float
    high: float

    def to_json(self) -> dict[str, float]:
        """The fields by name."""
        return {"mean": self.mean, "low": self.low, "high": self.high}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Two systems compared by one measure, on the same sentences."""

    name: str
    """The measure."""
    first: float
    second: float
    interval: Interval
    """Of ``first - second``."""
    p_value: float
    """Two-sided: how often resamples stray from the observed difference by at least its size.
    That is how often as large a difference would come up if there were none."""

    @property
    def difference(self) -> float:
        """``first - second``."""
        return self.first - self.second

    @property
    def significant(self) -> bool:
        """Whether ``p_value`` is below 0.05."""
        return self.p_value < 0.05

    def to_json(self) -> dict[str, float | bool | dict[str, float]]:
        """The fields by name, without the name of the measure."""
        return {
            "first": self.first,
            "second": self.second,
            "difference": self.difference,
            "interval": self.interval.to_json(),
            "p_value": self.p_value,
            "significant": self.significant,
        }


def intervals(
    measured: Measured, *, num_samples: int = NUM_SAMPLES, seed: int = SEED
) -> dict[str, Interval]:
    """The 95% confidence interval of every measure, by name; the same for the same seed."""
    samples = _resampled(measured.measures(), len(measured), num_samples, seed)
    return {
        measure.name: _interval(scores)
        for measure, scores in zip(measured.measures(), samples, strict=True)
    }


def compare(
    first: Measured, second: Measured, *, num_samples: int = NUM_SAMPLES, seed: int = SEED
) -> tuple[Difference, ...]:
    """Compare two systems by paired bootstrap, in every measure that both have.

    Args:
        first: One system's translations, measured.
        second: Another's, of the same sentences against the same references.
        num_samples: Resamples. The p-value cannot fall below ``1 / (num_samples + 1)``.
        seed: Decides the resamples.

    Raises:
        DataError: The systems did not translate the same number of sentences.
    """
    if len(first) != len(second):
        raise DataError(
            f"The systems to compare have {len(first)} and {len(second)} translations; "
            "both must have translated the same sentences, in the same order."
        )
    others = {measure.name: measure for measure in second.measures()}
    pairs = [(one, others[one.name]) for one in first.measures() if one.name in others]
    flat = [measure for pair in pairs for measure in pair]
    samples = _resampled(flat, len(first), num_samples, seed)
    return tuple(
        _difference(one, other, samples[2 * index] - samples[2 * index + 1])
        for index, (one, other) in enumerate(pairs)
    )


def over_seeds(
    measures: Sequence[Measure],
    against: Sequence[Measure] = (),
    *,
    num_samples: int = NUM_SAMPLES,
    seed: int = SEED,
) -> Interval:
    """Where a score lies that is the mean over several trainings, or the difference of two such.

    Two sources of luck add up, as variances do: the sentences, which are drawn with replacement,
    the same for all trainings; and the seeds, whose mean lies, by Student's t, within
    ``t * s / sqrt(n)`` of that of all seeds there could be. Drawing seeds too would not do: three
    are too few to draw from, and differences of nothing would seem clear in every fourth
    comparison. With a single training there is nothing to tell how much a seed matters, and the
    interval is that of ``intervals``.

    Args:
        measures: One measure of the same test set for each training.
        against: Of another system, for each training with the same seeds; none: the score itself.
        num_samples: Resamples.
        seed: Decides the resamples.

    Raises:
        DataError: The trainings were not measured on the same number of sentences, or the other
            system has not as many.
    """
    sizes = {len(measure.statistics) for measure in (*measures, *against)}
    if len(sizes) != 1 or len(against) not in (0, len(measures)):
        raise DataError(
            "Trainings are compared on the same sentences and with the same seeds, but they have "
            f"{sorted(sizes)} sentences, and there are {len(measures)} and {len(against)} of them."
        )
    [num_sentences] = sizes
    flat = [*measures, *against]
    scores = np.array(_resampled(flat, num_sentences, num_samples, seed))  # trainings, resamples
    own, points = scores[: len(measures)], np.array([one.of() for one in measures])
    if against:
        own, points = own - scores[len(measures) :], points - [one.of() for one in against]
    sentences = _interval(own.mean(axis=0))
    if len(points) == 1:
        return sentences
    degrees = min(len(points) - 1, len(_STUDENT))
    mean = float(points.mean())
    luck = _STUDENT[degrees - 1] * float(points.std(ddof=1)) / math.sqrt(len(points))
    return Interval(
        mean=sentences.mean,
        low=mean - math.hypot(mean - sentences.low, luck),
        high=mean + math.hypot(sentences.high - mean, luck),
    )


def _difference(first: Measure, second: Measure, samples: NDArray[np.float64]) -> Difference:
    first_score, second_score = first.of(), second.of()
    observed = first_score - second_score
    # Rounding must not decide whether a resample strays as far as the observed difference.
    strays = np.abs(samples - observed) >= abs(observed) - 1e-9
    return Difference(
        name=first.name,
        first=first_score,
        second=second_score,
        interval=_interval(samples),
        p_value=float((strays.sum() + 1) / (len(samples) + 1)),
    )


def _interval(samples: NDArray[np.float64]) -> Interval:
    low, high = np.quantile(samples, [0.025, 0.975])
    return Interval(mean=float(samples.mean()), low=float(low), high=float(high))


def _resampled(
    measures: Sequence[Measure], num_sentences: int, num_samples: int, seed: int
) -> list[NDArray[np.float64]]:
    """The score of every resample, by measure; all measures see the same resamples."""
    scores: list[list[float]] = [[] for _ in measures]
    for counts in _draws(num_sentences, num_samples, seed):
        for measure, found in zip(measures, scores, strict=True):
            found.extend(measure.compute(sums) for sums in counts @ measure.statistics)
    return [np.array(found) for found in scores]


def _draws(num_sentences: int, num_samples: int, seed: int) -> Iterator[NDArray[np.float64]]:
    """How often each sentence is drawn, ``[samples, sentences]``, some samples at a time."""
    generator = np.random.default_rng(seed)
    at_once = max(1, _CHUNK // num_sentences)
    for start in range(0, num_samples, at_once):
        size = (min(at_once, num_samples - start), num_sentences)
        drawn = generator.choice(num_sentences, size=size, replace=True)
        rows = np.arange(size[0])[:, None] * num_sentences
        counts = np.bincount((drawn + rows).ravel(), minlength=size[0] * num_sentences)
        yield counts.reshape(size).astype(np.float64)
