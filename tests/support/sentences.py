"""Labels to draw, and attention that a test can compute."""

import numpy as np
from numpy.typing import NDArray

from seq2see.drawing.layout import Words

FRENCH = ("je", "suis", "étudiant", "</s>")
ENGLISH = ("I", "am", "a", "student", "</s>")
ARABIC = ("قرأت", "البنت", "الذكية", ".", "</s>")
MARATHI = ("मला", "काहीतरी", "प्यायला", "हवं", "आहे", ".", "</s>")
CHINESE = ("我", "喜欢", "日本", "的", "茶", "。", "</s>")
EMOJI = ("👨\u200d👩\u200d👧", "🇮🇳", "ok", "</s>")
ODD = ("\x00", "<&>", "a" * 200, "\ud800", '"', "]]>", "</s>")
LONG = (
    *(f"word{number}" if number % 7 else f"internationalisation{number}" for number in range(59)),
    "</s>",
)


def target(labels: tuple[str, ...], *, rtl: bool = False) -> Words:
    return Words(labels, "output", "output", rtl)


def source(labels: tuple[str, ...], *, rtl: bool = False) -> Words:
    return Words(labels, "source", "encoder", rtl)


def attention(rows: int, columns: int) -> NDArray[np.float64]:
    """Rows that sum to 1, each with its own strongest column and some weights near 0."""
    places = np.arange(columns)
    centres = np.linspace(0, columns - 1, rows)[:, None] if rows > 1 else np.zeros((1, 1))
    raw = np.exp(-((places[None] - centres) ** 2) * 1.7) + 1e-4
    return np.asarray(raw / raw.sum(1, keepdims=True))
