"""Scopes: where attention may look. Global attention has none, since it looks everywhere.

Local attention puts a window around a centre: it looks at no position more than ``D`` away. Hard
attention picks one position; see ``models.hard``.
"""

from typing import cast

import torch
from jaxtyping import Float
from torch import Tensor, nn

from seq2see.models.unrolled.scopes import Scope


class LocalMScope(nn.Module):
    """Monotonic alignment: step ``t`` looks around position ``t``, both counted from 0.

    Source: Luong et al. 2015, section 3.2 (``local-m``). Differs from the paper, which says nothing
    of targets longer than their source: past its end, the centre stays at its last position.

    Args:
        reach: Positions on either side of the centre, ``D`` in the paper.
    """

    def __init__(self, reach: int) -> None:
        super().__init__()
        self.reach = reach

    def centre(
        self,
        query: Float[Tensor, "rows steps query_dim"],
        lengths: Float[Tensor, " rows"],
        first: int,
    ) -> Float[Tensor, "rows steps"]:
        """Return the centres.

        Args:
            query: Decoder states; only their number counts.
            lengths: Real tokens of the sources.
            first: Number of the first step, from 0.
        """
        steps = torch.arange(first, first + query.shape[1], device=query.device)
        return torch.minimum(steps.to(lengths.dtype), lengths.unsqueeze(1) - 1)

    def window(
        self, centre: Float[Tensor, "rows steps"], src_len: int
    ) -> Float[Tensor, "rows steps src_len"]:
        """Return 1 at positions that may be looked at, and 0 elsewhere."""
        return (_away(centre, src_len).abs() <= self.reach).to(centre.dtype)

    def unrolled(self) -> tuple[Scope, dict[str, Tensor]]:
        """Return what a loop over steps needs; see ``unrolled.scopes``."""
        return Scope("local-m", self.reach), {}


class LocalPScope(nn.Module):
    """Predictive alignment: a window around ``p = S sigmoid(v . tanh(W q))``.

    Weights inside it are multiplied by a Gaussian, ``exp(-(s - p)^2 / (2 sigma^2))`` with ``sigma =
    D / 2``, which is how the centre gets a gradient. As in the paper they are not normalised again,
    so they sum to less than 1. Positions ``s`` count from 0; ``S`` is the number of source tokens,
    the final ``</s>`` among them.

    Source: Luong et al. 2015, section 3.2, eqs. 9 and 10 (``local-p``).

    Args:
        reach: Positions on either side of the centre, ``D`` in the paper.
        query_dim: Width of the decoder's states.
    """

    def __init__(self, reach: int, query_dim: int) -> None:
        super().__init__()
        self.reach = reach
        self.hidden = nn.Linear(query_dim, query_dim, bias=False)
        self.position = nn.Linear(query_dim, 1, bias=False)

    def centre(
        self,
        query: Float[Tensor, "rows steps query_dim"],
        lengths: Float[Tensor, " rows"],
        first: int,  # noqa: ARG002
    ) -> Float[Tensor, "rows steps"]:
        """Predict the centres.

        Args:
            query: Decoder states.
            lengths: Real tokens of the sources.
            first: Number of the first step; tells this scope nothing.
        """
        position = cast("Tensor", self.position(torch.tanh(self.hidden(query)))).squeeze(-1)
        return lengths.unsqueeze(1) * torch.sigmoid(position).to(lengths.dtype)

    def window(
        self, centre: Float[Tensor, "rows steps"], src_len: int
    ) -> Float[Tensor, "rows steps src_len"]:
        """Return the Gaussian, and 0 outside the window."""
        away = _away(centre, src_len)
        # With sigma = D / 2, the exponent is -2 (s - p)^2 / D^2.
        return torch.exp(-2 * (away / self.reach).square()) * (away.abs() <= self.reach)

    def unrolled(self) -> tuple[Scope, dict[str, Tensor]]:
        """Return what a loop over steps needs; see ``unrolled.scopes``."""
        given = {"centre_hidden": self.hidden.weight, "centre": self.position.weight}
        return Scope("local-p", self.reach), given


LocalScope = LocalMScope | LocalPScope


def _away(centre: Float[Tensor, "rows steps"], src_len: int) -> Float[Tensor, "rows steps src_len"]:
    """How far each position is from the centre; negative before it."""
    positions = torch.arange(src_len, device=centre.device, dtype=centre.dtype)
    return positions - centre.unsqueeze(-1)
