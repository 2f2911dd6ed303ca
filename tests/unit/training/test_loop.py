"""The training loop, on trainings of a dozen updates."""

import dataclasses
import errno
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from small_trainings import Told, tiny_trainer, trainer_of
from torch import Tensor

from seq2see import weights
from seq2see.data.batching import Position, training_batches
from seq2see.errors import TrainingError
from seq2see.training import checkpoint, loop, metrics
from seq2see.training.checkpoint import Progress
from seq2see.training.loop import Trainer
from seq2see.training.metrics import Entry
from seq2see.training.schedule import learning_rate
from seq2see.training.validation import Validation


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Restoring sets the threads of the run."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def log_of(trainer: Trainer) -> list[Entry]:
    return metrics.read(trainer.run.path / "metrics.jsonl")


def parameters_of(trainer: Trainer) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in weights.parameters_of(trainer.model).items()}


def assert_equal(one: dict[str, Tensor], other: dict[str, Tensor]) -> None:
    assert one.keys() == other.keys()
    for name, tensor in one.items():
        assert torch.equal(tensor, other[name]), name


def resumed(trainer: Trainer, *, onward: bool = False, **settings: Any) -> Trainer:
    """Another trainer of the same run, at its newest checkpoint."""
    config = trainer.run.config
    config = dataclasses.replace(config, train=dataclasses.replace(config.train, **settings))
    run = dataclasses.replace(trainer.run, config=config)
    other = trainer_of(run, trainer.material)
    other.restore(checkpoint.updates(run.path)[-1], onward=onward)
    return other


def test_updates_are_plain_gradient_descent(tmp_path: Path) -> None:
    """Two updates of SGD, each over two accumulated batches, worked out with autograd alone."""
    trainer = tiny_trainer(
        tmp_path, train__optimizer="sgd", train__lr=0.5, train__clip_norm=0.3,
        train__accumulate=2, train__max_updates=2, train__validate_every=9, model__dropout=0.0,
        train__warmup_updates=4,
    )  # fmt: skip
    config = trainer.config
    twin = trainer_of(trainer.run, trainer.material)
    assert_equal(parameters_of(twin), parameters_of(trainer))
    batches = training_batches(trainer.material.train, config.batch_tokens, config.seed, Position())
    for update in (1, 2):
        pair = [next(batches)[0] for _ in range(2)]
        total = sum((twin.objective(batch).total for batch in pair), torch.zeros(()))
        mean = total / sum(batch.num_tokens for batch in pair)
        owned = list(twin.model.parameters())
        gradients = torch.autograd.grad(mean, owned)
        norm = math.sqrt(sum(float(gradient.square().sum()) for gradient in gradients))
        factor = min(1.0, 0.3 / (norm + 1e-6))
        with torch.no_grad():
            for parameter, gradient in zip(owned, gradients, strict=True):
                parameter.sub_(0.5 * update / 4 * factor * gradient)
    trainer.train()
    for name, expected in parameters_of(twin).items():
        torch.testing.assert_close(parameters_of(trainer)[name], expected, rtol=1e-4, atol=1e-6)


def test_logs_validations_and_checkpoints_come_when_due(tmp_path: Path) -> None:
    told = Told()
    trainer = tiny_trainer(
        tmp_path, listener=told, train__max_updates=11, train__log_every=3,
        train__validate_every=4, train__checkpoint_every=5, train__keep_checkpoints=9,
    )  # fmt: skip
    outcome = trainer.train()
    log = log_of(trainer)
    assert [entry["update"] for entry in log if "loss" in entry] == [3, 6, 9]
    assert [entry["update"] for entry in log if "valid_loss" in entry] == [4, 8, 11]
    assert checkpoint.updates(trainer.run.path) == [5, 10, 11]  # the last one, in any case
    assert outcome.progress.stopped == "max_updates"
    assert not outcome.interrupted
    assert outcome.seconds > 0
    assert (told.counts, told.advanced, told.finished) == ([(0, 11)], 11, 1)
    assert (trainer.run.path / "report.html").exists()


def test_the_log_adds_up(tmp_path: Path) -> None:
    trainer = tiny_trainer(tmp_path, train__log_every=2, train__warmup_updates=8)
    config = trainer.config
    trainer.train()
    batches = training_batches(trainer.material.train, config.batch_tokens, config.seed, Position())
    tokens = 0
    for entry in (entry for entry in log_of(trainer) if "loss" in entry):
        pair = [next(batches) for _ in range(2)]
        tokens += sum(batch.num_tokens for batch, _ in pair)
        assert entry["tokens"] == tokens
        assert entry["epoch"] == pair[-1][1].epoch
        assert entry["lr"] == pytest.approx(learning_rate(config, entry["update"]), rel=1e-5)
        assert entry["grad_norm"] > 0
        assert 0 < entry["loss"] < 10


def test_it_learns(tmp_path: Path) -> None:
    trainer = tiny_trainer(tmp_path, train__max_updates=60, train__lr=0.1, model__dropout=0.0)
    trainer.train()
    losses = [entry["loss"] for entry in log_of(trainer) if "loss" in entry]
    assert losses[-1] < losses[0] / 2


@pytest.mark.parametrize(
    ("arch", "settings"),
    [
        ("luong2015", {}),
        ("transformer2017", {"train__optimizer": "adamw"}),
        ("sutskever2014", {"train__precision": "bf16", "train__accumulate": 3}),
        ("bahdanau2015", {"train__optimizer": "sgd", "train__log_every": 5}),
        ("luong2015", {"model__attention__scope": "hard"}),  # which draws, and keeps an average
        ("luong2015", {"train__scheduled_sampling__decay": "linear", "train__accumulate": 2}),
        ("transformer2017", {"train__scheduled_sampling__decay": "inverse-sigmoid"}),
    ],
)
def test_a_resumed_run_is_bit_identical(
    tmp_path: Path, arch: str, settings: dict[str, Any]
) -> None:
    settings = {"model__dropout": 0.2, "train__checkpoint_every": 5, **settings}
    (tmp_path / "whole").mkdir()
    (tmp_path / "cut").mkdir()
    whole = tiny_trainer(tmp_path / "whole", arch, **settings)
    whole.train()

    cut = tiny_trainer(tmp_path / "cut", arch, **settings)
    losing_its_place(cut, after=8)
    other = resumed(cut)
    assert other.progress.update == 5
    other.train()
    assert_equal(parameters_of(other), parameters_of(whole))
    for name in ("metrics.jsonl", "model.safetensors", "checkpoints/step-12/state.json"):
        assert (cut.run.path / name).read_bytes() == (whole.run.path / name).read_bytes(), name


class KilledError(Exception):
    pass


def losing_its_place(trainer: Trainer, after: int) -> None:
    """Train until an update, then die without a word."""

    def advance(count: int = 1, note: str = "") -> None:
        if trainer.progress.update == after:
            raise KilledError

    trainer.listener.advance = advance  # type: ignore[method-assign]
    with pytest.raises(KilledError):
        trainer.train()


def test_dying_between_the_best_weights_and_the_checkpoint_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "cut").mkdir()
    whole, cut = tiny_trainer(tmp_path / "whole"), tiny_trainer(tmp_path / "cut")
    whole.train()

    def die(*_: object) -> None:
        if cut.progress.update == 8:
            raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(Trainer, "_report", die)  # after weights and metrics were written
        with pytest.raises(KilledError):
            cut.train()
    assert log_of(cut)[-1]["update"] == 8
    resumed(cut).train()
    for name in ("metrics.jsonl", "model.safetensors"):
        assert (cut.run.path / name).read_bytes() == (whole.run.path / name).read_bytes(), name


AVERAGING: dict[str, Any] = {"train__keep_checkpoints": 3, "train__average_checkpoints": 3}


@pytest.mark.parametrize("dies_at", ["averaged", "save_progress"])
def test_dying_while_averaging_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "cut").mkdir()
    whole = tiny_trainer(tmp_path / "whole", **AVERAGING)
    cut = tiny_trainer(tmp_path / "cut", **AVERAGING)
    whole.train()

    def die(*_: object, **__: object) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        place: object = cut.journal if dies_at == "averaged" else checkpoint
        patched.setattr(place, dies_at, die)
        with pytest.raises(KilledError):
            cut.train()
    other = resumed(cut)
    assert not other.finished
    other.train()
    assert other.finished
    for name in ("metrics.jsonl", "model.safetensors", "checkpoints/step-12/state.json"):
        assert (cut.run.path / name).read_bytes() == (whole.run.path / name).read_bytes(), name


@pytest.mark.parametrize("better", [True, False])
def test_the_average_is_kept_if_it_validates_better(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, better: bool
) -> None:
    told = Told()
    trainer = tiny_trainer(tmp_path, listener=told, **AVERAGING)
    losses = iter([3.0, 2.0, 2.5, 1.5 if better else 2.0])
    monkeypatch.setattr(loop, "validate", lambda *_: Validation(next(losses), None, ("x",)))
    trainer.train()
    entry = log_of(trainer)[-1]
    assert (entry["update"], entry["averaged"], entry["best"]) == (12, [4, 8, 12], better)
    paths = [checkpoint.directory(trainer.run.path, step) for step in (4, 8, 12)]
    kept, _ = weights.read(trainer.run.weights_path)
    single, _ = weights.read(paths[1] / "model.safetensors")
    assert_equal(kept, checkpoint.average(paths) if better else single)
    assert ("(kept)" in told.text) == better
    assert trainer.progress.best == (1.5 if better else 2.0)
    assert trainer.progress.best_update == (12 if better else 8)


def with_validations(
    trainer: Trainer, monkeypatch: pytest.MonkeyPatch, losses: list[float], bleus: list[float]
) -> None:
    found = iter(zip(losses, bleus, strict=True))

    def validate(*_: object) -> Validation:
        loss, bleu = next(found)
        return Validation(loss, bleu, ("x",), exact_match=bleu / 10)

    monkeypatch.setattr(loop, "validate", validate)


@pytest.mark.parametrize(
    ("metric", "best", "stops"), [("loss", 2, 5), ("bleu", 4, 7), ("exact_match", 4, 7)]
)
def test_patience_counts_validations_without_improvement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, metric: str, best: int, stops: int
) -> None:
    trainer = tiny_trainer(
        tmp_path, train__patience=3, train__validate_every=1, train__early_stop_metric=metric
    )
    losses = [3.0, 2.0, 2.5, 2.0, 2.1, 2.2, 2.3, 9.0]  # an equal one is no improvement
    bleus = [1.0, 2.0, 2.0, 3.0, 2.5, 3.0, 1.0, 9.0]
    with_validations(trainer, monkeypatch, losses, bleus)
    outcome = trainer.train()
    assert outcome.progress.stopped == "patience"
    assert (outcome.progress.update, outcome.progress.best_update) == (stops, best)
    assert checkpoint.updates(trainer.run.path)[-1] == stops
    marked = [entry["update"] for entry in log_of(trainer) if entry.get("best")]
    assert marked[-1] == best


def test_of_equal_figures_the_lower_loss_is_better(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is exact for long, while the model learns."""
    trainer = tiny_trainer(
        tmp_path, train__early_stop_metric="exact_match", train__patience=2, train__validate_every=2
    )
    with_validations(trainer, monkeypatch, [6.0, 5.0, 4.0, 3.0, 3.5, 2.0], [0.0] * 4 + [1.0, 0.0])
    assert trainer.train().progress.best_update == 10


def test_what_was_stopped_by_patience_stays_so_unless_more_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = tiny_trainer(
        tmp_path, train__patience=2, train__validate_every=2, train__checkpoint_every=3
    )
    with_validations(trainer, monkeypatch, [1.0, 2.0, 2.0], [0.0] * 3)
    trainer.train()
    assert resumed(trainer).finished
    further = resumed(trainer, onward=True)
    assert (further.progress.stopped, further.progress.worse) == ("", 0)
    with_validations(further, monkeypatch, [3.0, 0.5, 2.0], [0.0] * 3)
    assert further.train().progress.stopped == "max_updates"
    assert further.progress.best_update == 10


def test_another_measure_has_a_best_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A BLEU of 30 is no loss of -30 that nothing could ever undercut."""
    trainer = tiny_trainer(
        tmp_path, train__early_stop_metric="bleu", train__patience=0, train__validate_every=6,
        train__checkpoint_every=6,
    )  # fmt: skip
    with_validations(trainer, monkeypatch, [3.0, 2.0], [30.0, 20.0])
    assert trainer.train().progress.best_update == 6
    further = resumed(trainer, onward=True, max_updates=24, early_stop_metric="loss")
    with_validations(further, monkeypatch, [2.5, 2.6], [10.0, 10.0])
    assert further.train().progress.best_update == 18


def test_a_lower_limit_ends_a_run_where_it_is(tmp_path: Path) -> None:
    trainer = tiny_trainer(tmp_path)
    trainer.train()
    assert resumed(trainer).finished
    assert resumed(trainer, max_updates=5).progress.stopped == "max_updates"
    assert resumed(trainer, max_updates=13).progress.stopped == ""


@pytest.mark.parametrize(
    ("lr", "what"),
    [(1e20, r"exploded: it began at 2\.\d\d and is \d+\.\d\d"), (1e38, "not a finite number")],
)
def test_divergence_stops_with_advice_before_it_is_checkpointed(
    tmp_path: Path, lr: float, what: str
) -> None:
    reckless: dict[str, Any] = {"train__optimizer": "sgd", "train__clip_norm": 0.0, "train__lr": lr}
    trainer = tiny_trainer(tmp_path, train__checkpoint_every=2, **reckless)
    with pytest.raises(TrainingError, match=f"{what} at update 2; lower `train") as caught:
        trainer.train()
    assert f"--resume --out {trainer.run.path} --set train.lr={lr / 10:g}`" in str(caught.value)
    assert "continues from the first update" in str(caught.value)
    assert checkpoint.updates(trainer.run.path) == []


def test_a_validation_that_is_no_number_stops_too_and_keeps_no_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = tiny_trainer(tmp_path, train__checkpoint_every=2)
    with_validations(trainer, monkeypatch, [math.nan], [0.0])
    with pytest.raises(TrainingError, match="validation loss is not a finite number at update 4"):
        trainer.train()
    assert not trainer.run.weights_path.exists()
    assert checkpoint.updates(trainer.run.path) == [2]


def test_a_full_disk_is_said_and_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = tiny_trainer(tmp_path)
    save = checkpoint.save

    def full(run: Path, progress: Progress, *rest: Any) -> Path:
        if progress.update == 8:
            raise OSError(errno.ENOSPC, "No space left on device")
        return save(run, progress, *rest)

    monkeypatch.setattr(checkpoint, "save", full)
    with pytest.raises(
        TrainingError, match=r"disk is full.* at update 8, but the checkpoint of update 4 is intact"
    ):
        trainer.train()


def test_other_trouble_with_files_is_not_called_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = tiny_trainer(tmp_path)

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(checkpoint, "save", refuse)
    with pytest.raises(PermissionError):
        trainer.train()


def test_a_broken_evaluation_does_not_stop_training(tmp_path: Path) -> None:
    told = Told()
    trainer = tiny_trainer(tmp_path, listener=told)
    (trainer.run.path / "evaluation.json").write_text("{", encoding="utf-8")
    assert trainer.train().progress.update == 12
    assert "report.html was not written: `" in told.text


def test_the_report_changes_no_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "with").mkdir()
    (tmp_path / "without").mkdir()
    one, other = tiny_trainer(tmp_path / "with"), tiny_trainer(tmp_path / "without")
    one.train()
    monkeypatch.setattr(loop, "write_report", lambda _: None)
    other.train()
    assert_equal(parameters_of(one), parameters_of(other))
    assert not (other.run.path / "report.html").exists()
