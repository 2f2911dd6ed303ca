"""Search by CTranslate2: what it finds, what it leaves to the model, and what it refuses."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from small_translators import ENGLISH
from transformer_runs import taught, transformer_run

from seq2see.decoding.backends import ctranslate2 as backend
from seq2see.decoding.backends.choice import choose
from seq2see.decoding.backends.ctranslate2 import CTranslate2, search_obstacle
from seq2see.decoding.observing import target_log_probs
from seq2see.decoding.options import SearchOptions
from seq2see.decoding.sampling import Sampling
from seq2see.decoding.translator import Translator
from seq2see.errors import ConfigError
from seq2see.models.interface import Source
from seq2see.models.transformer import Transformer
from seq2see.run import Run
from seq2see.tokens import EOS_ID

SOURCES = [(5, 4, 6), (7,), (8, 9, 4, 5, 6, 7, 8), (6, 6, 6, 6), (9, 4)]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return transformer_run(tmp_path_factory.mktemp("runs") / "run")


@pytest.fixture(scope="module")
def model(run: Run) -> Transformer:
    return taught(run)


@pytest.fixture(scope="module")
def loaded(run: Run, model: Transformer) -> CTranslate2:
    found = choose("auto", run, model, "fp32")
    assert found is not None
    return found


def forced(model: Transformer, source: Sequence[int], target: tuple[int, ...]) -> tuple[float, ...]:
    ids = torch.tensor([[*source, EOS_ID]])
    [logs] = target_log_probs(model, Source(ids, ids > 0), [target])
    return logs


@pytest.mark.parametrize("alpha", [0.0, 0.6, 2.0])
@pytest.mark.parametrize(("beam_size", "num_best"), [(1, 1), (4, 1), (4, 2)])
def test_scores_are_the_models_log_probabilities_under_gnmts_penalty(
    loaded: CTranslate2, model: Transformer, alpha: float, beam_size: int, num_best: int
) -> None:
    options = SearchOptions(
        max_length=12, beam_size=beam_size, num_best=num_best, length_penalty=alpha
    )
    several = 0
    for place, found in loaded.search(SOURCES, options):  # without those that reached the limit
        source = SOURCES[place]
        several += 1
        assert len(found) == num_best
        assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
        for one in found:
            logs = forced(model, source, one.ids)
            np.testing.assert_allclose(one.token_log_probs, logs, atol=2e-5)
            assert one.log_prob == pytest.approx(sum(logs), abs=2e-4)
            penalty = ((5 + len(one.ids) + 1) / 6) ** alpha
            assert one.score == pytest.approx(sum(logs) / penalty, abs=2e-4)
    assert several >= 3


def test_the_best_of_what_finished_is_best_under_gnmts_penalty(
    run: Run, loaded: CTranslate2, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CTranslate2 would rank only by the length itself, of which it is told another power."""

    word = run.target_tokenizer.vocab[5]
    tokens = [[word, "</s>"], [word, word, word, word, "</s>"]]
    result = SimpleNamespace(hypotheses=tokens, scores=[-4 / 2**1.4, -5 / 5**1.4])
    fixed = SimpleNamespace(
        translate_batch=lambda *_, **__: [SimpleNamespace(result=lambda: result)]
    )
    monkeypatch.setattr(loaded, "_translator", fixed)
    options = SearchOptions(max_length=12, beam_size=2, length_penalty=2.0)
    [(_, found)] = loaded.search([(5, 4)], options)
    # -4 / (7/6)^2 = -2.94; -5 / (10/6)^2 = -1.8
    assert found[0].score == pytest.approx(-5 / (10 / 6) ** 2)
    assert len(found[0].ids) == 4


def test_greedy_search_and_what_is_left_come_out_as_from_torch(
    run: Run, model: Transformer, loaded: CTranslate2
) -> None:
    arguments = (model, run.source_tokenizer, run.target_tokenizer, run.config)
    ours, theirs = Translator(*arguments), Translator(*arguments, ctranslate2=loaded)
    texts = [*ENGLISH, "", "a student is a train .", "see"]
    for settings in (
        {"beam_size": 1},
        {"beam_size": 1, "max_length": 2},  # most are stopped at the limit
        {"min_length": 3},
        {"coverage_penalty": 0.2},
        {"sampling": Sampling(seed=3)},
        {"allow_unknown": False},
    ):
        for expected, found in zip(
            ours.translate(texts, **settings),
            theirs.translate(texts, **settings),
            strict=True,
        ):
            assert found.best.ids == expected.best.ids
            assert found.best.finished == expected.best.finished
            assert found.score == pytest.approx(expected.score, abs=2e-4)
            assert found.warnings == expected.warnings
            np.testing.assert_allclose(
                found.best.token_log_probs, expected.best.token_log_probs, atol=2e-5
            )
    prefixed = theirs.translate(ENGLISH[0], prefix="tu es")
    assert prefixed.text.startswith("tu es")
    assert prefixed.best.ids == ours.translate(ENGLISH[0], prefix="tu es").best.ids


def test_attention_and_trace_come_from_the_model(
    run: Run, model: Transformer, loaded: CTranslate2
) -> None:
    arguments = (model, run.source_tokenizer, run.target_tokenizer, run.config)
    found = Translator(*arguments, ctranslate2=loaded).translate(ENGLISH[0], beam_size=1)
    expected = Translator(*arguments).translate(ENGLISH[0], beam_size=1)
    assert found.tree is None
    assert found.attention is not None
    assert expected.attention is not None
    np.testing.assert_array_equal(found.attention.values, expected.attention.values)
    trace = found.trace()
    assert trace.beam is None
    assert trace.log_prob == pytest.approx(found.log_prob, abs=2e-4)


def test_sentences_longer_than_the_positions_are_left(
    loaded: CTranslate2, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = SearchOptions(max_length=4)
    monkeypatch.setattr(backend, "POSITIONS", 5)
    assert 1 not in dict(loaded.search([(7,), (5, 4, 6, 7, 8)], options))
    monkeypatch.setattr(backend, "POSITIONS", 4)  # the limit, and </s>, would need five
    assert list(loaded.search([(7,)], options)) == []


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"sampling": Sampling()}, "sampling"),
        ({"prefix": ((5,),)}, "a prefix"),
        ({"coverage_penalty": 0.2}, "`coverage_penalty=0.2`"),
        ({"min_length": 2}, "`min_length=2`"),
        ({"allow_unknown": False}, "`allow_unknown=False`"),
    ],
)
def test_searches_of_another_kind_are_left_or_refused(
    run: Run, model: Transformer, loaded: CTranslate2, settings: dict[str, Any], named: str
) -> None:
    options = SearchOptions(max_length=5, **settings)
    assert search_obstacle(options) == named
    assert not loaded.serves(options)
    required = choose("ctranslate2", run, model, "fp32")
    assert required is not None
    expected = f"`backend` is `ctranslate2`, which cannot search with {named} as seq2see does; "
    with pytest.raises(ConfigError) as error:
        required.serves(options)
    assert str(error.value).startswith(expected)


@pytest.mark.parametrize("alpha", [0.0, 0.6])
def test_plain_searches_are_served(loaded: CTranslate2, alpha: float) -> None:
    assert loaded.serves(SearchOptions(max_length=5, beam_size=4, length_penalty=alpha))
