"""From probabilities of next tokens to a translation: greedy search and beam search.

The model says, for a beginning of a translation, how probable each next token is. A hypothesis is
such a beginning, its log-probability the sum of those of its tokens. It is finished when it ends in
``</s>``; until then it is live.

Greedy search takes the most probable token at every step. Beam search keeps the ``beam_size`` best
hypotheses instead of one, since what begins second best may end best. Each step does this:

1. Every live hypothesis is extended by every token: these are the candidates.
2. They are ranked by log-probability; of equal ones the lower token comes first, then the earlier
   hypothesis.
3. The ``beam_size`` best of them are the beam. Those that end in ``</s>`` leave it, finished, and
   are scored; the others are the live hypotheses of the next step. As many again are written down
   as pruned, for the picture.

A score makes hypotheses of different length comparable (Wu et al. 2016, equation 14)::

    lp(Y)    = ((5 + |Y|) / 6) ** α                       |Y| tokens, </s> counted
    cp(Y)    = β Σ_i log(min(Σ_t a_ti, 1))                 source tokens that nothing looked at
    score(Y) = log P(Y) / lp(Y) + cp(Y)
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from cells import Array, Values, log_softmax, softmax
from numpy.typing import NDArray

PAD, UNK, BOS, EOS = 0, 1, 2, 3
ABSENT, PRUNED, KEPT, FINISHED = 0, 1, 2, 3
"""What became of a candidate."""

Ranking = tuple[NDArray[np.integer], NDArray[np.integer]]
"""Of each candidate, best first: the place of its hypothesis in the beam, and its last token."""
Rank = Callable[[int, Array, int], Ranking]
Tree = dict[str, Array]
"""All candidates that were considered, best first: ``(steps, 2 * beam_size)`` of each kind."""


@dataclass(frozen=True)
class Rules:
    """How to search."""

    beam_size: int
    num_best: int
    """Finished hypotheses wanted; a search goes on while a better one might come."""
    alpha: float
    """Of the length penalty; 0: none."""
    beta: float
    """Of the coverage penalty; 0: none."""
    min_length: int
    limit: int
    """Fewest and most tokens, ``</s>`` not counted."""


@dataclass(frozen=True)
class Hypothesis:
    """A beginning of a translation, or all of it."""

    ids: tuple[int, ...]
    log_prob: float
    state: Any
    """The decoder's, before its next step."""
    coverage: Array
    """Attention that each source token has received, ``(n,)``."""
    columns: tuple[int, ...] = ()
    """Where it stood in the tree at each step."""
    score: float = -np.inf

    @property
    def finished(self) -> bool:
        """Whether it ends in ``</s>``."""
        return self.ids[-1:] == (EOS,)


def length_penalty(length: int, alpha: float) -> float:
    """``lp(Y) = ((5 + |Y|) / 6) ** α``."""
    return float(((5 + length) / 6) ** alpha)


def coverage_penalty(coverage: Array, beta: float) -> float:
    """``cp(Y) = β Σ_i log(min(coverage_i, 1))``; coverage counts as at least 1e-10."""
    return float(beta * np.log(np.clip(coverage, 1e-10, 1)).sum())


def attention_to_source(values: Values) -> Array | float:
    """Attention of one step, the mean of all layers and heads; 0 for a model without."""
    found = [
        value.reshape(-1, value.shape[-1])
        for name, value in values.items()
        if name.endswith((".attention.weights", ".cross_attention.weights"))
    ]
    return np.concatenate(found).mean(axis=0) if found else 0.0


def log_probs_of(values: Values, source_ids: Array) -> Array:
    """Log-probability of each next token, from what a step computed.

    Where the model copies (See, Liu, Manning 2017, equation 9), a token is generated with the
    probability p, and otherwise it is a token of the source, each by its attention::

        P(y) = p softmax(logits)_y + (1 - p) Σ_{i: x_i = y} a_i
    """
    logits = values["output.logits"]
    if "output.p_gen" not in values:
        return log_softmax(logits)
    p, copied = values["output.p_gen"], np.zeros_like(logits)
    np.add.at(copied, source_ids, values["decoder.attention.weights"])  # equal tokens add up
    return np.log(p * softmax(logits) + (1 - p) * copied)


def greedy_search(model: Any, source_ids: Array, limit: int) -> tuple[int, ...]:
    """Take the most probable token at every step, until it is ``</s>``."""
    seen = model.encode(source_ids)
    state, ids = model.start(seen), [BOS]
    while ids[-1] != EOS and len(ids) <= limit + 1:  # the last step may only end it
        values, state = model.step(ids[-1], state, seen)
        log_probs = log_probs_of(values, source_ids)
        log_probs[[PAD, BOS]] = -np.inf  # never said
        ids.append(int(log_probs.argmax()))
    return tuple(ids[1:] if ids[-1] == EOS else ids[1:-1])


def beam_search(
    model: Any, source_ids: Array, rules: Rules, rank: Rank | None = None
) -> tuple[list[Hypothesis], Tree]:
    """Search.

    Args:
        model: A reference.
        source_ids: With ``</s>``.
        rules: How to search.
        rank: Ranks the candidates of a step; None: ``by_log_prob``.

    Returns:
        The best hypotheses, best first, and all that was considered.
    """
    seen = model.encode(source_ids)
    nothing = np.zeros(len(source_ids))
    live = {0: Hypothesis((), 0.0, model.start(seen), nothing)}  # by their place in the beam
    best: list[Hypothesis] = []
    tree: list[Tree] = []
    for step in range(rules.limit + 1):
        # 1. Every live hypothesis, by every token.
        taken = {
            place: model.step((BOS, *one.ids)[-1], one.state, seen) for place, one in live.items()
        }
        log_probs = next_log_probs(
            {place: log_probs_of(values, source_ids) for place, (values, _) in taken.items()}, rules
        )
        if step < rules.min_length:
            log_probs[:, EOS] = -np.inf
        so_far = np.array([live[p].log_prob if p in live else 0 for p in range(rules.beam_size)])
        totals = so_far[:, None] + log_probs

        # 2. The best of these candidates, and what becomes of them.
        parents, tokens = (rank or by_log_prob)(step, totals, 2 * rules.beam_size)
        sums = totals[parents, tokens]
        status = np.where(tokens == EOS, FINISHED, PRUNED if step == rules.limit else KEPT)
        status[rules.beam_size :] = PRUNED
        status[sums == -np.inf] = ABSENT
        scores = sums / length_penalty(step + 1, rules.alpha)

        # 3. Finished ones leave the beam.
        ended: list[Hypothesis] = []
        staying: dict[int, Hypothesis] = {}
        for column in np.flatnonzero(status >= KEPT).tolist():
            parent, (values, state) = live[parents[column]], taken[parents[column]]
            coverage = parent.coverage + attention_to_source(values)
            if status[column] == FINISHED:
                scores[column] += coverage_penalty(coverage, rules.beta)
            one = Hypothesis(
                ids=(*parent.ids, int(tokens[column])),
                log_prob=float(sums[column]),
                state=state,
                coverage=coverage,
                columns=(*parent.columns, column),
                score=float(scores[column]),
            )
            if status[column] == FINISHED:
                ended.append(one)
            else:
                staying[column] = one
        there = status != ABSENT
        tree.append(
            {
                "tokens": np.where(there, tokens, -1),
                "parents": np.where(there, parents, 0),
                "token_log_probs": np.where(there, log_probs[parents, tokens], -np.inf),
                "log_probs": sums,
                "scores": scores,
                "status": status,
            }
        )

        # 4. At the limit, what has not ended is given up; it comes after all that has.
        if not staying:
            without_end = {one.ids[:-1] for one in ended}
            ended += [given_up(one, rules) for one in live.values() if one.ids not in without_end]
        best = sorted(best + ended, key=lambda one: (not one.finished, -one.score))
        best, live = best[: rules.num_best], staying
        if is_done(best, live, rules):
            break
    return best, {name: np.stack([part[name] for part in tree]) for name in tree[0]}


def next_log_probs(live: Mapping[int, Array], rules: Rules) -> Array:
    """Log-probability of each next token of the live hypotheses, ``(beam_size, vocab)``.

    Minus infinity in free places of the beam, and for tokens that are never said.
    """
    [vocab] = {len(values) for values in live.values()}
    log_probs = np.full((rules.beam_size, vocab), -np.inf)
    for place, values in live.items():
        log_probs[place] = values
    log_probs[:, [PAD, BOS]] = -np.inf
    return log_probs


def by_log_prob(step: int, totals: Array, count: int) -> Ranking:  # noqa: ARG001
    """Rank candidates by log-probability, then by token, then by their hypothesis's place.

    Args:
        step: Number of the step, from 0.
        totals: Log-probability of each hypothesis with each next token, ``(beam_size, vocab)``.
        count: How many to return, the best ones.
    """
    parents, tokens = np.indices(totals.shape).reshape(2, -1)
    order = np.lexsort((parents, tokens, -totals.ravel()))[:count]  # the last key counts first
    return parents[order], tokens[order]


def given_up(one: Hypothesis, rules: Rules) -> Hypothesis:
    """Score a hypothesis that has not ended."""
    score = one.log_prob / length_penalty(len(one.ids), rules.alpha)
    return replace(one, score=score + coverage_penalty(one.coverage, rules.beta))


def is_done(best: Sequence[Hypothesis], live: Mapping[int, Hypothesis], rules: Rules) -> bool:
    """Whether nothing live can come to beat the worst of the best.

    A log-probability only falls, and at most it is divided by the penalty of the longest
    hypothesis.
    """
    if not live or len(best) < rules.num_best:
        return not live
    highest = max(one.log_prob for one in live.values())
    return best[-1].score >= highest / length_penalty(rules.limit + 1, rules.alpha)
