"""What training writes down while it goes on: metrics, timings and TensorBoard events."""

import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from seq2see.errors import MissingExtraError
from seq2see.run import Run
from seq2see.training.metrics import Entry, JsonLines, rounded
from seq2see.training.validation import Validation

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter


class Journal:
    """The logs of one run. ``metrics.jsonl`` is the same whenever the run is repeated.

    Args:
        run: The run.
        kept: Whether anything is written; one process of a job does.
    """

    def __init__(self, run: Run, *, kept: bool = True) -> None:
        self.metrics = JsonLines(run.path / "metrics.jsonl", kept=kept)
        self.timings = JsonLines(run.path / "timings.jsonl", kept=kept)
        self._boards = _tensorboard(run) if kept and run.config.train.tensorboard else None

    def cut_back(self, update: int, *, averaged: bool = False) -> None:
        """Forget what was written after a checkpoint.

        Args:
            update: Of the checkpoint.
            averaged: Whether it was written after averaging; averages of its own update count as
                later otherwise.
        """

        def stays(entry: Entry) -> bool:
            before = entry["update"] < update
            return before or (entry["update"] == update and (averaged or "averaged" not in entry))

        self.metrics.keep(stays)
        self.timings.keep(stays)

    def trained(self, entry: Entry, speed: float) -> None:
        """Log a stretch of updates.

        Args:
            entry: ``update``, ``epoch``, ``tokens``, ``loss``, ``lr`` and ``grad_norm``.
            speed: Target tokens per second.
        """
        self.metrics.append(entry)
        self.timings.append(
            {
                "update": entry["update"],
                "tokens_per_second": round(speed),
                "memory_mib": round(memory_mib()),
            }
        )
        if self._boards is not None:
            for name in ("loss", "lr", "grad_norm"):
                self._boards.add_scalar(f"train/{name}", entry[name], entry["update"])

    def validated(self, update: int, found: Validation, *, best: bool) -> None:
        """Log a validation, and whether it is the best so far."""
        self.metrics.append(
            {
                "update": update,
                "valid_loss": rounded(found.loss),
                "valid_perplexity": rounded(found.perplexity),
                **_scores(found),
                "best": best,
                "samples": list(found.samples),
            }
        )
        if self._boards is not None:
            self._boards.add_scalar("valid/loss", found.loss, update)
            if found.bleu is not None:
                self._boards.add_scalar("valid/bleu", found.bleu, update)

    def averaged(
        self, update: int, chosen: Sequence[int], found: Validation, *, best: bool
    ) -> None:
        """Log the validation of averaged weights, and whether it is the best so far."""
        self.metrics.append(
            {
                "update": update,
                "averaged": list(chosen),
                "valid_loss": rounded(found.loss),
                **_scores(found),
                "best": best,
            }
        )

    def close(self) -> None:
        """Finish writing."""
        if self._boards is not None:
            self._boards.close()


class Stopwatch:
    """Target tokens per second since the last lap, pauses left out."""

    def __init__(self, tokens: int) -> None:
        self._begun, self._tokens = time.monotonic(), tokens

    def speed(self, tokens: int) -> float:
        """Return the speed, ``tokens`` having been learnt from in all; 0 if no time has passed."""
        seconds = time.monotonic() - self._begun
        return (tokens - self._tokens) / seconds if seconds > 0 else 0.0

    def lap(self, tokens: int) -> None:
        """Measure from here on."""
        self._begun, self._tokens = time.monotonic(), tokens

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leave out the time of what is done inside."""
        stopped = time.monotonic()
        yield
        self._begun += time.monotonic() - stopped


def memory_mib() -> float:
    """Largest resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _scores(found: Validation) -> Entry:
    """The scores of translations; none where none were made."""
    scores = {"valid_bleu": found.bleu, "valid_exact_match": found.exact_match}
    return {name: rounded(value) for name, value in scores.items() if value is not None}


def _tensorboard(run: Run) -> "SummaryWriter":
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise MissingExtraError("`train.tensorboard`", "tensorboard") from None
    return SummaryWriter(run.path / "tensorboard")
