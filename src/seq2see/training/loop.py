"""The training loop: update, log, validate, checkpoint, in this order, until it is time to stop.

Whatever an update does is a function of the weights, the optimiser's state and ``Progress``, all of
which a checkpoint holds; so a run continued from a checkpoint goes through the very same numbers.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass

import torch
from torch.nn.parallel import DistributedDataParallel

from seq2see import processes, weights
from seq2see.allocator import share_memory
from seq2see.data.batching import Batch, Position, training_batches
from seq2see.data.prefetch import ahead
from seq2see.errors import RunError, TrainingError
from seq2see.files import is_full_disk, write_atomically
from seq2see.processes import ALONE, Group
from seq2see.run import Run
from seq2see.training import checkpoint, vectors
from seq2see.training.checkpoint import Progress
from seq2see.training.interruption import interruptible
from seq2see.training.journal import Journal, Stopwatch, memory_mib
from seq2see.training.listener import Listener
from seq2see.training.material import Material
from seq2see.training.metrics import rounded
from seq2see.training.objective import Objective, arithmetic, choose_precision
from seq2see.training.randomness import fix_randomness
from seq2see.training.report import write_report
from seq2see.training.schedule import learning_rate, make_optimizer, reference_probability
from seq2see.training.scheduled_sampling import Share, read_own_words
from seq2see.training.validation import Validation, validate

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
    """Trains the model of one run, from the start or from its newest checkpoint.

    Several processes go through the same updates: each computes its share of the rows of every
    batch, all add up their gradients, and the first one writes.

    Args:
        run: The run.
        material: The pairs.
        listener: Who is told how it goes.
        device: What this process computes on.
        group: The processes that share the work.
    """

    def __init__(
        self,
        run: Run,
        material: Material,
        listener: Listener,
        device: torch.device,
        group: Group = ALONE,
    ) -> None:
        self.run = run
        self.config = run.config.train
        self.material = material
        self.listener = listener
        self.device = device
        self.precision = choose_precision(run.config, device)
        self.group = group
        self.references = [pair.target for pair in material.texts.valid]
        fix_randomness(self.config.seed, 0)
        self.model = run.new_model().to(device)
        vectors.lay_in(self.model, run)
        self.objective = Objective(self.model, self.config.label_smoothing)
        self.replica = group.replicate(self.objective)
        self.optimizer = make_optimizer(self.config, self.model.parameters())
        self.progress = Progress(threads=torch.get_num_threads(), processes=group.size)
        self.journal = Journal(run, kept=group.first)
        self.watch = Stopwatch(0)

    def restore(self, update: int, *, onward: bool = False) -> None:
        """Go back to a checkpoint; nothing is written.

        Args:
            update: Of the checkpoint.
            onward: Go on even if patience ran out there; it starts anew.

        Raises:
            RunError: The checkpoint is broken.
        """
        progress = checkpoint.load(self.run.path, update, self.model, self.optimizer)
        if progress.stopped == PATIENCE and onward:
            progress.worse = 0
        if progress.stopped != PATIENCE or onward:
            done = progress.update >= self.config.max_updates
            progress.stopped = LIMIT if done else ""
        if progress.processes == self.group.size:
            torch.set_num_threads(progress.threads)
        else:  # which have as many threads as they would at the start
            progress.threads, progress.processes = torch.get_num_threads(), self.group.size
        self.progress = progress

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to do."""
        return bool(self.progress.stopped) and self.progress.finished == self.progress.update

    def train(self) -> Outcome:
        """Train until the limit, the end of patience, or an interruption.

        Raises:
            TrainingError: The loss is not a number, or explodes, or the disk is full.
            JobError: Another process of the job is gone.
        """
        share_memory()
        progress, config = self.progress, self.config
        begun = time.monotonic()
        self.watch = Stopwatch(progress.tokens)
        self.journal.cut_back(progress.update, averaged=progress.finished == progress.update)
        self.objective.train()
        self.listener.start(progress.update, config.max_updates)
        position = Position(progress.epoch, progress.batch)
        batches = ahead(
            training_batches(
                self.material.train, config.batch_tokens, config.seed, position,
                self.group.rank, self.group.size,
            )
        )  # fmt: skip
        with closing(batches), self._full_disk_said(), self.group.losses_said(self._continue_from):
            try:
                with interruptible(insistent=not processes.launched()) as interrupted:
                    while not progress.stopped:
                        parts = [next(batches) for _ in range(config.accumulate)]
                        asked = self._update(parts, interrupted)
                        if self.group.size == 1:  # several stop where all have agreed to
                            asked = bool(interrupted())
                        last = progress.update >= config.max_updates
                        if progress.update % config.validate_every == 0 or last:
                            self._validate()
                        if not progress.stopped and last:
                            progress.stopped = LIMIT
                        if not progress.stopped and asked:
                            progress.stopped = INTERRUPTED
                        if progress.update % config.checkpoint_every == 0 or progress.stopped:
                            self._checkpoint()
            finally:
                self.listener.finish()
            if progress.stopped != INTERRUPTED and not self.finished:
                self._finish()
            self.journal.close()
        return Outcome(progress, time.monotonic() - begun)

    def _update(
        self, parts: Sequence[tuple[Batch, Position]], interrupted: Callable[[], bool]
    ) -> bool:
        """Learn from some batches; returns whether any process was asked to stop."""
        progress, config, group = self.progress, self.config, self.group
        progress.update += 1
        fix_randomness(config.seed, progress.update, group.rank)
        num_tokens = int(*group.sum(sum(batch.num_tokens for batch, _ in parts)))
        self.optimizer.zero_grad(set_to_none=True)
        own = 0.0
        for number, (batch, _) in enumerate(parts, start=1):
            share = Share(progress.update, number, group.rank, group.size)
            # On its own: autocast would hand its casts of weights, made without gradients, on.
            with arithmetic(self.precision, self.device):
                read = read_own_words(self.model, batch.to(self.device), config, share)
            with self._exchanging(number == len(parts)):
                with arithmetic(self.precision, self.device):
                    loss = self.replica(read).total
                if not batch.num_tokens:  # a row of another process
                    loss = loss * 0
                # Gradients become the mean over processes, of which the sum is wanted.
                (loss / (num_tokens / group.size)).backward()
            own += float(loss.detach())
        total, asked = group.sum(own, interrupted())
        norm = float(
            torch.nn.utils.clip_grad_norm_(
                self.model.parameters(), config.clip_norm or math.inf, foreach=True
            )
        )
        self._refuse_divergence(total / num_tokens, norm)
        rate = learning_rate(config, progress.update)
        for options in self.optimizer.param_groups:
            options["lr"] = rate
        self.optimizer.step()
        after = parts[-1][1]
        progress.epoch, progress.batch = after.epoch, after.batch
        progress.tokens += num_tokens
        progress.window_tokens += num_tokens
        progress.window_loss += total
        mean = progress.window_loss / progress.window_tokens
        speed = self.watch.speed(progress.tokens)
        if progress.update % config.log_every == 0:
            self._log(mean, rate, norm, speed)
        self.listener.advance(1, f"loss {mean:.3f}, {speed:,.0f} tokens/s, {memory_mib():,.0f} MiB")
        return bool(asked)

    def _exchanging(self, last: bool) -> AbstractContextManager[None]:
        """Add up gradients over processes only after the last batch of an update."""
        if last or not isinstance(self.replica, DistributedDataParallel):
            return nullcontext()
        return self.replica.no_sync()

    def _log(self, loss: float, rate: float, norm: float, speed: float) -> None:
        progress = self.progress
        entry = {
            "update": progress.update,
            "epoch": progress.epoch,
            "tokens": progress.tokens,
            "loss": rounded(loss),
            "lr": rounded(rate),
            "grad_norm": rounded(norm),
        }
        if self.config.scheduled_sampling.decay != "none":
            entry["reference"] = rounded(reference_probability(self.config, progress.update))
        self.journal.trained(entry, speed)
        self.watch.lap(progress.tokens)
        progress.window_loss, progress.window_tokens = 0.0, 0

    def _refuse_divergence(self, loss: float, norm: float) -> None:
        """Stop before an update that would learn from nonsense, and before it is checkpointed."""
        progress = self.progress
        if not (math.isfinite(loss) and math.isfinite(norm)):
            raise self._diverged("The loss or its gradient is not a finite number")
        if progress.first_loss is None:
            progress.first_loss = loss
        if loss > EXPLOSION * progress.first_loss:
            raise self._diverged(
                f"The loss exploded: it began at {progress.first_loss:.2f} and is {loss:.2f}"
            )

    def _diverged(self, what: str) -> TrainingError:
        return TrainingError(
            f"{what} at update {self.progress.update}; lower `train.lr` or raise "
            f"`train.warmup_updates`, as in `seq2see train --resume --out {self.run.path} --set "
            f"train.lr={self.config.lr / 10:g}`, which continues from {self._kept()}."
        )

    def _kept(self) -> str:
        """Name what a resumed run begins with."""
        kept = checkpoint.updates(self.run.path)
        return f"the checkpoint of update {kept[-1]}" if kept else "the first update"

    def _continue_from(self) -> str:
        return (
            f"continue from {self._kept()}, with any number of processes, by `seq2see train "
            f"--resume --out {self.run.path}`"
        )

    def _validate(self) -> None:
        progress = self.progress
        with self.watch.paused():
            found = self._measure(self.objective)
            improved = self._is_best(found)
            if improved:
                self._note_best(found)
                progress.worse = 0
                self._keep_weights(weights.parameters_of(self.model))
            else:
                progress.worse += 1
            self.journal.validated(progress.update, found, best=improved)
            self.listener.say(
                f"update {progress.update:,}: {_in_words(found)}{' (best)' if improved else ''}"
            )
            self._report()
        if self.config.patience and progress.worse >= self.config.patience:
            progress.stopped = PATIENCE

    def _measure(self, objective: Objective) -> Validation:
        try:
            found = validate(
                objective,
                self.material.valid,
                self.references,
                self.run.config,
                self.run.target_tokenizer,
                self.group,
            )
        except RunError:
            raise self._diverged("What the model computes is not a finite number") from None
        if not math.isfinite(found.loss):
            raise self._diverged("The validation loss is not a finite number")
        return found

    def _figure(self, found: Validation) -> float:
        """What is compared; lower is better."""
        match self.config.early_stop_metric:
            case "bleu" if found.bleu is not None:
                return -found.bleu
            case "exact_match" if found.exact_match is not None:
                return -found.exact_match
            case _:
                return found.loss

    def _is_best(self, found: Validation) -> bool:
        progress = self.progress
        if progress.best is None or progress.best_by not in ("", self.config.early_stop_metric):
            return True
        return (self._figure(found), found.loss) < (progress.best, progress.best_loss)

    def _note_best(self, found: Validation) -> None:
        progress = self.progress
        progress.best, progress.best_update = self._figure(found), progress.update
        progress.best_loss = found.loss
        progress.best_by = self.config.early_stop_metric

    def _keep_weights(self, tensors: dict[str, torch.Tensor]) -> None:
        if self.group.first:
            write_atomically(self.run.weights_path, weights.to_bytes(tensors, self.run.metadata))

    def _report(self) -> None:
        """Bring the page up to date; a broken file of another command is no reason to stop."""
        if not self.group.first:
            return
        try:
            write_report(self.run.path)
        except RunError as error:
            self.listener.say(f"report.html was not written: {error}")

    def _checkpoint(self) -> None:
        if not self.group.first:
            return
        checkpoint.save(self.run.path, self.progress, self.model, self.optimizer, self.run.metadata)
        checkpoint.prune(self.run.path, self.config.keep_checkpoints, self.config.checkpoint_every)

    def _finish(self) -> None:
        """Try the average of the last checkpoints; keep it if it validates better.

        The last checkpoint then says that this is done. A kill before leads to doing all of it
        again, with the same result.
        """
        progress, config = self.progress, self.config
        if progress.best is None:  # resumed with a lower limit, before the first validation
            self._validate()
        [steps, *_] = self.group.gather(checkpoint.updates(self.run.path))
        # Those of Ctrl-C are left out: without it there would be none.
        chosen = [step for step in steps if step % config.checkpoint_every == 0]
        chosen = chosen[-config.average_checkpoints :]
        if config.average_checkpoints > 1 and len(chosen) > 1:
            self._average(chosen)
        progress.finished = progress.update
        if self.group.first:
            checkpoint.save_progress(self.run.path, progress)

    def _average(self, chosen: Sequence[int]) -> None:
        progress = self.progress
        model = self.run.new_model().to(self.device)
        if self.group.first:
            paths = [checkpoint.directory(self.run.path, step) for step in chosen]
            averaged = checkpoint.average(paths)
            weights.load_parameters(model, averaged, self.run.path / "checkpoints")
        self.group.copy_from_first(model)
        found = self._measure(Objective(model))
        better = self._is_best(found)
        if better:
            self._note_best(found)
            self._keep_weights(weights.parameters_of(model))
        self.listener.say(
            f"average of {len(chosen)} checkpoints: {_in_words(found)}"
            f"{' (kept)' if better else ' (the best single one is kept)'}"
        )
        self.journal.averaged(progress.update, chosen, found, best=better)

    @contextmanager
    def _full_disk_said(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if not is_full_disk(error):
                raise
            kept = checkpoint.updates(self.run.path)
            last = (
                f"the checkpoint of update {kept[-1]} is intact"
                if kept
                else "there is none before it"
            )
            raise TrainingError(
                f"The disk is full, so that nothing more could be written to `{self.run.path}` "
                f"at update {self.progress.update}, but {last}; free some space and continue with "
                f"`seq2see train --resume --out {self.run.path}`."
            ) from error


def _in_words(found: Validation) -> str:
    bleu = "" if found.bleu is None else f", BLEU {found.bleu:.1f}"
    exact = "" if found.exact_match is None else f", {found.exact_match:.1%} exact"
    return f"validation loss {found.loss:.3f}, perplexity {found.perplexity:,.2f}{bleu}{exact}"
