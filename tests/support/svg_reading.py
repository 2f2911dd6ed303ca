"""Reading pictures back: where what stands, as a program that shows them would place it."""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Piece:
    """An element with its absolute place."""

    element: ElementTree.Element
    x: float
    """By how much the groups around it are moved."""
    y: float

    def __getitem__(self, name: str) -> float:
        """An attribute as a number; places are absolute."""
        value = float(self.element.attrib[name])
        if name in ("x", "x1", "x2", "cx"):
            return value + self.x
        return value + self.y if name in ("y", "y1", "y2", "cy") else value

    def get(self, name: str) -> str | None:
        return self.element.get(name)

    @property
    def title(self) -> str:
        return self.element.findtext(f"{SVG}title") or ""

    @property
    def text(self) -> str:
        return self.element.text or ""


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def pieces(svg: str, tag: str) -> list[Piece]:
    """Every element of a kind, in the order in which they are drawn."""
    return list(_pieces(parse(svg), tag, 0.0, 0.0))


def texts(svg: str) -> list[str]:
    return [piece.text for piece in pieces(svg, "text")]


def _pieces(parent: ElementTree.Element, tag: str, x: float, y: float) -> Iterator[Piece]:
    for child in parent:
        if child.tag == f"{SVG}{tag}":
            yield Piece(child, x, y)
        elif child.tag == f"{SVG}g":
            place = child.attrib["transform"]
            assert place.startswith("translate("), place
            right, down = map(float, place[10:-1].split())
            yield from _pieces(child, tag, x + right, y + down)
