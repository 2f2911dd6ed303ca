"""The output layer: owner of probabilities and of the loss."""

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional

from seq2see.models.cross_entropy import linear_cross_entropy
from seq2see.models.interface import Watch, observe
from seq2see.tokens import PAD_ID


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

    def log_probs(
        self,
        features: Float[Tensor, "*rows features_dim"],
        candidates: Int[Tensor, " candidates"] | None = None,
        watch: Watch | None = None,
    ) -> Float[Tensor, "*rows vocab"]:
        """Return log-probabilities over the vocabulary, or over the candidate ids alone."""
        weight: Tensor = self.weight
        bias: Tensor = self.bias
        if candidates is not None:
            weight, bias = weight[candidates], bias[candidates]
        logits = observe(watch, "output.logits", functional.linear(features, weight, bias).float())
        return logits.log_softmax(-1)

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
