"""Time and memory, measured before training."""

from pathlib import Path

import pytest
import torch
from small_trainings import tiny_trainer

from seq2see.training.estimate import Estimate, duration, estimate


@pytest.mark.parametrize("scope", ["global", "hard"])  # of which the second keeps an average
def test_measuring_learns_nothing(tmp_path: Path, scope: str) -> None:
    trainer = tiny_trainer(
        tmp_path, train__max_updates=50, train__accumulate=2, model__attention__scope=scope
    )
    before = {name: value.clone() for name, value in trainer.model.state_dict().items()}
    assert any(name.endswith("baseline") for name in before) == (scope == "hard")
    found = estimate(trainer)
    for name, value in trainer.model.state_dict().items():
        assert torch.equal(value, before[name]), name
    assert all(parameter.grad is None for parameter in trainer.model.parameters())
    assert not trainer.optimizer.state
    assert trainer.progress.update == 0
    assert found.seconds_per_update > 0
    assert found.seconds == pytest.approx(50 * found.seconds_per_update)
    assert found.memory_mib > 10


def test_only_what_remains_is_estimated(tmp_path: Path) -> None:
    trainer = tiny_trainer(tmp_path, train__max_updates=50)
    trainer.progress.update = 40
    found = estimate(trainer)
    assert found.seconds == pytest.approx(10 * found.seconds_per_update)
    trainer.progress.update = 60
    assert estimate(trainer).seconds == 0


def test_in_words() -> None:
    text = str(Estimate(seconds=7200.0, seconds_per_update=0.36, memory_mib=1536.0))
    assert text == "about 2.0 h for the updates (0.36 s each), about 1.5 GiB"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0 s"),
        (89.4, "89 s"),
        (120.0, "2 min"),
        (5340.0, "89 min"),
        (5400.0, "1.5 h"),
        (36000.0, "10.0 h"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text
