"""What a hypothesis's score is made of besides its log-probability.

``score(Y) = log P(Y|X) / lp(Y) + cp(X; Y)``  (Wu et al. 2016, eq. 14, arXiv 1609.08144).
"""

from typing import overload

import torch
from jaxtyping import Bool, Float
from torch import Tensor

COVERAGE_FLOOR = 1e-10
"""Coverage below this counts as this, so that an ignored source position costs much, not all."""


@overload
def length_penalty(length: int, alpha: float) -> float: ...
@overload
def length_penalty(length: Tensor, alpha: float) -> Tensor: ...
def length_penalty(length: int | Tensor, alpha: float) -> float | Tensor:
    """Return ``lp(Y) = ((5 + |Y|) / 6) ** alpha``.

    Args:
        length: ``|Y|``, the number of target tokens, ``</s>`` counted.
        alpha: 0 ranks by plain log-probability; more of it favours longer hypotheses.
    """
    penalty: float | Tensor = ((5 + length) / 6) ** alpha
    return penalty


def coverage_penalty(
    coverage: Float[Tensor, "sentences hypotheses src_len"],
    mask: Bool[Tensor, "sentences src_len"],
    beta: float,
) -> Float[Tensor, "sentences hypotheses"]:
    """Return ``cp(X; Y) = beta * sum_i log(min(sum_j a_ij, 1))``, never above 0.

    Differs from the paper: coverage has a floor, ``COVERAGE_FLOOR``.

    Args:
        coverage: Attention that each source position received from all target tokens together.
        mask: True at real source tokens (``</s>`` among them); others do not count.
        beta: Weight of the penalty.
    """
    logs = coverage.clamp(COVERAGE_FLOOR, 1.0).log()
    return beta * torch.where(mask.unsqueeze(1), logs, 0.0).sum(-1)
