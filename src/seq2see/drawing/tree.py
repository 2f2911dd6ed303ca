"""A beam search as a tree: what was kept, what was pruned, what became the translation.

Steps run downwards. Every candidate has one parent in the step above, and children stand in the
order of their parents, so that no two branches cross.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from seq2see.drawing import legend, svg
from seq2see.drawing.layout import GAP, LABEL, PADDING, SMALL, WIDTH, Block, Page, Words
from seq2see.drawing.svg import Length
from seq2see.drawing.theme import Theme

Status = Literal["pruned", "kept", "finished"]

_NARROWEST, _WIDEST = 52.0, 108.0  # nodes
_TALL, _BETWEEN = 30.0, 24.0
_GAP = 6.0
_GUTTER = 24.0  # for the numbers of the steps


@dataclass(frozen=True)
class Candidate:
    """A hypothesis that the search considered."""

    label: str
    """Of its last token."""
    score: Length
    parent: int
    """Place in the step before; 0 in the first step."""
    status: Status
    on_path: bool
    """Whether it became the translation."""


@dataclass(frozen=True)
class _Node:
    """A candidate that is drawn."""

    candidate: Candidate
    x: Length
    """Its middle."""
    above: Length
    """Middle of its parent."""


def draw(
    steps: Sequence[Sequence[Candidate]],
    *,
    theme: Theme,
    heading: str,
    notes: Sequence[str] = (),
    width: Length | None = None,
    words: Words,
) -> str:
    """Draw everything that a search considered.

    Args:
        steps: The candidates of each step, best first.
        theme: Colours.
        heading: What is shown.
        notes: What a reader must know.
        width: Of the picture; None: ``WIDTH``.
        words: The side that the labels belong to, for its direction and language.
    """
    used = width or WIDTH
    room = used - 2 * PADDING - _GUTTER
    most = max(int((room + _GAP) / (_NARROWEST + _GAP)), 1)
    shown = _shown(steps, most)
    hidden = [
        candidate.status
        for step, places in zip(steps, shown, strict=True)
        for place, candidate in enumerate(step)
        if place not in places
    ]
    widest = max((len(step) for step in shown), default=1)
    size = min((room + _GAP) / widest - _GAP, _WIDEST)
    levels = _levels(steps, shown, size, room)
    remarks = [
        *notes,
        "Numbers are scores, by which hypotheses are ranked: log-probability over length penalty.",
    ]
    if hidden:
        which = "pruned candidates" if set(hidden) == {"pruned"} else "candidates"
        remarks.append(f"{len(hidden)} {which} are left out for want of room.")
    hue = theme.of(words.role)
    keys = [
        legend.key(theme, "line", hue.strong, "the translation"),
        legend.key(theme, "filled", hue.strong, "kept", fill=hue.tint),
        legend.key(theme, "double", hue.strong, "finished", fill=hue.tint),
        legend.key(theme, "dashed", theme.faint, "pruned"),
    ]
    page = Page(used, theme, heading, remarks, keys)
    pitch = _TALL + _BETWEEN
    drawn = [_root(room / 2 + _GUTTER, theme)]
    for number, level in enumerate(levels):
        y = SMALL + 8 + _BETWEEN + number * pitch
        drawn.append(
            svg.text(
                0, y + _TALL / 2 + 0.36 * SMALL, str(number + 1), size=SMALL, fill=theme.muted
            )
        )  # fmt: skip
        start = y - _BETWEEN
        # The branch of the translation goes on top of the others.
        for node in sorted(level, key=lambda node: node.candidate.on_path):
            drawn.append(_branch(node, start, y, theme, words))
    for number, level in enumerate(levels):
        y = SMALL + 8 + _BETWEEN + number * pitch
        for node in level:
            drawn += _node(node, y, size, theme, words)
    page.add(Block(page.room, SMALL + 8 + len(levels) * pitch, tuple(drawn)))
    return page.svg(_describe(steps))


def _shown(steps: Sequence[Sequence[Candidate]], most: int) -> list[list[int]]:
    """The candidates of each step that there is room for: pruned ones give way, worst first."""
    chosen: list[list[int]] = []
    for step in steps:
        order = sorted(range(len(step)), key=lambda place: (_priority(step[place]), place))
        chosen.append(sorted(order[:most]))
    return chosen


def _priority(candidate: Candidate) -> int:
    return 0 if candidate.on_path else 1 if candidate.status != "pruned" else 2


def _levels(
    steps: Sequence[Sequence[Candidate]], shown: Sequence[Sequence[int]], size: Length, room: Length
) -> list[list[_Node]]:
    """Place every step below its parents."""
    levels: list[list[_Node]] = []
    above = {0: room / 2}
    for step, places in zip(steps, shown, strict=True):
        kept = [place for place in places if step[place].parent in above]
        order = sorted(kept, key=lambda place: (above[step[place].parent], place))
        wanted = [above[step[place].parent] for place in order]
        middles = spread(wanted, size + _GAP, size / 2, room - size / 2)
        levels.append(
            [
                _Node(step[place], x + _GUTTER, above[step[place].parent] + _GUTTER)
                for place, x in zip(order, middles, strict=True)
            ]
        )
        above = dict(zip(order, middles, strict=True))
    return levels


def spread(wanted: Sequence[float], pitch: Length, low: Length, high: Length) -> list[float]:
    """Move places apart to ``pitch`` at least, in order, and as little as possible.

    Least squares under ``x[i + 1] - x[i] >= pitch``: neighbours that would come too close move
    together as one group, around the mean of what its members want.

    Args:
        wanted: Where they would be, ascending.
        pitch: Least distance.
        low: The least place.
        high: The greatest place; there must be room for all.
    """
    groups: list[tuple[float, int]] = []  # sum of what is wanted of the first member, and size
    for index, place in enumerate(wanted):
        total, size = place - index * pitch, 1
        while groups and groups[-1][0] / groups[-1][1] > total / size:
            before = groups.pop()
            total, size = total + before[0], size + before[1]
        groups.append((total, size))
    firsts = [total / size for total, size in groups for _ in range(size)]
    last = len(wanted) - 1
    top = high - last * pitch
    return [
        min(max(first, low), max(top, low)) + index * pitch for index, first in enumerate(firsts)
    ]


def _root(x: Length, theme: Theme) -> str:
    return svg.text(x, SMALL, "<s>", size=SMALL, fill=theme.muted, side="middle")


def _branch(node: _Node, start: Length, end: Length, theme: Theme, words: Words) -> str:
    middle = (start + end) / 2
    x, above = svg.number(node.x), svg.number(node.above)
    pruned = node.candidate.status == "pruned"
    colour = theme.of(words.role).strong if node.candidate.on_path else theme.muted
    return svg.element(
        "path",
        d=f"M{above} {svg.number(start)}C{above} {svg.number(middle)} {x} {svg.number(middle)} "
        f"{x} {svg.number(end)}",
        fill="none", stroke=theme.faint if pruned else colour,
        stroke_width=3 if node.candidate.on_path else 1,
        stroke_dasharray="3 3" if pruned else None,
    )  # fmt: skip


def _node(node: _Node, y: Length, size: Length, theme: Theme, words: Words) -> list[str]:
    candidate = node.candidate
    hue = theme.of(words.role)
    pruned = candidate.status == "pruned"
    ink = theme.muted if pruned else theme.ink
    score = f"{round(candidate.score, 2) + 0.0:.2f}".replace("-", "\N{MINUS SIGN}")
    label = Words((candidate.label,), words.name, words.role, words.rtl, words.language)
    left = node.x - size / 2
    drawn = [
        svg.element(
            "rect", svg.titled(f"{candidate.label}: {score}, {_fate(candidate)}"),
            x=left, y=y, width=size, height=_TALL, rx=4,
            fill=theme.paper if pruned else hue.tint,
            stroke=theme.faint if pruned else hue.strong,
            stroke_width=2.5 if candidate.on_path else 1,
            stroke_dasharray="3 3" if pruned else None,
        )
    ]  # fmt: skip
    if candidate.status == "finished":
        drawn.append(
            svg.element(
                "rect", x=left + 3, y=y + 3, width=size - 6, height=_TALL - 6, rx=2, fill="none",
                stroke=hue.strong, stroke_width=0.75,
            )
        )  # fmt: skip
    drawn += [
        label.text(
            0, node.x, y + 14, theme=theme, room=size - GAP, side="middle", size=LABEL, fill=ink,
            bold=candidate.on_path,
        ),
        svg.text(node.x, y + 25, score, size=SMALL - 0.5, fill=ink, side="middle"),
    ]  # fmt: skip
    return drawn


def _fate(candidate: Candidate) -> str:
    return "part of the translation" if candidate.on_path else candidate.status


def _describe(steps: Sequence[Sequence[Candidate]]) -> str:
    path = [f"{one.label} ({one.score:.2f})" for step in steps for one in step if one.on_path]
    counts = {
        status: sum(one.status == status for step in steps for one in step)
        for status in ("kept", "finished", "pruned")
    }
    return (
        f"A search of {len(steps)} steps: {counts['kept']} candidates kept, {counts['finished']} "
        f"finished, {counts['pruned']} pruned. The translation with its scores: {', '.join(path)}."
    )
