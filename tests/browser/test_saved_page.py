"""The player's pages in a real browser: from disk, offline, sealed off, on every width."""

import html
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from command_line import WordRun, seq2see

import seq2see as package
from seq2see.trace.record import Trace
from seq2see.trace.storage import from_json, to_json
from seq2see.views import frames, widget
from seq2see.views.packed import rounded

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Frame, Page

pytestmark = pytest.mark.browser

TEXT = "red cat and blue dog"
GALLERY = Path(__file__).resolve().parents[2] / "docs" / "gallery"


@pytest.fixture(scope="module")
def trace(word_run: WordRun) -> Trace:
    return package.load(word_run.path).translate(TEXT).trace()


@pytest.fixture(scope="module")
def saved(trace: Trace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of traces."""
    path = tmp_path_factory.mktemp("saved") / "page.html"
    trace.save(path)
    return path


@pytest.fixture(scope="module")
def alive(word_run: WordRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with weights."""
    path = tmp_path_factory.mktemp("alive") / "page.html"
    done = seq2see("show", word_run, TEXT, "--out", path, "--no-open")
    assert done.code == 0, done.err
    assert done.out == f"{path}\n"
    return path


def running(place: "Page | Frame") -> None:
    place.wait_for_selector("html.running", timeout=60_000)


def open_page(page: "Page", path: Path, fragment: str = "") -> None:
    page.goto(path.as_uri() + fragment)
    running(page)


# What a picture consists of, in the order of drawing, as the browser has it.
MARKS = """() => {
  const read = (element) => {
    const attrs = {};
    for (const { name, value } of element.attributes)
      if (!/^(data-|class|style|lang|dir|tabindex|role|aria-)/.test(name)) attrs[name] = value;
    const children = [...element.children].map(read);
    return [element.tagName, attrs, children.length ? children : element.textContent];
  };
  return [...document.querySelector(".stage > svg").children].map(read);
}"""


def parsed(page: "Page", svg: str) -> Any:
    """The marks of an SVG file, read by the same browser."""
    page.set_content(f'<div class="stage">{svg}</div>')
    marks = page.evaluate(MARKS)
    assert [mark[0] for mark in marks[:2]] == ["title", "rect"]
    return marks[2:]


def test_it_opens_from_disk_and_asks_for_nothing(browser: "Browser", alive: Path) -> None:
    context = browser.new_context()
    context.set_offline(True)
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    open_page(page, alive)
    assert page.get_by_role("button", name="Play", exact=True).is_visible()
    for key in ("ArrowRight", "ArrowRight", "End", "Home"):
        page.keyboard.press(key)
    # The modules are in the page, and have addresses that begin with `blob:`.
    assert [url for url in asked if not url.startswith("blob:")] == [alive.as_uri()]
    assert complaints == []
    context.close()


def test_its_policy_allows_no_request(browser: "Browser", saved: Path) -> None:
    page = browser.new_page()
    open_page(page, saved)
    refused = page.evaluate(
        """async () => {
          const refused = [];
          document.addEventListener("securitypolicyviolation", (event) =>
            refused.push(event.effectiveDirective));
          await fetch("https://example.org/").catch(() => {});
          await new Promise((resolve) => {
            const image = new Image();
            image.onerror = resolve;
            image.src = "https://example.org/a.png";
          });
          return refused;
        }"""
    )
    assert refused == ["connect-src", "img-src"]
    page.close()


def test_frames_are_what_the_page_shows(page: "Page", saved: Path, trace: Trace) -> None:
    open_page(page, saved)
    width = page.evaluate("document.querySelector('.stage').clientWidth") - 2
    written = from_json(to_json(trace))  # what the page holds of it
    drawn = frames.frames(written, ["all"], width=width)
    places = {"blackbox": 0, "attention": 2, "matrix": -1}
    compared = [
        [frame for frame in drawn if frame.scene == scene][place]
        for scene, place in places.items()
    ]  # fmt: skip
    for frame in compared:
        page.goto("about:blank")
        open_page(page, saved, f"#scene={frame.scene}&beat={frame.beat}")
        shown = page.evaluate(MARKS)
        assert len(shown) > 2
        assert shown == parsed(page, frame.svg), (frame.scene, frame.beat)


@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
def test_it_fits_every_width(page: "Page", saved: Path, alive: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for path in (saved, alive):
        open_page(page, path)
        for _ in range(3):
            page.keyboard.press("End")
            assert page.evaluate("document.documentElement.scrollWidth") == width


def test_live_pages_translate_what_is_typed(page: "Page", alive: Path, word_run: WordRun) -> None:
    open_page(page, alive)
    field = page.get_by_role("combobox", name="Sentence").or_(page.get_by_role("textbox")).first
    field.fill("two dog and red house")
    page.keyboard.press("Enter")
    expected = rounded(package.load(word_run.path)).translate("two dog and red house").text
    page.wait_for_function("text => document.querySelector('.target').textContent === text",
                           arg=expected)  # fmt: skip


FRAME = '<iframe sandbox="allow-scripts" srcdoc="{}" style="width: 100%; height: 700px"></iframe>'


def test_two_sealed_frames_do_not_meet(page: "Page", saved: Path, alive: Path) -> None:
    sources = [path.read_text(encoding="utf-8") for path in (saved, alive)]
    page.set_content("".join(FRAME.format(html.escape(source)) for source in sources))
    first, second = page.frames[1:]
    for frame in (first, second):
        running(frame)
        assert frame.evaluate("self.origin") == "null"  # so storage and cookies throw
    before = second.evaluate(MARKS)
    first.locator(".stage").first.focus()
    page.keyboard.press("End")
    assert second.evaluate(MARKS) == before
    assert first.evaluate(MARKS) != before


def test_without_scripts_there_is_a_picture(browser: "Browser", saved: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(saved.as_uri())
    assert page.locator(".poster svg").is_visible()
    assert page.locator(".poster text", has_text="Output attends to source").is_visible()
    assert page.get_by_text("allow it to run scripts").is_visible()
    context.close()


def test_paper_shows_the_picture(page: "Page", saved: Path) -> None:
    open_page(page, saved)
    assert not page.locator(".poster").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".poster").is_visible()
    assert not page.locator("#player").is_visible()


def test_a_page_that_cannot_start_says_so(browser: "Browser", saved: Path) -> None:
    page = browser.new_page()
    page.add_init_script("delete window.DecompressionStream")
    page.goto(saved.as_uri())
    page.get_by_text("It needs a browser of 2023 or later").wait_for()
    assert page.locator(".poster svg").is_visible()
    page.close()


def notebook(*cells: str) -> str:
    """A notebook as HTML, as exporting makes it."""
    outputs = "".join(f'<div class="output">{cell}</div>' for cell in cells)
    return f"<!doctype html><meta charset=utf-8><title>Notebook</title>{outputs}"


def test_notebooks_show_players_side_by_side(page: "Page", trace: Trace) -> None:
    bundle = trace._repr_mimebundle_()
    page.set_content(notebook(bundle["text/html"], bundle["text/html"]))
    assert len(page.frames) == 3
    for frame in page.frames[1:]:
        running(frame)
        assert frame.locator(".stage svg").first.is_visible()


def test_untrusted_notebooks_show_a_picture(browser: "Browser", trace: Trace) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    # What is left after a notebook has taken scripts and frames away.
    cell = re.sub(
        r"<iframe.*?</iframe>", "", trace._repr_mimebundle_()["text/html"], flags=re.DOTALL
    )
    page.set_content(notebook(cell))
    image = page.get_by_role("img", name=TEXT)
    assert image.is_visible()
    box = image.bounding_box()
    assert box is not None
    assert box["height"] > 100
    context.close()


HARNESS = """async ({ source, values }) => {
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { default: widget } = await import(address);
  const listeners = new Map();
  const model = {
    saved: 0,
    get: (name) => values[name],
    // As Backbone's models do: who listens is told at once, before anything else is set.
    set: (name, value) => {
      if (values[name] === value) return;
      values[name] = value;
      for (const [listener, events] of listeners)
        if (events.includes(`change:${name}`)) listener();
    },
    save_changes: () => { model.saved++; },
    on: (event, listener) => listeners.set(listener, [...(listeners.get(listener) ?? []), event]),
    off: (event, listener) => listeners.delete(listener),
  };
  window.model = model;
  window.views = [];
  for (const el of document.querySelectorAll(".cell"))
    views.push(await widget.render({ model, el }));
}"""


def test_the_widget_shares_time_and_sentence(page: "Page", trace: Trace, word_run: WordRun) -> None:
    other = package.load(word_run.path).translate("one house")
    player = widget.Player(trace, other)
    state = {name: getattr(player, name) for name in ("data", "time", "playing", "sentence")}
    json.dumps(state)
    page.set_content('<div class="cell"></div><div class="cell"></div>')
    page.evaluate(HARNESS, {"source": widget.module(), "values": state})
    cells = page.locator(".cell")
    assert cells.nth(0).locator(".stage svg").first.is_visible()
    assert cells.nth(0).locator(".target").text_content() == trace.target.text
    # From Python to the player, in both views of it.
    page.evaluate("model.set('sentence', 1)")
    for view in (0, 1):
        assert cells.nth(view).locator(".target").text_content() == other.text
    before = page.evaluate("model.get('time')")
    page.evaluate("model.set('time', model.get('time') + 5)")
    assert page.evaluate("model.get('time')") == pytest.approx(before + 5)
    # From the player to Python.
    cells.nth(1).locator(".stage").first.focus()
    page.keyboard.press("End")
    assert page.evaluate("model.get('time')") > before + 5
    assert page.evaluate("model.saved") > 0
    cells.nth(0).locator("form.sentence select").select_option("0")
    for view in (0, 1):
        assert cells.nth(view).locator(".target").text_content() == trace.target.text
    assert page.evaluate("model.get('sentence')") == 0
    page.evaluate("views.forEach((end) => end())")
    assert page.locator(".s2s").count() == 0


def test_the_widget_plays_and_stops(page: "Page", trace: Trace) -> None:
    player = widget.Player(trace)
    state = {name: getattr(player, name) for name in ("data", "time", "playing", "sentence")}
    page.clock.install()
    page.set_content('<div class="cell"></div>')
    page.evaluate(HARNESS, {"source": widget.module(), "values": state})
    slider = page.locator(".seek")
    before = float(slider.input_value())
    page.evaluate("model.set('playing', true)")
    page.clock.run_for(1000)
    page.evaluate("model.set('playing', false)")
    assert float(slider.input_value()) == pytest.approx(before + 1, abs=0.1)  # and not back
    duration = float(slider.get_attribute("max") or 0)
    page.evaluate("time => model.set('time', time)", duration - 1)
    page.evaluate("model.set('playing', true)")
    page.clock.run_for(2000)
    assert page.evaluate("[model.get('playing'), model.get('time')]") == [False, duration]


def test_a_widget_that_was_closed_is_left_alone(page: "Page", trace: Trace) -> None:
    state = {"data": widget.Player(trace).data, "time": 0, "playing": True, "sentence": 0}
    page.emulate_media(color_scheme="light")
    page.set_content('<div class="cell"></div>')
    page.evaluate(HARNESS, {"source": widget.module(), "values": state})
    page.evaluate("window.old = document.querySelector('.s2s')")
    page.evaluate("views.forEach((end) => end())")
    page.emulate_media(color_scheme="dark")
    left = "[old.dataset.theme, old.querySelector('.seek').value]"
    before = page.evaluate(left)
    page.wait_for_timeout(300)
    assert page.evaluate(left) == before
    assert before[0] == "light"


@pytest.mark.parametrize("path", sorted(GALLERY.glob("*.html")), ids=lambda path: path.stem)
def test_gallery_pages_translate_rightly(page: "Page", path: Path) -> None:
    open_page(page, path)
    assert page.locator(".target").text_content() == "la fille voit la petite voiture rouge"
