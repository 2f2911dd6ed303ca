"""What if: attention replaced in a page has the same consequences as through Python's watch."""

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import page_engine
import pytest
import small_translators
import torch
from torch import Tensor

from seq2see.decoding.translator import Translator
from seq2see.models.interface import (
    DecoderOutput,
    DecoderState,
    Encoded,
    Seq2seq,
    Source,
    StepOutput,
    Watch,
)
from seq2see.views.packed import rounded

HEADS: dict[str, Any] = {
    "model.embed_dim": 12,
    "model.feedforward_dim": 20,
    "model.num_layers": 2,
    "model.num_heads": 3,
}
MODELS: dict[str, tuple[str, dict[str, Any]]] = {
    "bahdanau2015": ("bahdanau2015", {"model.hidden_dim": 12}),
    "luong2015": ("luong2015", {"model.hidden_dim": 12}),
    "luong2015 not fed": ("luong2015", {"model.hidden_dim": 12, "model.input_feeding": False}),
    "transformer2017": ("transformer2017", HEADS),
}
TEXT = "I am a good train ."
GIVEN = np.array([0.1, 0.0, 0.5, 0.05, 0.05, 0.2, 0.1], dtype=np.float32)
OVERRIDES: dict[str, list[dict[str, Any]]] = {
    "uniform": [{"from": 0, "weights": "uniform"}],
    "argmax later": [{"from": 1, "weights": "argmax"}],
    "none once": [{"from": 1, "to": 1, "weights": "none"}],
    "given": [{"from": 2, "to": 3, "weights": GIVEN}],
    "two of them": [
        {"from": 0, "to": 2, "weights": GIVEN},
        {"from": 2, "weights": "argmax"},
    ],
}
OF_HEADS: dict[str, list[dict[str, Any]]] = {
    "one layer": [{"from": 0, "weights": "uniform", "layer": 1}],
    "one head": [{"from": 1, "to": 2, "weights": "none", "head": 2}],
    "one head of one layer": [{"from": 0, "weights": GIVEN, "layer": 0, "head": 1}],
}


@dataclass
class Replacing:
    """An observer that replaces attention, step by step from the first one that it sees."""

    overrides: list[dict[str, Any]]
    first: int = 0
    seen: dict[str, int] = field(default_factory=dict)

    def __call__(self, name: str, value: Tensor, /) -> Tensor:
        found = re.fullmatch(r"decoder\.(?:layers\.(\d+)\.cross_)?attention\.weights", name)
        if found is None:
            return value
        start = self.seen.get(name, self.first)
        self.seen[name] = start + value.shape[-2]
        value = value.clone()
        for override in self.overrides:
            if found[1] and override.get("layer") not in (None, int(found[1])):
                continue
            for place in range(value.shape[-2]):
                if override["from"] <= start + place <= override.get("to", 1000):
                    row = value[..., place, :]
                    if value.ndim == 4 and override.get("head") is not None:
                        row = row[:, override["head"]]
                    row.copy_(self.replaced(row, override["weights"]))
        return value

    @staticmethod
    def replaced(row: Tensor, weights: Any) -> Tensor:
        if not isinstance(weights, str):
            return torch.tensor(weights).expand_as(row)
        if weights == "argmax":
            return torch.nn.functional.one_hot(row.argmax(-1), row.shape[-1]).float()
        return torch.full_like(row, 0.0 if weights == "none" else 1 / row.shape[-1])


class Overridden(Seq2seq):
    """A model whose attention is replaced, in searches and in traces."""

    def __init__(self, inner: Seq2seq, overrides: list[dict[str, Any]]) -> None:
        super().__init__()
        self.inner = inner
        self.output = inner.output
        self.overrides = overrides
        self.steps = 0

    @property
    def has_attention(self) -> bool:
        return True

    def encode(self, source: Source, watch: Watch | None = None) -> Encoded:
        return self.inner.encode(source, watch)

    def start(self, encoded: Encoded, beam: int) -> DecoderState:
        self.steps = 0
        return self.inner.start(encoded, beam)

    def step(
        self,
        previous: Tensor,
        encoded: Encoded,
        state: DecoderState,
        watch: Watch | None = None,
    ) -> StepOutput:
        assert watch is None
        self.steps += 1
        replacing = Replacing(self.overrides, self.steps - 1)
        return self.inner.step(previous, encoded, state, replacing)

    def decode(
        self, previous: Tensor, encoded: Encoded, watch: Watch | None = None
    ) -> DecoderOutput:
        replacing = Replacing(self.overrides)

        def replace_and_show(name: str, value: Tensor, /) -> Tensor:
            value = replacing(name, value)
            return value if watch is None else watch(name, value)

        return self.inner.decode(previous, encoded, replace_and_show)


def overridden(translator: Translator, overrides: list[dict[str, Any]]) -> Translator:
    """The translator of a page, in Python, whose attention is replaced."""
    compared = rounded(translator)
    return Translator(
        Overridden(compared.model, overrides),
        compared.source_tokenizer,
        compared.target_tokenizer,
        compared.config,
    )


@pytest.mark.parametrize("name", MODELS)
def test_searches_and_traces(name: str) -> None:
    arch, settings = MODELS[name]
    translator = small_translators.translator(arch, settings={"model.embed_dim": 12, **settings})
    cases = OVERRIDES | (OF_HEADS if arch == "transformer2017" else {})
    options = {"numBest": 2, "minLength": 4, "coveragePenalty": 0.1}
    said = page_engine.call(
        translator,
        ["trace", TEXT, options, 0],
        *[
            ["trace", TEXT, {**options, "override": override}, rank]
            for override in cases.values()
            for rank in (0, 1)
        ],
    )
    scores = {round(said[0]["score"], 4)}
    for number, override in enumerate(cases.values()):
        translation = overridden(translator, override).translate(
            TEXT, num_best=2, min_length=4, coverage_penalty=0.1
        )
        for rank, hypothesis in enumerate(translation.hypotheses):
            page_engine.assert_same_trace(said[1 + 2 * number + rank], hypothesis.trace())
        scores.add(round(said[1 + 2 * number]["score"], 4))
    assert len(scores) == len(cases) + 1  # every change has consequences


def test_a_given_target() -> None:
    """Forced targets, with and without a change; one override need not be in a list."""
    arch, settings = MODELS["luong2015"]
    translator = small_translators.translator(arch, settings={"model.embed_dim": 12, **settings})
    target = "je suis un train ."
    override = OVERRIDES["none once"]
    ids = list(translator.target_tokenizer.encode(target).ids)
    said = page_engine.call(
        translator,
        ["force", TEXT, target],
        ["force", TEXT, ids, {"override": override[0]}],
    )
    for trace, compared in zip(
        said, (rounded(translator), overridden(translator, override)), strict=True
    ):
        [translation] = compared.force([(TEXT, target)])
        expected = translation.best.trace()
        page_engine.assert_close("score", trace["score"], expected.log_prob)
        page_engine.assert_same_trace({**trace, "score": expected.score}, expected)
    context = said[1]["tensors"]["decoder.attention.context"]
    rows = context["data"].reshape(context["shape"])
    assert not rows[1].any()
    assert rows[0].any()


def test_weights_of_another_length_are_refused() -> None:
    translator = small_translators.translator(settings={"model.hidden_dim": 12})
    call = ["translate", "a", {"override": {"from": 0, "weights": GIVEN}}]
    [said] = page_engine.call(translator, call)
    assert said["error"] == (
        "An override has 7 weights, but the source has 2 tokens, </s> included; give one weight "
        "for each."
    )


@pytest.mark.parametrize(
    ("weights", "index", "value", "expected"),
    [
        ([0.5, 0.3, 0.2], 0, 0.75, [0.75, 0.15, 0.1]),
        ([0.5, 0.3, 0.2], 2, 0.0, [0.625, 0.375, 0.0]),
        ([1.0, 0.0, 0.0], 0, 0.5, [0.5, 0.25, 0.25]),
        ([0.2, 0.8], 1, 1.5, [0.0, 1.0]),
        ([1.0], 0, 0.3, [1.0]),
    ],
)
def test_dragging_one_weight_moves_the_others(
    weights: list[float], index: int, value: float, expected: list[float]
) -> None:
    [said] = page_engine.run("drag", ["drag", np.array(weights), index, value])
    np.testing.assert_allclose(said, expected, atol=1e-6)
