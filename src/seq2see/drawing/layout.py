"""How pictures are put together: blocks with a size, a page that they are stacked on, labels."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from seq2see.drawing import svg
from seq2see.drawing.svg import Length, Side
from seq2see.drawing.text import measure, shorten, visible, wrap
from seq2see.drawing.theme import Role, Theme

WIDTH = 672.0
"""Pixels of a picture that nobody gave a width: 7 inches, the text of a page."""
MIN_WIDTH = 240.0
PADDING = 12.0
HEADING, LABEL, CAPTION, SMALL = 13.0, 12.0, 11.0, 10.0
"""Font sizes, from the heading down to numbers in cells."""
BOLD = 1.1
"""How much wider bold text is."""
GAP = 8.0


@dataclass(frozen=True)
class Words:
    """Labels along one axis, in the order in which they are read."""

    labels: tuple[str, ...]
    name: str
    """What they are, as ``source``."""
    role: Role
    rtl: bool = False
    """Whether they run from right to left."""
    language: str | None = None

    def __len__(self) -> int:
        return len(self.labels)

    def place(self, index: int) -> int:
        """Which place from the left a label has."""
        return len(self) - 1 - index if self.rtl else index

    def caption(self) -> str:
        """What stands beside the axis, with an arrow in reading direction."""
        return f"← {self.name}, from right to left" if self.rtl else f"{self.name} →"

    def text(
        self,
        index: int,
        x: Length,
        y: Length,
        *,
        theme: Theme,
        room: Length,
        size: Length = LABEL,
        side: Side = "left",
        angle: Length = 0,
        fill: str | None = None,
        bold: bool = False,
    ) -> str:
        """Write one label, shortened to ``room`` pixels; marks such as ``</s>`` are pale."""
        label = self.labels[index]
        return svg.text(
            x,
            y,
            shorten(visible(label), room / (size * (BOLD if bold else 1))),
            size=size,
            fill=fill or (theme.muted if is_mark(label) else theme.ink),
            side=side,
            angle=angle,
            bold=bold,
            rtl=self.rtl,
            full=label,
            language=None if is_mark(label) else self.language,
        )

    def width(self, index: int, size: Length = LABEL) -> Length:
        """Pixels that a label takes."""
        return size * measure(self.labels[index])

    def widest(self, size: Length = LABEL) -> Length:
        """Pixels of the longest label."""
        return max((self.width(index, size) for index in range(len(self))), default=0.0)


@dataclass(frozen=True)
class Block:
    """Part of a picture, drawn from (0, 0)."""

    width: Length
    height: Length
    elements: tuple[str, ...]

    def at(self, x: Length, y: Length) -> str:
        """Place it with its upper left corner there."""
        if not self.elements:
            return ""
        place = f"translate({svg.number(x)} {svg.number(y)})"
        return svg.element("g", *self.elements, transform=place)


def flow(blocks: Iterable[Block], width: Length, gap: Length = 16.0) -> Block:
    """Put blocks side by side, on as many lines as they need."""
    placed: list[str] = []
    x = y = line = widest = 0.0
    for block in blocks:
        if x and x + block.width > width:
            x, y, line = 0.0, y + line + 6, 0.0
        placed.append(block.at(x, y))
        widest = max(widest, x + block.width)
        x, line = x + block.width + gap, max(line, block.height)
    return Block(widest, y + line, tuple(placed))


@dataclass
class Page:
    """A picture that grows downwards.

    Args:
        width: Of the whole picture.
        theme: Its colours.
        heading: What is shown, in a few words; also the title for who cannot see it.
        notes: What a reader must know, below the heading.
        legend: Keys to colours and marks.
    """

    width: Length
    theme: Theme
    heading: str
    notes: Sequence[str] = ()
    legend: Sequence[Block] = ()
    elements: list[str] = field(default_factory=list)
    y: Length = PADDING
    """Where there is room again."""

    def __post_init__(self) -> None:
        self.text(self.heading, HEADING, self.theme.ink, bold=True)
        for note in self.notes:
            self.note(note)
        if self.legend:
            self.y += 4
            self.add(flow(self.legend, self.room))
        self.y += 10

    @property
    def room(self) -> Length:
        """Width between the paddings."""
        return self.width - 2 * PADDING

    def text(self, words: str, size: Length, fill: str, *, bold: bool = False) -> None:
        """Write something, on as many lines as it needs."""
        for line in wrap(words, self.room / (size * (BOLD if bold else 1))):
            baseline = self.y + 0.95 * size
            self.elements.append(svg.text(PADDING, baseline, line, size=size, fill=fill, bold=bold))
            self.y += 1.35 * size

    def note(self, words: str) -> None:
        """Write a remark."""
        self.text(words, CAPTION, self.theme.muted)

    def add(self, block: Block, x: Length = PADDING, below: Length = 0.0) -> None:
        """Place a block next, and leave some room below it."""
        self.elements.append(block.at(x, self.y))
        self.y += block.height + below

    def svg(self, description: str) -> str:
        """Finish the picture, with its content in words."""
        return svg.document(
            self.width,
            self.y + PADDING,
            self.elements,
            theme=self.theme,
            title=self.heading,
            description=description,
        )


def is_mark(label: str) -> bool:
    """Whether a label stands for no text: ``<s>``, ``</s>``, ``<unk>``."""
    return len(label) > 2 and label[0] == "<" and label[-1] == ">"
