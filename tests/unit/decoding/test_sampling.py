"""Sampling: the right distribution, from generators of its own."""

from typing import Any

import numpy as np
import pytest
import torch

from seq2see.decoding.options import SearchOptions
from seq2see.decoding.sampling import Sampling, draw, draws
from seq2see.decoding.search import SearchResult, search
from seq2see.errors import ConfigError
from seq2see.models.build import build
from seq2see.models.interface import Seq2seq, Source
from seq2see.models.presets import preset

PROBS = np.array([0.05, 0.4, 0.25, 0.2, 0.1])


def frequencies(**settings: Any) -> np.ndarray:
    """How often each token is drawn when the uniform numbers are spread evenly."""
    uniforms = (torch.arange(10_000, dtype=torch.float64) + 0.5) / 10_000
    log_probs = torch.from_numpy(np.log(PROBS)).expand(10_000, -1)
    tokens = draw(log_probs, uniforms, Sampling(**settings))
    return np.bincount(tokens, minlength=5) / 10_000


def test_tokens_are_drawn_by_their_probability() -> None:
    np.testing.assert_allclose(frequencies(), PROBS, atol=1e-4)


def test_temperature_sharpens_and_flattens() -> None:
    for temperature in (0.5, 2.0):
        expected = PROBS ** (1 / temperature)
        np.testing.assert_allclose(
            frequencies(temperature=temperature), expected / expected.sum(), atol=2e-4
        )


def test_top_k_keeps_the_most_probable() -> None:
    np.testing.assert_allclose(frequencies(top_k=2), [0, 0.4 / 0.65, 0.25 / 0.65, 0, 0], atol=2e-4)
    np.testing.assert_allclose(frequencies(top_k=99), PROBS, atol=1e-4)


def test_top_p_keeps_the_fewest_that_suffice() -> None:
    # .4 + .25 = .65 falls short of .7, so .2 belongs too.
    np.testing.assert_allclose(
        frequencies(top_p=0.7), [0, 0.4 / 0.85, 0.25 / 0.85, 0.2 / 0.85, 0], atol=2e-4
    )
    np.testing.assert_allclose(frequencies(top_p=1e-9), [0, 1, 0, 0, 0], atol=1e-9)


def test_what_is_forbidden_is_never_drawn() -> None:
    log_probs = torch.tensor([[-torch.inf, -1.0, -torch.inf]] * 3)
    uniforms = torch.tensor([0.0, 0.5, 1 - 1e-7])
    assert draw(log_probs, uniforms, Sampling()).tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"temperature": 0.0}, r"`temperature` must be above 0, but is 0\.0; use `beam_size=1`"),
        ({"top_k": -1}, "`top_k` must be 0 .* but is -1"),
        ({"top_p": 0.0}, r"`top_p` must be above 0 and at most 1, but is 0\.0"),
        ({"top_p": 1.5}, r"`top_p` must be above 0 and at most 1, but is 1\.5"),
    ],
)
def test_bad_settings_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Sampling(**settings)


@pytest.fixture(scope="module")
def model() -> Seq2seq:
    with torch.random.fork_rng():
        torch.manual_seed(1)
        config = preset("luong2015", "tiny").model
        built = build(config, 20, 20, max_source_length=10, shared_vocab=False)
    return built.eval()


SOURCE = Source(
    torch.tensor([[4, 5, 3, 0], [6, 7, 8, 3], [4, 5, 3, 0]]),
    torch.tensor([[True, True, True, False], [True] * 4, [True, True, True, False]]),
)


def samples(model: Seq2seq, source: Source, seed: int = 1) -> list[SearchResult]:
    options = SearchOptions(max_length=12, num_best=4, sampling=Sampling(seed=seed))
    return search(model, source, options)


def ids(results: list[SearchResult]) -> list[list[tuple[int, ...]]]:
    return [[found.ids for found in result.hypotheses] for result in results]


def test_samples_follow_from_seed_and_sentence(model: Seq2seq) -> None:
    first = ids(samples(model, SOURCE))
    assert [len(found) for found in first] == [4, 4, 4]
    assert len(set(first[0])) > 1
    assert first[0] == first[2]  # the same sentence
    assert ids(samples(model, SOURCE)) == first
    assert ids(samples(model, SOURCE, seed=2)) != first
    alone = Source(SOURCE.ids[1:2], SOURCE.mask[1:2])
    assert ids(samples(model, alone)) == first[1:2]
    padded = Source(SOURCE.ids[:1, :3], SOURCE.mask[:1, :3])
    assert ids(samples(model, padded)) == first[:1]


def test_torchs_own_generator_is_left_alone(model: Seq2seq) -> None:
    before = torch.get_rng_state()
    samples(model, SOURCE)
    assert torch.equal(before, torch.get_rng_state())


def test_log_prob_is_the_models_own(model: Seq2seq) -> None:
    options = SearchOptions(
        max_length=12, num_best=3, sampling=Sampling(temperature=0.3, top_k=3, top_p=0.9)
    )
    [result] = search(model, Source(SOURCE.ids[1:2], SOURCE.mask[1:2]), options)
    for found in result.hypotheses:
        forced = SearchOptions(max_length=len(found.ids), prefix=(found.ids,))
        [again] = search(model, Source(SOURCE.ids[1:2], SOURCE.mask[1:2]), forced)
        same = again.hypotheses[0].token_log_probs[: len(found.ids)]
        np.testing.assert_allclose(found.token_log_probs[: len(found.ids)], same, atol=1e-5)


def test_draws_are_uniform() -> None:
    source = Source(torch.tensor([[4, 3]]), torch.tensor([[True, True]]))
    numbers = draws(source, 1, torch.tensor([200]), 50).flatten()
    counts = np.histogram(numbers, bins=10, range=(0, 1))[0]
    assert abs(counts - 1000).max() < 120  # four standard deviations of a fair count
