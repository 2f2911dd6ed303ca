"""The training report in a real browser: it fits, it can be read, and it needs no script."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import fake_runs
import pytest
from fake_runs import averaging, learning, timing, validation, write_run

from seq2see.training.report import write_report

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3


@pytest.fixture
def url(tmp_path: Path) -> str:
    run = write_run(
        tmp_path / "run",
        settings={"data.pair": "mr-ar", "train.max_updates": 20000},
        metrics=[
            *learning(20000),
            validation(20500, 1.7, 33.0, "أنا طالب", "", "देव"),
            validation(21000, 1.6, 34.0, "أنا طالب (2024).", LONG, "देव"),
            averaging([20000, 21000], 1.5, best=True),
        ],
        timings=[timing(update, 8000 + update % 700) for update in range(50, 20001, 50)],
        pairs=[("मी विद्यार्थी आहे.", "أنا طالب (2024)."), (LONG, LONG), ("देव", "देव")],
        files={
            "data/summary.json": {**fake_runs.SUMMARY, "leaking_sources": 3},
            "data/doctor.json": {
                "findings": [{"check": "order", "severity": "warning", "message": "Sorted."}]
            },
            "evaluation.json": fake_runs.EVALUATION,
        },
    )
    return write_report(run).as_uri()


@pytest.fixture
def begun(tmp_path: Path) -> str:
    return write_report(write_run(tmp_path / "begun")).as_uri()


# Contrast after WCAG 2.1, of every element with text of its own, against the nearest background.
CONTRASTS = """() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].reduce((sum, c, i) => {
    c /= 255;
    c = c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    return sum + c * [0.2126, 0.7152, 0.0722][i];
  }, 0);
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !element.getClientRects().length) continue;
    const style = getComputedStyle(element);
    const ink = light(parse(element.namespaceURI.endsWith("svg") ? style.fill : style.color));
    let ground = element;
    while (parse(getComputedStyle(ground).backgroundColor)[3] === 0) ground = ground.parentElement;
    const paper = light(parse(getComputedStyle(ground).backgroundColor));
    const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    found.push([ratio, element.textContent.slice(0, 30)]);
  }
  return found;
}"""

# Labels of each chart that leave the page or lie on each other.
COLLISIONS = """() => {
  const found = [];
  for (const plot of document.querySelectorAll(".plot > svg")) {
    const labels = [...plot.querySelectorAll("text")].map((label) =>
      [label.textContent, label.getBoundingClientRect()]);
    for (const [i, [text, box]] of labels.entries()) {
      const frame = plot.closest("figure").getBoundingClientRect();
      if (box.left < frame.left || box.right > frame.right) found.push(`${text} leaves`);
      for (const [other, second] of labels.slice(i + 1)) {
        const apart = box.right <= second.left || second.right <= box.left
          || box.bottom <= second.top || second.bottom <= box.top;
        if (!apart) found.push(`${text} on ${other}`);
      }
    }
  }
  return found;
}"""


@pytest.mark.parametrize("width", [360, 600, 768, 1280, 1920])
def test_it_fits_every_width(page: "Page", url: str, begun: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for address in (url, begun):
        page.goto(address)
        for summary in page.locator("summary").all():
            summary.click()
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(COLLISIONS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_contrast(page: "Page", url: str, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(url)
    for summary in page.locator("summary").all():
        summary.click()
    contrasts = page.evaluate(CONTRASTS)
    assert len(contrasts) > 100
    assert min(contrasts)[0] >= 4.5, min(contrasts)


def test_both_schemes_differ(page: "Page", url: str) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(url)
        grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(set(grounds)) == 2


def test_every_script_runs_its_own_way(page: "Page", url: str) -> None:
    page.goto(url)
    directions = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".sample div[dir]")].map(
             (div) => [div.querySelector("p").textContent, getComputedStyle(div).direction]))"""
    )
    assert directions["أنا طالب (2024)."] == "rtl"
    assert directions["मी विद्यार्थी आहे."] == "ltr"
    assert directions[LONG] == "ltr"


def test_it_is_complete_without_scripts(browser: "Browser", url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(url)
    assert page.get_by_role("img", name="Loss by update").is_visible()
    assert page.get_by_role("heading", name="Translations as they improve").is_visible()
    page.get_by_text("Numbers of Loss").click()
    assert page.get_by_role("rowheader", name="21,000", exact=True).first.is_visible()
    context.close()


def test_the_pointer_reads_values(page: "Page", url: str) -> None:
    page.goto(url)
    area = page.locator(".area").first
    box = area.bounding_box()
    assert box is not None
    area.hover(position={"x": box["width"] - 1, "y": 50})
    values = page.locator(".values").first
    assert "validation 1.6 at 21,000" in values.inner_text()
    frame = values.bounding_box()
    assert frame is not None
    assert frame["x"] >= box["x"]
    page.mouse.move(0, 0)
    assert not values.is_visible()
