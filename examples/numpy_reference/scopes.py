"""Where attention looks: everywhere, through a window, or at one position.

    here    what it is                                       shape    in the papers
    e       scores of all source positions                   (n,)
    p       centre of the window, a position                 ()       p_t
    g       window: 0 outside, else 1 or a Gaussian          (n,)
    a       weights                                          (n,)     a_t
    c       context                                          (d,)     c_t

    global    a = softmax(e)                                 c = Σ_i a_i h_i
    local-m   p = t, at most n - 1;  g_i = 1                 where |i - p| ≤ D
    local-p   p = n σ(v · tanh(W s));  g_i = exp(-(i - p)² / 2σ²), σ = D / 2     where |i - p| ≤ D
              a = softmax(e over the window) * g             c = Σ_i a_i h_i
    hard      a = softmax(e)                                 c = h_i with the largest a_i

Local attention is section 3.2 of Luong et al. 2015 (arXiv 1508.04025), where the equations of
local-p are 9 and 10. Positions and steps count from 0 here, and from 1 there. Under local-p the
weights sum to less than 1: the paper does not normalise them again.

Hard attention is section 4.1 of Xu et al. 2015 (arXiv 1502.03044). Only in training is the position
drawn by chance.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from cells import Array, Values, sigmoid, softmax

NAMES = ("global", "local-m", "local-p", "hard")


class Scope:
    """The scope of a run, from its settings and weights."""

    def __init__(self, settings: Mapping[str, Any], weights: Mapping[str, Array]) -> None:
        self.name = settings.get("attention.scope", "global")
        self.D = settings.get("attention.window")
        if self.name == "local-p":
            self.W_p = weights["attention.scope.hidden.weight"]  # (d, d)
            self.v_p = weights["attention.scope.position.weight"][0]  # (d,)

    def attend(self, e: Array, s: Array, t: int, h: Array) -> Values:
        """Find the context.

        Args:
            e: Scores of all source positions.
            s: The state that asks.
            t: Number of the step, from 0.
            h: Encoder states.
        """
        values: Values = {}
        if self.name.startswith("local"):
            p, g = self.window(s, t, len(h))
            e = np.where(g > 0, e, -np.inf)  # outside the window nothing is compared
            a = softmax(e) * g
            values = {"decoder.attention.centre": p, "decoder.attention.window": g}
        else:
            a = softmax(e)
        if self.name == "hard":
            choice = a.argmax()
            values["decoder.attention.choice"] = choice
            c = h[choice]
        else:
            c = a @ h  # c = Σ_i a_i h_i
        return values | {
            "decoder.attention.scores": e,
            "decoder.attention.weights": a,
            "decoder.attention.context": c,
        }

    def window(self, s: Array, t: int, n: int) -> tuple[Array, Array]:
        """Return the centre, and what stands around it."""
        i = np.arange(n)
        if self.name == "local-m":
            p = np.minimum(t, n - 1)
            return p, (abs(i - p) <= self.D).astype(float)
        p = n * sigmoid(self.v_p @ np.tanh(self.W_p @ s))
        sigma = self.D / 2
        return p, np.exp(-((i - p) ** 2) / (2 * sigma**2)) * (abs(i - p) <= self.D)
