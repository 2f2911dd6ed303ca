"""Optimisers, and learning rates as functions of the update."""

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
