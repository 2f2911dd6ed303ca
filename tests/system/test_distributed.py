"""Several processes on one job, through ``torchrun``: what one does, together, and never by halves.

The corpus and the models are so small that starting the processes takes most of the time.
"""

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
import torchrun
from command_line import command
from kill_resume import last_logged, result, tiny, train

# So few pairs are learnt by heart soon, from where on validation gets worse: patience ends it.
SETTINGS = tiny(
    "luong2015", "train.max_updates=200", "data.max_pairs=31", "train.lr=0.05", "train.patience=2",
    "model.dropout=0", "train.accumulate=2", "train.checkpoint_every=5", "train.validate_every=6",
    "train.keep_checkpoints=3", "train.average_checkpoints=3",
)  # fmt: skip
# Sums in another order differ in the last of float32's seven digits; updates carry that on.
TOLERANCE = 1e-4
NUM_LINES = 2400


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of one process."""
    path = tmp_path_factory.mktemp("alone") / "run"
    done = train(*SETTINGS, "--out", path)
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, torchrun.Ended]:
    """The same of two."""
    path = tmp_path_factory.mktemp("together") / "run"
    ended = torchrun.run(2, "train", *SETTINGS, "--out", path)
    assert ended.code == 0, ended.said
    return path, ended


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, torchrun.Ended]:
    """The same of two, of which one was killed."""
    path = tmp_path_factory.mktemp("killed") / "run"
    ended = torchrun.disturbed(
        2, "train", *SETTINGS, "--out", path,
        when=lambda: last_logged(path) >= 12,
        what=lambda job: os.kill(torchrun.worker(job, 1), signal.SIGKILL),
    )  # fmt: skip
    return path, ended


def assert_same_curve(run: Path, other: Path) -> None:
    """The same updates of the same data, with losses that differ in rounding."""
    logs = [
        [json.loads(line) for line in (path / "metrics.jsonl").read_text("utf-8").splitlines()]
        for path in (run, other)
    ]
    assert len(logs[0]) == len(logs[1])
    for one, two in zip(*logs, strict=True):
        assert one.keys() == two.keys()
        for key in ("update", "epoch", "tokens", "lr", "best", "averaged"):
            assert one.get(key) == two.get(key), (key, one, two)
        for key in ("loss", "grad_norm", "valid_loss"):
            if key in one:
                assert two[key] == pytest.approx(one[key], rel=TOLERANCE), (key, one, two)


def test_two_processes_follow_the_curve_of_one(
    alone: Path, together: tuple[Path, torchrun.Ended]
) -> None:
    path, ended = together
    assert_same_curve(alone, path)
    assert "stopped, since 2 validations in a row were no better" in ended.said
    assert ended.said.count(" training, ") == 1, "one process speaks"


def test_words_of_its_own_are_the_same_in_two_processes_as_in_one(tmp_path: Path) -> None:
    settings = (
        *SETTINGS, "--set", "train.max_updates=24", "--set", "train.log_every=1",
        "--set", "train.scheduled_sampling.decay=linear",
    )  # fmt: skip
    done = train(*settings, "--out", tmp_path / "alone")
    assert done.returncode == 0, done.stderr
    ended = torchrun.run(2, "train", *settings, "--out", tmp_path / "together")
    assert ended.code == 0, ended.said
    assert_same_curve(tmp_path / "alone", tmp_path / "together")


def test_killing_a_process_stops_the_job_with_a_sentence(
    killed: tuple[Path, torchrun.Ended],
) -> None:
    path, ended = killed
    assert ended.code != 0
    assert ended.seconds < 60
    kept = sorted(int(step.name[5:]) for step in (path / "checkpoints").glob("step-*"))[-1]
    [error] = ended.errors
    assert error == (
        "Another process of this job ended, and this one cannot go on alone; continue from the "
        f"checkpoint of update {kept}, with any number of processes, by `seq2see train --resume "
        f"--out {path}`."
    )


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_a_killed_job_goes_on_with_any_number_of_processes(
    processes: int,
    alone: Path,
    together: tuple[Path, torchrun.Ended],
    killed: tuple[Path, torchrun.Ended],
    tmp_path: Path,
) -> None:
    run = shutil.copytree(killed[0], tmp_path / "run")
    if processes == 1:
        assert train("--resume", "--out", run).returncode == 0
    else:
        ended = torchrun.run(processes, "train", "--resume", "--out", run)
        assert ended.code == 0, ended.said
    assert_same_curve(alone, run)
    if processes == 2:  # bit for bit what it would have been
        assert result(run) == result(together[0])


def test_ctrl_c_stops_all_at_one_update_with_a_checkpoint(tmp_path: Path) -> None:
    run = tmp_path / "run"
    ended = torchrun.disturbed(
        2, "train", *SETTINGS, "--set", "train.patience=0", "--out", run,
        when=lambda: last_logged(run) >= 3,
        what=lambda job: os.killpg(job.pid, signal.SIGINT),
    )  # fmt: skip
    assert ended.code != 0
    assert f"continue with `seq2see train --resume --out {run}`" in ended.said
    [state] = (run / "checkpoints").glob("step-*/state.json")
    stopped = json.loads(state.read_text("utf-8"))
    assert stopped["stopped"] == "interrupted"
    assert last_logged(run) == stopped["update"] // 3 * 3, "nothing may be repeated"


def test_what_is_wrong_is_said_once(alone: Path) -> None:
    ended = torchrun.run(2, "train", *SETTINGS, "--out", alone)
    assert ended.code != 0
    [error] = ended.errors
    assert error.startswith(f"`{alone}` holds a run already; choose another --out")


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lines of three windows, most of them empty."""
    path = tmp_path_factory.mktemp("text") / "lines"
    lines = (" ".join("abcdefgh"[: 1 + n % 7]) if n % 4 == 0 else "" for n in range(NUM_LINES))
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path


def translate(run: Path, text: Path, out: Path) -> list[object]:
    return [
        "translate", run, "--input", text, "--beam", 1, "--max-length", 5, "--format", "tsv",
        "--output", out, "--alignment", out.with_suffix(".links"),
    ]  # fmt: skip


def test_translations_of_several_processes_are_those_of_one(
    alone: Path, text: Path, tmp_path: Path
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    assert command(*translate(alone, text, one)).code == 0
    ended = torchrun.run(2, *translate(alone, text, two))
    assert ended.code == 0, ended.said
    assert one.read_bytes().count(b"\n") == NUM_LINES
    assert two.read_bytes() == one.read_bytes()
    assert two.with_suffix(".links").read_bytes() == one.with_suffix(".links").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "one", "one.links", "two", "two.links",
    ]  # fmt: skip


def test_a_killed_translation_leaves_no_half_of_a_file(
    alone: Path, text: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"

    def kill(job: subprocess.Popen[str]) -> None:
        os.kill(torchrun.worker(job, 1), signal.SIGKILL)

    ended = torchrun.disturbed(
        2,
        *translate(alone, text, out),
        when=lambda: any(tmp_path.glob(".out.parts/*")),
        what=kill,
    )
    assert ended.code != 0
    assert ended.seconds < 60
    [error] = ended.errors
    assert error == (
        "This job was told to stop, as happens when one of its processes ends; see what ended it, "
        "and start it again."
    )
    assert list(tmp_path.iterdir()) == []
