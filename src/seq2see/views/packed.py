"""A translator as plain values, for a page whose JavaScript translates by itself.

``docs/formats.md`` describes them. Weights are rounded to half precision, which makes a page half
as large; ``rounded`` gives the translator that Python has to be compared with.
"""

import copy
import json
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seq2see.data.clean import resolve
from seq2see.decoding.options import length_ratio_of
from seq2see.decoding.translator import Translator
from seq2see.tokenizer import Tokenizer
from seq2see.trace.storage import read_array, write_array

FORMAT, VERSION = "seq2see-model", 1
PRECISION = "float16"
"""Of weights, where they fit; larger ones keep 32 bits."""


_SEARCH = ("beam_size", "length_penalty", "coverage_penalty", "min_length", "max_length")
"""Settings of a search that a page knows; it leaves unknown tokens as they are."""


def pack(translator: Translator) -> dict[str, Any]:
    """Return everything that is needed to translate, as values that JSON can hold."""
    config, info = translator.config, translator.info
    source, target = translator.source_tokenizer, translator.target_tokenizer
    languages = config.data.languages
    return {
        "format": FORMAT,
        "version": VERSION,
        "model": {
            "arch": info.arch,
            "size": info.size,
            "parameters": info.num_parameters,
            "settings": dict(info.settings),
            "versions": dict(info.versions),
        },
        "languages": None if languages is None else list(languages),
        "clean": list(resolve(config.data.clean)),
        "longest_source": config.data.max_length,
        "tokenizers": {
            "source": _tokenizer(source),
            "target": {"shared": True} if config.tokenizer.shared else _tokenizer(target),
        },
        "decode": {
            **{name: getattr(config.decode, name) for name in _SEARCH},
            "length_ratio": length_ratio_of(source.kind, target.kind),
        },
        "parameters": _parameters(translator),
    }


def rounded(translator: Translator) -> Translator:
    """Return the same translator with the weights as ``pack`` stores them."""
    model = copy.deepcopy(translator.model)
    with torch.no_grad():
        for parameter in model.parameters():
            stored = read_array(write_array(_numbers(parameter), PRECISION))
            parameter.copy_(torch.from_numpy(stored.astype(np.float32)))
    return Translator(
        model, translator.source_tokenizer, translator.target_tokenizer, translator.config
    )


def _tokenizer(tokenizer: Tokenizer) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(tokenizer.json)
    return content


def _parameters(translator: Translator) -> dict[str, dict[str, Any]]:
    """Every parameter by its name; one that has several is stored under the first."""
    owners: dict[int, str] = {}
    stored: dict[str, dict[str, Any]] = {}
    for name, parameter in translator.model.named_parameters(remove_duplicate=False):
        owner = owners.setdefault(id(parameter), name)
        stored[name] = (
            {"tied": owner} if owner != name else write_array(_numbers(parameter), PRECISION)
        )
    return stored


def _numbers(parameter: Tensor) -> NDArray[np.floating]:
    numbers: NDArray[np.floating] = parameter.detach().float().cpu().numpy()
    return numbers
