"""Saved pages: whole, small, escaped, and refused where they make no sense."""

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
import small_translators

from seq2see.decoding.translator import Translator
from seq2see.errors import ConfigError, Seq2seeError, UsageError
from seq2see.trace.record import Trace
from seq2see.trace.storage import from_json
from seq2see.views import live, modules
from seq2see.views.page import Model, Sentence, page, page_of

STATIC = Path(modules.__file__).parent / "static"


@pytest.fixture(scope="module")
def translator() -> Translator:
    return small_translators.translator("bahdanau2015", settings={"model.hidden_dim": 8})


@pytest.fixture(scope="module")
def trace(translator: Translator) -> Trace:
    return translator.translate("I am a student .").trace()


def unpacked(text: str) -> dict[str, Any]:
    """What a browser finds in a page."""
    [packed] = re.findall(r'<script type="text/plain" id="packed">(.*?)</script>', text)
    content: dict[str, Any] = json.loads(
        gzip.decompress(base64.b85decode(packed.replace(",", "<")))
    )
    return content


def test_a_page_holds_the_trace(trace: Trace) -> None:
    data = unpacked(page_of(trace))["data"]
    assert data["version"] == 1
    assert data["language"] == "en"
    assert [model["packed"] for model in data["models"]] == [None]
    assert data["models"][0]["info"]["arch"] == "bahdanau2015"
    [sentence] = data["sentences"]
    assert sentence["text"] == "I am a student ."
    again = from_json(sentence["traces"][0])
    assert again.target.ids == trace.target.ids
    name = "decoder.attention.weights"
    assert (again[name] == trace[name]).all()


def test_every_module_comes_after_those_it_imports() -> None:
    files = {
        f"seq2see/{path.relative_to(STATIC).with_suffix('').as_posix()}"
        for path in STATIC.rglob("*.js")
    }
    names = modules.order(modules.ENTRY)
    assert names[-1] == modules.ENTRY
    assert len(set(names)) == len(names)
    assert set(names) <= files
    for place, name in enumerate(names):
        text = (STATIC / f"{name.removeprefix('seq2see/')}.js").read_text(encoding="utf-8")
        statements = re.findall(r"^import [^;]*;", text, re.MULTILINE)
        wanted = [re.findall(r'"([^"]+)"', statement)[0] for statement in statements]
        assert set(wanted) <= set(names[:place]), name


def test_every_import_can_be_linked() -> None:
    """The loader links static imports by their bare name; there are no others."""
    for path in STATIC.rglob("*.js"):
        code = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        dynamic = re.findall(r"\bimport\(", code)
        assert len(dynamic) == (1 if path.name == "loader.js" else 0), path
        assert not re.search(r'^import\s*"', code, re.MULTILINE), path
        names = re.findall(r'^(?:import|export|\}).*\bfrom\s*"([^"]+)"', code, re.MULTILINE)
        assert all(name.startswith("seq2see/") for name in names), path


def test_comments_and_indentation_are_left_out_and_nothing_else() -> None:
    text = modules.source("seq2see/timeline")
    whole = (STATIC / "timeline.js").read_text(encoding="utf-8")
    assert "@param" in whole
    assert "@param" not in text
    code = [line for line in whole.splitlines() if not re.match(r" *(/\*\*|\*|//)", line)]
    assert [line for line in text.splitlines() if line] == [
        line.strip() for line in code if line.strip()
    ]


def test_modules_in_a_circle_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    circle = {"seq2see/a": ("seq2see/b",), "seq2see/b": ("seq2see/c",), "seq2see/c": ("seq2see/b",)}
    monkeypatch.setattr(modules, "imports", circle.__getitem__)
    message = "in a circle, seq2see/b -> seq2see/c -> seq2see/b; break it"
    with pytest.raises(Seq2seeError, match=message):
        modules.order("seq2see/a")


def test_missing_files_are_named() -> None:
    with pytest.raises(Seq2seeError, match=r"`no/such\.js` is missing from this installation"):
        modules.source("seq2see/no/such")


def test_what_a_user_wrote_cannot_become_markup(translator: Translator) -> None:
    text = 'I </script><script>alert("$title")</script> <!-- &amp; am'
    trace = translator.translate(text).trace()
    made = page_of(trace, title=text)
    assert made.count("<script") == made.count("</script>") == 3
    assert "<!--" not in made
    assert "alert(&quot;$title&quot;)" in made
    assert unpacked(made)["data"]["title"] == text


@pytest.mark.parametrize(
    ("language", "code", "words"), [("en", "en", "run scripts"), ("zh", "zh-CN", "静态图")]
)
def test_pages_speak_a_language(trace: Trace, language: Any, code: str, words: str) -> None:
    made = page_of(trace, language=language)
    assert f'<html lang="{code}">' in made
    assert words in made
    assert unpacked(made)["data"]["language"] == language


def test_the_poster_shows_attention_or_probabilities(trace: Trace) -> None:
    assert "Output attends to source" in page_of(trace)
    without = small_translators.translator("sutskever2014", settings={"model.hidden_dim": 8})
    assert "What might have come next" in page_of(without.translate("I am").trace())


def test_a_page_needs_something_to_show(trace: Trace) -> None:
    model = Model("one", trace.model)
    with pytest.raises(ConfigError, match="needs at least one model and one sentence"):
        page_of()
    with pytest.raises(ConfigError, match="`I` has 1 traces, but the page shows 2 models"):
        page([model, model], [Sentence("I", (trace,))])


def test_traces_are_saved_as_pages(trace: Trace, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    trace.save(path)
    assert path.read_text(encoding="utf-8") == page_of(trace)
    with pytest.raises(ConfigError, match="has a detail and precision of its own"):
        trace.save(path, detail="all")


def test_live_pages_hold_weights_and_no_traces(translator: Translator) -> None:
    made = live.page_of_translators({"one": translator}, ["I am a student ."], title="Mine")
    data = unpacked(made)["data"]
    assert data["title"] == "Mine"
    assert data["sentences"] == [{"text": "I am a student .", "traces": [None]}]
    packed = data["models"][0]["packed"]
    assert packed["format"] == "seq2see-model"
    names = dict(translator.model.named_parameters())
    assert set(packed["parameters"]) <= set(names)


def test_weights_are_left_out_on_request(translator: Translator) -> None:
    assert live.packed(translator, False) is None
    assert live.packed(translator, True) == live.packed(translator, None)


def test_large_models_are_live_on_request_only(
    translator: Translator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    parameters = translator.info.num_parameters
    monkeypatch.setattr(live, "USUAL", parameters)
    assert live.packed(translator, None) is not None
    monkeypatch.setattr(live, "USUAL", parameters - 1)
    assert live.packed(translator, None) is None
    said = capsys.readouterr().err
    assert f"{parameters:,} parameters, are left out above {parameters - 1:,}" in " ".join(
        said.split()
    )
    assert live.packed(translator, True) is not None
    monkeypatch.setattr(live, "MOST", parameters - 1)
    with pytest.raises(UsageError, match=f"holds models up to {parameters - 1:,} parameters"):
        live.packed(translator, True)


def test_pages_are_small(trace: Trace) -> None:
    """The player's code, which is in every page."""
    empty = modules.pack({})
    assert len(empty) < 200_000


def test_no_text_of_a_module_runs_over_lines() -> None:
    """Indentation is left out of pages, so that it must not be part of a text."""
    odd = [
        line
        for name in modules.order(modules.ENTRY)
        for line in modules.source(name).splitlines()
        if line.count("`") % 2
    ]
    assert [line for line in odd if "[\\p{P}$+<=>^`|~]" not in line] == []


def test_a_very_large_trace_is_stored_in_16_bits(
    trace: Trace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kinds() -> set[str]:
        data = unpacked(page_of(trace))["data"]
        tensors = data["sentences"][0]["traces"][0]["tensors"]
        return {stored["dtype"] for stored in tensors.values()}

    assert kinds() == {"float32"}
    monkeypatch.setattr("seq2see.views.page.LARGE", 100)
    assert kinds() == {"float16"}
