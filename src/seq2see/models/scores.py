"""Scores: how well each source position fits a decoder state.

They compare decoder states (queries) with encoder outputs (keys) and know nothing of masks or
probabilities; ``models.attention`` adds those.
"""

import math
from typing import Protocol, cast, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from seq2see.models.unrolled.scores import ScoreKind


@runtime_checkable
class Score(Protocol):
    """How well each source position fits each query."""

    def project_keys(
        self, encoder_outputs: Float[Tensor, "batch src_len encoder_dim"]
    ) -> Float[Tensor, "batch src_len key_dim"]:
        """Do, once for each sentence, whatever does not depend on the query."""
        ...

    def __call__(
        self,
        query: Float[Tensor, "batch queries query_dim"],
        keys: Float[Tensor, "batch src_len key_dim"],
    ) -> Float[Tensor, "batch queries src_len"]:
        """Return unnormalised scores."""
        ...

    def unrolled(
        self, keys: Float[Tensor, "batch src_len key_dim"]
    ) -> tuple[ScoreKind, dict[str, Tensor]]:
        """Return what a loop over steps needs; see ``unrolled.scores``."""
        ...


class DotScore(nn.Module):
    """Dot product: ``score(q, k) = q . k``, divided by ``sqrt(dim)`` when ``scaled``.

    Source: Luong et al. 2015, section 3.1 (``dot``); Vaswani et al. 2017, eq. 1 (scaled).
    """

    def __init__(self, *, scaled: bool = False) -> None:
        super().__init__()
        self.scaled = scaled

    def project_keys(
        self, encoder_outputs: Float[Tensor, "batch src_len encoder_dim"]
    ) -> Float[Tensor, "batch src_len encoder_dim"]:
        """Keys are the encoder outputs themselves."""
        return encoder_outputs

    def forward(
        self,
        query: Float[Tensor, "batch queries dim"],
        keys: Float[Tensor, "batch src_len dim"],
    ) -> Float[Tensor, "batch queries src_len"]:
        """Score every source position against every query."""
        scores = query @ keys.transpose(1, 2)
        return scores / math.sqrt(query.shape[-1]) if self.scaled else scores

    def unrolled(
        self, keys: Float[Tensor, "batch src_len dim"]
    ) -> tuple[ScoreKind, dict[str, Tensor]]:
        """Return what a loop over steps needs: keys with the scale in them."""
        return "dot", {"keys": keys / math.sqrt(keys.shape[-1]) if self.scaled else keys}


class GeneralScore(nn.Module):
    """Bilinear: ``score(q, k) = q . (W k)``, times a learnt number ``g`` when ``scaled``.

    Source: Luong et al. 2015, section 3.1 (``general``); the scale is that of tensorflow/nmt's
    ``scaled_luong`` and starts at 1 as there.
    """

    def __init__(self, query_dim: int, encoder_dim: int, *, scaled: bool = False) -> None:
        super().__init__()
        self.key = nn.Linear(encoder_dim, query_dim, bias=False)
        self.gain = nn.Parameter(torch.ones(1)) if scaled else None

    def project_keys(
        self, encoder_outputs: Float[Tensor, "batch src_len encoder_dim"]
    ) -> Float[Tensor, "batch src_len query_dim"]:
        """``W k``, once for each sentence."""
        return cast("Tensor", self.key(encoder_outputs))

    def forward(
        self,
        query: Float[Tensor, "batch queries query_dim"],
        keys: Float[Tensor, "batch src_len query_dim"],
    ) -> Float[Tensor, "batch queries src_len"]:
        """Score every source position against every query."""
        scores = query @ keys.transpose(1, 2)
        return scores if self.gain is None else self.gain * scores

    def unrolled(
        self, keys: Float[Tensor, "batch src_len query_dim"]
    ) -> tuple[ScoreKind, dict[str, Tensor]]:
        """Return what a loop over steps needs: the keys have matrix and scale in them."""
        return "dot", {"keys": keys if self.gain is None else self.gain * keys}


class AdditiveScore(nn.Module):
    """Additive: ``score(q, k) = v . tanh(W_q q + W_k k)``.

    When ``normed``, ``score(q, k) = g (v / |v|) . tanh(W_q q + W_k k + b)``: the length ``g`` of
    the energy vector is learnt apart from its direction, and starts at ``1 / sqrt(hidden_dim)``.

    Source: Bahdanau et al. 2015, appendix A.1.2; the same as Luong et al. 2015's ``concat``, whose
    one matrix over ``[q; k]`` is ``[W_q W_k]``. Weight normalisation: Salimans, Kingma 2016, eq. 2
    (arXiv 1602.07868); here as in tensorflow/nmt's ``normed_bahdanau``.
    """

    def __init__(
        self, query_dim: int, encoder_dim: int, hidden_dim: int, *, normed: bool = False
    ) -> None:
        super().__init__()
        self.query = nn.Linear(query_dim, hidden_dim, bias=False)
        self.key = nn.Linear(encoder_dim, hidden_dim, bias=normed)
        self.energy = nn.Linear(hidden_dim, 1, bias=False)
        self.gain = nn.Parameter(torch.full((1,), hidden_dim**-0.5)) if normed else None

    def project_keys(
        self, encoder_outputs: Float[Tensor, "batch src_len encoder_dim"]
    ) -> Float[Tensor, "batch src_len hidden_dim"]:
        """``W_k k + b``, once for each sentence."""
        return cast("Tensor", self.key(encoder_outputs))

    def forward(
        self,
        query: Float[Tensor, "batch queries query_dim"],
        keys: Float[Tensor, "batch src_len hidden_dim"],
    ) -> Float[Tensor, "batch queries src_len"]:
        """Score every source position against every query."""
        combined = self.query(query).unsqueeze(2) + keys.unsqueeze(1)
        return functional.linear(torch.tanh(combined), self._energy()).squeeze(-1)

    def unrolled(
        self, keys: Float[Tensor, "batch src_len hidden_dim"]
    ) -> tuple[ScoreKind, dict[str, Tensor]]:
        """Return what a loop over steps needs: keys, query matrix and energy vector."""
        return "additive", {"keys": keys, "query": self.query.weight, "energy": self._energy()}

    def _energy(self) -> Float[Tensor, "1 hidden_dim"]:
        energy = self.energy.weight
        return energy if self.gain is None else self.gain * energy / energy.norm()


class LocationScore(nn.Module):
    """Location: ``scores = W q``, one output for each source position, whatever stands there.

    Source: Luong et al. 2015, eq. 8. As there, positions beyond the rows of ``W`` get no attention.
    """

    def __init__(self, query_dim: int, max_positions: int) -> None:
        super().__init__()
        self.position = nn.Linear(query_dim, max_positions, bias=False)

    def project_keys(
        self, encoder_outputs: Float[Tensor, "batch src_len encoder_dim"]
    ) -> Float[Tensor, "batch src_len encoder_dim"]:
        """Keys tell the number of positions, nothing else."""
        return encoder_outputs

    def forward(
        self,
        query: Float[Tensor, "batch queries query_dim"],
        keys: Float[Tensor, "batch src_len encoder_dim"],
    ) -> Float[Tensor, "batch queries src_len"]:
        """Score every source position against every query."""
        scores: Tensor = self.position(query)[..., : keys.shape[1]]
        beyond = keys.shape[1] - scores.shape[-1]
        return functional.pad(scores, (0, beyond), value=-math.inf) if beyond else scores

    def unrolled(
        self,
        keys: Float[Tensor, "batch src_len encoder_dim"],  # noqa: ARG002
    ) -> tuple[ScoreKind, dict[str, Tensor]]:
        """Return what a loop over steps needs: the matrix."""
        return "location", {"position": self.position.weight}
