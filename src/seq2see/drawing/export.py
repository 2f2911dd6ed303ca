"""Pictures as PNG and PDF: typst draws the shapes, and sets the text itself.

Renderers of SVG place Arabic and Devanagari badly where fonts must be mixed, and do not know the
direction of a text. So every text is taken out of the SVG and set by typst at the same place: it is
shaped properly, and stays text in the PDF.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from seq2see.errors import UsageError, nearest
from seq2see.extras import require
from seq2see.files import write_atomically

FORMATS = ("svg", "png", "pdf")

_SVG = "{http://www.w3.org/2000/svg}"
_INHERITED = ("font-family", "font-size", "font-weight", "fill", "text-anchor", "direction")

# Lengths are pixels. A box with the width of the text keeps its lines from being broken.
_PAGE = """
#let px = 0.75pt
#set page(
  width: float(sys.inputs.width) * px, height: float(sys.inputs.height) * px,
  margin: 0pt, fill: none,
)
#set document(title: sys.inputs.title, date: none)
#place(image(bytes(sys.inputs.shapes), format: "svg", width: 100%, alt: sys.inputs.description))
#for line in json(bytes(sys.inputs.texts)) {
  let body = text(
    font: line.fonts, size: line.size * px, weight: line.weight,
    fill: rgb(line.fill).transparentize((1 - line.opacity) * 100%),
    dir: if line.rtl { rtl } else { ltr }, top-edge: "baseline", bottom-edge: "baseline",
    overhang: false, line.text,
  )
  let placed = context {
    let width = measure(body).width
    place(top + left, dx: -width * line.anchor, box(width: width, align(left, body)))
  }
  place(
    top + left, dx: line.x * px, dy: line.y * px,
    rotate(line.angle * 1deg, origin: top + left, box(width: 0pt, height: 0pt, placed)),
  )
}
"""


def format_of(path: Path) -> str:
    """The format that a file name asks for: ``svg``, ``png`` or ``pdf``.

    Raises:
        UsageError: It is another one.
    """
    name = path.suffix.removeprefix(".").lower()
    if name not in FORMATS:
        raise UsageError(
            f"A picture cannot be written as `{path.name}`: the name must end in .svg, .png or .pdf"
            + nearest(name, FORMATS)
        )
    return name


def check(path: Path) -> None:
    """Refuse before the work what could not be written after it.

    Raises:
        UsageError: The format is unknown.
        MissingExtraError: What writes it is not installed.
    """
    name = format_of(path)
    if name != "svg":
        _typst(name)


def write(svg: str, path: Path, *, scale: float = 2.0) -> None:
    """Write a picture; the end of the name decides the format.

    Args:
        svg: As ``drawing.svg.document`` makes them.
        path: Where to.
        scale: Pixels of a PNG for each pixel of the SVG.

    Raises:
        UsageError: The format is unknown.
        MissingExtraError: typst is not installed.
    """
    match format_of(path):
        case "png":
            content = to_png(svg, scale=scale)
        case "pdf":
            content = to_pdf(svg)
        case _:
            content = svg.encode()
    write_atomically(path, content)


def to_png(svg: str, *, scale: float = 2.0) -> bytes:
    """Draw a picture as PNG with ``scale`` pixels for each of the SVG's."""
    return _compile(svg, "png", ppi=96 * scale)


def to_pdf(svg: str) -> bytes:
    """Draw a picture as a PDF of one page, as large as the picture at 96 pixels to the inch."""
    return _compile(svg, "pdf")


def _compile(svg: str, kind: str, **settings: Any) -> bytes:
    typst = _typst(kind)
    root = ElementTree.fromstring(svg)
    texts = list(_texts(root, {}))
    ElementTree.register_namespace("", _SVG.strip("{}"))
    inputs = {
        "width": root.get("width"),
        "height": root.get("height"),
        "title": root.findtext(f"{_SVG}title"),
        "description": root.findtext(f"{_SVG}desc") or "",
        "shapes": ElementTree.tostring(root, encoding="unicode"),
        "texts": json.dumps(texts),
    }
    content = typst.compile(_PAGE.encode(), format=kind, sys_inputs=inputs, **settings)
    return bytes(content)


def _typst(kind: str) -> Any:
    return require("typst", feature=f"Drawing {kind.upper()}", extra="figures")


def _texts(
    parent: ElementTree.Element, inherited: dict[str, str], x: float = 0.0, y: float = 0.0
) -> Iterator[dict[str, Any]]:
    """Take every text out of an SVG whose groups are only ever moved, as typst wants it."""
    known = _styled(inherited, parent)
    for child in list(parent):
        if child.tag == f"{_SVG}text":
            parent.remove(child)
            yield _line(child, known, x, y)
        else:
            right, down = _numbers(child.get("transform", "translate(0 0)"))
            yield from _texts(child, known, x + right, y + down)


def _styled(inherited: dict[str, str], element: ElementTree.Element) -> dict[str, str]:
    """What holds for an element's text: what is inherited and its own; opacities multiply."""
    own = {name: element.attrib[name] for name in _INHERITED if name in element.attrib}
    opacity = float(inherited.get("opacity", "1")) * float(element.get("opacity", "1"))
    return inherited | own | {"opacity": str(opacity)}


def _line(
    text: ElementTree.Element, inherited: dict[str, str], x: float, y: float
) -> dict[str, Any]:
    style = text.attrib | _styled(inherited, text)
    rtl = style.get("direction") == "rtl"
    end = {"start": 0.0, "middle": 0.5, "end": 1.0}[style.get("text-anchor", "start")]
    return {
        "text": text.text or "",
        "fonts": [name.strip(" '") for name in style["font-family"].split(",")][:-1],
        "size": float(style["font-size"]),
        "fill": style["fill"],
        "opacity": float(style.get("opacity", "1")),
        "weight": int(style.get("font-weight", "400")),
        "rtl": rtl,
        "x": x + float(style["x"]),
        "y": y + float(style["y"]),
        "angle": _numbers(style.get("transform", "rotate(0)"))[0],
        "anchor": 1 - end if rtl else end,
    }


def _numbers(transform: str) -> list[float]:
    """The numbers of ``translate(1 2)`` or ``rotate(-45 1 2)``."""
    return [float(value) for value in transform.partition("(")[2].rstrip(")").split()]
