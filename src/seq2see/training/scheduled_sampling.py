"""Scheduled sampling: in training, a decoder reads some words of its own in place of the reference.

Translating, a model reads what it has said itself, mistakes and all; under teacher forcing it never
does. So each word that it reads is the reference with a probability that falls as training goes on,
and else drawn from the model's own distribution (Bengio et al. 2015, section 2.4, arXiv
1506.03099). What it shall say remains the reference, and no gradient passes a draw.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from seq2see.config import TrainConfig
from seq2see.data.batching import Batch
from seq2see.models.blocks import BLOCK
from seq2see.models.interface import Features, Seq2seq
from seq2see.tokens import BOS_ID, EOS_ID, PAD_ID
from seq2see.training.randomness import row_uniforms
from seq2see.training.schedule import reference_probability

NEVER_READ = (PAD_ID, BOS_ID, EOS_ID)
"""No step of a search reads these after the first, so none is drawn."""


class Share(NamedTuple):
    """The rows of a batch that a process works on; a row's draws are the same in any process."""

    update: int
    part: int
    """Number of the batch within the update."""
    rank: int
    size: int
    """The process has rows ``rank``, ``rank + size``, ... of the batch."""


def read_own_words(model: Seq2seq, batch: Batch, config: TrainConfig, share: Share) -> Batch:
    """Return the batch with some of the words that the decoder reads drawn from the model.

    They are drawn as in a translation, without dropout. A decoder that takes its steps in turn
    reads each draw before the next one, as in the paper. One that takes all at once draws them all
    from a first pass over the reference (Mihaylova, Martins 2019, arXiv 1906.07651).

    Args:
        model: Its parameters and its mode stay as they are.
        batch: Pairs, their references as what is read.
        config: Says how probable the reference is.
        share: Seeds the draws, together with ``train.seed``.
    """
    probability = reference_probability(config, share.update)
    if probability >= 1:
        return batch
    number, padded = batch.target.shape
    rows = range(share.rank, share.rank + share.size * number, share.size)
    lengths = (batch.target != PAD_ID).sum(1).tolist()
    uniforms = row_uniforms((config.seed, share.update, share.part), rows, lengths, padded)
    uniforms = uniforms.to(batch.target.device)
    own = (uniforms[..., 0] >= probability) & _replaceable(batch.previous)
    if not own.any():
        return batch
    with _as_in_translation(model):
        draw = _draw_in_turn if model.steps_in_turn else _draw_at_once
        return replace(batch, previous=draw(model, batch, own, uniforms[..., 1]))


def _replaceable(previous: Int[Tensor, "batch tgt_len"]) -> Bool[Tensor, "batch tgt_len"]:
    """Words of the reference, not ``<s>`` or what stands behind the last of them."""
    found = torch.ones_like(previous, dtype=torch.bool)
    for token in NEVER_READ:
        found &= previous != token
    return found


def _draw_in_turn(
    model: Seq2seq, batch: Batch, own: Bool[Tensor, "batch tgt_len"], uniforms: Tensor
) -> Int[Tensor, "batch tgt_len"]:
    previous = batch.previous.clone()
    encoded = model.encode(batch.source)
    state = model.start(encoded, 1)
    for step in range(int(own.any(0).nonzero().max())):
        taken = model.step(previous[:, step], encoded, state)
        state = taken.state
        rows = own[:, step + 1].nonzero().squeeze(1)
        if len(rows):
            drawn = _drawn(model, taken.features[rows], uniforms[rows, step + 1])
            previous[rows, step + 1] = drawn
    return previous


def _draw_at_once(
    model: Seq2seq, batch: Batch, own: Bool[Tensor, "batch tgt_len"], uniforms: Tensor
) -> Int[Tensor, "batch tgt_len"]:
    previous = batch.previous.clone()
    features = model.decode(previous, model.encode(batch.source)).features
    rows, steps = own.nonzero(as_tuple=True)
    previous[rows, steps] = _drawn(model, features[rows, steps - 1], uniforms[rows, steps])
    return previous


def _drawn(model: Seq2seq, features: Features, uniforms: Float[Tensor, " rows"]) -> Tensor:
    """Draw a token for each row by inverting the cumulative distribution, some rows at a time."""
    vocab = model.output.log_probs(features[:1]).shape[-1]
    found = []
    for rows in torch.arange(len(uniforms), device=uniforms.device).split(max(1, BLOCK // vocab)):
        log_probs = model.output.log_probs(features[rows]).clone()
        log_probs[:, NEVER_READ] = -math.inf
        cumulative = log_probs.softmax(-1).cumsum(-1)
        total = cumulative[:, -1:].contiguous()
        threshold = uniforms[rows].to(total.dtype).unsqueeze(1) * total
        drawn = torch.searchsorted(cumulative, threshold, right=True)
        # Rounding may carry the threshold to the total: then the last possible token is meant.
        found.append(drawn.minimum(torch.searchsorted(cumulative, total)).squeeze(1))
    return torch.cat(found)


@contextmanager
def _as_in_translation(model: Seq2seq) -> Iterator[None]:
    """Go without dropout and gradients for a while."""
    training = model.training
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        model.train(training)
