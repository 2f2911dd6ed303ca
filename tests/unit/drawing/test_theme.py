"""Colours that can be read, told apart, and read back."""

import math
from collections.abc import Iterator
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from seq2see.drawing import theme
from seq2see.drawing.theme import DARK, LIGHT, Theme

BOTH = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
ROLES = ("encoder", "decoder", "attention", "output")

# How eyes without one kind of cone see linear red, green, blue (Machado et al. 2009, severity 1).
EYES = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
    "usual": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
}  # fmt: skip


TO_CONES = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
     [0.0883024619, 0.2817188376, 0.6299787005]]
)  # fmt: skip
TO_LAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
     [0.0259040371, 0.7827717662, -0.8086757660]]
)  # fmt: skip


def linear(colour: str) -> NDArray[np.float64]:
    """Light that a colour gives off, from 0 to 1 for each channel."""
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def ratio(one: str, other: str) -> float:
    """Contrast by the definition of WCAG 2.2."""
    weights = np.array([0.2126, 0.7152, 0.0722])
    low, high = sorted((weights @ linear(one), weights @ linear(other)))
    return float((high + 0.05) / (low + 0.05))


def lab(colour: str, eye: str) -> NDArray[np.float64]:
    """A colour in OKLab (Ottosson 2020), times 100, as an eye sees it."""
    light = np.clip(np.array(EYES[eye]) @ linear(colour), 0, 1)
    return 100 * TO_LAB @ np.cbrt(TO_CONES @ light)


def text_colours(colours: Theme) -> Iterator[tuple[str, str]]:
    """Every colour that text has, with every colour that may lie below it."""
    hues = [colours.of(role) for role in ROLES]  # type: ignore[arg-type]
    for ink in (colours.ink, colours.muted, colours.faint, *(hue.strong for hue in hues)):
        yield ink, colours.paper
    for hue in hues:
        yield colours.ink, hue.tint
    yield colours.ink, colours.grid
    for scale in (colours.negative, colours.positive):
        yield colours.ink, scale[0]


@BOTH
def test_text_has_enough_contrast(colours: Theme) -> None:
    for ink, below in text_colours(colours):
        assert ratio(ink, below) >= 4.5, (ink, below)


@BOTH
def test_numbers_stand_out_on_every_weight(colours: Theme) -> None:
    for share in np.linspace(0, 1, 101):
        below = colours.weight(float(share))
        assert ratio(theme.readable_on(below), below) >= 4.5


@BOTH
def test_roles_stay_apart_for_every_eye(colours: Theme) -> None:
    strong = [colours.of(role).strong for role in ROLES]  # type: ignore[arg-type]
    for eye in EYES:
        for one, other in combinations(strong, 2):
            # 2 is about what can just be told apart side by side.
            assert math.dist(lab(one, eye), lab(other, eye)) > 6, (eye, one, other)


@BOTH
def test_signs_stay_apart_for_every_eye(colours: Theme) -> None:
    for eye in EYES:
        assert math.dist(lab(colours.signed(-1.0), eye), lab(colours.signed(1.0), eye)) > 10


@BOTH
def test_more_weight_stands_out_more(colours: Theme) -> None:
    assert colours.weight(0.0) == colours.paper
    shades = [ratio(colours.weight(float(share)), colours.paper) for share in np.linspace(0, 1, 21)]
    assert all(low < high for low, high in pairwise(shades))


@BOTH
@given(share=st.floats(0, 1))
def test_weights_lie_between_the_named_colours(colours: Theme, share: float) -> None:
    named = np.array([theme.channels(colour) for colour in colours.weights])
    expected = [np.interp(share, theme.SHARES, channel) for channel in named.T]
    np.testing.assert_allclose(theme.channels(colours.weight(share)), expected, atol=0.51)


@BOTH
@given(share=st.floats(-1, 1))
def test_values_lie_between_the_named_colours(colours: Theme, share: float) -> None:
    named = [*colours.negative[::-1], *colours.positive[1:]]
    channels = np.array([theme.channels(colour) for colour in named]).T
    expected = [np.interp(share, np.linspace(-1, 1, len(named)), channel) for channel in channels]
    np.testing.assert_allclose(theme.channels(colours.signed(share)), expected, atol=0.51)


def test_what_lies_outside_the_scale_is_drawn_as_its_end() -> None:
    assert LIGHT.weight(1.2) == LIGHT.weights[-1]
    assert LIGHT.weight(-0.1) == LIGHT.paper
    assert LIGHT.signed(-3.0) == LIGHT.negative[-1]


def test_contrast() -> None:
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert theme.contrast("#777777", "#ffffff") == pytest.approx(ratio("#777777", "#ffffff"))
