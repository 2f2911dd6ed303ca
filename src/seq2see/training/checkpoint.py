"""Checkpoints: everything training needs to go on as if it had never stopped."""

import dataclasses
import errno
import json
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from seq2see import weights
from seq2see.errors import RunError, TrainingError
from seq2see.files import write_directory_atomically

# EFBIG and EDQUOT: limits on files and users, which look like a full disk to whoever meets them.
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass
class Progress:
    """Where training stands, besides weights and optimiser; kept as JSON, floats exactly."""

    update: int = 0
    epoch: int = 0
    batch: int = 0
    """Next batch of the epoch."""
    tokens: int = 0
    """Target tokens learnt from so far."""
    best: float | None = None
    """Best validation figure so far; lower is better."""
    best_update: int = 0
    worse: int = 0
    """Validations since the best one."""
    window_loss: float = 0.0
    """Summed loss since the last log line."""
    window_tokens: int = 0
    first_loss: float | None = None
    """Loss of the first log line, against which an explosion shows."""
    threads: int = 0
    """Threads of the arithmetic: sums depend on them in the last bit."""
    stopped: str = ""
    """Why training ended; empty while it goes on."""


def directory(run: Path, update: int) -> Path:
    """Where the checkpoint of an update stands."""
    return run / "checkpoints" / f"step-{update}"


def updates(run: Path) -> list[int]:
    """Updates of all whole checkpoints, oldest first."""
    names = (entry.name for entry in (run / "checkpoints").glob("step-*"))
    return sorted(
        int(match.group(1)) for name in names if (match := re.fullmatch(r"step-(\d+)", name))
    )


def save(
    run: Path,
    progress: Progress,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    metadata: dict[str, str],
) -> Path:
    """Write a checkpoint.

    Raises:
        TrainingError: The disk is full; earlier checkpoints are untouched.
    """
    names = [name for name, _ in model.named_parameters()]
    path = directory(run, progress.update)
    content = {
        "model.safetensors": weights.to_bytes(weights.parameters_of(model), metadata),
        "optimizer.safetensors": weights.to_bytes(weights.optimizer_tensors(optimizer, names)),
        "state.json": json.dumps(dataclasses.asdict(progress), indent=1).encode(),
    }
    try:
        write_directory_atomically(path, content)
    except OSError as error:
        if error.errno not in FULL:
            raise
        kept = updates(run)
        last = f"the checkpoint of update {kept[-1]} is intact" if kept else "none exists yet"
        raise TrainingError(
            f"The disk is full: the checkpoint of update {progress.update} could not be written to "
            f"`{path}`, but {last}; free some space and continue with "
            f"`seq2see train --resume --out {run}`."
        ) from error
    return path


def load(run: Path, update: int, model: nn.Module, optimizer: torch.optim.Optimizer) -> Progress:
    """Put a checkpoint back.

    Raises:
        RunError: A file of it is missing or broken.
    """
    path = directory(run, update)
    progress = load_progress(path / "state.json")
    tensors, _ = weights.read(path / "model.safetensors")
    weights.load_parameters(model, tensors, path / "model.safetensors")
    state, _ = weights.read(path / "optimizer.safetensors")
    weights.load_optimizer(optimizer, state, [name for name, _ in model.named_parameters()])
    return progress


def load_progress(path: Path) -> Progress:
    """Read ``state.json``."""
    try:
        return Progress(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise RunError(
            f"`{path}` is not a readable training state ({error}); delete that checkpoint to "
            "resume from the one before it."
        ) from None


def prune(run: Path, keep: int, every: int) -> None:
    """Delete all but the newest checkpoints; off-schedule ones (Ctrl-C) do not count."""
    regular = [update for update in updates(run) if update % every == 0]
    kept = set(regular[-keep:])
    newest = updates(run)[-1:]
    for update in updates(run):
        if update not in kept and update not in newest:
            shutil.rmtree(directory(run, update))


def average(paths: Iterable[Path]) -> dict[str, Tensor]:
    """Return the mean of several checkpoints' weights (Vaswani et al. 2017, section 6.1)."""
    total: dict[str, Tensor] = {}
    number = 0
    for path in paths:
        tensors, _ = weights.read(path / "model.safetensors")
        number += 1
        for name, tensor in tensors.items():
            total[name] = total[name] + tensor.double() if name in total else tensor.double()
    return {name: (tensor / number).float() for name, tensor in total.items()}
