"""Starting and continuing runs."""

import errno
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from small_trainings import Told, pairs, tiny_config

from seq2see.data import corpus
from seq2see.data.doctor import OverfitResult
from seq2see.errors import ConfigError, DataError, RunError, UsageError
from seq2see.machine import Machine
from seq2see.run import Run
from seq2see.training import checkpoint, examination, start


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True)
def one_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Learning one batch by heart, tested elsewhere, takes longer than all the rest."""
    found = OverfitResult(updates=9, first_loss=2.0, last_loss=0.1, learnt=True)
    monkeypatch.setattr(examination, "learn_one_batch", lambda *_: found)


def begun(folder: Path, told: Told | None = None, **settings: Any) -> Run:
    config = tiny_config(folder, **settings)
    return start.begin(config, folder / "run", listener=told)[0]


def test_a_new_run_has_everything_in_it(tmp_path: Path) -> None:
    told = Told()
    run = begun(tmp_path, told)
    files = (path for path in run.path.rglob("*") if path.is_file())
    names = {re.sub("[0-9a-f]{16}", "KEY", str(path.relative_to(run.path))) for path in files}
    last = "checkpoints/step-12"
    assert names == {
        "config.toml", "source.tokenizer.json", "target.tokenizer.json", "model.safetensors",
        "metrics.jsonl", "timings.jsonl", "report.html", "README.md", "data/summary.json",
        "data/doctor.json", "data/valid.jsonl", "data/test.jsonl", "data/train-KEY.arrow",
        "data/valid-KEY.arrow", f"{last}/model.safetensors",
        f"{last}/optimizer.safetensors", f"{last}/state.json",
    }  # fmt: skip
    summary = json.loads((run.path / "data" / "summary.json").read_text(encoding="utf-8"))
    assert summary["pairs"] == {"train": 30, "valid": 6, "test": 3}
    assert summary["fingerprint"] == corpus.fingerprint(pairs(30))
    assert summary["threads"] == torch.get_num_threads()
    parameters = sum(parameter.numel() for parameter in run.new_model().parameters())
    assert summary["parameters"] == parameters
    doctor = json.loads((run.path / "data" / "doctor.json").read_text(encoding="utf-8"))
    assert doctor == json.loads(json.dumps(told.diagnoses[0].to_json()))
    assert not doctor["fatal"]
    assert [pair.source for pair in run.held_out("test")] == [p.source for p in pairs(3, 38)]
    assert "30 training, 6 validation and 3 test pairs" in told.text
    assert "expect about" in told.text


def test_something_in_the_way_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "x").touch()
    with pytest.raises(UsageError, match="exists already"):
        begun(tmp_path)


def test_pointless_training_is_refused_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = OverfitResult(updates=300, first_loss=2.0, last_loss=1.9, learnt=False)
    monkeypatch.setattr(examination, "learn_one_batch", lambda *_: found)
    with pytest.raises(DataError, match=r"Not even one batch .*Training would be pointless\.$"):
        begun(tmp_path)
    assert not (tmp_path / "run").exists()


def test_without_a_checkpoint_a_run_starts_again(tmp_path: Path) -> None:
    run = begun(tmp_path)
    expected = run.weights_path.read_bytes()
    metrics = (run.path / "metrics.jsonl").read_bytes()
    shutil.rmtree(run.path / "checkpoints")
    told = Told()
    start.resume(run.path, listener=told)
    assert "no checkpoint yet: starting from the first update" in told.text
    assert run.weights_path.read_bytes() == expected
    assert (run.path / "metrics.jsonl").read_bytes() == metrics


def test_more_counts_from_here_and_is_remembered(tmp_path: Path) -> None:
    run = begun(tmp_path)
    again, outcome = start.resume(run.path, more=5)
    assert outcome.progress.update == 17
    assert again.config.train.max_updates == 17
    assert Run.open(run.path).config == again.config
    told = Told()
    assert start.resume(run.path, listener=told)[1].progress.update == 17
    assert "nothing left to do" in told.text
    assert told.counts == []


def test_settings_may_change_but_not_those_that_give_positions_their_meaning(
    tmp_path: Path,
) -> None:
    run = begun(tmp_path)
    _, outcome = start.resume(run.path, settings={"train.max_updates": 14, "train.lr": 0.5})
    assert outcome.progress.update == 14
    assert Run.open(run.path).config.train.lr == 0.5
    for key, value in {"train.seed": 2, "train.batch_tokens": 9, "model.hidden_dim": 9}.items():
        with pytest.raises(ConfigError, match=rf"`{key}` cannot change while a run goes on"):
            start.resume(run.path, settings={key: value})
    with pytest.raises(ConfigError, match=r"`more` counts from the newest checkpoint"):
        start.resume(run.path, more=3, settings={"train.max_updates": 20})
    with pytest.raises(ConfigError, match=r"did you mean `train\.lr`"):
        start.resume(run.path, settings={"train.rl": 3})


def test_a_failed_resume_changes_nothing(tmp_path: Path) -> None:
    run = begun(tmp_path)
    broken = checkpoint.directory(run.path, 12) / "optimizer.safetensors"
    broken.write_bytes(b"")
    before = (run.path / "config.toml").read_bytes()
    with pytest.raises(RunError, match=r"step-12/optimizer\.safetensors` is not a readable"):
        start.resume(run.path, more=5)
    assert (run.path / "config.toml").read_bytes() == before


def test_other_training_pairs_are_refused(tmp_path: Path) -> None:
    run = begun(tmp_path)
    corpus.write_jsonl(tmp_path / "train.jsonl", pairs(29))
    with pytest.raises(RunError, match=r"are not those that .* was trained on; put the old files"):
        start.resume(run.path, more=5)


def test_what_was_tokenised_once_is_not_tokenised_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begun(tmp_path)
    files = sorted((run.path / "data").glob("*.arrow"))
    before = [path.read_bytes() for path in files]

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("tokenised")

    with monkeypatch.context() as patched:
        patched.setattr(start, "encode_texts", refuse)
        assert start.resume(run.path, more=1)[1].progress.update == 13
        assert [path.read_bytes() for path in files] == before
        files[0].write_bytes(before[0][:-9])
        with pytest.raises(AssertionError, match="tokenised"):
            start.resume(run.path, more=1)
    assert start.resume(run.path, more=1)[1].progress.update == 14
    assert [path.read_bytes() for path in files] == before


def test_a_disk_that_is_full_of_pairs_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(start, "read_texts", refuse)
    with pytest.raises(
        DataError, match="The disk is full, so that the pairs could not be prepared"
    ):
        begun(tmp_path)
    assert not (tmp_path / "run").exists()


def test_changed_pairs_leave_the_ids_that_are_there(tmp_path: Path) -> None:
    run = begun(tmp_path)
    before = sorted((run.path / "data").iterdir())
    corpus.write_jsonl(tmp_path / "train.jsonl", pairs(29))
    with pytest.raises(RunError, match="put the old files back"):
        start.resume(run.path, more=5)
    assert sorted((run.path / "data").iterdir()) == before


@pytest.mark.parametrize("content", [None, "", "[]", "{}"])
def test_a_broken_summary_is_named(tmp_path: Path, content: str | None) -> None:
    run = begun(tmp_path)
    path = run.path / "data" / "summary.json"
    path.unlink()
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(RunError, match=r"summary\.json` is not readable"):
        start.resume(run.path, more=5)


def test_threads_are_those_of_before_unless_others_are_asked_for(tmp_path: Path) -> None:
    run = begun(tmp_path)
    start.resume(run.path, more=1, machine=Machine(threads=2))
    torch.set_num_threads(1)
    start.resume(run.path, more=1)
    assert torch.get_num_threads() == 2
    start.resume(run.path, more=1, machine=Machine(threads=1))
    assert torch.get_num_threads() == 1


def test_before_the_first_checkpoint_the_threads_are_known_too(tmp_path: Path) -> None:
    run = begun(tmp_path, train__max_updates=1)
    shutil.rmtree(run.path / "checkpoints")
    summary = run.path / "data" / "summary.json"
    content = json.loads(summary.read_text(encoding="utf-8"))
    summary.write_text(json.dumps({**content, "threads": 2}), encoding="utf-8")
    start.resume(run.path)
    assert torch.get_num_threads() == 2


def test_the_end_of_patience_does_not_come_back(tmp_path: Path) -> None:
    run = begun(tmp_path, train__patience=1, train__lr=0.0)
    assert checkpoint.updates(run.path) == [8]
    told = Told()
    start.resume(run.path, listener=told)
    assert "8 updates, and patience ran out" in told.text
    state = checkpoint.directory(run.path, 8) / "state.json"
    start.resume(run.path, settings={"train.patience": 0}, listener=told)
    assert checkpoint.updates(run.path) == [12]
    assert not state.exists()
