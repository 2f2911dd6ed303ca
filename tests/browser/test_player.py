"""The player in a real browser: it plays, and its numbers are the model's."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import player_pages
import pytest
from player_pages import ARCHITECTURES, TEXTS, opened, place, press

from seq2see.trace.record import Trace

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

NUMBERS = """() => [...document.querySelectorAll(".stage svg [data-number]")]
  .filter((one) => !one.closest(".comparison"))
  .map((one) => [one.dataset.number, one.tagName === "text" ? one.textContent
    : one.querySelector("text")?.textContent ?? one.dataset.title ?? ""])"""


@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_every_scene_plays_to_its_end(page: "Page", tmp_path: Path, arch: str) -> None:
    page.clock.install()
    opened(page, tmp_path, arch)
    scenes = page.locator(".chapters button").all_text_contents()
    assert len(scenes) >= 5
    page.locator("select[aria-label=Speed]").select_option("4")
    page.get_by_role("button", name="To the beginning").click()
    page.get_by_role("button", name="Play", exact=True).click()
    seen = set()
    duration = float(page.locator(".seek").get_attribute("max") or 0)
    for _ in range(int(duration / 1.6) + 20):
        page.clock.fast_forward(400)  # one frame after 1.6 seconds of the player's time
        seen.add(page.locator(".chapters [aria-current]").text_content())
        if page.get_by_role("button", name="Play", exact=True).is_visible():
            break
    assert float(page.locator(".seek").input_value()) == pytest.approx(duration, abs=0.02)
    assert seen == set(scenes)


@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_numbers_on_the_stage_are_those_of_the_trace(
    page: "Page", tmp_path: Path, arch: str
) -> None:
    opened(page, tmp_path, arch)
    trace = player_pages.traces(arch)[0]
    checked = 0
    for scene in page.locator(".chapters button").all():
        scene.click()
        for _ in range(6):
            press(page, "ArrowRight")
            for written, shown in page.evaluate(NUMBERS):
                checked += is_shown_right(trace, written, shown)
    assert checked > 200


def is_shown_right(trace: Trace, written: str, shown: str) -> bool:
    """Whether a number was compared; fails if it is not the trace's."""
    match = re.fullmatch(r"(.+)\[([\d,]*)\]", written)
    assert match, written
    name, index = match[1], tuple(int(entry) for entry in match[2].split(",") if entry)
    if name not in trace.tensors or not re.fullmatch(r"[−<>]*[\d.,]+%?", shown):
        return False
    value = float(trace[name][index])
    text = shown.replace("−", "-").replace(",", "")
    # Cells of a matrix of weights write percentages without their sign.
    percent = text.endswith("%") or (name.endswith(".weights") and text.isdigit())
    share = 0.01 if percent else 1.0
    text = text.rstrip("%")
    if text.lstrip("-")[0] in "<>":
        sign = "<" if "<" in text else ">"
        bound = float(text.replace(sign, "").lstrip("-")) * share
        assert abs(value) < bound if sign == "<" else value > bound, (written, shown, value)
        return True
    decimals = len(text.partition(".")[2])
    assert float(text) * share == pytest.approx(value, abs=0.501 * share * 10.0**-decimals), written
    return True


@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_a_click_on_a_number_shows_its_equation(page: "Page", tmp_path: Path, arch: str) -> None:
    opened(page, tmp_path, arch)
    trace = player_pages.traces(arch)[0]
    opens = 0
    for scene in page.locator(".chapters button").all():
        scene.click()
        press(page, "ArrowRight", "ArrowRight", "ArrowRight")
        cells = page.locator(".stage svg rect.clickable[data-number]")
        for cell in cells.all()[::17]:
            written = cell.get_attribute("data-number") or ""
            if float(cell.evaluate("e => Number(getComputedStyle(e.closest('g')).opacity)")) < 1:
                continue
            cell.dispatch_event("click")
            match = re.fullmatch(r"(.+)\[([\d,]*)\]", written)
            assert match
            if match[1] not in trace.tensors:
                continue
            shown = page.locator(".equation .value").text_content() or ""
            value = float(trace[match[1]][tuple(int(entry) for entry in match[2].split(","))])
            if "<" not in shown:
                told = float(shown.replace("=", "").replace("−", "-").replace(",", ""))
                assert told == pytest.approx(value, rel=2e-2, abs=2e-3)
            assert page.locator(".equation math").count() > 0
            opens += 1
    assert opens > 5


def test_shift_and_arrows_go_from_word_to_word(page: "Page", tmp_path: Path) -> None:
    opened(page, tmp_path, "bahdanau2015", "#scene=dance")
    steps = []
    for _ in range(4):
        press(page, "Shift+ArrowRight")
        match = re.search(r"step (\d+)", place(page))
        steps.append(int(match[1]) if match else 0)
    assert steps == sorted(set(steps))


def test_the_address_leads_back(page: "Page", tmp_path: Path) -> None:
    opened(page, tmp_path, "transformer2017", "#scene=matrix&layer=1&head=2&lang=zh")
    press(page, "ArrowRight")
    address = page.evaluate("location.hash")
    before = place(page)
    picture = page.locator(".stage svg").first.inner_html()
    assert "layer=1" in address
    assert "head=2" in address
    page.goto("about:blank")
    opened(page, tmp_path, "transformer2017", address)
    assert place(page) == before
    assert page.locator(".s2s").get_attribute("lang") == "zh-CN"
    assert page.locator(".stage svg").first.inner_html() == picture


def test_the_same_time_is_the_same_picture(page: "Page", tmp_path: Path) -> None:
    opened(page, tmp_path, "luong2015")
    slider = page.locator(".seek")

    def picture(time: float) -> str:
        slider.evaluate(
            "(e, t) => { e.value = t; e.dispatchEvent(new Event('input')); }", str(time)
        )
        return page.locator(".stage svg").first.inner_html()

    duration = float(slider.get_attribute("max") or 0)
    times = [duration * share for share in (0.13, 0.37, 0.61, 0.88)]
    forwards = [picture(time) for time in times]
    backwards = [picture(time) for time in reversed(times)]
    assert forwards == backwards[::-1]
    assert len(set(forwards)) == len(times)


def test_a_typed_sentence_is_translated_in_the_page(page: "Page", tmp_path: Path) -> None:
    opened(page, tmp_path, "luong2015")
    page.locator("form.sentence input").fill("I see a good student .")
    page.get_by_role("button", name="Translate", exact=True).click()
    first = page.locator(".stage svg").first.inner_html()
    assert "student" in first
    assert page.locator(".result").text_content() != ""
    page.locator("form.sentence input").fill(TEXTS[0])
    page.get_by_role("button", name="Translate", exact=True).click()
    trace = player_pages.traces("luong2015")[0]
    assert (page.locator(".result bdi").text_content() or "").split() == trace.target.text.split()


def test_another_word_is_forced_and_shown_beside(page: "Page", tmp_path: Path) -> None:
    opened(page, tmp_path, "bahdanau2015", "#scene=attention&step=1")
    token = page.locator("button.alternative").nth(2)
    word = token.locator(".token").text_content() or ""
    token.click()
    assert page.locator(".comparison").is_visible()
    outputs = page.locator(".versus p")
    assert outputs.nth(0).locator("bdi").nth(1).text_content() == word
    original = player_pages.traces("bahdanau2015")[0].target.tokens
    assert outputs.nth(1).locator("bdi").all_text_contents() == list(original)
    assert page.locator(".stage svg").count() == 2
    page.get_by_role("button", name="Undo the change").click()
    assert not page.locator(".comparison").is_visible()


def test_attention_is_changed_by_hand(page: "Page", tmp_path: Path) -> None:
    opened(page, tmp_path, "luong2015", "#scene=attention&step=1")
    sliders = page.locator(".weight input")
    sliders.first.evaluate("e => { e.value = 0.9; e.dispatchEvent(new Event('input')); }")
    values = [float(one.input_value()) for one in sliders.all()]
    assert values[0] == pytest.approx(0.9)
    assert sum(values) == pytest.approx(1, abs=0.05)  # sliders round to hundredths
    page.get_by_role("button", name="Translate on with these weights").click()
    assert "90%" in (page.locator(".weight").first.text_content() or "")
    page.get_by_role("button", name="Undo the change").click()
    for name in ("Everywhere alike", "Only the highest", "No attention"):
        page.get_by_role("button", name=name).click()
        assert page.locator(".comparison").is_visible()
        page.get_by_role("button", name="Undo the change").click()


def test_nearest_words_are_those_of_the_embedding_table(page: "Page", tmp_path: Path) -> None:
    opened(page, tmp_path, "luong2015")
    page.get_by_role("tab", name="Words in space").click()
    page.get_by_label("word", exact=True).fill("student")
    page.locator(".words form").first.get_by_role("button").click()
    shown = page.locator(".words .card").first.locator(".token").all_text_contents()
    translator = player_pages.translator("luong2015")
    table = translator.model.state_dict()["encoder.embedding.weight"].half().float().numpy()
    own = translator.source_tokenizer.id_of(" student")
    near = table @ table[own] / np.linalg.norm(table, axis=1) / np.linalg.norm(table[own])
    order = [token for token in np.argsort(-near) if token > 3 and token != own]
    expected = translator.source_tokenizer.labels([int(token) for token in order[: len(shown)]])
    assert shown == list(expected)
    page.get_by_label("word", exact=True).fill("zzzz")
    page.locator(".words form").first.get_by_role("button").click()
    assert "zzzz" in (page.locator(".words .warning").text_content() or "")


def test_it_asks_before_it_shows(page: "Page", tmp_path: Path) -> None:
    page.clock.install()
    opened(page, tmp_path, "bahdanau2015", "#scene=attention")
    page.get_by_role("button", name="Ask me first").click()
    page.get_by_role("button", name="Play", exact=True).click()
    page.clock.run_for(15000)
    question = page.locator(".question")
    assert question.get_by_text("Where will it look next?").is_visible()
    assert "%" not in (page.locator(".stage svg").first.text_content() or "")
    question.locator(".chip").first.click()
    assert question.get_by_role("status").is_visible()
    question.get_by_role("button", name="Show me").click()
    page.clock.run_for(1500)
    assert "%" in (page.locator(".stage svg").first.text_content() or "")


def test_a_page_without_weights_says_so(page: "Page", tmp_path: Path) -> None:
    opened(page, tmp_path, "cho2014", live=False)
    assert page.locator("form.sentence select").is_visible()
    assert page.locator("button.alternative").count() == 0
    page.get_by_role("tab", name="Words in space").click()
    assert "--live" in (page.locator(".words").text_content() or "")


def test_the_page_says_which_model_it_is(page: "Page", tmp_path: Path) -> None:
    opened(page, tmp_path, "cho2014")
    info = player_pages.traces("cho2014")[0].model
    note = page.get_by_text(f"cho2014 tiny, {info.num_parameters:,} parameters")
    assert note.is_visible()


def test_a_link_pasted_into_the_open_page_is_followed(page: "Page", tmp_path: Path) -> None:
    opened(page, tmp_path, "bahdanau2015", "#scene=attention&beat=softmax&step=0")
    page.evaluate("location.hash = '#scene=matrix&beat=row1'")
    page.wait_for_function("document.querySelector('.seek').ariaValueText?.includes('2 of')")
    assert "Alignment" in place(page)
    assert "step=" not in page.evaluate("location.hash")


def test_a_step_without_attention_is_not_said_to_look(page: "Page", tmp_path: Path) -> None:
    opened(page, tmp_path, "bahdanau2015", "#scene=attention&beat=softmax&step=1")
    page.get_by_role("button", name="No attention").click()
    page.locator(".comparison").wait_for()
    assert "left without attention" in page.locator(".prose").inner_text()
    assert "without attention at step 2" in page.locator(".versus").inner_text()
    assert "step 2" in place(page)
