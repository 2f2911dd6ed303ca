"""Tokenizers for the two sides of a corpus, and how well they know other text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from seq2see.config import TokenizerConfig
from seq2see.data.pair import Pair
from seq2see.tokenizer import Tokenizer
from seq2see.tokens import UNK_ID


@dataclass(frozen=True)
class Unknown:
    """How many tokens of some text are not in a vocabulary."""

    unknown: int
    total: int

    @property
    def rate(self) -> float:
        """Share of unknown tokens, from 0 to 1."""
        return self.unknown / self.total if self.total else 0.0


def train_tokenizers(config: TokenizerConfig, pairs: Sequence[Pair]) -> tuple[Tokenizer, Tokenizer]:
    """Train the tokenizer of each side; one and the same object if the configuration shares it.

    Raises:
        TokenizerError: The texts or the settings do not allow a vocabulary.
    """
    sources = [pair.source for pair in pairs]
    targets = [pair.target for pair in pairs]
    if config.shared:
        both = Tokenizer.train(sources + targets, kind=config.kind, vocab_size=config.vocab_size)
        return both, both
    source, target = (
        Tokenizer.train(
            texts,
            kind=side.kind or config.kind,
            vocab_size=side.vocab_size or config.vocab_size,
        )
        for texts, side in ((sources, config.source), (targets, config.target))
    )
    return source, target


def count_unknown(ids: Iterable[Sequence[int]]) -> Unknown:
    """Count unknown tokens in encoded texts."""
    unknown = total = 0
    for text in ids:
        unknown += text.count(UNK_ID)
        total += len(text)
    return Unknown(unknown, total)
