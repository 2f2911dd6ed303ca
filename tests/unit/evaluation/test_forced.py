"""Forced decoding, against one step at a time."""

import math
from typing import Any

import numpy as np
import pytest
import torch

from seq2see import config
from seq2see.data.prepared import Prepared
from seq2see.evaluation import forced
from seq2see.evaluation.forced import Figures, force
from seq2see.models.build import build
from seq2see.models.interface import Seq2seq, Source
from seq2see.tokens import BOS_ID

VOCAB = 12
CORPUS = Prepared.from_ids(
    [[4, 5, 6], [7], [8, 9], [10, 4, 5, 6, 11]], [[5, 6], [7, 8, 9, 10], [4], [6, 6, 11]]
)
ARCHITECTURES = (
    "sutskever2014",
    "cho2014",
    "bahdanau2015",
    "luong2015",
    "gnmt2016",
    "transformer2017",
)


def model(arch: str) -> Seq2seq:
    sizes = (
        {"model.embed_dim": 8, "model.feedforward_dim": 8, "model.num_layers": 2}
        if arch == "transformer2017"
        else {"model.embed_dim": 6, "model.hidden_dim": 8}
    )
    resolved = config.resolve(arch=arch, size="tiny", settings=sizes)
    torch.manual_seed(4)
    built = build(resolved.model, VOCAB, VOCAB, max_source_length=9, shared_vocab=False)
    for parameter in built.parameters():
        parameter.data *= 3  # so that tokens differ in probability
    return built.eval()


@torch.no_grad()
def stepwise(model: Seq2seq) -> tuple[float, int, list[np.ndarray]]:
    """Log-probability, right tokens and attention of every pair, token after token."""
    log_prob, right, attention = 0.0, 0, []
    for row in range(len(CORPUS)):
        ids = torch.tensor(CORPUS.source[row].astype(np.int64)).unsqueeze(0)
        encoded = model.encode(Source(ids, torch.ones_like(ids, dtype=torch.bool)))
        state = model.start(encoded, 1)
        previous = BOS_ID
        rows = []
        for token in CORPUS.target[row].tolist():
            output = model.step(torch.tensor([previous]), encoded, state)
            log_probs = model.output.log_probs(output.features)[0]
            log_prob += float(log_probs[token])
            right += int(log_probs.argmax()) == token
            if output.attention is not None:
                rows.append(output.attention[0].numpy())
            state, previous = output.state, token
        attention.append(np.array(rows))
    return log_prob, right, attention


@pytest.mark.parametrize("arch", ARCHITECTURES)
@pytest.mark.parametrize("budget", [4096, 7])
def test_it_equals_one_step_at_a_time(
    arch: str, budget: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forced, "BUDGET", budget)
    built = model(arch)
    log_prob, right, attention = stepwise(built)
    found = sorted(force(built, CORPUS, with_attention=True), key=lambda one: one.row)
    figures = sum((one.figures for one in found), Figures())
    assert figures.log_prob == pytest.approx(log_prob, rel=1e-5)
    assert figures.num_right == right
    assert [one.figures.num_tokens for one in found] == [3, 5, 2, 4]
    assert figures.num_tokens == 3 + 5 + 2 + 4
    if not built.has_attention:
        assert {one.attention for one in found} == {None}
        assert [dict(one.attentions) for one in found] == [{}] * 4
        return
    for one, expected in zip(found, attention, strict=True):
        assert one.attention is not None
        np.testing.assert_allclose(one.attention, expected, atol=1e-5)
        np.testing.assert_allclose(one.attention.sum(1), 1, atol=1e-5)


@pytest.mark.parametrize("arch", ["bahdanau2015", "luong2015"])
def test_a_recurrent_model_has_one_map(arch: str) -> None:
    for one in force(model(arch), CORPUS, with_attention=True):
        [(name, weights)] = one.attentions.items()
        assert name == "decoder.attention.weights"
        np.testing.assert_array_equal(weights, one.attention)


def test_a_transformer_has_a_map_for_each_layer_and_head() -> None:
    for one in force(model("transformer2017"), CORPUS, with_attention=True):
        assert one.attention is not None
        names = [f"decoder.layers.{layer}.cross_attention.weights" for layer in (0, 1)]
        assert list(one.attentions) == names
        maps = np.stack([one.attentions[name] for name in names])
        assert maps.shape == (2, 4, *one.attention.shape)
        np.testing.assert_allclose(maps.sum(-1), 1, atol=1e-5)
        np.testing.assert_allclose(maps.mean((0, 1)), one.attention, atol=1e-6)


def test_pairs_are_decoded_only_as_far_as_they_are_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(forced, "BUDGET", 1)
    built = model("luong2015")
    seen: list[int] = []
    decode = built.decode

    def counting(previous: Any, *rest: Any) -> Any:
        seen.append(len(previous))
        return decode(previous, *rest)

    monkeypatch.setattr(built, "decode", counting)
    pairs = force(built, CORPUS)
    assert seen == []
    next(pairs)
    assert seen == [1]
    assert not torch.is_inference_mode_enabled()


def test_attention_is_kept_only_if_asked_for() -> None:
    built = model("luong2015")
    plain, watched = list(force(built, CORPUS)), list(force(built, CORPUS, with_attention=True))
    assert {one.attention for one in plain} == {None}
    for one, other in zip(plain, watched, strict=True):
        assert one.row == other.row
        assert one.figures.log_prob == pytest.approx(other.figures.log_prob, rel=1e-5)


def test_figures_by_hand() -> None:
    # probabilities 1/2, 1/4, 1/8: geometric mean 1/4
    found = Figures(-3 * math.log(2), 2, 1) + Figures(-3 * math.log(2), 1, 0)
    assert found.perplexity == pytest.approx(4.0)
    assert found.token_accuracy == pytest.approx(1 / 3)
    assert math.isfinite(Figures(-1e9, 1, 0).perplexity)
