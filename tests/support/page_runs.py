"""Small trained models with what Python translates by them, for comparison with a page's engine.

    python tests/support/page_runs.py FOLDER NAME...

writes FOLDER/NAME.json for each plan of that name. Tests call it as a program, because training is
many times slower where shapes are checked at every call.
"""

import json
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import seq2see
from seq2see.config import TokenizerKind
from seq2see.data import builtin
from seq2see.models import presets
from seq2see.views.packed import pack, rounded

SENTENCES = 200
NUM_BEST = 2


@dataclass(frozen=True)
class Plan:
    """What is trained, and on what."""

    arch: str
    kind: str
    corpus: str
    settings: dict[str, Any] = field(default_factory=dict)


_CORPORA = {
    "word": "en-zh", "unigram": "en-zh", "whitespace": "copy-short",
    "char": "dates", "bpe": "dates",
}  # fmt: skip
PLANS = {
    f"{arch}-{kind}": Plan(arch, kind, _CORPORA[kind])
    for arch in presets.names()
    for kind in get_args(TokenizerKind)
}
"""Every architecture with every tokenizer."""


def train(plan: Plan, folder: Path) -> seq2see.Translator:
    """Train for some seconds."""
    width = 32 if plan.arch == "transformer2017" else 40
    settings = {
        "model.embed_dim": width,
        "model.num_layers": {"transformer2017": 2, "gnmt2016": 3}.get(plan.arch, 1),
        **({} if plan.arch == "transformer2017" else {"model.hidden_dim": width}),
        "model.dropout": 0.0,
        "tokenizer.kind": plan.kind,
        "tokenizer.vocab_size": 400,
        "tokenizer.shared": plan.kind == "whitespace",
        "train.max_updates": 150,
        "train.batch_tokens": 500,
        "train.lr": 0.02,
        "train.warmup_updates": 20,
        "train.validate_every": 150,
        "train.checkpoint_every": 150,
        "train.validate_sentences": 0,
        **plan.settings,
    }
    name = plan.corpus
    seq2see.train(
        f"builtin:{name}:1500", valid=f"builtin:{name}/valid:50", test=f"builtin:{name}/test:50",
        arch=plan.arch, size="tiny", out=folder, settings=settings, device="cpu", threads=1,
    )  # fmt: skip
    return seq2see.load(folder, device="cpu", threads=1)


def translations(plan: Plan, translator: seq2see.Translator) -> dict[str, Any]:
    """What a page has to find: the best hypotheses of each sentence, and the greedy one."""
    texts = [pair.source for pair in builtin.generate(plan.corpus, "test", SENTENCES)]
    compared = rounded(translator)
    return {
        "packed": pack(translator),
        "texts": texts,
        "greedy": [_found(one) for one in compared.translate(texts, beam_size=1)],
        "beam": [_found(one) for one in compared.translate(texts, beam_size=5, num_best=NUM_BEST)],
    }


def _found(translation: seq2see.Translation) -> list[dict[str, Any]]:
    return [
        {"ids": one.ids, "text": one.text, "score": one.score, "logs": one.token_log_probs}
        for one in translation.hypotheses
    ]


def main() -> None:
    """Make what was asked for."""
    folder, *names = sys.argv[1:]
    for name in names:
        with tempfile.TemporaryDirectory() as runs:
            translator = train(PLANS[name], Path(runs) / "run")
            content = translations(PLANS[name], translator)
        (Path(folder) / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")


if __name__ == "__main__":
    main()
