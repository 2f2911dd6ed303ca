"""The configuration: dotted keys, the same in TOML, ``--set`` and Python.

``resolve`` makes one of a preset and what the user changes, and ``check`` of ``combinations.py``
refuses what has no meaning. The keys themselves are the dataclasses of ``schema.py``. Nothing here
imports torch.
"""

import dataclasses
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any

import tomli_w

from seq2see.combinations import check, replacing_obstacle
from seq2see.errors import ConfigError, nearest
from seq2see.models import presets
from seq2see.schema import (
    AttentionConfig,
    CellName,
    Config,
    DataConfig,
    DecodeConfig,
    EvaluateConfig,
    MetricName,
    ModelConfig,
    RecurrentConfig,
    ScheduledSamplingConfig,
    ScopeName,
    ScoreName,
    SideTokenizerConfig,
    TokenizerConfig,
    TokenizerKind,
    TrainConfig,
    TransformerConfig,
    VectorsConfig,
    directions_of,
    readout_dim,
)
from seq2see.settings import (
    build,
    convert,
    docs_of,
    flatten,
    load,
    merge,
    nest,
    parse_setting,
    to_dict,
)

__all__ = [
    "AttentionConfig",
    "CellName",
    "Config",
    "DataConfig",
    "DecodeConfig",
    "EvaluateConfig",
    "MetricName",
    "ModelConfig",
    "RecurrentConfig",
    "ScheduledSamplingConfig",
    "ScopeName",
    "ScoreName",
    "SideTokenizerConfig",
    "TokenizerConfig",
    "TokenizerKind",
    "TrainConfig",
    "TransformerConfig",
    "VectorsConfig",
    "check",
    "convert",
    "directions_of",
    "dump",
    "field_docs",
    "flatten",
    "load",
    "nest",
    "parse_setting",
    "readout_dim",
    "replacing_obstacle",
    "resolve",
    "to_dict",
]


def resolve(
    *, arch: str | None = None, size: str | None = None, settings: Mapping[str, Any] | None = None
) -> Config:
    """Build a configuration from a preset and dotted or nested settings, the latter winning.

    Args:
        arch: Preset name; absent: ``model.arch`` of the settings, else ``luong2015``.
        size: Preset size; absent: ``model.size`` of the settings, else ``small``.
        settings: ``{"train.lr": 0.1}`` or ``{"train": {"lr": 0.1}}``, or both.

    Raises:
        ConfigError: A key is unknown, a value has the wrong type or range, or the parts of the
            model cannot be combined.
    """
    given = nest(settings or {})
    given.pop("versions", None)  # what `dump` notes for the reader
    known = [entry.name for entry in dataclasses.fields(Config)]
    for key in given:
        if key not in known:
            raise ConfigError(
                f"`{key}` is not a configuration section"
                + nearest(key, known, f"; sections are {', '.join(known)}.")
            )
    model = given.setdefault("model", {})
    if not isinstance(model, dict):
        raise ConfigError("`model` must be a table of settings, as in `model.hidden_dim = 256`.")
    preset = presets.preset(
        arch or convert(model.get("arch", "luong2015"), str, "model.arch"),
        size or convert(model.get("size", "small"), str, "model.size"),
    )
    model.pop("arch", None)
    model.pop("size", None)
    _check_family(model, type(preset.model), preset.model.arch)
    defaults = {"model": to_dict(preset.model), "train": preset.train, "decode": preset.decode}
    merged = merge(defaults, given)
    config = Config(
        model=build(type(preset.model), merged["model"], "model"),
        data=build(DataConfig, merged.get("data", {}), "data"),
        tokenizer=build(TokenizerConfig, merged.get("tokenizer", {}), "tokenizer"),
        vectors=build(VectorsConfig, merged.get("vectors", {}), "vectors"),
        train=build(TrainConfig, merged["train"], "train"),
        decode=build(DecodeConfig, merged["decode"], "decode"),
        evaluate=build(EvaluateConfig, merged.get("evaluate", {}), "evaluate"),
    )
    check(config)
    return config


def _check_family(settings: Mapping[str, Any], own: type, arch: str) -> None:
    """A key of the other family of models is no slip of the keyboard."""
    other = TransformerConfig if own is RecurrentConfig else RecurrentConfig
    for key in settings:
        if key not in typing.get_type_hints(own) and key in typing.get_type_hints(other):
            having = "the Transformer" if other is TransformerConfig else "recurrent models"
            raise ConfigError(
                f"`model.{key}` is not a configuration key of `{arch}`, but of {having}; leave it "
                "out, or choose another architecture with `--arch`."
            )


def dump(config: Config, versions: Mapping[str, str] | None = None) -> str:
    """Write a configuration as TOML; absent keys mean none, as TOML has no null."""
    content = to_dict(config)
    if versions:
        content["versions"] = dict(versions)
    return tomli_w.dumps(content)


@cache
def field_docs() -> dict[str, str]:
    """Every dotted key with its documentation, in order; ``model`` lists both families."""
    sections: list[tuple[str, type]] = [
        ("data", DataConfig),
        ("tokenizer", TokenizerConfig),
        ("vectors", VectorsConfig),
        ("model", RecurrentConfig),
        ("model", TransformerConfig),
        ("train", TrainConfig),
        ("decode", DecodeConfig),
        ("evaluate", EvaluateConfig),
    ]
    docs: dict[str, str] = {}
    for prefix, record in sections:
        for key, doc in docs_of(record, prefix).items():
            earlier = docs.get(key, doc)
            docs[key] = doc if doc == earlier else f"{earlier} Transformer: {doc}"
    return docs
