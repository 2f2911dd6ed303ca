"""Whether attention ranks source tokens as other measures of importance do, over a corpus."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from seq2see.data.pair import Pair
from seq2see.decoding.translator import Translator
from seq2see.errors import DataError
from seq2see.evaluation.align import force_ready, get_ready
from seq2see.evaluation.attribution import gradient_x_input, occlusion, row_taus
from seq2see.evaluation.heads import MEAN, Head
from seq2see.evaluation.report import plain_table, styled
from seq2see.tokens import EOS_ID

if TYPE_CHECKING:
    from rich.console import Group

NUM_PAIRS = 100
"""Pairs that are compared, from the first: attributions take a pass for each token."""


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Kendall's tau-b between measures of the same target tokens, averaged over those.

    From -1 to 1; 0 is what unrelated rankings give. None where it is defined for no token.
    """

    num_sentences: int
    num_tokens: int
    """Target tokens, ``</s>`` included."""
    attention_gradient: float | None
    """Attention and the size of gradient x input."""
    attention_occlusion: float | None
    """Attention and leaving the token out."""
    gradient_occlusion: float | None
    """The size of gradient x input and leaving the token out: how far these agree themselves."""

    def to_json(self) -> dict[str, Any]:
        """What ``align --agreement --json`` prints."""
        return {
            "sentences": self.num_sentences,
            "tokens": self.num_tokens,
            "attention_gradient": self.attention_gradient,
            "attention_occlusion": self.attention_occlusion,
            "gradient_occlusion": self.gradient_occlusion,
        }


def agreement(
    translator: Translator,
    pairs: Sequence[Pair],
    head: Head = MEAN,
    *,
    advance: Callable[[int], None] = lambda _: None,
) -> Agreement:
    """Compare attention with attributions under forced decoding of the first pairs.

    Args:
        translator: Of a model with attention.
        pairs: Those with an empty side are left out.
        head: Which of the model's attention maps.
        advance: Told how many pairs are done.

    Raises:
        DataError: There is no pair to compare on.
    """
    ready = [one for one in get_ready(translator, pairs) if one is not None][:NUM_PAIRS]
    if not ready:
        raise DataError(
            "There is no pair with two sides to compare on; name a corpus that has one."
        )
    num_tokens = 0
    found: tuple[list[float], list[float], list[float]] = ([], [], [])
    for _, one, forced in force_ready(translator, ready):
        source, target = (*one.source.ids, EOS_ID), (*one.target.ids, EOS_ID)
        attention = head.weights(forced)
        gradient = np.abs(gradient_x_input(translator.model, source, target))
        left_out = occlusion(translator.model, source, target)
        num_tokens += len(target)
        compared = (attention, gradient), (attention, left_out), (gradient, left_out)
        for taus, (first, second) in zip(found, compared, strict=True):
            taus.extend(row_taus(first, second))
        advance(1)
    means = [float(np.mean(taus)) if taus else None for taus in found]
    return Agreement(
        num_sentences=len(ready),
        num_tokens=num_tokens,
        attention_gradient=means[0],
        attention_occlusion=means[1],
        gradient_occlusion=means[2],
    )


def tables(found: Agreement, head: Head | None = None) -> "Group":
    """Render with rich, within 80 columns.

    Args:
        found: What to show.
        head: Which attention map was compared; None: the model has only one.
    """
    from rich.console import Group

    title = f"Rank agreement ({found.num_sentences:,} sentences, {found.num_tokens:,} tokens)"
    shown = plain_table(title, ["", "Kendall's tau"])
    attention = "attention" if head is None else f"attention ({head})"
    for name, tau in (
        (f"{attention}, gradient x input", found.attention_gradient),
        (f"{attention}, leaving out", found.attention_occlusion),
        ("gradient x input, leaving out", found.gradient_occlusion),
    ):
        shown.add_row(name, styled("unknown" if tau is None else f"{tau:+.3f}", "bold"))
    remark = (
        "1: attention ranks source tokens as their influence does; 0: it says nothing about "
        "influence. Weights show where the model looked, not why it chose a word."
    )
    return Group(shown, "", styled(remark, "dim"))
