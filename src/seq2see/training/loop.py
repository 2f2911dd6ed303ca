"""The training loop: update, log, validate, checkpoint, in this order, until it is time to stop.

Whatever an update does is a function of the weights, the optimiser's state and ``Progress``, all of
which a checkpoint holds; so a run continued from a checkpoint goes through the very same numbers.
"""

import math
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING

import torch

from seq2see import weights
from seq2see.data.batching import Batch, Position, training_batches
from seq2see.errors import MissingExtraError, TrainingError
from seq2see.files import write_atomically
from seq2see.run import Run
from seq2see.training import checkpoint
from seq2see.training.checkpoint import Progress
from seq2see.training.listener import Listener
from seq2see.training.material import Material
from seq2see.training.metrics import JsonLines, rounded
from seq2see.training.objective import Objective, arithmetic
from seq2see.training.randomness import fix_randomness
from seq2see.training.schedule import learning_rate, make_optimizer
from seq2see.training.validation import Validation, validate

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

# A loss this many times the first one is no longer learning.
EXPLOSION = 3.0
LIMIT, PATIENCE, INTERRUPTED = "max_updates", "patience", "interrupted"


@dataclass(frozen=True)
class Outcome:
    """How training ended."""

    progress: Progress
    seconds: float
    """Of this process, not of earlier parts of the run."""

    @property
    def interrupted(self) -> bool:
        """Whether someone asked it to stop."""
        return self.progress.stopped == INTERRUPTED


class Trainer:
    """Trains the model of one run, from the start or from its newest checkpoint."""

    def __init__(
        self, run: Run, material: Material, listener: Listener, device: torch.device
    ) -> None:
        self.run = run
        self.config = run.config.train
        self.material = material
        self.listener = listener
        self.device = device
        self.references = [pair.target for pair in material.texts.valid]
        self.metrics = JsonLines(run.path / "metrics.jsonl")
        self.timings = JsonLines(run.path / "timings.jsonl")
        fix_randomness(self.config.seed, 0)
        self.model = run.new_model().to(device)
        self.objective = Objective(self.model, self.config.label_smoothing)
        self.optimizer = make_optimizer(self.config, self.model.parameters())
        self.progress = Progress(threads=torch.get_num_threads())
        self.boards = _tensorboard(run) if self.config.tensorboard else None

    def restore(self, update: int) -> None:
        """Go back to a checkpoint; logs are cut back to it."""
        self.progress = checkpoint.load(self.run.path, update, self.model, self.optimizer)
        torch.set_num_threads(self.progress.threads)
        self.metrics.cut_back(update)
        self.timings.cut_back(update)

    def train(self) -> Outcome:
        """Train until the limit, the end of patience, or an interruption.

        Raises:
            TrainingError: The loss is not a number, or explodes, or the disk is full.
        """
        progress, config = self.progress, self.config
        begun = self.clock = time.monotonic()
        self.clock_tokens = progress.tokens
        self.objective.train()
        if progress.stopped != PATIENCE:
            progress.stopped = ""
        self.listener.start(progress.update, config.max_updates)
        position = Position(progress.epoch, progress.batch)
        batches = training_batches(self.material.train, config.batch_tokens, config.seed, position)
        try:
            with _interruptible() as interrupted:
                while not progress.stopped:
                    if progress.update >= config.max_updates:
                        progress.stopped = LIMIT
                        break
                    self._update([next(batches) for _ in range(config.accumulate)])
                    due = progress.update % config.validate_every == 0
                    if due or progress.update == config.max_updates:
                        self._validate()
                    if interrupted() and not progress.stopped:
                        progress.stopped = INTERRUPTED
                    if progress.update % config.checkpoint_every == 0 or progress.stopped:
                        self._checkpoint()
        finally:
            self.listener.finish()
        if progress.stopped in (LIMIT, PATIENCE):
            self._finish()
        if self.boards is not None:
            self.boards.close()
        return Outcome(progress, time.monotonic() - begun)

    def _update(self, parts: Sequence[tuple[Batch, Position]]) -> None:
        progress, config = self.progress, self.config
        progress.update += 1
        fix_randomness(config.seed, progress.update)
        num_tokens = sum(batch.num_tokens for batch, _ in parts)
        self.optimizer.zero_grad(set_to_none=True)
        for batch, _ in parts:
            with arithmetic(config.precision, self.device):
                loss = self.objective(batch.to(self.device))
            (loss.total / num_tokens).backward()
            progress.window_loss += float(loss.total.detach())
        after = parts[-1][1]
        progress.epoch, progress.batch = after.epoch, after.batch
        progress.tokens += num_tokens
        progress.window_tokens += num_tokens
        norm = float(
            torch.nn.utils.clip_grad_norm_(
                self.model.parameters(), config.clip_norm or math.inf, foreach=True
            )
        )
        self._refuse_nonsense(norm)
        rate = learning_rate(config, progress.update)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.step()
        note = f"loss {progress.window_loss / progress.window_tokens:.3f}{self._speed()}"
        if progress.update % config.log_every == 0:
            self._log(rate, norm)
        self.listener.advance(1, note)

    def _speed(self) -> str:
        seconds = time.monotonic() - self.clock
        tokens = self.progress.tokens - self.clock_tokens
        return f", {tokens / seconds:,.0f} tokens/s, {memory_mib():,.0f} MiB" if seconds else ""

    def _refuse_nonsense(self, norm: float) -> None:
        progress = self.progress
        if math.isfinite(progress.window_loss) and math.isfinite(norm):
            return
        kept = checkpoint.updates(self.run.path)
        back = f" the checkpoint of update {kept[-1]} is intact, and" if kept else ""
        raise TrainingError(
            f"The loss or its gradient is not a finite number at update {progress.update}:{back} "
            "a lower `train.lr`, more `train.warmup_updates` or a smaller `train.clip_norm` "
            "usually helps."
        )

    def _log(self, rate: float, norm: float) -> None:
        progress = self.progress
        loss = progress.window_loss / progress.window_tokens
        entry = {
            "update": progress.update,
            "epoch": progress.epoch,
            "tokens": progress.tokens,
            "loss": rounded(loss),
            "lr": rounded(rate),
            "grad_norm": rounded(norm),
        }
        self.metrics.append(entry)
        seconds = time.monotonic() - self.clock
        speed = (progress.tokens - self.clock_tokens) / seconds if seconds else 0.0
        self.timings.append(
            {
                "update": progress.update,
                "tokens_per_second": round(speed),
                "memory_mib": round(memory_mib()),
            }
        )
        self.clock, self.clock_tokens = time.monotonic(), progress.tokens
        if self.boards is not None:
            for name in ("loss", "lr", "grad_norm"):
                self.boards.add_scalar(f"train/{name}", entry[name], progress.update)
        progress.window_loss, progress.window_tokens = 0.0, 0
        if progress.first_loss is None:
            progress.first_loss = loss
        elif loss > EXPLOSION * progress.first_loss:
            raise TrainingError(
                f"The loss exploded: it is {loss:.2f} at update {progress.update} and began at "
                f"{progress.first_loss:.2f}; a lower `train.lr` or more `train.warmup_updates` "
                "usually helps."
            )

    def _validate(self) -> None:
        progress = self.progress
        paused = time.monotonic()
        found = validate(
            self.objective,
            self.material.valid,
            self.references,
            self.run.config,
            self.run.target_tokenizer,
        )
        improved = self._is_best(found)
        if improved:
            progress.best, progress.best_update, progress.worse = (
                self._figure(found),
                progress.update,
                0,
            )
            self._keep_weights(weights.parameters_of(self.model))
        else:
            progress.worse += 1
        self.metrics.append(
            {
                "update": progress.update,
                "valid_loss": rounded(found.loss),
                "valid_perplexity": rounded(found.perplexity),
                **({} if found.bleu is None else {"valid_bleu": rounded(found.bleu)}),
                "best": improved,
                "samples": list(found.samples),
            }
        )
        if self.boards is not None:
            self.boards.add_scalar("valid/loss", found.loss, progress.update)
            if found.bleu is not None:
                self.boards.add_scalar("valid/bleu", found.bleu, progress.update)
        bleu = "" if found.bleu is None else f", BLEU {found.bleu:.1f}"
        self.listener.say(
            f"update {progress.update:,}: validation loss {found.loss:.3f}, "
            f"perplexity {found.perplexity:,.2f}{bleu}{' (best)' if improved else ''}"
        )
        if self.config.patience and progress.worse >= self.config.patience:
            progress.stopped = PATIENCE
        self.clock += time.monotonic() - paused  # speed is of training alone

    def _figure(self, found: Validation) -> float:
        """What is compared; lower is better."""
        if self.config.early_stop_metric == "bleu" and found.bleu is not None:
            return -found.bleu
        return found.loss

    def _is_best(self, found: Validation) -> bool:
        return self.progress.best is None or self._figure(found) < self.progress.best

    def _keep_weights(self, tensors: dict[str, torch.Tensor]) -> None:
        write_atomically(self.run.weights_path, weights.to_bytes(tensors, self.run.metadata))

    def _checkpoint(self) -> None:
        checkpoint.save(self.run.path, self.progress, self.model, self.optimizer, self.run.metadata)
        checkpoint.prune(self.run.path, self.config.keep_checkpoints, self.config.checkpoint_every)

    def _finish(self) -> None:
        """Try the average of the last checkpoints; keep it if it validates better."""
        number = self.config.average_checkpoints
        every = self.config.checkpoint_every
        regular = [step for step in checkpoint.updates(self.run.path) if step % every == 0]
        if number < 2 or len(regular) < 2:
            return
        chosen = regular[-number:]
        averaged = checkpoint.average(checkpoint.directory(self.run.path, step) for step in chosen)
        model = self.run.new_model().to(self.device)
        weights.load_parameters(model, averaged, self.run.path / "checkpoints")
        found = validate(
            Objective(model),
            self.material.valid,
            self.references,
            self.run.config,
            self.run.target_tokenizer,
        )
        better = self._is_best(found)
        if better:
            self._keep_weights(averaged)
        bleu = "" if found.bleu is None else f", BLEU {found.bleu:.1f}"
        self.listener.say(
            f"average of {len(chosen)} checkpoints: validation loss {found.loss:.3f}{bleu}"
            f"{' (kept)' if better else ' (the best single one is kept)'}"
        )
        self.metrics.append(
            {
                "update": self.progress.update,
                "averaged": chosen,
                "valid_loss": rounded(found.loss),
                **({} if found.bleu is None else {"valid_bleu": rounded(found.bleu)}),
                "best": better,
            }
        )


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C or SIGTERM into a request to stop after the current update."""
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False  # signals reach the main thread only
        return
    asked = False

    def ask(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked:  # the second time means now
            raise KeyboardInterrupt
        asked = True

    previous = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def memory_mib() -> float:
    """Largest resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _tensorboard(run: Run) -> "SummaryWriter":
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise MissingExtraError("`train.tensorboard`", "tensorboard") from None
    return SummaryWriter(run.path / "tensorboard")
