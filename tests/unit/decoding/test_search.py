"""Search against brute force, against a plain beam search, and against what a hand can work out."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from seq2see.decoding.candidates import Status
from seq2see.decoding.options import SearchOptions
from seq2see.decoding.search import SearchResult, search
from seq2see.errors import ConfigError, RunError
from seq2see.models.interface import (
    DecoderState,
    Encoded,
    NarrowOutput,
    Seq2seq,
    Source,
    StepOutput,
    Watch,
    repeat_rows,
)

PAD, UNK, BOS, EOS, A, B = range(6)
VOCAB = 6
Distribution = Callable[[tuple[int, ...], tuple[int, ...]], np.ndarray]


class GivenLogProbs(nn.Module):
    """An output layer whose features are the log-probabilities."""

    def log_probs(self, features: Tensor, watch: Watch | None = None) -> Tensor:
        return features

    def narrow(self, ids: Tensor, listed: Tensor) -> NarrowOutput:
        raise NotImplementedError

    def loss(
        self, features: Tensor, target: Tensor, label_smoothing: float = 0.0
    ) -> tuple[Tensor, int]:
        raise NotImplementedError


@dataclass(frozen=True)
class PrefixState(DecoderState):
    prefix: Tensor


class GivenModel(Seq2seq):
    """A model that looks log-probabilities and attention up by source and full prefix."""

    def __init__(self, log_probs: Distribution, attention: Distribution | None = None) -> None:
        super().__init__()
        self.log_probs = log_probs
        self.attend = attention
        self.output = GivenLogProbs()
        self.rows_per_step: list[int] = []

    @property
    def has_attention(self) -> bool:
        return self.attend is not None

    def encode(self, source: Source, watch: Watch | None = None) -> Encoded:
        return Encoded(source.ids.double().unsqueeze(-1), source.mask)

    def start(self, encoded: Encoded, beam: int) -> PrefixState:
        empty = torch.zeros(len(encoded.mask), 0, dtype=torch.long)
        return PrefixState(repeat_rows(empty, beam))

    def step(
        self, previous: Tensor, encoded: Encoded, state: DecoderState, watch: Watch | None = None
    ) -> StepOutput:
        prefix = torch.cat((cast("PrefixState", state).prefix, previous.unsqueeze(1)), dim=1)
        self.rows_per_step.append(len(previous))
        beam = len(previous) // len(encoded.mask)
        log_probs, attention = [], torch.zeros(len(previous), encoded.mask.shape[1]).double()
        for row, tokens in enumerate(prefix.tolist()):
            mask = encoded.mask[row // beam]
            ids = tuple(encoded.outputs[row // beam, mask, 0].long().tolist())
            log_probs.append(torch.from_numpy(self.log_probs(ids, tuple(tokens[1:]))))
            if self.attend is not None:
                weights = torch.from_numpy(self.attend(ids, tuple(tokens[1:])))
                attention[row, : len(ids)] = weights
        return StepOutput(
            torch.stack(log_probs),
            attention if self.attend is not None else None,
            PrefixState(prefix),
        )


def random_log_probs(source: tuple[int, ...], prefix: tuple[int, ...]) -> np.ndarray:
    """Log-probabilities of the next token that depend on everything before it."""
    logits = np.random.default_rng([1, *source, 99, *prefix]).normal(size=VOCAB) * 1.5
    return np.asarray(logits - np.log(np.exp(logits).sum()))


def random_attention(source: tuple[int, ...], prefix: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng([2, *source, 99, *prefix]).dirichlet(np.full(len(source), 0.5))


def random_model() -> GivenModel:
    return GivenModel(random_log_probs, random_attention)


def batch(*sentences: Sequence[int]) -> Source:
    width = max(map(len, sentences))
    ids = [[*sentence, *[PAD] * (width - len(sentence))] for sentence in sentences]
    mask = [[True] * len(s) + [False] * (width - len(s)) for s in sentences]
    return Source(torch.tensor(ids), torch.tensor(mask))


def score(
    source: tuple[int, ...], tokens: tuple[int, ...], log_prob: float, options: SearchOptions
) -> float:
    """Wu et al. 2016, eq. 14, written out; ``tokens`` with ``</s>`` where there is one."""
    coverage = np.zeros(len(source))
    for length in range(len(tokens)):
        coverage += random_attention(source, tokens[:length])
    penalty = np.log(np.minimum(coverage, 1.0)).sum() if options.coverage_penalty else 0.0
    normalised = log_prob / ((5 + len(tokens)) / 6) ** options.length_penalty
    return float(normalised + options.coverage_penalty * penalty)


def all_translations(
    source: tuple[int, ...], limit: int, prefix: tuple[int, ...] = (), log_prob: float = 0.0
) -> Iterator[tuple[tuple[int, ...], float]]:
    """Every finished hypothesis of at most ``limit`` tokens, and its log-probability."""
    log_probs = random_log_probs(source, prefix)
    yield (*prefix, EOS), log_prob + log_probs[EOS]
    if len(prefix) < limit:
        for token in (UNK, A, B):
            yield from all_translations(
                source, limit, (*prefix, token), log_prob + log_probs[token]
            )


def plain_beam_search(
    source: tuple[int, ...], options: SearchOptions, limit: int
) -> list[tuple[tuple[int, ...], float]]:
    """The search's definition in plain Python, without any early end: finished ones, best first."""
    live: list[tuple[tuple[int, ...], float]] = [((), 0.0)]
    finished: list[tuple[float, tuple[int, ...]]] = []
    for _ in range(limit + 1):
        candidates = [
            ((*prefix, token), log_prob + random_log_probs(source, prefix)[token])
            for prefix, log_prob in live
            for token in (UNK, EOS, A, B)
        ]
        candidates.sort(key=lambda candidate: -candidate[1])
        best = candidates[: options.beam_size]
        finished += [(score(source, *c, options), c[0]) for c in best if c[0][-1] == EOS]
        live = [c for c in best if c[0][-1] != EOS]
    finished.sort(key=lambda entry: -entry[0])
    return [(tokens[:-1], value) for value, tokens in finished[: options.num_best]]


SENTENCES = ((A, B, EOS), (B, EOS), (A, A, B, A, EOS))


@pytest.mark.parametrize("alpha", [0.0, 0.6, 2.0])
@pytest.mark.parametrize("beta", [0.0, 0.4])
def test_exhaustive_beam_equals_brute_force(alpha: float, beta: float) -> None:
    options = SearchOptions(
        max_length=3,
        beam_size=4 * 3**3,
        num_best=9,
        length_penalty=alpha,
        coverage_penalty=beta,
    )
    results = search(random_model(), batch(*SENTENCES), options)
    for source, result in zip(SENTENCES, results, strict=True):
        ranked = sorted(
            ((score(source, y, p, options), y, p) for y, p in all_translations(source, 3)),
            reverse=True,
        )
        for found, (value, tokens, log_prob) in zip(result.hypotheses, ranked[:9], strict=True):
            assert found.ids == tokens[:-1]
            assert found.finished
            assert found.score == pytest.approx(value, abs=1e-12)
            assert found.log_prob == pytest.approx(log_prob, abs=1e-12)


@pytest.mark.parametrize("beam_size", [1, 2, 3, 5])
@pytest.mark.parametrize("alpha", [0.0, 1.0])
@pytest.mark.parametrize("beta", [0.0, 0.3])
def test_ending_early_changes_nothing(beam_size: int, alpha: float, beta: float) -> None:
    options = SearchOptions(
        max_length=9,
        beam_size=beam_size,
        num_best=beam_size,
        length_penalty=alpha,
        coverage_penalty=beta,
    )
    sentences = [(A, *([B] * number), EOS) for number in range(8)]
    steps = []
    for source, result in zip(
        sentences, search(random_model(), batch(*sentences), options), strict=True
    ):
        found = [(h.ids, h.score) for h in result.hypotheses if h.finished]
        expected = plain_beam_search(source, options, limit=9)
        assert [ids for ids, _ in found] == [ids for ids, _ in expected]
        np.testing.assert_allclose([s for _, s in found], [s for _, s in expected], atol=1e-12)
        steps.append(len(result.tree))
    assert min(steps) < 10  # some did end early


def test_sentences_leave_the_batch_when_done() -> None:
    model = random_model()
    sentences = [(A, *([B] * number), EOS) for number in range(8)]
    results = search(model, batch(*sentences), SearchOptions(max_length=9, beam_size=2))
    steps = [len(result.tree) for result in results]
    going_on = [sum(length > step for length in steps) for step in range(max(steps))]
    # Before the first step all hypotheses of a sentence are the same one.
    working = [number * (2 if step else 1) for step, number in enumerate(going_on)]
    assert model.rows_per_step == working
    assert going_on[-1] < going_on[0]


def test_a_beam_of_one_takes_the_most_probable_token() -> None:
    for source in SENTENCES:
        [result] = search(random_model(), batch(source), SearchOptions(max_length=8))
        tokens: tuple[int, ...] = ()
        while len(tokens) <= 8:
            log_probs = random_log_probs(source, tokens)
            log_probs[[PAD, BOS]] = -np.inf
            tokens = (*tokens, int(log_probs.argmax()))
            if tokens[-1] == EOS:
                break
        [found] = result.hypotheses
        assert found.finished == (tokens[-1] == EOS)
        assert found.ids == (tokens[:-1] if found.finished else tokens[:8])


def test_a_sentence_does_not_depend_on_its_batch() -> None:
    options = SearchOptions(max_length=6, beam_size=3, num_best=3, coverage_penalty=0.2)
    together = search(random_model(), batch(*SENTENCES), options)
    for source, result in zip(SENTENCES, together, strict=True):
        [alone] = search(random_model(), batch(source), options)
        assert result.hypotheses == alone.hypotheses
        np.testing.assert_array_equal(result.tree.tokens, alone.tree.tokens)
        np.testing.assert_array_equal(result.tree.scores, alone.tree.scores)


def test_log_prob_is_the_sum_over_tokens_and_the_end() -> None:
    options = SearchOptions(max_length=5, beam_size=4, num_best=4)
    for source, result in zip(
        SENTENCES, search(random_model(), batch(*SENTENCES), options), strict=True
    ):
        for found in result.hypotheses:
            tokens = (*found.ids, EOS) if found.finished else found.ids
            expected = [random_log_probs(source, tokens[:n])[t] for n, t in enumerate(tokens)]
            np.testing.assert_allclose(found.token_log_probs, expected, atol=1e-12)
            assert found.log_prob == pytest.approx(sum(expected), abs=1e-12)


# --- a transition matrix, worked out by hand -------------------------------------------------

TRANSITIONS = {
    None: {A: 0.6, B: 0.4},
    A: {A: 0.3, B: 0.4, EOS: 0.3},
    B: {A: 0.1, EOS: 0.9},
    UNK: {EOS: 1.0},
}


def bigram(source: tuple[int, ...], prefix: tuple[int, ...]) -> np.ndarray:
    probabilities = np.zeros(VOCAB)
    # Free places of a beam are stepped too, after any token at all.
    for token, probability in TRANSITIONS.get(prefix[-1] if prefix else None, {}).items():
        probabilities[token] = probability
    with np.errstate(divide="ignore"):
        return np.log(probabilities)


def by_bigram(**options: object) -> SearchResult:
    given = SearchOptions(**{"max_length": 10, **options})  # type: ignore[arg-type]
    [result] = search(GivenModel(bigram), batch((A, EOS)), given)
    return result


def test_greedy_is_led_astray_and_a_beam_is_not() -> None:
    [greedy] = by_bigram().hypotheses
    [best] = by_bigram(beam_size=2).hypotheses
    assert greedy.ids == (A, B)
    assert math.exp(greedy.log_prob) == pytest.approx(0.6 * 0.4 * 0.9)
    assert best.ids == (B,)
    assert math.exp(best.log_prob) == pytest.approx(0.4 * 0.9)


def test_length_penalty_counts_the_end() -> None:
    [best] = by_bigram(beam_size=2, length_penalty=1.0).hypotheses
    assert best.score == pytest.approx(math.log(0.4 * 0.9) / (7 / 6))


def test_tree_holds_every_candidate_considered() -> None:
    tree = by_bigram(beam_size=2).tree
    kept, pruned, finished = Status.KEPT, Status.PRUNED, Status.FINISHED
    # Of the equally probable "a </s>" and "a a" the lower token id comes first.
    np.testing.assert_array_equal(tree.tokens, [[A, B, -1, -1], [EOS, B, EOS, A]])
    np.testing.assert_array_equal(tree.parents, [[0, 0, 0, 0], [1, 0, 0, 0]])
    np.testing.assert_array_equal(
        tree.status,
        [[kept, kept, Status.ABSENT, Status.ABSENT], [finished, kept, pruned, pruned]],
    )
    np.testing.assert_allclose(
        np.exp(tree.log_probs), [[0.6, 0.4, 0, 0], [0.36, 0.24, 0.18, 0.18]], atol=1e-12
    )
    np.testing.assert_allclose(
        np.exp(tree.token_log_probs), [[0.6, 0.4, 0, 0], [0.9, 0.4, 0.3, 0.3]], atol=1e-12
    )
    np.testing.assert_array_equal(tree.scores, tree.log_probs)
    assert len(tree) == 2
    assert tree.path(1, 0) == (B, EOS)
    assert tree.path(1, 3) == (A, A)


def test_what_reaches_the_limit_is_unfinished_and_comes_last() -> None:
    [found] = by_bigram(max_length=1).hypotheses
    assert (found.ids, found.finished) == ((A,), False)
    assert [found.log_prob] == list(found.token_log_probs) == [pytest.approx(math.log(0.6))]
    assert found.score == found.log_prob
    # At the limit "b </s>" (.36) ends; "a" is more probable (.6) but was not ended.
    first, second = by_bigram(max_length=1, beam_size=2, num_best=2).hypotheses
    assert (first.ids, first.finished) == ((B,), True)
    assert (second.ids, second.finished) == ((A,), False)


def test_what_was_ended_at_the_limit_is_not_also_returned_unended() -> None:
    # "b </s>" (.36), the pruned "a b" (.24), and "a </s>" (.18), before "a a" by its token id.
    found = by_bigram(max_length=1, beam_size=3, num_best=3).hypotheses
    assert [(h.ids, h.finished) for h in found] == [((B,), True), ((A,), True)]


def test_the_models_own_log_probs_are_not_changed() -> None:
    table = torch.full((1, VOCAB), -math.log(VOCAB), dtype=torch.float64)

    class Constant(GivenLogProbs):
        def log_probs(self, features: Tensor, watch: Watch | None = None) -> Tensor:
            return table

    model = GivenModel(bigram)
    model.output = Constant()
    search(model, batch((A, EOS)), SearchOptions(max_length=3, min_length=3))
    assert table.unique().tolist() == [-math.log(VOCAB)]


def test_limit_is_never_more_than_the_source_allows() -> None:
    def endless(source: tuple[int, ...], prefix: tuple[int, ...]) -> np.ndarray:
        return np.asarray(np.log(np.array([0, 0, 0, 1e-9, 1 - 1e-9, 0]) + 1e-300))

    results = search(GivenModel(endless), batch((EOS,), (A, A, EOS)), SearchOptions(max_length=25))
    assert [len(result.hypotheses[0].ids) for result in results] == [23, 25]
    assert not any(result.hypotheses[0].finished for result in results)


def test_min_length_forbids_the_end() -> None:
    [found] = by_bigram(min_length=2, beam_size=5).hypotheses
    assert found.ids == (A, B)
    assert found.finished


def test_a_dead_end_is_returned_as_unfinished() -> None:
    def nowhere(source: tuple[int, ...], prefix: tuple[int, ...]) -> np.ndarray:
        return bigram(source, prefix) if not prefix else np.full(VOCAB, -np.inf)

    [result] = search(GivenModel(nowhere), batch((A, EOS)), SearchOptions(max_length=5))
    [found] = result.hypotheses
    assert (found.ids, found.finished) == ((A,), False)


def test_prefix_is_forced_and_counted() -> None:
    result = by_bigram(prefix=((A, A),), beam_size=3, num_best=3)
    assert [found.ids for found in result.hypotheses] == [(A, A, B), (A, A), (A, A, A, B)]
    assert math.exp(result.hypotheses[0].log_prob) == pytest.approx(0.6 * 0.3 * 0.4 * 0.9)


def test_prefixes_of_different_lengths() -> None:
    options = SearchOptions(max_length=4, beam_size=2, prefix=((B, A, B, A), (), (UNK,)))
    results = search(random_model(), batch(*SENTENCES), options)
    assert results[0].hypotheses[0].ids == (B, A, B, A)
    assert results[2].hypotheses[0].ids[0] == UNK
    [free] = search(random_model(), batch(SENTENCES[1]), replace(options, prefix=None))
    assert results[1].hypotheses == free.hypotheses


def test_special_tokens_are_never_generated() -> None:
    def special(source: tuple[int, ...], prefix: tuple[int, ...]) -> np.ndarray:
        return np.asarray(np.log([0.3, 0.2, 0.3, 0.01, 0.1, 0.09]))

    options = SearchOptions(max_length=3, beam_size=50, num_best=20)
    for allowed in (True, False):
        [result] = search(
            GivenModel(special), batch((A, EOS)), replace(options, allow_unknown=allowed)
        )
        used = {token for found in result.hypotheses for token in found.ids}
        assert used == ({UNK, A, B} if allowed else {A, B})


def test_an_empty_batch_has_no_results() -> None:
    empty = Source(torch.zeros(0, 3, dtype=torch.long), torch.zeros(0, 3, dtype=torch.bool))
    assert search(random_model(), empty, SearchOptions(max_length=5)) == []


def test_coverage_needs_attention() -> None:
    with pytest.raises(ConfigError, match=r"`coverage_penalty` is 0\.5, but this model has no att"):
        by_bigram(coverage_penalty=0.5)


def test_broken_weights_are_named() -> None:
    model = GivenModel(lambda source, prefix: np.full(VOCAB, np.nan))
    with pytest.raises(RunError, match="log-probabilities at step 1 are not numbers"):
        search(model, batch((A, EOS)), SearchOptions(max_length=5))
