"""The logs of training."""

import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from small_trainings import tiny_trainer

from seq2see.errors import MissingExtraError
from seq2see.training import journal, metrics
from seq2see.training.journal import Journal, Stopwatch
from seq2see.training.metrics import Entry
from seq2see.training.validation import Validation

FOUND = Validation(loss=1.5, bleu=20.0, samples=("x", "y"), exact_match=0.25)


def trained(update: int) -> Entry:
    return {"update": update, "epoch": 0, "tokens": 9, "loss": 1.0, "lr": 0.1, "grad_norm": 2.0}


def filled(folder: Path) -> Journal:
    """Updates 2 and 4, a validation and an average after the latter, and update 6."""
    kept = tiny_trainer(folder).journal
    kept.trained(trained(2), 10.0)
    kept.trained(trained(4), 10.6)
    kept.validated(4, FOUND, best=True)
    kept.averaged(4, [2, 4], FOUND, best=False)
    kept.trained(trained(6), 10.0)
    return kept


def test_what_is_written(tmp_path: Path) -> None:
    kept = filled(tmp_path)
    entries = metrics.read(kept.metrics.path)
    assert entries[1] == trained(4)
    assert entries[2] == {
        "update": 4, "valid_loss": 1.5, "valid_perplexity": 4.48169, "valid_bleu": 20.0,
        "valid_exact_match": 0.25, "best": True, "samples": ["x", "y"],
    }  # fmt: skip
    assert entries[3] == {
        "update": 4, "averaged": [2, 4], "valid_loss": 1.5, "valid_bleu": 20.0,
        "valid_exact_match": 0.25, "best": False,
    }  # fmt: skip
    timing = metrics.read(kept.timings.path)[1]
    assert (timing["update"], timing["tokens_per_second"]) == (4, 11)
    assert timing["memory_mib"] > 10


def test_without_translations_there_is_no_bleu(tmp_path: Path) -> None:
    kept = tiny_trainer(tmp_path).journal
    kept.validated(1, Validation(1.0, None, ()), best=True)
    kept.averaged(1, [1], Validation(1.0, None, ()), best=True)
    entries = metrics.read(kept.metrics.path)
    assert all({"valid_bleu", "valid_exact_match"}.isdisjoint(entry) for entry in entries)


@pytest.mark.parametrize(
    ("update", "averaged", "lines", "timings"),
    [(6, True, 5, 3), (4, True, 4, 2), (4, False, 3, 2), (5, False, 4, 2), (0, True, 0, 0)],
)
def test_cutting_back_forgets_what_came_after_a_checkpoint(
    tmp_path: Path, update: int, averaged: bool, lines: int, timings: int
) -> None:
    kept = filled(tmp_path)
    whole = kept.metrics.path.read_bytes().splitlines(keepends=True)
    kept.cut_back(update, averaged=averaged)
    assert kept.metrics.path.read_bytes() == b"".join(whole[:lines])
    assert len(metrics.read(kept.timings.path)) == timings


def test_a_stopwatch_leaves_out_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(journal, "time", SimpleNamespace(monotonic=lambda: now))
    watch = Stopwatch(50)
    assert watch.speed(50) == 0.0
    now += 2
    assert watch.speed(60) == 5.0
    with watch.paused():
        now += 30
    now += 3
    assert watch.speed(100) == 10.0
    watch.lap(100)
    now += 4
    assert watch.speed(108) == 2.0
    assert time.monotonic() != now


def test_boards_need_their_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "torch.utils.tensorboard", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'seq2see\[tensorboard\]'"):
        tiny_trainer(tmp_path, train__tensorboard=True)


def test_boards_receive_the_same_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[tuple[Any, ...]] = []
    closed: list[bool] = []
    board = SimpleNamespace(
        add_scalar=lambda *scalar: written.append(scalar), close=lambda: closed.append(True)
    )
    monkeypatch.setattr(journal, "_tensorboard", lambda _: board)
    trainer = tiny_trainer(tmp_path, train__tensorboard=True)
    trainer.train()
    entries = metrics.read(trainer.run.path / "metrics.jsonl")
    losses = [(entry["loss"], entry["update"]) for entry in entries if "loss" in entry]
    assert [(value, update) for name, value, update in written if name == "train/loss"] == losses
    assert [update for name, _, update in written if name == "valid/bleu"] == [4, 8, 12]
    assert closed == [True]
