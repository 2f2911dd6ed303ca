"""What a study would take: parameters and time of every row, measured before anything is trained.

A few batches of every row are computed, forwards and backwards; nothing is learnt, nothing stays.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch

from seq2see.config import VectorsConfig
from seq2see.machine import Machine
from seq2see.models.build import count_parameters
from seq2see.run import Run
from seq2see.study.data import learn_vocabularies
from seq2see.study.grid import Row
from seq2see.study.runner import FAILURES, Plan, reason_of, seeded
from seq2see.training.estimate import estimate
from seq2see.training.listener import Silent
from seq2see.training.loop import Trainer
from seq2see.training.material import prepare


@dataclass(frozen=True)
class Forecast:
    """What to expect of one row."""

    row: Row
    parameters: int = 0
    seconds: float = 0.0
    """Of the updates of all its seeds; nothing where it shares the runs of an earlier row."""
    refusal: str = ""
    """Why it cannot be trained."""


def forecast(plan: Plan, machine: Machine) -> Iterator[Forecast]:
    """Measure every row in turn.

    Yields:
        What to expect, as soon as it is known.
    """
    device = machine.prepare()
    before: dict[str, Forecast] = {}
    for row in plan.rows:
        if row.config is None:
            yield Forecast(row, refusal=row.refusal)
        elif row.training in before:
            yield replace(before[row.training], row=row, seconds=0.0)
        else:
            try:
                trainer = _trainer(plan, row, device)
                seconds = estimate(trainer).seconds * len(plan.seeds)
                found = Forecast(row, count_parameters(trainer.model), seconds)
            except FAILURES as error:
                found = Forecast(row, refusal=reason_of(error))
            before[row.training] = found
            yield found


def _trainer(plan: Plan, row: Row, device: torch.device) -> Trainer:
    config = seeded(row, plan.seeds[0])
    texts, (source, target) = learn_vocabularies(config)
    material = prepare(config, texts, source, target)
    # Word vectors lie in the folder of a run, and this one has none; they change no count.
    without = replace(config, vectors=VectorsConfig())
    nowhere = Run(plan.run_path(row, plan.seeds[0]), without, source, target)
    return Trainer(nowhere, material, Silent(), device)
