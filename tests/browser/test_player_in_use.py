"""The player in the hands of somebody who works by keyboard, and types what it does not expect."""

from pathlib import Path
from typing import TYPE_CHECKING

import player_pages
import pytest
from player_pages import TEXTS, opened, place

from seq2see.views.live import page_of_translators
from seq2see.views.packed import pack
from seq2see.views.page import Model, Sentence
from seq2see.views.page import page as page_text

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

FOCUSED = "document.activeElement.textContent || document.activeElement.tagName"


def test_weights_are_changed_by_keyboard(page: "Page", tmp_path: Path) -> None:
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
    page.get_by_role("button", name="中文").focus()
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUSED) == "English"


def test_nothing_to_translate_is_said(page: "Page", tmp_path: Path) -> None:
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
    page.locator("button.alternative").first.click()  # which is another sentence
    assert said.text_content() == ""


def test_an_address_with_an_empty_text_leads_to_the_first(page: "Page", tmp_path: Path) -> None:
    opened(page, tmp_path, "luong2015", "#text=+&scene=attention")
    assert place(page).startswith("Attention")
    assert page.locator("form.sentence input").input_value() == TEXTS[0]


def test_an_address_leads_to_a_beat_of_a_sentence_that_was_typed(
    page: "Page", tmp_path: Path
) -> None:
    translators = {"luong2015": player_pages.translator("luong2015")}
    text = page_of_translators(translators, ["I"], live=True)
    opened(page, tmp_path, "short", "#scene=travel", text=text)
    beats = place(page)
    page.locator("form.sentence input").fill(TEXTS[0])
    page.locator("form.sentence input").press("Enter")
    assert place(page).split()[-1] != beats.split()[-1]  # of so many
    for _ in range(5):
        page.locator(".stage").first.press("ArrowRight")
    before = place(page)
    assert before.startswith("What crosses, 6 of ")
    opened(page, tmp_path, "short", page.evaluate("location.hash"), text=text)
    assert place(page) == before


TWO = ("bahdanau2015", "luong2015")


def test_a_change_belongs_to_one_model(page: "Page", tmp_path: Path) -> None:
    translators = {arch: player_pages.translator(arch) for arch in TWO}
    text = page_of_translators(translators, TEXTS, live=True)
    opened(page, tmp_path, "two", "#scene=attention&step=1", text=text)
    page.locator("button.alternative").nth(2).click()
    assert page.get_by_role("button", name="Undo the change").is_visible()
    page.locator(".selects select").first.select_option(label="luong2015")
    assert not page.get_by_role("button", name="Undo the change").is_visible()
    expected = player_pages.traces("luong2015")[0].target
    assert page.locator(".result bdi").text_content() == expected.text
    outputs = page.locator(".versus p")
    assert outputs.nth(0).locator("bdi").all_text_contents() == list(expected.tokens)
    assert "luong2015 tiny" in (page.locator(".title .note").text_content() or "")


def test_a_model_without_weights_is_not_asked_for_other_sentences(
    page: "Page", tmp_path: Path
) -> None:
    translators = [player_pages.translator(arch) for arch in TWO]
    infos = [translator.info for translator in translators]
    models = [Model(TWO[0], infos[0], pack(translators[0])), Model(TWO[1], infos[1])]
    traces = tuple(translator.translate(TEXTS[0]).trace() for translator in translators)
    text = page_text(models, [Sentence(TEXTS[0], traces)])
    opened(page, tmp_path, "mixed", "#model=1", text=text)
    chosen = page.locator(".selects select")
    assert chosen.input_value() == "1"
    page.locator("form.sentence input").fill(TEXTS[1])
    page.locator("form.sentence input").press("Enter")
    assert page.locator(".result bdi").text_content() == player_pages.traces(TWO[0])[1].target.text
    assert "bahdanau2015 tiny" in (page.locator(".title .note").text_content() or "")
    assert chosen.count() == 0


def test_every_sentence_is_asked_about(page: "Page", tmp_path: Path) -> None:
    page.clock.install()
    opened(page, tmp_path, "bahdanau2015", "#scene=attention")
    page.get_by_role("button", name="Ask me first").click()
    for text in TEXTS:
        field = page.locator("form.sentence input")
        field.fill(text)
        field.press("Enter")
        page.get_by_role("button", name="Attention", exact=True).click()
        page.get_by_role("button", name="Play", exact=True).click()
        page.clock.run_for(15000)
        assert page.get_by_text("Where will it look next?").is_visible()
        page.locator(".question .chip").first.click()
        assert page.locator(".question").get_by_role("status").is_visible()


def test_a_page_that_was_out_of_sight_does_not_leap_ahead(page: "Page", tmp_path: Path) -> None:
    page.clock.install()
    opened(page, tmp_path, "bahdanau2015")
    page.get_by_role("button", name="Play", exact=True).click()
    before = float(page.locator(".seek").input_value())
    page.clock.fast_forward(60_000)  # one frame after a minute without any
    assert 0.5 < float(page.locator(".seek").input_value()) - before < 1.5
