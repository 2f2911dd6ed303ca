"""The Transformer's blocks: multi-head attention, feed-forward, residual connection."""

import math
from typing import Literal, cast

from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional

from seq2see.models.dropout import Dropout, dropout
from seq2see.models.interface import Watch, observe

Heads = Float[Tensor, "_ heads _ head_dim"]
Norm = Literal["pre", "post"]


class MultiHeadAttention(nn.Module):
    """Scaled dot-product attention in several heads at once (Vaswani et al. 2017, eq. 1).

    Fused unless weights are wanted, or dropped in training: PyTorch's fused kernel for processors
    returns none and drops none.
    """

    def __init__(self, embed_dim: int, num_heads: int, dropout: float) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.dropout = dropout
        self.project_in = nn.Linear(embed_dim, 3 * embed_dim)
        self.project_out = nn.Linear(embed_dim, embed_dim)
        nn.init.xavier_uniform_(self.project_in.weight)
        nn.init.zeros_(self.project_in.bias)
        nn.init.xavier_uniform_(self.project_out.weight)
        nn.init.zeros_(self.project_out.bias)

    def self_projections(
        self,
        inputs: Float[Tensor, "rows length embed_dim"],
        watch: Watch | None,
        name: str,
    ) -> tuple[Heads, Heads, Heads]:
        """Return queries, keys and values of one sequence, watched under ``name``."""
        projected = self.project_in(inputs).chunk(3, dim=-1)
        query, keys, values = (self._split(part) for part in projected)
        query = observe(watch, f"{name}.query", query)
        return query, *_watched_keys_values(keys, values, watch, name)

    def query(
        self, inputs: Float[Tensor, "rows length embed_dim"], watch: Watch | None, name: str
    ) -> Heads:
        """Return queries alone, watched under ``name``."""
        dim = inputs.shape[-1]
        weight, bias = self.project_in.weight[:dim], self.project_in.bias[:dim]
        query = self._split(functional.linear(inputs, weight, bias))
        return observe(watch, f"{name}.query", query)

    def keys_values(
        self, inputs: Float[Tensor, "rows length embed_dim"], watch: Watch | None, name: str
    ) -> tuple[Heads, Heads]:
        """Return keys and values alone, watched under ``name``."""
        dim = inputs.shape[-1]
        weight, bias = self.project_in.weight[dim:], self.project_in.bias[dim:]
        keys, values = functional.linear(inputs, weight, bias).chunk(2, dim=-1)
        return _watched_keys_values(self._split(keys), self._split(values), watch, name)

    def forward(
        self,
        query: Float[Tensor, "rows heads steps head_dim"],
        keys: Float[Tensor, "batch heads length head_dim"],
        values: Float[Tensor, "batch heads length head_dim"],
        mask: Bool[Tensor, "batch #steps length"] | None,
        *,
        need_weights: bool = False,
        watch: Watch | None = None,
        name: str = "attention",
    ) -> tuple[Float[Tensor, "rows steps embed_dim"], Float[Tensor, "rows steps length"] | None]:
        """Attend.

        Args:
            query: From ``query``; ``rows`` is a multiple of ``batch``, several hypotheses of one
                sentence being folded beside the steps so that keys are never copied.
            keys: From ``keys_values``.
            values: From ``keys_values``.
            mask: True where a step may look; None: everywhere.
            need_weights: Return the weights, averaged over heads.
            watch: Sees scores, weights and context of every head.
            name: Prefix of the watched names.

        Returns:
            The attended values after the output projection, and the weights or None.
        """
        rows, heads, steps, head_dim = query.shape
        batch = len(keys)
        beam = rows // batch
        if mask is not None:
            mask = mask.unsqueeze(1)
        folded = query
        if beam > 1:
            folded = query.reshape(batch, beam, heads, steps, -1).transpose(1, 2).flatten(2, 3)

        def unfold(value: Tensor) -> Tensor:
            if beam == 1:
                return value
            split = value.reshape(batch, heads, beam, steps, -1)
            return split.transpose(1, 2).flatten(0, 1)

        weights: Tensor | None = None
        dropping = self.training and self.dropout > 0
        if watch is None and not need_weights and not dropping:
            context = unfold(
                functional.scaled_dot_product_attention(folded, keys, values, attn_mask=mask)
            )
        else:
            scores = folded @ keys.transpose(-1, -2) / math.sqrt(head_dim)
            if mask is not None:
                scores = scores.masked_fill(~mask, -math.inf)
            scores = observe(watch, f"{name}.scores", unfold(scores))
            weights = observe(watch, f"{name}.weights", scores.softmax(-1))
            dropped = dropout(weights, self.dropout, self.training)
            if beam > 1:
                dropped = dropped.reshape(batch, beam, heads, steps, -1).transpose(1, 2)
                dropped = dropped.flatten(2, 3)
            context = observe(watch, f"{name}.context", unfold(dropped @ values))
            weights = weights.mean(1)
        merged = context.transpose(1, 2).reshape(rows, steps, heads * head_dim)
        return self.project_out(merged), weights

    def _split(self, values: Tensor) -> Heads:
        return values.reshape(*values.shape[:-1], self.num_heads, -1).transpose(1, 2)


def _watched_keys_values(
    keys: Heads, values: Heads, watch: Watch | None, name: str
) -> tuple[Heads, Heads]:
    return observe(watch, f"{name}.keys", keys), observe(watch, f"{name}.values", values)


class FeedForward(nn.Module):
    """``W2 relu(W1 x)`` (Vaswani et al. 2017, eq. 2)."""

    def __init__(self, embed_dim: int, feedforward_dim: int, dropout: float) -> None:
        super().__init__()
        self.dropout = Dropout(dropout)
        self.expand = nn.Linear(embed_dim, feedforward_dim)
        self.contract = nn.Linear(feedforward_dim, embed_dim)
        for layer in (self.expand, self.contract):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(
        self,
        inputs: Float[Tensor, "rows length embed_dim"],
        watch: Watch | None = None,
        name: str = "feedforward",
    ) -> Float[Tensor, "rows length embed_dim"]:
        """Apply to every position alone."""
        hidden = observe(watch, f"{name}.activations", self.expand(inputs).relu())
        return cast("Tensor", self.contract(self.dropout(hidden)))


class Residual(nn.Module):
    """A block's place in the residual stream: normalise, run, drop out, add.

    ``pre``: ``x + dropout(block(norm(x)))``; ``post`` (the paper): ``norm(x + dropout(block(x)))``.
    """

    def __init__(self, embed_dim: int, norm: Norm, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(embed_dim)
        self.pre = norm == "pre"
        self.dropout = Dropout(dropout)

    def enter(self, stream: Tensor) -> Tensor:
        """Return what the block reads."""
        return cast("Tensor", self.norm(stream)) if self.pre else stream

    def leave(self, stream: Tensor, output: Tensor) -> Tensor:
        """Add what the block wrote."""
        added = self.dropout.add(stream, output)
        return added if self.pre else cast("Tensor", self.norm(added))
