"""Dropout: the rate, the scale, independence, and what seeds it."""

import numpy as np
import pytest
import torch

from seq2see.models.dropout import Dropout, dropout, dropout_mask


@pytest.mark.parametrize("rate", [0.1, 0.3, 0.5])
def test_the_rate_is_kept(rate: float) -> None:
    torch.manual_seed(1)
    count = 1_000_001  # not a multiple of four
    mask = dropout_mask(torch.ones(count), rate)
    dropped = float((mask == 0).double().mean())
    # Five standard deviations of a binomial share.
    assert abs(dropped - rate) < 5 * (rate * (1 - rate) / count) ** 0.5
    assert torch.unique(mask).tolist() == pytest.approx([0.0, 1 / (1 - rate)])


def test_elements_are_independent_of_their_neighbours() -> None:
    torch.manual_seed(2)
    mask = dropout_mask(torch.ones(400_000), 0.3).numpy()
    for shift in (1, 2, 3, 4, 8):
        assert abs(np.corrcoef(mask[:-shift], mask[shift:])[0, 1]) < 5 / len(mask) ** 0.5


def test_each_mask_is_another_one_and_the_seed_fixes_all() -> None:
    def draw() -> list[torch.Tensor]:
        torch.manual_seed(5)
        return [dropout_mask(torch.ones(3, 40), 0.5) for _ in range(2)]

    first, second = draw()
    assert not first.equal(second)
    assert all(one.equal(other) for one, other in zip(draw(), (first, second), strict=True))


def test_values_are_kept_or_dropped_and_so_are_their_gradients() -> None:
    torch.manual_seed(3)
    values = torch.arange(1.0, 25.0).view(4, 6).requires_grad_()
    output = dropout(values, 0.25, training=True)
    output.sum().backward()
    kept = output != 0
    torch.testing.assert_close(output[kept], values[kept] / 0.75)
    assert values.grad is not None
    torch.testing.assert_close(values.grad, kept / 0.75)


def test_adding_to_a_stream_is_adding_after_dropping() -> None:
    layer = Dropout(0.4)
    stream, values = torch.randn(5, 7), torch.randn(5, 7)
    torch.manual_seed(4)
    expected = stream + layer(values)
    torch.manual_seed(4)
    torch.testing.assert_close(layer.add(stream, values), expected)


def test_outside_training_nothing_is_dropped() -> None:
    layer = Dropout(0.4).eval()
    values = torch.randn(5, 7)
    assert layer(values) is values
    assert layer.add(values, values).equal(2 * values)
    assert dropout(values, 0.0, training=True) is values
