"""What a notebook is given: the player, and a picture for where it may not run."""

import base64
import html
import re
from typing import Any

import pytest
import small_translators

from seq2see.decoding.translator import Translator
from seq2see.drawing import export
from seq2see.errors import ConfigError, MissingExtraError
from seq2see.views import notebook, widget
from seq2see.views.page import page_of


@pytest.fixture(scope="module")
def translator() -> Translator:
    return small_translators.translator("luong2015", settings={"model.hidden_dim": 8})


def test_a_translation_is_shown_by_the_player_before_a_picture(translator: Translator) -> None:
    translation = translator.translate("I am a student .")
    bundle = translation._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain", "image/png"}
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert "I am a student ." in bundle["text/plain"]
    [source] = re.findall(r'<iframe [^>]*srcdoc="([^"]*)"', bundle["text/html"])
    assert html.unescape(source) == page_of(translation.trace())
    assert 'sandbox="allow-scripts"' in bundle["text/html"]
    [picture] = re.findall(
        r'<img [^>]*src="data:image/svg\+xml;base64,([^"]*)"', bundle["text/html"]
    )
    assert base64.b64decode(picture).startswith(b"<svg ")


def test_the_picture_is_svg_where_png_cannot_be_drawn(
    translator: Translator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: Any, **__: Any) -> None:
        raise MissingExtraError("Drawing PNG", "figures")

    monkeypatch.setattr(export, "require", missing)
    bundle = notebook.notebook_bundle(translator.translate("I am").trace())
    assert set(bundle) == {"text/html", "text/plain", "image/svg+xml"}
    assert bundle["image/svg+xml"].startswith("<svg ")


def test_an_empty_translation_is_only_text(translator: Translator) -> None:
    assert translator.translate("")._repr_mimebundle_() == {}


def test_widgets_show_translations_and_traces(translator: Translator) -> None:
    translations = translator.translate(["I am a student .", "the train is good ."])
    player = widget.Player(translations[0], translations[1].trace(), title="Two", language="zh")
    assert (player.time, player.playing, player.sentence) == (0.0, False, 0)
    assert player.data["title"] == "Two"
    assert player.data["language"] == "zh"
    texts = [sentence["text"] for sentence in player.data["sentences"]]
    assert texts == ["I am a student .", "the train is good ."]
    player.time = 3.5
    assert player.get_state("time") == {"time": 3.5}
    player.sentence = 1
    with pytest.raises(
        ConfigError, match="`sentence` must be from 0 to 1, one of those shown, but is 2"
    ):
        player.sentence = 2
    assert player.sentence == 1
    with pytest.raises(ConfigError, match="needs something to show"):
        widget.Player()
