"""Links read off attention weights, and carried from tokens to words or to gold units.

Gold alignments are stored as character spans, and models attend from token to token. Both are put
into common units of text here, so that any tokenizer can be scored against the same gold.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from seq2see.data.pair import Link, Pair
from seq2see.errors import DataError
from seq2see.evaluation.alignment import Alignment, Position

Span = tuple[int, int]
"""Characters of a text, half-open."""


class AlignedUnits(NamedTuple):
    """Links of one sentence pair over units of text: what was predicted, and the gold."""

    predicted: frozenset[Position]
    gold: Alignment


def hard_links(weights: NDArray[Any], num_source: int, num_target: int) -> frozenset[Position]:
    """Link each target token to the source token it attends to most.

    Args:
        weights: Attention weights ``[tgt_len, src_len]``, with or without special tokens after
            the real ones.
        num_source: Real source tokens. A target token that attends most to a position behind
            them (``</s>``) gets no link: such a position plays the part of the empty word.
        num_target: Real target tokens; rows behind them (``</s>``) are left out.

    Returns:
        Token links. Of equal weights the first wins.

    Raises:
        ValueError: ``weights`` is smaller than the tokens it should be about.
    """
    weights = np.asarray(weights)
    if weights.ndim != 2 or weights.shape[0] < num_target or weights.shape[1] < num_source:
        raise ValueError(
            f"`weights` must have at least {num_target} target rows and {num_source} source "
            f"columns, but has shape {weights.shape}."
        )
    if num_source == 0:
        return frozenset()
    best = weights[:num_target].argmax(axis=1).tolist()
    return frozenset((source, target) for target, source in enumerate(best) if source < num_source)


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


def project_links(
    token_links: Iterable[Position],
    source_offsets: Sequence[Span],
    target_offsets: Sequence[Span],
    source_units: Sequence[Span],
    target_units: Sequence[Span],
) -> frozenset[Position]:
    """Carry links between tokens over to links between units of the texts (words, for example).

    A token belongs to every unit it shares a character with, so a token over several units links
    them all. Links of positions without a token (``</s>``) are left out.
    """
    return frozenset(
        (source, target)
        for source_token, target_token in token_links
        if source_token < len(source_offsets) and target_token < len(target_offsets)
        for source in _touching(source_offsets[source_token], source_units)
        for target in _touching(target_offsets[target_token], target_units)
    )


def links_between_words(
    source: str,
    target: str,
    token_links: Iterable[Position],
    source_offsets: Sequence[Span],
    target_offsets: Sequence[Span],
) -> frozenset[Position]:
    """Carry token links over to the whitespace-separated words of the texts.

    Args:
        source: The text whose tokens ``source_offsets`` are about.
        target: Likewise.
        token_links: Links between tokens.
        source_offsets: Character span of every source token.
        target_offsets: Character span of every target token.
    """
    return project_links(
        token_links, source_offsets, target_offsets, word_spans(source), word_spans(target)
    )


def links_between_units(
    pair: Pair,
    token_links: Iterable[Position],
    source_offsets: Sequence[Span],
    target_offsets: Sequence[Span],
) -> AlignedUnits:
    """Put token links and a gold alignment of character spans into the same units.

    The units of either side are those of ``unit_spans``, so any tokenizer can be scored against
    the same gold: pieces smaller than a unit count once, and a token larger than a unit links all
    that it covers. Every gold link is sure.

    Args:
        pair: Texts with a gold alignment.
        token_links: Predicted links between tokens.
        source_offsets: Character span of every token of ``pair.source``.
        target_offsets: Character span of every token of ``pair.target``.

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
        (source, target)
        for link in pair.alignment
        for source in _touching(link[:2], source_units)
        for target in _touching(link[2:], target_units)
    )
    predicted = project_links(
        token_links, source_offsets, target_offsets, source_units, target_units
    )
    return AlignedUnits(predicted, Alignment(gold, gold))


def _touching(span: Span, units: Sequence[Span]) -> list[int]:
    """The units that share at least one character with a span."""
    start, end = span
    return [
        index
        for index, (unit_start, unit_end) in enumerate(units)
        if max(start, unit_start) < min(end, unit_end)
    ]


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
