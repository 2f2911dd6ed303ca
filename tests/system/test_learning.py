"""Every architecture learns to copy and to reverse strings it has not seen, by the command line.

Attention copies 5 to 15 symbols; without it, 3 to 8 must fit into one vector, and more strings must
be seen. Training stops after a number of updates, never after a time. Trainings run side by side,
each on one thread.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Plan:
    """How one architecture is trained."""

    lengths: str
    """Suffix of the corpus: which lengths, and how many training pairs."""
    updates: int
    lr: float
    settings: tuple[str, ...] = ()


SHORT = "-short:60000"
SMALL_TRANSFORMER = ("model.num_layers=2", "model.embed_dim=64", "model.feedforward_dim=128")
PLANS = {
    "sutskever2014": Plan(SHORT, 1500, 0.006),
    "cho2014": Plan(SHORT, 1600, 0.006),
    "bahdanau2015": Plan("", 350, 0.005),
    "luong2015": Plan("", 700, 0.004),
    "gnmt2016": Plan("", 600, 0.004, ("model.embed_dim=96", "model.hidden_dim=96")),
    "transformer2017": Plan("", 800, 0.004, SMALL_TRANSFORMER),
}
TASKS = ("copy", "reverse")
Outcome = Future[float]


def exact_match(arch: str, task: str, out: Path) -> float:
    """Train, evaluate, and return the share of unseen strings that come out exactly."""
    plan = PLANS[arch]
    settings = (
        "tokenizer.kind=whitespace",
        "model.dropout=0",
        f"train.max_updates={plan.updates}",
        "train.batch_tokens=2048",
        f"train.lr={plan.lr}",
        "train.schedule=linear",
        "train.warmup_updates=50",
        "train.label_smoothing=0",
        f"train.validate_every={plan.updates}",
        f"train.checkpoint_every={plan.updates}",
        *plan.settings,
    )
    options = [part for setting in settings for part in ("--set", setting)]
    corpus = f"builtin:{task}{plan.lengths}"
    train = ("train", corpus, "--arch", arch, "--size", "tiny", "--threads", "1")
    run_seq2see(*train, "--out", str(out), *options)
    printed = run_seq2see("evaluate", str(out), "--beam", "1", "--threads", "1", "--json")
    return float(json.loads(printed)["exact_match"])


def run_seq2see(*arguments: str) -> str:
    command = [sys.executable, "-m", "seq2see", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[tuple[str, str], Outcome]]:
    folder = tmp_path_factory.mktemp("learning")
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        yield {
            (arch, task): pool.submit(exact_match, arch, task, folder / f"{arch}-{task}")
            for arch in PLANS
            for task in TASKS
        }


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("arch", PLANS)
def test_learns_unseen_strings(
    arch: str, task: str, outcomes: dict[tuple[str, str], Outcome]
) -> None:
    assert outcomes[arch, task].result() >= 0.98
