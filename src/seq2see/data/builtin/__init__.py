"""Corpora that are made here: any size, the same everywhere, with gold alignments.

Each corpus is a grammar that writes both sides from one meaning, so every link is known; ``stream``
turns a grammar into disjoint splits. The gold says which words express the same thing: a word that
only one language needs (*do* in *does not sleep*, *a* in *I am a student*) has no link.
"""

from collections.abc import Callable
from importlib import import_module

from seq2see.data.builtin.aligned import swap
from seq2see.data.builtin.stream import SPLITS, Grammar
from seq2see.data.pair import Pair
from seq2see.errors import ConfigError, DataError, nearest

_MODULES = {
    "en-fr": ("en_fr", "GRAMMAR"),
    "en-zh": ("en_zh", "GRAMMAR"),
    "dates": ("dates", "GRAMMAR"),
    "copy": ("symbols", "COPY"),
    "reverse": ("symbols", "REVERSE"),
    "sort": ("symbols", "SORT"),
    "copy-short": ("symbols", "COPY_SHORT"),
    "reverse-short": ("symbols", "REVERSE_SHORT"),
    "sort-short": ("symbols", "SORT_SHORT"),
    "copy-long": ("symbols", "COPY_LONG"),
    "reverse-long": ("symbols", "REVERSE_LONG"),
    "sort-long": ("symbols", "SORT_LONG"),
}
"""Where each grammar is; imported when it is asked for, as building the tables takes time."""

_SWAPPED = {"fr-en": "en-fr", "zh-en": "en-zh"}

NAMES: tuple[str, ...] = ("en-fr", "fr-en", "en-zh", "zh-en", *list(_MODULES)[2:])
"""Every built-in corpus."""


def generate(name: str, split: str = "train", size: int | None = None) -> list[Pair]:
    """Make a split of a built-in corpus, the same in every process.

    Splits of one corpus share no sentence, whatever their sizes, and a smaller size is a prefix of
    a larger one. ``where`` of each pair is ``builtin:NAME/SPLIT:NUMBER``, counted from 1.

    Args:
        name: One of ``NAMES``.
        split: ``train``, ``valid``, ``test``, or ``long`` (30 to 60 words or symbols,
            60 symbols for those whose names end in ``-long``).
        size: Number of pairs; None for the corpus's own.

    Raises:
        ConfigError: There is no such corpus or split, or the size is negative.
        DataError: The corpus has no long sentences, or not as many pairs as asked for.
    """
    base, is_swapped, grammar = _find(name)
    if split not in SPLITS:
        raise ConfigError(
            f"`{split}` is not a split of a built-in corpus ({', '.join(SPLITS)})"
            f"{nearest(split, SPLITS)}"
        )
    known = next(candidate for candidate in SPLITS if candidate == split)
    if known not in grammar.sizes:
        raise DataError(
            f"`builtin:{name}` has no split `{split}`; use one of {', '.join(grammar.sizes)}."
        )
    wanted = grammar.sizes[known] if size is None else size
    limit = grammar.limits[known]
    if wanted < 0:
        raise ConfigError(f"The size of `builtin:{name}/{split}` must be 0 or more, not {size}.")
    if wanted > limit:
        raise DataError(
            f"`builtin:{name}/{split}` can give at most {limit} pairs, not {size}; ask for fewer."
        )
    turn: Callable[[Pair], Pair] = swap if is_swapped else lambda pair: pair
    return [
        turn(pair)._replace(where=f"builtin:{name}/{split}:{number}")
        for number, pair in enumerate(grammar.pairs(base, known, wanted), start=1)
    ]


def languages(name: str) -> tuple[str, str] | None:
    """Return the language codes of source and target, None where the sides are not in languages.

    Raises:
        ConfigError: There is no such corpus.
    """
    _, is_swapped, grammar = _find(name)
    if grammar.languages and is_swapped:
        return grammar.languages[1], grammar.languages[0]
    return grammar.languages


def _find(name: str) -> tuple[str, bool, Grammar]:
    if name not in NAMES:
        raise ConfigError(
            f"`{name}` is not a built-in corpus ({', '.join(NAMES)}){nearest(name, NAMES)}"
        )
    base = _SWAPPED.get(name, name)
    module, attribute = _MODULES[base]
    grammar: Grammar = getattr(import_module(f"{__name__}.{module}"), attribute)
    return base, base != name, grammar
