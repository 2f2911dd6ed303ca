"""Every architecture learns to copy and to reverse strings it has not seen, by the command line.

Strings have 3 to 8 symbols, or 5 to 15 where windows must not reach over all of them. Without
attention, all of one must fit into one vector, and so many more strings must be seen that these
models learn one of the two tasks only. Training stops after a number of updates, never after a
time. Trainings run side by side, each on one thread.
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
import torch

import seq2see
from seq2see.data import builtin


@dataclass(frozen=True)
class Plan:
    """How one architecture is trained."""

    pairs: int
    """Strings to train on."""
    updates: int
    lr: float
    settings: tuple[str, ...] = ()
    lengths: str = "-short"
    """Suffix of the corpus."""
    tasks: tuple[str, ...] = ("copy", "reverse")


SMALL_TRANSFORMER = ("model.num_layers=2", "model.embed_dim=64", "model.feedforward_dim=128")
PLANS = {
    "sutskever2014": Plan(60_000, 1500, 0.006, tasks=("reverse",)),
    "cho2014": Plan(60_000, 1600, 0.006, tasks=("copy",)),
    "bahdanau2015": Plan(20_000, 200, 0.006),
    "luong2015": Plan(20_000, 300, 0.005),
    "gnmt2016": Plan(20_000, 350, 0.005, ("model.embed_dim=96", "model.hidden_dim=96")),
    "transformer2017": Plan(20_000, 400, 0.005, SMALL_TRANSFORMER),
}
WINDOW = "model.attention.window=2"
SCOPES = {
    "hard": Plan(20_000, 350, 0.005, ("model.attention.scope=hard",)),
    "local-p": Plan(20_000, 500, 0.004, ("model.attention.scope=local-p", WINDOW), ""),
    "local-m": Plan(20_000, 500, 0.004, ("model.attention.scope=local-m", WINDOW), ""),
}
"""Scopes of ``luong2015``, on strings to reverse."""
LEARNT = [(arch, task) for arch, plan in PLANS.items() for task in plan.tasks]
Outcome = Future[float]


def exact_match(plan: Plan, arch: str, task: str, out: Path) -> float:
    """Train, evaluate, and return the share of unseen strings that come out exactly."""
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
    corpus = f"builtin:{task}{plan.lengths}:{plan.pairs}"
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
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("learning")


@pytest.fixture(scope="module")
def outcomes(folder: Path) -> Iterator[dict[tuple[str, str], Outcome]]:
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        yield {
            (arch, task): pool.submit(
                exact_match, PLANS[arch], arch, task, folder / f"{arch}-{task}"
            )
            for arch, task in LEARNT
        } | {
            (scope, "reverse"): pool.submit(
                exact_match, plan, "luong2015", "reverse", folder / f"{scope}-reverse"
            )
            for scope, plan in SCOPES.items()
        }


@pytest.mark.parametrize(("arch", "task"), LEARNT)
def test_learns_unseen_strings(
    arch: str, task: str, outcomes: dict[tuple[str, str], Outcome]
) -> None:
    assert outcomes[arch, task].result() >= 0.98


def test_hard_attention_learns_by_its_draws(
    outcomes: dict[tuple[str, str], Outcome], folder: Path
) -> None:
    """The attention does it: without what it finds, the same model fails."""
    assert outcomes["hard", "reverse"].result() >= 0.95
    translator = seq2see.load(folder / "hard-reverse", threads=1)
    pairs = builtin.generate("reverse-short", "test", 50)
    attention = translator.model.get_submodule("attention")
    attention.register_forward_hook(
        lambda module, given, found: found._replace(context=torch.zeros_like(found.context))
    )
    said = translator.translate([pair.source for pair in pairs], beam_size=1)
    exact = [one.text == pair.target for one, pair in zip(said, pairs, strict=True)]
    assert sum(exact) < 0.5 * len(pairs)


def test_only_a_predicted_window_finds_what_is_reversed(
    outcomes: dict[tuple[str, str], Outcome],
) -> None:
    """A window that moves with the steps lies elsewhere, but at the middle of a string."""
    assert outcomes["local-p", "reverse"].result() >= 0.95
    assert outcomes["local-m", "reverse"].result() < 0.8
