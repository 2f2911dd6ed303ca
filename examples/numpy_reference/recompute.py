"""Say a given translation again and keep every value: what a trace holds, from weights alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from cells import Array, Values, log_softmax
from search import BOS, attention_to_source, log_probs_of


@dataclass(frozen=True)
class Said:
    """What a model computed while it said a translation."""

    values: Values
    """By their names in a trace."""
    logits: Array
    """``(steps, vocab)``."""
    generated: Array
    """``(steps, vocab)``: their log softmax."""
    log_probs: Array
    """``(steps, vocab)``: logarithms of the probabilities of every token at every step; other than
    ``generated`` only where a model copies."""
    log_prob: float
    """Of the whole translation: the sum over its tokens."""
    coverage: Array
    """Attention that each source token received from all steps together, ``(n,)``."""


def say(model: Any, source_ids: Sequence[int], target_ids: Sequence[int]) -> Said:
    """Say a translation.

    Args:
        model: A reference.
        source_ids: With ``</s>``.
        target_ids: With ``</s>`` if it ended.
    """
    seen: Values = model.encode(np.array(source_ids))
    state = model.start(seen)
    steps: list[Values] = []
    coverage = np.zeros(len(source_ids))
    for previous in (BOS, *target_ids[:-1]):  # each step reads what the one before has said
        values, state = model.step(previous, state, seen)
        coverage = coverage + attention_to_source(values)
        steps.append(values)
    values = seen | stack(steps)
    logits = values.pop("output.logits")
    log_probs = np.stack([log_probs_of(values, np.array(source_ids)) for values in steps])
    total = float(log_probs[np.arange(len(target_ids)), target_ids].sum())
    generated = log_softmax(logits)
    return Said(values | summaries(values), logits, generated, log_probs, total, coverage)


def stack(steps: Sequence[Values]) -> Values:
    """Join the values of single steps: the steps become the axis before the last.

    ``(width,)`` becomes ``(steps, width)``, and ``(heads, width)`` ``(heads, steps, width)``. The
    self-attention of step t has t + 1 weights. What it could not see yet has the score minus
    infinity and the weight 0, so that all steps together are a square.
    """
    stacked = {}
    for name in steps[0]:
        rows = [np.asarray(values[name]) for values in steps]
        if not rows[0].ndim:  # one number a step, such as the centre of a window
            stacked[name] = np.stack(rows)
            continue
        longest = max(row.shape[-1] for row in rows)
        unseen = -np.inf if name.endswith("scores") else 0.0
        stacked[name] = np.stack([filled(row, longest, unseen) for row in rows], axis=-2)
    return stacked


def filled(row: Array, length: int, value: float) -> Array:
    """Make the last axis as long as asked for."""
    missing = np.full((*row.shape[:-1], length - row.shape[-1]), value)
    return np.concatenate([row, missing], axis=-1)


def summaries(values: Mapping[str, Array]) -> Values:
    """One number for each token of what is too wide to be drawn.

    The length of each vector of a Transformer's stream, ``sqrt(Σ_j u_j²)``; of the hidden units of
    its feed-forward layers the share above zero, and the largest.
    """
    made = {}
    for name, value in values.items():
        if name.endswith("stream"):
            made[f"{name}.norm"] = np.sqrt((value**2).sum(axis=-1))
        if name.endswith(".activations"):
            layer = name.removesuffix(".activations")
            made[f"{layer}.active"] = (value > 0).mean(axis=-1)
            made[f"{layer}.largest"] = value.max(axis=-1)
    return made
