import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2see.drawing.axes import (
    finite,
    linear_axis,
    log_axis,
    number,
    thin,
    tick_labels,
    value_axis,
)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 100, (0, 20, 40, 60, 80, 100)),
        (0, 33, (0, 10, 20, 30, 40)),
        (1.2, 9.0, (0, 2, 4, 6, 8, 10)),
        (0, 0.3, (0, 0.1, 0.2, 0.3)),
        (0, 0.0007, (0, 0.0002, 0.0004, 0.0006, 0.0008)),
        (-3, 4, (-4, -2, 0, 2, 4)),
        (0, 0, (0, 0.2, 0.4, 0.6, 0.8, 1)),
        (2, 2, (1, 1.5, 2, 2.5, 3)),
        (2, 2.00001, (1, 1.5, 2, 2.5, 3)),
        (5e-324, 5e-324, (0, 0.2, 0.4, 0.6, 0.8, 1)),
    ],
)
def test_linear_ticks_are_round_and_hold_the_values(
    low: float, high: float, ticks: tuple[float, ...]
) -> None:
    axis = linear_axis(float(low), float(high))
    assert axis.ticks == ticks
    assert (axis.low, axis.high) == (ticks[0], ticks[-1])


def test_a_snug_axis_ends_at_its_values() -> None:
    axis = linear_axis(0.0, 18350.0, snug=True)
    assert (axis.low, axis.high) == (0, 18350)
    assert axis.ticks == (0, 5000, 10000, 15000)
    assert axis.share(18350.0) == 1


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (1.6, 9.4, (1.5, 2, 3, 5, 7, 10)),
        (1, 10, (1, 1.5, 2, 3, 5, 7, 10)),
        (0.03, 4, (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)),
        (0.0004, 900, (0.0001, 0.001, 0.01, 0.1, 1, 10, 100, 1000)),
        (1e-9, 10, (1e-9, 1e-7, 1e-5, 1e-3, 1e-1, 10)),
    ],
)
def test_log_ticks(low: float, high: float, ticks: tuple[float, ...]) -> None:
    assert log_axis(float(low), float(high)).ticks == ticks


def test_shares() -> None:
    assert log_axis(1.0, 100.0).share(10.0) == pytest.approx(0.5)
    assert linear_axis(0.0, 40.0).share(10.0) == 0.25


@pytest.mark.parametrize(
    ("values", "from_zero", "log", "low"),
    [
        ([1.5, 9.0], False, True, 1.5),
        ([1.5, 5.9], False, False, 0),
        ([7.7, 7.84], False, False, 7.7),
        ([0.001, 9.0], True, False, 0),
        ([5.0, 5.0], True, False, 0),
        ([0.0, 9.0], False, False, 0),
        ([-1.0, 9.0], False, False, -2),
    ],
)
def test_the_axis_suits_its_values(
    values: list[float], from_zero: bool, log: bool, low: float
) -> None:
    axis = value_axis(values, from_zero=from_zero)
    assert (axis.log, axis.low) == (log, low)


positive = st.floats(1e-12, 1e12)


@given(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=5), st.booleans())
def test_every_value_lies_on_its_axis(values: list[float], from_zero: bool) -> None:
    axis = value_axis(values, from_zero=from_zero)
    for value in values:
        assert -1e-6 <= axis.share(value) <= 1 + 1e-6
    assert list(axis.ticks) == sorted(set(axis.ticks))
    assert 2 <= len(axis.ticks) <= 8


@given(positive, positive)
def test_every_value_lies_on_a_log_axis(one: float, other: float) -> None:
    low, high = min(one, other), max(one, other) * 1.001
    axis = log_axis(low, high)
    assert axis.low <= low * (1 + 1e-6)
    assert axis.high >= high * (1 - 1e-6)
    assert 2 <= len(axis.ticks) <= 8


def test_thin_averages_neighbours() -> None:
    points = [(1.0, 10.0), (2.0, 20.0), (3.0, 60.0), (4.0, 0.0), (6.0, 1.0)]
    assert thin(points, 2) == [(1.5, 15.0), (13 / 3, 61 / 3)]
    assert thin(points, 5) == points


@given(st.integers(1, 300), st.integers(1, 60))
def test_thin_splits_evenly(count: int, limit: int) -> None:
    thinned = thin([(float(x), float(x)) for x in range(count)], limit)
    assert len(thinned) == min(count, limit)
    # A group of n neighbours that begins at x has its mean at x + (n - 1) / 2.
    sizes, begin = [], 0
    for x, y in thinned:
        assert x == y
        sizes.append(round(2 * (x - begin) + 1))
        begin += sizes[-1]
    assert begin == count
    assert max(sizes) - min(sizes) <= 1


def test_only_finite_points_are_drawn() -> None:
    assert finite([(1.0, math.nan), (2.0, math.inf), (3.0, 4.0)]) == [(3.0, 4.0)]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"), (1.61749, "1.617"), (20000, "20,000"), (1234.6, "1,235"), (0.0007, "0.0007"),
        (0.00002, "2e-5"), (-0.5, "-0.5"), (999.96, "1000"), (math.nan, "not a number"),
        (math.inf, "infinite"),
    ],
)  # fmt: skip
def test_numbers(value: float, written: str) -> None:
    assert number(float(value)) == written


@pytest.mark.parametrize(
    ("ticks", "labels"),
    [
        ((0, 5000, 10000), ["0", "5k", "10k"]),
        ((0, 2500, 5000), ["0", "2,500", "5,000"]),
        ((0, 500000, 1000000), ["0", "0.5M", "1M"]),
        ((0, 0.0002), ["0", "0.0002"]),
        ((0, 2e-5), ["0", "2e-5"]),
        ((), []),
    ],
)
def test_ticks_are_written_alike(ticks: tuple[float, ...], labels: list[str]) -> None:
    assert tick_labels([float(tick) for tick in ticks]) == labels
