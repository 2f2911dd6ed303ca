"""``seq2see train``: its help, and how options reach the training."""

from typing import Any

import pytest
from command_line import seq2see

from seq2see import api
from seq2see import config as configuration


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[Any, ...], dict[str, Any]]]:
    """What the command asks of the Python interface."""
    made: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
    for name in ("train", "resume"):

        def note(*arguments: Any, name: str = name, **options: Any) -> None:
            made.append((name, arguments, options))

        monkeypatch.setattr(api, name, note)
    return made


def test_help_lists_every_setting_once() -> None:
    done = seq2see("train", "--help")
    assert done.code == 0
    entries = [line.split()[0] for line in done.out.splitlines() if line.startswith("  ")]
    for key in configuration.field_docs():
        assert entries.count(key) == 1
    assert max(map(len, done.out.splitlines())) <= 100


def test_options_reach_training(calls: list[Any]) -> None:
    done = seq2see(
        "train", "a.tsv", "b.tsv", "--out", "run", "--valid", "v", "--test", "t", "--pair", "en-de",
        "--arch", "cho2014", "--size", "tiny", "--config", "c.toml", "--threads", "3",
        "--device", "cpu", "--set", "train.lr=0.1", "--split-by", "row",
    )  # fmt: skip
    assert done.code == 0
    [(name, arguments, given)] = calls
    assert (name, arguments) == ("train", (["a.tsv", "b.tsv"],))
    assert given == {
        "out": "run", "valid": ["v"], "test": ["t"], "pair": "en-de", "arch": "cho2014",
        "size": "tiny", "config": "c.toml", "device": "cpu", "threads": 3,
        "settings": {"train.lr": 0.1, "data.split_by": "row"},
    }  # fmt: skip
    assert done.out == "Wrote run. Next: seq2see translate run; seq2see evaluate run\n"


def test_a_configuration_file_may_name_the_corpora(calls: list[Any]) -> None:
    assert seq2see("train", "--config", "c.toml", "--out", "run").code == 0
    assert calls[0][1] == ((),)


def test_resuming(calls: list[Any]) -> None:
    done = seq2see("train", "--resume", "--out", "run", "--more", "5", "--set", "train.lr=0.1")
    assert done.code == 0
    assert calls == [
        ("resume", ("run",),
         {"more": 5, "settings": {"train.lr": 0.1}, "device": None, "threads": None}),
    ]  # fmt: skip
    assert seq2see("train", "--resume", "--out", "run", "--more", "0").code == 2


def test_an_interrupted_training_exits_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(api, "train", stop)
    done = seq2see("train", "a.tsv", "--out", "run")
    assert (done.code, done.out) == (130, "")
    assert "interrupted" in done.err
