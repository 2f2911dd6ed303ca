"""Coverage: attention is told what it has looked at already.

The coverage of a source position is the attention that it has had from all steps so far, ``c_t =
sum of a_t' over t' < t``: 0 where nothing has looked yet, about 1 where one target word has been
made of it, more where it is looked at again.
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from seq2see.models.interface import repeat_rows


class Coverage(nn.Module):
    """``c_t`` in an additive score: ``score(q, k_i) = v . tanh(W_q q + W_k k_i + w c_ti)``.

    Source: Tu et al. 2016, section 3.1 (arXiv 1601.04811), the linguistic coverage that adds up
    attention, of one number for each position and without fertility; See et al. 2017, eqs. 10 and
    11 (arXiv 1704.04368).

    Args:
        key_dim: Width of what the tanh reads.
        loss_weight: Of ``coverage_loss``; 0: none.
    """

    def __init__(self, key_dim: int, loss_weight: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(key_dim))
        nn.init.uniform_(self.weight, -(key_dim**-0.5), key_dim**-0.5)
        self.loss_weight = loss_weight

    def forward(
        self,
        keys: Float[Tensor, "batch src_len key_dim"],
        covered: Float[Tensor, "rows src_len"],
    ) -> Float[Tensor, "rows src_len key_dim"]:
        """Return keys with the coverage of each hypothesis in them: ``W_k k_i + w c_ti``.

        Args:
            keys: Projected; ``rows`` is a multiple of ``batch``.
            covered: Attention so far.
        """
        keys = repeat_rows(keys, len(covered) // len(keys))
        return keys + covered.unsqueeze(-1) * self.weight

    def unrolled(self) -> dict[str, Tensor]:
        """Return what a loop over steps needs; see ``unrolled.coverage``."""
        return {"coverage": self.weight}


def coverage_loss(
    weights: Float[Tensor, "batch tgt_len src_len"], real: Bool[Tensor, "batch tgt_len"]
) -> Float[Tensor, ""]:
    """Return ``sum over t and i of min(a_ti, c_ti)``: attention to what is covered already.

    Source: See et al. 2017, eq. 12 (arXiv 1704.04368).

    Args:
        weights: Attention of all steps.
        real: Whether there is a target token.
    """
    covered = weights.cumsum(1) - weights
    return torch.minimum(weights, covered)[real].sum()
