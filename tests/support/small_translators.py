"""Translators with random weights, for tests of what surrounds a model."""

from typing import Any

import torch

from seq2see import config as configuration
from seq2see.decoding.translator import Translator
from seq2see.models.build import build
from seq2see.tokenizer import Tokenizer

ENGLISH = ["I am a student .", "you are a good student .", "the train is good .", "I see a train ."]
FRENCH = ["je suis étudiant .", "tu es bon étudiant .", "le train est bon .", "je vois un train ."]


def translator(
    arch: str = "luong2015",
    kind: str = "word",
    settings: dict[str, Any] | None = None,
    pairs: tuple[list[str], list[str]] = (ENGLISH, FRENCH),
) -> Translator:
    config = configuration.resolve(
        arch=arch,
        size="tiny",
        settings={"decode.max_length": 8, "decode.beam_size": 3, **(settings or {})},
    )
    vocab_size = 300 if kind in ("bpe", "unigram") else 40
    source = Tokenizer.train(pairs[0], kind=kind, vocab_size=vocab_size)  # type: ignore[arg-type]
    target = Tokenizer.train(pairs[1], kind=kind, vocab_size=vocab_size)  # type: ignore[arg-type]
    if config.tokenizer.shared:
        both = [*pairs[0], *pairs[1]]
        source = target = Tokenizer.train(both, kind=kind, vocab_size=vocab_size)  # type: ignore[arg-type]
    with torch.random.fork_rng():
        torch.manual_seed(5)
        model = build(
            config.model,
            len(source),
            len(target),
            max_source_length=config.data.max_length + 1,
            shared_vocab=config.tokenizer.shared,
        )
        for parameter in model.parameters():
            parameter.data *= 2
    return Translator(model, source, target, config)
