"""Summaries of values too wide to keep: one number for each token."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray


def summaries(values: Mapping[str, NDArray[np.floating]]) -> dict[str, NDArray[np.floating]]:
    """Return the summaries of a Transformer's values; nothing for other models.

    ``X.stream.norm`` is the Euclidean length of a residual stream at each token;
    ``X.feedforward.active`` the share of hidden units above zero, ``X.feedforward.largest`` the
    largest of them.
    """
    made: dict[str, NDArray[np.floating]] = {}
    for name, value in values.items():
        if name.endswith("stream"):
            made[f"{name}.norm"] = np.sqrt((value**2).sum(-1))
        elif name.endswith("feedforward.activations"):
            block = name.removesuffix("activations")
            made[f"{block}active"] = (value > 0).mean(-1, dtype=value.dtype)
            made[f"{block}largest"] = value.max(-1)
    return made
