"""What the output layer reads: hidden state, attentional vector, or maxout of everything known."""

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from seq2see.models.interface import Watch, observe
from seq2see.models.unrolled.readout import ReadoutKind


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

    def unrolled(
        self,
        embedded: Float[Tensor, "steps rows embed_dim"],  # noqa: ARG002
        context: Float[Tensor, "rows context_dim"] | None,  # noqa: ARG002
    ) -> tuple[ReadoutKind, dict[str, Tensor]]:
        """Return what a loop over steps needs: nothing."""
        return "hidden", {}


class AttentionalReadout(nn.Module):
    """The attentional vector ``tanh(W [context; hidden])``. Source: Luong et al. 2015, eq. 5.

    Without a context it is ``tanh(W hidden)``.
    """

    def __init__(self, hidden_dim: int, context_dim: int) -> None:
        super().__init__()
        self.context_dim = context_dim
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

    def unrolled(
        self,
        embedded: Float[Tensor, "steps rows embed_dim"],
        context: Float[Tensor, "rows context_dim"] | None,
    ) -> tuple[ReadoutKind, dict[str, Tensor]]:
        """Return what a loop over steps needs; see ``unrolled.readout``.

        Args:
            embedded: Previous tokens of all steps.
            context: The fixed one, if there is one; that of attention is made in the loop.
        """
        weight_hidden = self.combine.weight[:, self.context_dim :]
        weight_context = self.combine.weight[:, : self.context_dim]
        given = {"weight_hidden": weight_hidden}
        if context is not None:
            fixed = context @ weight_context.t()
            given["constant"] = fixed.expand(len(embedded), -1, -1)
        elif self.context_dim:
            given["weight_context"] = weight_context
        return "tanh", given


class MaxoutReadout(nn.Module):
    """Deep output with maxout: pairwise maxima of ``U hidden + V embedded + C context``.

    Source: Bahdanau et al. 2015, appendix A.2.2; Cho et al. 2014, appendix A.1.2.
    Differs from Bahdanau et al., whose appendix reads the state before the step where their eq. 4
    reads the one after it: this follows eq. 4.
    """

    def __init__(self, hidden_dim: int, embed_dim: int, context_dim: int, readout_dim: int) -> None:
        super().__init__()
        self.widths = (hidden_dim, embed_dim, context_dim)
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

    def unrolled(
        self,
        embedded: Float[Tensor, "steps rows embed_dim"],
        context: Float[Tensor, "rows context_dim"] | None,
    ) -> tuple[ReadoutKind, dict[str, Tensor]]:
        """Return what a loop over steps needs; see ``unrolled.readout``.

        Args:
            embedded: Previous tokens of all steps.
            context: The fixed one, if there is one; that of attention is made in the loop.
        """
        weight_hidden, weight_embedded, weight_context = self.combine.weight.split(self.widths, 1)
        constant = functional.linear(embedded, weight_embedded, self.combine.bias)
        given = {"weight_hidden": weight_hidden}
        if context is not None:
            constant = constant + context @ weight_context.t()
        elif self.widths[2]:
            given["weight_context"] = weight_context
        return "maxout", given | {"constant": constant}


Readout = HiddenReadout | AttentionalReadout | MaxoutReadout
