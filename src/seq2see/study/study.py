"""A study from its settings to its files: plan, carry out, write."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from seq2see import config as configuration
from seq2see.files import write_atomically
from seq2see.study.data import DECIDES, learn_vocabularies, share
from seq2see.study.export import to_json
from seq2see.study.grid import Settings, Variation, rows
from seq2see.study.named import NamedStudy
from seq2see.study.report import render
from seq2see.study.runner import Plan, Results
from seq2see.study.table import Table
from seq2see.training.material import BUILTIN, Say

REPORT, CONTENT = "study.html", "study.json"


def plan(
    given: Mapping[str, Any],
    path: Path,
    *,
    design: NamedStudy | Sequence[Variation],
    num_seeds: int = 1,
    say: Say = lambda _: None,
) -> Plan:
    """Read the data and resolve every row.

    Args:
        given: Settings of all rows by dotted key, the corpora among them.
        path: The directory of the study.
        design: A named study, or the rows of one's own.
        num_seeds: Trainings of every row, with ``train.seed`` and the seeds after it.
        say: Told how reading goes, and of settings that are not used.

    Raises:
        UsageError: The directory holds something else, or two rows cannot be told apart.
        ConfigError: No row can be resolved.
        DataError: The corpora cannot be read.
    """
    named = design if isinstance(design, NamedStudy) else None
    merged = {**(named.defaults if named else {}), **given}
    if named and named.on_long:
        merged = _with_long(merged)
    data = share(merged, path, say)
    common = {
        key: value
        for key, value in merged.items()
        if key not in DECIDES and not key.startswith("versions.")
    }
    settings = {**common, **data.settings}

    def vocabularies(base: Settings) -> tuple[int, int]:
        _, (source, target) = learn_vocabularies(configuration.resolve(settings=base))
        return len(source), len(target)

    variations = (
        design.variations(settings, vocabularies) if isinstance(design, NamedStudy) else design
    )
    changed = set().union(*(configuration.flatten(one.settings) for one in variations))
    resolved = rows(variations, {key: settings[key] for key in settings if key not in changed})
    if named:
        for key in sorted(changed & given.keys() - set(named.reads)):
            say(f"`{key}` is one of the settings that `{named.name}` compares; yours is not used")
    first = int(common.pop("train.seed", configuration.TrainConfig().seed))
    return Plan(
        path=path,
        data=data,
        rows=tuple(resolved),
        seeds=tuple(range(first, first + num_seeds)),
        common={key: value for key, value in common.items() if key not in changed},
        named=named,
    )


def write(results: Results) -> None:
    """Write ``study.json`` and ``study.html``, finished or not."""
    study = results.plan
    table = Table.of(results)
    content = json.dumps(to_json(table, study), ensure_ascii=False, indent=1) + "\n"
    write_atomically(study.path / CONTENT, content.encode())
    page = render(table, study)
    write_atomically(study.path / REPORT, page.encode("utf-8", errors="replace"))


def _with_long(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Test on long sentences too, where the corpus is a built-in one that has some."""
    train = [str(spec) for spec in settings["data.train"]]
    whole = [spec for spec in train if spec.startswith(BUILTIN) and "/" not in spec]
    if whole != train or settings.get("data.test") or settings.get("data.valid"):
        return dict(settings)
    names = [spec.rpartition(":")[0] if spec.count(":") > 1 else spec for spec in train]
    return {
        **settings,
        "data.valid": [f"{name}/valid" for name in names],
        "data.test": [f"{name}/{split}" for name in names for split in ("test", "long")],
    }
