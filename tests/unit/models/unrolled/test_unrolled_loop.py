"""Loops with hand-written backward passes against autograd over the watched steps, in float64."""

import pytest
import torch
from torch import Tensor

from seq2see import config
from seq2see.config import CellName
from seq2see.models import decoder_layers, dropout
from seq2see.models.build import build
from seq2see.models.interface import CopyFeatures, Seq2seq, Source, Watch
from seq2see.models.recurrent_layer import GATES
from seq2see.models.unrolled.loop import Plan, unroll
from seq2see.models.unrolled.scopes import Scope, ScopeKind
from seq2see.tokens import PAD_ID

VOCAB = 13
WINDOW: dict[str, object] = {"model.attention.window": 1}
COVERAGE: dict[str, object] = {
    "model.attention.score": "additive",
    "model.attention.coverage": True,
}
COPY: dict[str, object] = {"model.copy": True, "tokenizer.shared": True}
FEEDING: dict[str, object] = {"model.input_feeding": True}
BOTH: dict[str, object] = {"model.bidirectional": True, "model.bridge": "tanh"}
VARIANTS: dict[str, tuple[str, dict[str, object]]] = {
    "sutskever": ("sutskever2014", {}),
    "sutskever gru": ("sutskever2014", {"model.cell": "gru", "model.num_layers": 2}),
    "sutskever rnn": ("sutskever2014", {"model.cell": "rnn", **FEEDING}),
    "sutskever feeding": ("sutskever2014", {**FEEDING, **BOTH, "model.num_layers": 3}),
    "cho": ("cho2014", {}),
    "cho feeding": ("cho2014", FEEDING),
    "cho attentional feeding": ("cho2014", {**FEEDING, "model.readout": "attentional"}),
    "bahdanau": ("bahdanau2015", {}),
    "bahdanau feeding": ("bahdanau2015", {**FEEDING, "model.num_layers": 2}),
    "bahdanau to all": (
        "bahdanau2015",
        {**FEEDING, "model.num_layers": 3, "model.context_to": "all", "model.residual_from": 2},
    ),
    "cho to all": ("cho2014", {"model.num_layers": 2, "model.context_to": "all"}),
    "cho to all feeding": (
        "cho2014",
        {**FEEDING, "model.num_layers": 3, "model.context_to": "all", "model.residual_from": 3},
    ),
    "bahdanau lstm": ("bahdanau2015", {"model.cell": "lstm", "model.num_layers": 2}),
    "bahdanau rnn": ("bahdanau2015", {"model.cell": "rnn", "model.attention.score": "location"}),
    "bahdanau current": ("bahdanau2015", {**FEEDING, "model.attention.timing": "current"}),
    "luong general": ("luong2015", {"model.num_layers": 2}),
    "luong dot": ("luong2015", {"model.attention.score": "dot"}),
    "luong scaled-dot": ("luong2015", {"model.attention.score": "scaled-dot"}),
    "luong additive": ("luong2015", {"model.attention.score": "additive", **BOTH}),
    "luong location": ("luong2015", {"model.attention.score": "location"}),
    "luong scaled-general": ("luong2015", {"model.attention.score": "scaled-general"}),
    "luong normed-additive": ("luong2015", {"model.attention.score": "normed-additive"}),
    "luong local-m": ("luong2015", {**WINDOW, "model.attention.scope": "local-m"}),
    "luong local-p": ("luong2015", {**WINDOW, "model.attention.scope": "local-p"}),
    "luong local-p additive": (
        "luong2015",
        {**WINDOW, "model.attention.scope": "local-p", "model.attention.score": "additive"},
    ),
    "bahdanau local-m": ("bahdanau2015", {**WINDOW, "model.attention.scope": "local-m"}),
    "bahdanau local-p": ("bahdanau2015", {**WINDOW, "model.attention.scope": "local-p"}),
    "bahdanau coverage": ("bahdanau2015", {**COVERAGE, "model.num_layers": 2}),
    "luong coverage": ("luong2015", {**COVERAGE, "model.attention.score": "normed-additive"}),
    "luong coverage without feeding": ("luong2015", {**COVERAGE, "model.input_feeding": False}),
    "luong local-p coverage": (
        "luong2015",
        {**COVERAGE, **WINDOW, "model.attention.scope": "local-p"},
    ),
    "luong local-m coverage": (
        "luong2015",
        {**COVERAGE, **WINDOW, "model.attention.scope": "local-m"},
    ),
    "bahdanau copy": ("bahdanau2015", COPY),
    "luong copy": ("luong2015", COPY),
    "luong copy local-m": ("luong2015", {**COPY, **WINDOW, "model.attention.scope": "local-m"}),
    "bahdanau copy coverage": ("bahdanau2015", {**COPY, **COVERAGE}),
    "luong previous": ("luong2015", {"model.attention.timing": "previous"}),
    "luong without attention": ("luong2015", {"model.attention.score": "none"}),
    "luong without feeding": ("luong2015", {"model.input_feeding": False}),
    "luong bottom": (
        "luong2015",
        {"model.num_layers": 3, "model.attention.query": "bottom", "model.residual_from": 2},
    ),
    "luong layerwise bottom": (
        "luong2015",
        {"model.num_layers": 2, "model.attention.query": "bottom", "model.input_feeding": False},
    ),
    "gnmt": ("gnmt2016", {}),
    "gnmt deep": ("gnmt2016", {"model.num_layers": 5, "model.cell": "gru"}),
    "gnmt fed": ("gnmt2016", {**FEEDING, "model.readout": "maxout"}),
    "gnmt current": (
        "gnmt2016",
        {
            "model.attention.timing": "current",
            "model.context_to": "first",
            "model.readout": "attentional",
            **FEEDING,
        },
    ),
    "gnmt without attention": (
        "gnmt2016",
        {"model.attention.score": "none", "decode.coverage_penalty": 0.0, **FEEDING},
    ),
    "luong hidden": (
        "luong2015",
        {"model.readout": "hidden", "model.attention.timing": "previous"},
    ),
}


def make(variant: str, rate: float = 0.0) -> Seq2seq:
    arch, settings = VARIANTS[variant]
    sizes = {"model.embed_dim": 5, "model.hidden_dim": 6, "model.dropout": rate}
    resolved = config.resolve(arch=arch, size="tiny", settings={**sizes, **settings})
    torch.manual_seed(3)
    # Location scores know 4 positions, fewer than the longest source has.
    model = build(resolved.model, VOCAB, VOCAB, max_source_length=4, shared_vocab=False)
    for parameter in model.parameters():  # biases start at zero, where mistakes would hide
        if parameter.dim() == 1:
            torch.nn.init.normal_(parameter, std=0.3)
    return model.double().train(rate > 0)


def ids(lengths: list[int], padded: int) -> Tensor:
    generator = torch.Generator().manual_seed(5)
    found = torch.full((len(lengths), padded), PAD_ID)
    for row, length in enumerate(lengths):
        found[row, :length] = torch.randint(4, VOCAB, (length,), generator=generator)
    return found


def look(name: str, value: Tensor, /) -> Tensor:
    """A watch makes a pass explicit."""
    return value


def slopes(model: Seq2seq, watch: Watch | None) -> tuple[Tensor, dict[str, Tensor]]:
    """Features at real positions, and the gradients of a random function of them."""
    source, previous = ids([3, 6, 1, 6], 7), ids([4, 2, 5, 1], 6)
    real = previous != PAD_ID
    decoded = model.decode(previous, model.encode(Source(source, source != PAD_ID), watch), watch)
    features = decoded.features[real]
    if isinstance(features, CopyFeatures):
        features = torch.cat((features.readout, features.gate, features.weights), dim=-1)
    generator = torch.Generator().manual_seed(9)
    weights = torch.randn(features.shape, generator=generator, dtype=torch.float64)
    model.zero_grad()
    (features * weights).sum().backward()
    found = {name: value.grad for name, value in model.named_parameters() if value.grad is not None}
    return features.detach(), found


@pytest.mark.parametrize("variant", VARIANTS)
def test_values_and_gradients_are_those_of_autograd(variant: str) -> None:
    model = make(variant)
    expected_features, expected = slopes(model, look)
    features, found = slopes(model, None)
    torch.testing.assert_close(features, expected_features)
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("variant", ["sutskever gru", "bahdanau lstm", "luong general", "gnmt"])
def test_gradients_pass_dropout_too(variant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With masks that depend on the column alone, so that both ways draw the same ones."""

    def mask(like: Tensor, rate: float) -> Tensor:
        assert rate == 0.4
        columns = torch.tensor([0.0, 2.5, 1.25, 0.0, 5.0, 2.0], dtype=like.dtype).repeat(2)
        return columns[: like.shape[-1]].expand(like.shape)

    monkeypatch.setattr(dropout, "dropout_mask", mask)
    monkeypatch.setattr(decoder_layers, "dropout_mask", mask)
    model = make(variant, rate=0.4)
    expected_features, expected = slopes(model, look)
    features, found = slopes(model, None)
    torch.testing.assert_close(features, expected_features)
    torch.testing.assert_close(found, expected)


def given(cell: CellName, steps: int, rows: int, width: int) -> dict[str, Tensor]:
    """Inputs of one layer that attends before each step."""
    gates = GATES[cell] * width
    shapes = {
        "layers.0.constant": (steps, rows, gates),
        "layers.0.weight_context": (gates, 3),
        "layers.0.weight_hidden": (gates, width),
        "layers.0.initial_hidden": (rows, width),
        "attention.keys": (rows, 4, 2),
        "attention.values": (rows, 4, 3),
        "attention.query": (2, width),
        "attention.energy": (1, 2),
    }
    if cell == "lstm":
        shapes["layers.0.initial_memory"] = (rows, width)
    if cell == "gru":
        shapes["layers.0.bias_hidden"] = (gates,)
    generator = torch.Generator().manual_seed(2)
    return {
        name: torch.randn(shape, generator=generator, dtype=torch.float64).requires_grad_()
        for name, shape in shapes.items()
    }


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_gradients_are_finite_differences(cell: CellName) -> None:
    """Of every output, last states among them, by every input."""
    inputs = given(cell, steps=2, rows=2, width=2)
    plan = Plan(cell, lengths=(2, 1), attends="before", score="additive")
    padding = torch.tensor([[False, False, False, True], [False, False, True, True]])

    def outputs(*values: Tensor) -> tuple[Tensor, ...]:
        named = dict(zip(inputs, values, strict=True))
        made = unroll(plan, {**named, "attention.padding": padding})
        return tuple(value for value in made if value is not None)

    assert torch.autograd.gradcheck(outputs, tuple(inputs.values()))


@pytest.mark.parametrize("kind", ["local-m", "local-p", "hard"])
def test_gradients_of_scopes_are_finite_differences(kind: ScopeKind) -> None:
    """Of contexts, and of the log-probabilities and entropies of hard choices."""
    inputs = given("gru", steps=3, rows=2, width=2)
    generator = torch.Generator().manual_seed(4)
    if kind == "local-p":  # the centre is asked for by the state, so it depends on everything
        for name, shape in (("centre_hidden", (3, 2)), ("centre", (1, 3))):
            value = torch.randn(shape, generator=generator, dtype=torch.float64)
            inputs[f"attention.{name}"] = value.requires_grad_()
    plan = Plan("gru", lengths=(3, 2), attends="before", score="additive", scope=Scope(kind, 1))
    padding = torch.tensor([[False, False, False, True], [False, False, True, True]])

    def outputs(*values: Tensor) -> tuple[Tensor, ...]:
        named = dict(zip(inputs, values, strict=True))
        made = unroll(plan, {**named, "attention.padding": padding})
        return tuple(value for value in made if value is not None)

    assert len(outputs(*inputs.values())) == (5 if kind == "hard" else 3)
    assert torch.autograd.gradcheck(outputs, tuple(inputs.values()))


@pytest.mark.parametrize("variant", ["bahdanau", "luong additive", "luong local-p"])
def test_without_gradients_the_values_are_the_same(variant: str) -> None:
    model = make(variant)
    source, previous = ids([3, 6], 6), ids([4, 2], 4)

    def features() -> Tensor:
        encoded = model.encode(Source(source, source != PAD_ID))
        found = model.decode(previous, encoded).features[previous != PAD_ID]
        assert isinstance(found, Tensor)
        return found

    expected = features().detach()
    with torch.inference_mode():
        torch.testing.assert_close(features(), expected)


def test_autocast_leaves_loops_in_32_bits() -> None:
    model = make("luong additive").float()
    source, previous = ids([3, 6], 6), ids([4, 2], 4)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        encoded = model.encode(Source(source, source != PAD_ID))
        features = model.decode(previous, encoded).features
    assert isinstance(features, Tensor)
    assert features.dtype == torch.float32
    features.sum().backward()
    assert all(
        parameter.grad is None or parameter.grad.dtype == torch.float32
        for parameter in model.parameters()
    )
