"""The public corpora that are known, from ``corpora.toml``."""

import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from seq2see.errors import UsageError, nearest


@dataclass(frozen=True, kw_only=True)
class PublicFile:
    """One file of a corpus, as text that has been unpacked."""

    path: str
    """Where it goes, below the folder of all corpora."""
    address: str
    """Where its owners offer it: plain, gzipped, or as a member of a zip archive."""
    sha256: str
    """Of the text, in hexadecimal."""
    size: int
    """Bytes of the text."""
    member: str | None = None
    """Its name in the archive; None: it is not in an archive."""


@dataclass(frozen=True, kw_only=True)
class PublicCorpus:
    """A corpus that its owners offer to everybody, under terms of their own."""

    name: str
    title: str
    home: str
    """Page of its owners."""
    licence: str
    attribution: str
    """Who made it, as they ask to be named."""
    next: str
    """A command that trains on it, where it lies in ``data/``."""
    files: tuple[PublicFile, ...]
    moving: bool = False
    """Whether its owners replace it now and then, so that checksum and size are those of one of its
    versions."""

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    def to_json(self) -> dict[str, Any]:
        """The fields by name, with the size."""
        return {**asdict(self), "size": self.size}


@cache
def corpora() -> tuple[PublicCorpus, ...]:
    """All corpora, in the order of the file."""
    content = tomllib.loads(files(__package__).joinpath("corpora.toml").read_text("utf-8"))
    return tuple(
        PublicCorpus(**{**entry, "files": tuple(PublicFile(**file) for file in entry["files"])})
        for entry in content["corpora"]
    )


def find(name: str) -> PublicCorpus:
    """The corpus of a name.

    Raises:
        UsageError: There is none.
    """
    known = {corpus.name: corpus for corpus in corpora()}
    if name not in known:
        remedy = nearest(name, known, "; `seq2see data list` names them.")
        raise UsageError(f"`{name}` is not one of the public corpora{remedy}")
    return known[name]
