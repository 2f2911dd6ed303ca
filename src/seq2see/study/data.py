"""The pairs that all rows of a study share, read, split and written once.

::

    STUDY/data/train.jsonl  valid.jsonl  test.jsonl   the pairs, as yet uncleaned
    STUDY/data/origin.json                            what they were read from

Every run then names these files as its corpora. So no row or seed sees another split, and all are
scored on the same pairs. A study goes on even where its corpora have changed or gone since.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from seq2see import config as configuration
from seq2see.config import Config
from seq2see.data import clean, corpus
from seq2see.data.pair import Pair
from seq2see.data.rejects import count_by_reason, filter_pairs
from seq2see.data.vocabulary import train_tokenizers
from seq2see.errors import RunError, UsageError
from seq2see.files import folder_begun, write_directory_atomically
from seq2see.tokenizer import Tokenizer
from seq2see.training.material import BUILTIN, Say, Texts, located, read_texts

FOLDER = "data"
_ORIGIN = "origin.json"
_NAMES = ("data.train", "data.valid", "data.test")
# What decides which pairs there are and which split each belongs to.
DECIDES = (
    *_NAMES, "data.pair", "data.columns", "data.features", "data.separator", "data.split",
    "data.split_by",
)  # fmt: skip


@dataclass(frozen=True)
class SharedData:
    """The pairs of a study."""

    folder: Path
    counts: Mapping[str, int]
    """Pairs of each split that has any."""
    origin: Mapping[str, Any]
    """The settings that they were read by."""

    @property
    def settings(self) -> dict[str, Any]:
        """What makes a run read them."""
        named = {f"data.{split}": (str(self.folder / f"{split}.jsonl"),) for split in self.counts}
        # Languages choose how BLEU counts, and features, which lie beside the columns, how sources
        # are tokenised.
        kept = ("data.pair", "data.columns", "data.features")
        return {**named, **{key: self.origin[key] for key in kept if key in self.origin}}

    @property
    def corpora(self) -> tuple[str, ...]:
        """What was read, without folders, which are nobody else's business."""
        named: list[str] = self.origin["data.train"]
        return tuple(one if one.startswith(BUILTIN) else Path(one).name for one in named)

    @property
    def measured_on(self) -> str:
        """The split that rows are scored on: ``test``, or ``valid`` where there is none."""
        return "test" if "test" in self.counts else "valid"

    def held_out(self, steps: Sequence[str]) -> list[Pair]:
        """The pairs that rows are scored on, cleaned as a row does.

        No length is too long here: rows that were trained on shorter pairs than others translate
        the same ones.
        """
        pairs = corpus.read(str(self.folder / f"{self.measured_on}.jsonl")).pairs
        cleaned, _ = clean.clean_pairs(pairs, clean.resolve(steps))
        kept, _ = filter_pairs(cleaned)
        return kept


def share(common: Mapping[str, Any], study: Path, say: Say) -> SharedData:
    """Read the corpora of a study and write them into it, or open what was written before.

    Args:
        common: Settings of all rows by dotted key.
        study: The directory of the study.
        say: Told how reading goes.

    Raises:
        UsageError: The directory holds something else, or a study of other data.
        DataError: The corpora cannot be read or split.
    """
    folder = study / FOLDER
    begun = (folder_begun(folder),)  # what is left where writing it was cut off
    config = _reading(common)
    flat = configuration.flatten(configuration.to_dict(config))
    origin = json.loads(json.dumps({key: flat[key] for key in DECIDES if key in flat}))
    if (folder / _ORIGIN).exists():
        found = _opened(folder)
        if found.origin != origin:
            changed = [key for key in DECIDES if found.origin.get(key) != origin.get(key)]
            raise UsageError(
                f"`{study}` is a study of other data (`{'`, `'.join(changed)}` differ); choose "
                "another --out."
            )
        return found
    if study.exists() and (not study.is_dir() or any(one not in begun for one in study.iterdir())):
        raise UsageError(f"`{study}` exists and is no study; choose another --out.")
    say(f"reading {', '.join(config.data.train)}")
    splits = read_splits(config, say)
    counts = {split: len(pairs) for split, pairs in splits.items()}
    files = {
        f"{split}.jsonl": "".join(corpus.to_jsonl(pairs)).encode()
        for split, pairs in splits.items()
    }
    described = {"pairs": counts, "origin": origin}
    files[_ORIGIN] = (json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode()
    write_directory_atomically(folder, files)
    return SharedData(folder, counts, origin)


def read_splits(config: Config, say: Say) -> dict[str, list[Pair]]:
    """Read and split the corpora; the pairs are as they were written."""
    texts = read_texts(config, say=say)
    if lost := count_by_reason(texts.lost):
        say("left out: " + ", ".join(f"{count:,} {reason}" for reason, count in lost.items()))
    splits = {"train": texts.train, "valid": texts.valid, "test": texts.test}
    return {split: list(pairs) for split, pairs in splits.items() if pairs}


def learn_vocabularies(config: Config) -> tuple[Texts, tuple[Tokenizer, Tokenizer]]:
    """Read the pairs as a run of this configuration does, and learn the vocabularies it would."""
    texts = read_texts(config)
    tags = bool(config.data.features)
    return texts, train_tokenizers(config.tokenizer, texts.train, tags=tags)


def _reading(common: Mapping[str, Any]) -> Config:
    """How the corpora are read: all pairs, and nothing changed in them."""
    kept = {key: value for key, value in common.items() if key in (*DECIDES, "train.seed")}
    # Of the kinds of tokenizers, whose rows it may be that differ in them, one that goes with all.
    whole = {"data.clean": (), "tokenizer.kind": "whitespace"}
    config = configuration.resolve(settings={**kept, **whole})
    return replace(config, data=located(config.data))


def _opened(folder: Path) -> SharedData:
    path = folder / _ORIGIN
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return SharedData(folder, content["pairs"], content["origin"])
    except (ValueError, KeyError, TypeError) as error:
        raise RunError(f"`{path}` is broken ({error!r}); restore it from a copy.") from None
