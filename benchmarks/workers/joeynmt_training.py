"""Trains with JoeyNMT, by its own ``joeynmt.training.train``, stopping after every turn.

    python joeynmt_training.py TURN CONFIGURATION

Runs in JoeyNMT's environment. TURN is the updates of a turn, CONFIGURATION is a file of
JoeyNMT's. As with OpenNMT-py, only forward pass, backward pass, clipping and optimiser count,
and real target tokens are counted here.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joeynmt.training
import torch
from joeynmt.config import load_config
from joeynmt.helpers import make_model_dir
from turns import Stopwatch, Turns


class TimedTrainer(joeynmt.training.TrainManager):
    """Times updates, and waits after every turn of them."""

    turns: Turns
    turn: int

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.updates = self.tokens = 0
        self.watch = Stopwatch()
        self.clip_grad_fun = self.timed(self.clip_grad_fun)
        self.optimizer.step = self.timed(self.optimizer.step)

    def _train_step(self, batch: Any) -> Any:
        if self.updates and self.updates % self.turn == 0:
            self.turns.say(update=self.updates, tokens=self.tokens, **self.watch.times())
            self.turns.wait()
            self.tokens = 0
        self.updates += 1
        self.tokens += batch.ntokens
        return self.timed(super()._train_step)(batch)

    def timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Count the time of a function."""

        def call(*given: Any, **named: Any) -> Any:
            self.watch.start()
            result = function(*given, **named)
            self.watch.stop()
            return result

        return call

    def train_and_validate(self, train_data: Any, valid_data: Any) -> None:
        self.turns.say(parameters=sum(value.numel() for value in self.model.parameters()))
        self.turns.wait()
        super().train_and_validate(train_data, valid_data)
        self.turns.say(update=self.updates, tokens=self.tokens, **self.watch.times())
        self.turns.wait()
        self.turns.say(nll=self.negative_log_likelihood(valid_data))

    @torch.no_grad()
    def negative_log_likelihood(self, data: Any) -> float:
        """Mean over real target tokens, in nats, without label smoothing."""
        self.model.eval()
        self.model.loss_function = ("crossentropy", 0.0)
        total, tokens = 0.0, 0
        batches = data.make_iter(
            batch_size=32, eos_index=self.model.eos_index, pad_index=self.model.pad_index
        )
        for batch in batches:
            batch.sort_by_src_length()
            loss, *_ = self.model(return_type="loss", **vars(batch))
            total += float(loss)
            tokens += batch.ntokens
        return total / tokens


def main() -> None:
    """Train."""
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    TimedTrainer.turns, TimedTrainer.turn = Turns(), int(sys.argv[1])
    joeynmt.training.TrainManager = TimedTrainer
    configuration = load_config(Path(sys.argv[2]))
    make_model_dir(Path(configuration["model_dir"]), overwrite=True)
    joeynmt.training.train(0, None, configuration, skip_test=True)


if __name__ == "__main__":
    main()
