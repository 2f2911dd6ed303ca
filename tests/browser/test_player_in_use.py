"""The player in the hands of somebody who works by keyboard, and types what it does not expect."""

from pathlib import Path
from typing import TYPE_CHECKING

import player_pages
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

FOCUSED = "document.activeElement.textContent || document.activeElement.tagName"


@pytest.fixture
def problems(page: "Page") -> list[str]:
    """What the page complains of."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def opened(page: "Page", folder: Path, arch: str, address: str = "") -> None:
    path = folder / f"{arch}.html"
    path.write_text(player_pages.page(arch), encoding="utf-8")
    page.goto(path.as_uri() + address)
    page.wait_for_selector("html.running")


def place(page: "Page") -> str:
    return page.locator(".seek").get_attribute("aria-valuetext") or ""


def test_weights_are_changed_by_keyboard(page: "Page", tmp_path: Path, problems: list[str]) -> None:
    opened(page, tmp_path, "luong2015", "#scene=attention&step=1")
    before = place(page)
    slider = page.locator(".weight input").first
    share = float(slider.input_value())
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert float(slider.input_value()) == pytest.approx(share + 0.05)
    onward = page.locator(".weights ~ .buttons input[type=checkbox]")
    onward.focus()
    page.keyboard.press("Space")
    assert onward.is_checked()
    assert page.get_by_role("button", name="Play", exact=True).is_visible()
    assert place(page) == before
    assert problems == []


def test_weights_stay_as_they_were_put_when_the_window_changes(
    page: "Page", tmp_path: Path
) -> None:
    opened(page, tmp_path, "luong2015", "#scene=attention&step=1")
    slider = page.locator(".weight input").first
    slider.fill("0.9")
    width = page.locator(".stage svg").first.get_attribute("width")
    page.set_viewport_size({"width": 600, "height": 800})
    page.wait_for_function(
        "width => document.querySelector('.stage svg').getAttribute('width') !== width", arg=width
    )
    assert float(slider.input_value()) == 0.9


def test_the_focus_stays_where_somebody_works(page: "Page", tmp_path: Path) -> None:
    opened(page, tmp_path, "transformer2017", "#scene=attention")
    layer = page.locator(".selects select").first
    layer.focus()
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    assert layer.input_value() == "1"
    page.get_by_role("button", name="Dark").focus()
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUSED) == "Dark"
    chip = page.locator(".step button.chip").nth(2)
    chip.focus()
    page.keyboard.press("Enter")
    assert chip.get_attribute("aria-pressed") == "true"
    assert page.evaluate(FOCUSED) == chip.text_content()


def test_nothing_to_translate_is_said(page: "Page", tmp_path: Path, problems: list[str]) -> None:
    opened(page, tmp_path, "luong2015")
    field = page.locator("form.sentence input")
    field.fill("\u0085")  # white space for the model, though not for the page
    field.press("Enter")
    said = page.locator("form.sentence .warning")
    assert said.text_content() == (
        "There is no trace of an empty text, since no model read it; give a text."
    )
    field.fill("a zebra")
    field.press("Enter")
    assert said.text_content() == "The model does not know `zebra`."
    assert problems == []


def test_an_address_with_an_empty_text_leads_to_the_first(
    page: "Page", tmp_path: Path, problems: list[str]
) -> None:
    opened(page, tmp_path, "luong2015", "#text=+&scene=attention")
    assert place(page).startswith("Attention")
    assert page.locator("form.sentence input").input_value() == player_pages.TEXTS[0]
    assert problems == []
