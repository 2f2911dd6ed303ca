"""Training speed against OpenNMT-py, and whether both really learn.

    python benchmarks/training.py                        # all three models, about an hour
    python benchmarks/training.py --only tiny --updates 100

Each model is trained from nothing by ``seq2see.train`` and by OpenNMT-py's ``onmt_train``, on the
same sentence pairs cut into the same tokens, with the same token budget for a batch (padding
counted, by the longer side), dropout, label smoothing, Adam, clipping and learning rates. The two
processes take turns of some updates, on the same cores. What is counted are real target tokens,
``</s>`` included, padding and ``<s>`` not. Time of the peer is that of forward pass, backward pass
and optimiser alone; time of seq2see is all that passes, the assembly of batches included. The first
turn of both is left out. At the end both say their mean negative log-likelihood of a validation
token, dropout and smoothing off, after the same number of updates.

What stays different: which sentences share a batch, the drawing of initial weights and masks (each
toolkit its own), and, in the recurrent model, the width of the encoder (see ``MODELS``).
"""

import argparse
import json
import shutil
import statistics
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import measure
import parallel
import peers

VOCABULARY = 8000


@dataclass(frozen=True)
class Model:
    """One comparison: the same model in seq2see's and in OpenNMT-py's words."""

    title: str
    ours: dict[str, Any]
    theirs: dict[str, Any]
    batch_tokens: int
    lr: float
    warmup: int
    updates: int
    turn: int
    """Updates of a turn; about 20 seconds of the peer."""
    flags: tuple[str, ...] = field(default=())
    """Options of OpenNMT-py without a value."""


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
    }


TRANSFORMER_FLAGS = ("position_encoding", "param_init_glorot", "add_qkvbias")
MODELS = {
    "transformer": Model(
        "Transformer 3+3, d 256, ff 1024, 4 heads",
        transformer(3, 256, 1024, 0.1),
        onmt_transformer(3, 256, 1024, 0.1),
        batch_tokens=4096,
        lr=0.001,
        warmup=200,
        updates=300,
        turn=15,
        flags=TRANSFORMER_FLAGS,
    ),
    # OpenNMT-py halves the width of a bidirectional encoder between its directions; seq2see gives
    # each direction the whole width and starts the decoder by a layer of its own, so that ours has
    # more to compute. A budget of 1,200 tokens is about 64 sentences.
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
        },
        batch_tokens=1200,
        lr=0.002,
        warmup=200,
        updates=800,
        turn=40,
    ),
    "tiny": Model(
        "Transformer-tiny 4+4, d 128, ff 256, 4 heads",
        transformer(4, 128, 256, 0.3),
        onmt_transformer(4, 128, 256, 0.3),
        batch_tokens=4096,
        lr=0.003,
        warmup=200,
        updates=400,
        turn=20,
        flags=TRANSFORMER_FLAGS,
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


def their_options(
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
        "save_model": out,
        "train_steps": model.updates,
        "report_every": model.turn,
        "batch_type": "tokens",
        "batch_size": model.batch_tokens,
        "valid_batch_size": model.batch_tokens,
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
    flags = ("share_vocab", "share_embeddings", "share_decoder_embeddings", *model.flags)
    return [
        *(str(part) for name, value in options.items() for part in (f"--{name}", value)),
        *(f"--{name}" for name in flags),
    ]


def compare(name: str, given: argparse.Namespace) -> dict[str, Any]:
    """Train one model with both, in turns."""
    model = shortened(MODELS[name], given.updates, given.turn)
    folder = given.cache.absolute() / "training" / name
    shutil.rmtree(folder, ignore_errors=True)
    interpreter = peers.python("onmt", given.cache)
    job = our_job(model, given.data.absolute(), folder / "seq2see", given)
    ours = measure.Worker(
        [sys.executable, measure.WORKERS / "seq2see_training.py", json.dumps(job)],
        folder / "seq2see.log",
        given.threads,
    )
    found = {"seq2see": ours.read()}  # its tokenizer stands in the run now
    files = parallel.write(folder / "seq2see", given.data, folder / "ids")
    options = their_options(model, files, folder / "onmt" / "model", given)
    theirs = measure.Worker(
        [
            interpreter,
            "-W",
            "ignore",
            measure.WORKERS / "onmt_training.py",
            str(model.turn),
            *options,
        ],
        folder / "onmt.log",
        given.threads,
    )
    found["onmt"] = theirs.read()
    replies = measure.in_turns((ours.turn, theirs.turn), model.updates // model.turn)
    for system, worker, turns in zip(found, (ours, theirs), replies, strict=True):
        measured = turns[1:]
        found[system] |= {
            "speeds": [turn["tokens"] / turn[given.clock] for turn in measured],
            "tokens_per_update": sum(turn["tokens"] for turn in turns) / turns[-1]["update"],
            **worker.turn(),
        }
        worker.close()
    ratios = [
        a / b for a, b in zip(found["seq2see"]["speeds"], found["onmt"]["speeds"], strict=True)
    ]
    return {
        "model": model.title,
        "updates": model.updates,
        "systems": found,
        "ratios": ratios,
        "ratio": statistics.median(ratios),
        "excess_nll": found["seq2see"]["nll"] / found["onmt"]["nll"] - 1,
    }


def show(results: list[dict[str, Any]]) -> str:
    """One table of everything."""
    rows = [
        ("model", "system", "parameters", "tokens/update", "tokens/s", "ratio (range)",
         "updates", "valid. NLL"),
    ]  # fmt: skip
    for result in results:
        for system, found in result["systems"].items():
            ours = system == "seq2see"
            rows.append(
                (
                    result["model"] if ours else "",
                    system,
                    f"{found['parameters']:,}",
                    f"{found['tokens_per_update']:,.0f}",
                    f"{statistics.median(found['speeds']):,.0f}",
                    measure.spread(result["ratios"]) if ours else "",
                    f"{result['updates']:,}",
                    f"{found['nll']:.4f}" + (f" ({result['excess_nll']:+.1%})" if ours else ""),
                )
            )
    return measure.table(rows)


def add_common_options(parser: argparse.ArgumentParser) -> None:
    """Options that the benchmark of translation has too."""
    data, cache = measure.ROOT.parent / "shared/data/multi30k", measure.ROOT / ".peers"
    parser.add_argument("--data", type=Path, default=data, help="folder of the corpus")
    parser.add_argument("--cache", type=Path, default=cache, help="folder of environments and runs")
    parser.add_argument("--turn", type=int, help="updates of a turn, instead of each model's own")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--clock",
        choices=("wall", "cpu"),
        default="wall",
        help="cpu: processor time, for a busy machine and one thread",
    )
    parser.add_argument(
        "--set", nargs="*", default=[], metavar="KEY=VALUE", help="further settings of training"
    )
    parser.add_argument("--json", type=Path, help="write everything measured here, too")


def main() -> None:
    """Compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    add_common_options(parser)
    parser.add_argument("--only", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--updates", type=int, help="instead of each model's own number")
    given = parser.parse_args()
    where = measure.provenance(given.seed, given.threads)
    print("\n".join(f"{name}: {value}" for name, value in where.items()), flush=True)
    results = []
    for name in given.only:
        results.append(compare(name, given))
        print(f"\n{show(results[-1:])}", flush=True)
    if len(results) > 1:
        print(f"\n{show(results)}")
    if given.json:
        given.json.write_text(json.dumps({**where, "results": results}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
