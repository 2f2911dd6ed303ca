"""What may be asked of each translation."""

from typing import TypedDict

from seq2see.decoding.sampling import Sampling


class Settings(TypedDict, total=False):
    """How to translate; what is left out is as the run's configuration has it."""

    beam_size: int | None
    """Hypotheses kept at each step; 1: greedy. Left out, it is at least ``num_best``."""
    num_best: int
    """Translations returned of each text; 1 if left out."""
    length_penalty: float | None
    """Alpha of the length penalty."""
    coverage_penalty: float | None
    """Beta of the coverage penalty."""
    min_length: int | None
    """Fewest target tokens."""
    max_length: int | None
    """Most target tokens."""
    sampling: Sampling | None
    """Draw ``num_best`` translations at random."""
    allow_unknown: bool
    """Whether the unknown token may be generated; True if left out."""
    replace_unknown: bool | None
    """Put source words, or their translations in the dictionary, in the place of unknown tokens."""
    batch_tokens: int
    """Largest batch: source tokens, padding included, times hypotheses."""
