"""The Python interface."""

import signal
from pathlib import Path
from typing import Any

import pytest
import torch
from small_trainings import SETTINGS, SIZES, Told, write_corpora

import seq2see
from seq2see import api
from seq2see.config import Config
from seq2see.data.doctor import OverfitResult
from seq2see.errors import ConfigError, UsageError
from seq2see.training import checkpoint, examination


@pytest.fixture(autouse=True)
def one_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Learning one batch by heart, tested elsewhere, takes longer than all the rest."""
    found = OverfitResult(updates=9, first_loss=2.0, last_loss=0.1, learnt=True)
    monkeypatch.setattr(examination, "learn_one_batch", lambda *_: found)


def train(folder: Path, listener: Told, **more: Any) -> seq2see.Run:
    named = write_corpora(folder)
    return seq2see.train(
        folder / "train.jsonl",
        valid=named["data.valid"],
        test=[folder / "test.jsonl"],
        pair="fr-en",
        arch="bahdanau2015",
        size="tiny",
        settings={**SETTINGS, **SIZES["recurrent"], **more},
        out=folder / "run",
        listener=listener,
    )


def test_train_resume_load_and_translate(tmp_path: Path) -> None:
    told = Told()
    run = train(tmp_path, told)
    assert run.config.data.languages == ("fr", "en")
    assert run.config.model.arch == "bahdanau2015"
    assert len(run.held_out("test")) == 3
    again = seq2see.resume(tmp_path / "run", more=4, listener=told)
    assert again.config.train.max_updates == 16
    assert checkpoint.updates(run.path) == [16]
    translator = seq2see.load(str(tmp_path / "run"), device="cpu", threads=1)
    assert torch.get_num_threads() == 1
    result = translator.translate("un deux")
    assert result.source == "un deux"
    assert result.attention is not None
    assert len(translator.translate(["un", "deux"])) == 2


def test_ctrl_c_is_raised_after_a_checkpoint(tmp_path: Path) -> None:
    told = Told()

    def interrupt(count: int = 1, note: str = "") -> None:
        told.advanced += count
        if told.advanced == 5:
            signal.raise_signal(signal.SIGINT)

    told.advance = interrupt  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, told)
    assert checkpoint.updates(tmp_path / "run") == [4, 5]
    assert f"continue with `seq2see train --resume --out {tmp_path / 'run'}`" in told.text
    told.advanced = 2
    with pytest.raises(KeyboardInterrupt):
        seq2see.resume(tmp_path / "run", listener=told)
    assert checkpoint.updates(tmp_path / "run")[-1] == 8
    assert seq2see.resume(tmp_path / "run", listener=Told()).config.train.max_updates == 12
    assert checkpoint.updates(tmp_path / "run") == [12]


def configure(**arguments: Any) -> Config:
    return api.configure(**{"data": "a.tsv", **arguments})


def test_what_is_named_wins_over_the_file_and_settings_over_both(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text(
        '[data]\npair = "en-fr"\ntrain = ["x"]\n[train]\nlr = 0.5\nseed = 3\n'
        '[model]\narch = "cho2014"\n',
        encoding="utf-8",
    )
    found = configure(config=path, pair="en-de", settings={"train.lr": 0.25})
    assert found.data.train == ("a.tsv",)
    assert found.data.pair == "en-de"
    assert (found.train.lr, found.train.seed) == (0.25, 3)
    assert found.model.arch == "cho2014"
    assert configure(config=path, arch="luong2015").model.arch == "luong2015"
    assert configure(data=(), config=path).data.train == ("x",)
    nested = configure(settings={"train": {"lr": 0.125}, "train.seed": 9})
    assert (nested.train.lr, nested.train.seed) == (0.125, 9)


def test_corpora_are_one_name_or_several() -> None:
    assert api.specs("a b.tsv") == ("a b.tsv",)
    assert api.specs(Path("a")) == ("a",)
    assert api.specs(["a", Path("b")]) == ("a", "b")


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (["builtin:en-fr"], "en-fr"),
        (["builtin:fr-en/test:20"], "fr-en"),
        (["builtin:copy"], None),
        (["builtin:en-fr", "builtin:en-zh"], None),
        (["corpus.tsv"], None),
        ([], None),
    ],
)
def test_builtin_corpora_know_their_languages(spec: list[str], expected: str | None) -> None:
    assert api.builtin_languages(spec) == expected
    if spec:
        assert configure(data=spec).data.pair == expected
        assert configure(data=spec, pair="xx-yy").data.pair == "xx-yy"


def test_a_corpus_must_be_named() -> None:
    with pytest.raises(ConfigError, match="No corpus was named; give a file of pairs"):
        configure(data=())


def test_an_unknown_builtin_corpus_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean `copy`"):
        configure(data="builtin:copi")


def test_an_existing_run_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "notes").touch()
    with pytest.raises(UsageError, match="exists already"):
        train(tmp_path, Told())
