"""Train and measure the rows of a study, one after the other, and go on where it stopped.

::

    STUDY/
      study.html  study.json       the results so far; anew after every row
      data/                        the pairs of all rows (``data.py``)
      runs/NAME/seed-N/            ordinary run directories
      rows/NAME/seed-N.json        what they scored (``measurement.py``)

What is measured is never computed again while its settings stay, a training goes on from its
newest checkpoint, and what failed is tried again the next time. Rows that differ only in how they
translate share their runs.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from seq2see import config as configuration
from seq2see import console
from seq2see.config import Config
from seq2see.data import clean
from seq2see.errors import Seq2seeError, UsageError
from seq2see.machine import Machine
from seq2see.run import Run, is_run
from seq2see.study import measurement
from seq2see.study.data import SharedData
from seq2see.study.grid import Row, Settings, training_settings
from seq2see.study.measurement import Measurement
from seq2see.study.named import NamedStudy
from seq2see.training import start, vectors
from seq2see.training.listener import Listener, OnConsole
from seq2see.training.record import read_record

FAILURES = (Seq2seeError, OSError, MemoryError, RuntimeError)
"""What a row can fail of without being wrong by itself: refusals, divergence, no memory, a full
disk. PyTorch says all of its own in RuntimeErrors."""

Key = tuple[str, int]
"""A row's name, and a seed."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A study before it begins."""

    path: Path
    data: SharedData
    rows: tuple[Row, ...]
    seeds: tuple[int, ...]
    common: Settings
    """What all rows have set alike, data apart."""
    named: NamedStudy | None = None
    """The study, where it has a name."""

    @property
    def title(self) -> str:
        """What the study is about."""
        return self.named.title if self.named else self.path.resolve().name

    def measured_path(self, row: Row, seed: int) -> Path:
        """Where a row's scores are written."""
        return self.path / "rows" / row.name / f"seed-{seed}.json"

    def run_path(self, row: Row, seed: int) -> Path:
        """The run of a row: of those that are trained alike, the one there is, or the first's."""
        alike = [other for other in self.rows if other.training == row.training]
        paths = [self.path / "runs" / other.name / f"seed-{seed}" for other in alike]
        return next((path for path in paths if is_run(path)), paths[0])

    def cells(self) -> Iterator[tuple[Row, int]]:
        """Every training, all rows with one seed first: so there is soon something to compare."""
        for seed in self.seeds:
            for row in self.rows:
                if row.config is not None:
                    yield row, seed


@dataclass
class Results:
    """What a study has found so far."""

    plan: Plan
    measured: dict[Key, Measurement] = field(default_factory=dict)
    failures: dict[Key, str] = field(default_factory=dict)

    @classmethod
    def read(cls, plan: Plan) -> "Results":
        """Read what was measured before.

        Raises:
            RunError: A file is broken.
        """
        results = cls(plan)
        for row, seed in plan.cells():
            found = Measurement.read(plan.measured_path(row, seed))
            # Of other settings, it is of a run that is gone, or was translated otherwise.
            if found is not None and found.settings == _all_settings(seeded(row, seed)):
                results.measured[row.name, seed] = found
        return results


class Brief(OnConsole):
    """Shows how far a training is, and leaves out what is the same for all rows."""

    def say(self, text: str) -> None:
        """Ignore a line; the study has its own."""

    def examined(self, diagnosis: object) -> None:
        """Ignore a diagnosis; every run keeps it."""


def carry_out(
    plan: Plan,
    *,
    machine: Machine,
    changed: Callable[[Results], None],
    listener: Callable[[], Listener] = Brief,
) -> Results:
    """Train and measure all that is missing.

    Args:
        plan: The study.
        machine: What to compute on.
        changed: Told of the results after every row.
        listener: Makes who is told how a training goes.

    Raises:
        UsageError: A run in the directory was trained otherwise than its row says now.
        KeyboardInterrupt: Ctrl-C; the same study goes on from the newest checkpoint.
    """
    _refuse_other_settings(plan)
    results = Results.read(plan)
    changed(results)
    cells = list(plan.cells())
    for number, (row, seed) in enumerate(cells, start=1):
        key = row.name, seed
        if key in results.measured:
            continue
        place = f"[{number}/{len(cells)}] {row.label}"
        place += f", seed {seed}" if len(plan.seeds) > 1 else ""
        console.note(place)
        try:
            run = _trained(plan, row, seed, machine, listener())
            results.measured[key] = _measured(plan, row, seed, run, machine)
            console.note(f"{place}: {_in_words(results.measured[key].evaluation)}")
        except FAILURES as error:
            results.failures[key] = reason_of(error)
            console.warning(f"{place} failed: {results.failures[key]}")
        except KeyboardInterrupt:
            console.note("stopped; the same command goes on from here")
            raise
        changed(results)
    return results


def _trained(plan: Plan, row: Row, seed: int, machine: Machine, listener: Listener) -> Run:
    """Train a run to its end, from wherever it is."""
    path = plan.run_path(row, seed)
    if is_run(path):
        run, outcome = start.resume(path, machine=machine, listener=listener)
    else:
        run, outcome = start.begin(seeded(row, seed), path, machine=machine, listener=listener)
    if outcome.interrupted:
        raise KeyboardInterrupt
    return run


def _measured(plan: Plan, row: Row, seed: int, run: Run, machine: Machine) -> Measurement:
    record = read_record(run.path)
    config = seeded(row, seed)
    pairs = plan.data.held_out(config.data.clean)
    with console.progress("sentences translated", len(pairs)) as bar:
        return measurement.take(
            run,
            config,
            plan.measured_path(row, seed),
            pairs=pairs,
            machine=machine,
            advance=bar.advance,
            about={
                "settings": _all_settings(config),
                "run": str(run.path.relative_to(plan.path)),
                "parameters": record.summary["parameters"],
                "tokens_per_second": record.speed,
            },
        )


def seeded(row: Row, seed: int) -> Config:
    """The configuration of one training of a row.

    Raises:
        ValueError: The settings of the row do not combine, so that there is none.
    """
    if row.config is None:
        raise ValueError(row.refusal)
    return replace(row.config, train=replace(row.config.train, seed=seed))


def reason_of(error: BaseException) -> str:
    """Why a row failed; of what is no error of ours, the kind too."""
    if isinstance(error, Seq2seeError):
        return str(error)
    return f"{type(error).__name__}: {error}"


def _refuse_other_settings(plan: Plan) -> None:
    """All rows have one budget, so that none may have been trained with another one.

    Raises:
        UsageError: One was.
    """
    for row, seed in plan.cells():
        path = plan.run_path(row, seed)
        if not is_run(path):
            continue
        wanted, found = _comparable(seeded(row, seed)), _comparable(Run.open(path).config)
        for key in [*wanted, *found]:
            if wanted.get(key) != found.get(key):
                raise UsageError(
                    f"`{path}` was trained with `{key}={found.get(key)}`, but the study says "
                    f"`{wanted.get(key)}` now; choose another --out, or delete that run."
                )


def _comparable(config: Config) -> Mapping[str, Any]:
    """What must be the same for a run to be that of a row."""
    steps = clean.resolve(config.data.clean)
    data, named = replace(config.data, clean=steps), vectors.located(config.vectors)
    resolved = replace(config, data=data, vectors=named)
    return _without_places(training_settings(resolved))


def _all_settings(config: Config) -> Mapping[str, Any]:
    """All that a measurement depends on, as it is read back from JSON."""
    flat = configuration.flatten(configuration.to_dict(config))
    settings: Mapping[str, Any] = json.loads(json.dumps(_without_places(flat)))
    return settings


def _without_places(settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """A study may be moved."""
    places = ("data.train", "data.valid", "data.test")
    return {key: value for key, value in settings.items() if key not in places}


def _in_words(evaluation: Mapping[str, Any]) -> str:
    aer = f", AER {evaluation['aer']:.1%}" if "aer" in evaluation else ""
    return f"BLEU {evaluation['bleu']['score']:.1f}{aer}"
