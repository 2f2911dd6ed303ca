"""Copying: an output layer that says a token of its vocabulary or one of the source.

``P(y) = p_gen P_vocab(y) + (1 - p_gen) sum_{i: x_i = y} a_i``, where ``a`` are the weights of
attention and ``x`` the source, whose tokens have the same ids as the target's.

Source: See et al. 2017, eqs. 8 and 9 (arXiv 1704.04368). Differs from the paper: there is no
vocabulary beside the model's own, so a source token unknown to it is copied as ``<unk>``.
"""

from dataclasses import dataclass, replace
from typing import Self

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional

from seq2see.models.blocks import sum_in_blocks
from seq2see.models.interface import CopyFeatures, Watch, observe
from seq2see.models.output import NarrowSoftmax, SoftmaxOutput
from seq2see.tokens import PAD_ID


class CopyGate(nn.Module):
    """``p_gen = sigmoid(w [context; state; embedding] + b)``: See et al. 2017, eq. 8."""

    def __init__(self, context_dim: int, hidden_dim: int, embed_dim: int) -> None:
        super().__init__()
        self.combine = nn.Linear(context_dim + hidden_dim + embed_dim, 1)

    def forward(
        self,
        hidden: Float[Tensor, "*rows hidden_dim"],
        embedded: Float[Tensor, "*rows embed_dim"],
        context: Float[Tensor, "*rows context_dim"],
    ) -> Float[Tensor, "*rows 1"]:
        """Return what the sigmoid reads."""
        logits: Tensor = self.combine(torch.cat((context, hidden, embedded), dim=-1))
        return logits


class CopyOutput(nn.Module):
    """The mixture of a softmax over the vocabulary and of copying from the source.

    Args:
        vocabulary: Makes ``P_vocab``.
    """

    def __init__(self, vocabulary: SoftmaxOutput) -> None:
        super().__init__()
        self.vocabulary = vocabulary

    def log_probs(
        self, features: CopyFeatures, watch: Watch | None = None
    ) -> Float[Tensor, "*rows vocab"]:
        """Return log-probabilities over the vocabulary.

        The observer sees ``output.logits``, ``output.p_gen`` and ``output.copied``, the probability
        of each token where one is copied.
        """
        generated = self.vocabulary.log_probs(features.readout, watch)
        shares = _log_shares(features.gate, watch)
        copied = _copied(features, features.ids, generated.shape[-1])
        return _mixed(shares, generated, observe(watch, "output.copied", copied))

    def narrow(
        self, ids: Int[Tensor, " columns"], listed: Bool[Tensor, "sentences columns"]
    ) -> "NarrowCopy":
        """Return the layer over some tokens alone; see ``OutputLayer.narrow``."""
        columns = ids.new_full((len(self.vocabulary.weight),), len(ids))
        columns[ids] = torch.arange(len(ids), device=ids.device)
        return NarrowCopy(self.vocabulary.narrow(ids, listed), columns, listed)

    def loss(
        self,
        features: CopyFeatures,
        target: Int[Tensor, "*rows"],
        label_smoothing: float = 0.0,
    ) -> tuple[Float[Tensor, ""], int]:
        """Return the summed negative log-likelihood of the real target tokens, and their count.

        Only label smoothing needs the probabilities of copying all other tokens.
        """
        vocab = len(self.vocabulary.weight)

        def part(ids: Tensor, *read: Tensor) -> Tensor:
            features = CopyFeatures(*read)
            generated, shares = self.vocabulary.log_probs(features.readout), _log_shares(read[1])
            target = ids.unsqueeze(1)
            copied = (features.weights.float() * (features.ids == target)).sum(1, keepdim=True)
            loss = -_mixed(shares, generated.gather(1, target), copied).sum()
            if not label_smoothing:
                return loss
            smooth = _mixed(shares, generated, _copied(features, features.ids, vocab)).mean(1)
            return (1 - label_smoothing) * loss - label_smoothing * smooth.sum()

        rows = (target != PAD_ID).flatten().nonzero().squeeze(1)
        flat = features.map(lambda values: values.flatten(0, -2))
        inputs = (target.flatten(), flat.readout, flat.gate, flat.weights, flat.ids)
        return sum_in_blocks(part, inputs, rows, vocab), len(rows)


@dataclass(frozen=True)
class NarrowCopy:
    """The same mixture over some tokens; see ``NarrowOutput``.

    What would be copied of tokens that are not listed is shared out among all that are.
    """

    vocabulary: NarrowSoftmax
    columns: Int[Tensor, " vocab"]
    """Column of each token; one too many where it has none."""
    listed: Bool[Tensor, "sentences columns"]

    def log_probs(self, features: CopyFeatures) -> Float[Tensor, "rows columns"]:
        """Return log-probabilities over each sentence's tokens."""
        generated = self.vocabulary.log_probs(features.readout)
        copied = _copied(features, self.columns[features.ids], self.listed.shape[1] + 1)[:, :-1]
        copied = copied.unflatten(0, (len(self.listed), -1)) * self.listed.unsqueeze(1)
        mixed = _mixed(_log_shares(features.gate), generated, copied.flatten(0, 1))
        return mixed.log_softmax(-1)

    def select(self, sentences: Int[Tensor, " kept"]) -> Self:
        """Keep some sentences."""
        kept = self.vocabulary.select(sentences)
        return replace(self, vocabulary=kept, listed=self.listed.index_select(0, sentences))


Shares = tuple[Float[Tensor, "*rows 1"], Float[Tensor, "*rows 1"]]
"""Logarithms of ``p_gen`` and of ``1 - p_gen``."""


def _log_shares(gate: Float[Tensor, "*rows 1"], watch: Watch | None = None) -> Shares:
    """Return the shares of both ways, exact too where one of them is next to 1."""
    gate = gate.float()
    p_gen = gate.sigmoid().squeeze(-1)
    seen = observe(watch, "output.p_gen", p_gen)
    if seen is not p_gen:
        return seen.log().unsqueeze(-1), (1 - seen).log().unsqueeze(-1)
    return functional.logsigmoid(gate), functional.logsigmoid(-gate)


def _copied(
    features: CopyFeatures, columns: Int[Tensor, "*rows src_len"], width: int
) -> Float[Tensor, "*rows width"]:
    """Return ``sum_{i: x_i = y} a_i`` for every column ``y``."""
    nothing = torch.zeros(*columns.shape[:-1], width, device=columns.device)
    return nothing.scatter_add(-1, columns, features.weights.float())


def _mixed(
    shares: Shares, generated: Float[Tensor, "*rows some"], copied: Float[Tensor, "*rows some"]
) -> Float[Tensor, "*rows some"]:
    """Return the logarithms of the mixture, of log-probabilities and of probabilities.

    A token that cannot be copied has a copied log-probability of ``-inf``, and no gradient there.
    """
    tiny = torch.finfo(copied.dtype).tiny
    log_copied = copied.clamp(min=tiny).log().masked_fill(copied == 0, -torch.inf)
    mixed = torch.logaddexp(shares[0] + generated, shares[1] + log_copied)
    return mixed.clamp(max=0)  # which rounding may leave behind
