"""What a study compares: rows, each the common settings with a few of them changed.

Nothing here trains. A row whose settings do not combine keeps the reason in place of a
configuration, so that it can stand in the table beside the others.
"""

import hashlib
import itertools
import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seq2see import config as configuration
from seq2see.config import Config
from seq2see.errors import ConfigError, UsageError, nearest

Settings = Mapping[str, Any]

_LONGEST_NAME = 80  # of a directory
# What all rows share by definition; the data are read once for all of them.
_COMMON = {
    "data.train": "the data of all rows",
    "data.valid": "the data of all rows",
    "data.test": "the data of all rows",
    "data.pair": "the data of all rows",
    "data.columns": "the data of all rows",
    "data.features": "the data of all rows",
    "data.separator": "the data of all rows",
    "data.split": "the data of all rows",
    "data.split_by": "the data of all rows",
    "train.seed": "the same for all rows; `--seeds N` trains each of them with several",
}


@dataclass(frozen=True)
class Variation:
    """What makes one row of a study itself."""

    label: str
    """What it is called in the table."""
    settings: Settings
    """What it changes in the common settings."""
    published: float | None = None
    """BLEU that the paper gains over the row before, where it says so."""
    baseline: str | None = None
    """Label of the row that this one is compared with; None: the first one."""


@dataclass(frozen=True)
class Row:
    """A variation, resolved."""

    variation: Variation
    name: str
    """Of its files; follows from the label."""
    config: Config | None
    """None where the settings do not combine."""
    refusal: str = ""
    """Why they do not."""

    @property
    def label(self) -> str:
        """What it is called in the table."""
        return self.variation.label

    @property
    def training(self) -> str:
        """Everything that training depends on; rows in which it is the same share their runs."""
        if self.config is None:
            return ""
        return json.dumps(training_settings(self.config), sort_keys=True)


def training_settings(config: Config) -> dict[str, Any]:
    """The settings by dotted key without those of translating and scoring a finished run."""
    flat = configuration.flatten(configuration.to_dict(config))
    later = ("decode.", "evaluate.")
    return {key: value for key, value in flat.items() if not key.startswith(later)}


def parse_vary(text: str) -> tuple[str, tuple[Any, ...]]:
    """Split ``key=a,b,c`` into a key and its values, each read as ``--set`` reads one.

    Values that are lists are written as a TOML list of lists.

    Raises:
        ConfigError: There is no key, no value, or the key is unknown or common to all rows.
    """
    key, equals, written = text.partition("=")
    key = key.strip()
    if not equals or not key or not written.strip():
        raise ConfigError(
            "`--vary` takes key=value,value, as in `--vary model.attention.score=dot,general`, but "
            f"is `{text}`."
        )
    known = [*configuration.field_docs(), "model.arch", "model.size"]
    if key not in known:
        raise ConfigError(
            f"`{key}` is not a configuration key"
            + nearest(key, known, "; `seq2see train --help` lists them.")
        )
    if key in _COMMON:
        raise ConfigError(f"`{key}` cannot be varied: it is {_COMMON[key]}.")
    values = _values(key, written)
    if len(set(map(repr, values))) < len(values):
        raise ConfigError(f"`--vary {text}` names a value twice; name each once.")
    return key, values


def _values(key: str, written: str) -> tuple[Any, ...]:
    try:
        whole = tomllib.loads(f"x = {written}")["x"]
    except tomllib.TOMLDecodeError:
        parts = [part.strip() for part in written.split(",") if part.strip()]
        return tuple(configuration.parse_setting(f"{key}={part}")[1] for part in parts)
    return tuple(whole) if isinstance(whole, list) else (whole,)


def product(varied: Mapping[str, Sequence[Any]]) -> list[Variation]:
    """Every combination of the values, the last key changing fastest.

    Args:
        varied: Values by key.
    """
    names = short_names(varied)
    return [
        Variation(
            ", ".join(
                f"{names[key]}={written(value)}" for key, value in zip(varied, values, strict=True)
            ),
            dict(zip(varied, values, strict=True)),
        )
        for values in itertools.product(*varied.values())
    ]


def short_names(keys: Iterable[str]) -> dict[str, str]:
    """The last part of every dotted key, or as many parts as tell it from the others."""
    keys = list(keys)
    short: dict[str, str] = {}
    for key in keys:
        parts = key.split(".")
        for start in range(len(parts) - 1, -1, -1):
            ending = ".".join(parts[start:])
            if sum(f".{other}".endswith(f".{ending}") for other in keys) == 1:
                break
        short[key] = ending
    return short


def written(value: Any) -> str:
    """A value as a person would type it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return "+".join(map(written, value)) or "none"
    return str(value)


def rows(variations: Sequence[Variation], common: Settings) -> list[Row]:
    """Resolve every variation of the common settings.

    Raises:
        UsageError: There is no row, or two have names that files cannot tell apart.
        ConfigError: No row can be resolved; the message is that of the first.
    """
    if not variations:
        raise UsageError("The study has no rows; vary something with `--vary key=a,b`.")
    found = [_row(one, common) for one in variations]
    named: dict[str, Row] = {}
    for row in found:
        other = named.setdefault(row.name.lower(), row)
        if other is not row:
            raise UsageError(
                f"The rows `{other.label}` and `{row.label}` would share the files of "
                f"`{row.name}`; leave one of them out."
            )
    if all(row.config is None for row in found):
        raise ConfigError(found[0].refusal)
    return found


def _row(variation: Variation, common: Settings) -> Row:
    name = _file_name(variation.label)
    merged = {**common, **configuration.flatten(variation.settings)}
    try:
        return Row(variation, name, configuration.resolve(settings=merged))
    except ConfigError as error:
        return Row(variation, name, None, str(error))


def _file_name(label: str) -> str:
    """A label as a name that every file system takes."""
    name = re.sub(r"[^A-Za-z0-9=.,_-]+", "-", label.replace(", ", ",")).strip("-.,")
    if len(name) <= _LONGEST_NAME:
        return name or "row"
    return f"{name[:_LONGEST_NAME]}-{hashlib.sha256(label.encode()).hexdigest()[:8]}"
