"""Copying from the source: See et al. 2017, eqs. 8 and 9, by hand, by NumPy and by finite sums."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from seq2see import config
from seq2see.config import RecurrentConfig
from seq2see.data.batching import Batch, Source
from seq2see.errors import ConfigError
from seq2see.models import blocks
from seq2see.models.build import build, count_parameters
from seq2see.models.copying import CopyGate, CopyOutput
from seq2see.models.int8 import with_int8
from seq2see.models.interface import CopyFeatures, Seq2seq
from seq2see.models.output import SoftmaxOutput
from seq2see.tokens import BOS_ID, EOS_ID, PAD_ID
from seq2see.training.objective import Objective, arithmetic

VOCAB = 9
COPY: dict[str, object] = {"model.copy": True, "tokenizer.shared": True}


def make(arch: str = "luong2015", *, copies: bool = True) -> Seq2seq:
    sizes = {"model.embed_dim": 4, "model.hidden_dim": 5, "model.dropout": 0.0}
    settings = {**sizes, **COPY, "model.copy": copies}
    resolved = config.resolve(arch=arch, size="tiny", settings=settings)
    torch.manual_seed(3)
    return build(resolved.model, VOCAB, VOCAB, max_source_length=6, shared_vocab=True)


def batch() -> Batch:
    source = torch.tensor([[4, 5, 4, EOS_ID], [6, 4, EOS_ID, PAD_ID]])
    target = torch.tensor([[4, 6, EOS_ID], [4, EOS_ID, PAD_ID]])
    previous = torch.tensor([[BOS_ID, 4, 6], [BOS_ID, 4, PAD_ID]])
    return Batch(Source(source, source != PAD_ID), previous, target, 5)


def by_hand() -> tuple[CopyOutput, CopyFeatures]:
    """Five tokens, of which ``P_vocab`` is 0.1, 0.1, 0.2, 0.2 and 0.4; ``p_gen`` is 3/4.

    The source is 3 2 3, and attention 0.5, 0.2 and 0.3.
    """
    vocabulary = SoftmaxOutput(2, 5)
    with torch.no_grad():
        vocabulary.weight.zero_()
        vocabulary.bias.copy_(torch.tensor([0.1, 0.1, 0.2, 0.2, 0.4]).log())
    return CopyOutput(vocabulary), CopyFeatures(
        readout=torch.zeros(1, 2),
        gate=torch.tensor([[math.log(3)]]),
        weights=torch.tensor([[0.5, 0.2, 0.3]]),
        ids=torch.tensor([[3, 2, 3]]),
    )


# 3/4 of P_vocab and 1/4 of what is copied: nothing, nothing, 0.2, 0.5 + 0.3 and nothing.
MIXED = [0.075, 0.075, 0.15 + 0.05, 0.15 + 0.2, 0.3]


def test_a_token_has_the_sum_of_all_its_places_in_the_source() -> None:
    output, features = by_hand()
    torch.testing.assert_close(output.log_probs(features).exp(), torch.tensor([MIXED]))


@torch.no_grad()
def test_loss_by_hand() -> None:
    output, features = by_hand()
    for target, prob in enumerate(MIXED[1:], start=1):
        loss, count = output.loss(features, torch.tensor([target]))
        assert count == 1
        assert float(loss) == pytest.approx(-math.log(prob))
        smoothed, _ = output.loss(features, torch.tensor([target]), label_smoothing=0.1)
        expected = -0.9 * math.log(prob) - 0.1 * sum(map(math.log, MIXED)) / 5
        assert float(smoothed) == pytest.approx(expected)


def test_narrowed_both_ways_are_normalised_over_the_list() -> None:
    """Of tokens 1, 2 and 3: P_vocab is 0.2, 0.4 and 0.4, and all of the source is listed.

    Of tokens 1 and 2: P_vocab is 1/3 and 2/3, and only 0.2 can be copied, so that the mixture,
    1/4 and 1/2 + 1/20, adds up to 4/5.
    """
    output, features = by_hand()
    pair = features.map(lambda values: values.expand(2, -1))
    listed = torch.tensor([[True, True, True], [True, True, False]])
    narrow = output.narrow(torch.tensor([1, 2, 3]), listed)
    expected = torch.tensor([[0.15, 0.35, 0.5], [0.3125, 0.6875, 0.0]])
    torch.testing.assert_close(narrow.log_probs(pair).exp(), expected)
    alone = narrow.select(torch.tensor([1])).log_probs(features)
    torch.testing.assert_close(alone.exp(), expected[1:])
    beam = narrow.log_probs(pair[torch.tensor([0, 0, 1, 1])])  # two rows for each sentence
    torch.testing.assert_close(beam.exp(), expected.repeat_interleave(2, dim=0))


def test_the_gate_reads_context_state_and_embedding() -> None:
    gate = CopyGate(1, 1, 1)
    with torch.no_grad():
        gate.combine.weight.copy_(torch.tensor([[1.0, 10.0, 100.0]]))
        gate.combine.bias.fill_(1000.0)
    logit = gate(torch.tensor([[3.0]]), torch.tensor([[4.0]]), torch.tensor([[2.0]]))
    assert logit.item() == 1 * 2 + 10 * 3 + 100 * 4 + 1000


def test_shares_hold_where_the_gate_is_all_but_closed_or_open() -> None:
    """At a logit of 40, 1 - p_gen is exp(-40), which is lost beside 1 in 32 bits."""
    output, features = by_hand()
    generates = CopyFeatures(features.readout, torch.tensor([[40.0]]), *parts(features))
    with torch.no_grad():
        output.vocabulary.bias[3] = -90.0
    found = output.log_probs(generates)[0, 3]
    assert found.item() == pytest.approx(-40 + math.log(0.8), abs=1e-5)


def parts(features: CopyFeatures) -> tuple[Tensor, Tensor]:
    return features.weights, features.ids


@pytest.mark.parametrize("p_gen", [0.0, 0.25, 1.0])
def test_p_gen_can_be_overridden(p_gen: float) -> None:
    output, features = by_hand()
    seen: dict[str, Tensor] = {}

    def look(name: str, value: Tensor, /) -> Tensor:
        seen[name] = value
        return torch.full_like(value, p_gen) if name == "output.p_gen" else value

    probs = output.log_probs(features, look).exp()
    expected = p_gen * np.array([0.1, 0.1, 0.2, 0.2, 0.4]) + (1 - p_gen) * np.array(
        [0, 0, 0.2, 0.8, 0]
    )
    np.testing.assert_allclose(probs[0].detach().numpy(), expected, rtol=1e-5, atol=1e-7)
    torch.testing.assert_close(seen["output.p_gen"], torch.tensor([0.75]))
    torch.testing.assert_close(seen["output.copied"], torch.tensor([[0, 0, 0.2, 0.8, 0]]))
    assert seen["output.logits"].shape == (1, 5)


def plain_loss(model: Seq2seq, given: Batch, smoothing: float) -> Tensor:
    """The loss by the equations, over the whole vocabulary, by autograd through watched steps."""
    seen: dict[str, list[Tensor]] = {}

    def look(name: str, value: Tensor, /) -> Tensor:
        seen.setdefault(name, []).append(value)
        return value

    decoded = model.decode(given.previous, model.encode(given.source, look), look)
    assert isinstance(decoded.features, CopyFeatures)
    weights = dict(model.named_parameters())
    probs_vocab = (
        decoded.features.readout @ weights["output.vocabulary.weight"].t()
        + weights["output.vocabulary.bias"]
    ).softmax(-1)
    gate = torch.cat([torch.cat(seen[f"decoder.{name}"], 1) for name in (
        "attention.context", "layers.0.hidden", "embeddings"
    )], dim=-1)  # fmt: skip
    combined = gate @ weights["copying.combine.weight"].t() + weights["copying.combine.bias"]
    p_gen = 1 / (1 + (-combined).exp())
    same = given.source.ids.unsqueeze(2) == torch.arange(VOCAB)  # (batch, src_len, vocab)
    copied = torch.cat(seen["decoder.attention.weights"], 1) @ same.to(probs_vocab.dtype)
    log_probs = (p_gen * probs_vocab + (1 - p_gen) * copied).log()
    real = given.target != PAD_ID
    wanted = (1 - smoothing) * torch.eye(VOCAB)[given.target] + smoothing / VOCAB
    return -(wanted * log_probs).sum(-1)[real].sum()


@pytest.mark.parametrize("size", [1 << 22, 20])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("arch", ["luong2015", "bahdanau2015"])
def test_loss_and_gradients_are_those_of_the_equations(
    arch: str, smoothing: float, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one block, or in blocks of two rows."""
    monkeypatch.setattr(blocks, "BLOCK", size)
    model, given = make(arch).train(), batch()
    names, parameters = zip(*model.named_parameters(), strict=True)
    expected = plain_loss(model, given, smoothing)
    found = Objective(model, smoothing)(given)
    assert found.num_tokens == 5
    torch.testing.assert_close(found.total, expected)
    slopes, right = (torch.autograd.grad(one, parameters) for one in (found.total, expected))
    torch.testing.assert_close(
        dict(zip(names, slopes, strict=True)),
        dict(zip(names, right, strict=True)),
        rtol=1e-4,
        atol=1e-6,
    )


def test_a_token_that_only_copying_gives_has_a_gradient_and_no_other_breaks() -> None:
    """Finite everywhere, though most tokens cannot be copied and log 0 is infinite."""
    output, features = by_hand()
    leaves = [features.gate.requires_grad_(), features.weights.requires_grad_()]
    loss, _ = output.loss(features, torch.tensor([3]), label_smoothing=0.1)
    to_gate, to_weights = torch.autograd.grad(loss, leaves)
    assert to_gate.isfinite().all()
    # d log P(3) / d a_i = (1 - p_gen) / P(3), where x_i = 3; smoothing adds a fifth of a tenth.
    third, second = 0.25 / MIXED[3], 0.25 / MIXED[2]
    expected = [-0.92 * third, -0.02 * second, -0.92 * third]
    torch.testing.assert_close(to_weights, torch.tensor([expected]))


def test_parameters_are_those_of_the_equations() -> None:
    """Eq. 8 has a vector for context, state and embedding, and a bias."""
    more = count_parameters(make()) - count_parameters(make(copies=False))
    assert more == 5 + 5 + 4 + 1


def test_rows_can_be_picked_before_their_probabilities_are_made() -> None:
    """As attribution does, and scheduled sampling."""
    model, given = make().eval(), batch()
    features = model.decode(given.previous, model.encode(given.source)).features
    rows, steps = torch.tensor([0, 1, 0]), torch.tensor([2, 0, 1])
    picked = model.output.log_probs(features[rows, steps])
    torch.testing.assert_close(picked, model.output.log_probs(features)[rows, steps])


def test_a_fresh_gate_is_undecided() -> None:
    """Its bias is zero, and so it goes either way."""
    model = make()
    assert not model.get_parameter("copying.combine.bias").any()


def test_int8_multiplies_the_vocabulary_and_copies_exactly() -> None:
    model, given = make().eval(), batch()
    reduced = with_int8(model, fewest=1)
    assert type(reduced.get_submodule("output.vocabulary")).__name__ == "Int8Output"
    with torch.inference_mode():
        found, expected = (
            one.output.log_probs(one.decode(given.previous, one.encode(given.source)).features)
            for one in (reduced, model)
        )
    torch.testing.assert_close(found.exp(), expected.exp(), atol=0.03, rtol=0)


def test_sixteen_bits_are_near() -> None:
    model, given = make().train(), batch()
    expected = Objective(model)(given).total
    with arithmetic("bf16", torch.device("cpu")):
        found = Objective(model)(given).total
    torch.testing.assert_close(found.float(), expected, rtol=0.02, atol=0.0)
    rounded = make().bfloat16().eval()
    with torch.inference_mode():
        features = rounded.decode(given.previous, rounded.encode(given.source)).features
        probs = rounded.output.log_probs(features).exp()
    assert probs.dtype == torch.float32
    total = probs.sum(-1)[given.target != PAD_ID]  # weights of attention are rounded
    torch.testing.assert_close(total, torch.ones(5), atol=0.01, rtol=0)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"tokenizer.shared": False}, "same ids"),
        ({"model.attention.score": "none", "model.readout": "hidden"}, "what attention looks at"),
        ({"model.attention.scope": "local-p"}, "add up to less than 1"),
        ({"model.attention.scope": "hard"}, "a single position"),
    ],
)
def test_what_cannot_copy_is_refused(settings: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        config.resolve(arch="luong2015", size="tiny", settings={**COPY, **settings})


def test_a_transformer_has_no_such_key() -> None:
    with pytest.raises(ConfigError, match="of recurrent models"):
        config.resolve(arch="transformer2017", settings=COPY)


def test_nothing_is_copied_unless_asked_for() -> None:
    resolved = config.resolve(arch="luong2015")
    assert isinstance(resolved.model, RecurrentConfig)
    assert not resolved.model.copy
