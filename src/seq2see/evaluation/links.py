"""Links carried from tokens to words, or to the units of a gold alignment.

Gold alignments are stored as character spans, and models attend from token to token. Both are put
into common units of text here, so that any tokenizer can be scored against the same gold.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from seq2see.data.pair import Link, Pair
from seq2see.errors import DataError
from seq2see.evaluation.alignment import Alignment, Position

Span = tuple[int, int]
"""Characters of a text, half-open."""


@dataclass(frozen=True)
class Projection:
    """Where the tokens of a pair lie among units of its texts (words, for example).

    A token belongs to every unit it shares a character with, so a token over several units links
    them all, and pieces of one unit link it once.
    """

    source: tuple[tuple[int, ...], ...]
    """The units of each source token."""
    target: tuple[tuple[int, ...], ...]
    num_units: tuple[int, int]
    """Of source and target."""

    def carry(self, token_links: Iterable[Position]) -> frozenset[Position]:
        """Carry links between tokens over to the units."""
        return frozenset(
            (source, target)
            for source_token, target_token in token_links
            for source in self.source[source_token]
            for target in self.target[target_token]
        )


def word_spans(text: str) -> tuple[Span, ...]:
    """The character spans of the whitespace-separated words of a text."""
    return tuple(match.span() for match in re.finditer(r"\S+", text))


def unit_spans(text: str, gold_spans: Iterable[Span]) -> tuple[Span, ...]:
    """Cut a text into the units that a gold alignment speaks about.

    Units are the gold spans themselves, of which overlapping ones are joined into one unit, and
    what they leave of every whitespace-separated word. So ``l'homme.`` with gold for ``l'`` and
    ``homme`` has the units ``l'``, ``homme`` and ``.``; a gold span over ``ice cream`` is one unit.

    Returns:
        Disjoint spans in order. All characters but white space are in exactly one of them.
    """
    units: list[Span] = []
    for start, end in sorted(set(gold_spans)):
        if units and start < units[-1][1]:
            units[-1] = (units[-1][0], max(end, units[-1][1]))
        else:
            units.append((start, end))
    # Spaces take the place of gold spans, so that what remains splits as words do.
    rest = list(text)
    for start, end in units:
        rest[start:end] = " " * (end - start)
    return tuple(sorted((*units, *word_spans("".join(rest)))))


def between_words(pair: Pair, source: Sequence[Span], target: Sequence[Span]) -> Projection:
    """Find the white-space-separated words of each token.

    Args:
        pair: The texts.
        source: Characters of every token of ``pair.source``.
        target: Characters of every token of ``pair.target``.
    """
    return _project(source, word_spans(pair.source), target, word_spans(pair.target))


def between_units(
    pair: Pair, source: Sequence[Span], target: Sequence[Span]
) -> tuple[Projection, Alignment]:
    """Put tokens and a gold alignment of character spans into the same units.

    The units of either side are those of ``unit_spans``, so any tokenizer can be scored against
    the same gold. Every gold link is sure.

    Args:
        pair: Texts with a gold alignment.
        source: Characters of every token of ``pair.source``.
        target: Characters of every token of ``pair.target``.

    Raises:
        DataError: The pair has no gold alignment, or a gold span is empty or outside the text.
    """
    if pair.alignment is None:
        raise DataError(
            f"{pair.where or 'A pair'} has no gold alignment; alignments can be scored only "
            "where the corpus has them."
        )
    for link in pair.alignment:
        _check_span(link, pair)
    source_units = unit_spans(pair.source, (link[:2] for link in pair.alignment))
    target_units = unit_spans(pair.target, (link[2:] for link in pair.alignment))
    gold = frozenset(
        (i, j)
        for link in pair.alignment
        for i in _touching(link[:2], source_units)
        for j in _touching(link[2:], target_units)
    )
    return _project(source, source_units, target, target_units), Alignment(gold, gold)


def against_gold(
    pair: Pair, source: Sequence[Span], target: Sequence[Span], gold: Alignment | None
) -> tuple[Projection, Alignment]:
    """Put tokens into the units of a gold alignment of words, or, without one, of the pair's own.

    Raises:
        DataError: As ``between_units``.
    """
    if gold is None:
        return between_units(pair, source, target)
    return between_words(pair, source, target), gold


def check_gold(pairs: Sequence[Pair], gold: Sequence[Alignment]) -> None:
    """Refuse gold that does not belong to these pairs, or whose indices start at 1.

    Raises:
        DataError: There is not one alignment for each pair, or a link points beyond the words of
            its pair.
    """
    if len(gold) != len(pairs):
        raise DataError(
            f"There are {len(gold)} gold alignments for {len(pairs)} pairs; give one line each."
        )
    for number, (pair, alignment) in enumerate(zip(pairs, gold, strict=True), start=1):
        sizes = len(pair.source.split()), len(pair.target.split())
        for link in sorted(alignment.possible | alignment.sure):
            if link[0] >= sizes[0] or link[1] >= sizes[1]:
                raise DataError(
                    f"Gold alignment {number} has the link {link[0]}-{link[1]} (counted from 0), "
                    f"but its pair has {sizes[0]} and {sizes[1]} words; check that gold and corpus "
                    "belong together, and whether the gold counts from 1 (`--gold-base 1`)."
                )


def _project(
    source: Sequence[Span],
    source_units: Sequence[Span],
    target: Sequence[Span],
    target_units: Sequence[Span],
) -> Projection:
    return Projection(
        tuple(_touching(span, source_units) for span in source),
        tuple(_touching(span, target_units) for span in target),
        (len(source_units), len(target_units)),
    )


def _touching(span: Span, units: Sequence[Span]) -> tuple[int, ...]:
    """The units that share at least one character with a span."""
    start, end = span
    return tuple(
        index
        for index, (unit_start, unit_end) in enumerate(units)
        if max(start, unit_start) < min(end, unit_end)
    )


def _check_span(link: Link, pair: Pair) -> None:
    if not (
        0 <= link.source_start < link.source_end <= len(pair.source)
        and 0 <= link.target_start < link.target_end <= len(pair.target)
    ):
        raise DataError(
            f"{pair.where or 'A pair'} has the gold link {tuple(link)}, which must be two spans "
            f"of at least one character within texts of {len(pair.source)} and "
            f"{len(pair.target)} characters."
        )
