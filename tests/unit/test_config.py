"""Resolving and checking configurations, and every message about them."""

import re
import tomllib
from typing import Any

import pytest

from seq2see import config
from seq2see.config import (
    AttentionConfig,
    Config,
    DataConfig,
    RecurrentConfig,
    TokenizerConfig,
    TrainConfig,
    TransformerConfig,
)
from seq2see.errors import ConfigError
from seq2see.models import presets

PRESETS = [(arch, size) for arch in presets.names() for size in presets.SIZES]


def refused(settings: dict[str, Any], message: str, arch: str = "luong2015") -> None:
    with pytest.raises(ConfigError, match="^" + re.escape(message)):
        config.resolve(arch=arch, settings=settings)


@pytest.mark.parametrize(("arch", "size"), PRESETS)
def test_toml_gives_back_every_preset(arch: str, size: str) -> None:
    resolved = config.resolve(arch=arch, size=size)
    assert (resolved.model.arch, resolved.model.size) == (arch, size)
    written = config.dump(resolved, versions={"torch": "2"})
    assert config.resolve(settings=tomllib.loads(written)) == resolved


def test_toml_gives_back_every_kind_of_value() -> None:
    resolved = config.resolve(
        settings={
            "data.train": ["a.tsv", "b.tsv"],
            "data.separator": "\t",
            "data.max_pairs": 10,
            "data.split": 0.7,
            "tokenizer.source.kind": "char",
            "train.betas": [0.8, 0.9],
            "train.tensorboard": True,
            "train.lr": 1,
        }
    )
    assert resolved.data.train == ("a.tsv", "b.tsv")
    assert resolved.tokenizer.source.kind == "char"
    assert resolved.train.betas == (0.8, 0.9)
    assert isinstance(resolved.train.lr, float)
    assert config.resolve(settings=tomllib.loads(config.dump(resolved))) == resolved


def test_defaults() -> None:
    resolved = config.resolve()
    assert (resolved.model.arch, resolved.model.size) == ("luong2015", "small")
    assert resolved.data == DataConfig()
    assert resolved.tokenizer == TokenizerConfig()


def test_the_call_wins_over_settings_and_settings_over_the_preset() -> None:
    resolved = config.resolve(
        arch="cho2014", settings={"model": {"arch": "luong2015", "hidden_dim": 7}, "train.lr": 0.5}
    )
    assert isinstance(resolved.model, RecurrentConfig)
    assert resolved.model.arch == "cho2014"
    assert resolved.model.hidden_dim == 7
    assert resolved.train.lr == 0.5
    assert (
        resolved.train.warmup_updates == presets.preset("cho2014", "small").train["warmup_updates"]
    )


def test_a_preset_may_decode_in_its_own_way() -> None:
    resolved = config.resolve(arch="gnmt2016", settings={"decode.length_penalty": 0.7})
    assert (resolved.decode.length_penalty, resolved.decode.coverage_penalty) == (0.7, 0.2)


def test_one_nested_key_leaves_its_neighbours_alone() -> None:
    resolved = config.resolve(arch="luong2015", settings={"model.attention.score": "additive"})
    assert isinstance(resolved.model, RecurrentConfig)
    assert resolved.model.attention == AttentionConfig(score="additive", timing="current")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"train.le": 1}, "`train.le` is not a configuration key; did you mean `train.lr`?"),
        (
            {"train.zzzzzzzz_zzzzz": 1},
            "`train.zzzzzzzz_zzzzz` is not a configuration key; `seq2see train --help` lists them.",
        ),
        ({"trian.lr": 1}, "`trian` is not a configuration section; did you mean `train`?"),
        (
            {"zz.lr": 1},
            "`zz` is not a configuration section; sections are model, data, tokenizer, vectors, ",
        ),
        ({"model": 3}, "`model` must be a table of settings, as in `model.hidden_dim = 256`."),
        ({"train": 3}, "`train` must be a table of settings, but is `3`."),
        ({"model.attention": "dot"}, "`model.attention` must be a table of settings, but is"),
        ({"train.lr": 1, "train.lr.x": 2}, "`train.lr.x` cannot be set, since `lr` is a single"),
        ({"train.lr": "fast"}, "`train.lr` must be a finite number, but is `fast`."),
        ({"train.lr": float("nan")}, "`train.lr` must be a finite number, but is `nan`."),
        ({"train.lr": True}, "`train.lr` must be a finite number, but is `True`."),
        ({"train.seed": 1.5}, "`train.seed` must be a whole number, but is `1.5`."),
        ({"train.seed": True}, "`train.seed` must be a whole number, but is `True`."),
        ({"train.tensorboard": 1}, "`train.tensorboard` must be true or false, but is `1`."),
        ({"data.separator": 1}, "`data.separator` must be text, but is `1`."),
        ({"data.clean": 1}, "`data.clean` must be a list, but is `1`."),
        ({"train.betas": [0.9]}, "`train.betas` must have 2 entries, but is `[0.9]`."),
        (
            {"train.optimizer": "adm"},
            "`train.optimizer` must be one of `adam`, `adamw`, `sgd`, but is `adm`; did you mean "
            "`adam`?",
        ),
        ({"model.arch": 3}, "`model.arch` must be text, but is `3`."),
        (
            {"model.num_heads": 2},
            "`model.num_heads` is not a configuration key of `luong2015`, but of the Transformer",
        ),
    ],
)
def test_refuses_unknown_keys_and_wrong_types(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match="^" + re.escape(message)):
        config.resolve(settings=settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"train.lr": -1}, "`train.lr` must be at least 0, but is -1.0."),
        ({"tokenizer.source.vocab_size": 4}, "`tokenizer.source.vocab_size` must be at least 5"),
        ({"model.dropout": 1}, "`model.dropout` must be below 1, but is 1.0."),
        ({"train.betas": [0.9, 1]}, "`train.betas` are decay rates, at least 0 and below 1, but"),
        ({"data.pair": "en"}, "`data.pair` must look like `en-de`, but is `en`."),
        ({"data.pair": "en-"}, "`data.pair` must look like `en-de`, but is `en-`."),
        (
            {"data.columns": [0, 1]},
            "`data.columns` must be different columns for source and target,",
        ),
        ({"data.columns": [[1, 2], 2]}, "`data.columns` must be different columns for source and"),
        ({"data.columns": [[], 2]}, "`data.columns` must be different columns for source and"),
        (
            {"data.features": [2], "tokenizer.kind": "char"},
            "`data.features` must be columns,",
        ),
        (
            {"data.features": 3},
            "`data.features` makes tags that `tokenizer.kind=bpe` would cut",
        ),
        (
            {"data.features": 3, "tokenizer.kind": "char", "data.clean": ["tutorial-intended"]},
            "`data.features` puts tags into brackets, which `tutorial-intended` of `data.clean`",
        ),
        ({"evaluate.metrics": ["were"]}, "`evaluate.metrics` must be one of"),
        ({"data.columns": "2,2"}, "`data.columns` must be a"),
        ({"data.separator": ""}, "`data.separator` must not be empty; write a tab as `data.sep"),
        ({"data.split": 1.0}, "`data.split` is the share used for training and must lie between"),
        (
            {"train.average_checkpoints": 3},
            "`train.average_checkpoints` is 3 but only 1 are kept; raise `train.keep_checkpoints`.",
        ),
        (
            {"decode.min_length": 9, "decode.max_length": 5},
            "`decode.min_length` is 9, which is more than `decode.max_length`, 5; lower one or",
        ),
        (
            {"tokenizer.shared": True, "tokenizer.source.kind": "char"},
            "`tokenizer.shared` needs the same settings on both sides; remove `tokenizer.source.*`",
        ),
        (
            {"model.attention.score": "dot", "model.bidirectional": True, "model.bridge": "tanh"},
            "`model.attention.score=dot` multiplies decoder states (256) with encoder states (512)",
        ),
        (
            {"model.attention.scope": "local-p", "model.attention.score": "none"},
            "`model.attention.scope=local-p` limits an attention that `model.attention.score=none` "
            "leaves out; choose a score, or set `model.attention.scope=global`.",
        ),
        (
            {"model.attention.scope": "local-m", "model.attention.score": "location"},
            "`model.attention.scope=local-m` cannot go with `location`, which knows no position",
        ),
        (
            {"model.attention.scope": "hard", "model.attention.hard_training": "marginal"},
            "`model.attention.hard_training=marginal` adds up the choices of each step",
        ),
        (
            {"model.attention.coverage": True},
            "`model.attention.coverage` enters the tanh of an additive score, and "
            "`model.attention.score=general` has none; set `model.attention.score` to `additive` ",
        ),
        (
            {
                "model.attention.coverage": True,
                "model.attention.score": "additive",
                "model.attention.scope": "hard",
            },
            "`model.attention.coverage` adds up what attention spreads over the source, but "
            "`model.attention.scope=hard` reads one position and spreads nothing; set ",
        ),
        (
            {"model.attention.coverage_loss": 1.0},
            "`model.attention.coverage_loss` is 1.0, but attention that knows nothing of what is "
            "covered cannot avoid it; set `model.attention.coverage=true`, or the loss to 0.",
        ),
        (
            {
                "train.scheduled_sampling.decay": "linear",
                "model.attention.scope": "hard",
            },
            "`train.scheduled_sampling.decay=linear` lets the decoder read other words than the ",
        ),
        (
            {
                "train.scheduled_sampling.decay": "exponential",
                "train.scheduled_sampling.k": 1.0,
            },
            "`train.scheduled_sampling.k` is raised to the number of the update with "
            "`decay=exponential` and must be above 0 and below 1, but is 1.0; leave it out",
        ),
        (
            {
                "train.scheduled_sampling.decay": "inverse-sigmoid",
                "train.scheduled_sampling.k": 0.5,
            },
            "`train.scheduled_sampling.k` must be at least 1 with `decay=inverse-sigmoid`, but is ",
        ),
        (
            {"train.scheduled_sampling.floor": 1.0},
            "`train.scheduled_sampling.floor` must be below 1, but is 1.0.",
        ),
        (
            {"model.attention.window": 0},
            "`model.attention.window` must be at least 1, but is 0.",
        ),
        (
            {"model.fixed_context": True},
            "`model.fixed_context` is the alternative to attention and cannot go with `model.att",
        ),
        (
            {"model.readout": "hidden"},
            "`model.attention.score=general` would have no effect, since `model.readout=hidden`",
        ),
        (
            {"model.bidirectional": True, "model.attention.score": "none"},
            "`model.bridge=copy` copies the backward states, and without attention nothing would",
        ),
        ({"model.residual_from": 1}, "`model.residual_from=1` would add word vectors to the"),
        ({"model.residual_from": -1}, "`model.residual_from` must be at least 0, but is -1."),
        (
            {"model.residual_from": 2, "model.bidirectional": "first", "model.num_layers": 2},
            "`model.residual_from=2` would add both directions of the first encoder layer to the",
        ),
        (
            {"model.context_to": "all"},
            "`model.context_to=all` needs a context before the step, but with `model.attention.tim",
        ),
        (
            {"decode.replace_unknown": True, "tokenizer.kind": "bpe"},
            "`decode.replace_unknown` cannot help here: the target's tokenizer is `bpe`, which "
            "never says `<unk>`; leave it out.",
        ),
        (
            {
                "decode.replace_unknown": True,
                "tokenizer.kind": "word",
                "tokenizer.source.kind": "unigram",
            },
            "`decode.replace_unknown` cannot help here: the source's tokenizer is `unigram`, which "
            "has pieces instead of words; leave it out.",
        ),
        (
            {
                "decode.replace_unknown": True,
                "tokenizer.kind": "word",
                "model.attention.score": "none",
                "model.readout": "hidden",
            },
            "`decode.replace_unknown` cannot help here: the model has no attention, which says "
            "what source word an `<unk>` stands for; leave it out.",
        ),
        (
            {"vectors.source": "glove.txt", "tokenizer.kind": "bpe"},
            "`vectors.source=glove.txt` has vectors of words, but `bpe` makes pieces of them; set "
            "`tokenizer.source.kind` to `word`, or leave the vectors out.",
        ),
        (
            {
                "vectors.source": "a.txt",
                "vectors.target": "b.txt",
                "tokenizer.kind": "word",
                "tokenizer.shared": True,
                "model.tie_weights": True,
            },
            "`vectors.source` and `vectors.target` would both begin the one matrix that ",
        ),
        (
            {"vectors.freeze": True},
            "`vectors.freeze` keeps vectors as they are, but none are given; name a file with ",
        ),
        (
            {
                "vectors.freeze": True,
                "vectors.target": "b.txt",
                "tokenizer.kind": "word",
                "train.optimizer": "adamw",
                "train.weight_decay": 0.01,
            },
            "`train.weight_decay=0.01` lets every weight decay, which `vectors.freeze` forbids",
        ),
        (
            {"decode.dictionary": "words.tsv"},
            "`decode.dictionary` is `words.tsv`, which only `decode.replace_unknown=true` reads; "
            "set that too, or leave it out.",
        ),
        (
            {"model.attention.score": "none", "decode.coverage_penalty": 0.2},
            "`decode.coverage_penalty` is 0.2, but without attention there is no coverage to meas",
        ),
        (
            {"model.bidirectional": 1},
            "`model.bidirectional` must be one of `False`, `True`, `first`, but is `1`",
        ),
        (
            {"model.tie_weights": True, "model.embed_dim": 10},
            "`model.tie_weights` needs a readout as wide as the embeddings, but they are 256 ",
        ),
    ],
)
def test_refuses_values_without_meaning(settings: dict[str, Any], message: str) -> None:
    refused(settings, message)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"model.num_heads": 3}, "`model.num_heads` must divide `model.embed_dim`, but 3 does not"),
        (
            {"model.embed_dim": 9, "model.num_heads": 3},
            "`model.embed_dim` must be even (half sines, half cosines), but is 9.",
        ),
        (
            {"model.attention.scope": "local-p"},
            "`model.attention` is not a configuration key of `transformer2017`, but of recurrent "
            "models; leave it out, or choose another architecture with `--arch`.",
        ),
    ],
)
def test_refuses_impossible_transformers(settings: dict[str, Any], message: str) -> None:
    refused(settings, message, arch="transformer2017")


def test_refuses_unknown_presets() -> None:
    with pytest.raises(ConfigError, match=r"^`luong2016` is not an architecture; did you mean"):
        config.resolve(arch="luong2016")
    with pytest.raises(ConfigError, match=r"^`zzz` is not an architecture; `seq2see archs`"):
        config.resolve(arch="zzz")
    with pytest.raises(ConfigError, match=r"^`tiney` is not a size; did you mean `tiny`\?"):
        config.resolve(size="tiney")
    with pytest.raises(ConfigError, match=r"^`9` is not a size; sizes are tiny, small, base"):
        config.resolve(size="9")


def test_field_docs_cover_every_key_once() -> None:
    docs = config.field_docs()
    keys: set[str] = set()
    for arch in presets.names():
        keys |= set(config.flatten(config.to_dict(config.resolve(arch=arch))))
    assert keys <= set(docs)
    assert "data.separator" in docs  # absent from the dictionaries, as it is None
    assert docs["train.lr"] == "Peak learning rate."
    assert docs["model.attention.score"].startswith("How a decoder state is compared")
    assert "Transformer: Model width" in docs["model.embed_dim"]
    assert all(doc.endswith(".") for doc in docs.values())


def test_configurations_cannot_be_changed() -> None:
    resolved: Config = config.resolve(arch="transformer2017")
    assert isinstance(resolved.model, TransformerConfig)
    with pytest.raises(AttributeError):
        resolved.train = TrainConfig()  # type: ignore[misc]


@pytest.mark.parametrize(
    ("hidden_dim", "readout", "expected"), [(7, "maxout", 4), (7, "hidden", 7)]
)
def test_readout_dim(hidden_dim: int, readout: str, expected: int) -> None:
    resolved = config.resolve(
        arch="sutskever2014", settings={"model.hidden_dim": hidden_dim, "model.readout": readout}
    )
    assert isinstance(resolved.model, RecurrentConfig)
    assert config.readout_dim(resolved.model) == expected


@pytest.mark.parametrize(("pair", "expected"), [(None, None), ("en-de", ("en", "de"))])
def test_languages(pair: str | None, expected: tuple[str, str] | None) -> None:
    assert config.resolve(settings={"data.pair": pair} if pair else {}).data.languages == expected


def test_one_column_may_stand_where_there_may_be_several() -> None:
    data = config.resolve(settings={"data.columns": [[1, 3], 2]}).data
    assert data.columns == ((1, 3), (2,))
    assert config.resolve(settings={"data.columns": [2, 1]}).data.columns == ((2,), (1,))
    tagged = config.resolve(settings={"data.features": 3, "tokenizer.source.kind": "char"})
    assert tagged.data.features == (3,)
    assert config.resolve(settings=tomllib.loads(config.dump(tagged))) == tagged
