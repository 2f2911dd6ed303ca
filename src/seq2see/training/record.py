"""What a run directory says of its own training, read once for the report and the model card."""

import json
import shlex
import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seq2see import config as configuration
from seq2see.config import Config
from seq2see.data import corpus
from seq2see.data.pair import Pair
from seq2see.errors import ConfigError, RunError
from seq2see.evaluation.titles import (
    FORCED_TITLES,
    LOWER_IS_BETTER,
    METRIC_TITLES,
    SHARES,
    TITLES,
)
from seq2see.training import metrics
from seq2see.training.metrics import Entry

_TITLES = TITLES | METRIC_TITLES | FORCED_TITLES


@dataclass(frozen=True, kw_only=True)
class Record:
    """Everything known about a run, complete or not."""

    name: str
    """Of the run directory."""
    config: Config
    versions: Mapping[str, str] = field(default_factory=dict)
    """Packages the run was made with."""
    summary: Mapping[str, Any] = field(default_factory=dict)
    """``data/summary.json``; empty where there is none."""
    findings: tuple[Mapping[str, Any], ...] = ()
    """Findings of ``data/doctor.json``."""
    log: tuple[Entry, ...] = ()
    """Lines of ``metrics.jsonl`` about updates."""
    validations: tuple[Entry, ...] = ()
    """Lines about validations, averaged weights left out."""
    averages: tuple[Entry, ...] = ()
    """Lines about averaged weights."""
    best: Entry | None = None
    """The validation or average whose weights are kept."""
    timings: tuple[Entry, ...] = ()
    pairs: tuple[Pair, ...] = ()
    """Validation pairs, of which the first few are the samples."""
    evaluation: Mapping[str, Any] | None = None
    """``evaluation.json``, once the run was evaluated."""

    @property
    def update(self) -> int:
        """The last update of which something is known."""
        entries = (*self.log[-1:], *self.validations[-1:])
        return max((int(entry["update"]) for entry in entries), default=0)

    @property
    def speed(self) -> float | None:
        """Median speed of training in target tokens per second; None where none was logged."""
        speeds = [float(entry["tokens_per_second"]) for entry in self.timings]
        return statistics.median(speeds) if speeds else None

    @property
    def languages(self) -> tuple[str, str] | None:
        """Codes of source and target, where they were given."""
        return self.config.data.languages

    @property
    def argument(self) -> str:
        """The directory as an argument of a command typed beside it."""
        return shlex.quote(self.name if not self.name.startswith("-") else f"./{self.name}")

    @property
    def corpora(self) -> tuple[str, ...]:
        """The training corpora without their folders, which are nobody else's business."""
        return tuple(
            spec if spec.startswith("builtin:") else Path(spec).name
            for spec in self.config.data.train
        )

    def pair_count(self, split: str) -> int | None:
        """How many pairs a split has, where that is recorded."""
        count = self.summary.get("pairs", {}).get(split)
        return None if count is None else int(count)


@dataclass(frozen=True)
class ScoreLine:
    """One score of an evaluation, as it is shown."""

    title: str
    value: str
    interval: str
    """As in ``30.1 to 32.7``; empty where it was not computed."""
    signature: str
    """sacreBLEU's; empty where there is none."""
    lower_is_better: bool
    name: str
    number: float


def read_record(path: Path) -> Record:
    """Read what a run directory says of itself; only ``config.toml`` must be there.

    Raises:
        RunError: ``config.toml`` is missing or cannot be used, or another file is broken.
    """
    try:
        settings = configuration.load(path / "config.toml")
        config = configuration.resolve(settings=settings)
    except ConfigError as error:
        raise RunError(f"`{path}` cannot be reported on: {error}") from None
    entries = metrics.read(path / "metrics.jsonl", unfinished=True)
    measured = [entry for entry in entries if "valid_loss" in entry]
    valid = path / "data" / "valid.jsonl"
    return Record(
        name=path.resolve().name,
        config=config,
        versions=settings.get("versions", {}),
        summary=_object(path / "data" / "summary.json") or {},
        findings=tuple((_object(path / "data" / "doctor.json") or {}).get("findings", ())),
        log=tuple(entry for entry in entries if "loss" in entry),
        validations=tuple(entry for entry in measured if "averaged" not in entry),
        averages=tuple(entry for entry in measured if "averaged" in entry),
        best=next((entry for entry in reversed(measured) if entry.get("best")), None),
        timings=tuple(metrics.read(path / "timings.jsonl", unfinished=True)),
        pairs=tuple(corpus.read(str(valid)).pairs) if valid.exists() else (),
        evaluation=_object(path / "evaluation.json"),
    )


def score_lines(evaluation: Mapping[str, Any]) -> list[ScoreLine]:
    """The scores of an evaluation in the order in which they are shown; unknown ones left out."""
    lines: list[ScoreLine] = []
    intervals = evaluation.get("intervals", {})
    for name, title in _TITLES.items():
        found = evaluation.get(name)
        if found is None:
            continue
        signature = ""
        if isinstance(found, Mapping):
            found, signature = found["score"], str(found["signature"])
        span = intervals.get(name)
        lines.append(
            ScoreLine(
                title=title,
                value=_written(name, found),
                interval=(
                    f"{_written(name, span['low'])} to {_written(name, span['high'])}"
                    if span
                    else ""
                ),
                signature=signature,
                lower_is_better=name in LOWER_IS_BETTER,
                name=name,
                number=float(found),
            )
        )
    return lines


def _written(name: str, value: float) -> str:
    return f"{value:.1%}" if name in SHARES else f"{value:,.2f}"


def _object(path: Path) -> dict[str, Any] | None:
    if not path.exists():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise RunError(f"`{path}` is not JSON ({error}); restore it or delete it.") from None
    if not isinstance(content, dict):
        raise RunError(f"`{path}` must hold a JSON object; restore it or delete it.")
    return content
