"""From a configuration to a model: the only place that asks which family it is."""

from typing import assert_never, cast

from torch import nn

from seq2see.config import (
    ModelConfig,
    RecurrentConfig,
    ScoreName,
    TransformerConfig,
    directions_of,
    readout_dim,
)
from seq2see.models.attention import Attention
from seq2see.models.bridge import CopyBridge, SummaryContext, TanhBridge
from seq2see.models.copying import CopyGate, CopyOutput
from seq2see.models.coverage import Coverage
from seq2see.models.decoder_layers import DecoderLayers
from seq2see.models.hard import HardScope
from seq2see.models.interface import Seq2seq
from seq2see.models.output import SoftmaxOutput
from seq2see.models.readout import AttentionalReadout, HiddenReadout, MaxoutReadout, Readout
from seq2see.models.recurrent import RecurrentSeq2seq
from seq2see.models.recurrent_encoder import RecurrentEncoder
from seq2see.models.recurrent_layer import RecurrentLayer
from seq2see.models.scopes import LocalMScope, LocalPScope, LocalScope
from seq2see.models.scores import AdditiveScore, DotScore, GeneralScore, LocationScore, Score
from seq2see.models.transformer import Transformer


def build(
    config: ModelConfig,
    source_vocab: int,
    target_vocab: int,
    *,
    max_source_length: int,
    shared_vocab: bool,
) -> Seq2seq:
    """Build a model with fresh parameters, drawn from torch's current generator.

    Args:
        config: The model's configuration.
        source_vocab: Source vocabulary size.
        target_vocab: Target vocabulary size.
        max_source_length: Longest source in tokens, for scores by location.
        shared_vocab: Whether both sides use one tokenizer, so that tied weights cover both.
    """
    target_embedding = _embedding(target_vocab, config)
    if config.tie_weights and shared_vocab:
        source_embedding = target_embedding
    else:
        source_embedding = _embedding(source_vocab, config)
    tied = cast("nn.Parameter", target_embedding.weight) if config.tie_weights else None
    match config:
        case RecurrentConfig():
            output = SoftmaxOutput(readout_dim(config), target_vocab, tied)
            return _recurrent(config, source_embedding, target_embedding, output, max_source_length)
        case TransformerConfig():
            return Transformer(
                source_embedding=source_embedding,
                target_embedding=target_embedding,
                output=SoftmaxOutput(config.embed_dim, target_vocab, tied),
                embed_dim=config.embed_dim,
                feedforward_dim=config.feedforward_dim,
                num_layers=config.num_layers,
                num_heads=config.num_heads,
                norm=config.norm,
                dropout=config.dropout,
                attention_dropout=config.attention_dropout,
                feedforward_dropout=config.feedforward_dropout,
            )
        case _:
            assert_never(config)


def embeddings_of(model: Seq2seq) -> dict[str, nn.Embedding]:
    """Return the embeddings of ``source`` and ``target``, whose matrix may be one.

    Raises:
        TypeError: The model is none of those that are built here.
    """
    match model:
        case RecurrentSeq2seq():
            return {"source": model.encoder.embedding, "target": model.embedding}
        case Transformer():
            return {"source": model.source_embedding, "target": model.target_embedding}
        case _:
            raise TypeError(f"{type(model).__name__} is not known to have embeddings.")


def count_parameters(model: nn.Module) -> int:
    """Number of trained numbers; shared ones count once."""
    return sum(parameter.numel() for parameter in model.parameters())


def _embedding(vocab: int, config: ModelConfig) -> nn.Embedding:
    """Embeddings of length one, fit to be an output matrix when tied; for LSTMs of variance 1.

    A Transformer multiplies them by ``sqrt(dim)``, and a GRU learns well from them as they are
    (better than from larger ones). The gates of an LSTM see next to nothing of them at first, so
    that it needs several times as many updates until it attends at all. Where they have to be short
    because they are tied, what reads them starts larger instead.
    """
    embedding = nn.Embedding(vocab, config.embed_dim)
    unit = isinstance(config, RecurrentConfig) and config.cell == "lstm" and not config.tie_weights
    nn.init.normal_(embedding.weight, std=1.0 if unit else config.embed_dim**-0.5)
    return embedding


def _recurrent(
    config: RecurrentConfig,
    source_embedding: nn.Embedding,
    target_embedding: nn.Embedding,
    output: SoftmaxOutput,
    max_source_length: int,
) -> RecurrentSeq2seq:
    directions = directions_of(config)
    encoder_dim = config.hidden_dim * directions[-1]
    score = _score(config.attention.score, config.hidden_dim, encoder_dim, max_source_length)
    coverage: Coverage | None = None
    if config.attention.coverage:
        coverage = Coverage(config.hidden_dim, config.attention.coverage_loss)
    attention = None if score is None else Attention(score, _scope(config), coverage)
    context_dim = 0
    if attention is not None:
        context_dim = encoder_dim
    elif config.fixed_context:
        context_dim = config.hidden_dim
    attends_before = attention is not None and config.attention.timing == "previous"
    feed_dim = readout_dim(config) if config.input_feeding else 0
    layers = DecoderLayers(
        config.cell,
        embed_dim=config.embed_dim,
        hidden_dim=config.hidden_dim,
        num_layers=config.num_layers,
        context_dim=context_dim if attends_before or config.fixed_context else 0,
        context_to_all=config.context_to == "all",
        feed_dim=feed_dim,
        residual_from=config.residual_from,
        dropout=config.dropout,
    )
    encoder = RecurrentEncoder(
        source_embedding,
        cell=config.cell,
        hidden_dim=config.hidden_dim,
        directions=directions,
        reverse=config.reverse_source,
        residual_from=config.residual_from,
        dropout=config.dropout,
    )
    bridge = CopyBridge() if config.bridge == "copy" else _tanh_bridge(config)
    model = RecurrentSeq2seq(
        encoder=encoder,
        bridge=bridge,
        summary=SummaryContext(encoder_dim, config.hidden_dim) if config.fixed_context else None,
        embedding=target_embedding,
        layers=layers,
        attention=attention,
        timing=config.attention.timing,
        asking=0 if config.attention.query == "bottom" else -1,
        readout=_readout(config, context_dim),
        copying=CopyGate(context_dim, config.hidden_dim, config.embed_dim) if config.copy else None,
        output=CopyOutput(output) if config.copy else output,
        feed_dim=feed_dim,
        dropout=config.dropout,
    )
    for module in model.modules():  # torch's default starts tanh layers too small to learn quickly
        if isinstance(module, nn.Linear):
            nn.init.xavier_uniform_(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    if config.cell == "lstm" and config.tie_weights:  # see `_embedding`
        for layer in (*cast("nn.ModuleDict", encoder.layers[0]).values(), layers[0]):
            cast("RecurrentLayer", layer).heed(config.embed_dim, config.embed_dim**0.5)
    return model


def _tanh_bridge(config: RecurrentConfig) -> TanhBridge:
    directions = directions_of(config)
    if config.attention.score != "none":
        directions = (1,) * config.num_layers
    return TanhBridge(config.cell, config.hidden_dim, directions, summarised=config.fixed_context)


def _readout(config: RecurrentConfig, context_dim: int) -> Readout:
    match config.readout:
        case "hidden":
            return HiddenReadout()
        case "attentional":
            return AttentionalReadout(config.hidden_dim, context_dim)
        case "maxout":
            return MaxoutReadout(
                config.hidden_dim, config.embed_dim, context_dim, readout_dim(config)
            )
        case _:
            assert_never(config.readout)


def _score(
    name: ScoreName, query_dim: int, encoder_dim: int, max_source_length: int
) -> Score | None:
    match name:
        case "none":
            return None
        case "dot":
            return DotScore()
        case "scaled-dot":
            return DotScore(scaled=True)
        case "general" | "scaled-general":
            return GeneralScore(query_dim, encoder_dim, scaled=name == "scaled-general")
        case "additive" | "concat" | "normed-additive":
            normed = name == "normed-additive"
            return AdditiveScore(query_dim, encoder_dim, query_dim, normed=normed)
        case "location":
            return LocationScore(query_dim, max_source_length)
        case _:
            assert_never(name)


def _scope(config: RecurrentConfig) -> LocalScope | HardScope | None:
    attention = config.attention
    match attention.scope:
        case "global":
            return None
        case "local-m":
            return LocalMScope(attention.window)
        case "local-p":
            return LocalPScope(attention.window, config.hidden_dim)
        case "hard":
            onward = attention.timing == "previous" or config.input_feeding
            return HardScope(attention.hard_training, attention.hard_entropy, answers_onward=onward)
        case _:
            assert_never(attention.scope)
