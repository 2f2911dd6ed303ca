"""Time-major order, against the orders written out by hand."""

import torch

from seq2see.models.unrolled.layout import TimeMajor

# Two sequences of two and three positions, padded to four.
VALUES = torch.tensor([[10.0, 11, 12, 13], [20, 21, 22, 23]], dtype=torch.float64).unsqueeze(-1)
LENGTHS = torch.tensor([2, 3])


def test_the_longest_comes_first_in_each_step() -> None:
    layout = TimeMajor.of(LENGTHS, 4)
    assert layout.lengths == (3, 2)
    assert layout.steps == 3
    entered = layout.enter(VALUES).squeeze(-1)
    assert entered.tolist() == [[20, 10], [21, 11], [22, 12]]
    assert layout.enter_rows(torch.tensor([[1.0], [2.0]])).flatten().tolist() == [2, 1]
    assert layout.leave_rows(torch.tensor([[2.0], [1.0]])).flatten().tolist() == [1, 2]


def test_backwards_begins_with_the_last_real_position() -> None:
    layout = TimeMajor.of(LENGTHS, 4, reverse=True)
    entered = layout.enter(VALUES).squeeze(-1)
    assert entered.tolist() == [[22, 11], [21, 10], [20, 12]]


def test_leaving_restores_the_order_with_zeros_after_the_last_step() -> None:
    for reverse in (False, True):
        layout = TimeMajor.of(LENGTHS, 4, reverse=reverse)
        left = layout.leave(layout.enter(VALUES)).squeeze(-1)
        assert left.tolist() == [[10, 11, 12, 0], [20, 21, 22, 0]]


def test_gradients_take_the_way_back() -> None:
    values = VALUES.clone().requires_grad_()
    weights = torch.arange(6, dtype=torch.float64).view(3, 2, 1)
    (TimeMajor.of(LENGTHS, 4, reverse=True).enter(values) * weights).sum().backward()
    assert values.grad is not None
    assert values.grad.squeeze(-1).tolist() == [[3, 1, 5, 0], [4, 2, 0, 0]]
