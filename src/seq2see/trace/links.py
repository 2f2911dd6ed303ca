"""Hard links read off attention: one definition for translations, evaluation and alignments.

A target token is linked to the source token that it attends to most (Luong et al. 2015, section
5.4); with a threshold, to every one that gets at least that much. White space and ``</s>`` link
nothing on either side: ``</s>`` plays the part of the empty word. Two words are linked when any of
their tokens are.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def token_links(
    weights: NDArray[Any],
    source_words: Sequence[int | None],
    target_words: Sequence[int | None],
    *,
    threshold: float | None = None,
    shift: int = 0,
) -> frozenset[tuple[int, int]]:
    """Link target tokens to source tokens.

    Args:
        weights: Attention weights ``[tgt_len, src_len]``. Rows and columns behind the tokens are
            those of ``</s>``.
        source_words: The word of each source token; None for white space and ``</s>``.
        target_words: Likewise of each target token.
        threshold: Link wherever the weight is at least this; None: only to the greatest weight of
            a row, of equals the first.
        shift: Credit the attention of row ``t`` to token ``t + shift``.

    Returns:
        Links ``(source token, target token)``, from 0.

    Raises:
        ValueError: ``weights`` is smaller than the tokens it should be about.
    """
    weights = np.asarray(weights)
    num_target, num_source = len(target_words), len(source_words)
    if weights.ndim != 2 or weights.shape[0] < num_target or weights.shape[1] < num_source:
        raise ValueError(
            f"`weights` must have at least {num_target} target rows and {num_source} source "
            f"columns, but has shape {weights.shape}."
        )
    if num_source == 0:
        return frozenset()
    attended: list[list[int]]
    if threshold is None:
        attended = [[best] for best in weights.argmax(axis=1).tolist()]
    else:
        attended = [np.flatnonzero(row >= threshold).tolist() for row in weights]
    return frozenset(
        (source, target)
        for target, word in enumerate(target_words)
        if word is not None and 0 <= target - shift < len(attended)
        for source in attended[target - shift]
        if source < num_source and source_words[source] is not None
    )


def word_links(
    links: Iterable[tuple[int, int]],
    source_words: Sequence[int | None],
    target_words: Sequence[int | None],
) -> frozenset[tuple[int, int]]:
    """Carry links of tokens over to the words that they belong to; a token of no word has none."""
    found: set[tuple[int, int]] = set()
    for source_token, target_token in links:
        source, target = source_words[source_token], target_words[target_token]
        if source is not None and target is not None:
            found.add((source, target))
    return frozenset(found)
