"""Attention for recurrent decoders: a score, a mask, a softmax, a weighted sum.

``models.scores`` compares, ``models.scopes`` and ``models.hard`` say where attention may look, and
``models.coverage`` remembers where it has looked.
Queries come in rows of hypotheses: when there are several hypotheses for each sentence, they are
folded beside the steps, so that encoder outputs are never copied.
"""

import math
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional

from seq2see.models.coverage import Coverage
from seq2see.models.hard import Choices, HardScope, log_of
from seq2see.models.interface import Watch, observe, observe_rows, repeat_rows
from seq2see.models.scopes import LocalMScope, LocalPScope, LocalScope
from seq2see.models.scores import Score
from seq2see.models.unrolled.scopes import GLOBAL, Scope
from seq2see.models.unrolled.scores import ScoreKind


class Attended(NamedTuple):
    """What attention found."""

    context: Float[Tensor, "rows steps value_dim"]
    weights: Float[Tensor, "rows steps src_len"]
    """Those of hard attention are what it chose from."""
    choices: Choices | None
    """Of hard attention."""
    covered: Float[Tensor, "rows src_len"] | None
    """Attention of all steps so far, these among them; None without coverage."""


class Attention(nn.Module):
    """A distribution over the source, and the context it selects.

    Source: Bahdanau et al. 2015, eqs. 5 and 6; Luong et al. 2015, section 3.1 (global) and section
    3.2 (local); Xu et al. 2015, section 4.1 (hard).

    Args:
        score: Compares.
        scope: Where attention may look; None: everywhere.
        coverage: Tells where it has looked already; None: nothing does.
    """

    def __init__(
        self,
        score: Score,
        scope: LocalScope | HardScope | None = None,
        coverage: Coverage | None = None,
    ) -> None:
        super().__init__()
        self.score = score
        self.scope = scope
        self.coverage = coverage

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
    ) -> tuple[ScoreKind, Scope, dict[str, Tensor]]:
        """Return what a loop over steps needs; see ``unrolled.attention``."""
        kind, compared = self.score.unrolled(keys)
        scope, placed = (GLOBAL, {}) if self.scope is None else self.scope.unrolled()
        covered = {} if self.coverage is None else self.coverage.unrolled()
        return kind, scope, {"values": values, "padding": ~mask, **compared, **placed, **covered}

    def forward(
        self,
        query: Float[Tensor, "rows steps query_dim"],
        keys: Float[Tensor, "batch src_len key_dim"],
        values: Float[Tensor, "batch src_len value_dim"],
        mask: Bool[Tensor, "batch src_len"],
        first: int = 0,
        watch: Watch | None = None,
        name: str = "attention",
        covered: Float[Tensor, "rows src_len"] | None = None,
    ) -> Attended:
        """Attend.

        Args:
            query: Decoder states; ``rows`` is a multiple of ``batch``.
            keys: From ``project_keys``.
            values: Encoder outputs.
            mask: True at real tokens.
            first: Number of the first step, from 0.
            watch: Sees query, centre and window, coverage, scores, weights, choice and context.
            name: Prefix of the watched names.
            covered: Attention of all steps before, given to an attention with coverage, which takes
                one step at a time; None elsewhere.
        """
        rows, steps, _ = query.shape
        batch, src_len, _ = keys.shape
        query = observe(watch, f"{name}.query", query)
        allowed = repeat_rows(mask, rows // batch).unsqueeze(1)
        window: Tensor | None = None
        if isinstance(self.scope, LocalMScope | LocalPScope):
            window = self._window(self.scope, query, mask, first, watch, name)
            allowed = allowed & (window > 0)
        if self.coverage is not None and covered is not None:
            covered = observe_rows(watch, f"{name}.coverage", covered)
            keys, batch = self.coverage(keys, covered), rows
        scores = self.score(query.reshape(batch, -1, query.shape[-1]), keys)
        scores = scores.reshape(rows, steps, src_len).masked_fill(~allowed, -math.inf)
        weights = observe(watch, f"{name}.scores", scores).softmax(-1)
        if window is not None:
            weights = weights * window
        weights = observe(watch, f"{name}.weights", weights)
        used, choices = weights, None
        if isinstance(self.scope, HardScope):
            used, choices = self._choose(self.scope, weights, watch, name)
        context = used.reshape(len(values), -1, src_len) @ values
        context = observe(watch, f"{name}.context", context.reshape(rows, steps, -1))
        after = None if covered is None else covered + weights.sum(1)
        return Attended(context, weights, choices, after)

    @staticmethod
    def _window(
        scope: LocalScope,
        query: Float[Tensor, "rows steps query_dim"],
        mask: Bool[Tensor, "batch src_len"],
        first: int,
        watch: Watch | None,
        name: str,
    ) -> Float[Tensor, "rows steps src_len"]:
        batch, src_len = mask.shape
        # In 16 bits there would be no odd positions beyond 256.
        exact = torch.promote_types(query.dtype, torch.float32)
        lengths = repeat_rows(mask.sum(1).to(exact), len(query) // batch)
        centre = observe(watch, f"{name}.centre", scope.centre(query, lengths, first))
        # Wherever an observer puts it, a window around a point of the source holds some token.
        centre = centre.clamp(min=0).minimum(lengths.unsqueeze(1))
        return observe(watch, f"{name}.window", scope.window(centre, src_len).to(query.dtype))

    @staticmethod
    def _choose(
        scope: HardScope,
        weights: Float[Tensor, "rows steps src_len"],
        watch: Watch | None,
        name: str,
    ) -> tuple[Float[Tensor, "rows steps src_len"], Choices]:
        """Return weights of 0 and 1, and what was chosen."""
        src_len = weights.shape[-1]
        chosen = observe(watch, f"{name}.choice", scope.choose(weights).to(weights.dtype))
        places = chosen.round().long().clamp(0, src_len - 1)
        picked = functional.one_hot(places, src_len).to(weights.dtype)
        logs = log_of(weights)
        log_probs = logs.gather(-1, places.unsqueeze(-1)).squeeze(-1)
        return picked, Choices(log_probs, -(weights * logs).sum(-1))
