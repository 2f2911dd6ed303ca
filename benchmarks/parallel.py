"""The same sentence pairs for everyone: cut by seq2see's tokenizer, written as numbers.

A peer reads lines of token ids, so that it sees the very tokens, in a vocabulary of the same size.
Sources end with ``</s>``, as seq2see's do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from seq2see.data import clean, corpus
from seq2see.data.pair import Pair
from seq2see.run import Run
from seq2see.tokens import EOS, SPECIAL_TOKENS

LANGUAGES = ("en", "de")
PAIR = "-".join(LANGUAGES)
SPLITS = {"train": "train", "valid": "val", "test": "test_2016_flickr"}


@dataclass(frozen=True)
class Files:
    """Prefixes of files of ids, ``.en`` and ``.de`` each, and the vocabulary, one id a line."""

    train: Path
    valid: Path
    vocabulary: Path
    pairs: int
    """Number of training pairs."""


def write(run: Path, data: Path, folder: Path, *, end: bool = True) -> Files:
    """Write what the run learns from and is validated on, for peers.

    Args:
        run: A run of seq2see with a shared tokenizer.
        data: Folder of the corpus.
        folder: Where to write.
        end: Whether to put ``</s>`` after sources, for a peer that does not do so itself.
    """
    opened = Run.open(run)
    tokenizer = opened.source_tokenizer
    folder.mkdir(parents=True, exist_ok=True)
    steps = clean.resolve(opened.config.data.clean)
    corpora = {split: read(data, split, steps) for split in ("train", "valid")}
    for split, pairs in corpora.items():
        for language, texts in zip(LANGUAGES, (sources(pairs), targets(pairs)), strict=True):
            lines = [numbers(ids) for ids in tokenizer.encode_ids(texts)]
            last = f" {EOS}" if end and language == LANGUAGES[0] else ""
            path = folder / f"{split}.{language}"
            path.write_text("".join(f"{line}{last}\n" for line in lines), encoding="utf-8")
    vocabulary = folder / "vocabulary"
    known = range(len(SPECIAL_TOKENS), len(tokenizer))
    vocabulary.write_text("".join(f"{number}\n" for number in known), encoding="utf-8")
    return Files(folder / "train", folder / "valid", vocabulary, len(corpora["train"]))


def read(data: Path, split: str, steps: Sequence[str] = ()) -> list[Pair]:
    """Read the pairs of ``train``, ``valid`` or ``test``, cleaned by the given steps."""
    pairs = corpus.read(str(data / SPLITS[split]), pair=PAIR).pairs
    return clean.clean_pairs(pairs, steps)[0]


def sources(pairs: Sequence[Pair]) -> list[str]:
    """Their source sentences."""
    return [pair.source for pair in pairs]


def targets(pairs: Sequence[Pair]) -> list[str]:
    """Their target sentences."""
    return [pair.target for pair in pairs]


def numbers(ids: Sequence[int]) -> str:
    """A line of ids."""
    return " ".join(map(str, ids))
