"""Pretrained word vectors: of a file as large as it may be, those of a vocabulary's words.

Files are text, a word and its numbers on each line, separated by spaces, as word2vec (whose first
line says how many words and numbers there are), fastText and GloVe (which begins at once) write it.
A word in the file may hold spaces; none of a vocabulary does. Of a word that stands there twice the
first vector counts, and a word whose bytes are not UTF-8 is passed over.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from seq2see.data.lines import read_lines
from seq2see.errors import DataError
from seq2see.tokens import SPECIAL_TOKENS

_STEP = 1 << 14


@dataclass(frozen=True, eq=False)
class WordVectors:
    """Vectors of some tokens of a vocabulary."""

    ids: NDArray[np.int64]
    """The tokens, in order."""
    values: NDArray[np.float32]
    """Their vectors, ``[ids, dim]``."""
    num_lowered: int = 0
    """Tokens that have the vector of their lower-cased form, since they have none themselves."""


def dimension(path: Path) -> int:
    """Return how many numbers the vectors of a file have, from its first line.

    Raises:
        DataError: The file cannot be read, or does not begin as a file of vectors does.
    """
    for line in read_lines(path, []):
        fields = line.text.split()
        if _is_heading(fields):
            return int(fields[1])
        if len(fields) > 1 and _is_number(fields[-1]):
            return len(fields) - 1
        break
    raise DataError(
        f"`{path}` does not begin as a file of word vectors: neither with two whole numbers, as "
        "word2vec does, nor with a word and its numbers; give one in one of these forms."
    )


def read(
    path: Path, vocab: Sequence[str], advance: Callable[[int], None] = lambda _: None
) -> WordVectors:
    """Read the vectors of a vocabulary's words, line by line.

    A word that is not in the file has the vector of its lower-cased form, if that is there.

    Args:
        path: The file, gzipped or not.
        vocab: The tokens in the order of their ids; space around them does not count.
        advance: Told how many lines are read.

    Raises:
        DataError: The file cannot be read, or a line has not as many numbers as the first.
    """
    dim = dimension(path)
    exact, lowered = _wanted(vocab)
    values = np.zeros((len(vocab), dim), np.float32)
    has_own, has_any = (np.zeros(len(vocab), np.bool_) for _ in range(2))
    for line in read_lines(path, []):
        if line.number % _STEP == 0:
            advance(_STEP)
        text = line.text.strip()
        if not text or (line.number == 1 and _is_heading(text.split())):
            continue
        word = _word(text, dim)
        if word is None:
            raise _malformed(path, line.number, text, dim)
        own = [] if line.invalid else [i for i in exact.get(word, ()) if not has_own[i]]
        other = [] if line.invalid else [i for i in lowered.get(word, ()) if not has_any[i]]
        if own or other:
            values[own + other] = _numbers(path, line.number, text, dim)
            has_own[own] = True
            has_any[own + other] = True
    ids = np.flatnonzero(has_any)
    return WordVectors(ids, values[ids], int((has_any & ~has_own).sum()))


def _wanted(vocab: Sequence[str]) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """The ids of each word as it stands, and of each lower-cased form that is another word."""
    exact: dict[str, list[int]] = {}
    lowered: dict[str, list[int]] = {}
    for token_id in range(len(SPECIAL_TOKENS), len(vocab)):
        word = vocab[token_id].strip()
        exact.setdefault(word, []).append(token_id)
        if word.lower() != word:
            lowered.setdefault(word.lower(), []).append(token_id)
    return exact, lowered


def _word(text: str, dim: int) -> str | None:
    """What stands before the numbers of a line; None where there are fewer or more of them."""
    surplus = text.count(" ") - dim
    if surplus == 0:
        return text.partition(" ")[0]
    word = text.rsplit(" ", dim)[0]
    return None if surplus < 0 or _is_number(word.rpartition(" ")[2]) else word


def _numbers(path: Path, number: int, text: str, dim: int) -> NDArray[np.float32]:
    try:
        values = np.array(text.rsplit(" ", dim)[1:], dtype=np.float32)
    except ValueError:
        raise _malformed(path, number, text, dim) from None
    if not np.isfinite(values).all():
        raise _malformed(path, number, text, dim)
    return values


def _malformed(path: Path, number: int, text: str, dim: int) -> DataError:
    return DataError(
        f"Line {number} of `{path}` must be a word and {dim} numbers, separated by single spaces, "
        f"but begins {text[:40]!r} and has {len(text.split())} parts; correct the line or remove "
        "it."
    )


def _is_heading(fields: Sequence[str]) -> bool:
    return len(fields) == 2 and all(field.isdecimal() for field in fields)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
