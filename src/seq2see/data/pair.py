"""The unit of every corpus: a source, its target, and the alignment where it is known."""

from typing import NamedTuple


class Link(NamedTuple):
    """One alignment link between character spans (half-open) of source and target."""

    source_start: int
    source_end: int
    target_start: int
    target_end: int


class Pair(NamedTuple):
    """A sentence pair.

    ``alignment`` is None where no gold alignment is known. ``where`` says where the pair was read,
    as ``file:line``, for messages.
    """

    source: str
    target: str
    alignment: tuple[Link, ...] | None = None
    where: str = ""
