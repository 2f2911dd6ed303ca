"""Runs as one translator: which fit together, and what is refused with what differs."""

from pathlib import Path
from typing import Any

import pytest
from small_translators import ENGLISH, FRENCH
from transformer_runs import SIZES, transformer_run

from seq2see import api, weights
from seq2see import config as configuration
from seq2see.decoding.backends import Backend
from seq2see.decoding.precision import reduced
from seq2see.decoding.translator import Translator
from seq2see.errors import ConfigError
from seq2see.models.ensemble import Ensemble
from seq2see.run import Run
from seq2see.tokenizer import Tokenizer

OTHER_FRENCH = [text.replace("train", "chat") for text in FRENCH]


def with_weights(run: Run) -> Run:
    model = run.new_model()
    run.weights_path.write_bytes(weights.to_bytes(weights.parameters_of(model), run.metadata))
    return run


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return with_weights(transformer_run(tmp_path_factory.mktemp("runs") / "first"))


def other(
    folder: Path,
    target: list[str] = FRENCH,
    source: list[str] = ENGLISH,
    kind: str = "word",
    arch: str = "bahdanau2015",
    **settings: Any,
) -> Run:
    given = {key.replace("__", "."): value for key, value in settings.items()}
    sizes = SIZES if arch == "transformer2017" else {}
    config = configuration.resolve(arch=arch, size="tiny", settings={**sizes, **given})
    english, french = (
        Tokenizer.train(texts, kind=kind, vocab_size=30)  # type: ignore[arg-type]
        for texts in (source, target)
    )
    return with_weights(Run.create(folder, config, english, french, {}))


def test_architectures_and_sizes_may_differ(first: Run, tmp_path: Path) -> None:
    second = other(tmp_path / "second")
    translator = api.load([first.path, str(second.path)])
    assert isinstance(translator.model, Ensemble)
    assert translator.config.model.arch == "transformer2017"
    found = translator.translate(ENGLISH, num_best=2, beam_size=3)
    assert [len(one.hypotheses) for one in found] == [2] * len(ENGLISH)
    attention = found[0].attention
    assert attention is not None
    assert attention.columns == (*ENGLISH[0].split(), "</s>")
    names = found[0].best.attentions.keys()
    assert "member.0.decoder.layers.0.cross_attention.weights" in names
    assert "member.1.decoder.attention.weights" in names
    [forced] = translator.force([(ENGLISH[0], FRENCH[0])])
    assert forced.text == FRENCH[0]


def test_a_run_with_itself_translates_as_it_does_alone(first: Run) -> None:
    alone, twice = api.load(first.path), api.load([first.path, first.path])
    for one, both in zip(alone.translate(ENGLISH), twice.translate(ENGLISH), strict=True):
        assert one.best == both.best
        assert one.best.token_log_probs == both.best.token_log_probs


def test_a_list_of_one_is_that_run(first: Run) -> None:
    assert not isinstance(api.load([first.path]).model, Ensemble)
    with pytest.raises(ConfigError, match="No run was named"):
        api.load([])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"target": [*FRENCH, "chat"]}, r"target vocabularies differ: 16 and 17 tokens"),
        ({"target": OTHER_FRENCH}, r"target vocabularies differ: token \d+ is ` \w+` and ` \w+`"),
        ({"source": [*ENGLISH, "cat"]}, r"source vocabularies differ: 1\d and 1\d tokens"),
        ({"kind": "char"}, r"target tokenizers differ: `word` and `char`"),
        ({"data__clean": ["lower"]}, r"cleaning differs: nfc, squeeze and lower"),
    ],
)
def test_what_differs_is_said(
    first: Run, tmp_path: Path, changed: dict[str, Any], message: str
) -> None:
    second = other(tmp_path / "second", **changed)
    with pytest.raises(ConfigError, match=f"cannot translate as one, since their {message}"):
        api.load([first.path, second.path])


def test_too_long_is_what_is_too_long_for_one_of_them(first: Run, tmp_path: Path) -> None:
    second = other(tmp_path / "second", data__max_length=3)
    assert api.load([first.path, second.path]).translate(ENGLISH[0]).too_long


def test_a_trace_is_refused_and_a_notebook_shows_plain_values(first: Run) -> None:
    translation = api.load([first.path, first.path]).translate(ENGLISH[0])
    with pytest.raises(ConfigError, match=r"An ensemble has no trace and no page"):
        translation.trace()
    assert translation._repr_mimebundle_() == {}


@pytest.mark.parametrize(
    ("backend", "shortlist", "asked"),
    [("ctranslate2", False, "`backend=ctranslate2`"), ("torch", True, "`shortlist`")],
)
def test_what_is_for_one_run_is_refused(
    first: Run, backend: Backend, shortlist: bool, asked: str
) -> None:
    with pytest.raises(ConfigError, match=rf"{asked} is for one run, but several were given"):
        api.load([first.path, first.path], backend=backend, shortlist=shortlist)


def test_members_translate_in_fewer_bits(first: Run) -> None:
    model = Ensemble([first.load_model(), first.load_model()])
    fewer = reduced(model, "bf16")
    tokenizers = first.source_tokenizer, first.target_tokenizer
    exact, rounded = (
        Translator(model, *tokenizers, first.config, reduced=one) for one in (None, fewer)
    )
    [one], [both] = (each.force([(ENGLISH[0], FRENCH[0])]) for each in (exact, rounded))
    assert one.score == pytest.approx(both.score, rel=0.02)
    assert one.score != both.score
