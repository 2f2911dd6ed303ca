"""The Transformer (Vaswani et al. 2017)."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from seq2see.models.dropout import Dropout
from seq2see.models.interface import (
    DecoderOutput,
    DecoderState,
    Encoded,
    Seq2seq,
    Source,
    StepOutput,
    Watch,
    observe,
)
from seq2see.models.multihead import FeedForward, Heads, MultiHeadAttention, Norm, Residual
from seq2see.models.output import SoftmaxOutput


@dataclass(frozen=True)
class TransformerEncoded(Encoded):
    """An encoded source with each decoder layer's keys and values of it."""

    keys: tuple[Tensor, ...]
    """Per layer ``(batch, heads, src_len, head_dim)``."""
    values: tuple[Tensor, ...]


@dataclass(frozen=True)
class TransformerState(DecoderState):
    """Keys and values of the tokens so far, for each decoder layer's self-attention."""

    position: int
    """Number of tokens so far, the same for all rows."""
    keys: tuple[Tensor, ...]
    """Per layer ``(rows, heads, position, head_dim)``."""
    values: tuple[Tensor, ...]


class EncoderLayer(nn.Module):
    """Self-attention and feed-forward."""

    def __init__(
        self,
        embed_dim: int,
        feedforward_dim: int,
        num_heads: int,
        norm: Norm,
        dropout: float,
        attention_dropout: float,
        feedforward_dropout: float,
    ) -> None:
        super().__init__()
        self.self_attention = MultiHeadAttention(embed_dim, num_heads, attention_dropout)
        self.around_attention = Residual(embed_dim, norm, dropout)
        self.feedforward = FeedForward(embed_dim, feedforward_dim, feedforward_dropout)
        self.around_feedforward = Residual(embed_dim, norm, dropout)

    def forward(
        self,
        stream: Float[Tensor, "batch src_len embed_dim"],
        mask: Bool[Tensor, "batch src_len"],
        watch: Watch | None,
        name: str,
    ) -> Float[Tensor, "batch src_len embed_dim"]:
        """Transform every source position."""
        entering = self.around_attention.enter(stream)
        label = f"{name}.self_attention"
        projections = self.self_attention.self_projections(entering, watch, label)
        attended, _ = self.self_attention(*projections, mask.unsqueeze(1), watch=watch, name=label)
        stream = self.around_attention.leave(stream, attended)
        stream = observe(watch, f"{label}.stream", stream)
        output = self.feedforward(
            self.around_feedforward.enter(stream), watch, f"{name}.feedforward"
        )
        return observe(watch, f"{name}.stream", self.around_feedforward.leave(stream, output))


class DecoderLayer(nn.Module):
    """Masked self-attention, cross-attention and feed-forward."""

    def __init__(
        self,
        embed_dim: int,
        feedforward_dim: int,
        num_heads: int,
        norm: Norm,
        dropout: float,
        attention_dropout: float,
        feedforward_dropout: float,
    ) -> None:
        super().__init__()
        self.self_attention = MultiHeadAttention(embed_dim, num_heads, attention_dropout)
        self.around_self = Residual(embed_dim, norm, dropout)
        self.cross_attention = MultiHeadAttention(embed_dim, num_heads, attention_dropout)
        self.around_cross = Residual(embed_dim, norm, dropout)
        self.feedforward = FeedForward(embed_dim, feedforward_dim, feedforward_dropout)
        self.around_feedforward = Residual(embed_dim, norm, dropout)

    def forward(
        self,
        stream: Float[Tensor, "rows steps embed_dim"],
        past: tuple[Heads, Heads] | None,
        source: tuple[Heads, Heads],
        source_mask: Bool[Tensor, "batch src_len"],
        *,
        need_weights: bool,
        watch: Watch | None,
        name: str,
    ) -> tuple[Tensor, tuple[Heads, Heads], Tensor | None]:
        """Transform some target positions.

        Args:
            stream: The positions.
            past: Keys and values of earlier positions; None: ``stream`` starts at the first.
            source: Keys and values of the source.
            source_mask: True at real source tokens.
            need_weights: Return cross-attention weights.
            watch: Observer.
            name: Prefix of the watched names.

        Returns:
            The new stream; keys and values with these positions appended; weights or None.
        """
        label = f"{name}.self_attention"
        entering = self.around_self.enter(stream)
        query, keys, values = self.self_attention.self_projections(entering, watch, label)
        causal: Tensor | None = None
        if past is not None:  # one step: it may look at everything so far
            keys = torch.cat((past[0], keys), dim=2)
            values = torch.cat((past[1], values), dim=2)
        else:
            steps = stream.shape[1]
            causal = torch.ones(steps, steps, dtype=torch.bool, device=stream.device).tril()
            causal = causal.expand(stream.shape[0], -1, -1)
        attended, _ = self.self_attention(query, keys, values, causal, watch=watch, name=label)
        stream = observe(watch, f"{label}.stream", self.around_self.leave(stream, attended))
        label = f"{name}.cross_attention"
        attended, weights = self.cross_attention(
            self.cross_attention.query(self.around_cross.enter(stream), watch, label),
            *source,
            source_mask.unsqueeze(1),
            need_weights=need_weights,
            watch=watch,
            name=label,
        )
        stream = observe(watch, f"{label}.stream", self.around_cross.leave(stream, attended))
        output = self.feedforward(
            self.around_feedforward.enter(stream), watch, f"{name}.feedforward"
        )
        stream = observe(watch, f"{name}.stream", self.around_feedforward.leave(stream, output))
        return stream, (keys, values), weights


class Transformer(Seq2seq):
    """The Transformer assembled from its parts.

    Args:
        source_embedding: Source embeddings.
        target_embedding: Target embeddings.
        output: The output layer.
        embed_dim: Model width.
        feedforward_dim: Width of the feed-forward layers.
        num_layers: Layers on each side.
        num_heads: Attention heads.
        norm: Where layers normalise; see ``Residual``.
        dropout: On embeddings and on every block's output.
        attention_dropout: On attention weights.
        feedforward_dropout: Inside feed-forward blocks.
    """

    def __init__(
        self,
        *,
        source_embedding: nn.Embedding,
        target_embedding: nn.Embedding,
        output: SoftmaxOutput,
        embed_dim: int,
        feedforward_dim: int,
        num_layers: int,
        num_heads: int,
        norm: Norm,
        dropout: float,
        attention_dropout: float,
        feedforward_dropout: float,
    ) -> None:
        super().__init__()
        self.source_embedding = source_embedding
        self.target_embedding = target_embedding
        self.output = output
        self.num_heads = num_heads
        self.dropout = Dropout(dropout)
        rates = (dropout, attention_dropout, feedforward_dropout)
        block = (embed_dim, feedforward_dim, num_heads, norm, *rates)
        self.encoder = nn.ModuleList(EncoderLayer(*block) for _ in range(num_layers))
        self.decoder = nn.ModuleList(DecoderLayer(*block) for _ in range(num_layers))
        # Post-norm streams leave each layer normalised; pre-norm ones need it once at the end.
        self.encoder_norm = nn.LayerNorm(embed_dim) if norm == "pre" else nn.Identity()
        self.decoder_norm = nn.LayerNorm(embed_dim) if norm == "pre" else nn.Identity()

    @property
    def has_attention(self) -> bool:
        """Whether decoding attends to source positions: always."""
        return True

    @property
    def steps_in_turn(self) -> bool:
        """Whether ``decode`` takes its steps one after the other: all at once."""
        return False

    def encode(self, source: Source, watch: Watch | None = None) -> TransformerEncoded:
        """Read the sources, once; see ``Seq2seq.encode``."""
        stream = self._embed(self.source_embedding, source.ids, 0, watch, "encoder")
        for index, layer in enumerate(self.encoder):
            stream = layer(stream, source.mask, watch, f"encoder.layers.{index}")
        outputs = observe(watch, "encoder.outputs", self.encoder_norm(stream))
        sides = [
            cast("DecoderLayer", layer).cross_attention.keys_values(
                outputs, watch, f"decoder.layers.{index}.cross_attention"
            )
            for index, layer in enumerate(self.decoder)
        ]
        keys, values = zip(*sides, strict=True)
        return TransformerEncoded(outputs, source.mask, keys, values)

    def start(self, encoded: Encoded, beam: int) -> TransformerState:
        """Return the state before the first step; see ``Seq2seq.start``."""
        rows, _, dim = encoded.outputs.shape
        empty = encoded.outputs.new_zeros(rows * beam, self.num_heads, 0, dim // self.num_heads)
        none_yet = (empty,) * len(self.decoder)
        return TransformerState(0, none_yet, none_yet)

    def step(
        self,
        previous: Int[Tensor, " rows"],
        encoded: Encoded,
        state: DecoderState,
        watch: Watch | None = None,
    ) -> StepOutput:
        """Take one step; see ``Seq2seq.step``."""
        state = cast("TransformerState", state)
        past = list(zip(state.keys, state.values, strict=True))
        features, cache, attention = self._run(
            previous.unsqueeze(1), encoded, state.position, past, True, watch
        )
        following = TransformerState(
            state.position + 1, tuple(keys for keys, _ in cache), tuple(vals for _, vals in cache)
        )
        weights = None if attention is None else attention.squeeze(1)
        return StepOutput(features.squeeze(1), weights, following)

    def decode(
        self,
        previous: Int[Tensor, "batch tgt_len"],
        encoded: Encoded,
        watch: Watch | None = None,
    ) -> DecoderOutput:
        """Take all steps at once; see ``Seq2seq.decode``."""
        nothing = [None] * len(self.decoder)
        features, _, attention = self._run(previous, encoded, 0, nothing, watch is not None, watch)
        return DecoderOutput(features, attention)

    def _run(
        self,
        previous: Tensor,
        encoded: Encoded,
        position: int,
        past: list[tuple[Heads, Heads]] | list[None],
        need_weights: bool,
        watch: Watch | None,
    ) -> tuple[Tensor, list[tuple[Heads, Heads]], Tensor | None]:
        """Run the decoder over some positions after ``past``; attention is the mean over layers."""
        encoded = cast("TransformerEncoded", encoded)
        stream = self._embed(self.target_embedding, previous, position, watch, "decoder")
        cache: list[tuple[Heads, Heads]] = []
        weights: list[Tensor] = []
        for index, layer in enumerate(self.decoder):
            stream, kept, attended = layer(
                stream,
                past[index],
                (encoded.keys[index], encoded.values[index]),
                encoded.mask,
                need_weights=need_weights,
                watch=watch,
                name=f"decoder.layers.{index}",
            )
            cache.append(kept)
            if attended is not None:
                weights.append(attended)
        features = observe(watch, "decoder.readout", self.decoder_norm(stream))
        return features, cache, torch.stack(weights).mean(0) if weights else None

    def _embed(
        self, embedding: nn.Embedding, ids: Tensor, start: int, watch: Watch | None, name: str
    ) -> Tensor:
        """Embeddings times ``sqrt(embed_dim)`` plus positions (Vaswani et al. 2017, 3.4, 3.5)."""
        dim, end = embedding.embedding_dim, start + ids.shape[1]
        # Room for more, so that a search of many steps needs few tables.
        table = sinusoids(1 << (end - 1).bit_length(), dim, ids.device)
        embedded = observe(watch, f"{name}.embeddings", embedding(ids) * math.sqrt(dim))
        stream = observe(watch, f"{name}.stream", embedded + table[start:end].to(embedded.dtype))
        return cast("Tensor", self.dropout(stream))


@lru_cache(maxsize=64)
@torch.inference_mode(False)  # the first caller may be a search, the next one training
def sinusoids(length: int, dim: int, device: torch.device) -> Float[Tensor, "length dim"]:
    """Sinusoidal positions: sines at even, cosines at odd columns (Vaswani et al. 2017, 3.5)."""
    position = torch.arange(length, dtype=torch.float64).unsqueeze(1)
    rate = torch.exp(torch.arange(0, dim, 2, dtype=torch.float64) * (-math.log(10000.0) / dim))
    angles = position * rate
    table = torch.stack((angles.sin(), angles.cos()), dim=-1).flatten(1).float()
    return table.to(device)
