"""Copying, reversing and sorting letters: what a model must be able to do before it translates."""

from collections.abc import Callable, Sequence

from seq2see.data.builtin.aligned import Draft, Token
from seq2see.data.builtin.stream import LONG_WORDS, Draw, Grammar

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_Order = Callable[[Sequence[str]], Sequence[int]]


def _copied(letters: Sequence[str]) -> Sequence[int]:
    return range(len(letters))


def _reversed(letters: Sequence[str]) -> Sequence[int]:
    return range(len(letters) - 1, -1, -1)


def _sorted(letters: Sequence[str]) -> Sequence[int]:
    """Order letters by the alphabet; equal ones keep their order (Python's sort is stable)."""
    return sorted(range(len(letters)), key=letters.__getitem__)


def _grammar(order: _Order, lengths: range, limit: int, long: range = LONG_WORDS) -> Grammar:
    def draw(draw: Draw, is_long: bool) -> Draft:
        span = long if is_long else lengths
        letters = [draw.choose(_LETTERS) for _ in range(draw.between(span[0], span[-1]))]
        tokens = [Token(text, ((position, "letter"),)) for position, text in enumerate(letters)]
        return Draft(tokens, [tokens[position] for position in order(letters)])

    return Grammar(
        draw=draw,
        sizes={"train": 20_000, "valid": 500, "test": 1_000, "long": 200},
        limits={"train": limit, "valid": limit // 20, "test": limit // 10, "long": limit // 2},
    )


_USUAL = range(5, 16)
_SHORT = range(3, 9)
"""What models without attention can still hold in one vector."""
_ANY = range(1, LONG_WORDS[-1] + 1)
_LONGEST = LONG_WORDS[-1:]

COPY = _grammar(_copied, _USUAL, 5_000_000)
REVERSE = _grammar(_reversed, _USUAL, 5_000_000)
SORT = _grammar(_sorted, _USUAL, 5_000_000)
COPY_SHORT = _grammar(_copied, _SHORT, 1_000_000)
REVERSE_SHORT = _grammar(_reversed, _SHORT, 1_000_000)
SORT_SHORT = _grammar(_sorted, _SHORT, 1_000_000)
COPY_LONG = _grammar(_copied, _ANY, 5_000_000, _LONGEST)
REVERSE_LONG = _grammar(_reversed, _ANY, 5_000_000, _LONGEST)
SORT_LONG = _grammar(_sorted, _ANY, 5_000_000, _LONGEST)
