"""The output layer: owner of probabilities and of the loss."""

from dataclasses import dataclass, replace
from typing import Self

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional

from seq2see.models.cross_entropy import linear_cross_entropy
from seq2see.models.interface import Watch, observe
from seq2see.tokens import PAD_ID

FEW_ROWS = 8
"""The beam of one sentence, say: matrix libraries then take half the time for the transposed
product, whose long side is the vocabulary."""


@dataclass(frozen=True)
class NarrowSoftmax:
    """Some rows of a softmax layer; see ``NarrowOutput``."""

    weight: Float[Tensor, "columns features_dim"]
    bias: Float[Tensor, "sentences columns"]
    """``-inf`` at tokens that a sentence may not use."""

    def log_probs(
        self, features: Float[Tensor, "rows features_dim"]
    ) -> Float[Tensor, "rows columns"]:
        """Return log-probabilities over each sentence's tokens."""
        logits = functional.linear(features, self.weight)
        logits = logits.view(len(self.bias), -1, len(self.weight)) + self.bias.unsqueeze(1)
        return logits.flatten(0, 1).float().log_softmax(-1)

    def select(self, sentences: Int[Tensor, " kept"]) -> Self:
        """Keep some sentences."""
        return replace(self, bias=self.bias.index_select(0, sentences))


class SoftmaxOutput(nn.Module):
    """A linear layer and a softmax over the vocabulary.

    Args:
        features_dim: Width of what is read.
        vocab: Number of tokens.
        weight: The embedding matrix to share, or None for a matrix of its own.
    """

    def __init__(self, features_dim: int, vocab: int, weight: nn.Parameter | None = None) -> None:
        super().__init__()
        self.weight = (
            weight if weight is not None else nn.Parameter(torch.empty(vocab, features_dim))
        )
        self.bias = nn.Parameter(torch.zeros(vocab))
        if weight is None:
            nn.init.xavier_uniform_(self.weight)

    def logits(self, features: Float[Tensor, "*rows features_dim"]) -> Float[Tensor, "*rows vocab"]:
        """Return what the softmax reads."""
        if features.dim() == 2 and len(features) <= FEW_ROWS:
            return torch.addmm(self.bias.unsqueeze(1), self.weight, features.t()).t()
        return functional.linear(features, self.weight, self.bias)

    def log_probs(
        self, features: Float[Tensor, "*rows features_dim"], watch: Watch | None = None
    ) -> Float[Tensor, "*rows vocab"]:
        """Return log-probabilities over the vocabulary."""
        return observe(watch, "output.logits", self.logits(features).float()).log_softmax(-1)

    def narrow(
        self, ids: Int[Tensor, " columns"], listed: Bool[Tensor, "sentences columns"]
    ) -> "NarrowSoftmax":
        """Return the layer over some tokens alone; see ``OutputLayer.narrow``."""
        return NarrowSoftmax(self.weight[ids], torch.where(listed, self.bias[ids], -torch.inf))

    def loss(
        self,
        features: Float[Tensor, "*rows features_dim"],
        target: Int[Tensor, "*rows"],
        label_smoothing: float = 0.0,
    ) -> tuple[Float[Tensor, ""], int]:
        """Return the summed negative log-likelihood of the real target tokens, and their count."""
        rows = (target != PAD_ID).flatten().nonzero().squeeze(1)
        loss = linear_cross_entropy(
            features.flatten(0, -2).index_select(0, rows),
            self.weight,
            self.bias,
            target.flatten().index_select(0, rows),
            label_smoothing,
        )
        return loss, len(rows)
