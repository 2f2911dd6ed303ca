"""Hard attention: what it is taught by, against brute force and finite sums."""

import itertools

import pytest
import torch
from torch import Tensor

from seq2see import config
from seq2see.data.batching import Batch, Source
from seq2see.models import blocks, hard
from seq2see.models.build import build
from seq2see.models.hard import Choices, HardScope
from seq2see.models.interface import Seq2seq
from seq2see.models.unrolled import scopes
from seq2see.tokens import BOS_ID, EOS_ID, PAD_ID
from seq2see.training.objective import Objective

VOCAB = 7


def make(**settings: object) -> Seq2seq:
    """A small model in training, in float64, without dropout."""
    sizes = {"model.embed_dim": 4, "model.hidden_dim": 5, "model.dropout": 0.0}
    given = {"model.attention.scope": "hard", "model.input_feeding": False, **settings}
    resolved = config.resolve(arch="luong2015", size="tiny", settings={**sizes, **given})
    torch.manual_seed(3)
    model = build(resolved.model, VOCAB, VOCAB, max_source_length=4, shared_vocab=False)
    return model.double().train()


def batch() -> Batch:
    source = torch.tensor([[4, 5, 6, EOS_ID], [6, 4, EOS_ID, PAD_ID]])
    target = torch.tensor([[5, 6, EOS_ID], [4, EOS_ID, PAD_ID]])
    previous = torch.tensor([[BOS_ID, 5, 6], [BOS_ID, 4, PAD_ID]])
    return Batch(Source(source, source != PAD_ID), previous, target, 5)


def with_choices(monkeypatch: pytest.MonkeyPatch, chosen: Tensor) -> None:
    """Let positions be given instead of drawn, one for each row of probabilities."""

    def choose(probs: Tensor, *, samples: bool) -> Tensor:
        assert samples
        return chosen.expand(len(probs))

    monkeypatch.setattr(hard, "choose", choose)
    monkeypatch.setattr(scopes, "choose", choose)


def gradients(model: Seq2seq, value: Tensor) -> dict[str, Tensor]:
    parameters = dict(model.named_parameters())
    found = torch.autograd.grad(
        value, list(parameters.values()), allow_unused=True, retain_graph=True
    )
    return {
        name: torch.zeros_like(parameters[name]) if slope is None else slope
        for name, slope in zip(parameters, found, strict=True)
    }


def test_targets_follow_what_was_given() -> None:
    torch.testing.assert_close(hard.targets_of(batch().previous), batch().target)


def test_the_marginal_loss_is_the_sum_over_all_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each token by itself: sum_i a_i P(y | i), by putting each position in turn."""
    monkeypatch.setattr(blocks, "BLOCK", 30)  # two rows at a time
    model, given = make(**{"model.attention.hard_training": "marginal"}), batch()
    found = Objective(model)(given)
    model.eval()
    probs = torch.zeros(2, 3, dtype=torch.float64)
    encoded = model.encode(given.source)
    for position in range(4):
        seen: dict[str, Tensor] = {}

        def look(
            name: str,
            value: Tensor,
            /,
            position: int = position,
            seen: dict[str, Tensor] = seen,
        ) -> Tensor:
            if name == "decoder.attention.choice":
                value = torch.full_like(value, position)
            seen[name] = value
            return value

        features = model.decode(given.previous, encoded, look).features
        log_probs = model.output.log_probs(features).double()
        at_target = log_probs.gather(2, given.target.unsqueeze(2)).squeeze(2)
        probs += seen["decoder.attention.weights"][..., position] * at_target.exp()
    real = given.target != PAD_ID
    assert found.num_tokens == 5
    torch.testing.assert_close(found.total.double(), -probs[real].log().sum(), rtol=1e-5, atol=1e-6)


def test_the_expected_gradient_of_reinforce_is_that_of_the_expected_loss(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Brute force over all draws of one sentence whose steps read each other's choices.

    E[-log P(y)] over draws has a gradient that REINFORCE has in expectation, whatever the baseline.
    """
    model = make(**{"model.input_feeding": True, "model.attention.hard_entropy": 0.0})
    scope = model.get_submodule("attention.scope")
    source = torch.tensor([[4, 5, EOS_ID]])
    target, previous = torch.tensor([[5, EOS_ID]]), torch.tensor([[BOS_ID, 5]])
    given = Batch(Source(source, source != PAD_ID), previous, target, 2)
    expected_loss = torch.zeros((), dtype=torch.float64)
    expected = {name: torch.zeros_like(value) for name, value in model.named_parameters()}
    for draw in itertools.product(range(3), repeat=2):
        steps = iter(draw)

        def choose(probs: Tensor, *, samples: bool, steps: object = steps) -> Tensor:
            assert samples
            return torch.tensor([next(steps)]).expand(len(probs))  # type: ignore[call-overload]

        chances: list[Tensor] = []

        def look(name: str, value: Tensor, /, chances: list[Tensor] = chances) -> Tensor:
            if name == "decoder.attention.weights":
                chances.append(value[0, 0])
            return value

        monkeypatch.setattr(hard, "choose", choose)
        scope.get_buffer("baseline").fill_(-1.3)
        encoded = model.encode(given.source)
        decoded = model.decode(given.previous, encoded, look)
        loss, _ = model.output.loss(decoded.features, given.target)
        chance = chances[0][draw[0]] * chances[1][draw[1]]
        expected_loss = expected_loss + chance * loss
        slope = gradients(model, loss + sum(decoded.penalties.values()))
        for name, value in slope.items():
            expected[name] += chance.detach() * value
    torch.testing.assert_close(expected, gradients(model, expected_loss), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("feeding", [True, False])
def test_a_loop_teaches_the_same_as_watched_steps(
    monkeypatch: pytest.MonkeyPatch, feeding: bool
) -> None:
    model, given = make(**{"model.input_feeding": feeding}), batch()
    with_choices(monkeypatch, torch.tensor([1]))

    def learnt(*watch: object) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        model.get_submodule("attention.scope").get_buffer("baseline").fill_(-2.0)
        decoded = model.decode(given.previous, model.encode(given.source), *watch)  # type: ignore[arg-type]
        loss, _ = model.output.loss(decoded.features, given.target)
        return decoded.penalties, gradients(model, loss + sum(decoded.penalties.values()))

    def look(name: str, value: Tensor, /) -> Tensor:
        return value

    penalties, slopes = learnt()
    expected_penalties, expected = learnt(look)
    torch.testing.assert_close(penalties, expected_penalties)
    torch.testing.assert_close(slopes, expected)
    assert slopes["attention.score.key.weight"].any()


def test_penalties_by_hand() -> None:
    """One sentence of two tokens; the baseline moves a tenth of the way to the mean."""
    scope = HardScope("reinforce", 0.5, answers_onward=True)
    scope.baseline.fill_(-1.0)
    chosen = torch.tensor([[-0.7, -0.2, -9.0]], requires_grad=True)
    entropies = torch.tensor([[0.6, 0.4, 9.0]])
    log_probs = torch.tensor([[-2.0, -0.5, -7.0]])
    found = scope.penalties(
        Choices(chosen, entropies), log_probs, torch.tensor([[True, True, False]])
    )
    assert found["reinforce"] == 0
    torch.testing.assert_close(found["entropy"], torch.tensor(-0.5))
    found["reinforce"].backward()
    # Gains are -1.0 and 0.5; the first choice answers for both: -0.5.
    torch.testing.assert_close(chosen.grad, torch.tensor([[0.5, -0.5, 0.0]]))
    torch.testing.assert_close(scope.baseline, torch.tensor(-1.025))


@pytest.mark.parametrize("feeding", [False, True])
def test_behind_the_last_token_nothing_is_learnt(
    monkeypatch: pytest.MonkeyPatch, feeding: bool
) -> None:
    """Batches read the </s> of a shorter target where a longer one goes on; alone, it does not."""
    with_choices(monkeypatch, torch.tensor([1]))
    given = batch()
    padded = given.previous.clone()
    padded[1, 2] = EOS_ID
    found = []
    for previous in (given.previous, padded):
        model = make(**{"model.input_feeding": feeding})
        penalties = model.decode(previous, model.encode(given.source)).penalties
        baseline = model.get_buffer("attention.scope.baseline")
        total = penalties["reinforce"] + penalties["entropy"]
        found.append((penalties["entropy"].detach(), baseline, gradients(model, total)))
    torch.testing.assert_close(*found)


def test_draws_follow_the_weights() -> None:
    scope = HardScope("reinforce", 0.0, answers_onward=False).train()
    torch.manual_seed(0)
    weights = torch.tensor([0.1, 0.6, 0.3]).expand(1, 20_000, 3)
    shares = torch.bincount(scope.choose(weights)[0])
    torch.testing.assert_close(shares / 20_000, weights[0, 0], rtol=0, atol=0.015)
    assert (scope.eval().choose(weights) == 1).all()
