"""The one forward pass of training: from a batch to a summed loss."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn

from seq2see.config import Config, TransformerConfig
from seq2see.data.batching import Batch
from seq2see.machine import computes_bf16
from seq2see.models.hard import mixture_loss
from seq2see.models.interface import Seq2seq

Precision = Literal["fp32", "bf16"]


@dataclass(frozen=True)
class Loss:
    """A loss summed over target tokens, and how many there were."""

    total: Float[Tensor, ""]
    num_tokens: int


class Objective(nn.Module):
    """What is minimised: the output layer's loss plus the model's penalties.

    Sums, not means: the gradient of an update is the sum over all its batches and processes,
    divided by all its target tokens.
    """

    def __init__(self, model: Seq2seq, label_smoothing: float = 0.0) -> None:
        super().__init__()
        self.model = model
        self.label_smoothing = label_smoothing

    def forward(self, batch: Batch) -> Loss:
        """Return the loss of a batch under its own target tokens (teacher forcing)."""
        encoded = self.model.encode(batch.source)
        decoded = self.model.decode(batch.previous, encoded)
        smoothing = self.label_smoothing if self.training else 0.0
        if decoded.mixture is None:
            loss, num_tokens = self.model.output.loss(decoded.features, batch.target, smoothing)
        else:
            loss, num_tokens = mixture_loss(
                self.model.output, decoded.mixture, batch.target, smoothing
            )
        for penalty in decoded.penalties.values():
            loss = loss + penalty
        return Loss(loss, num_tokens)


def choose_precision(config: Config, device: torch.device) -> Precision:
    """Return what ``train.precision`` means on a device.

    ``auto`` keeps recurrent models at 32 bits on a processor: their many small products gain less
    than the conversions around them cost.
    """
    if config.train.precision != "auto":
        return config.train.precision
    fit = device.type != "cpu" or isinstance(config.model, TransformerConfig)
    return "bf16" if fit and computes_bf16(device) else "fp32"


@contextmanager
def arithmetic(precision: Precision, device: torch.device) -> Iterator[None]:
    """Run forward passes in the given precision; parameters stay in fp32."""
    with torch.autocast(device.type, dtype=torch.bfloat16, enabled=precision == "bf16"):
        yield
