"""Line charts as SVG inside HTML, readable at every width and without a script.

Positions along the axes are percentages, so that a chart fills whatever width there is while its
text keeps its size; only the lines themselves are stretched, in a viewport of their own.
"""

from dataclasses import dataclass
from html import escape
from typing import Literal

from seq2see.drawing.axes import (
    Axis,
    Point,
    finite,
    linear_axis,
    number,
    thin,
    tick_labels,
    value_axis,
)

_UNITS = 1000  # of the stretched viewport, both ways
_MAX_DOTS = 60
_LABEL_WIDTH = 0.4  # of a mark, as a share of a narrow chart


Role = Literal[
    "train", "valid", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"
]
"""What a line stands for: a part of training, or one of several things compared."""


@dataclass(frozen=True)
class Series:
    """One line."""

    label: str
    points: tuple[Point, ...]
    """Place along the horizontal axis and value, in order."""
    role: Role
    """Colour and shape: what training measures is thin, everything else has dots."""


@dataclass(frozen=True)
class Mark:
    """A point that stands out."""

    point: Point
    label: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What a chart shows."""

    key: str
    """Unique on the page, fit for an ``id``."""
    title: str
    unit: str
    """Of the values; heads the vertical axis."""
    series: tuple[Series, ...]
    across: str = "update"
    """What the horizontal axis counts, from zero."""
    note: str = ""
    """What a reader must know to understand it."""
    empty: str = "Nothing has been measured yet."
    """What to say instead where there is no value."""
    mark: Mark | None = None
    from_zero: bool = False
    """See ``axes.value_axis``."""


def figure(chart: Chart) -> str:
    """Draw a chart as a ``<figure>`` with caption, picture and data tables.

    Series without a finite value are left out; without any, the figure says so.
    """
    shown = [(series, thin(points)) for series in chart.series if (points := finite(series.points))]
    caption = [f"<h3>{escape(chart.title)}</h3>"]
    if shown and len(chart.series) > 1:
        keys = "".join(
            f'<li class="{series.role}"><svg class="key" aria-hidden="true">{_key(series)}</svg>'
            f"{escape(series.label)}</li>"
            for series in chart.series
        )
        caption.append(f'<ul class="legend">{keys}</ul>')
    parts = [f"<figcaption>{''.join(caption)}</figcaption>"]
    if shown:
        parts.append(_plot(chart, shown))
        parts += [f"<p>{escape(note)}</p>" for note in _notes(chart, shown)]
        parts.append(_tables(chart, shown))
    else:
        parts.append(f'<p class="empty">{escape(chart.empty)}</p>')
    return f'<figure class="chart">{"".join(parts)}</figure>'


def _notes(chart: Chart, shown: list[tuple[Series, list[Point]]]) -> list[str]:
    notes = [chart.note] if chart.note else []
    for series, points in shown:
        count = len(finite(series.points))
        if len(points) < count:
            whose = f"{series.label.capitalize()}: " if len(chart.series) > 1 else ""
            notes.append(f"{whose}{count:,} values, drawn as {len(points)} means of neighbours.")
    return notes


def _plot(chart: Chart, shown: list[tuple[Series, list[Point]]]) -> str:
    places = [x for series, _ in shown for x, _ in finite(series.points)]
    values = [y for _, points in shown for _, y in points]
    if chart.mark is not None:  # means may have left it outside
        values.append(chart.mark.point[1])
    across = linear_axis(0.0, max(places), snug=True)
    up = value_axis(values, from_zero=chart.from_zero)
    unit = chart.unit + (", logarithmic" if up.log else "")
    drawn = [
        f'<title id="{chart.key}-title">{escape(chart.title)} by {escape(chart.across)}</title>',
        f'<desc id="{chart.key}-desc">{escape(_description(chart, shown))}</desc>',
        f'<text class="unit" x="-48" y="-14">{escape(unit)}</text>',
    ]
    for tick, label in zip(up.ticks, tick_labels(up.ticks), strict=True):
        y = _percent(1 - up.share(tick))
        drawn.append(f'<line class="grid" x1="0" x2="100%" y1="{y}" y2="{y}"/>')
        drawn.append(f'<text class="up" x="-8" y="{y}" dy=".34em">{label}</text>')
    drawn.append('<line class="base" x1="0" x2="100%" y1="100%" y2="100%"/>')
    for tick, label in zip(across.ticks, tick_labels(across.ticks), strict=True):
        x = _percent(across.share(tick))
        drawn.append(
            f'<line class="base" x1="{x}" x2="{x}" y1="100%" y2="100%" transform="translate(0 4)"/>'
        )
        drawn.append(f'<text class="across" x="{x}" y="100%" dy="18">{label}</text>')
    drawn.append(
        f'<text class="across unit" x="50%" y="100%" dy="36">{escape(chart.across)}</text>'
    )
    drawn += [_line(series, points, across, up) for series, points in shown]
    if chart.mark is not None:
        dots = [(across.share(x), 1 - up.share(y)) for _, points in shown for x, y in points]
        drawn.append(_mark(chart.mark, across, up, dots))
    return (
        f'<div class="plot" data-last="{across.high:g}">'
        f'<svg role="img" aria-labelledby="{chart.key}-title {chart.key}-desc">'
        f"{''.join(drawn)}</svg></div>"
    )


def _line(series: Series, points: list[Point], across: Axis, up: Axis) -> str:
    places = [(across.share(x), 1 - up.share(y)) for x, y in points]
    path = "L".join(f"{_UNITS * x:.1f} {_UNITS * y:.1f}" for x, y in places)
    drawn = (
        f'<svg viewBox="0 0 {_UNITS} {_UNITS}" preserveAspectRatio="none">'
        f'<path class="{series.role}" d="M{path}"/></svg>'
    )
    # A single point has no line; many would hide it.
    if len(places) == 1 or (series.role != "train" and len(places) <= _MAX_DOTS):
        drawn += "".join(
            f'<circle class="{series.role}" cx="{_percent(x)}" cy="{_percent(y)}" r="3"/>'
            for x, y in places
        )
    return drawn


def _mark(mark: Mark, across: Axis, up: Axis, places: list[Point]) -> str:
    """A ring, a dashed line through it, and a label at the end where the lines leave more room."""
    x, y = across.share(mark.point[0]), 1 - up.share(mark.point[1])
    anchor, aside = ("start", 7) if x < 0.5 else ("end", -7)
    near = [y, *(height for place, height in places if abs(place - x) < _LABEL_WIDTH)]
    height, below = ("0", 11) if min(near) > 1 - max(near) else ("100%", -8)
    return (
        f'<line class="mark" x1="{_percent(x)}" x2="{_percent(x)}" y1="0" y2="100%"/>'
        f'<circle class="mark" cx="{_percent(x)}" cy="{_percent(y)}" r="5.5"/>'
        f'<text class="mark" text-anchor="{anchor}" x="{_percent(x)}" y="{height}" '
        f'dx="{aside}" dy="{below}">{escape(mark.label)}</text>'
    )


def _key(series: Series) -> str:
    dot = '<circle cx="14" cy="6" r="3"/>' if series.role != "train" else ""
    return f'<line x1="1" x2="27" y1="6" y2="6"/>{dot}'


def _description(chart: Chart, shown: list[tuple[Series, list[Point]]]) -> str:
    sentences = []
    for series, points in shown:
        (start, first), (end, last) = points[0], points[-1]
        values = [y for _, y in points]
        sentences.append(
            f"{series.label.capitalize()} in {chart.unit}: {number(first)} at "
            f"{chart.across} {start:,.0f}, {number(last)} at {chart.across} {end:,.0f}; "
            f"lowest {number(min(values))}, highest {number(max(values))}."
        )
    if chart.mark is not None:
        sentences.append(f"Marked: {chart.mark.label}, {chart.across} {chart.mark.point[0]:,.0f}.")
    return " ".join(sentences)


def _tables(chart: Chart, shown: list[tuple[Series, list[Point]]]) -> str:
    tables = []
    for series, points in shown:
        rows = "".join(
            f'<tr><th scope="row">{x:,.0f}</th><td>{number(y)}</td></tr>' for x, y in points
        )
        label = escape(series.label)
        tables.append(
            f'<table class="numbers {series.role}"><caption>{label}</caption><thead><tr>'
            f'<th scope="col">{escape(chart.across)}</th>'
            f'<th scope="col">{escape(chart.unit)}</th></tr></thead>'
            f"<tbody>{rows}</tbody></table>"
        )
    return (
        f"<details><summary>Numbers<span class='unseen'> of {escape(chart.title)}</span></summary>"
        f'<div class="scroll" tabindex="0" role="region" aria-label="Numbers of '
        f'{escape(chart.title)}">{"".join(tables)}</div></details>'
    )


def _percent(share: float) -> str:
    return f"{100 * share:.2f}%"
