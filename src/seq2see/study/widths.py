"""Widths at which architectures have as many parameters as each other."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch

from seq2see import config as configuration
from seq2see.config import Config, TransformerConfig
from seq2see.errors import ConfigError
from seq2see.models.build import build, count_parameters
from seq2see.models.presets import names
from seq2see.study.grid import Settings, Variation

WIDTHS = ("model.embed_dim", "model.hidden_dim", "model.feedforward_dim")
REFERENCE = "bahdanau2015"
"""The architecture whose size the others take on, unless ``model.arch`` says another one."""
_WIDEST = 1 << 14


def equal_parameters(common: Settings, vocabularies: tuple[int, int]) -> list[Variation]:
    """Every architecture, as wide as makes it as large as the reference at the common size.

    Depth, cells and everything else stay as the preset has them. Embeddings are as wide as the
    hidden states, and feed-forward layers of a Transformer keep their ratio to its width.

    Args:
        common: Settings of all rows.
        vocabularies: Sizes of the source and the target vocabulary.

    Raises:
        ConfigError: The reference itself cannot be built.
    """

    def count(settings: Settings) -> int:
        return parameters_of(configuration.resolve(settings={**common, **settings}), *vocabularies)

    wanted = count({"model.arch": common.get("model.arch", REFERENCE)})
    common = {key: value for key, value in common.items() if key not in WIDTHS}

    def row(arch: str) -> Variation:
        try:
            return Variation(arch, _as_large(arch, common, wanted, count))
        except ConfigError:  # which the row then gives as its reason
            return Variation(arch, {"model.arch": arch})

    return [row(arch) for arch in names()]


def parameters_of(config: Config, source_vocab: int, target_vocab: int) -> int:
    """Count the parameters of a model by building it without memory for its weights."""
    with torch.device("meta"):
        model = build(
            config.model,
            source_vocab,
            target_vocab,
            max_source_length=config.data.max_length + 1,  # </s>
            shared_vocab=config.tokenizer.shared,
        )
    return count_parameters(model)


def _as_large(
    arch: str, common: Settings, wanted: int, count: Callable[[Settings], int]
) -> Mapping[str, Any]:
    """The settings whose number of parameters is nearest to what is wanted."""
    preset = configuration.resolve(settings={**common, "model.arch": arch})
    step = _step(preset)

    def wide(steps: int) -> dict[str, Any]:
        return {"model.arch": arch, **_width(preset, steps * step)}

    low, high = 1, max(2, _WIDEST // step)
    while high - low > 1:  # more width is always more parameters
        middle = (low + high) // 2
        low, high = (middle, high) if count(wide(middle)) <= wanted else (low, middle)
    return min(wide(low), wide(high), key=lambda settings: abs(count(settings) - wanted))


def _step(config: Config) -> int:
    """Widths are multiples of this: heads share a Transformer's width, and it is even."""
    model = config.model
    return math.lcm(2, model.num_heads) if isinstance(model, TransformerConfig) else 2


def _width(preset: Config, width: int) -> dict[str, Any]:
    model = preset.model
    if isinstance(model, TransformerConfig):
        ratio = model.feedforward_dim / model.embed_dim
        return {"model.embed_dim": width, "model.feedforward_dim": round(ratio * width)}
    return {"model.embed_dim": width, "model.hidden_dim": width}
