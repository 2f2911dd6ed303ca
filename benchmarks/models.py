"""The models that are compared, in the words of each toolkit."""

import argparse
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import parallel

VOCABULARY = 8000


@dataclass(frozen=True)
class Model:
    """One comparison: the same model in seq2see's and in OpenNMT-py's words."""

    title: str
    ours: dict[str, Any]
    theirs: dict[str, Any]
    batch_tokens: int
    """Ours, padding included: as many real target tokens on average as in the peer's batches,
    which hold more padding."""
    lr: float
    warmup: int
    updates: int
    turn: int
    """Updates of a turn; about 20 seconds of the peer."""


def transformer(layers: int, dim: int, feedforward: int, dropout: float) -> dict[str, Any]:
    """Settings of a Transformer; dropout on embeddings, blocks, activations and attention."""
    return {
        "arch": "transformer2017",
        "size": "tiny",
        "settings": {
            "model.num_layers": layers,
            "model.embed_dim": dim,
            "model.feedforward_dim": feedforward,
            "model.num_heads": 4,
            "model.dropout": dropout,
            "model.feedforward_dropout": dropout,
            "model.attention_dropout": 0.1,
        },
    }


def onmt_transformer(layers: int, dim: int, feedforward: int, dropout: float) -> dict[str, Any]:
    """The same for OpenNMT-py; attention dropout is its default."""
    return {
        "encoder_type": "transformer",
        "decoder_type": "transformer",
        "layers": layers,
        "hidden_size": dim,
        "word_vec_size": dim,
        "transformer_ff": feedforward,
        "heads": 4,
        "dropout": dropout,
        "attention_dropout": 0.1,
        "param_init": 0,
        "param_init_glorot": True,
        "position_encoding": True,
        "add_qkvbias": True,
        "add_ffnbias": True,
        "batch_type": "tokens",
        "batch_size": 4096,
        "valid_batch_size": 4096,
    }


MODELS = {
    "transformer": Model(
        "Transformer 3+3, d 256, ff 1024, 4 heads",
        transformer(3, 256, 1024, 0.1),
        onmt_transformer(3, 256, 1024, 0.1),
        batch_tokens=3600,
        lr=0.001,
        warmup=200,
        updates=300,
        turn=15,
    ),
    # OpenNMT-py halves the width of a bidirectional encoder between its directions; seq2see gives
    # each direction the whole width and starts the decoder by a layer of its own, so that ours has
    # more to compute.
    "recurrent": Model(
        "LSTM 256, additive attention, input feeding",
        {
            "arch": "luong2015",
            "size": "small",
            "settings": {
                "model.bidirectional": True,
                "model.bridge": "tanh",
                "model.attention.score": "additive",
                "model.dropout": 0.3,
                "model.tie_weights": True,
            },
        },
        {
            "encoder_type": "brnn",
            "decoder_type": "rnn",
            "rnn_type": "LSTM",
            "layers": 1,
            "hidden_size": 256,
            "word_vec_size": 256,
            "global_attention": "mlp",
            "input_feed": 1,
            "dropout": 0.3,
            "batch_type": "sents",
            "batch_size": 64,
        },
        batch_tokens=1070,
        lr=0.002,
        warmup=200,
        updates=800,
        turn=40,
    ),
    "tiny": Model(
        "Transformer-tiny 4+4, d 128, ff 256, 4 heads",
        transformer(4, 128, 256, 0.3),
        onmt_transformer(4, 128, 256, 0.3),
        batch_tokens=3600,
        lr=0.003,
        warmup=200,
        updates=400,
        turn=20,
    ),
}


def shortened(model: Model, updates: int | None, turn: int | None) -> Model:
    """The model with another number of updates, a whole number of turns."""
    turn = turn or model.turn
    turns = max(2, round((updates or model.updates) / turn))
    return replace(model, updates=turns * turn, turn=turn)


def our_job(model: Model, data: Path, out: Path, given: argparse.Namespace) -> dict[str, Any]:
    """Arguments of ``seq2see.train``."""
    common = {
        "tokenizer.kind": "bpe",
        "tokenizer.vocab_size": VOCABULARY,
        "tokenizer.shared": True,
        "model.tie_weights": True,
        "train.batch_tokens": model.batch_tokens,
        "train.optimizer": "adam",
        "train.betas": (0.9, 0.98),
        "train.lr": model.lr,
        "train.schedule": "inverse-sqrt",
        "train.warmup_updates": model.warmup,
        "train.label_smoothing": 0.1,
        "train.clip_norm": 1.0,
        "train.max_updates": model.updates,
        "train.log_every": model.turn,
        "train.validate_every": model.updates,
        "train.validate_sentences": 0,
        "train.checkpoint_every": model.updates,
        "train.patience": 0,
        "train.seed": given.seed,
    }
    changed = dict(setting.split("=", 1) for setting in given.set)
    return {
        **model.ours,
        "settings": {**common, **model.ours["settings"], **changed},
        "data": str(data / parallel.SPLITS["train"]),
        "valid": str(data / parallel.SPLITS["valid"]),
        "pair": parallel.PAIR,
        "out": str(out),
        "threads": given.threads,
        "turn": model.turn,
    }


def onmt_options(
    model: Model, files: parallel.Files, out: Path, given: argparse.Namespace
) -> list[str]:
    """Arguments of ``onmt_train``."""
    corpora = {
        name: {
            f"path_{side}": f"{prefix}.{language}"
            for side, language in zip(("src", "tgt"), parallel.LANGUAGES, strict=True)
        }
        for name, prefix in (("corpus", files.train), ("valid", files.valid))
    }
    options = {
        "data": json.dumps({**corpora, "corpus": {**corpora["corpus"], "weight": 1}}),
        "src_vocab": files.vocabulary,
        "share_vocab": True,
        "share_embeddings": True,
        "share_decoder_embeddings": True,
        "save_model": out,
        "train_steps": model.updates,
        "report_every": model.turn,
        "normalization": "tokens",
        "num_workers": 0,
        "bucket_size": files.pairs,
        "optim": "adam",
        "adam_beta1": 0.9,
        "adam_beta2": 0.98,
        "max_grad_norm": 1,
        "norm_eps": 1e-5,
        "vocab_size_multiple": 1,
        "label_smoothing": 0.1,
        # lr * min(u / w, sqrt(w / u)) in the form of Vaswani et al. 2017, equation 3
        "decay_method": "noam",
        "warmup_steps": model.warmup,
        "learning_rate": model.lr * (model.theirs["hidden_size"] * model.warmup) ** 0.5,
        "seed": given.seed,
        **model.theirs,
    }
    return [
        part
        for name, value in options.items()
        for part in ([f"--{name}"] if value is True else [f"--{name}", str(value)])
    ]


def joeynmt_configuration(
    model: Model, files: parallel.Files, out: Path, given: argparse.Namespace
) -> dict[str, Any]:
    """The same for JoeyNMT, worked out from OpenNMT-py's options."""
    theirs = model.theirs
    dropout, dim = theirs["dropout"], theirs["hidden_size"]
    is_transformer = theirs["encoder_type"] == "transformer"
    side = {
        "type": "transformer" if is_transformer else "recurrent",
        "num_layers": theirs["layers"],
        "hidden_size": dim,
        "dropout": dropout,
        "embeddings": {"embedding_dim": dim, "scale": is_transformer, "dropout": dropout},
    }
    if is_transformer:
        side |= {"num_heads": theirs["heads"], "ff_size": theirs["transformer_ff"]}
        encoder = decoder = side | {"layer_norm": "pre"}
    else:
        encoder = side | {"rnn_type": "lstm", "bidirectional": True}
        decoder = side | {
            "rnn_type": "lstm",
            "hidden_dropout": dropout,
            "attention": "bahdanau",
            "input_feeding": True,
            "init_hidden": "bridge",
        }
    text = {"level": "word", "max_length": 1000, "voc_file": str(files.vocabulary)}
    source, target = parallel.LANGUAGES
    return {
        "name": "benchmark",
        "model_dir": str(out),
        "use_cuda": False,
        "random_seed": given.seed,
        "data": {
            "train": str(files.train),
            "dev": str(files.valid),
            "dataset_type": "plain",
            "src": {"lang": source, **text},
            "trg": {"lang": target, **text},
        },
        "training": {
            "optimizer": "adam",
            "adam_betas": [0.9, 0.98],
            "scheduling": "noam",
            "learning_rate": model.lr,
            "learning_rate_min": 0.0,
            "learning_rate_factor": model.lr * (dim * model.warmup) ** 0.5,
            "learning_rate_warmup": model.warmup,
            "label_smoothing": 0.1,
            "clip_grad_norm": 1.0,
            "normalization": "tokens",
            "batch_type": {"tokens": "token", "sents": "sentence"}[theirs["batch_type"]],
            "batch_size": theirs["batch_size"],
            "epochs": 10**6,
            "updates": model.updates,
            "validation_freq": model.turn * 10**6,
            "logging_freq": model.turn,
        },
        "testing": {},
        "model": {
            "initializer": "xavier_uniform",
            "tied_embeddings": True,
            "tied_softmax": True,
            "encoder": encoder,
            "decoder": decoder,
        },
    }
