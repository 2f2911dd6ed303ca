"""PNG and PDF: their size, and text that is text, shaped and in its place."""

import io
import re
import struct
import sys
import zlib
from pathlib import Path

import pytest
import sentences
from matplotlib import image

from seq2see.drawing import export, matrix, svg
from seq2see.drawing.theme import LIGHT
from seq2see.errors import MissingExtraError, UsageError


def picture(labels: tuple[str, ...] = sentences.FRENCH, width: float = 400.0) -> str:
    weights = sentences.attention(len(labels), len(labels))
    return matrix.draw(
        weights, sentences.target(labels), sentences.source(labels, rtl=True), theme=LIGHT,
        heading="Who attends", width=width,
    )  # fmt: skip


def height(drawn: str) -> float:
    found = re.search(r'<svg[^>]* height="([\d.]+)"', drawn)
    assert found
    return float(found[1])


def pixels(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_a_png_has_scale_pixels_for_each_of_the_picture(tmp_path: Path, scale: float) -> None:
    drawn = picture()
    export.write(drawn, tmp_path / "a.png", scale=scale)
    width, tall = pixels((tmp_path / "a.png").read_bytes())
    assert width == 400 * scale
    assert tall == pytest.approx(height(drawn) * scale, abs=1)


def test_a_pdf_is_one_page_of_the_size_of_the_picture(tmp_path: Path) -> None:
    drawn = picture()
    export.write(drawn, tmp_path / "a.pdf")
    content = (tmp_path / "a.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    boxes = re.findall(rb"/MediaBox ?\[([\d. ]+)\]", content)
    assert len(boxes) == 1
    box = [float(number) for number in boxes[0].split()]
    # 96 pixels and 72 points are an inch.
    assert box == pytest.approx([0, 0, 400 * 0.75, height(drawn) * 0.75], abs=0.01)


def test_the_same_picture_gives_the_same_files() -> None:
    assert export.to_pdf(picture()) == export.to_pdf(picture())
    assert export.to_png(picture()) == export.to_png(picture())


def test_text_of_a_pdf_can_be_copied() -> None:
    """Its fonts say which characters their glyphs stand for."""
    content = export.to_pdf(picture(("ab", "cd")))
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.S)
    texts = []
    for stream in streams:
        try:
            texts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    maps = b"".join(text for text in texts if b"beginbfchar" in text or b"beginbfrange" in text)
    for character in "abcd":
        assert f"{ord(character):04X}".encode() in maps.upper()


@pytest.mark.parametrize("labels", [sentences.ODD, sentences.EMOJI, sentences.MARATHI])
def test_any_label_can_be_written(labels: tuple[str, ...]) -> None:
    assert pixels(export.to_png(picture(labels), scale=0.5))[0] == 200


def line(label: str, side: svg.Side, *, angle: int = 0) -> str:
    text = svg.text(50, 20, label, size=12, fill="#102030", side=side, angle=angle, bold=True)
    return svg.document(100, 40, [text], theme=LIGHT, title="t", description="d")


@pytest.mark.parametrize("label", ["ab", "كتاب", "हिन्दी"])
@pytest.mark.parametrize(("side", "low", "high"), [("left", 49, 100), ("right", 0, 51)])
def test_text_lies_on_the_side_that_was_asked_for(
    label: str, side: svg.Side, low: int, high: int
) -> None:
    """Whatever its direction; found in the pixels, where ink is dark."""
    marked = columns_with_ink(export.to_png(line(label, side), scale=1.0))
    assert marked
    assert low <= min(marked)
    assert max(marked) < high


def columns_with_ink(png: bytes) -> list[int]:
    """Columns that hold dark pixels."""
    dark = image.imread(io.BytesIO(png))[..., :3].max(axis=-1) < 0.5
    return [int(column) for column in dark.any(axis=0).nonzero()[0]]


def test_turned_text_turns_around_its_place() -> None:
    """Upright text that begins at the place lies above it, in a narrow strip."""
    drawn = line("abcdef", "left", angle=-90).replace('y="20"', 'y="39"').replace(" 20)", " 39)")
    marked = columns_with_ink(export.to_png(drawn, scale=1.0))
    assert min(marked) >= 38
    assert max(marked) <= 53


def test_formats_go_by_the_end_of_the_name(tmp_path: Path) -> None:
    drawn = picture()
    export.write(drawn, tmp_path / "a.SVG")
    assert (tmp_path / "a.SVG").read_text(encoding="utf-8") == drawn


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.pgn", r"`a\.pgn`: the name must end in \.svg, \.png or \.pdf; did you mean `png`\?$"),
        ("a", r"`a`: the name must end in \.svg, \.png or \.pdf\.$"),
    ],
)
def test_other_formats_are_refused(name: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        export.check(Path(name))


def test_what_is_not_installed_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    expected = r"^Drawing PDF needs the optional extra `figures`"
    with pytest.raises(MissingExtraError, match=expected):
        export.check(Path("a.pdf"))
    export.check(Path("a.svg"))
