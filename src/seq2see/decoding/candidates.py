"""One step of a search as pure functions: which hypotheses to go on with.

``search`` defines the terms. Every tensor has one row per sentence; a sentence's hypotheses or
candidates stand in columns.
"""

from dataclasses import dataclass
from enum import IntEnum

import torch
from jaxtyping import Bool, Float, Int, UInt8
from torch import Tensor
from torch.nn import functional

from seq2see.decoding.sampling import Sampling, draw
from seq2see.tokens import EOS_ID, SPECIAL_TOKENS

BLOCK = 64
"""Tokens that are looked at one by one only where the best of them is good enough."""


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
    banned: tuple[int, ...] = (),
) -> Candidates:
    """Return the best candidates of each sentence, in the order that the module defines.

    Args:
        live: Log-probability of each live hypothesis; ``-inf`` where there is none.
        log_probs: Log-probability of each next token.
        considered: How many to return; where there are fewer, impossible ones fill up.
        banned: Special tokens that must not come next.
    """
    number = min(considered + 1, live.shape[1] * log_probs.shape[2])
    values, tokens, parents = _best(live, log_probs, number, banned)
    equal = (values[:, 1:] == values[:, :-1]) & (values[:, 1:] > -torch.inf)
    if equal.any():
        # An arbitrary one of equals was taken, which shows only when they straddle the end.
        for sentence in equal[:, -1].nonzero().squeeze(1).tolist():
            totals = live[sentence].unsqueeze(1) + log_probs[sentence]
            totals[:, list(banned)] = -torch.inf
            token, parent = (totals >= values[sentence, -1]).t().nonzero().unbind(1)
            value = totals[parent, token]
            order = value.argsort(descending=True, stable=True)[:number]
            values[sentence], tokens[sentence] = value[order], token[order]
            parents[sentence] = parent[order]
        order = (tokens * live.shape[1] + parents).argsort(dim=1)
        values_in_order = values.gather(1, order)
        order = order.gather(1, values_in_order.argsort(dim=1, descending=True, stable=True))
        values, tokens, parents = (part.gather(1, order) for part in (values, tokens, parents))
    filled = (0, considered - number)  # cuts off the last one, or fills up
    tokens, parents = functional.pad(tokens, filled), functional.pad(parents, filled)
    values = functional.pad(values, filled, value=-torch.inf)
    sentences = torch.arange(len(live), device=live.device).unsqueeze(1)
    return Candidates(tokens, parents, log_probs[sentences, parents, tokens], values)


def _best(
    live: Float[Tensor, "sentences beam"],
    log_probs: Float[Tensor, "sentences beam vocab"],
    number: int,
    banned: tuple[int, ...],
) -> tuple[
    Float[Tensor, "sentences number"],
    Int[Tensor, "sentences number"],
    Int[Tensor, "sentences number"],
]:
    """Return the highest log-probabilities, best first, their tokens and their parents.

    The ``number`` best stand in at most so many blocks of tokens, those with the highest maxima,
    and only these are sorted: sorting the whole vocabulary would cost more than its softmax. What
    fills no block, the special tokens among it, is sorted too.
    """
    beam, vocab = log_probs.shape[1:]
    special = len(SPECIAL_TOKENS)
    loose = min(vocab, special + (vocab - special) % BLOCK)
    singles = live.unsqueeze(2) + log_probs[..., :loose]
    if banned:
        singles[..., list(banned)] = -torch.inf
    if loose == vocab:
        values, place = singles.flatten(1).topk(number)
        return values, place % loose, place // loose
    blocks = log_probs[..., loose:].unflatten(2, (-1, BLOCK))
    num_blocks = blocks.shape[2]
    maxima = (blocks.amax(3) + live.unsqueeze(2)).flatten(1)
    chosen = maxima.topk(min(number, beam * num_blocks), sorted=False).indices
    parent, block = chosen // num_blocks, chosen % num_blocks
    sentences = torch.arange(len(live), device=live.device).unsqueeze(1)
    members = blocks[sentences, parent, block] + live.gather(1, parent).unsqueeze(2)
    values, place = torch.cat((singles.flatten(1), members.flatten(1)), dim=1).topk(number)
    alone = place < beam * loose
    member = (place - beam * loose).clamp(min=0)
    which = member // BLOCK
    tokens = loose + block.gather(1, which) * BLOCK + member % BLOCK
    return (
        values,
        torch.where(alone, place % loose, tokens),
        torch.where(alone, place // loose, parent.gather(1, which)),
    )


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
    status = status.to(torch.uint8).masked_fill_(closing.unsqueeze(1) & ~ends, int(Status.PRUNED))
    status[:, beam:] = Status.PRUNED
    return status.masked_fill_(candidates.log_probs == -torch.inf, int(Status.ABSENT))
