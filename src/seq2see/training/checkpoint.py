"""Checkpoints: everything training needs to go on as if it had never stopped."""

import dataclasses
import json
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from seq2see import weights
from seq2see.errors import RunError
from seq2see.files import write_atomically, write_directory_atomically

_MODEL, _OPTIMIZER, _STATE = "model.safetensors", "optimizer.safetensors", "state.json"


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
    best_loss: float = 0.0
    """Validation loss there: of equal figures, the one with the lower loss is better."""
    best_by: str = ""
    """The setting that chose it, ``train.early_stop_metric``; a run may be resumed by another."""
    best_update: int = 0
    worse: int = 0
    """Validations since the best one."""
    window_loss: float = 0.0
    """Summed loss since the last log line."""
    window_tokens: int = 0
    first_loss: float | None = None
    """Loss of the first update, against which an explosion shows."""
    threads: int = 0
    """Threads of the arithmetic: sums depend on them in the last bit."""
    processes: int = 1
    """How many processes share the work: sums depend on that too."""
    stopped: str = ""
    """Why training ended; empty while it goes on."""
    finished: int = 0
    """Update after whose checkpoint averaging was done too, so that nothing was left to do."""


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
    """Write a checkpoint; a failure leaves earlier ones untouched."""
    names = [name for name, _ in model.named_parameters()]
    path = directory(run, progress.update)
    content = {
        _MODEL: weights.to_bytes(weights.parameters_of(model), metadata),
        _OPTIMIZER: weights.to_bytes(weights.optimizer_tensors(optimizer, names)),
        _STATE: _to_json(progress),
    }
    write_directory_atomically(path, content)
    return path


def save_progress(run: Path, progress: Progress) -> None:
    """Write the state of an existing checkpoint anew."""
    write_atomically(directory(run, progress.update) / _STATE, _to_json(progress))


def load(run: Path, update: int, model: nn.Module, optimizer: torch.optim.Optimizer) -> Progress:
    """Put a checkpoint back.

    Raises:
        RunError: A file of it is missing or broken.
    """
    path = directory(run, update)
    remedy = f"delete `{path}` to resume from what was before it"
    progress = _load_progress(path / _STATE, remedy)
    tensors, _ = weights.read(path / _MODEL, remedy)
    weights.load_parameters(model, tensors, path / _MODEL)
    state, _ = weights.read(path / _OPTIMIZER, remedy)
    names = [name for name, _ in model.named_parameters()]
    weights.load_optimizer(optimizer, state, names, path / _OPTIMIZER)
    return progress


def _load_progress(path: Path, remedy: str) -> Progress:
    try:
        return Progress(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise RunError(f"`{path}` is not a readable training state ({error}); {remedy}.") from None


def _to_json(progress: Progress) -> bytes:
    return (json.dumps(dataclasses.asdict(progress), indent=1) + "\n").encode()


def prune(run: Path, keep: int, every: int) -> None:
    """Delete all but the newest checkpoints; off-schedule ones (Ctrl-C) do not count."""
    regular = [update for update in updates(run) if update % every == 0]
    kept = {*regular[-keep:], *updates(run)[-1:]}
    for update in updates(run):
        if update not in kept:  # renamed first, so that no half of it is ever taken for a whole
            path = directory(run, update)
            path.replace(path.with_name(f".{path.name}.deleting"))
    for rest in (run / "checkpoints").glob(".step-*"):  # also of processes that were killed
        shutil.rmtree(rest)


def average(paths: Iterable[Path]) -> dict[str, Tensor]:
    """Return the mean of several checkpoints' weights (Vaswani et al. 2017, section 6.1)."""
    total: dict[str, Tensor] = {}
    number = 0
    for path in paths:
        tensors, _ = weights.read(path / _MODEL)
        number += 1
        for name, tensor in tensors.items():
            total[name] = total[name] + tensor.double() if name in total else tensor.double()
    return {name: (tensor / number).float() for name, tensor in total.items()}
