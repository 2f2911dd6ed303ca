"""Fewer bits: what is computed, what stays, and what is refused."""

import re

import pytest
import torch
from small_translators import ENGLISH, translator

from seq2see.decoding import precision
from seq2see.decoding.backends import Precision
from seq2see.decoding.precision import reduced
from seq2see.decoding.translator import Translator
from seq2see.errors import ConfigError
from seq2see.models import int8


@pytest.mark.parametrize("name", ["fp32", "auto"])
def test_full_precision_is_the_model_itself(name: Precision) -> None:
    model = translator().model
    assert reduced(model, name) is model


def test_bf16_rounds_weights_and_computes_in_float32_without_instructions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(precision, "computes_bf16", lambda _: False)
    model = translator().model
    before = [parameter.clone() for parameter in model.parameters()]
    rounded = list(reduced(model, "bf16").parameters())
    for old, new, parameter in zip(before, rounded, model.parameters(), strict=True):
        assert new.dtype == torch.float32
        assert bool((parameter == old).all())
        # Eight bits of significand, the first of them implied.
        assert bool(((new - old).abs() <= old.abs() / 2**8).all())
        assert bool((new.view(torch.int32) & 0xFFFF == 0).all())


@pytest.mark.parametrize("arch", ["bahdanau2015", "transformer2017"])
def test_bf16_computes_in_bf16_with_instructions(
    arch: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "computes_bf16", lambda _: True)
    plain = translator(arch)
    model = reduced(plain.model, "bf16")
    assert {parameter.dtype for parameter in model.parameters()} == {torch.bfloat16}
    parts = (plain.source_tokenizer, plain.target_tokenizer, plain.config)
    quick = Translator(plain.model, *parts, reduced=model)
    for text in ENGLISH:
        one, other = quick.translate(text, beam_size=1), plain.translate(text, beam_size=1)
        # Random weights make near ties: the first token's probability is what can be compared.
        if one.hypotheses[0].ids[:1] == other.hypotheses[0].ids[:1]:
            first, second = (each.hypotheses[0].token_log_probs[0] for each in (one, other))
            assert first == pytest.approx(second, abs=0.3)
        assert one.attention is not None  # of the model itself


def test_int8_is_refused_where_nothing_computes_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(int8, "is_available", lambda _: False)
    message = "`precision` is `int8`, which is for processors with oneDNN, not for `cpu` here;"
    with pytest.raises(ConfigError, match=re.escape(message)):
        reduced(translator().model, "int8")
