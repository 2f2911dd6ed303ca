"""Optimisers; learning rates, and the share of the reference, as functions of the update."""

import math
from collections.abc import Iterable
from typing import assert_never

import torch
from torch import nn

from seq2see.config import TrainConfig


def learning_rate(config: TrainConfig, update: int) -> float:
    """Return the rate of an update, counted from 1.

    All schedules rise linearly over ``warmup_updates`` to ``lr``, their peak. After that
    ``inverse-sqrt`` is ``lr * sqrt(warmup / update)`` (Vaswani et al. 2017, eq. 3, scaled to peak
    at ``lr``), and ``halve`` is Luong et al. 2015's plan, counted in updates instead of epochs.
    """
    warmup = config.warmup_updates
    if update <= warmup:
        return config.lr * update / warmup
    match config.schedule:
        case "constant":
            return config.lr
        case "inverse-sqrt":
            return float(config.lr * (max(warmup, 1) / update) ** 0.5)
        case "linear":
            left = max(0, config.max_updates - update) / max(1, config.max_updates - warmup)
            return config.lr * left
        case "halve":
            late = update - config.halve_after
            halvings = 0 if late <= 0 else 1 + (late - 1) // config.halve_every
            return float(config.lr * 0.5**halvings)
        case _:
            assert_never(config.schedule)


def reference_probability(config: TrainConfig, update: int) -> float:
    """Return the probability that a decoder reads the reference at an update, counted from 1.

    Source: Bengio et al. 2015, section 2.4 (arXiv 1506.03099). What is not given is such that the
    probability is one half in the middle of training, or, for ``linear``, the floor at its end.
    """
    sampling, last = config.scheduled_sampling, config.max_updates
    match sampling.decay:
        case "none":
            return 1.0
        case "linear":
            start = 1.0 if sampling.k is None else sampling.k
            slope = (start - sampling.floor) / last if sampling.slope is None else sampling.slope
            return min(1.0, max(sampling.floor, start - slope * update))
        case "exponential":
            base = 0.5 ** (2 / last) if sampling.k is None else sampling.k
            return float(base**update)
        case "inverse-sigmoid":
            k = _half_at(last / 2) if sampling.k is None else sampling.k
            # k / (k + exp(i / k)), without a power too large for a number
            return 0.5 + 0.5 * math.tanh((math.log(k) - update / k) / 2)
        case _:
            assert_never(sampling.decay)


def _half_at(update: float) -> float:
    """Solve ``k log k = update``, where the inverse sigmoid is one half, by Newton's method."""
    k = update + 2
    for _ in range(40):
        k -= (k * math.log(k) - update) / (math.log(k) + 1)
    return k


def make_optimizer(
    config: TrainConfig, parameters: Iterable[nn.Parameter]
) -> torch.optim.Optimizer:
    """Build the optimiser; the loop sets its rate before every update."""
    parameters = list(parameters)
    match config.optimizer:
        case "adam":
            return torch.optim.Adam(parameters, lr=config.lr, betas=config.betas, fused=True)
        case "adamw":
            return torch.optim.AdamW(
                parameters,
                lr=config.lr,
                betas=config.betas,
                weight_decay=config.weight_decay,
                fused=True,
            )
        case "sgd":
            return torch.optim.SGD(parameters, lr=config.lr, fused=True)
        case _:
            assert_never(config.optimizer)
