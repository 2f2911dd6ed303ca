"""How long training will take and how much memory, measured on real batches before it starts."""

import time
from dataclasses import dataclass

import torch

from seq2see.data.batching import collate_share, epoch_pools
from seq2see.data.prepared import Indices
from seq2see.training.journal import memory_mib
from seq2see.training.loop import Trainer
from seq2see.training.objective import arithmetic

NUM_BATCHES = 3


@dataclass(frozen=True)
class Estimate:
    """What to expect."""

    seconds: float
    """Of all updates that remain, validation not counted."""
    seconds_per_update: float
    memory_mib: float
    """Largest resident memory of the process so far, the largest batch included."""

    def __str__(self) -> str:
        return (
            f"about {duration(self.seconds)} for the updates "
            f"({self.seconds_per_update:.3g} s each), about {self.memory_mib / 1024:.1f} GiB"
        )


def estimate(trainer: Trainer) -> Estimate:
    """Time forward and backward passes on the largest batch and a few usual ones.

    Nothing is learnt: no update is made, what an update draws depends on its number alone, and the
    averages that hard attention keeps are put back. For several processes it must come before the
    first update: in it they settle in which order they add up gradients, whether the run is resumed
    or not.
    """
    config = trainer.config
    corpus = trainer.material.train
    batches = next(epoch_pools(corpus, config.batch_tokens, config.seed, 0))

    def padded_size(rows: Indices) -> int:
        sides = (corpus.source, corpus.target)
        return len(rows) * sum(int(side.lengths_of(rows).max()) for side in sides)

    largest = max(batches, key=padded_size)
    trainer.objective.train()
    kept = {name: value.clone() for name, value in trainer.model.named_buffers()}
    seconds: list[float] = []
    # The largest comes first and warms up what is slow the first time; it is not timed.
    for rows in [largest, *batches[:NUM_BATCHES]]:
        begun = time.monotonic()
        with arithmetic(trainer.precision, trainer.device):
            batch = collate_share(corpus, rows, trainer.group.rank, trainer.group.size)
            loss = trainer.replica(batch.to(trainer.device))
        loss.total.backward()
        if trainer.device.type == "cuda":
            torch.cuda.synchronize()
        seconds.append(time.monotonic() - begun)
    trainer.optimizer.zero_grad(set_to_none=True)
    for name, value in trainer.model.named_buffers():
        value.copy_(kept[name])
    each = sum(seconds[1:]) / len(seconds[1:]) * config.accumulate
    remaining = max(0, config.max_updates - trainer.progress.update)
    return Estimate(each * remaining, each, memory_mib())


def duration(seconds: float) -> str:
    """Seconds in words a person plans by."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
