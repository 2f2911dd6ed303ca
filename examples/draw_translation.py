"""Draw one translation in several ways.

    python examples/draw_translation.py RUN "I am a student" --out pictures

The same pictures as ``seq2see figure`` makes, from one trace; and one by matplotlib, to go on with.
"""

import argparse
from pathlib import Path

import seq2see
from seq2see.drawing import export
from seq2see.views import figures
from seq2see.views.kinds import Look


def main() -> None:
    """Translate and draw."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("run", help="a run directory")
    parser.add_argument("text", help="what to translate")
    parser.add_argument("--out", type=Path, default=Path("pictures"), help="folder to write to")
    options = parser.parse_args()

    result = seq2see.load(options.run).translate(options.text, beam_size=5)
    if result.attention is None:
        raise SystemExit(f"{options.run} has no attention; choose another architecture.")
    print(result.text)
    options.out.mkdir(parents=True, exist_ok=True)

    trace = result.trace()
    export.write(figures.draw("alignment", trace), options.out / "alignment.svg")
    export.write(figures.draw("beam", trace), options.out / "beam.pdf")
    dark = Look(theme="dark", width=480)
    export.write(figures.draw("steps", trace, look=dark), options.out / "steps.png")

    figure = result.attention.words().plot()
    figure.axes[0].set_title("what each word was made from")
    figure.savefig(options.out / "matplotlib.png", dpi=150)
    print(f"Wrote {', '.join(sorted(path.name for path in options.out.iterdir()))}")


if __name__ == "__main__":
    main()
