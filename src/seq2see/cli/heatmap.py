"""Attention as a heat map in the terminal, as wide as the terminal and no wider."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions
from rich.measure import Measurement
from rich.style import Style
from rich.text import Text

from seq2see.trace.matrix import AttentionMatrix, shade

CAPTION = "output attends to source"
AXES = " (rows: output, columns: source)"
_NARROWEST = 4  # three digits of a percentage, and a gap
_LIGHT, _DARK = (247, 251, 255), (8, 48, 107)
_WHITE_ON = 0.65  # from this weight on, white figures stand out more than black ones


class HeatMap:
    """Draws an attention matrix with rich: ``console.print(HeatMap(matrix))``.

    Rows are output words, columns are source words. Cells are shaded by background colour and show
    the weight in percent; without colour they are blocks from empty to full. Columns are named
    above where there is room, else numbered above and named below; what does not fit side by side
    goes on below.
    """

    def __init__(self, matrix: AttentionMatrix) -> None:
        self.matrix = matrix

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(min(2 * _NARROWEST, options.max_width), options.max_width)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        colour = console.color_system in ("256", "truecolor") and not console.no_color
        yield from self._lines(options.max_width, colour)

    def _lines(self, width: int, colour: bool) -> Iterator[Text]:
        rows, columns = self.matrix.rows, self.matrix.columns
        caption = CAPTION + AXES
        yield _line(caption if cell_len(caption) <= width else CAPTION, width)
        row_width = min(max(map(cell_len, rows), default=0), max(width // 3, 1))
        room = max(width - row_width - 1, _NARROWEST)
        widths = [max(cell_len(label) + 1, _NARROWEST) for label in columns]
        named = sum(widths) <= room
        headings = list(columns)
        if not named:
            headings = [str(number) for number in range(1, len(columns) + 1)]
            widths = [max(len(headings[-1]) + 1, _NARROWEST)] * len(columns)
        for block in _blocks(widths, room):
            heads = [_centre(headings[i], widths[i]) for i in block]
            yield _line(" " * (row_width + 1) + "".join(heads), width)
            for label, weights in zip(rows, self.matrix.values, strict=True):
                line = Text(_right(label, row_width) + " ", no_wrap=True, end="\n")
                for i in block:
                    line.append(*_cell(float(weights[i]), widths[i], colour))
                if not colour:
                    line.rstrip()
                yield line
        if not named:
            yield from _legend(headings, columns, width)
        scale = Text("0% ", no_wrap=True)
        for step in range(5):
            scale.append(*_swatch(step / 4, colour))
        scale.append(" 100%")
        yield scale


def _cell(weight: float, width: int, colour: bool) -> tuple[str, Style]:
    if not colour:
        return shade(weight) * (width - 1) + " ", Style.null()
    percent = round(100 * weight)
    return _centre(str(percent) if percent else "", width), _style(weight)


def _swatch(weight: float, colour: bool) -> tuple[str, Style]:
    if not colour:
        return shade(weight) * 2, Style.null()
    return "  ", _style(weight)


def _style(weight: float) -> Style:
    """The background for a weight, on one scale whatever the terminal's own colours are."""
    share = min(max(weight, 0.0), 1.0)
    red, green, blue = (
        round(light + share * (dark - light)) for light, dark in zip(_LIGHT, _DARK, strict=True)
    )
    figures = "#ffffff" if share >= _WHITE_ON else "#000000"
    return Style.parse(f"{figures} on rgb({red},{green},{blue})")


def _blocks(widths: Sequence[int], room: int) -> Iterator[range]:
    """Split the columns into runs that fit side by side; at least one run, of one column each."""
    start, used = 0, 0
    for index, width in enumerate(widths):
        if index > start and used + width > room:
            yield range(start, index)
            start, used = index, 0
        used += width
    yield range(start, len(widths))


def _legend(numbers: Sequence[str], labels: Sequence[str], width: int) -> Iterator[Text]:
    """Name the numbered columns, as many to a line as fit."""
    line = ""
    for number, label in zip(numbers, labels, strict=True):
        entry = f"{number} {label}"
        if line and cell_len(line) + 2 + cell_len(entry) > width:
            yield _line(line, width)
            line = ""
        line = f"{line}  {entry}" if line else entry
    yield _line(line, width)


def _line(text: str, width: int) -> Text:
    return Text(_shorten(text.rstrip(), width), no_wrap=True)


def _shorten(text: str, width: int) -> str:
    """Cut a label to so many cells, with an ellipsis; characters keep their marks."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(width - 1, 0)).rstrip() + "…"


def _right(text: str, width: int) -> str:
    text = _shorten(text, width)
    return " " * (width - cell_len(text)) + text


def _centre(text: str, width: int) -> str:
    left = (width - cell_len(text)) // 2
    return " " * left + text + " " * (width - cell_len(text) - left)
