"""The blockwise cross-entropy against PyTorch's, values and gradients."""

import pytest
import torch
from torch.nn import functional

from seq2see.models import cross_entropy
from seq2see.models.cross_entropy import linear_cross_entropy


def _inputs(rows: int, vocab: int, dim: int) -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(3)
    features, weight, bias = (
        torch.randn(*shape, generator=generator, dtype=torch.float64).requires_grad_()
        for shape in ((rows, dim), (vocab, dim), (vocab,))
    )
    target = torch.randint(vocab, (rows,), generator=generator)
    return features, weight, bias, target


@pytest.mark.parametrize("label_smoothing", [0.0, 0.1])
@pytest.mark.parametrize("rows", [1, 64, 150])
def test_it_is_pytorchs_cross_entropy(
    rows: int, label_smoothing: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cross_entropy, "BLOCK", 64 * 11)  # 150 rows take three blocks
    features, weight, bias, target = _inputs(rows, 11, 5)
    logits = functional.linear(features, weight, bias)
    expected = functional.cross_entropy(
        logits, target, reduction="sum", label_smoothing=label_smoothing
    )
    slopes = torch.autograd.grad(expected / 7, (features, weight, bias))
    loss = linear_cross_entropy(features, weight, bias, target, label_smoothing)
    torch.testing.assert_close(loss, expected)
    for slope, other in zip(
        torch.autograd.grad(loss / 7, (features, weight, bias)), slopes, strict=True
    ):
        torch.testing.assert_close(slope, other)


def test_a_weight_may_be_frozen() -> None:
    features, weight, bias, target = _inputs(4, 6, 3)
    loss = linear_cross_entropy(features, weight.detach(), bias.detach(), target)
    loss.backward()
    assert features.grad is not None
    assert features.grad.shape == features.shape


def test_large_logits_do_not_overflow() -> None:
    features = torch.tensor([[1000.0]])
    weight = torch.tensor([[1.0], [-1.0]])
    loss = linear_cross_entropy(features, weight, torch.zeros(2), torch.tensor([1]))
    assert float(loss) == pytest.approx(2000.0)  # log(e^1000 + e^-1000) - (-1000)


def test_without_gradients_none_are_computed() -> None:
    features, weight, bias, target = _inputs(5, 6, 3)
    with torch.no_grad():
        loss = linear_cross_entropy(features, weight, bias, target)
    assert not loss.requires_grad
    expected = functional.cross_entropy(features @ weight.T + bias, target, reduction="sum")
    torch.testing.assert_close(loss, expected)


def test_under_autocast_products_take_16_bits_and_the_rest_32() -> None:
    features, weight, bias, target = _inputs(9, 6, 4)
    single = [value.detach().float().requires_grad_() for value in (features, weight, bias)]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = linear_cross_entropy(single[0], single[1], single[2], target, 0.1)
    assert loss.dtype == torch.float32
    loss.backward()
    with torch.no_grad():
        exact = functional.cross_entropy(
            features @ weight.T + bias, target, reduction="sum", label_smoothing=0.1
        )
    assert float(loss.detach()) == pytest.approx(float(exact), rel=0.02)
    assert all(value.grad is not None and value.grad.dtype == torch.float32 for value in single)
