"""Training that is killed, interrupted, out of disk space or diverging, through the command line.

A killed run must end as if nothing had happened: the same bytes of weights, checkpoints, metrics.
"""

import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import kill_resume
import pytest
from kill_resume import Result, draw_moments, last_logged, result, settings, tiny, train

# So few pairs are learnt by heart after some thirty updates, from where on validation gets worse.
OVERFITTING = tiny(
    "luong2015", "train.max_updates=400", "data.max_pairs=30", "train.lr=0.03",
    "train.patience=3", "train.checkpoint_every=4", "train.validate_every=6",
    "train.keep_checkpoints=3", "train.average_checkpoints=3",
)  # fmt: skip
HALF_PRECISION = tiny(
    "bahdanau2015", "train.max_updates=120", "train.checkpoint_every=25",
    "train.validate_every=30", "train.precision=bf16", "train.label_smoothing=0.1",
)  # fmt: skip
NUM_KILLS = 3
MORE = 10


@dataclass(frozen=True)
class Finished:
    """A run that patience ended."""

    path: Path
    updates: int
    result: Result


def updates(run: Path) -> list[int]:
    return sorted(int(path.name[5:]) for path in (run / "checkpoints").glob("step-*"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """Never killed."""
    path = tmp_path_factory.mktemp("whole") / "run"
    done = train(*OVERFITTING, "--out", path)
    assert done.returncode == 0, done.stderr
    last = updates(path)[-1]
    assert 12 < last < 400, "patience must end it"
    assert "average of 3 checkpoints" in done.stderr
    return Finished(path, last, result(path))


@pytest.fixture(scope="module")
def longer(whole: Finished, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The same, continued by some updates."""
    copied = shutil.copytree(whole.path, tmp_path_factory.mktemp("longer") / "run")
    done = train("--resume", "--out", copied, "--more", str(MORE))
    assert done.returncode == 0, done.stderr
    assert updates(copied)[-1] == whole.updates + MORE
    assert f"continuing {copied} after update {whole.updates}" in done.stderr
    return result(copied)


def copy_of(run: Path, folder: Path) -> Path:
    return shutil.copytree(run, folder / "run")


def test_a_run_killed_at_random_moments_ends_as_one_that_was_not(
    whole: Finished, tmp_path: Path
) -> None:
    killed = tmp_path / "run"
    moments = draw_moments(4, NUM_KILLS, whole.updates)
    assert kill_resume.train_with_kills(killed, OVERFITTING, moments, print) == NUM_KILLS
    found = result(killed)
    print("weights", found.weights)
    assert found == whole.result


def test_ctrl_c_writes_a_checkpoint_and_says_how_to_go_on(tmp_path: Path) -> None:
    whole, interrupted = tmp_path / "whole", tmp_path / "run"
    assert train(*HALF_PRECISION, "--out", whole).returncode == 0
    process = subprocess.Popen(
        kill_resume.command("train", *HALF_PRECISION, "--out", interrupted),
        stderr=subprocess.PIPE,
        text=True,
    )
    while last_logged(interrupted) < 36 and process.poll() is None:
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == 130
    assert f"continue with `seq2see train --resume --out {interrupted}`" in said
    assert "Traceback" not in said
    newest = updates(interrupted)[-1]
    assert 36 <= newest < 120
    assert last_logged(interrupted) == newest // 3 * 3, "nothing may be repeated"

    done = train("--resume", "--out", interrupted)
    assert done.returncode == 0, done.stderr
    assert f"after update {newest}" in done.stderr
    assert result(interrupted) == result(whole)


def test_further_updates_are_counted_from_here_or_in_all(
    whole: Finished, longer: Result, tmp_path: Path
) -> None:
    run = copy_of(whole.path, tmp_path)
    limit = f"train.max_updates={whole.updates + MORE}"
    done = train("--resume", "--out", run, "--set", limit)
    assert done.returncode == 0, done.stderr
    assert result(run) == longer
    assert longer.metrics.startswith(whole.result.metrics)


def test_a_finished_run_has_nothing_left_to_do(whole: Finished, tmp_path: Path) -> None:
    run = copy_of(whole.path, tmp_path)
    done = train("--resume", "--out", run)
    assert done.returncode == 0, done.stderr
    assert f"nothing left to do: {run} has made {whole.updates} updates" in done.stderr
    assert "--more N" in done.stderr
    assert result(run) == whole.result


def allow_files_of(size: int) -> Callable[[], None]:
    """Let writes beyond a size fail, as on a full disk."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_a_full_disk_leaves_the_checkpoint_before_it(
    whole: Finished, longer: Result, tmp_path: Path
) -> None:
    run = copy_of(whole.path, tmp_path)
    checkpoint = run / "checkpoints" / f"step-{whole.updates}"
    limit = (checkpoint / "model.safetensors").stat().st_size + 100
    assert limit < (checkpoint / "optimizer.safetensors").stat().st_size
    failed = subprocess.run(
        kill_resume.command("train", "--resume", "--out", run, "--more", str(MORE)),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=allow_files_of(limit),
    )
    assert failed.returncode == 1
    [sentence] = [line for line in failed.stderr.splitlines() if "disk is full" in line]
    assert f"the checkpoint of update {whole.updates} is intact" in failed.stderr
    assert sentence
    assert "Traceback" not in failed.stderr
    assert updates(run)[-1] == whole.updates
    assert list((run / "checkpoints").glob(".*")) == []
    weights = "model.safetensors"
    expected = whole.result.checkpoint[f"{checkpoint.name}/{weights}"]
    assert result(run).checkpoint[f"{checkpoint.name}/{weights}"] == expected

    done = train("--resume", "--out", run)
    assert done.returncode == 0, done.stderr
    assert result(run) == longer


def test_a_loss_that_is_no_number_stops_training_with_advice(
    whole: Finished, tmp_path: Path
) -> None:
    run = copy_of(whole.path, tmp_path)
    reckless = settings("train.optimizer=sgd", "train.lr=1e39", "train.clip_norm=0")
    failed = train("--resume", "--out", run, "--more", "5", *reckless)
    assert failed.returncode == 1
    said = " ".join(failed.stderr.split())
    assert "not a finite number" in said
    assert "lower `train.lr`" in said
    assert f"the checkpoint of update {whole.updates}" in said
    assert "Traceback" not in said
    assert result(run).weights == whole.result.weights
