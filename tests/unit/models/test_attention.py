"""Attention in 16 bits: where windows lie is exact all the same."""

import numpy as np
import pytest
import torch
from torch import Tensor

from seq2see.models.attention import Attention
from seq2see.models.scopes import LocalMScope, LocalPScope, LocalScope
from seq2see.models.scores import DotScore

LENGTH, WIDTH = 600, 4


@pytest.mark.parametrize("scope", [LocalMScope(1), LocalPScope(1, WIDTH)])
def test_windows_beyond_256_positions_lie_around_their_centres(scope: LocalScope) -> None:
    """Whole numbers beyond 256 are rounded to even ones in bfloat16, and then to fours."""
    torch.manual_seed(0)
    attention = Attention(DotScore(), scope).bfloat16()
    states = torch.randn(1, LENGTH, WIDTH, dtype=torch.bfloat16)
    mask = torch.arange(LENGTH).unsqueeze(0) < LENGTH - 1
    seen: dict[str, Tensor] = {}

    def watch(name: str, value: Tensor) -> Tensor:
        seen[name] = value
        return value

    with torch.no_grad():
        weights = attention(states, states, states, mask, watch=watch, name="a").weights[0]
    assert weights.dtype == torch.bfloat16
    assert weights.isfinite().all()
    centres = seen["a.centre"][0].double().numpy()
    away = np.arange(LENGTH) - centres[:, None]
    expected = (np.abs(away) <= 1).astype(float)
    if isinstance(scope, LocalMScope):
        assert np.array_equal(centres, np.minimum(np.arange(LENGTH), LENGTH - 2))
    else:
        expected *= np.exp(-2 * away**2)
    assert seen["a.window"][0].float().numpy() == pytest.approx(expected, abs=0.005)
