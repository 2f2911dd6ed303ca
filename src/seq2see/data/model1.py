"""IBM Model 1: which target tokens each source token is translated by, learnt from pairs alone.

Every target token is taken to be the translation of one source token of its pair, any of them
beforehand equally likely (Brown et al. 1993, section 4.1). The source's ``</s>`` stands where the
empty word does in the paper. The likelihood has one maximum that counts, which expectation
maximisation approaches from equal probabilities.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from seq2see.data.prepared import Ids, Prepared

MAX_LINKS = 1 << 26
"""Pairs are left out, at random, beyond so many links: four bytes of memory each."""
_CHUNK_LINKS = 1 << 22
_SEED = 1

Numbers = NDArray[np.int64]
Probabilities = NDArray[np.float64]


@dataclass(frozen=True)
class TranslationTable:
    """Probabilities ``t(target | source)`` of all tokens that stand in one pair somewhere.

    The arrays are parallel, sorted by source token and then by target token.
    """

    source: Numbers
    target: Numbers
    probs: Probabilities

    def best(self, number: int) -> tuple[Numbers, Numbers, Probabilities]:
        """Return the most probable entries of each source token, the best of each first.

        Args:
            number: Most entries of one source token; of equals the lower target token comes first.
        """
        order = np.lexsort((self.target, -self.probs, self.source))
        source = self.source[order]
        rank = np.arange(len(source)) - np.searchsorted(source, source)
        kept = order[rank < number]
        return self.source[kept], self.target[kept], self.probs[kept]


@dataclass(frozen=True)
class _Links:
    """The links of some pairs: every target token with every source token of its pair."""

    entries: Numbers
    """Different (source, target) tokens among them, as numbers."""
    entry: NDArray[np.int32]
    """For each link, its place in ``entries``; links of one target token stand together."""
    starts: Numbers
    """Where the links of each target token begin."""
    lengths: Numbers
    """How many each has."""


def learn(pairs: Prepared, *, iterations: int = 5, max_links: int = MAX_LINKS) -> TranslationTable:
    """Learn translation probabilities by expectation maximisation.

    Args:
        pairs: Tokenised pairs, each side closed by ``</s>``; that of the target is not translated.
        iterations: Steps of expectation and maximisation.
        max_links: See ``MAX_LINKS``.
    """
    width = int(pairs.target.ids.max(initial=0)) + 1
    parts = [_links(pairs, rows, width) for rows in _chunks(pairs, max_links)]
    entries = np.unique(np.concatenate([np.zeros(0, np.int64), *(one.entries for one in parts)]))
    places = [np.searchsorted(entries, part.entries) for part in parts]
    source = entries // width
    probs = np.ones(len(entries))  # equal; the first step divides them out
    for _ in range(iterations):
        counts = np.zeros(len(entries))
        for part, place in zip(parts, places, strict=True):
            counts[place] += _expected_counts(part, probs[place])
        probs = counts / np.bincount(source, counts)[source]
    return TranslationTable(source, entries % width, probs)


def _expected_counts(links: _Links, probs: Probabilities) -> Probabilities:
    """How often each entry is expected to have been used (Brown et al. 1993, eq. 15)."""
    weights = probs[links.entry]
    totals = np.add.reduceat(weights, links.starts)
    weights /= np.repeat(totals, links.lengths)
    counts = np.bincount(links.entry, weights, minlength=len(links.entries))
    return cast("Probabilities", counts)


def _chunks(pairs: Prepared, max_links: int) -> Iterator[Numbers]:
    """Yield rows of pairs in random order, so many that their links fit into memory."""
    order = np.random.Generator(np.random.PCG64(_SEED)).permutation(len(pairs))
    links = pairs.source.lengths * (pairs.target.lengths - 1)
    order = order[links[order] > 0]
    total = np.cumsum(links[order])
    order = order[: max(1, int(np.searchsorted(total, max_links, side="right")))]
    ends = np.searchsorted(total, np.arange(_CHUNK_LINKS, total[-1:].sum(), _CHUNK_LINKS))
    yield from (rows for rows in np.split(order, np.unique(ends)) if len(rows))


def _links(pairs: Prepared, rows: Numbers, width: int) -> _Links:
    """Spell out all links of some pairs."""
    lengths = pairs.target.lengths[rows] - 1
    target = pairs.target.ids[_spans(pairs.target.starts[rows], lengths)]
    links = np.repeat(pairs.source.lengths[rows], lengths)
    starts = np.repeat(pairs.source.starts[rows], lengths)
    source: Ids = pairs.source.ids[_spans(starts, links)]
    entries, entry = np.unique(
        source.astype(np.int64) * width + np.repeat(target, links), return_inverse=True
    )
    return _Links(entries, entry.astype(np.int32), np.cumsum(links) - links, links)


def _spans(starts: Numbers, lengths: Numbers) -> Numbers:
    """Return ``start, start + 1, ...`` of each span, one span after the other."""
    before: Numbers = np.cumsum(lengths) - lengths
    spans: Numbers = np.arange(int(lengths.sum())) + np.repeat(starts - before, lengths)
    return spans
