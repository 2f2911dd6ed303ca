"""Ordinary charts: lines over updates, and bars over classes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from seq2see.drawing import legend, svg
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
from seq2see.drawing.layout import CAPTION, LABEL, PADDING, SMALL, WIDTH, Block, Page
from seq2see.drawing.svg import Length
from seq2see.drawing.text import measure, wrap
from seq2see.drawing.theme import Theme

_BESIDE = 560.0  # from this width on, charts stand beside each other
_GAP = 28.0
_DOTTED = 60  # points up to which each has a dot


@dataclass(frozen=True)
class Line:
    """Values over updates."""

    name: str
    points: tuple[Point, ...]
    measured_on: Literal["train", "valid"]


@dataclass(frozen=True, kw_only=True)
class Curves:
    """One chart of lines."""

    title: str
    unit: str
    lines: tuple[Line, ...]
    best: Point | None = None
    """The point that is marked."""
    from_zero: bool = False


@dataclass(frozen=True)
class Bar:
    """One class and its value."""

    name: str
    value: Length
    count: int


@dataclass
class _Plot:
    """A chart under construction."""

    left: Length
    top: Length
    width: Length
    height: Length
    drawn: list[str] = field(default_factory=list)


def curves(
    charts: Sequence[Curves],
    *,
    theme: Theme,
    heading: str,
    notes: Sequence[str] = (),
    width: Length | None = None,
) -> str:
    """Draw charts of lines over one axis of updates."""
    used = width or WIDTH
    keys = [
        legend.key(theme, "line", theme.encoder.strong, "training"),
        legend.key(theme, "dot", theme.decoder.strong, "validation"),
    ]
    if any(chart.best for chart in charts):
        keys.append(legend.key(theme, "ring", theme.ink, "best weights"))
    page = Page(used, theme, heading, notes, keys)
    across = len(charts) if used >= _BESIDE else 1
    size = (page.room - _GAP * (across - 1)) / across
    for start in range(0, len(charts), across):
        blocks = [_curves(chart, size, theme) for chart in charts[start : start + across]]
        line = [block.at(place * (size + _GAP), 0) for place, block in enumerate(blocks)]
        page.add(Block(page.room, blocks[0].height, tuple(line)), PADDING, below=14)
    return page.svg(" ".join(_describe(chart) for chart in charts))


def bars(
    classes: Sequence[Bar],
    *,
    theme: Theme,
    heading: str,
    unit: str,
    classes_name: str,
    count_name: str,
    notes: Sequence[str] = (),
    width: Length | None = None,
) -> str:
    """Draw one bar for each class, with its value above and its size below."""
    natural = min(max(110.0 + 96.0 * len(classes), WIDTH / 2), WIDTH)
    page = Page(width or natural, theme, heading, notes)
    page.y += CAPTION + 4
    up = linear_axis(0.0, max((bar.value for bar in classes), default=0.0))
    plot = _Plot(_left(up), 6.0, 0.0, min(max(0.42 * page.room, 150.0), 260.0))
    plot.width = page.room - plot.left
    _grid(plot, up, unit, theme)
    pitch = plot.width / max(len(classes), 1)
    size = min(LABEL, pitch / (max(measure(bar.name) for bar in classes) + 0.3))
    for place, bar in enumerate(classes):
        middle = plot.left + (place + 0.5) * pitch
        tall = plot.height * up.share(max(bar.value, 0.0))
        thick = min(0.64 * pitch, 64.0)
        y = plot.top + plot.height - tall
        below = plot.top + plot.height
        plot.drawn += [
            svg.element(
                "rect", svg.titled(f"{bar.name}: {bar.value:.1f} {unit}, {bar.count:,}"),
                x=middle - thick / 2, y=y, width=thick, height=max(tall, 0.75),
                fill=theme.output.strong,
            ),
            svg.text(
                middle, y - 5, f"{bar.value:.1f}", size=CAPTION, fill=theme.ink, side="middle",
                bold=True,
            ),
            svg.text(middle, below + 16, bar.name, size=size, fill=theme.ink, side="middle"),
            svg.text(
                middle, below + 30, f"{bar.count:,}", size=SMALL, fill=theme.muted, side="middle"
            ),
        ]  # fmt: skip
    plot.drawn.append(_base(plot, theme))
    end = plot.top + plot.height + 50
    for line in wrap(f"{classes_name}; below: {count_name}", plot.width / CAPTION):
        middle = plot.left + plot.width / 2
        plot.drawn.append(
            svg.text(middle, end, line, size=CAPTION, fill=theme.muted, side="middle")
        )
        end += 1.35 * CAPTION
    page.add(Block(page.room, end - CAPTION, tuple(plot.drawn)))
    values = [f"{bar.name}: {bar.value:.1f} ({bar.count:,} {count_name})" for bar in classes]
    return page.svg(f"{unit} by {classes_name}. {'; '.join(values)}.")


def _curves(chart: Curves, size: Length, theme: Theme) -> Block:
    shown = [(line, thin(points)) for line in chart.lines if (points := finite(line.points))]
    best = [chart.best] if chart.best else []
    across = linear_axis(
        0.0, max([x for _, points in shown for x, _ in points] + [x for x, _ in best]), snug=True
    )
    values = [y for _, points in shown for _, y in points] + [y for _, y in best]
    up = value_axis(values, from_zero=chart.from_zero)
    plot = _Plot(_left(up), 2.4 * CAPTION, 0.0, min(max(0.6 * size, 150.0), 260.0))
    plot.width = size - plot.left - 6
    plot.drawn.append(
        svg.text(0, CAPTION, chart.title, size=LABEL, fill=theme.ink, bold=True)
    )  # fmt: skip
    unit = chart.unit + (", logarithmic" if up.log else "")
    if unit != chart.title:
        plot.top += 1.4 * CAPTION
        plot.drawn.append(svg.text(0, 2.4 * CAPTION, unit, size=SMALL, fill=theme.muted))
    _grid(plot, up, "", theme)
    bottom = plot.top + plot.height
    for tick, label in zip(across.ticks, tick_labels(across.ticks), strict=True):
        x = plot.left + across.share(tick) * plot.width
        side: svg.Side = "right" if x > size - 14 else "middle"
        plot.drawn.append(
            svg.text(
                size if side == "right" else x, bottom + 15, label, size=SMALL, fill=theme.muted,
                side=side,
            )
        )  # fmt: skip
    plot.drawn.append(_base(plot, theme))
    plot.drawn.append(
        svg.text(
            plot.left + plot.width / 2, bottom + 31, "update", size=CAPTION, fill=theme.muted,
            side="middle",
        )
    )  # fmt: skip

    def at(point: Point) -> Point:
        x, y = across.share(point[0]), up.share(point[1])
        return plot.left + x * plot.width, plot.top + (1 - y) * plot.height

    for line, points in shown:
        plot.drawn += _line(line, [at(point) for point in points], theme)
    if chart.best is not None:
        x, y = at(chart.best)
        plot.drawn.append(
            svg.element(
                "circle", svg.titled(f"update {chart.best[0]:,.0f}: {number(chart.best[1])}"),
                cx=x, cy=y, r=5, fill="none", stroke=theme.ink, stroke_width=1.5,
            )
        )  # fmt: skip
    return Block(size, bottom + 36, tuple(plot.drawn))


def _line(line: Line, places: Sequence[Point], theme: Theme) -> list[str]:
    valid = line.measured_on == "valid"
    colour = theme.decoder.strong if valid else theme.encoder.strong
    path = "L".join(f"{svg.number(x)} {svg.number(y)}" for x, y in places)
    drawn = [
        svg.element(
            "path", svg.titled(line.name), d=f"M{path}", fill="none", stroke=colour,
            stroke_width=1.75 if valid else 1, stroke_linejoin="round",
        )
    ]  # fmt: skip
    if len(places) == 1 or (valid and len(places) <= _DOTTED):
        drawn += [svg.element("circle", cx=x, cy=y, r=2.5, fill=colour) for x, y in places]
    return drawn


def _grid(plot: _Plot, up: Axis, unit: str, theme: Theme) -> None:
    """Lines at the ticks of the vertical axis, with their values."""
    for tick, label in zip(up.ticks, tick_labels(up.ticks), strict=True):
        y = plot.top + (1 - up.share(tick)) * plot.height
        plot.drawn += [
            svg.element(
                "line", x1=plot.left, x2=plot.left + plot.width, y1=y, y2=y, stroke=theme.grid
            ),
            svg.text(plot.left - 6, y + 3.6, label, size=SMALL, fill=theme.muted, side="right"),
        ]  # fmt: skip
    if unit:
        plot.drawn.append(
            svg.text(0, plot.top - 12, unit, size=CAPTION, fill=theme.muted, bold=True)
        )


def _base(plot: _Plot, theme: Theme) -> str:
    bottom = plot.top + plot.height
    return svg.element(
        "line", x1=plot.left, x2=plot.left + plot.width, y1=bottom, y2=bottom, stroke=theme.muted
    )


def _left(up: Axis) -> Length:
    """Room for the values of the vertical axis."""
    return SMALL * max(measure(label) for label in tick_labels(up.ticks)) + 8


def _describe(chart: Curves) -> str:
    lines = [
        f"{line.name} from {number(points[0][1])} at update {points[0][0]:,.0f} to "
        f"{number(points[-1][1])} at update {points[-1][0]:,.0f}"
        for line in chart.lines
        if (points := finite(line.points))
    ]
    return f"{chart.title} ({chart.unit}): {'; '.join(lines)}."
