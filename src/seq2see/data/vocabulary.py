"""Tokenizers for the two sides of a corpus, and how well they know other text."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from seq2see.config import TokenizerConfig
from seq2see.data.pair import Pair
from seq2see.data.table import columns
from seq2see.tokenizer import Tokenizer
from seq2see.tokens import UNK_ID

# Pairs that a vocabulary is learnt from; more hardly change it, and take time.
MOST = 1_000_000


@dataclass(frozen=True)
class Unknown:
    """How many tokens of some text are not in a vocabulary."""

    unknown: int
    total: int

    @property
    def rate(self) -> float:
        """Share of unknown tokens, from 0 to 1."""
        return self.unknown / self.total if self.total else 0.0


class _Texts:
    """The texts of some sides of pairs, which can be gone through again and again.

    Of many pairs they are those of every second, third, … block.

    Args:
        pairs: The pairs.
        sides: 0 for the sources, 1 for the targets, one after the other.
        advance: Told how many more texts were taken.
    """

    def __init__(
        self, pairs: Sequence[Pair], sides: Sequence[int], advance: Callable[[int], None] | None
    ) -> None:
        self._pairs = pairs
        self._sides = sides
        self._advance = advance

    def __iter__(self) -> Iterator[str]:
        step = max(1, -(-len(self._pairs) // MOST))
        for side in self._sides:
            for texts in islice(columns(self._pairs), None, None, step):
                yield from texts[side]
                if self._advance is not None:
                    self._advance(len(texts[side]))


def train_tokenizers(
    config: TokenizerConfig,
    pairs: Sequence[Pair],
    advance: Callable[[int], None] | None = None,
    *,
    tags: bool = False,
) -> tuple[Tokenizer, Tokenizer]:
    """Train the tokenizer of each side; one and the same object if the configuration shares it.

    Args:
        config: Kinds and sizes.
        pairs: Training pairs; they are gone through several times. Of more than ``MOST``, blocks
            spread evenly are taken.
        advance: Told how many more texts were gone through.
        tags: Whether sources end in tags, as ``data.features`` makes them.

    Raises:
        TokenizerError: The texts or the settings do not allow a vocabulary.
    """
    sources, targets, both_sides = (_Texts(pairs, sides, advance) for sides in ((0,), (1,), (0, 1)))
    if config.shared:
        both = Tokenizer.train(
            both_sides, kind=config.kind, vocab_size=config.vocab_size, tags=tags
        )
        return both, both
    source, target = (
        Tokenizer.train(
            texts,
            kind=side.kind or config.kind,
            vocab_size=side.vocab_size or config.vocab_size,
            tags=tagged,
        )
        for texts, side, tagged in (
            (sources, config.source, tags),
            (targets, config.target, False),
        )
    )
    return source, target


def count_unknown(ids: Iterable[Sequence[int]]) -> Unknown:
    """Count unknown tokens in encoded texts."""
    unknown = total = 0
    for text in ids:
        unknown += text.count(UNK_ID)
        total += len(text)
    return Unknown(unknown, total)
