"""Two alignments of opposite directions made one.

Each direction links a word to at most one word of the other side, or to few; together they can say
more. Sources: Och & Ney 2003, section 4 (intersection, union); Koehn, Och & Marcu 2003, section 3.1
(growing from one towards the other); Koehn et al. 2005, IWSLT (``grow-diag-final``).

Growing starts from the intersection. As long as links are added, each link, by source and then
target word, looks at its neighbours, and takes over one that either direction has if **neither of
its words has a link yet**. That leaves the four diagonal neighbours: the others share a word with
the link itself. ``grow-diagonal-final`` then adds what is left of the forward and after that of the
backward direction, again where neither word has a link (what Moses calls ``final-and``).

Programs differ here: Moses also grows where only one of the two words is free, and its ``final``
without ``and`` does so too. The stricter reading is that of the alignments of the Hansards whose
error rates are published with them; the order of neighbours below reproduces those link by link.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Literal, assert_never

from seq2see.evaluation.alignment import Position

Symmetrisation = Literal["intersection", "union", "grow-diagonal", "grow-diagonal-final"]

# Of source and target; the order decides where two links compete for a word.
_DIAGONALS = ((-1, 1), (-1, -1), (1, -1), (1, 1))


def symmetrise(
    forward: AbstractSet[Position], backward: AbstractSet[Position], method: Symmetrisation
) -> frozenset[Position]:
    """Combine the links of two directions.

    Args:
        forward: Links of the source-to-target direction.
        backward: Links of the target-to-source direction, as ``(source, target)`` too.
        method: See the module.
    """
    both = frozenset(forward & backward)
    match method:
        case "intersection":
            return both
        case "union":
            return both | forward | backward
        case "grow-diagonal":
            return _Growing(both).grow(forward | backward).links
        case "grow-diagonal-final":
            growing = _Growing(both).grow(forward | backward)
            return growing.complete(forward).complete(backward).links
        case _:
            assert_never(method)


class _Growing:
    """Links that become more, with the words they touch."""

    def __init__(self, links: Iterable[Position]) -> None:
        self._links: set[Position] = set()
        self._sources: set[int] = set()
        self._targets: set[int] = set()
        for link in links:
            self._add(link)

    @property
    def links(self) -> frozenset[Position]:
        return frozenset(self._links)

    def grow(self, union: AbstractSet[Position]) -> "_Growing":
        """Add diagonal neighbours until there are none; one added is itself looked at later."""
        order = sorted(union)
        before = -1
        while before < len(self._links):
            before = len(self._links)
            for source, target in order:
                if (source, target) in self._links:
                    around = ((source + i, target + j) for i, j in _DIAGONALS)
                    self._add_free(link for link in around if link in union)
        return self

    def complete(self, direction: AbstractSet[Position]) -> "_Growing":
        """Add what one direction links beside."""
        self._add_free(sorted(direction))
        return self

    def _add_free(self, candidates: Iterable[Position]) -> None:
        for source, target in candidates:
            if source not in self._sources and target not in self._targets:
                self._add((source, target))

    def _add(self, link: Position) -> None:
        self._links.add(link)
        self._sources.add(link[0])
        self._targets.add(link[1])
