"""Trainings so small that a test can make several of them in its own process."""

from pathlib import Path
from typing import Any

import torch

from seq2see import config as configuration
from seq2see.config import Config
from seq2see.data import corpus
from seq2see.data.doctor import Diagnosis
from seq2see.data.pair import Pair
from seq2see.data.vocabulary import train_tokenizers
from seq2see.run import Run
from seq2see.training.listener import Listener
from seq2see.training.loop import Trainer
from seq2see.training.material import Material, prepare, read_texts

SETTINGS: dict[str, Any] = {
    "tokenizer.kind": "word",
    "tokenizer.vocab_size": 40,
    "train.batch_tokens": 40,
    "train.warmup_updates": 0,
    "train.lr": 0.02,
    "train.max_updates": 12,
    "train.validate_every": 4,
    "train.validate_sentences": 2,
    "train.checkpoint_every": 4,
    "train.log_every": 2,
    "train.patience": 0,
    "decode.max_length": 6,
}
SIZES: dict[str, dict[str, Any]] = {
    "recurrent": {"model.embed_dim": 8, "model.hidden_dim": 8},
    "transformer2017": {
        "model.embed_dim": 8,
        "model.feedforward_dim": 8,
        "model.num_layers": 1,
        "model.num_heads": 2,
    },
}
WORDS = ("un", "deux", "trois", "quatre", "cinq", "six")


def pairs(number: int, start: int = 0) -> list[Pair]:
    """Sequences of one to four words, and the same upside down and capitalised."""
    made = []
    for index in range(start, start + number):
        words = [WORDS[(index * 5 + place * (index % 4 + 1)) % 6] for place in range(index % 4 + 1)]
        made.append(Pair(" ".join(words), " ".join(reversed(words)).upper()))
    return made


def write_corpora(folder: Path) -> dict[str, Any]:
    """Write training, validation and test pairs; returns the settings that name them."""
    sizes = {"train": (30, 0), "valid": (6, 31), "test": (3, 38)}
    for name, (number, start) in sizes.items():
        corpus.write_jsonl(folder / f"{name}.jsonl", pairs(number, start))
    return {f"data.{name}": (str(folder / f"{name}.jsonl"),) for name in sizes}


def tiny_config(folder: Path, arch: str = "luong2015", **settings: Any) -> Config:
    """A configuration; ``train__lr=1.0`` sets ``train.lr``."""
    given = {key.replace("__", "."): value for key, value in settings.items()}
    sizes = SIZES.get(arch, SIZES["recurrent"])
    return configuration.resolve(
        arch=arch, size="tiny", settings={**write_corpora(folder), **SETTINGS, **sizes, **given}
    )


def tiny_trainer(
    folder: Path, arch: str = "luong2015", listener: Listener | None = None, **settings: Any
) -> Trainer:
    """A trainer of a new run in ``folder/run``."""
    config = tiny_config(folder, arch, **settings)
    texts = read_texts(config)
    source, target = train_tokenizers(config.tokenizer, texts.train)
    material = prepare(config, texts, source, target)
    return trainer_of(Run.create(folder / "run", config, source, target, {}), material, listener)


def trainer_of(run: Run, material: Material, listener: Listener | None = None) -> Trainer:
    """A trainer of a run that is there."""
    return Trainer(run, material, listener or Told(), torch.device("cpu"))


class Told:
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.diagnoses: list[Diagnosis] = []
        self.counts: list[tuple[int, int]] = []
        self.advanced = 0
        self.finished = 0

    def say(self, text: str) -> None:
        self.lines.append(text)

    def examined(self, diagnosis: Diagnosis) -> None:
        self.diagnoses.append(diagnosis)

    def start(self, done: int, total: int) -> None:
        self.counts.append((done, total))

    def advance(self, count: int = 1, note: str = "") -> None:
        self.advanced += count

    def finish(self) -> None:
        self.finished += 1

    @property
    def text(self) -> str:
        return "\n".join(self.lines)
