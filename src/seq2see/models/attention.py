"""Attention for recurrent decoders: a score, a mask, a softmax, a weighted sum.

Scores compare decoder states (queries) with encoder outputs (keys) and know nothing of masks or
probabilities; ``Attention`` adds those. Queries come in rows of hypotheses: when there are several
hypotheses for each sentence, they are folded beside the steps, so that encoder outputs are never
copied.
"""

import math
from typing import Protocol, cast, runtime_checkable

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional

from seq2see.models.interface import Watch, observe
from seq2see.models.unrolled.attention import ScoreKind


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
        """Return what a loop over steps needs; see ``unrolled.attention``."""
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
    """Bilinear: ``score(q, k) = q . (W k)``.

    Source: Luong et al. 2015, section 3.1 (``general``).
    """

    def __init__(self, query_dim: int, encoder_dim: int) -> None:
        super().__init__()
        self.key = nn.Linear(encoder_dim, query_dim, bias=False)

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
        return query @ keys.transpose(1, 2)

    def unrolled(
        self, keys: Float[Tensor, "batch src_len query_dim"]
    ) -> tuple[ScoreKind, dict[str, Tensor]]:
        """Return what a loop over steps needs: the keys have the matrix in them."""
        return "dot", {"keys": keys}


class AdditiveScore(nn.Module):
    """Additive: ``score(q, k) = v . tanh(W_q q + W_k k)``.

    Source: Bahdanau et al. 2015, appendix A.1.2; the same as Luong et al. 2015's ``concat``, whose
    one matrix over ``[q; k]`` is ``[W_q W_k]``.
    """

    def __init__(self, query_dim: int, encoder_dim: int, hidden_dim: int) -> None:
        super().__init__()
        self.query = nn.Linear(query_dim, hidden_dim, bias=False)
        self.key = nn.Linear(encoder_dim, hidden_dim, bias=False)
        self.energy = nn.Linear(hidden_dim, 1, bias=False)

    def project_keys(
        self, encoder_outputs: Float[Tensor, "batch src_len encoder_dim"]
    ) -> Float[Tensor, "batch src_len hidden_dim"]:
        """``W_k k``, once for each sentence."""
        return cast("Tensor", self.key(encoder_outputs))

    def forward(
        self,
        query: Float[Tensor, "batch queries query_dim"],
        keys: Float[Tensor, "batch src_len hidden_dim"],
    ) -> Float[Tensor, "batch queries src_len"]:
        """Score every source position against every query."""
        combined = self.query(query).unsqueeze(2) + keys.unsqueeze(1)
        return cast("Tensor", self.energy(torch.tanh(combined))).squeeze(-1)

    def unrolled(
        self, keys: Float[Tensor, "batch src_len hidden_dim"]
    ) -> tuple[ScoreKind, dict[str, Tensor]]:
        """Return what a loop over steps needs: keys, query matrix and energy vector."""
        query, energy = self.query.weight, self.energy.weight
        return "additive", {"keys": keys, "query": query, "energy": energy}


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


class Attention(nn.Module):
    """A distribution over the whole source, and the context it selects (global attention).

    Source: Bahdanau et al. 2015, eqs. 5 and 6; Luong et al. 2015, section 3.1.
    """

    def __init__(self, score: Score) -> None:
        super().__init__()
        self.score = score

    def project_keys(
        self, encoder_outputs: Float[Tensor, "batch src_len encoder_dim"]
    ) -> Float[Tensor, "batch src_len key_dim"]:
        """Prepare the keys, once for each sentence."""
        return self.score.project_keys(encoder_outputs)

    def unrolled(
        self,
        keys: Float[Tensor, "batch src_len key_dim"],
        values: Float[Tensor, "batch src_len value_dim"],
        mask: Bool[Tensor, "batch src_len"],
    ) -> tuple[ScoreKind, dict[str, Tensor]]:
        """Return what a loop over steps needs; see ``unrolled.attention``."""
        kind, given = self.score.unrolled(keys)
        return kind, {"values": values, "padding": ~mask, **given}

    def forward(
        self,
        query: Float[Tensor, "rows steps query_dim"],
        keys: Float[Tensor, "batch src_len key_dim"],
        values: Float[Tensor, "batch src_len value_dim"],
        mask: Bool[Tensor, "batch src_len"],
        watch: Watch | None = None,
        name: str = "attention",
    ) -> tuple[Float[Tensor, "rows steps value_dim"], Float[Tensor, "rows steps src_len"]]:
        """Attend.

        Args:
            query: Decoder states; ``rows`` is a multiple of ``batch``.
            keys: From ``project_keys``.
            values: Encoder outputs.
            mask: True at real tokens.
            watch: Sees query, scores, weights and context.
            name: Prefix of the watched names.

        Returns:
            Contexts and weights.
        """
        rows, steps, _ = query.shape
        batch, src_len, _ = keys.shape
        query = observe(watch, f"{name}.query", query)
        scores = self.score(query.reshape(batch, -1, query.shape[-1]), keys)
        scores = scores.masked_fill(~mask.unsqueeze(1), -math.inf)
        scores = observe(watch, f"{name}.scores", scores.reshape(rows, steps, src_len))
        weights = observe(watch, f"{name}.weights", scores.softmax(-1))
        context = weights.reshape(batch, -1, src_len) @ values
        context = observe(watch, f"{name}.context", context.reshape(rows, steps, -1))
        return context, weights
