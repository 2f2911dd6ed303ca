"""The player for everyone: by keyboard, in words, without motion, at any width, in any script."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import player_pages
import pytest
from player_pages import opened, place, press

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


def test_keys_alone_are_enough(page: "Page", tmp_path: Path) -> None:
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


def test_the_interface_speaks_chinese(page: "Page", tmp_path: Path) -> None:
    opened(page, tmp_path, "bahdanau2015")
    page.get_by_role("button", name="中文").click()
    assert page.locator(".s2s").get_attribute("lang") == "zh-CN"
    for scene in page.locator(".chapters button").all():
        assert re.search(r"[\u4e00-\u9fff]", scene.text_content() or "")
        scene.click()
        assert re.search(r"[\u4e00-\u9fff]", page.locator(".prose").text_content() or "")


@pytest.mark.parametrize("language", ["ar", "mr", "zh"])
@pytest.mark.parametrize("arch", ["bahdanau2015", "transformer2017"])
def test_every_script_is_shown_as_it_runs(
    page: "Page", tmp_path: Path, arch: str, language: str
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


def test_every_number_of_a_picture_is_in_a_table(page: "Page", tmp_path: Path) -> None:
    opened(page, tmp_path, "bahdanau2015", "#scene=attention&beat=softmax")
    page.get_by_role("tab", name="Tables").click()
    trace = player_pages.traces("bahdanau2015")[0]
    rows = page.locator("table", has_text="Numbers of this picture").locator("tbody tr")
    weights = [row for row in rows.all() if "attention.weights" in (row.text_content() or "")]
    assert len(weights) == len(trace.source)
    weights[0].get_by_role("button").press("Enter")
    assert "Weight of" in (page.locator(".equation h3").text_content() or "")
