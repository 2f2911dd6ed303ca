"""One step of a search as pure functions: which hypotheses to go on with.

``search`` defines the terms. Every tensor has one row per sentence; a sentence's hypotheses or
candidates stand in columns.
"""

from dataclasses import dataclass
from enum import IntEnum

import torch
from jaxtyping import Bool, Float, Int, UInt8
from torch import Tensor

from seq2see.decoding.sampling import Sampling, draw
from seq2see.tokens import EOS_ID


class Status(IntEnum):
    """What became of a candidate."""

    ABSENT = 0
    """No candidate: fewer were possible than there are columns."""
    PRUNED = 1
    """Considered, and not gone on with."""
    KEPT = 2
    """Gone on with in the next step (or still in the beam when the search ended)."""
    FINISHED = 3
    """Ended in ``</s>``; left the beam as a complete hypothesis."""


@dataclass(frozen=True)
class Candidates:
    """The candidates of one step that were considered, best first; ``-inf`` where there is none."""

    tokens: Int[Tensor, "sentences considered"]
    parents: Int[Tensor, "sentences considered"]
    token_log_probs: Float[Tensor, "sentences considered"]
    log_probs: Float[Tensor, "sentences considered"]


def expand(
    live: Float[Tensor, "sentences beam"],
    log_probs: Float[Tensor, "sentences beam vocab"],
    considered: int,
) -> Candidates:
    """Return the best candidates of each sentence, in the order that the module defines.

    Args:
        live: Log-probability of each live hypothesis; ``-inf`` where there is none.
        log_probs: Log-probability of each next token.
        considered: How many to return; less than ``beam * vocab``.
    """
    beam, vocab = log_probs.shape[1:]
    totals = live.unsqueeze(2) + log_probs
    values, index = totals.flatten(1).topk(considered + 1)
    parents, tokens = index // vocab, index % vocab
    # topk keeps an arbitrary one of equals, which shows only when they straddle its end.
    straddling = (values[:, -1] == values[:, -2]) & (values[:, -1] > -torch.inf)
    if straddling.any():
        by_token = totals[straddling].transpose(1, 2).flatten(1)
        index = by_token.argsort(dim=1, descending=True, stable=True)[:, : considered + 1]
        tokens[straddling], parents[straddling] = index // beam, index % beam
        values[straddling] = by_token.gather(1, index)
    order = (tokens * beam + parents).argsort(dim=1)
    order = order.gather(1, values.gather(1, order).argsort(dim=1, descending=True, stable=True))
    order = order[:, :considered]
    tokens, parents = tokens.gather(1, order), parents.gather(1, order)
    token_log_probs = log_probs.flatten(1).gather(1, parents * vocab + tokens)
    return Candidates(tokens, parents, token_log_probs, values.gather(1, order))


def sample(
    live: Float[Tensor, "sentences samples"],
    log_probs: Float[Tensor, "sentences samples vocab"],
    uniforms: Float[Tensor, "sentences samples"],
    sampling: Sampling,
) -> Candidates:
    """Return one candidate for each sample, drawn at random; each sample is its own parent."""
    tokens = draw(log_probs, uniforms, sampling)
    token_log_probs = log_probs.gather(2, tokens.unsqueeze(2)).squeeze(2)
    parents = torch.arange(live.shape[1], device=live.device).expand(live.shape)
    return Candidates(tokens, parents, token_log_probs, live + token_log_probs)


def judge(
    candidates: Candidates, beam: int, closing: Bool[Tensor, " sentences"]
) -> UInt8[Tensor, "sentences considered"]:
    """Return what becomes of each candidate, as a ``Status``.

    Args:
        candidates: Best first.
        beam: How many of them the beam holds.
        closing: True where this token is one beyond the limit: only ``</s>`` is good for anything.
    """
    ends = candidates.tokens == EOS_ID
    status = torch.where(ends, int(Status.FINISHED), int(Status.KEPT))
    status = torch.where(closing.unsqueeze(1) & ~ends, int(Status.PRUNED), status)
    status[:, beam:] = Status.PRUNED
    status[candidates.log_probs == -torch.inf] = Status.ABSENT
    return status.to(torch.uint8)
