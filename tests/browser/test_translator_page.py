"""The page of a service in a real browser: people translate, and see what each word looked at."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command_line import WordRun, command
from services import Service, serving

from seq2see import load

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SENTENCE = "red cat and blue dog"


@pytest.fixture(scope="module")
def service(
    word_run: WordRun, back_run: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("page"), word_run, back_run) as started:
        yield started


@pytest.fixture
def opened(page: "Page", service: Service) -> "Page":
    """The page, from English to French."""
    page.goto(service.address)
    page.wait_for_selector("#target option", state="attached")
    page.select_option("#source", "en")
    page.select_option("#target", "fr")
    return page


def says(page: "Page", text: str, where: str = "#output") -> None:
    """Wait until the translation reads so. (The page allows no ``eval`` to wait by.)"""
    for _ in range(300):
        found = page.locator(where).text_content()
        if found == text:
            return
        page.wait_for_timeout(50)
    raise AssertionError((found, text))


def test_it_translates_while_one_types(opened: "Page", word_run: WordRun) -> None:
    opened.locator("#text").press_sequentially(SENTENCE, delay=30)
    says(opened, load(word_run.path).translate(SENTENCE).text)
    assert opened.locator("#count").inner_text() == "20 / 50000 characters"
    opened.click("#clear")
    says(opened, "")
    assert opened.locator("#copy").is_disabled()


def test_white_space_stays(opened: "Page", word_run: WordRun) -> None:
    opened.fill("#text", f"  {SENTENCE}\n\n\t{SENTENCE}\n")
    text = load(word_run.path).translate(SENTENCE).text
    says(opened, f"  {text}\n\n\t{text}")


def test_a_word_shows_what_it_looked_at(opened: "Page", word_run: WordRun) -> None:
    opened.fill("#text", SENTENCE)
    attention = load(word_run.path).translate(SENTENCE).attention
    assert attention is not None
    units = opened.locator("#output .unit")
    units.nth(1).hover()
    row = attention.values[1][: len(SENTENCE.split())]
    marks = opened.locator("#mirror mark")
    shown = {
        mark.inner_text(): float(mark.evaluate("one => one.style.getPropertyValue('--weight')"))
        for mark in marks.all()
    }
    expected = {
        word: float(weight)
        for word, weight in zip(SENTENCE.split(), row, strict=True)
        if weight >= 0.05
    }
    assert shown == pytest.approx(expected, abs=2e-3)
    best = max(expected, key=lambda word: expected[word])
    told = opened.locator("#hint").inner_text()
    assert told.startswith(f"“chat” looked at {best} {round(100 * expected[best])} %")


def test_a_tap_shows_it_too(browser: "Browser", service: Service) -> None:
    page = browser.new_context(has_touch=True, viewport={"width": 400, "height": 800}).new_page()
    page.goto(service.address)
    page.fill("#text", SENTENCE)
    page.locator("#output:not(.old) .unit").nth(1).tap()
    assert page.locator("#output .chosen").inner_text() == "chat"
    assert page.locator("#mirror mark").count() > 0
    page.locator("#text").tap()
    assert page.locator("#output .chosen").count() == 0
    page.context.close()


def test_marks_lie_under_their_words(opened: "Page") -> None:
    """The mirror breaks its lines where the text field does."""
    opened.fill("#text", " ".join([SENTENCE] * 2))
    opened.locator("#output .unit").nth(1).hover()
    same = ["font", "letterSpacing", "padding", "width", "lineHeight", "whiteSpace"]
    styles = opened.evaluate(
        """names => ["mirror", "text"].map((id) => {
          const style = getComputedStyle(document.getElementById(id));
          return names.map((name) => style[name]);
        })""",
        same,
    )
    assert styles[0] == styles[1]


def test_alternatives_take_the_place_of_the_translation(opened: "Page") -> None:
    opened.fill("#text", "red cat")
    says(opened, "rouge chat")
    listed = opened.locator("#alternatives button")
    shown = opened.locator("#alternatives [aria-pressed=true]")
    assert "rouge chat" in shown.inner_text()
    order = listed.all_inner_texts()
    listed.nth(1).click()
    says(opened, listed.nth(1).locator("span").first.inner_text())
    assert listed.all_inner_texts() == order
    assert shown.all_inner_texts() == [order[1]]
    listed.first.click()
    says(opened, "rouge chat")


def test_alternatives_of_each_sentence(opened: "Page", word_run: WordRun) -> None:
    opened.fill("#text", f"{SENTENCE}\nred cat")
    first = load(word_run.path).translate(SENTENCE).text
    says(opened, f"{first}\nrouge chat")
    assert opened.locator("#which").inner_text() == SENTENCE
    opened.locator("#output .sentence").nth(1).click()
    assert opened.locator("#which").inner_text() == "red cat"
    assert opened.locator("#output .current").inner_text() == "rouge chat"
    other = opened.locator("#alternatives button span:first-child").nth(1).inner_text()
    opened.locator("#alternatives button").nth(1).click()
    says(opened, f"{first}\n{other}")
    opened.locator("#output").focus()
    opened.keyboard.press("Home")
    assert opened.locator("#which").inner_text() == SENTENCE
    with opened.context.expect_page() as new:
        opened.click("#player")
    new.value.wait_for_selector(".running .stage svg")
    assert new.value.title().startswith(SENTENCE)


def test_the_other_way_round(opened: "Page", back_run: Path) -> None:
    opened.select_option("#source", "fr")
    opened.select_option("#target", "de")
    assert opened.locator("#swap").is_disabled()  # no run reads German
    opened.fill("#text", "rouge chat")
    says(opened, load(back_run).translate("rouge chat").text)


def test_swapping_keeps_what_was_typed_last(opened: "Page") -> None:
    opened.select_option("#source", "fr")
    opened.select_option("#target", "de")
    opened.select_option("#source", "en")
    opened.select_option("#target", "fr")
    opened.fill("#text", "red cat")
    says(opened, "rouge chat")
    opened.route("**/v1/translate", lambda _: None)  # never answered
    opened.fill("#text", "blue dog")
    opened.evaluate("document.getElementById('swap').disabled = false")
    opened.click("#swap")
    assert opened.input_value("#text") == "blue dog"


def test_through_a_third_language(opened: "Page") -> None:
    opened.select_option("#target", "de")
    opened.fill("#text", SENTENCE)
    says(opened, "By way of French.", "#status")
    assert opened.locator("#output .unit").count() == 0
    assert opened.locator("#hint").inner_text().startswith("Two models translated this")
    opened.fill("#text", f"{SENTENCE}\nred cat")
    says(opened, SENTENCE, "#which")
    opened.locator("#output").focus()
    opened.keyboard.press("End")  # from sentence to sentence, where no word looks at any
    assert opened.locator("#which").inner_text() == "red cat"


def test_a_file_comes_back_translated(opened: "Page", word_run: WordRun, tmp_path: Path) -> None:
    lines = [SENTENCE, "", "one two"] * 50
    path = tmp_path / "lines.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with opened.expect_download() as download:
        opened.set_input_files("#file", path)
    assert download.value.suggested_filename == "lines.fr.txt"
    saved = tmp_path / "saved.txt"
    download.value.save_as(saved)
    known = [one.text for one in load(word_run.path).translate(lines)]
    assert saved.read_text(encoding="utf-8") == "\n".join(known) + "\n"
    path.write_bytes(b"\xff\xfe\x00")
    opened.set_input_files("#file", path)
    says(opened, "lines.txt is not text in UTF-8.", "#filed")
    path.write_bytes(b"")
    opened.set_input_files("#file", path)
    says(opened, "lines.txt is empty.", "#filed")
    opened.select_option("#interface", "zh")
    says(opened, "lines.txt 是空文件。", "#filed")


def test_what_is_translated_of_a_file_is_not_lost(
    browser: "Browser", service: Service, tmp_path: Path
) -> None:
    path = tmp_path / "lines.txt"
    path.write_text("red cat\n" * 130 + "red " * 2000 + "\nblue dog\n", encoding="utf-8")
    page = browser.new_context().new_page()
    page.goto(service.address)
    page.wait_for_selector("#target option", state="attached")
    with page.expect_download() as download:
        page.set_input_files("#file", path)
    saved = tmp_path / "saved.txt"
    download.value.save_as(saved)
    assert saved.read_text(encoding="utf-8") == "rouge chat\n" * 130
    says(
        page,
        "Stopped at line 131: A sentence has 7999 characters; the most is 4000. What comes before "
        "is saved as lines.fr.txt.",
        "#filed",
    )
    page.route("**/v1/translate", lambda route: route.abort())
    page.set_input_files("#file", path)
    says(page, "The service has no time now; going on in 5 s …", "#filed")
    page.click("#stop")
    says(page, "Stopped at line 1: as you wished. ", "#filed")
    assert page.locator("#file").is_enabled()
    page.context.close()


def test_the_player_opens_on_the_sentence(opened: "Page") -> None:
    opened.fill("#text", SENTENCE)
    opened.locator("#output .unit").first.hover()
    with opened.context.expect_page() as new:
        opened.click("#player")
    player = new.value
    player.wait_for_selector(".running .stage svg")
    assert player.title().startswith(SENTENCE)
    assert player.evaluate("window.origin") == "null"  # it can reach nothing of the service


def test_by_keyboard_alone(opened: "Page") -> None:
    opened.locator("#text").focus()
    opened.keyboard.type("red cat")
    says(opened, "rouge chat")
    for _ in range(4):
        opened.keyboard.press("Tab")
        if opened.evaluate("document.activeElement.id") == "output":
            break
    assert opened.evaluate("document.activeElement.id") == "output"
    for key, word in (("ArrowRight", "rouge"), ("ArrowRight", "chat"), ("ArrowLeft", "rouge")):
        opened.keyboard.press(key)
        assert opened.locator("#output .chosen").inner_text() == word
    opened.keyboard.press("Shift+ArrowRight")  # selects
    assert opened.locator("#output .chosen").inner_text() == "rouge"
    opened.keyboard.press("Escape")
    assert opened.locator("#output .chosen").count() == 0


def test_in_chinese(opened: "Page") -> None:
    opened.select_option("#interface", "zh")
    assert opened.locator("#clear").inner_text() == "清空"
    assert opened.locator("html").get_attribute("lang") == "zh"
    assert opened.locator("#target option").first.inner_text() == "法语"
    opened.reload()
    assert opened.locator("#clear").inner_text() == "清空"


def test_arabic_runs_from_right_to_left(opened: "Page") -> None:
    opened.fill("#text", "أنا طالب")
    assert opened.locator("#text").evaluate("one => getComputedStyle(one).direction") == "rtl"


def test_a_refusal_is_shown(browser: "Browser", service: Service) -> None:
    page = browser.new_context().new_page()  # Chromium itself reports refusals on the console
    page.goto(service.address)
    page.fill("#text", "blue dog")
    says(page, "bleu chien")
    page.fill("#text", "red " * 2000)
    says(page, "A sentence has 7999 characters; the most is 4000.", "#status")
    assert page.locator("#output").inner_text() == ""  # what was there is of another text
    assert page.locator("#copy").is_disabled()
    page.fill("#text", "red cat")
    says(page, "rouge chat")
    page.context.close()


def test_a_service_that_comes_later_is_found(browser: "Browser", service: Service) -> None:
    page = browser.new_context().new_page()
    page.route("**/languages", lambda route: route.abort(), times=1)
    page.goto(service.address)
    gone = "The service cannot be reached; it will be asked again soon."
    says(page, gone, "#status")
    page.fill("#text", "red cat")
    says(page, "rouge chat")
    page.route("**/v1/translate", lambda route: route.abort(), times=1)
    page.fill("#text", "blue dog")
    says(page, gone, "#status")
    says(page, "bleu chien")  # without a key
    no_json = "<html>The proxy has given up.</html>"
    page.route("**/v1/translate", lambda route: route.fulfill(status=502, body=no_json), times=1)
    page.fill("#text", "red")
    says(page, "502 Bad Gateway", "#status")
    page.unroute("**/v1/translate")
    page.context.close()


def test_other_runs_than_at_first_are_found(
    browser: "Browser", service: Service, word_run: WordRun, back_run: Path
) -> None:
    page = browser.new_context().new_page()
    page.goto(service.address)
    page.wait_for_selector("#target option", state="attached")
    page.select_option("#source", "en")
    page.select_option("#target", "fr")
    service.ask(f"/v1/runs/{word_run.path.name}/unload", {})
    try:
        page.fill("#text", "rouge chat")
        says(page, load(back_run).translate("rouge chat").text)
        assert page.locator("#source option").all_inner_texts() == ["French"]
    finally:
        assert service.ask(f"/v1/runs/{word_run.path.name}/load", {}).status == 200
    page.fill("#text", "red cat")  # what was chosen is there again when it can be
    says(page, "rouge chat")
    page.context.close()


def test_a_run_that_comes_back_is_found(
    browser: "Browser", word_run: WordRun, tmp_path: Path
) -> None:
    with serving(tmp_path, word_run) as service:
        page = browser.new_context().new_page()
        page.goto(service.address)
        page.wait_for_selector("#target option", state="attached")
        service.ask(f"/v1/runs/{word_run.path.name}/unload", {})
        page.fill("#text", "red cat")
        says(page, "No run is loaded.", "#status")
        assert page.locator("#source").is_disabled()
        service.ask(f"/v1/runs/{word_run.path.name}/load", {})
        says(page, "rouge chat")
        page.context.close()


def test_the_player_says_why_it_cannot(browser: "Browser", service: Service) -> None:
    page = browser.new_context().new_page()
    reply = page.goto(f"{service.address}/player?run=nothing&text=red")
    assert reply is not None
    assert reply.status == 404
    assert page.locator("p").first.inner_text() == "There is no run nothing."
    page.click("a")
    page.wait_for_selector("#target option", state="attached")
    page.context.close()


def test_what_is_said_stays_in_sight(browser: "Browser", service: Service) -> None:
    page = browser.new_context(viewport={"width": 1000, "height": 700}).new_page()
    page.goto(service.address)
    page.fill("#text", "red cat. " * 7000)
    says(page, "The text has 63000 characters; the most is 50000.", "#status")
    for one in ("#status", "#count", "#clear"):
        box = page.locator(one).bounding_box()
        assert box is not None
        assert 0 < box["y"] < 700 - box["height"]
    page.context.close()


def test_a_file_waits_for_its_turn(browser: "Browser", word_run: WordRun, tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_text("red cat\n" * 350, encoding="utf-8")
    with serving(tmp_path, word_run, "--rate", 30) as service:
        for _ in range(28):
            service.ask("/v1/translate", {"text": "red", "run": word_run.path.name})
        page = browser.new_context().new_page()
        page.goto(service.address)
        page.wait_for_selector("#target option", state="attached")
        with page.expect_download() as download:
            page.set_input_files("#file", path)
            says(page, "The service has no time now; going on in 2 s …", "#filed")
        saved = tmp_path / "saved.txt"
        download.value.save_as(saved)
        assert saved.read_text(encoding="utf-8") == "rouge chat\n" * 350
        page.context.close()


def test_keys_and_runs_without_languages(
    browser: "Browser", word_run: WordRun, tmp_path: Path
) -> None:
    keys = tmp_path / "keys"
    key = command("serve", "--new-key", "ada", "--keys", keys).out.strip()
    plain = shutil.copytree(word_run.path, tmp_path / "plain")
    config = plain / "config.toml"
    config.write_text(
        config.read_text(encoding="utf-8").replace('pair = "en-fr"', ""), encoding="utf-8"
    )
    with serving(tmp_path, word_run, plain, "--keys", keys) as service:
        page = browser.new_context().new_page()
        page.goto(service.address)
        page.wait_for_selector("#target option", state="attached")
        page.fill("#text", "red cat")
        asks = "This service asks for a valid API key; enter it above."
        says(page, asks, "#status")
        page.fill("#key", "wrong")
        page.wait_for_timeout(1000)
        says(page, asks, "#status")
        page.fill("#key", key)
        says(page, "rouge chat")
        page.reload()  # the key stays for as long as the tab does
        page.wait_for_selector("#source option", state="attached")
        page.select_option("#source", label="plain")
        assert page.locator("#target").is_disabled()
        page.fill("#text", "blue dog")
        says(page, load(word_run.path).translate("blue dog").text)
        with page.context.expect_page() as new:
            page.click("#player")
        new.value.wait_for_selector(".running .stage svg")
        assert key not in new.value.url
        page.context.close()


@pytest.mark.parametrize("width", [360, 768, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out(browser: "Browser", service: Service, width: int, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    page.goto(service.address)
    page.fill("#text", "red cat " * 10 + "x" * 200)
    page.wait_for_selector("#output:not(.old) .unit")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    colours = page.locator("#output").evaluate(
        "one => [getComputedStyle(one).color, getComputedStyle(one.closest('.pane')).background]"
    )
    ink, paper = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in colours)
    assert (ink > paper) == (scheme == "dark")
    assert abs(ink - paper) > 400
    context.close()
