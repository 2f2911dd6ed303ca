"""The player in a real browser: it plays, its numbers are the model's, everyone can use it."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import player_pages
import pytest
from player_pages import ARCHITECTURES, TEXTS

from seq2see.trace.record import Trace

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

NUMBERS = """() => [...document.querySelectorAll(".stage svg [data-number]")]
  .filter((one) => !one.closest(".comparison"))
  .map((one) => [one.dataset.number, one.tagName === "text" ? one.textContent
    : one.querySelector("text")?.textContent ?? one.dataset.title ?? ""])"""


@pytest.fixture
def problems(page: "Page") -> list[str]:
    """What the page complains of."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on(
        "console",
        lambda message: (
            found.append(message.text) if message.type in ("error", "warning") else None
        ),
    )
    return found


def opened(
    page: "Page",
    folder: Path,
    arch: str,
    address: str = "",
    *,
    live: bool = True,
    language: str = "fr",
) -> None:
    path = folder / f"{arch}.html"
    path.write_text(player_pages.page(arch, live=live, language=language), encoding="utf-8")
    page.goto(path.as_uri() + address)
    page.locator(".transport").wait_for()


def press(page: "Page", *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def place(page: "Page") -> str:
    return page.locator(".seek").get_attribute("aria-valuetext") or ""


@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_every_scene_plays_to_its_end(
    page: "Page", tmp_path: Path, problems: list[str], arch: str
) -> None:
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
    assert problems == []


@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_numbers_on_the_stage_are_those_of_the_trace(
    page: "Page", tmp_path: Path, problems: list[str], arch: str
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
    assert problems == []


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
def test_a_click_on_a_number_shows_its_equation(
    page: "Page", tmp_path: Path, problems: list[str], arch: str
) -> None:
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
    assert problems == []


def test_keys_alone_are_enough(page: "Page", tmp_path: Path, problems: list[str]) -> None:
    opened(page, tmp_path, "bahdanau2015")
    first = place(page)
    press(page, "ArrowRight")
    second = place(page)
    assert second != first
    press(page, "ArrowLeft")
    assert place(page) == first
    press(page, "End")
    last = place(page)
    press(page, "Home")
    assert place(page) == first
    assert last not in (first, second)
    press(page, ">")
    assert page.locator("select[aria-label=Speed]").input_value() == "2"
    press(page, "Space")
    page.wait_for_timeout(300)
    press(page, "Space")
    assert float(page.locator(".seek").input_value()) > 0
    press(page, "?")
    assert page.get_by_role("dialog").is_visible()
    press(page, "Escape")
    assert not page.get_by_role("dialog").is_visible()
    press(page, "p")
    assert page.locator(".s2s.presenting").count() == 1
    press(page, "Escape")
    assert page.locator(".s2s.presenting").count() == 0
    assert problems == []


def test_tab_reaches_everything_and_shows_where_it_is(page: "Page", tmp_path: Path) -> None:
    opened(page, tmp_path, "luong2015")
    reached = set()
    for _ in range(80):
        press(page, "Tab")
        state: dict[str, Any] = page.evaluate(
            """() => { const e = document.activeElement; const s = getComputedStyle(e);
              return {name: e.getAttribute("aria-label") ?? e.textContent.trim(),
                      outline: parseFloat(s.outlineWidth), inside: Boolean(e.closest(".s2s"))}; }"""
        )
        if not state["inside"]:
            break
        assert state["outline"] >= 2, state
        reached.add(state["name"])
    assert {"Translate", "Play", "Time", "Speed", "This step", "Print"} <= reached


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


def test_reduced_motion_jumps_from_beat_to_beat(browser: "Browser", tmp_path: Path) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.clock.install()
    opened(page, tmp_path, "bahdanau2015", "#scene=travel")
    page.get_by_role("button", name="Play", exact=True).click()
    pictures: dict[str, set[str]] = {}
    for _ in range(20):
        page.clock.run_for(100)
        seen, picture = page.evaluate(
            """() => [document.querySelector(".seek").getAttribute("aria-valuetext"),
                      document.querySelector(".stage svg").innerHTML]"""
        )
        pictures.setdefault(seen, set()).add(picture)
    assert len(pictures) > 1
    assert all(len(seen) == 1 for seen in pictures.values())
    context.close()


@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
@pytest.mark.parametrize("arch", ["bahdanau2015", "transformer2017"])
def test_it_fits_every_width(page: "Page", tmp_path: Path, arch: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    opened(page, tmp_path, arch)
    for scene in page.locator(".chapters button").all():
        scene.click()
        press(page, "ArrowRight")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    for tab in page.get_by_role("tab").all():
        tab.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


# Contrast after WCAG 2.1 of every text in sight, that of pictures against the shapes below it.
CONTRASTS = """() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].reduce((sum, c, i) => {
    c /= 255;
    c = c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    return sum + c * [0.2126, 0.7152, 0.0722][i];
  }, 0);
  const shown = (e) => { for (let n = e; n && n.nodeType === 1; n = n.parentNode)
    if (Number(getComputedStyle(n).opacity) < 0.99) return false; return true; };
  const found = [];
  for (const e of document.querySelectorAll(".s2s *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    const aside = e.closest("option, [hidden], [disabled], .tip");
    if (!own || !e.getClientRects().length || aside || !shown(e)) continue;
    const svg = e.namespaceURI.endsWith("svg");
    const style = getComputedStyle(e);
    const ink = light(parse(svg ? style.fill : style.color));
    let paper;
    const box = e.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const under = (s) => { const b = s.getBoundingClientRect();
      return s.tagName === "rect" && !/none|url/.test(s.getAttribute("fill"))
        && b.left <= x && x <= b.right && b.top <= y && y <= b.bottom; };
    const below = svg && [...e.parentNode.children].filter(under).pop();
    if (below) paper = light(parse(getComputedStyle(below).fill));
    else {
      let ground = e;
      const colour = () => parse(getComputedStyle(ground).backgroundColor);
      while (colour()[3] === 0) ground = ground.parentElement;
      paper = light(colour());
    }
    const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    found.push([ratio, e.textContent.slice(0, 30)]);
  }
  return found;
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("arch", ["luong2015", "transformer2017"])
def test_every_text_has_contrast(page: "Page", tmp_path: Path, arch: str, theme: str) -> None:
    opened(page, tmp_path, arch, f"#theme={theme}")
    for scene in page.locator(".chapters button").all():
        scene.click()
        press(page, "ArrowRight", "ArrowRight")
        contrasts = page.evaluate(CONTRASTS)
        assert len(contrasts) > 20
        assert min(contrasts)[0] >= 4.5, (scene.text_content(), min(contrasts))


def test_a_typed_sentence_is_translated_in_the_page(
    page: "Page", tmp_path: Path, problems: list[str]
) -> None:
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
    assert problems == []


def test_another_word_is_forced_and_shown_beside(
    page: "Page", tmp_path: Path, problems: list[str]
) -> None:
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
    assert problems == []


def test_attention_is_changed_by_hand(page: "Page", tmp_path: Path, problems: list[str]) -> None:
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
    assert problems == []


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


def test_tables_say_what_the_pictures_show(page: "Page", tmp_path: Path) -> None:
    opened(page, tmp_path, "transformer2017", live=False)
    page.get_by_role("tab", name="Tables").click()
    trace = player_pages.traces("transformer2017", live=False)[0]
    matrix = trace.attention()
    table = page.locator("table", has_text="Attention: rows")
    assert table.locator("thead th").all_text_contents() == ["", *matrix.columns]
    assert table.locator("tbody th").all_text_contents() == list(matrix.rows)
    row = [
        float(cell.strip("%<>"))
        for cell in table.locator("tbody tr").first.locator("td").all_text_contents()
    ]
    assert row == pytest.approx([100 * float(value) for value in np.asarray(matrix)[0]], abs=0.6)


def test_a_page_without_weights_says_so(page: "Page", tmp_path: Path) -> None:
    opened(page, tmp_path, "cho2014", live=False)
    assert page.locator("form.sentence select").is_visible()
    assert page.locator("button.alternative").count() == 0
    page.get_by_role("tab", name="Words in space").click()
    assert "--live" in (page.locator(".words").text_content() or "")


def test_the_interface_speaks_chinese(page: "Page", tmp_path: Path, problems: list[str]) -> None:
    opened(page, tmp_path, "bahdanau2015")
    page.get_by_role("button", name="中文").click()
    assert page.locator(".s2s").get_attribute("lang") == "zh-CN"
    for scene in page.locator(".chapters button").all():
        assert re.search(r"[\u4e00-\u9fff]", scene.text_content() or "")
        scene.click()
        assert re.search(r"[\u4e00-\u9fff]", page.locator(".prose").text_content() or "")
    assert problems == []


@pytest.mark.parametrize("language", ["ar", "mr", "zh"])
@pytest.mark.parametrize("arch", ["bahdanau2015", "transformer2017"])
def test_every_script_is_shown_as_it_runs(
    page: "Page", tmp_path: Path, problems: list[str], arch: str, language: str
) -> None:
    opened(page, tmp_path, arch, language=language)
    trace = (
        player_pages.translator(arch, language)
        .translate(player_pages.FOREIGN[language][0][0])
        .trace()
    )
    for scene in page.locator(".chapters button").all():
        scene.click()
        press(page, "ArrowRight", "ArrowRight")
        places = page.evaluate(
            """() => Object.fromEntries([...document.querySelectorAll('.stage [data-link]')].map(
                 (one) => [one.dataset.link, one.getBoundingClientRect().x]))"""
        )
        assert all(np.isfinite(list(places.values())))
    page.locator(".chapters button").first.click()
    press(page, "End")
    page.locator(".chapters button").first.click()
    for _ in range(6):
        press(page, "ArrowRight")
    first, second = (
        page.locator(f'.stage [data-link="source:{place}"]').first.bounding_box()
        for place in (0, 1)
    )
    assert first is not None
    assert second is not None
    assert (first["x"] > second["x"]) == (language == "ar")
    field = page.locator("form.sentence input")
    assert field.get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    assert field.get_attribute("lang") == ("ar" if language == "ar" else "en")
    assert page.locator(".result bdi").text_content() == trace.target.text
    assert problems == []


def test_the_page_says_which_model_it_is(page: "Page", tmp_path: Path) -> None:
    opened(page, tmp_path, "cho2014")
    info = player_pages.traces("cho2014")[0].model
    note = page.get_by_text(f"cho2014 tiny, {info.num_parameters:,} parameters")
    assert note.is_visible()


def test_every_number_of_a_picture_is_in_a_table(page: "Page", tmp_path: Path) -> None:
    opened(page, tmp_path, "bahdanau2015", "#scene=attention&beat=softmax")
    page.get_by_role("tab", name="Tables").click()
    trace = player_pages.traces("bahdanau2015")[0]
    rows = page.locator("table", has_text="Numbers of this picture").locator("tbody tr")
    weights = [row for row in rows.all() if "attention.weights" in (row.text_content() or "")]
    assert len(weights) == len(trace.source)
    weights[0].get_by_role("button").press("Enter")
    assert "Weight of" in (page.locator(".equation h3").text_content() or "")


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
