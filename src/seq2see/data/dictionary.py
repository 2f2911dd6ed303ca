"""A dictionary of words: one translation of each source word, from a file or learnt from pairs.

A file has two columns, source word and target word, separated by a tab. Where a source word stands
in several lines the first one counts, so that a list of translations may begin with the best.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from seq2see.data import model1
from seq2see.data.lines import read_lines
from seq2see.data.pair import Pair
from seq2see.data.prepared import Prepared
from seq2see.errors import DataError
from seq2see.files import write_atomically
from seq2see.tokenizer import Tokenizer
from seq2see.tokens import EOS_ID, SPECIAL_TOKENS


@dataclass(frozen=True)
class Dictionary:
    """One translation of each source word."""

    translations: Mapping[str, str]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file of two columns, gzipped or not; empty lines are left out.

        Raises:
            DataError: The file cannot be read, or a line is not one word, a tab and one word.
        """
        found: dict[str, str] = {}
        for line in read_lines(path, []):
            if not line.text.strip():
                continue
            words = [word.strip() for word in line.text.split("\t")]
            if line.invalid or len(words) != 2 or any(len(word.split()) != 1 for word in words):
                raise DataError(
                    f"Line {line.number} of the dictionary `{path}` must be a source word, a tab "
                    f"and a target word in UTF-8, but is {line.text[:80]!r}; correct the line or "
                    "remove it."
                )
            source, target = words
            found.setdefault(source, target)
        return cls(found)

    @classmethod
    def learn(cls, pairs: Iterable[Pair], source: Tokenizer, target: Tokenizer) -> Self:
        """Learn the likeliest translation of every word by IBM Model 1.

        Words are the pieces that the tokenizers split text into, known to the vocabularies or not:
        it is the others that a dictionary is needed for.
        """
        known_sources, known_targets = _Words(source), _Words(target)
        sources, targets = [], []
        for pair in pairs:
            sources.append(known_sources.ids(pair.source))
            targets.append(known_targets.ids(pair.target))
        table = model1.learn(Prepared.from_ids(sources, targets))
        words, others = list(known_sources), list(known_targets)
        entries = zip(*(column.tolist() for column in table.best(1)[:2]), strict=True)
        return cls({words[one]: others[other] for one, other in entries if one != EOS_ID})

    def write(self, path: Path) -> None:
        """Write what ``read`` reads."""
        write_atomically(path, self.to_bytes())

    def to_bytes(self) -> bytes:
        """The content of such a file."""
        lines = (f"{source}\t{target}\n" for source, target in self.translations.items())
        return "".join(lines).encode()


class _Words:
    """Gives a number to every word that comes along, as if it were one more token."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._numbers = {token: number for number, token in enumerate(SPECIAL_TOKENS)}

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def ids(self, text: str) -> list[int]:
        surfaces = self._tokenizer.encode(text).surfaces
        return [
            self._numbers.setdefault(surface.strip(), len(self._numbers))
            for surface in surfaces
            if len(surface.split()) == 1
        ]
