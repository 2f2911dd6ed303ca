"""Forced decoding, against one step at a time."""

import math

import numpy as np
import pytest
import torch

from seq2see import config
from seq2see.data.prepared import Prepared
from seq2see.evaluation import forced
from seq2see.evaluation.forced import Forced, force
from seq2see.models.build import build
from seq2see.models.interface import Seq2seq, Source
from seq2see.tokens import BOS_ID

VOCAB = 12
CORPUS = Prepared.from_ids(
    [[4, 5, 6], [7], [8, 9], [10, 4, 5, 6, 11]], [[5, 6], [7, 8, 9, 10], [4], [6, 6, 11]]
)
ARCHITECTURES = ("sutskever2014", "cho2014", "bahdanau2015", "luong2015", "transformer2017")


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
    found = force(built, CORPUS, with_attention=True)
    assert found.log_prob == pytest.approx(log_prob, rel=1e-5)
    assert found.num_right == right
    assert found.num_tokens == 3 + 5 + 2 + 4
    if not built.has_attention:
        assert found.attention is None
        return
    assert found.attention is not None
    for weights, expected in zip(found.attention, attention, strict=True):
        np.testing.assert_allclose(weights, expected, atol=1e-5)
        np.testing.assert_allclose(weights.sum(1), 1, atol=1e-5)


def test_attention_is_kept_only_if_asked_for() -> None:
    built = model("luong2015")
    plain, watched = force(built, CORPUS), force(built, CORPUS, with_attention=True)
    assert plain.attention is None
    assert plain.log_prob == pytest.approx(watched.log_prob, rel=1e-6)


def test_figures_by_hand() -> None:
    # probabilities 1/2, 1/4, 1/8: geometric mean 1/4
    found = Forced(log_prob=-6 * math.log(2), num_tokens=3, num_right=1, attention=None)
    assert found.perplexity == pytest.approx(4.0)
    assert found.token_accuracy == pytest.approx(1 / 3)
    assert math.isfinite(Forced(-1e9, 1, 0, None).perplexity)
