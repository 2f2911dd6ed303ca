"""What can be combined: refusals of settings that have no meaning, each with rule and remedy.

They come when a configuration is read, before anything is computed. Nothing here imports torch.
"""

import typing

from seq2see.errors import ConfigError
from seq2see.schema import (
    AttentionConfig,
    Config,
    DataConfig,
    RecurrentConfig,
    TokenizerKind,
    TransformerConfig,
    directions_of,
    readout_dim,
)
from seq2see.settings import flatten, to_dict


def check(config: Config) -> None:
    """Refuse values out of range and combinations without meaning.

    Raises:
        ConfigError: With the key, its value, the rule and the remedy.
    """
    _check_ranges(config)
    _check_data(config.data)
    _check_scheduled_sampling(config)
    if config.train.average_checkpoints > config.train.keep_checkpoints:
        raise ConfigError(
            f"`train.average_checkpoints` is {config.train.average_checkpoints} but only "
            f"{config.train.keep_checkpoints} are kept; raise `train.keep_checkpoints`."
        )
    if config.decode.min_length > config.decode.max_length:
        raise ConfigError(
            f"`decode.min_length` is {config.decode.min_length}, which is more than "
            f"`decode.max_length`, {config.decode.max_length}; lower one or raise the other."
        )
    _check_replacing(config)
    _check_vectors(config)
    tokenizer = config.tokenizer
    source_kind = tokenizer.source.kind or tokenizer.kind
    if config.data.features and source_kind not in ("char", "whitespace"):
        raise ConfigError(
            f"`data.features` makes tags that `tokenizer.kind={source_kind}` would cut up; "
            "set `tokenizer.source.kind` to `char` or `whitespace`."
        )
    if tokenizer.shared and tokenizer.source != tokenizer.target:
        raise ConfigError(
            "`tokenizer.shared` needs the same settings on both sides; remove `tokenizer.source.*` "
            "and `tokenizer.target.*`, or set `tokenizer.shared=false`."
        )
    match config.model:
        case RecurrentConfig():
            _check_recurrent(config.model)
            if config.model.copy and not tokenizer.shared:
                raise ConfigError(
                    "`model.copy` needs source and target tokens with the same ids; set "
                    "`tokenizer.shared=true`, or `model.copy=false`."
                )
            if config.decode.coverage_penalty and config.model.attention.score == "none":
                raise ConfigError(
                    f"`decode.coverage_penalty` is {config.decode.coverage_penalty}, but without "
                    "attention there is no coverage to measure; set it to 0."
                )
        case TransformerConfig():
            _check_transformer(config.model)
        case never:
            typing.assert_never(never)


def _check_replacing(config: Config) -> None:
    tokenizer, model = config.tokenizer, config.model
    if config.decode.replace_unknown:
        obstacle = replacing_obstacle(
            tokenizer.source.kind or tokenizer.kind,
            tokenizer.target.kind or tokenizer.kind,
            attends=not isinstance(model, RecurrentConfig) or model.attention.score != "none",
        )
        if obstacle is not None:
            raise ConfigError(
                f"`decode.replace_unknown` cannot help here: {obstacle}; leave it out."
            )
    elif config.decode.dictionary is not None:
        raise ConfigError(
            f"`decode.dictionary` is `{config.decode.dictionary}`, which only "
            "`decode.replace_unknown=true` reads; set that too, or leave it out."
        )


def replacing_obstacle(
    source: TokenizerKind, target: TokenizerKind, *, attends: bool
) -> str | None:
    """Say why unknown tokens cannot be replaced by source words; None where they can."""
    for kind, side, unlike in (
        (target, "target", "never says `<unk>`"),
        (source, "source", "has pieces instead of words"),
    ):
        if kind in ("bpe", "unigram"):
            return f"the {side}'s tokenizer is `{kind}`, which {unlike}"
    if not attends:
        return "the model has no attention, which says what source word an `<unk>` stands for"
    return None


def _check_vectors(config: Config) -> None:
    vectors, tokenizer = config.vectors, config.tokenizer
    named = {
        side: path
        for side, path in (("source", vectors.source), ("target", vectors.target))
        if path is not None
    }
    for side, path in named.items():
        kind = getattr(tokenizer, side).kind or tokenizer.kind
        if kind in ("bpe", "unigram"):
            raise ConfigError(
                f"`vectors.{side}={path}` has vectors of words, but `{kind}` makes pieces of them; "
                f"set `tokenizer.{side}.kind` to `word`, or leave the vectors out."
            )
    if len(named) == 2 and tokenizer.shared and config.model.tie_weights:
        raise ConfigError(
            "`vectors.source` and `vectors.target` would both begin the one matrix that "
            "`model.tie_weights` makes of a shared vocabulary; leave one of them out."
        )
    if vectors.freeze and not named:
        raise ConfigError(
            "`vectors.freeze` keeps vectors as they are, but none are given; name a file with "
            "`vectors.source` or `vectors.target`, or leave it out."
        )
    if vectors.freeze and config.train.optimizer == "adamw" and config.train.weight_decay:
        raise ConfigError(
            f"`train.weight_decay={config.train.weight_decay}` lets every weight decay, which "
            "`vectors.freeze` forbids; set one of them to 0 or false."
        )


# Smallest allowed values.
_LEAST: dict[str, float] = {
    "data.max_length": 1,
    "data.max_pairs": 1,
    "tokenizer.vocab_size": 5,
    "tokenizer.source.vocab_size": 5,
    "tokenizer.target.vocab_size": 5,
    "model.embed_dim": 1,
    "model.hidden_dim": 1,
    "model.feedforward_dim": 1,
    "model.num_layers": 1,
    "model.num_heads": 1,
    "model.residual_from": 0,
    "model.attention.window": 1,
    "model.attention.hard_entropy": 0,
    "model.attention.coverage_loss": 0,
    "model.dropout": 0,
    "model.attention_dropout": 0,
    "model.feedforward_dropout": 0,
    "train.max_updates": 1,
    "train.batch_tokens": 1,
    "train.accumulate": 1,
    "train.lr": 0,
    "train.weight_decay": 0,
    "train.warmup_updates": 0,
    "train.halve_after": 0,
    "train.halve_every": 1,
    "train.label_smoothing": 0,
    "train.scheduled_sampling.k": 0,
    "train.scheduled_sampling.slope": 0,
    "train.scheduled_sampling.floor": 0,
    "train.clip_norm": 0,
    "train.patience": 0,
    "train.validate_every": 1,
    "train.validate_sentences": 0,
    "train.checkpoint_every": 1,
    "train.keep_checkpoints": 1,
    "train.average_checkpoints": 0,
    "train.log_every": 1,
    "train.seed": 0,
    "decode.beam_size": 1,
    "decode.length_penalty": 0,
    "decode.coverage_penalty": 0,
    "decode.min_length": 0,
    "decode.max_length": 1,
}
_BELOW_ONE = (
    "model.dropout",
    "model.attention_dropout",
    "model.feedforward_dropout",
    "train.label_smoothing",
    "train.scheduled_sampling.floor",
)


def _check_ranges(config: Config) -> None:
    for key, value in flatten(to_dict(config)).items():
        if key in _LEAST and value < _LEAST[key]:
            raise ConfigError(f"`{key}` must be at least {_LEAST[key]}, but is {value}.")
        if key in _BELOW_ONE and value >= 1:
            raise ConfigError(f"`{key}` must be below 1, but is {value}.")
    for beta in config.train.betas:
        if not 0 <= beta < 1:
            raise ConfigError(
                f"`train.betas` are decay rates, at least 0 and below 1, but one is {beta}."
            )


def _check_scheduled_sampling(config: Config) -> None:
    sampling, model = config.train.scheduled_sampling, config.model
    if sampling.decay == "none":
        return
    if sampling.k is not None and sampling.decay == "exponential" and not 0 < sampling.k < 1:
        raise ConfigError(
            "`train.scheduled_sampling.k` is raised to the number of the update with "
            f"`decay=exponential` and must be above 0 and below 1, but is {sampling.k}; leave it "
            "out, or choose a number such as 0.9999."
        )
    if sampling.k is not None and sampling.decay == "inverse-sigmoid" and sampling.k < 1:
        raise ConfigError(
            "`train.scheduled_sampling.k` must be at least 1 with `decay=inverse-sigmoid`, but is "
            f"{sampling.k}; leave it out, or choose a number such as 1000."
        )
    if (
        isinstance(model, RecurrentConfig)
        and model.attention.scope == "hard"
        and model.attention.hard_training == "reinforce"
    ):
        raise ConfigError(
            f"`train.scheduled_sampling.decay={sampling.decay}` lets the decoder read other words "
            "than the reference, but `model.attention.hard_training=reinforce` rewards a choice "
            "by the word that is read next; set `train.scheduled_sampling.decay=none`, or "
            "`model.attention.hard_training=marginal`."
        )


def _check_data(data: DataConfig) -> None:
    if data.pair is not None and (data.pair.count("-") != 1 or not all(data.pair.split("-"))):
        raise ConfigError(f"`data.pair` must look like `en-de`, but is `{data.pair}`.")
    _check_columns(data)
    if data.separator == "":
        raise ConfigError(
            '`data.separator` must not be empty; write a tab as `data.separator="\\t"`.'
        )
    if data.split is not None and not 0 < data.split < 1:
        raise ConfigError(
            "`data.split` is the share used for training and must lie between 0 and 1, "
            f"but is {data.split}."
        )


def _check_columns(data: DataConfig) -> None:
    source, target = data.columns
    if not (source and target) or min(*source, *target) < 1 or {*source} & {*target}:
        written = ",".join("+".join(str(column) for column in side) for side in data.columns)
        raise ConfigError(
            "`data.columns` must be different columns for source and target, counted from 1, but "
            f"is {written}."
        )
    for column in data.features:
        if column < 1 or column in source + target:
            raise ConfigError(
                "`data.features` must be columns, counted from 1, that are not in `data.columns`, "
                f"but one of them is {column}."
            )
    stripped = {"strip-punctuation", "source.strip-punctuation", "tutorial-intended"} & {
        *data.clean
    }
    if data.features and stripped:
        raise ConfigError(
            f"`data.features` puts tags into brackets, which `{min(stripped)}` of `data.clean` "
            "would take away; limit that step to the other side, as `target.strip-punctuation`."
        )


def _check_recurrent(model: RecurrentConfig) -> None:
    attends = model.attention.score != "none"
    directions = directions_of(model)
    encoder_dim = model.hidden_dim * directions[-1]
    if model.attention.score in ("dot", "scaled-dot") and encoder_dim != model.hidden_dim:
        raise ConfigError(
            f"`model.attention.score={model.attention.score}` multiplies decoder states "
            f"({model.hidden_dim}) with encoder states ({encoder_dim}), which differ in width; use "
            "`general` or `additive`, or set `model.bidirectional=false`."
        )
    _check_scope(model)
    _check_copying(model)
    if model.fixed_context and attends:
        raise ConfigError(
            "`model.fixed_context` is the alternative to attention and cannot go with "
            f"`model.attention.score={model.attention.score}`; set one of them to false or none."
        )
    if attends and model.attention.timing == "current" and model.readout == "hidden":
        raise ConfigError(
            f"`model.attention.score={model.attention.score}` would have no effect, since "
            "`model.readout=hidden` reads no context; set `model.readout=attentional`, or "
            "`model.attention.timing=previous`."
        )
    if model.bridge == "copy" and directions[-1] == 2 and not attends:
        raise ConfigError(
            "`model.bridge=copy` copies the backward states, and without attention nothing would "
            "hand on what the forward direction of the top encoder layer has read; set "
            "`model.bridge=tanh`, or `model.bidirectional=false`."
        )
    if model.context_to == "all" and attends and model.attention.timing == "current":
        raise ConfigError(
            "`model.context_to=all` needs a context before the step, but with "
            "`model.attention.timing=current` there is one only after it; set "
            "`model.attention.timing=previous`, or `model.context_to=first`."
        )
    _check_residuals(model)
    if model.tie_weights and readout_dim(model) != model.embed_dim:
        raise ConfigError(
            f"`model.tie_weights` needs a readout as wide as the embeddings, but they are "
            f"{readout_dim(model)} and {model.embed_dim}; make `model.hidden_dim` and "
            "`model.embed_dim` fit, or set `model.tie_weights=false`."
        )


def _check_residuals(model: RecurrentConfig) -> None:
    """A sum needs terms of one width."""
    if model.residual_from == 1:
        raise ConfigError(
            "`model.residual_from=1` would add word vectors to the states of the first layer; let "
            "residual connections start from layer 2 or a later one."
        )
    if model.residual_from == 2 and model.bidirectional == "first" and model.num_layers > 1:
        raise ConfigError(
            "`model.residual_from=2` would add both directions of the first encoder layer to the "
            "states of the second, which are half as wide; let residual connections start from "
            "layer 3, or set `model.bidirectional` to true or false."
        )


def _check_scope(model: RecurrentConfig) -> None:
    """Where attention looks has to go with what it compares and with what reads it."""
    attention = model.attention
    if attention.scope != "global" and attention.score == "none":
        raise ConfigError(
            f"`model.attention.scope={attention.scope}` limits an attention that "
            "`model.attention.score=none` leaves out; choose a score, or set "
            "`model.attention.scope=global`."
        )
    if attention.scope in ("local-m", "local-p") and attention.score == "location":
        raise ConfigError(
            f"`model.attention.scope={attention.scope}` cannot go with `location`, which knows no "
            "position beyond `data.max_length`, so that a window there would be empty; "
            "choose a score that compares states, such as `general`, or set "
            "`model.attention.scope=global`."
        )
    _check_coverage(attention)
    exact = attention.scope == "hard" and attention.hard_training == "marginal"
    if exact and (attention.timing == "previous" or model.input_feeding):
        raise ConfigError(
            "`model.attention.hard_training=marginal` adds up the choices of each step by "
            "themselves, but here later states read what earlier steps have chosen; set "
            "`model.attention.timing=current` and `model.input_feeding=false`, or "
            "`model.attention.hard_training=reinforce`."
        )


def _check_coverage(attention: AttentionConfig) -> None:
    """Coverage joins the tanh of an additive score, and is a sum of weights."""
    if attention.coverage_loss and not attention.coverage:
        raise ConfigError(
            f"`model.attention.coverage_loss` is {attention.coverage_loss}, but attention that "
            "knows nothing of what is covered cannot avoid it; set "
            "`model.attention.coverage=true`, or the loss to 0."
        )
    if not attention.coverage:
        return
    if attention.score not in ("additive", "concat", "normed-additive"):
        raise ConfigError(
            "`model.attention.coverage` enters the tanh of an additive score, and "
            f"`model.attention.score={attention.score}` has none; set `model.attention.score` to "
            "`additive` or `normed-additive`, or `model.attention.coverage=false`."
        )
    if attention.scope == "hard":
        raise ConfigError(
            "`model.attention.coverage` adds up what attention spreads over the source, but "
            "`model.attention.scope=hard` reads one position and spreads nothing; set "
            "`model.attention.scope` to `global` or a local one, or "
            "`model.attention.coverage=false`."
        )


def _check_copying(model: RecurrentConfig) -> None:
    """Attention has to be a distribution that learns from what is copied."""
    attention = model.attention
    if model.copy and attention.score == "none":
        raise ConfigError(
            "`model.copy` copies what attention looks at, but `model.attention.score=none` leaves "
            "it out; choose a score, or set `model.copy=false`."
        )
    if model.copy and attention.scope in ("local-p", "hard"):
        reason = {
            "local-p": "whose weights add up to less than 1",
            "hard": "which looks at a single position instead of weighing all",
        }[attention.scope]
        raise ConfigError(
            f"`model.copy` cannot go with `model.attention.scope={attention.scope}`, {reason}; set "
            "`model.attention.scope` to `global` or `local-m`, or `model.copy=false`."
        )


def _check_transformer(model: TransformerConfig) -> None:
    if model.embed_dim % model.num_heads:
        raise ConfigError(
            f"`model.num_heads` must divide `model.embed_dim`, but {model.num_heads} does not "
            f"divide {model.embed_dim}."
        )
    if model.embed_dim % 2:
        raise ConfigError(
            f"`model.embed_dim` must be even (half sines, half cosines), but is {model.embed_dim}."
        )
