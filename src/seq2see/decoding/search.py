"""Search: from a model's log-probabilities to translations, for any architecture.

Terms, used here and nowhere differently:

token
    One id of the target vocabulary. ``</s>`` is a token; ``<s>`` and ``<pad>`` are never generated.
hypothesis
    A beginning of a translation. It is *finished* when it ends in ``</s>``, else *live*. Its
    length ``|Y|`` counts its tokens, ``</s>`` included.
log-probability
    The sum of the model's log-probabilities of the tokens.
score
    What finished hypotheses are ranked by: the log-probability divided by the length penalty, plus
    the coverage penalty (see ``penalties``).
candidate
    A live hypothesis and one more token. Candidates of one step have one length, so they are ranked
    by log-probability alone; of equal ones the lower token id comes first, then the earlier parent.
beam
    The ``beam_size`` best candidates of a step. Finished ones among them leave it; the others are
    the live hypotheses of the next step, which fills the beam again. With ``beam_size=1`` this is
    greedy search: the most probable token at each step.
limit
    The most tokens, ``</s>`` not counted, that a hypothesis may have. A live hypothesis at the
    limit may still end in the next step; if it does not it is *unfinished*, and so is one that the
    model lets go nowhere. Nothing is cut silently: unfinished hypotheses come after all finished
    ones, only where there are fewer of these than were asked for, and say so.
end of a search
    A sentence is done when no hypothesis is live, or when no live one can come to beat the worst
    of the ``num_best`` best finished ones. Log-probabilities only fall and the coverage penalty is
    at most 0, so what a live hypothesis can still reach is bounded by its log-probability divided
    by the length penalty of the longest hypothesis that the limit allows. This bound is exact: with
    a beam wide enough for every candidate the result is the best of all hypotheses.

Rows of states are hypotheses, sentence by sentence; sentences leave the batch when they are done.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from seq2see.decoding.best import Best
from seq2see.decoding.candidates import Candidates, Status, expand, judge, sample
from seq2see.decoding.options import Rules, SearchOptions
from seq2see.decoding.penalties import coverage_penalty, length_penalty
from seq2see.decoding.sampling import draws
from seq2see.decoding.shortlist import Shortlist
from seq2see.decoding.tree import Place, SearchTree, TreeRecord
from seq2see.errors import ConfigError, RunError
from seq2see.models.interface import Rows, Seq2seq, Source
from seq2see.tokens import BOS_ID


@dataclass(frozen=True)
class FoundHypothesis:
    """One translation of one sentence."""

    ids: tuple[int, ...]
    """Tokens without ``<s>`` and ``</s>``."""
    score: float
    log_prob: float
    token_log_probs: tuple[float, ...]
    """One for each token; and one more for ``</s>`` if finished."""
    finished: bool
    """Whether the model ended it; False: it reached the limit."""
    column: int | None = None
    """Its column in the last of its steps in the tree; None where nothing was searched."""


@dataclass(frozen=True)
class SearchResult:
    """What the search for one sentence found: at least one hypothesis."""

    hypotheses: tuple[FoundHypothesis, ...]
    """Best first; samples in the order drawn."""
    tree: SearchTree


@dataclass(frozen=True)
class Frontier(Rows):
    """Where the search stands, for the sentences not yet done."""

    sentences: Int[Tensor, " active"]
    """Their rows in the original batch."""
    mask: Bool[Tensor, "active src_len"]
    """True at real source tokens."""
    limit: Int[Tensor, " active"]
    """Most tokens, ``</s>`` not counted."""
    longest: Float[Tensor, " active"]
    """Length penalty of the longest hypothesis that the limit allows."""
    live: Float[Tensor, "active beam"]
    """Log-probability of each live hypothesis; ``-inf`` in free places of the beam."""
    coverage: Float[Tensor, "active beam src_len"] | None
    """Attention received so far, for each live hypothesis; None if no penalty asks for it."""
    best: Best

    def select(self, sentences: Int[Tensor, " kept"]) -> Self:
        """Keep some sentences."""
        return self._select(sentences)


@torch.inference_mode()
def search(
    model: Seq2seq,
    source: Source,
    options: SearchOptions,
    shortlist: Shortlist | None = None,
    hear: Callable[[list[int]], None] | None = None,
) -> list[SearchResult]:
    """Translate a batch of sentences.

    A sentence's result does not depend on the others in the batch (but for rounding).

    Args:
        model: Any model, in evaluation mode.
        source: The sentences.
        options: How to search.
        shortlist: What each sentence's tokens are chosen among, and probabilities normalised over;
            None: the whole vocabulary.
        hear: Is told the tokens of the best live hypothesis after each step; of one sentence only.

    Returns:
        One result for each sentence.

    Raises:
        ConfigError: Options that do not fit the model or the batch.
        RunError: The model's log-probabilities are not numbers.
    """
    rules = Rules.of(source, options)
    if not len(source.ids):
        return []
    narrowed = None
    if shortlist is not None:
        narrowed = shortlist.narrow(model.output, source, rules.prefix)
        rules = replace(rules, prefix=narrowed.columns(rules.prefix))
    encoded, beam = model.encode(source), options.rows
    # Hypotheses of a beam are all the same before the first step; samples are not for long.
    at_first = 1 if options.sampling is None else beam
    state = model.start(encoded, at_first)
    previous = torch.full((len(source.ids) * at_first,), BOS_ID, device=source.ids.device)
    frontier = _begin(source.mask, rules, options, at_first, encoded.outputs.dtype)
    max_steps = int(rules.limit.max()) + 1
    record = TreeRecord(hear)
    uniforms = None
    if options.sampling is not None:
        uniforms = draws(source, options.sampling.seed, rules.limit + 1, beam)
    done: list[Frontier] = []

    for step in range(max_steps):
        output = model.step(previous, encoded, state)
        layer = model.output if narrowed is None else narrowed
        log_probs = layer.log_probs(output.features).to(frontier.live.dtype)
        log_probs, banned = log_probs.unflatten(0, (len(frontier.live), -1)), rules.banned(step)
        if uniforms is not None or rules.forces(step):
            log_probs, banned = rules.apply(log_probs, frontier.sentences, step), ()
        if options.sampling is None or uniforms is None:
            candidates = expand(frontier.live, log_probs, options.considered, banned)
        else:
            uniform = uniforms[frontier.sentences, step]
            candidates = sample(frontier.live, log_probs, uniform, options.sampling)
        if candidates.log_probs.isnan().any():
            raise RunError(
                f"The model's log-probabilities at step {step + 1} are not numbers, so its weights "
                "are damaged; train again or use an earlier checkpoint."
            )
        if narrowed is not None:
            candidates = replace(candidates, tokens=narrowed.ids[candidates.tokens])
        frontier = _advance(frontier, candidates, output.attention, options, record, step)
        tokens, state = candidates.tokens[:, :beam], output.state
        # A hypothesis's column in the beam is its candidate's, so columns tell whose state to keep.
        first = torch.arange(0, len(previous), log_probs.shape[1], device=tokens.device)
        rows = first.unsqueeze(1) + candidates.parents[:, :beam]
        is_done = _is_done(frontier, options)
        some_done = bool(is_done.any())
        if some_done:
            done.append(frontier.select(is_done.nonzero().squeeze(1)))
            remaining = (~is_done).nonzero().squeeze(1)
            if not len(remaining):
                break
            encoded, frontier = encoded.select(remaining), frontier.select(remaining)
            narrowed = None if narrowed is None else narrowed.select(remaining)
            tokens, rows = tokens[remaining], rows[remaining]
        if beam > 1 or some_done:  # a beam of one goes on as it is
            state = state.select(rows.flatten())
        previous = tokens.flatten()

    return _results(done, record, options)


def _begin(
    mask: Bool[Tensor, "sentences src_len"],
    rules: Rules,
    options: SearchOptions,
    rows: int,
    dtype: torch.dtype,
) -> Frontier:
    """Return the frontier before the first step: empty hypotheses, ``rows`` of each sentence."""
    sentences = len(mask)
    live = torch.zeros(
        sentences, rows, dtype=torch.promote_types(dtype, torch.float32), device=mask.device
    )
    nothing = live.new_full((sentences, options.num_best), -torch.inf)
    return Frontier(
        sentences=torch.arange(sentences, device=mask.device),
        mask=mask,
        limit=rules.limit,
        longest=length_penalty((rules.limit + 1).to(live.dtype), options.length_penalty),
        live=live,
        coverage=live.new_zeros(*live.shape, mask.shape[1]) if options.coverage_penalty else None,
        best=Best.of(nothing, nothing, step=-1, finished=False),
    )


def _advance(
    frontier: Frontier,
    candidates: Candidates,
    attention: Float[Tensor, "rows src_len"] | None,
    options: SearchOptions,
    record: TreeRecord,
    step: int,
) -> Frontier:
    """Sort the candidates into kept, finished and pruned ones, and write them down."""
    beam, alpha, beta = options.rows, options.length_penalty, options.coverage_penalty
    status = judge(candidates, beam, closing=frontier.limit == step)
    finished, kept = status == Status.FINISHED, (status == Status.KEPT)[:, :beam]
    scores = candidates.log_probs / length_penalty(step + 1, alpha)
    coverage = frontier.coverage
    if coverage is not None:
        coverage = _cover(coverage, attention, beta)
        penalty = coverage_penalty(coverage, frontier.mask, beta).gather(1, candidates.parents)
        scores = scores + torch.where(finished, penalty, 0.0)
        rows = torch.arange(len(coverage), device=coverage.device).unsqueeze(1)
        coverage = coverage[rows, candidates.parents[:, :beam]]
    record.write(frontier.sentences, candidates, scores, status)
    best = frontier.best
    if finished.any():
        ended = scores.masked_fill(~finished, -torch.inf)
        best = best.merge(Best.of(ended, candidates.log_probs, step=step, finished=True))
    stuck = ~kept.any(1, keepdim=True)
    if stuck.any():
        best = best.merge(_given_up(frontier, candidates, finished, stuck, options, step))
    live = candidates.log_probs[:, :beam].masked_fill(~kept, -torch.inf)
    return replace(frontier, live=live, coverage=coverage, best=best)


def _given_up(
    frontier: Frontier,
    candidates: Candidates,
    finished: Bool[Tensor, "active considered"],
    stuck: Bool[Tensor, "active 1"],
    options: SearchOptions,
    step: int,
) -> Best:
    """Return the live hypotheses that could not be ended, of sentences that cannot go on."""
    scores = frontier.live / length_penalty(step, options.length_penalty)
    if frontier.coverage is not None:
        beta = options.coverage_penalty
        scores = scores + coverage_penalty(frontier.coverage, frontier.mask, beta)
    endings = torch.zeros_like(frontier.live, dtype=torch.long)
    endings = endings.scatter_add(1, candidates.parents, finished.long())
    given_up = stuck & (endings == 0) & (frontier.live > -torch.inf)
    scores = scores.masked_fill(~given_up, -torch.inf)
    return Best.of(scores, frontier.live, step=step - 1, finished=False)


def _cover(
    coverage: Float[Tensor, "active beam src_len"],
    attention: Float[Tensor, "rows src_len"] | None,
    beta: float,
) -> Float[Tensor, "active beam src_len"]:
    """Add a step's attention."""
    if attention is None:
        raise ConfigError(
            f"`coverage_penalty` is {beta}, but this model has no attention to measure coverage "
            "by; set `coverage_penalty` to 0."
        )
    return coverage + attention.to(coverage.dtype).view_as(coverage)


def _is_done(frontier: Frontier, options: SearchOptions) -> Bool[Tensor, " active"]:
    """Whether nothing live can change the result; see the module's docstring for the bound."""
    highest = frontier.live.amax(dim=1)
    stuck = highest == -torch.inf
    if options.sampling is not None:
        return stuck
    return stuck | (frontier.best.scores[:, -1] >= highest / frontier.longest)


def _results(
    done: list[Frontier], record: TreeRecord, options: SearchOptions
) -> list[SearchResult]:
    """Put what each sentence ended with in order, and read its tokens off the trees."""
    order = torch.cat([part.sentences for part in done]).argsort()
    parts = [part.best for part in done]
    column = torch.cat([part.column for part in parts])[order]
    if options.sampling is None:
        ranks = torch.arange(column.shape[1], device=column.device).expand(column.shape)
    else:
        ranks = column.argsort(dim=1)  # a sample's column is its number
    step, scores, log_probs, finished = (
        torch.cat([getattr(part, name) for part in parts])[order].gather(1, ranks)
        for name in ("step", "scores", "log_probs", "finished")
    )
    column = column.gather(1, ranks)
    forest = record.forest()
    ids, token_log_probs = forest.trace_back(Place(step, column))
    steps, endings, columns = step.tolist(), finished.tolist(), column.tolist()
    score_rows, log_prob_rows = scores.tolist(), log_probs.tolist()
    results: list[SearchResult] = []
    for sentence, tree in enumerate(forest.trees()):
        found: list[FoundHypothesis] = []
        for rank, ended in enumerate(endings[sentence]):
            length = steps[sentence][rank] + 1
            if score_rows[sentence][rank] == -torch.inf:
                continue
            found.append(
                FoundHypothesis(
                    ids=tuple(ids[sentence, rank, : length - ended].tolist()),
                    score=score_rows[sentence][rank],
                    log_prob=log_prob_rows[sentence][rank],
                    token_log_probs=tuple(token_log_probs[sentence, rank, :length].tolist()),
                    finished=ended,
                    column=columns[sentence][rank],
                )
            )
        results.append(SearchResult(tuple(found), tree))
    return results
