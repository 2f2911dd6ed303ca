"""A translator as plain values."""

import base64
import json
from typing import Any

import numpy as np
import pytest
import small_translators
import torch

from seq2see.decoding.options import length_ratio_of
from seq2see.models.build import count_parameters
from seq2see.tokenizer import Tokenizer
from seq2see.views.packed import pack, rounded

SMALL: dict[str, Any] = {"model.embed_dim": 8, "model.hidden_dim": 8}


def halves(entry: dict[str, Any]) -> Any:
    assert entry["dtype"] == "float16"
    content = base64.b64decode(entry["data"])
    return np.frombuffer(content, dtype="<f2").reshape(entry["shape"])


def test_everything_that_a_page_needs_to_translate() -> None:
    settings = {
        **SMALL,
        "data.pair": "en-fr",
        "data.clean": ("standard", "source.lower"),
        "data.max_length": 30,
        "decode.length_penalty": 0.9,
    }
    translator = small_translators.translator("bahdanau2015", settings=settings)
    packed = json.loads(json.dumps(pack(translator), allow_nan=False))
    assert (packed["format"], packed["version"]) == ("seq2see-model", 1)
    assert packed["model"]["arch"] == "bahdanau2015"
    assert packed["model"]["parameters"] == count_parameters(translator.model)
    assert packed["model"]["settings"]["model.attention.score"] == "additive"
    assert set(packed["model"]["versions"]) == {"seq2see", "torch"}
    assert packed["languages"] == ["en", "fr"]
    assert packed["clean"] == ["nfc", "squeeze", "source.lower"]
    assert packed["longest_source"] == 30
    assert packed["decode"] == {
        "beam_size": 3,
        "length_penalty": 0.9,
        "coverage_penalty": 0.0,
        "min_length": 0,
        "max_length": 8,
        "length_ratio": 3,
    }
    for side, tokenizer in (
        ("source", translator.source_tokenizer),
        ("target", translator.target_tokenizer),
    ):
        assert packed["tokenizers"][side] == json.loads(tokenizer.json)


def test_languages_that_are_not_known() -> None:
    assert pack(small_translators.translator(settings=SMALL))["languages"] is None


def test_longer_outputs_where_only_the_target_is_in_characters() -> None:
    translator = small_translators.translator(kind="char", settings=SMALL)
    translator.source_tokenizer = Tokenizer.train(["a b"], kind="word", vocab_size=9)
    assert pack(translator)["decode"]["length_ratio"] == length_ratio_of("word", "char") == 15


def test_weights_are_rounded_to_half_precision() -> None:
    translator = small_translators.translator("cho2014", settings=SMALL)
    stored = pack(translator)["parameters"]
    parameters = dict(translator.model.named_parameters())
    assert stored.keys() == parameters.keys()
    same = dict(rounded(translator).model.named_parameters())
    for name, parameter in parameters.items():
        numbers = parameter.detach().numpy()
        np.testing.assert_array_equal(halves(stored[name]), numbers.astype("<f2"))
        np.testing.assert_array_equal(same[name].detach().numpy(), halves(stored[name]))
        assert parameter is not same[name]


def test_numbers_too_large_for_half_precision_keep_32_bits() -> None:
    translator = small_translators.translator(settings=SMALL)
    with torch.no_grad():
        translator.model.get_parameter("output.bias")[0] = 70_000.25
    entry = pack(translator)["parameters"]["output.bias"]
    assert entry["dtype"] == "float32"
    numbers = np.frombuffer(base64.b64decode(entry["data"]), dtype="<f4")
    assert numbers[0] == 70_000.25
    assert rounded(translator).model.get_parameter("output.bias")[0] == 70_000.25


def test_tied_weights_are_stored_once() -> None:
    settings = {"model.embed_dim": 8, "model.num_heads": 2, "model.num_layers": 1}
    translator = small_translators.translator("transformer2017", settings=settings)
    stored = pack(translator)["parameters"]
    assert stored["output.weight"] == {"tied": "target_embedding.weight"}
    assert halves(stored["target_embedding.weight"]).shape == (len(translator.target_tokenizer), 8)
    model = rounded(translator).model
    owner = model.get_parameter("target_embedding.weight")
    assert model.get_parameter("output.weight") is owner


def test_a_shared_tokenizer_is_stored_once() -> None:
    translator = small_translators.translator(settings={**SMALL, "tokenizer.shared": True})
    assert pack(translator)["tokenizers"]["target"] == {"shared": True}


@pytest.mark.parametrize("arch", ["luong2015", "transformer2017"])
def test_a_page_is_little_larger_than_its_weights(arch: str) -> None:
    translator = small_translators.translator(arch, settings={"data.max_length": 9})
    size = len(json.dumps(pack(translator)))
    count = count_parameters(translator.model)
    assert 2 * count * 4 / 3 < size < 2 * count * 4 / 3 + 20_000  # base64 writes 3 bytes as 4
