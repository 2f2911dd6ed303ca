"""``seq2see show``: where pages and frames go, and what is refused."""

import base64
import gzip
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from command_line import WordRun, seq2see

from seq2see.cli import show
from seq2see.run import Run


def data_of(path: Path) -> dict[str, Any]:
    """What a page shows."""
    [packed] = re.findall(r' id="packed">(.*?)</script>', path.read_text(encoding="utf-8"))
    data: dict[str, Any] = json.loads(gzip.decompress(base64.b85decode(packed.replace(",", "<"))))[
        "data"
    ]
    return data


def texts_of(data: dict[str, Any]) -> list[str]:
    return [sentence["text"] for sentence in data["sentences"]]


def test_held_out_sentences_are_shown_in_the_run(word_run: WordRun, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(word_run.path, run)
    done = seq2see("show", run, "--no-open")
    assert (done.code, done.err, done.out) == (0, "", f"{run / 'page.html'}\n")
    data = data_of(run / "page.html")
    opened = Run.open(run)
    held_out = {pair.source for pair in opened.held_out("test") or opened.held_out("valid")}
    texts = texts_of(data)
    assert set(texts) <= held_out
    assert 1 < len(texts) <= 3
    assert [len(text.split()) for text in texts] == sorted(len(text.split()) for text in texts)
    assert data["models"][0]["packed"] is not None
    assert data["sentences"][0]["traces"] == [None]
    assert data["title"].startswith("run")


def test_given_sentences_are_shown(word_run: WordRun, tmp_path: Path) -> None:
    out = tmp_path / "a.html"
    done = seq2see("show", word_run, "red cat", "blue dog", "--out", out, "--no-live",
                   "--language", "zh", "--beam", "2", "--no-open")  # fmt: skip
    assert done.code == 0, done.err
    data = data_of(out)
    assert texts_of(data) == ["red cat", "blue dog"]
    assert data["language"] == "zh"
    assert data["models"][0]["packed"] is None
    assert data["sentences"][0]["traces"][0]["beam"]["search"]["beam_size"] == 2


def test_beam_size_reaches_live_pages(word_run: WordRun, tmp_path: Path) -> None:
    out = tmp_path / "a.html"
    assert seq2see("show", word_run, "red cat", "--out", out, "--beam", "7", "--no-open").code == 0
    assert data_of(out)["models"][0]["packed"]["decode"]["beam_size"] == 7


def test_two_runs_stand_side_by_side(word_run: WordRun, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(word_run.path, other)
    out = tmp_path / "a.html"
    done = seq2see("show", word_run, "red cat", "--against", other, "--out", out, "--no-open")
    assert done.code == 0, done.err
    data = data_of(out)
    assert [model["name"] for model in data["models"]] == [word_run.path.name, "other"]
    assert len(data["sentences"][0]["traces"]) == 2


def test_frames_are_numbered(word_run: WordRun, tmp_path: Path) -> None:
    done = seq2see("show", word_run, "red cat", "--frames", "svg", "--at", "attention",
                   "--at", "0", "--out", tmp_path / "cat.svg")  # fmt: skip
    assert done.code == 0, done.err
    first, second = sorted(tmp_path.iterdir())
    assert [first.name, second.name] == ["cat-0001.svg", "cat-0002.svg"]
    assert first.read_text(encoding="utf-8").startswith("<svg ")
    assert [line.split()[0] for line in done.out.splitlines()] == [str(first), str(second)]
    assert "attention/" in done.out


def test_frames_get_a_folder_and_keep_the_dots_of_their_name(
    word_run: WordRun, tmp_path: Path
) -> None:
    done = seq2see("show", word_run, "red cat", "--frames", "svg", "--at", "0",
                   "--out", tmp_path / "figures" / "fig.1")  # fmt: skip
    assert done.code == 0, done.err
    assert [path.name for path in (tmp_path / "figures").iterdir()] == ["fig.1-0001.svg"]


def test_a_page_in_no_folder_is_named(word_run: WordRun, tmp_path: Path) -> None:
    out = tmp_path / "none" / "a.html"
    done = seq2see("show", word_run, "red cat", "--out", out, "--no-open")
    assert done.code == 1
    assert (
        f"There is no folder `{out.parent}` for `{out}`; make it, or check the path."
        in " ".join(done.err.split())
    )


def test_a_run_does_not_stand_beside_itself(word_run: WordRun) -> None:
    done = seq2see("show", word_run, "red cat", "--against", word_run.path / ".", "--no-open")
    assert done.code == 2
    assert "is the run itself; name another, or leave it out." in done.error


def test_frames_can_be_png(word_run: WordRun, tmp_path: Path) -> None:
    done = seq2see("show", word_run, "red cat", "--frames", "png", "--at", "0", "--width", "400",
                   "--theme", "dark", "--out", tmp_path / "cat")  # fmt: skip
    assert done.code == 0, done.err
    content = (tmp_path / "cat-0001.png").read_bytes()
    assert content.startswith(b"\x89PNG")
    assert int.from_bytes(content[16:20], "big") == 800


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--out", "a.svg"], "`--out a.svg` must end in .html, since a page is written."),
        (["--at", "3"], "`--at` has no meaning for a page; add --frames, or leave `--at` out."),
        (["--width", "300"], "`--width` has no meaning for a page"),
        (["--frames", "svg", "--live"], "`--live` has no meaning for frames; leave --frames out"),
        (["--frames", "gif"], "`--frames` must be svg or png, but is `gif`"),
        (["--frames", "svg", "--width", "3"], "A picture must be 240 to 10,000 pixels wide"),
        (["--frames", "svg", "--theme", "drak"], "did you mean `dark`?"),
        (["--language", "fr"], "`--language` must be en or zh, but is `fr`"),
        (["--frames", "svg", "--at", "beem"], "There is no time `beem`"),
    ],
)
def test_misuse_is_refused(word_run: WordRun, options: list[str], message: str) -> None:
    done = seq2see("show", word_run, "red cat", "--no-open", *options)
    assert done.code == 2
    assert message in done.error


def test_a_run_without_held_out_sentences_needs_a_text(word_run: WordRun, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(word_run.path, run)
    for name in ("valid", "test"):
        (run / "data" / f"{name}.jsonl").unlink(missing_ok=True)
    done = seq2see("show", run, "--no-open")
    assert done.code == 2
    assert "has no held-out sentences to show; give one: seq2see show" in done.error


def test_pages_open_only_where_somebody_sees_them(
    word_run: WordRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    arguments = ["show", word_run, "red cat", "--out", tmp_path / "a.html"]
    assert seq2see(*arguments).code == 0  # no terminal
    assert opened == []
    monkeypatch.setattr(show, "has_display", lambda: True)
    assert seq2see(*arguments, "--no-open").code == 0
    assert opened == []
    assert seq2see(*arguments).code == 0
    assert opened == [(tmp_path / "a.html").as_uri()]


@pytest.mark.parametrize(
    ("platform", "terminal", "display", "seen"),
    [
        ("linux", True, ":0", True),
        ("linux", True, "", False),
        ("linux", False, ":0", False),
        ("darwin", True, "", True),
        ("win32", False, "", False),
    ],
)
def test_somebody_sees_a_terminal_with_a_display(
    monkeypatch: pytest.MonkeyPatch, platform: str, terminal: bool, display: str, seen: bool
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert show.has_display() == seen


def test_a_run_is_named_wherever_one_stands(
    word_run: WordRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(word_run.path, tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    assert seq2see("show", ".", "red cat", "--no-open").code == 0
    data = data_of(tmp_path / "here" / "page.html")
    assert data["models"][0]["name"] == "here"


def test_titles_name_runs_and_languages() -> None:
    assert show.title_of(["demo"], {("en", "fr")}) == "demo, en → fr"
    assert show.title_of(["a", "b"], {("en", "fr"), ("en", "de")}) == "a / b"
    assert show.title_of(["a"], {("", "")}) == "a"


def test_an_empty_sentence_is_refused(word_run: WordRun) -> None:
    done = seq2see("show", word_run, "red cat", " ", "--no-open")
    assert done.code == 2
    assert "A TEXT is empty" in done.err
