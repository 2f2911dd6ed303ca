"""Draw the attention of one translation as a heat map, in the terminal or as an SVG file.

    python examples/attention_heatmap.py RUN "I am a student" --svg attention.svg

The SVG asks for no font from the network, so it looks the same offline.
"""

import argparse
import io
import re
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

import seq2see
from seq2see.cli.heatmap import HeatMap

FONTS = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"
PAPER = TerminalTheme(
    (255, 255, 255),
    (31, 35, 40),
    [(36, 41, 47), (176, 16, 32), (17, 99, 41), (77, 45, 0), (9, 81, 184), (111, 54, 174),
     (20, 97, 110), (87, 96, 106)],
)  # fmt: skip


def svg_of(screen: Console, title: str) -> str:
    """Export what a recording console has printed, with fonts that every system has."""
    svg = screen.export_svg(title=title, theme=PAPER)
    svg = re.sub(r"@font-face\s*{[^}]*}", "", svg)
    return re.sub(r"font-family:[^;]*;", f"font-family: {FONTS};", svg)


def main() -> None:
    """Translate and draw."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("run", help="a run directory")
    parser.add_argument("text", help="what to translate")
    parser.add_argument("--svg", type=Path, help="write the picture to this file")
    parser.add_argument("--width", type=int, default=92, help="columns of the SVG's terminal")
    options = parser.parse_args()

    translation = seq2see.load(options.run).translate(options.text)
    if translation.attention is None:
        raise SystemExit(f"{options.run} has no attention; choose another architecture.")
    if options.svg is None:
        Console(highlight=False).print(translation.text, HeatMap(translation.attention), sep="\n")
        return
    screen = Console(
        record=True, width=options.width, file=io.StringIO(), force_terminal=True,
        color_system="truecolor", highlight=False, markup=False,
    )  # fmt: skip
    command = f"seq2see translate {options.run.rstrip('/')}"
    screen.print(Text.assemble(("$ ", "dim"), (command, "bold")))
    screen.print(Text.assemble(("> ", "dim"), translation.source))
    screen.print(Text(translation.text, "bold"))
    screen.print(HeatMap(translation.attention))
    options.svg.parent.mkdir(parents=True, exist_ok=True)
    options.svg.write_text(svg_of(screen, "seq2see"), encoding="utf-8")
    print(f"Wrote {options.svg}")


if __name__ == "__main__":
    main()
