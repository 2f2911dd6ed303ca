"""Decoding: what must hold for any input and any architecture."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2see.decoding.engine import batches, translate_stream
from seq2see.decoding.observing import target_log_probs
from seq2see.decoding.options import SearchOptions
from seq2see.decoding.penalties import length_penalty
from seq2see.decoding.sampling import Sampling
from seq2see.decoding.search import search
from seq2see.models.build import build
from seq2see.models.interface import Seq2seq, Source
from seq2see.models.presets import names, preset
from seq2see.tokens import BOS_ID, EOS_ID, PAD_ID
from seq2see.trace.matrix import AttentionMatrix, Axis

VOCAB = 12


@given(st.lists(st.text(max_size=9)), st.integers(1, 30), st.integers(1, 12), st.integers(0, 50))
def test_stream_keeps_order_and_budget_and_is_lazy(
    lines: list[str], batch_tokens: int, window: int, wanted: int
) -> None:
    read: list[str] = []
    translated: list[str] = []

    def reader() -> Iterator[str]:
        for line in lines:
            read.append(line)
            yield line

    def translate(batch: list[str]) -> list[str]:
        assert len(batch) == 1 or len(batch) * max(map(len, batch)) <= batch_tokens
        assert all(batch)
        translated.extend(batch)
        return [line[::-1] for line in batch]

    stream = translate_stream(
        reader(),
        partial(map, translate),
        str,
        length_of=len,
        batch_tokens=batch_tokens,
        window=window,
    )
    results = [result for result, _ in zip(stream, range(wanted), strict=False)]
    assert results == [line[::-1] for line in lines[: len(results)]]
    assert len(read) <= (len(results) // window + 1) * window
    assert results + list(stream) == [line[::-1] for line in lines] or wanted < len(lines)
    assert sorted(translated) == sorted(line for line in read if line)


@given(st.lists(st.integers(0, 20)), st.integers(1, 40))
def test_batches_hold_every_line_once(lengths: list[int], batch_tokens: int) -> None:
    found = [index for batch in batches(lengths, batch_tokens) for index in batch]
    assert sorted(found) == [index for index, length in enumerate(lengths) if length]


@given(st.data())
def test_merged_rows_still_sum_to_one(data: st.DataObject) -> None:
    def axis() -> Axis:
        pieces = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
        spaced: list[int | None] = []
        for word, count in enumerate(pieces):
            spaced += [word] * count + [None] * data.draw(st.integers(0, 1))
        labels = ["␣" if word is None else "x" for word in spaced]
        texts = tuple("x" * count for count in pieces)
        return Axis((*labels, "</s>"), (*spaced, None), texts)

    target, source = axis(), axis()
    rng = np.random.default_rng(data.draw(st.integers(0, 9)))
    values = rng.dirichlet(np.ones(len(source.labels)), size=len(target.labels))
    matrix = AttentionMatrix(values, target, source)
    words = matrix.words()
    np.testing.assert_allclose(np.asarray(words).sum(axis=1), 1)
    assert words.shape == (len(target.texts) + 1, len(source.texts) + 1)
    for i, j in matrix.argmax_alignment():
        assert 0 <= i < len(source.texts)
        assert 0 <= j < len(target.texts)


@pytest.fixture(scope="module")
def models() -> dict[str, Seq2seq]:
    """Every architecture with random weights, in float64 so that rounding cannot hide a fault."""
    built: dict[str, Seq2seq] = {}
    with torch.random.fork_rng():
        torch.manual_seed(3)
        for name in names():
            model = build(
                preset(name, "tiny").model, VOCAB, VOCAB, max_source_length=9, shared_vocab=False
            )
            for parameter in model.parameters():  # less even distributions than at the start
                parameter.data *= 3
            built[name] = model.double().eval()
    return built


def batch(sentences: list[list[int]]) -> Source:
    width = max(map(len, sentences))
    ids = torch.tensor([[*ids, *[PAD_ID] * (width - len(ids))] for ids in sentences])
    return Source(ids, ids != PAD_ID)


SENTENCES = st.lists(
    st.lists(st.integers(4, VOCAB - 1), max_size=6).map(lambda ids: [*ids, EOS_ID]),
    min_size=1,
    max_size=4,
)


@pytest.mark.parametrize("arch", names())
@settings(max_examples=12)
@given(
    sentences=SENTENCES,
    beam_size=st.integers(1, 5),
    alpha=st.sampled_from([0.0, 0.6, 1.0]),
    max_length=st.integers(1, 7),
    min_length=st.integers(0, 7),
    sampled=st.booleans(),
)
def test_every_hypothesis_is_what_it_says(
    models: dict[str, Seq2seq],
    arch: str,
    sentences: list[list[int]],
    beam_size: int,
    alpha: float,
    max_length: int,
    min_length: int,
    sampled: bool,
) -> None:
    model = models[arch]
    options = SearchOptions(
        beam_size=beam_size,
        num_best=beam_size,
        length_penalty=alpha,
        max_length=max_length,
        min_length=min(min_length, max_length),
        sampling=Sampling() if sampled else None,
    )
    results = search(model, batch(sentences), options)
    for ids, result in zip(sentences, results, strict=True):
        found = result.hypotheses
        assert 1 <= len(found) <= beam_size
        for hypothesis in found:
            assert not {PAD_ID, BOS_ID, EOS_ID} & set(hypothesis.ids)
            assert options.min_length <= len(hypothesis.ids) <= max_length
            assert hypothesis.finished or len(hypothesis.ids) == max_length
            [expected] = target_log_probs(model, batch([ids]), [hypothesis.ids])
            given_tokens = len(hypothesis.token_log_probs)
            assert given_tokens == len(hypothesis.ids) + hypothesis.finished
            np.testing.assert_allclose(
                hypothesis.token_log_probs, expected[:given_tokens], atol=1e-9
            )
            assert hypothesis.log_prob == pytest.approx(sum(expected[:given_tokens]), abs=1e-9)
            lp = length_penalty(given_tokens, alpha)
            assert hypothesis.score == pytest.approx(hypothesis.log_prob / lp, abs=1e-9)
        if not sampled:
            assert len({(h.ids, h.finished) for h in found}) == len(found)
            ranks = [(not h.finished, -h.score) for h in found]
            assert ranks == sorted(ranks)
        # Alone, every sentence finds the same.
        [alone] = search(model, batch([ids]), options)
        assert [h.ids for h in alone.hypotheses] == [h.ids for h in found]
        np.testing.assert_allclose(
            [h.score for h in alone.hypotheses], [h.score for h in found], atol=1e-9
        )


@pytest.mark.parametrize("arch", names())
@settings(max_examples=12)
@given(sentences=SENTENCES, max_length=st.integers(1, 8))
def test_a_beam_of_one_is_greedy(
    models: dict[str, Seq2seq], arch: str, sentences: list[list[int]], max_length: int
) -> None:
    model = models[arch]
    results = search(model, batch(sentences), SearchOptions(max_length=max_length))
    for ids, result in zip(sentences, results, strict=True):
        encoded = model.encode(batch([ids]))
        tokens = [BOS_ID]
        while len(tokens) <= max_length + 1 and tokens[-1] != EOS_ID:
            output = model.decode(torch.tensor([tokens]), encoded)
            log_probs = model.output.log_probs(output.features[0, -1])
            log_probs[[PAD_ID, BOS_ID]] = -torch.inf
            tokens.append(int(log_probs.argmax()))
        [found] = result.hypotheses
        assert found.finished == (tokens[-1] == EOS_ID)
        assert list(found.ids) == tokens[1:-1][:max_length]
