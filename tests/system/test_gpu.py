"""Training and translating on GPUs; every machine that runs these tests has one at least."""

import json
from pathlib import Path

import pytest
import torch
import torchrun
from command_line import command, training, write_corpus

pytestmark = pytest.mark.gpu
LENGTH = {"train.max_updates": 20, "train.validate_every": 10, "train.checkpoint_every": 10}
QUICK = {key.replace(".", "__"): value for key, value in {**LENGTH, "train.log_every": 5}.items()}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("data") / "pairs.jsonl")


def losses(run: Path) -> list[float]:
    log = map(json.loads, (run / "metrics.jsonl").read_text("utf-8").splitlines())
    return [entry["loss"] for entry in log if "loss" in entry]


@pytest.fixture(scope="module")
def on_cpu(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("cpu") / "run"
    assert command(*training(data, out=out, **QUICK), "--device", "cpu").code == 0
    return out


def test_a_gpu_is_taken_by_itself_and_learns_the_same(
    data: Path, on_cpu: Path, tmp_path: Path
) -> None:
    done = command(*training(data, out=tmp_path / "run", **QUICK))
    assert done.code == 0, done.err
    assert " on cuda with " in done.err
    assert losses(tmp_path / "run") == pytest.approx(losses(on_cpu), rel=1e-3)


def test_half_precision_learns_nearly_the_same(data: Path, on_cpu: Path, tmp_path: Path) -> None:
    done = command(*training(data, out=tmp_path / "run", train__precision="bf16", **QUICK))
    assert done.code == 0, done.err
    assert losses(tmp_path / "run") == pytest.approx(losses(on_cpu), rel=0.05)


def test_every_gpu_has_a_process(data: Path, on_cpu: Path, tmp_path: Path) -> None:
    """With a single GPU this is one process under ``torchrun``; with more, gradients go by NCCL."""
    run = tmp_path / "run"
    number = torch.cuda.device_count()
    ended = torchrun.run(number, *training(data, out=run, **QUICK))
    assert ended.code == 0, ended.said
    assert " on cuda" in ended.said
    assert losses(run) == pytest.approx(losses(on_cpu), rel=1e-3)


def test_more_processes_than_gpus_are_refused(data: Path, tmp_path: Path) -> None:
    number = torch.cuda.device_count()
    ended = torchrun.run(number + 1, *training(data, out=tmp_path / "run", **QUICK))
    assert ended.code != 0
    [error] = ended.errors
    assert f"There are {number + 1} processes on this machine, but only {number} GPUs" in error


def test_a_run_of_the_gpu_translates_the_same_on_the_cpu(
    data: Path, on_cpu: Path, tmp_path: Path
) -> None:
    answers = [
        command("translate", on_cpu, "--device", device, "--format", "jsonl", "one two red cat")
        for device in ("cuda", "cpu")
    ]
    found = [json.loads(done.out)["hypotheses"][0] for done in answers]
    assert found[0]["tokens"] == found[1]["tokens"]
    assert found[0]["score"] == pytest.approx(found[1]["score"], rel=1e-3)
