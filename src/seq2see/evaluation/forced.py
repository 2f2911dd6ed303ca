"""Forced decoding of references: how probable the model finds them, and where it looks."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from seq2see.data.batching import evaluation_batches
from seq2see.data.prepared import Prepared
from seq2see.models.interface import Seq2seq
from seq2see.tokens import PAD_ID

BUDGET = 4096


@dataclass(frozen=True)
class Forced:
    """Figures over all reference tokens, ``</s>`` included."""

    log_prob: float
    """Sum of natural logarithms."""
    num_tokens: int
    num_right: int
    """Tokens that were the most probable ones given those before."""
    attention: tuple[NDArray[np.floating], ...] | None
    """Of each pair, ``[tgt_len, src_len]`` with ``</s>`` last on both sides; None if not asked for
    or if the model has none."""

    @property
    def perplexity(self) -> float:
        """Exponential of the mean negative log-probability of a token."""
        return math.exp(min(-self.log_prob / self.num_tokens, 700.0))

    @property
    def token_accuracy(self) -> float:
        """Share of right tokens, from 0 to 1."""
        return self.num_right / self.num_tokens


@torch.inference_mode()
def force(model: Seq2seq, corpus: Prepared, *, with_attention: bool = False) -> Forced:
    """Decode every target under its own tokens (teacher forcing).

    Args:
        model: The model, in evaluation mode.
        corpus: The pairs, none of them empty.
        with_attention: Also return attention, which takes a watched pass.
    """
    device = next(model.parameters()).device
    keep = with_attention and model.has_attention
    attention: list[NDArray[np.floating]] = [np.zeros((0, 0))] * len(corpus)
    log_prob, num_tokens, num_right = 0.0, 0, 0
    for batch, rows in evaluation_batches(corpus, BUDGET):
        on_device = batch.to(device)
        encoded = model.encode(on_device.source)
        decoded = model.decode(on_device.previous, encoded, _look if keep else None)
        log_probs = model.output.log_probs(decoded.features)
        real = on_device.target != PAD_ID
        chosen = log_probs.gather(2, on_device.target.unsqueeze(2)).squeeze(2)
        log_prob += float(chosen[real].double().sum())
        num_right += int((log_probs.argmax(2) == on_device.target)[real].sum())
        num_tokens += batch.num_tokens
        if keep and decoded.attention is not None:
            weights = decoded.attention.float().cpu().numpy()
            for place, row in enumerate(rows):
                size = len(corpus.target[row]), len(corpus.source[row])
                attention[row] = weights[place, : size[0], : size[1]]
    return Forced(log_prob, num_tokens, num_right, tuple(attention) if keep else None)


def _look(_name: str, value: torch.Tensor, /) -> torch.Tensor:
    """Watch, so that weights are computed, and change nothing."""
    return value
