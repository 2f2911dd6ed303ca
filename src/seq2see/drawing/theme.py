"""Colours: hue says what a thing is, brightness how much of it there is.

Every colour that text is written in has a contrast of at least 4.5:1 with what lies below it, and
the four roles stay apart for colour-blind eyes, in both themes.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Role = Literal["encoder", "decoder", "attention", "output"]
ThemeName = Literal["light", "dark"]

SHARES = (0.0, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
"""The weights whose colours a theme names."""


@dataclass(frozen=True)
class Hue:
    """One role."""

    strong: str
    """For lines, marks and text."""
    tint: str
    """For areas with ordinary text on them."""


@dataclass(frozen=True)
class Theme:
    """All colours of a picture, as ``#rrggbb``."""

    paper: str
    ink: str
    muted: str
    """For text that matters less."""
    faint: str
    """For text and lines of what was given up."""
    grid: str
    """For lines that only guide the eye."""
    encoder: Hue
    decoder: Hue
    attention: Hue
    output: Hue
    weights: tuple[str, ...]
    """Of ``SHARES``."""
    negative: tuple[str, ...]
    """From zero to the lowest value."""
    positive: tuple[str, ...]
    """From zero to the highest value."""

    def of(self, role: Role) -> Hue:
        """The hue of a role."""
        match role:
            case "encoder":
                return self.encoder
            case "decoder":
                return self.decoder
            case "attention":
                return self.attention
            case "output":
                return self.output

    def weight(self, share: float) -> str:
        """The colour of a weight from 0, which is the paper's, to 1; others are drawn as these."""
        share = min(max(share, 0.0), 1.0)
        place = min(bisect_right(SHARES, share), len(SHARES) - 1)
        low, high = SHARES[place - 1], SHARES[place]
        return mix(self.weights[place - 1], self.weights[place], (share - low) / (high - low))

    def signed(self, share: float) -> str:
        """The colour of a value from -1 to 1; others are drawn as these."""
        share = min(max(share, -1.0), 1.0)
        colours = self.negative if share < 0 else self.positive
        place = min(int(abs(share) * (len(colours) - 1)), len(colours) - 2)
        return mix(colours[place], colours[place + 1], abs(share) * (len(colours) - 1) - place)


LIGHT = Theme(
    paper="#ffffff",
    ink="#1f2328",
    muted="#57606a",
    faint="#6e7781",
    grid="#d8dee4",
    encoder=Hue("#05509c", "#e4f0fe"),
    decoder=Hue("#ae5112", "#ffeadf"),
    attention=Hue("#9957c4", "#f5e9ff"),
    output=Hue("#2b7d4e", "#ddf6e4"),
    weights=("#ffffff", "#efe3f9", "#ddc9ee", "#b997d3", "#9468b4", "#6f3a92", "#4b016e"),
    negative=("#f3f3f3", "#dfc2ab", "#c4936b", "#a66529", "#794000"),
    positive=("#f3f3f3", "#abd1d0", "#68acac", "#098888", "#005e5e"),
)
DARK = Theme(
    paper="#14181d",
    ink="#e6edf3",
    muted="#a3acb6",
    faint="#8b949e",
    grid="#343b44",
    encoder=Hue("#89bafa", "#1c2f46"),
    decoder=Hue("#fcaf88", "#422617"),
    attention=Hue("#aa7bcc", "#352641"),
    output=Hue("#68a17c", "#173523"),
    weights=("#14181d", "#2e2336", "#43324f", "#6d5381", "#9979b1", "#c5a4df", "#edd6ff"),
    negative=("#262626", "#5f462e", "#946b42", "#ca935d", "#ffbf81"),
    positive=("#262626", "#2d5353", "#408180", "#5ab0b0", "#7be2e1"),
)
THEMES: dict[ThemeName, Theme] = {"light": LIGHT, "dark": DARK}


def mix(one: str, other: str, share: float) -> str:
    """A colour between two others: ``share`` 0 is the first, 1 the second."""
    pairs = zip(channels(one), channels(other), strict=True)
    return "#" + "".join(f"{round(low + share * (high - low)):02x}" for low, high in pairs)


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, each from 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def readable_on(below: str, choices: Sequence[str] = ("#ffffff", "#000000")) -> str:
    """The colour for text that stands out most; white or black always reaches 4.5."""
    return max(choices, key=lambda colour: contrast(colour, below))


def _luminance(colour: str) -> float:
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
