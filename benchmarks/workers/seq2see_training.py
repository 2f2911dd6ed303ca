"""Trains with seq2see, by its own ``seq2see.train``, stopping after every turn.

    python seq2see_training.py JOB

JOB is JSON: the arguments of ``seq2see.train``, and ``turn``, the updates of a turn. The time of a
turn is the time that passes, the assembly of batches included; validation comes after the last one.
"""

import json
import sys
from pathlib import Path
from typing import Any

from turns import Stopwatch, Turns

import seq2see
from seq2see.training.metrics import read


class Clock:
    """A listener that holds training after every turn until it may go on."""

    def __init__(self, run: Path, turn: int) -> None:
        self.run, self.turn = run, turn
        self.turns = Turns()
        self.updates = self.tokens = 0
        self.watch = Stopwatch()

    def say(self, text: str) -> None:
        print(text)

    def examined(self, diagnosis: Any) -> None:
        pass

    def start(self, done: int, total: int) -> None:  # noqa: ARG002
        summary = json.loads((self.run / "data/summary.json").read_text(encoding="utf-8"))
        self.turns.say(parameters=summary["parameters"])
        self.turns.wait()
        self.watch.start()

    def advance(self, count: int = 1, note: str = "") -> None:  # noqa: ARG002
        self.updates += count
        if self.updates % self.turn == 0:
            self.watch.stop()
            tokens = read(self.run / "metrics.jsonl")[-1]["tokens"]
            self.turns.say(update=self.updates, tokens=tokens - self.tokens, **self.watch.times())
            self.tokens = tokens
            self.turns.wait()
            self.watch.start()

    def finish(self) -> None:
        pass


def main() -> None:
    """Train, and say the validation loss at the end."""
    job = json.loads(sys.argv[1])
    run, turn = Path(job["out"]), job.pop("turn")
    clock = Clock(run, turn)
    seq2see.train(**job, listener=clock)
    validated = [entry for entry in read(run / "metrics.jsonl") if "valid_loss" in entry]
    clock.turns.say(nll=validated[-1]["valid_loss"])


if __name__ == "__main__":
    main()
