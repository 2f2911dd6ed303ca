"""Which backend serves a run on a machine."""

import os
from typing import cast, get_args

import torch

from seq2see.decoding.backends import (
    EXTRA,
    FEATURE,
    Backend,
    Precision,
    is_installed,
    model_obstacle,
)
from seq2see.decoding.backends.conversion import converted
from seq2see.decoding.backends.ctranslate2 import CTranslate2
from seq2see.errors import ConfigError, nearest
from seq2see.extras import require
from seq2see.models.interface import Seq2seq
from seq2see.models.transformer import Transformer
from seq2see.run import Run

_COMPUTE_TYPES = {"auto": "int8", "fp32": "float32", "bf16": "bfloat16", "int8": "int8"}


def choose(
    backend: str, run: Run, model: Seq2seq, precision: Precision = "auto"
) -> CTranslate2 | None:
    """Return CTranslate2 with the run's model, converted if need be; None: torch translates.

    Args:
        backend: A ``Backend``; ``auto`` takes CTranslate2 where it is installed and serves the run.
        run: The run.
        model: Its model, in float32, on the device where it is to work.
        precision: Of the arithmetic; ``auto``: int8.

    Raises:
        ConfigError: There is no such backend, or CTranslate2 was asked for and does not serve the
            run.
        MissingExtraError: CTranslate2 was asked for, but is not installed.
        RunError: The converted model cannot be written, or computes something else.
    """
    known = get_args(Backend)
    if backend not in known:
        raise ConfigError(
            f"`backend` must be auto, torch or ctranslate2, but is `{backend}`"
            + nearest(backend, known)
        )
    if backend == "torch" or (backend == "auto" and not is_installed()):
        return None
    device = next(model.parameters()).device
    obstacle = model_obstacle(run.config.model) or _machine_obstacle(device, precision)
    if obstacle is None and backend == "auto" and not os.access(run.path, os.W_OK):
        obstacle = "nothing can be written"  # torch needs no converted model
    if obstacle is not None:
        if backend == "auto":
            return None
        raise ConfigError(
            f"`backend` is `ctranslate2`, but {obstacle}; use `torch`, or `auto` for what fits."
        )
    path = converted(
        run.path, cast("Transformer", model), run.source_tokenizer, run.target_tokenizer
    )
    return CTranslate2(
        path,
        run.source_tokenizer,
        run.target_tokenizer,
        device=device,
        compute_type=_COMPUTE_TYPES[precision],
        threads=torch.get_num_threads(),
        required=backend == "ctranslate2",
    )


def _machine_obstacle(device: torch.device, precision: Precision) -> str | None:
    """Say why CTranslate2 cannot work on a device; None where it can."""
    library = require("ctranslate2", feature=FEATURE, extra=EXTRA)
    if device.type == "cuda" and not library.get_cuda_device_count():
        return "CTranslate2 finds no GPU"
    wanted = _COMPUTE_TYPES[precision]
    known = library.get_supported_compute_types(device.type, device.index or 0)
    if wanted not in known:
        return f"CTranslate2 does not compute in `{precision}` on this {device.type}"
    return None
