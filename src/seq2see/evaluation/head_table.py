"""How well each of a model's attention maps aligns words, by layer, head and shift."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seq2see.data.pair import Pair
from seq2see.decoding.translator import Translator
from seq2see.errors import DataError
from seq2see.evaluation.align import force_ready, get_ready
from seq2see.evaluation.alignment import SHIFTS, Alignment, AlignmentScore, Tally, shift_remark
from seq2see.evaluation.heads import MEAN, Head, heads_of
from seq2see.evaluation.links import against_gold, check_gold
from seq2see.evaluation.report import plain_table, styled
from seq2see.trace.links import token_links

if TYPE_CHECKING:
    from rich.console import Group, RenderableType


@dataclass(frozen=True)
class HeadTable:
    """Scores of every map at every shift."""

    scores: Mapping[Head, Mapping[int, AlignmentScore]]
    """In the order of ``heads_of``; the last map is the mean of all."""

    @property
    def num_sentences(self) -> int:
        """Pairs with gold alignments."""
        return next(iter(self.scores[MEAN].values())).num_sentences

    def best(self, shift: int = 0) -> Head:
        """Return the map with the lowest error at a shift; of equals the first."""
        return min(self.scores, key=lambda head: self.scores[head][shift].aer)

    def aer_by_shift(self, head: Head) -> dict[int, float]:
        """Return the error of a map by shift."""
        return {shift: score.aer for shift, score in self.scores[head].items()}

    @property
    def remark(self) -> str | None:
        """A sentence about maps that fit better at another shift than 0, if there are any."""
        shifts = {head: self.aer_by_shift(head) for head in self.scores}
        lowest = min(shifts, key=lambda head: min(shifts[head].values()))
        what = "attention" if len(shifts) == 1 else f"{lowest} (the lowest error of all)"
        if remark := shift_remark(what, shifts[lowest]):
            return remark
        moved = sum(min(aer.values()) < aer[0] for aer in shifts.values())
        if not moved:
            return None
        return (
            f"Off by one: {moved} of {len(shifts)} maps fit the gold better at another shift than "
            f"0, though none as well as {lowest} does at 0."
        )

    def to_json(self) -> dict[str, Any]:
        """What ``align --table --json`` prints; layer and head are null where averaged."""
        return {
            "sentences": self.num_sentences,
            "maps": [
                {
                    **head.to_json(),
                    **{
                        key: value
                        for key, value in by_shift[0].to_json().items()
                        if key != "sentences"
                    },
                    "by_shift": {str(shift): score.aer for shift, score in by_shift.items()},
                }
                for head, by_shift in self.scores.items()
            ],
            "best": self.best().to_json(),
        }


def score_heads(
    translator: Translator,
    pairs: Sequence[Pair],
    gold: Sequence[Alignment] | None = None,
    *,
    threshold: float | None = None,
    advance: Callable[[int], None] = lambda _: None,
) -> HeadTable:
    """Force the targets of pairs with gold alignments, and score every map at every shift.

    Args:
        translator: Of a model with attention.
        pairs: Those without a gold alignment, and those with an empty side, are left out.
        gold: Gold alignment of each pair, in words; None: those of the pairs themselves.
        threshold: See ``Reading``.
        advance: Told how many pairs are done.

    Raises:
        DataError: No pair has a gold alignment, or the gold does not fit the pairs.
    """
    if gold is not None:
        check_gold(pairs, gold)
    ready = [
        one if one is not None and one.has_gold(given=gold is not None) else None
        for one in get_ready(translator, pairs)
    ]
    if not any(ready):
        raise DataError(
            f"None of the {len(pairs):,} pairs has a gold alignment to score against; name a "
            "corpus with alignments, or give them with `--gold`."
        )
    heads = heads_of(translator.model)
    tallies = {head: {shift: Tally() for shift in SHIFTS} for head in heads}
    for number, one, forced in force_ready(translator, ready):
        known = None if gold is None else gold[number]
        units, reference = against_gold(one.pair, one.source.offsets, one.target.offsets, known)
        words = one.source.words, one.target.words
        for head, by_shift in tallies.items():
            weights = head.weights(forced)
            for shift, tally in by_shift.items():
                links = token_links(weights, *words, threshold=threshold, shift=shift)
                tally.add(units.carry(links), reference)
        advance(1)
    return HeadTable(
        {
            head: {shift: tally.score() for shift, tally in by_shift.items()}
            for head, by_shift in tallies.items()
        }
    )


def tables(table: HeadTable) -> "Group":
    """Render with rich, within 80 columns; the lowest error is bold."""
    from rich.console import Group

    shown = plain_table(
        f"Alignment error, {table.num_sentences:,} sentences",
        [
            "layer",
            "head",
            *(f"{shift:+d}" if shift else "0" for shift in SHIFTS),
            "prec.",
            "recall",
        ],
        align_left=2,
    )
    best = table.best()
    for head, by_shift in table.scores.items():
        one = by_shift[0]
        shown.add_row(
            "all" if head.layer is None else str(head.layer),
            "mean" if head.head is None else str(head.head),
            *(f"{by_shift[shift].aer:.1%}" for shift in SHIFTS),
            f"{one.precision:.1%}",
            f"{one.recall:.1%}",
            style="bold" if head == best else "",
        )
    parts: list[RenderableType] = [shown]
    if remark := table.remark:
        parts += ["", styled(remark, "")]
    return Group(*parts)
