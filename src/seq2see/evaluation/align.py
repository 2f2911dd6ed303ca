"""Word alignments of given pairs: attention under forced decoding, and two directions joined.

Links count the white-space-separated words of the texts as given. The run's cleaning comes first,
as in ``evaluate``; where it changes the number of words of a pair, the cleaned words are counted.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, assert_never

from seq2see.data.clean import clean_pairs, resolve
from seq2see.data.pair import Link, Pair
from seq2see.data.prepared import Prepared
from seq2see.decoding.translator import Translator
from seq2see.errors import UsageError
from seq2see.evaluation.alignment import Alignment, Position
from seq2see.evaluation.forced import Forced, force
from seq2see.evaluation.heads import MEAN, Head
from seq2see.evaluation.links import against_gold, between_words, check_gold
from seq2see.evaluation.symmetrise import Symmetrisation, symmetrise
from seq2see.tokenizer import Tokens
from seq2see.trace.links import token_links

Units = Literal["words", "tokens"]

WINDOW = 1000
"""Pairs that are tokenised and sorted by length together."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How links are read off attention; see ``trace.links.token_links``."""

    head: Head = MEAN
    threshold: float | None = None
    """None: each target token is linked to the one source token that it attends to most."""
    shift: int = 0


class Direction(NamedTuple):
    """A model that is to say the targets, and how its attention is read."""

    translator: Translator
    reading: Reading


class Ready(NamedTuple):
    """A pair as the model reads it."""

    pair: Pair
    """After the run's cleaning."""
    source: Tokens
    target: Tokens
    recounted: bool
    """Whether cleaning changed the number of words of a side."""

    def has_gold(self, *, given: bool) -> bool:
        """Whether there is a gold alignment that cleaning left in place.

        Args:
            given: Gold in words was given beside the corpus; else it is the pair's own.
        """
        return not self.recounted and (given or self.pair.alignment is not None)


@dataclass(frozen=True)
class Aligned:
    """The links of one pair."""

    links: frozenset[Position]
    problem: str = ""
    """Why the pair could not be aligned; it has no links then."""
    scored: frozenset[Position] | None = None
    """The links in the units of the gold alignment; None where there is none, or where cleaning
    has changed the words that it counts."""
    gold: Alignment | None = None
    recounted: bool = False
    """Whether links count the words after cleaning, which are not as many as were given."""


class _Read(NamedTuple):
    """The links of one pair in one direction."""

    links: frozenset[Position]
    num_units: tuple[int, int]
    scored: frozenset[Position] | None
    gold: Alignment | None
    recounted: bool


def get_ready(translator: Translator, pairs: Sequence[Pair]) -> list[Ready | None]:
    """Clean and tokenise pairs; None for one with an empty side."""
    cleaned, _ = clean_pairs(pairs, resolve(translator.config.data.clean))
    return [
        Ready(
            after,
            translator.source_tokenizer.encode(after.source),
            translator.target_tokenizer.encode(after.target),
            _num_words(before) != _num_words(after),
        )
        if after.source.strip() and after.target.strip()
        else None
        for before, after in zip(pairs, cleaned, strict=True)
    ]


def force_ready(
    translator: Translator, ready: Sequence[Ready | None]
) -> Iterator[tuple[int, Ready, Forced]]:
    """Force the targets of all pairs that can be; yields each with its number, in any order."""
    usable = [(number, one) for number, one in enumerate(ready) if one is not None]
    corpus = Prepared.from_ids(
        [one.source.ids for _, one in usable], [one.target.ids for _, one in usable]
    )
    for forced in force(translator.model, corpus, with_attention=True):
        yield *usable[forced.row], forced


def align(
    forward: Direction,
    pairs: Sequence[Pair],
    *,
    backward: Direction | None = None,
    symmetrisation: Symmetrisation = "grow-diagonal",
    units: Units = "words",
    gold: Sequence[Alignment] | None = None,
) -> Iterator[Aligned]:
    """Align pairs, in their order, holding no more attention than a batch's.

    Args:
        forward: The model that translates sources to targets; it must have attention.
        pairs: Sources and targets.
        backward: A model of the opposite direction, to be joined with the first.
        symmetrisation: How they are joined.
        units: Whether links count words or the tokens of the models.
        gold: Gold alignment of each pair, in words; None: those of the pairs themselves.

    Raises:
        DataError: The gold does not fit the pairs.
        UsageError: Tokens are to be counted, but the two models split texts into different ones.
    """
    if gold is not None:
        check_gold(pairs, gold)
    if backward is not None and units == "tokens":
        _check_same_tokens(forward.translator, backward.translator)
    return _align(forward, pairs, backward, symmetrisation, units, gold)


def _align(
    forward: Direction,
    pairs: Sequence[Pair],
    backward: Direction | None,
    symmetrisation: Symmetrisation,
    units: Units,
    gold: Sequence[Alignment] | None,
) -> Iterator[Aligned]:
    for start in range(0, len(pairs), WINDOW):
        window = pairs[start : start + WINDOW]
        known = None if gold is None else gold[start : start + WINDOW]
        one_way = _read(forward, window, units, known)
        if backward is None:
            yield from map(_aligned, one_way)
            continue
        swapped = [_swapped_pair(pair) for pair in window]
        swapped_gold = None if known is None else [_swapped_gold(one) for one in known]
        other_way = _read(backward, swapped, units, swapped_gold)
        for there, back in zip(one_way, other_way, strict=True):
            yield _joined(there, back and _turned(back), symmetrisation)


def _read(
    direction: Direction, pairs: Sequence[Pair], units: Units, gold: Sequence[Alignment] | None
) -> list[_Read | None]:
    """Read the links of some pairs; None for one with an empty side."""
    translator, reading = direction
    found: list[_Read | None] = [None] * len(pairs)
    for number, one, forced in force_ready(translator, get_ready(translator, pairs)):
        links = token_links(
            reading.head.weights(forced),
            one.source.words,
            one.target.words,
            threshold=reading.threshold,
            shift=reading.shift,
        )
        spans = one.source.offsets, one.target.offsets
        counted, num_units = links, (len(spans[0]), len(spans[1]))
        match units:
            case "words":
                words = between_words(one.pair, *spans)
                counted, num_units = words.carry(links), words.num_units
            case "tokens":
                pass
            case _:
                assert_never(units)
        scored, reference = None, None
        if one.has_gold(given=gold is not None):
            known = None if gold is None else gold[number]
            projection, reference = against_gold(one.pair, *spans, known)
            scored = projection.carry(links)
        found[number] = _Read(counted, num_units, scored, reference, one.recounted)
    return found


def _aligned(read: _Read | None) -> Aligned:
    if read is None:
        return Aligned(frozenset(), "a side is empty")
    return Aligned(read.links, "", read.scored, read.gold, read.recounted)


def _turned(read: _Read) -> _Read:
    """What a model of the opposite direction read, with the sides as everybody else has them."""
    return _Read(
        _swapped(read.links),
        read.num_units[::-1],
        None if read.scored is None else _swapped(read.scored),
        None if read.gold is None else _swapped_gold(read.gold),
        read.recounted,
    )


def _joined(there: _Read | None, back: _Read | None, method: Symmetrisation) -> Aligned:
    if there is None or back is None:
        return _aligned(None)
    if there.num_units != back.num_units:
        return Aligned(frozenset(), "the cleaning of the two runs leaves different words")
    scored = None
    if there.scored is not None and back.scored is not None and there.gold == back.gold:
        scored = symmetrise(there.scored, back.scored, method)
    links = symmetrise(there.links, back.links, method)
    return Aligned(links, "", scored, there.gold, there.recounted or back.recounted)


def _check_same_tokens(forward: Translator, backward: Translator) -> None:
    sides = (
        (forward.source_tokenizer, backward.target_tokenizer, "source"),
        (forward.target_tokenizer, backward.source_tokenizer, "target"),
    )
    for one, other, side in sides:
        if one.fingerprint != other.fingerprint:
            raise UsageError(
                f"`--units tokens` cannot join two runs that split the {side} differently; align "
                "words, or train both runs with the same tokenizers."
            )


def _num_words(pair: Pair) -> tuple[int, int]:
    return len(pair.source.split()), len(pair.target.split())


def _swapped(links: Iterable[Position]) -> frozenset[Position]:
    return frozenset((target, source) for source, target in links)


def _swapped_gold(gold: Alignment) -> Alignment:
    return Alignment(_swapped(gold.sure), _swapped(gold.possible))


def _swapped_pair(pair: Pair) -> Pair:
    alignment = pair.alignment
    if alignment is not None:
        alignment = tuple(Link(*link[2:], *link[:2]) for link in alignment)
    return Pair(pair.target, pair.source, alignment, pair.where)
