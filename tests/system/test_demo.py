"""``seq2see demo``: everything once, on a corpus of a few hundred pairs."""

from pathlib import Path

import pytest
from command_line import SETTINGS, WordRun, seq2see

from seq2see.cli import demo


def test_the_demo_ends_with_its_pages(
    word_run: WordRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "CORPUS", str(word_run.data))
    monkeypatch.setattr(demo, "SENTENCES", ("one red cat", "two blue dog and six house"))
    sets = {**SETTINGS, "train.max_updates": 20, "train.validate_every": 10, "data.pair": "en-fr"}
    options = [part for key, value in sets.items() for part in ("--set", f"{key}={value}")]
    out = tmp_path / "run"
    for _ in range(2):  # the second time, what is finished is shown again
        done = seq2see("demo", "--out", out, *options)
        assert done.code == 0, done.err
        page = (out / "page.html").read_text(encoding="utf-8")
        assert f"{out / 'page.html'}: open it in a browser" in done.out
        assert f"<title>{out.name}, en → fr</title>" in page
        assert "one red cat" in page
        (out / "page.html").unlink()
