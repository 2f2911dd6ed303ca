"""One step of a beam, where many candidates are equal."""

import numpy as np
import pytest
import torch

from seq2see.decoding.candidates import expand


@pytest.mark.parametrize("seed", range(20))
def test_order_of_equals_is_token_then_parent(seed: int) -> None:
    rng = np.random.default_rng(seed)
    beam, vocab, considered = 4, 9, int(rng.integers(1, 9))
    live = torch.from_numpy(-rng.integers(0, 3, size=(2, beam)).astype(float))
    log_probs = torch.from_numpy(-rng.integers(0, 3, size=(2, beam, vocab)).astype(float))
    log_probs[rng.random(log_probs.shape) < 0.3] = -torch.inf
    candidates = expand(live, log_probs, considered)
    for sentence in range(2):
        expected = sorted(
            (-float(live[sentence, parent] + log_probs[sentence, parent, token]), token, parent)
            for parent in range(beam)
            for token in range(vocab)
        )[:considered]
        found = list(
            zip(
                (-candidates.log_probs[sentence]).tolist(),
                candidates.tokens[sentence].tolist(),
                candidates.parents[sentence].tolist(),
                strict=True,
            )
        )
        assert [f for f in found if f[0] < np.inf] == [e for e in expected if e[0] < np.inf]
        assert len(found) == considered


def test_token_log_probs_are_those_of_the_chosen_tokens() -> None:
    live = torch.tensor([[-1.0, -2.0]])
    log_probs = torch.tensor([[[-5.0, -0.5, -3.0], [-0.25, -4.0, -9.0]]])
    candidates = expand(live, log_probs, 3)
    assert candidates.tokens.tolist() == [[1, 0, 2]]
    assert candidates.parents.tolist() == [[0, 1, 0]]
    assert candidates.token_log_probs.tolist() == [[-0.5, -0.25, -3.0]]
    assert candidates.log_probs.tolist() == [[-1.5, -2.25, -4.0]]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("vocab", [67, 68, 69, 200, 260])
def test_the_best_of_a_large_vocabulary_are_those_of_a_full_sort(seed: int, vocab: int) -> None:
    rng = np.random.default_rng([seed, vocab])
    beam, considered, banned = 3, 7, (0, 2)
    live = torch.from_numpy(np.array([[-1.0, -0.5, -np.inf], [-2.0, -2.0, -2.0]]))
    # Half the tables are coarse, so that many candidates are equal, in one block and across them.
    step = 0.5 if seed % 2 else 1e-6
    table = -(rng.exponential(2.0, size=(2, beam, vocab)) // step) * step
    candidates = expand(live, torch.from_numpy(table), considered, banned)
    for sentence in range(2):
        expected = sorted(
            (-(float(live[sentence, parent]) + table[sentence, parent, token]), token, parent)
            for parent in range(beam)
            for token in range(vocab)
            if token not in banned
        )[:considered]
        found = zip(
            (-candidates.log_probs[sentence]).tolist(),
            candidates.tokens[sentence].tolist(),
            candidates.parents[sentence].tolist(),
            strict=True,
        )
        assert list(found) == expected
