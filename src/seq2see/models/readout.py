"""What the output layer reads: hidden state, attentional vector, or maxout of everything known."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from seq2see.models.interface import Watch, observe


class HiddenReadout(nn.Module):
    """The output layer reads the top hidden state. Source: Sutskever et al. 2014."""

    def forward(
        self,
        hidden: Float[Tensor, "*rows hidden_dim"],
        embedded: Float[Tensor, "*rows embed_dim"],  # noqa: ARG002
        context: Float[Tensor, "*rows context_dim"] | None,  # noqa: ARG002
        watch: Watch | None = None,  # noqa: ARG002
    ) -> Float[Tensor, "*rows hidden_dim"]:
        """Return the hidden state as it is."""
        return hidden


class AttentionalReadout(nn.Module):
    """The attentional vector ``tanh(W [context; hidden])``. Source: Luong et al. 2015, eq. 5.

    Without a context it is ``tanh(W hidden)``.
    """

    def __init__(self, hidden_dim: int, context_dim: int) -> None:
        super().__init__()
        self.combine = nn.Linear(context_dim + hidden_dim, hidden_dim, bias=False)

    def forward(
        self,
        hidden: Float[Tensor, "*rows hidden_dim"],
        embedded: Float[Tensor, "*rows embed_dim"],  # noqa: ARG002
        context: Float[Tensor, "*rows context_dim"] | None,
        watch: Watch | None = None,
    ) -> Float[Tensor, "*rows hidden_dim"]:
        """Combine context and hidden state."""
        parts = hidden if context is None else torch.cat((context, hidden), dim=-1)
        return torch.tanh(self.combine(observe(watch, "decoder.concatenation", parts)))


class MaxoutReadout(nn.Module):
    """Deep output with maxout: pairwise maxima of ``U hidden + V embedded + C context``.

    Source: Bahdanau et al. 2015, appendix A.2.2; Cho et al. 2014, appendix A.1.2.
    Differs from Bahdanau et al., whose appendix reads the state before the step where their eq. 4
    reads the one after it: this follows eq. 4.
    """

    def __init__(self, hidden_dim: int, embed_dim: int, context_dim: int, readout_dim: int) -> None:
        super().__init__()
        self.combine = nn.Linear(hidden_dim + embed_dim + context_dim, 2 * readout_dim)

    def forward(
        self,
        hidden: Float[Tensor, "*rows hidden_dim"],
        embedded: Float[Tensor, "*rows embed_dim"],
        context: Float[Tensor, "*rows context_dim"] | None,
        watch: Watch | None = None,
    ) -> Float[Tensor, "*rows readout_dim"]:
        """Combine hidden state, previous token and context."""
        parts = (hidden, embedded) if context is None else (hidden, embedded, context)
        joined = observe(watch, "decoder.concatenation", torch.cat(parts, dim=-1))
        pieces = observe(watch, "decoder.pieces", self.combine(joined))
        return pieces.reshape(*pieces.shape[:-1], -1, 2).amax(-1)


Readout = HiddenReadout | AttentionalReadout | MaxoutReadout
