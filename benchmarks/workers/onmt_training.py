"""Trains with OpenNMT-py, by its own ``onmt_train``, stopping after every turn.

    python onmt_training.py TURN OPTIONS-OF-onmt_train...

Runs in OpenNMT-py's environment. TURN is the updates of a turn. Its ``Trainer`` is timed from
outside: only forward pass, backward pass and optimiser count, not its loading of data; and real
target tokens are counted here, ``</s>`` with them and ``<s>`` and padding without.
"""

import os
import sys
from collections.abc import Iterable
from typing import Any

import onmt.trainer
import torch
from onmt.bin.train import _get_parser, train
from torch.nn import functional
from turns import Stopwatch, Turns


class TimedTrainer(onmt.trainer.Trainer):
    """Times updates, and waits after every turn of them."""

    turns: Turns
    turn: int

    def train(self, batches: Any, updates: int, *, valid_iter: Any, **_: Any) -> None:
        self.updates = self.tokens = 0
        self.watch = Stopwatch()
        self.turns.say(parameters=sum(value.numel() for value in self.model.parameters()))
        self.turns.wait()
        super().train(batches, updates, save_checkpoint_steps=0)
        self.turns.say(nll=negative_log_likelihood(self, valid_iter))

    def _gradient_accumulation(self, batches: list[Any], *others: Any) -> None:
        self.watch.start()
        super()._gradient_accumulation(batches, *others)
        self.watch.stop()
        padding = self.train_loss.padding_idx
        self.tokens += sum(int(batch["tgt"][:, 1:, 0].ne(padding).sum()) for batch in batches)
        self.updates += 1
        if self.updates % self.turn == 0:
            self.turns.say(update=self.updates, tokens=self.tokens, **self.watch.times())
            self.turns.wait()
            self.tokens = 0


@torch.no_grad()
def negative_log_likelihood(trainer: Any, batches: Iterable[Any]) -> float:
    """Mean over real target tokens, in nats, without label smoothing."""
    model, padding = trainer.model.eval(), trainer.train_loss.padding_idx
    total, tokens = 0.0, 0
    for batch, _ in batches:
        output, _ = model(batch["src"], batch["tgt"], batch["srclen"])
        scores = model.generator(output.flatten(0, 1))
        target = batch["tgt"][:, 1:, 0].flatten()
        total += float(
            functional.cross_entropy(scores, target, ignore_index=padding, reduction="sum")
        )
        tokens += int(target.ne(padding).sum())
    return total / tokens


def main() -> None:
    """Train."""
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    TimedTrainer.turns, TimedTrainer.turn = Turns(), int(sys.argv[1])
    onmt.trainer.Trainer = TimedTrainer
    train(_get_parser().parse_args(sys.argv[2:]))


if __name__ == "__main__":
    main()
