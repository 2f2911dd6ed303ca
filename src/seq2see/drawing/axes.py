"""Axes of charts: round ticks, numbers as people write them, and long series made short."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]

MAX_POINTS = 400
"""Points of a series that are drawn; a screen shows no more."""
_LOG_RATIO = 4.0  # beyond it a linear axis flattens most of a learning curve
_MAX_LOG_RATIO = 1e12  # beyond it the smallest is rather an accident
_CONSTANT = 1e-4  # values that differ by less, relatively, are drawn as one
_SMALLEST = 1e-100  # what is nearer to zero is drawn as zero


@dataclass(frozen=True)
class Axis:
    """A range of values and where it is marked."""

    low: float
    high: float
    ticks: tuple[float, ...]
    log: bool = False

    def share(self, value: float) -> float:
        """Where a value lies, from 0 (the low end) to 1."""
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


def linear_axis(low: float, high: float, num_ticks: int = 5, *, snug: bool = False) -> Axis:
    """An axis with about ``num_ticks`` ticks at multiples of 1, 2 or 5 times a power of ten.

    Args:
        low: Smallest value.
        high: Largest value.
        num_ticks: Most steps between ticks.
        snug: End at the values themselves instead of at ticks.
    """
    largest = max(abs(low), abs(high))
    if largest < _SMALLEST:
        low, high = 0.0, 1.0
    elif high - low < _CONSTANT * largest:
        low, high = low - abs(low) / 2, low + abs(low) / 2
    step = _nice_step((high - low) / num_ticks)
    # Divisions such as 0.3 / 0.1 miss the whole number by a rounding error.
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    multiples = [_clean(index * step) for index in range(first, last + 1)]
    if snug:
        return Axis(low, high, tuple(tick for tick in multiples if low <= tick <= high))
    return Axis(multiples[0], multiples[-1], tuple(multiples))


def log_axis(low: float, high: float, num_ticks: int = 8) -> Axis:
    """A logarithmic axis with at most about ``num_ticks`` round ticks, one at each end.

    Args:
        low: Smallest value, above 0.
        high: Largest value, above ``low``.
        num_ticks: Most ticks, before powers of ten are left out.
    """
    start, end = math.floor(math.log10(low)), math.ceil(math.log10(high))
    marks: list[float] = []
    for mantissas in ((1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1,)):
        scale = [_clean(m * 10.0**power) for power in range(start, end + 1) for m in mantissas]
        first = max(index for index, mark in enumerate(scale) if mark <= low * (1 + 1e-9))
        last = min(index for index, mark in enumerate(scale) if mark >= high * (1 - 1e-9))
        marks = scale[first : last + 1]
        if len(marks) <= num_ticks:
            break
    stride = math.ceil((len(marks) - 1) / (num_ticks - 1))
    return Axis(marks[0], marks[-1], tuple(marks[::stride]), log=True)


def value_axis(values: Sequence[float], *, from_zero: bool = False) -> Axis:
    """The axis that suits values: logarithmic where the largest is many times the smallest.

    Args:
        values: Finite numbers.
        from_zero: Linear in any case, and begin at zero, as rates and scores should.
    """
    low, high = min(values), max(values)
    if from_zero:
        return linear_axis(min(low, 0.0), max(high, 0.0))
    if low > _SMALLEST and _LOG_RATIO <= high / low <= _MAX_LOG_RATIO:
        return log_axis(low, high)
    return linear_axis(0.0 if 0 < low < high / 2 else low, high)


def thin(points: Sequence[Point], limit: int = MAX_POINTS) -> list[Point]:
    """Replace neighbours by their mean until at most ``limit`` points are left.

    Every point counts in exactly one mean, and the groups differ in size by one at most.
    """
    number = len(points)
    if number <= limit:
        return list(points)
    edges = [index * number // limit for index in range(limit + 1)]
    return [
        (
            math.fsum(x for x, _ in points[start:end]) / (end - start),
            math.fsum(y for _, y in points[start:end]) / (end - start),
        )
        for start, end in pairwise(edges)
    ]


def finite(points: Sequence[Point]) -> list[Point]:
    """Only the points that can be drawn."""
    return [(x, y) for x, y in points if math.isfinite(x) and math.isfinite(y)]


def number(value: float) -> str:
    """Write a number with four significant digits: ``20,000``, ``1.617``, ``3.2e-5``."""
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else "infinite"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return _short(f"{value:.4g}")


def tick_labels(ticks: Sequence[float]) -> list[str]:
    """Write ticks alike: ``5k 10k`` and not ``5,000 10k``."""
    largest = max((abs(tick) for tick in ticks), default=0.0)
    for unit, size, enough in (("M", 1e6, 1e6), ("k", 1e3, 1e4)):
        if largest >= enough:
            return [f"{tick / size:g}{unit}" if tick else "0" for tick in ticks]
    return [f"{tick:,.0f}" if abs(tick) >= 1000 else _short(f"{tick:g}") for tick in ticks]


def _short(written: str) -> str:
    """Take the padding out of an exponent: ``2e-05`` is ``2e-5``."""
    mantissa, e, exponent = written.partition("e")
    return f"{mantissa}e{int(exponent)}" if e else mantissa


def _nice_step(step: float) -> float:
    """The next of 1, 2, 5, 10 times a power of ten that is not smaller."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(_clean(nice * power) for nice in (1, 2, 5, 10) if nice * power >= step * (1 - 1e-9))


def _clean(value: float) -> float:
    """Take away what floating point adds in the last digits."""
    return float(f"{value:.12g}")
