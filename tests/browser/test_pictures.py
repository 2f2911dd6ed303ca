"""Pictures in a real browser, with its real fonts: no text is cut, none lies over another."""

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import sentences

from seq2see.drawing import bars, charts, heads, links, matrix, states, svg, tree
from seq2see.drawing.layout import Words
from seq2see.drawing.theme import DARK

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

LABELS = {
    "french": sentences.FRENCH,
    "marathi": sentences.MARATHI,
    "arabic": sentences.ARABIC,
    "chinese": sentences.CHINESE,
    "emoji": sentences.EMOJI,
    "odd": sentences.ODD,
    "long": sentences.LONG,
    "one": ("हो",),
}
NAME = "Encoder states, read backwards (encoder.layers.0.backward.hidden)"
KINDS = ("alignment", "steps", "heads", "states", "probabilities", "beam")

# For each picture its height and the boxes of its texts.
MEASURE = """() => [...document.querySelectorAll('svg')].map(svg => {
  const all = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll('text')].map(text => {
    const box = text.getBoundingClientRect();
    return {
      text: text.firstChild ? text.firstChild.data : '', turned: text.hasAttribute('transform'),
      left: box.left - all.left, right: box.right - all.left,
      top: box.top - all.top, bottom: box.bottom - all.top,
    };
  });
  return {height: all.height, texts};
})"""


def drawn(kind: str, labels: tuple[str, ...], width: float) -> str:
    rtl = labels is sentences.ARABIC
    rows, columns = sentences.target(labels, rtl=rtl), sentences.source(labels, rtl=rtl)
    weights = sentences.attention(len(labels), len(labels))
    look: dict[str, Any] = {"theme": DARK, "heading": "A picture of some kind", "width": width}
    match kind:
        case "alignment":
            return matrix.draw(weights, rows, columns, **look)
        case "steps":
            return links.draw(weights, rows, columns, **look)
        case "heads":
            return heads.draw([np.stack([weights] * 8)] * 2, rows, columns, **look)
        case "states":
            values = np.tanh(np.random.default_rng(1).normal(size=(len(labels), 256)))
            words = Words(labels, "source", "encoder")
            return states.draw([states.Strips(values, words, NAME)], **look)
        case "probabilities":
            options = tuple(
                bars.Option(label, 0.5 / (rank + 1), rank + 1, rank == 1)
                for rank, label in enumerate(labels[:5])
            )
            return bars.draw([bars.Panel(label, options) for label in labels[:9]], rows, **look)
        case _:
            steps = [
                [
                    tree.Candidate(labels[(step + place) % len(labels)], -1.0 - place / 3,
                                   min(place // 2, 9 * step), "kept" if place < 5 else "pruned",
                                   place == 0)
                    for place in range(10)
                ]
                for step in range(6)
            ]  # fmt: skip
            return tree.draw(steps, words=rows, **look)


def problem(texts: list[dict[str, Any]], width: float, height: float) -> str | None:
    """What a reader would complain of."""
    for box in texts:
        inside = box["left"] >= 0 and box["right"] <= width
        if not inside or box["top"] < 0 or box["bottom"] > height:
            return f"{box} is cut at {width} x {height}"
    level = [box for box in texts if not box["turned"]]
    for one, other in combinations(level, 2):
        across = min(one["right"], other["right"]) - max(one["left"], other["left"])
        # Lines of text may touch: their boxes have room for accents that are not there.
        down = abs(one["top"] + one["bottom"] - other["top"] - other["bottom"]) / 2
        if across > 0.5 and down < 7:
            return f"{one} and {other} overlap"
    return None


@pytest.mark.parametrize("width", [240.0, 672.0, 1600.0])
@pytest.mark.parametrize("kind", KINDS)
def test_texts_are_whole_and_apart(page: "Page", kind: str, width: float) -> None:
    pictures = "<p>".join(drawn(kind, labels, width) for labels in LABELS.values())
    page.set_content(f"<body style='margin: 0'>{pictures}</body>")
    measured = page.evaluate(MEASURE)
    assert len(measured) == len(LABELS)
    for name, picture in zip(LABELS, measured, strict=True):
        assert picture["texts"]
        complaint = problem(picture["texts"], width, picture["height"])
        assert complaint is None, f"{name}: {complaint}"


BARS = [charts.Bar(f"{ten}1-{ten + 1}0", 90.0 - ten, 1000 * ten) for ten in range(5)]
LINE = charts.Line("validation", ((1000.0, 9.1), (20000.0, 1.2)), "valid")


@pytest.mark.parametrize("width", [240.0, 672.0, 1600.0])
def test_texts_of_charts_are_whole_and_apart(page: "Page", width: float) -> None:
    loss = charts.Curves(title="Loss", unit="nats per target token", lines=(LINE,))
    look: dict[str, Any] = {"theme": DARK, "heading": "A picture of some kind"}
    look |= {"width": width}
    said = {"unit": "BLEU", "classes_name": "words in the source", "count_name": "sentences"}
    pictures = [charts.curves([loss, loss], **look)]
    pictures += [charts.bars(BARS[:n], **(look | said)) for n in (1, 5)]
    page.set_content(f"<body style='margin: 0'>{'<p>'.join(pictures)}</body>")
    for picture in page.evaluate(MEASURE):
        assert problem(picture["texts"], width, picture["height"]) is None


def test_the_measuring_finds_what_is_wrong(page: "Page") -> None:
    line = svg.text(10, 20, "a long word", size=12, fill="#000000")
    for other, complaint in (
        (svg.text(290, 60, "outside", size=12, fill="#000000"), "is cut"),
        (svg.text(30, 23, "over it", size=12, fill="#000000"), "overlap"),
        (svg.text(10, 60, "below", size=12, fill="#000000"), None),
    ):
        picture = svg.document(300, 80, [line, other], theme=DARK, title="t", description="d")
        page.set_content(f"<body style='margin: 0'>{picture}</body>")
        [measured] = page.evaluate(MEASURE)
        found = problem(measured["texts"], 300, measured["height"])
        assert (complaint is None and found is None) or (complaint or "-") in (found or "")
