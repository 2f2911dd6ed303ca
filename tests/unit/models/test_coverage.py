"""Coverage: sums of attention and their loss, by hand and against finite differences."""

import itertools
import math

import pytest
import torch
from torch import Tensor

from seq2see import config
from seq2see.data.batching import Batch, Source
from seq2see.models.attention import Attention
from seq2see.models.build import build
from seq2see.models.coverage import Coverage, coverage_loss
from seq2see.models.interface import Seq2seq
from seq2see.models.recurrent import RecurrentState
from seq2see.models.scores import AdditiveScore
from seq2see.tokens import BOS_ID, EOS_ID, PAD_ID
from seq2see.training.objective import Objective

VOCAB = 7
SETTINGS: dict[str, object] = {
    "model.embed_dim": 4,
    "model.hidden_dim": 5,
    "model.dropout": 0.0,
    "model.attention.score": "additive",
    "model.attention.coverage": True,
}


def make(arch: str, **settings: object) -> Seq2seq:
    """A small model in training, in float64."""
    resolved = config.resolve(arch=arch, size="tiny", settings={**SETTINGS, **settings})
    torch.manual_seed(3)
    model = build(resolved.model, VOCAB, VOCAB, max_source_length=4, shared_vocab=False)
    return model.double().train()


def batch() -> Batch:
    """Two pairs; the shorter target's </s> is read where the longer one goes on."""
    source = torch.tensor([[4, 5, 6, EOS_ID], [6, 4, EOS_ID, PAD_ID]])
    target = torch.tensor([[5, 6, 5, EOS_ID], [4, EOS_ID, PAD_ID, PAD_ID]])
    previous = torch.tensor([[BOS_ID, 5, 6, 5], [BOS_ID, 4, EOS_ID, PAD_ID]])
    return Batch(Source(source, source != PAD_ID), previous, target, 6)


def test_three_steps_by_hand() -> None:
    """Attention (.5 .3 .2), (.6 .1 .3), (.2 .2 .6).

    Coverage before the steps: (0 0 0), (.5 .3 .2), (1.1 .4 .5). The smaller of each pair: nothing;
    .5 + .1 + .2 = .8; .2 + .2 + .5 = .9. So the loss is 1.7, and 0.8 if only two steps count.
    """
    weights = torch.tensor([[[0.5, 0.3, 0.2], [0.6, 0.1, 0.3], [0.2, 0.2, 0.6]]])
    real = torch.tensor([[True, True, True]])
    torch.testing.assert_close(coverage_loss(weights, real), torch.tensor(1.7))
    fewer = torch.tensor([[True, True, False]])
    torch.testing.assert_close(coverage_loss(weights, fewer), torch.tensor(0.8))


def test_scores_and_sums_by_hand() -> None:
    """One unit: score = 2 tanh(0.5 q + k - 3 c), over three steps of two positions."""
    score, coverage = AdditiveScore(1, 1, 1), Coverage(1, 0.0)
    with torch.no_grad():
        score.query.weight.fill_(0.5)
        score.key.weight.fill_(1.0)
        score.energy.weight.fill_(2.0)
        coverage.weight.fill_(-3.0)
    attention = Attention(score, None, coverage).double()
    outputs = torch.tensor([[[0.4], [0.1]]], dtype=torch.float64)
    mask = torch.ones(1, 2, dtype=torch.bool)
    covered, sums = torch.zeros(1, 2, dtype=torch.float64), [0.0, 0.0]
    for query in (0.2, -0.6, 1.0):
        found = attention(
            torch.tensor([[[query]]], dtype=torch.float64),
            attention.project_keys(outputs),
            outputs,
            mask,
            covered=covered,
        )
        terms = zip((0.4, 0.1), sums, strict=True)
        exps = [math.exp(2 * math.tanh(0.5 * query + k - 3 * c)) for k, c in terms]
        weights = [value / sum(exps) for value in exps]
        sums = [c + a for c, a in zip(sums, weights, strict=True)]
        assert found.weights.flatten().tolist() == pytest.approx(weights)
        assert found.covered is not None
        assert found.covered.flatten().tolist() == pytest.approx(sums)
        covered = found.covered
    assert sum(sums) == pytest.approx(3)


@pytest.mark.parametrize("arch", ["bahdanau2015", "luong2015"])
@pytest.mark.parametrize("feeding", [False, True])
def test_the_objective_adds_the_loss_of_real_steps(arch: str, feeding: bool) -> None:
    """Against a loop in Python over the recorded weights, without the step behind a </s>."""
    settings = {"model.input_feeding": feeding}
    plain, given = make(arch, **settings), batch()
    model = make(arch, **settings, **{"model.attention.coverage_loss": 0.7})
    seen: dict[str, list[Tensor]] = {}

    def look(name: str, value: Tensor, /) -> Tensor:
        seen.setdefault(name, []).append(value)
        return value

    model.decode(given.previous, model.encode(given.source), look)
    weights = torch.cat(seen["decoder.attention.weights"], dim=1).detach()
    covered = torch.cat(seen["decoder.attention.coverage"], dim=1).detach()
    expected = 0.0
    for row, steps in enumerate((4, 2)):
        sums = [0.0] * 4
        for step, place in itertools.product(range(steps), range(4)):
            assert float(covered[row, step, place]) == pytest.approx(sums[place])
            weight = float(weights[row, step, place])
            expected += min(weight, sums[place])
            sums[place] += weight
    difference = (Objective(model)(given).total - Objective(plain)(given).total).detach()
    assert float(difference) == pytest.approx(0.7 * expected, rel=1e-5)
    measured = [Objective(one.eval())(given).total.detach() for one in (model, plain)]
    torch.testing.assert_close(*measured)  # a validation measures likelihood alone


@pytest.mark.parametrize(
    ("arch", "settings"),
    [
        ("bahdanau2015", {}),
        ("luong2015", {}),
        ("luong2015", {"model.attention.scope": "local-p", "model.attention.window": 2}),
        ("luong2015", {"model.input_feeding": False, "model.attention.score": "normed-additive"}),
    ],
)
def test_gradients_of_the_loss_are_finite_differences(
    arch: str, settings: dict[str, object]
) -> None:
    """Of the coverage loss alone, by every parameter of the attention, through the fast loop."""
    model, given = make(arch, **settings, **{"model.attention.coverage_loss": 1.0}), batch()
    attention = [value for name, value in model.named_parameters() if name.startswith("attention.")]
    assert len(attention) >= 4

    def loss(*_: Tensor) -> Tensor:
        return model.decode(given.previous, model.encode(given.source)).penalties["coverage"]

    assert torch.autograd.gradcheck(loss, tuple(attention))


def test_a_beam_takes_its_coverage_along() -> None:
    """Reordered hypotheses go on with the sums of those that they come from."""
    model = make("bahdanau2015").eval()
    source = torch.tensor([[4, 5, 6, EOS_ID]])
    encoded = model.encode(Source(source, source != PAD_ID))
    first = model.step(torch.tensor([4, 6]), encoded, model.start(encoded, 2))
    second = model.step(torch.tensor([5, 4]), encoded, first.state)
    assert first.attention is not None
    assert second.attention is not None
    sums = first.attention + second.attention
    kept = second.state.select(torch.tensor([1, 1, 0]))
    assert isinstance(kept, RecurrentState)
    torch.testing.assert_close(kept.covered, sums[[1, 1, 0]])


def test_the_parameters_are_one_vector_more() -> None:
    plain = make("bahdanau2015", **{"model.attention.coverage": False})
    assert {
        name: tuple(value.shape)
        for name, value in make("bahdanau2015").named_parameters()
        if name not in dict(plain.named_parameters())
    } == {"attention.coverage.weight": (5,)}
