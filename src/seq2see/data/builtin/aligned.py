"""Aligned sentences from marked tokens.

A grammar writes each side on its own, as a list of tokens, and marks every token with what it
expresses. Two tokens are linked when they share a mark. So word order, contraction (one token with
two marks: ``du`` is *of* and *the*) and splitting (one mark on two tokens: ``ne`` and ``pas`` are
both *not*) need no bookkeeping of positions.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from seq2see.data.pair import Link, Pair

Mark = tuple[object, str]
"""Something expressed: the node of the sentence's tree, and which part of it."""


class Token(NamedTuple):
    """One written word, with what it expresses.

    ``before_vowel`` is the form it takes where the next word begins with a vowel (``le``: ``l'``),
    empty where it never changes.
    """

    text: str
    marks: tuple[Mark, ...] = ()
    before_vowel: str = ""


class Draft(NamedTuple):
    """A sentence pair before it is written out, with what separates the words of each side."""

    source: Sequence[Token]
    target: Sequence[Token]
    source_separator: str = " "
    target_separator: str = " "


class Written(NamedTuple):
    """One side as text, with the span of characters (half-open) of each token."""

    text: str
    spans: list[tuple[int, int]]


_ATTACHED = frozenset({",", "'s"})


def marked(node: object, notation: str) -> list[Token]:
    """Turn ``word/numbers`` notation into tokens marked by node and number.

    >>> [(token.text, token.marks) for token in marked(None, "every/1 day/2")]
    [('every', ((None, '1'),)), ('day', ((None, '2'),))]
    """
    words = (word.partition("/") for word in notation.split())
    return [Token(text, tuple((node, number) for number in numbers)) for text, _, numbers in words]


def soften(tokens: Sequence[Token], starts_with_vowel: Callable[[str], bool]) -> list[Token]:
    """Give every token that has one its ``before_vowel`` form where the next word calls for it."""
    softened = list(tokens)
    for position in range(len(softened) - 1):
        token = softened[position]
        if token.before_vowel and starts_with_vowel(softened[position + 1].text):
            softened[position] = token._replace(text=token.before_vowel)
    return softened


def spell(tokens: Iterable[Token], separator: str) -> Written:
    """Write the tokens as one text.

    Nothing goes before a comma or ``'s``, nor after an elision (``l'``).
    """
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    end = 0
    space = ""
    for text, _, _ in tokens:
        if space and text not in _ATTACHED:
            parts.append(space)
            end += len(space)
        parts.append(text)
        start, end = end, end + len(text)
        spans.append((start, end))
        space = "" if text[-1] == "'" else separator
    return Written("".join(parts), spans)


def link(draft: Draft, source: Written, target: Written) -> Pair:
    """Link the tokens that share a mark, in order of the source, given both sides as written."""
    expressed: dict[Mark, list[int]] = {}
    for position, token in enumerate(draft.target):
        for mark in token.marks:
            expressed.setdefault(mark, []).append(position)
    links = []
    for token, (start, end) in zip(draft.source, source.spans, strict=True):
        positions = [position for mark in token.marks for position in expressed.get(mark, ())]
        if len(positions) > 1:
            # Two tokens that share two marks still make one link.
            positions = sorted(set(positions))
        links += [Link(start, end, *target.spans[position]) for position in positions]
    return Pair(source.text, target.text, tuple(links))


def finish(draft: Draft) -> Pair:
    """Write both sides and link them."""
    source = spell(draft.source, draft.source_separator)
    return link(draft, source, spell(draft.target, draft.target_separator))


def swap(pair: Pair) -> Pair:
    """Return the same pair read in the other direction."""
    links = sorted(Link(c, d, a, b) for a, b, c, d in pair.alignment or ())
    return pair._replace(source=pair.target, target=pair.source, alignment=tuple(links))
