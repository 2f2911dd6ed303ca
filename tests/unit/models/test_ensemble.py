"""Ensembles: the mean of probabilities against NumPy, and everything that a model owes."""

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from torch import Tensor

from seq2see import config
from seq2see.decoding.options import SearchOptions
from seq2see.decoding.search import SearchResult, search
from seq2see.errors import ConfigError
from seq2see.models.build import build
from seq2see.models.ensemble import Ensemble, MeanOutput, log_mean_exp
from seq2see.models.interface import DecoderState, Seq2seq, Source
from seq2see.tokens import BOS_ID, EOS_ID, PAD_ID

VOCAB = 13
MIXED = ("transformer2017", "luong2015", "sutskever2014")
TARGET = torch.tensor([[4, 7, 5, 9, EOS_ID], [6, 6, EOS_ID, PAD_ID, PAD_ID]])
PREVIOUS = torch.cat((torch.full((2, 1), BOS_ID), TARGET[:, :-1]), dim=1)


def member(arch: str, seed: int, **settings: object) -> Seq2seq:
    given = {"model.dropout": 0.0, **{key.replace("__", "."): v for key, v in settings.items()}}
    resolved = config.resolve(arch=arch, size="tiny", settings=given)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build(resolved.model, VOCAB, VOCAB, max_source_length=9, shared_vocab=True)
        for parameter in model.parameters():
            parameter.data *= 2
    return model.eval()


def members() -> list[Seq2seq]:
    copying = member("bahdanau2015", 9, model__copy=True, tokenizer__shared=True)
    return [*(member(arch, seed) for seed, arch in enumerate(MIXED)), copying]


def source() -> Source:
    ids = torch.tensor([[4, 5, 6, 7, EOS_ID], [8, 9, EOS_ID, PAD_ID, PAD_ID]])
    return Source(ids, ids != PAD_ID)


def probs_of(model: Seq2seq) -> np.ndarray:
    output = model.decode(PREVIOUS, model.encode(source()))
    probs: np.ndarray = model.output.log_probs(output.features).double().exp().numpy()
    return probs


def found_of(results: Sequence[SearchResult]) -> list[list[tuple[tuple[int, ...], float]]]:
    return [[(one.ids, one.score) for one in result.hypotheses] for result in results]


OPTIONS = SearchOptions(max_length=6, beam_size=4, num_best=3, length_penalty=0.6)


@torch.inference_mode()
def test_probabilities_are_the_mean_of_the_members_probabilities() -> None:
    every = members()
    expected = np.mean([probs_of(one) for one in every], axis=0)
    np.testing.assert_allclose(probs_of(Ensemble(every)), expected, rtol=1e-5)


@torch.inference_mode()
def test_steps_give_what_all_steps_at_once_give() -> None:
    """With hypotheses swapped on the way, as a search does."""
    model = Ensemble(members())
    encoded = model.encode(source())
    together = model.output.log_probs(model.decode(PREVIOUS, encoded).features)
    state: DecoderState = model.start(encoded, 1)
    order = torch.tensor([1, 0])
    swapped = model.encode(source()).select(order)
    for step in range(4):  # what follows </s> is padding
        if step == 2:
            encoded, state = swapped, state.select(order)
        rows = order if step >= 2 else torch.arange(2)
        output = model.step(PREVIOUS[rows, step], encoded, state)
        state = output.state
        torch.testing.assert_close(output.features, together[rows, step], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("arch", ["luong2015", "transformer2017", "cho2014"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_model_with_itself_finds_exactly_what_it_finds_alone(arch: str, number: int) -> None:
    model = member(arch, 3)
    alone = search(model, source(), OPTIONS)
    together = search(Ensemble([model] * number), source(), OPTIONS)
    assert found_of(together) == found_of(alone)
    for one, other in zip(together, alone, strict=True):
        np.testing.assert_array_equal(one.tree.tokens, other.tree.tokens)


def test_search_ranks_by_the_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    """A beam that holds every hypothesis of two tokens, against all of them written out."""
    every = [member("luong2015", 1), member("bahdanau2015", 2)]
    options = SearchOptions(max_length=2, beam_size=VOCAB**2, num_best=4)
    one = Source(torch.tensor([[4, 5, EOS_ID]]), torch.ones(1, 3, dtype=torch.bool))
    [result] = search(Ensemble(every), one, options)
    tokens = [token for token in range(VOCAB) if token not in (PAD_ID, BOS_ID, EOS_ID)]
    targets = [(), *((a,) for a in tokens), *((a, b) for a in tokens for b in tokens)]
    expected = sorted(((_log_prob(every, one, ids), ids) for ids in targets), reverse=True)[:4]
    assert [found.ids for found in result.hypotheses] == [ids for _, ids in expected]
    scores = [found.score for found in result.hypotheses]
    assert scores == pytest.approx([score for score, _ in expected], abs=1e-4)


@torch.inference_mode()
def _log_prob(every: list[Seq2seq], one: Source, ids: tuple[int, ...]) -> float:
    """Of a finished hypothesis: the product over its steps of the mean of probabilities."""
    total = 0.0
    for step, token in enumerate((*ids, EOS_ID)):
        previous = torch.tensor([[BOS_ID, *ids[:step]]])
        probs = [
            model.output.log_probs(model.decode(previous, model.encode(one)).features)[0, -1].exp()
            for model in every
        ]
        total += float(np.log(np.mean([float(each[token]) for each in probs])))
    return total


@torch.inference_mode()
def test_attention_is_the_mean_of_those_who_attend() -> None:
    every = members()

    def attention(model: Seq2seq) -> Tensor | None:
        return model.decode(PREVIOUS, model.encode(source()), lambda _, value: value).attention

    given = [found.numpy() for one in every if (found := attention(one)) is not None]
    assert len(given) == 3  # Sutskever's has none
    found = attention(Ensemble(every))
    assert found is not None
    np.testing.assert_allclose(found.numpy(), np.mean(given, axis=0), rtol=1e-6)
    assert Ensemble(every).has_attention
    blind = Ensemble([every[2], every[2]])
    assert not blind.has_attention
    assert attention(blind) is None


def test_a_sentence_is_translated_alike_in_any_batch() -> None:
    model = Ensemble(members())
    both = search(model, source(), OPTIONS)
    short = Source(torch.tensor([[8, 9, EOS_ID]]), torch.ones(1, 3, dtype=torch.bool))
    [alone] = search(model, short, OPTIONS)
    assert [one.ids for one in alone.hypotheses] == [one.ids for one in both[1].hypotheses]


@torch.inference_mode()
def test_members_are_watched_under_names_of_their_own() -> None:
    seen: list[str] = []

    def watch(name: str, value: Tensor, /) -> Tensor:
        seen.append(name)
        return torch.zeros_like(value) if name == "member.1.decoder.readout" else value

    model = Ensemble(members())
    encoded = model.encode(source(), watch)
    changed = model.output.log_probs(model.decode(PREVIOUS, encoded, watch).features)
    for name in ("member.0.encoder.outputs", "member.1.decoder.attention.weights"):
        assert name in seen
    assert all(name.startswith("member.") for name in seen)
    plain = model.output.log_probs(model.decode(PREVIOUS, encoded).features)
    assert not torch.equal(changed, plain)


def test_zero_probabilities_stay_zero() -> None:
    logs = torch.tensor([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0]]).log()
    torch.testing.assert_close(log_mean_exp(logs).exp(), torch.tensor([0.75, 0.25, 0.0]))


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_loss_is_cross_entropy(smoothing: float) -> None:
    logits = torch.randn(2, 5, VOCAB, generator=torch.Generator().manual_seed(1))
    loss, count = MeanOutput().loss(logits.log_softmax(-1), TARGET, smoothing)
    expected = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1),
        TARGET.flatten(),
        ignore_index=PAD_ID,
        label_smoothing=smoothing,
        reduction="sum",
    )
    torch.testing.assert_close(loss, expected)
    assert count == 8


def test_a_shortlist_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"a shortlist would save nothing; leave `shortlist` out"):
        MeanOutput().narrow(torch.tensor([4]), torch.ones(1, 1, dtype=torch.bool))
