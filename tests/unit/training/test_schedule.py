"""Learning rates against the papers' formulas, worked out by hand."""

import math
from typing import Any

import pytest
import torch
from torch import nn

from seq2see.config import ScheduledSamplingConfig, TrainConfig
from seq2see.training.schedule import learning_rate, make_optimizer, reference_probability


def rates(updates: list[int], **settings: Any) -> list[float]:
    return [learning_rate(TrainConfig(**settings), update) for update in updates]


def test_constant() -> None:
    assert rates([1, 2, 10**6], lr=0.5) == [0.5, 0.5, 0.5]


@pytest.mark.parametrize("schedule", ["constant", "inverse-sqrt", "linear", "halve"])
def test_warm_up_is_linear_and_ends_at_the_peak(schedule: str) -> None:
    found = rates([1, 2, 3, 4], lr=0.8, warmup_updates=4, schedule=schedule)
    assert found == pytest.approx([0.2, 0.4, 0.6, 0.8])


def test_inverse_sqrt_is_equation_3_of_vaswani_et_al() -> None:
    # lrate = d_model^-0.5 * min(step^-0.5, step * warmup^-1.5), with d_model 512, warm-up 4000
    d_model, warmup = 512, 4000
    peak = d_model**-0.5 * warmup**-0.5
    updates = [1, 100, 3999, 4000, 4001, 16000, 100000]
    expected = [d_model**-0.5 * min(step**-0.5, step * warmup**-1.5) for step in updates]
    found = rates(updates, lr=peak, warmup_updates=warmup, schedule="inverse-sqrt")
    assert found == pytest.approx(expected, rel=1e-12)
    assert peak == pytest.approx(6.98771e-4, rel=1e-5)


def test_inverse_sqrt_without_warm_up_starts_at_the_peak() -> None:
    assert rates([1, 4, 100], lr=0.5, schedule="inverse-sqrt") == pytest.approx([0.5, 0.25, 0.05])


def test_linear_ends_at_zero() -> None:
    found = rates([2, 4, 7, 10, 11], lr=0.8, warmup_updates=2, max_updates=10, schedule="linear")
    assert found == pytest.approx([0.8, 0.6, 0.3, 0, 0])


def test_halving_as_luong_et_al() -> None:
    # "after 5 epochs, we begin to halve the learning rate every epoch": here epochs of 10 updates
    found = rates(
        [1, 50, 51, 60, 61, 70, 71],
        lr=1.0, schedule="halve", halve_after=50, halve_every=10, optimizer="sgd",
    )  # fmt: skip
    assert found == [1, 1, 0.5, 0.5, 0.25, 0.25, 0.125]


def one_step(gradient: float, start: float, **settings: Any) -> float:
    parameter = nn.Parameter(torch.tensor([start], dtype=torch.float64))
    optimizer = make_optimizer(TrainConfig(**settings), [parameter])
    parameter.grad = torch.tensor([gradient], dtype=torch.float64)
    optimizer.step()
    return float(parameter.detach())


def test_sgd_goes_down_the_gradient() -> None:
    assert one_step(2.0, 1.0, optimizer="sgd", lr=0.1) == pytest.approx(1.0 - 0.1 * 2.0)


def test_the_first_step_of_adam_is_as_long_as_the_rate() -> None:
    # m / (1 - b1) = g and v / (1 - b2) = g^2, so the step is lr * g / (|g| + eps)
    assert one_step(-5.0, 1.0, optimizer="adam", lr=0.1) == pytest.approx(1.1, abs=1e-8)


def test_adamw_decays_beside_the_gradient() -> None:
    found = one_step(5.0, 2.0, optimizer="adamw", lr=0.1, weight_decay=0.5)
    assert found == pytest.approx(2.0 * (1 - 0.1 * 0.5) - 0.1, abs=1e-8)


def test_the_betas_are_the_optimizers() -> None:
    settings = TrainConfig(optimizer="adam", betas=(0.5, 0.75))
    optimizer = make_optimizer(settings, [nn.Parameter(torch.ones(1))])
    assert optimizer.param_groups[0]["betas"] == (0.5, 0.75)
    assert math.isclose(optimizer.param_groups[0]["lr"], settings.lr)


def shares(updates: list[int], last: int = 1000, **settings: Any) -> list[float]:
    config = TrainConfig(max_updates=last, scheduled_sampling=ScheduledSamplingConfig(**settings))
    return [reference_probability(config, update) for update in updates]


def test_the_reference_alone_is_read_unless_asked_otherwise() -> None:
    assert shares([1, 500, 10**9]) == [1.0, 1.0, 1.0]
    assert shares([1, 500, 10**9], decay="linear", slope=0.0) == [1.0, 1.0, 1.0]


def test_linear_decay_is_max_of_floor_and_a_falling_line() -> None:
    # max(0.25, 1.1 - 0.01 i), at most 1
    found = shares([1, 10, 50, 85, 86, 1000], decay="linear", k=1.1, slope=0.01, floor=0.25)
    assert found == pytest.approx([1.0, 1.0, 0.6, 0.25, 0.25, 0.25])
    assert shares([250, 500, 1000, 2000], decay="linear") == pytest.approx([0.75, 0.5, 0.0, 0.0])
    assert shares([500, 1000], decay="linear", floor=0.2) == pytest.approx([0.6, 0.2])


def test_exponential_decay_is_a_power() -> None:
    found = shares([1, 2, 3, 10], decay="exponential", k=0.9)
    assert found == pytest.approx([0.9, 0.81, 0.729, 0.3486784401])
    assert shares([500, 1000], decay="exponential") == pytest.approx([0.5, 0.25])


def test_inverse_sigmoid_decay_is_the_formula() -> None:
    # k / (k + exp(i / k)) with k = 10: exp(0.1) = 1.105171, exp(1) = 2.718282, exp(5) = 148.413159
    found = shares([1, 10, 50], decay="inverse-sigmoid", k=10.0)
    assert found == pytest.approx([10 / 11.105171, 10 / 12.718282, 10 / 158.413159], rel=1e-6)
    assert shares([0, 3 * 10**6], decay="inverse-sigmoid", k=1.0) == pytest.approx([0.5, 0.0])
    for last in (1, 2, 7, 20000, 10**7):
        assert shares([last], 2 * last, decay="inverse-sigmoid") == pytest.approx([0.5], abs=1e-9)
