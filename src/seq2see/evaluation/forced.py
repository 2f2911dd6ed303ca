"""Forced decoding of references: how probable the model finds them, and where it looks."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seq2see.data.batching import Batch, evaluation_batches
from seq2see.data.prepared import Prepared
from seq2see.decoding.observing import AttentionWatch
from seq2see.models.interface import Seq2seq
from seq2see.tokens import PAD_ID

BUDGET = 4096


@dataclass(frozen=True)
class Figures:
    """Figures over reference tokens, ``</s>`` included; those of several pairs can be added."""

    log_prob: float = 0.0
    """Sum of natural logarithms."""
    num_tokens: int = 0
    num_right: int = 0
    """Tokens that were the most probable ones given those before."""

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.log_prob + other.log_prob,
            self.num_tokens + other.num_tokens,
            self.num_right + other.num_right,
        )

    @property
    def perplexity(self) -> float:
        """Exponential of the mean negative log-probability of a token."""
        return math.exp(min(-self.log_prob / self.num_tokens, 700.0))

    @property
    def token_accuracy(self) -> float:
        """Share of right tokens, from 0 to 1."""
        return self.num_right / self.num_tokens


@dataclass(frozen=True, eq=False)
class Forced:
    """What the model made of one pair. Attention has ``</s>`` last on both sides."""

    row: int
    """Which pair of the corpus."""
    figures: Figures
    attention: NDArray[np.floating] | None
    """``(tgt_len, src_len)``, layers and heads averaged; None if not asked for or if the model has
    none."""
    attentions: Mapping[str, NDArray[np.floating]]
    """Every map by its watched name: ``(tgt_len, src_len)`` for recurrent models, ``(heads,
    tgt_len, src_len)`` for each layer of a Transformer; empty where ``attention`` is None."""


def force(model: Seq2seq, corpus: Prepared, *, with_attention: bool = False) -> Iterator[Forced]:
    """Decode every target under its own tokens (teacher forcing).

    Pairs come in the order in which they are computed, so that no more than a batch is held.

    Args:
        model: The model, in evaluation mode.
        corpus: The pairs, none of them empty.
        with_attention: Also return attention, which takes a watched pass.
    """
    keep = with_attention and model.has_attention
    for batch, rows in evaluation_batches(corpus, BUDGET):
        figures, attention, attentions = _decode(model, batch, keep=keep)
        for place, row in enumerate(rows.tolist()):
            part = (place, ..., slice(len(corpus.target[row])), slice(len(corpus.source[row])))
            yield Forced(
                row,
                figures[place],
                None if attention is None else attention[part],
                {name: value[part] for name, value in attentions.items()},
            )


@torch.inference_mode()
def _decode(
    model: Seq2seq, batch: Batch, *, keep: bool
) -> tuple[list[Figures], NDArray[np.floating] | None, dict[str, NDArray[np.floating]]]:
    """Decode a batch: figures of each pair, and padded attention."""
    batch = batch.to(next(model.parameters()).device)
    watch = AttentionWatch()
    encoded = model.encode(batch.source)
    decoded = model.decode(batch.previous, encoded, watch if keep else None)
    log_probs = model.output.log_probs(decoded.features)
    real = batch.target != PAD_ID
    chosen = log_probs.gather(2, batch.target.unsqueeze(2)).squeeze(2).double()
    right = (log_probs.argmax(2) == batch.target) & real

    def sums(values: Tensor) -> list[float]:
        return [float(one) for one in values.sum(1).tolist()]

    figures = [
        Figures(log_prob, int(num_tokens), int(num_right))
        for log_prob, num_tokens, num_right in zip(
            sums(chosen.masked_fill(~real, 0.0)), sums(real), sums(right), strict=True
        )
    ]
    if not keep or decoded.attention is None:
        return figures, None, {}
    return figures, decoded.attention.float().cpu().numpy(), watch.weights()
