"""The translator around models with random weights: what goes in, and what comes out labelled."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from small_translators import ENGLISH, FRENCH, translator

from seq2see.decoding.options import SearchOptions
from seq2see.decoding.sampling import Sampling
from seq2see.decoding.search import search
from seq2see.decoding.translation import Hypothesis, Translation
from seq2see.decoding.translator import Translator
from seq2see.errors import ConfigError
from seq2see.models.interface import Source
from seq2see.tokens import EOS_ID


@pytest.fixture(scope="module")
def luong() -> Translator:
    return translator()


def test_one_text_gives_one_translation_and_a_list_a_list(luong: Translator) -> None:
    one = luong.translate(ENGLISH[0])
    many = luong.translate(ENGLISH)
    assert isinstance(one, Translation)
    assert [translation.source for translation in many] == ENGLISH
    assert many[0].best.ids == one.best.ids
    assert luong.translate([]) == []


def test_what_search_finds_is_what_comes_out(luong: Translator) -> None:
    ids = torch.tensor([[*luong.source_tokenizer.encode(ENGLISH[1]).ids, EOS_ID]])
    options = SearchOptions(beam_size=4, num_best=2, length_penalty=1.0, max_length=6)
    [expected] = search(luong.model, Source(ids, torch.ones_like(ids, dtype=torch.bool)), options)
    found = luong.translate(
        ENGLISH[1], beam_size=4, num_best=2, length_penalty=1, coverage_penalty=0, max_length=6
    )
    assert found.source_tokens == tuple(ENGLISH[1].split())
    for hypothesis, other in zip(found.hypotheses, expected.hypotheses, strict=True):
        assert hypothesis.ids == other.ids
        assert hypothesis.text == luong.target_tokenizer.decode(other.ids)
        assert hypothesis.tokens == luong.target_tokenizer.labels(other.ids)
        assert hypothesis.score == other.score
        assert hypothesis.token_log_probs == other.token_log_probs
        assert hypothesis.finished == other.finished
    best = found.hypotheses[0]
    assert (found.text, found.tokens, found.score) == (best.text, best.tokens, best.score)
    assert found.log_prob == best.log_prob
    assert found.tree is not None
    np.testing.assert_array_equal(found.tree.tokens, expected.tree.tokens)


def test_the_configuration_gives_the_defaults(luong: Translator) -> None:
    options = luong.options({})
    assert (options.beam_size, options.num_best, options.max_length) == (3, 1, 8)
    assert options.length_penalty == luong.config.decode.length_penalty
    assert luong.options({"num_best": 7}).beam_size == 7


def test_an_empty_text_never_reaches_the_model(
    luong: Translator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(luong.model, "encode", refuse)
    for nothing in luong.translate(["", "  ", "\t"]):
        assert nothing.text == ""
        assert nothing.hypotheses == (Hypothesis("", (), (), 0.0, 0.0, finished=True),)
        assert nothing.attention is None
        assert nothing.alignment == ()
        assert nothing.tree is None


def test_text_is_cleaned_as_in_training() -> None:
    lowering = translator(settings={"data.clean": ["lower", "squeeze"]})
    translation = lowering.translate("  THE   Train ")
    assert translation.source == "  THE   Train "
    assert translation.source_tokens == ("the", "train")


def test_prefix(luong: Translator) -> None:
    assert luong.translate(ENGLISH[0], prefix="le train").text.startswith("le train")
    texts = [t.text for t in luong.translate(ENGLISH[:2], prefix=["tu es", ""])]
    assert texts[0].startswith("tu es")
    assert texts[1] == luong.translate(ENGLISH[1]).text
    assert all(t.text.startswith("je") for t in luong.translate(ENGLISH[:2], prefix="je"))


def test_prefixes_must_fit_the_texts(luong: Translator) -> None:
    with pytest.raises(ConfigError, match="There are 1 prefixes for 2 texts"):
        luong.translate(ENGLISH[:2], prefix=["je"])
    with pytest.raises(ConfigError, match="There are 2 prefixes for one text"):
        luong.translate(ENGLISH[0], prefix=["je", "tu"])  # type: ignore[call-overload]


def test_a_mistyped_setting_is_refused(luong: Translator) -> None:
    with pytest.raises(ConfigError, match=r"`beam` is not a setting .* did you mean `beam_size`"):
        luong.translate(ENGLISH[0], beam=3)  # type: ignore[call-overload]


def test_samples(luong: Translator) -> None:
    sampled = luong.translate(ENGLISH[0], num_best=4, sampling=Sampling(seed=3))
    again = luong.translate([ENGLISH[2], ENGLISH[0]], num_best=4, sampling=Sampling(seed=3))[1]
    assert len(sampled.hypotheses) == 4
    assert [h.ids for h in sampled.hypotheses] == [h.ids for h in again.hypotheses]


def test_stream_answers_before_the_input_ends(luong: Translator) -> None:
    def endless() -> Iterator[str]:
        while True:
            yield from ENGLISH

    stream = luong.stream(endless(), window=2)
    found = [next(stream).text for _ in range(6)]
    assert found == [luong.translate(text).text for text in [*ENGLISH, *ENGLISH][:6]]


def test_small_batches_change_nothing(luong: Translator) -> None:
    texts = [*ENGLISH, "", "good"]
    large = luong.translate(texts)
    small = luong.translate(texts, batch_tokens=1)
    assert [t.best.ids for t in large] == [t.best.ids for t in small]


def test_a_source_longer_than_in_training_is_translated_whole() -> None:
    short = translator(settings={"data.max_length": 4})
    fits, long = short.translate(["I am a student", ENGLISH[0]])
    assert (fits.too_long, fits.warnings[:-1]) == (False, ())
    assert long.too_long
    assert len(long.source_tokens) == 5
    assert "has 5 tokens, but the model was trained on at most 4" in long.warnings[0]


def test_attention_by_position_says_where_it_ends() -> None:
    by_position = translator(settings={"data.max_length": 2, "model.attention.score": "location"})
    translation = by_position.translate(ENGLISH[0])
    assert "has only 3 of them; what stands beyond got no attention" in translation.warnings[1]
    assert translation.attention is not None
    np.testing.assert_array_equal(np.asarray(translation.attention)[:, 3:], 0)


def test_unknown_words_are_named(luong: Translator) -> None:
    translation = luong.translate("I am a zebra .")
    assert [word.strip() for word in translation.unknown_words] == ["zebra"]
    assert any("The model does not know `" in warning for warning in translation.warnings)
    for words, said in (
        ("gnu yak gnu emu ibex okapi", "`gnu`, `yak`, `emu`, `ibex`, `okapi`."),
        ("gnu yak gnu emu ibex okapi puma", "`gnu`, `yak`, `emu`, `ibex` and 2 more."),
    ):
        [warning] = [one for one in luong.translate(words).warnings if "not know" in one]
        assert warning == f"The model does not know {said}"


def test_an_unfinished_translation_says_so(luong: Translator) -> None:
    options: dict[str, Any] = {"max_length": 2, "min_length": 2, "beam_size": 1}
    found = [t for t in luong.translate(ENGLISH, **options) if not t.best.finished]
    for translation in found:
        assert "stopped at 2 tokens, the most allowed" in translation.warnings[-1]
    assert found


def test_a_target_in_characters_may_be_much_longer_than_a_source_in_words(
    luong: Translator,
) -> None:
    letters = translator(kind="char")
    mixed = Translator(luong.model, luong.source_tokenizer, letters.target_tokenizer, luong.config)
    assert mixed.options({}).length_ratio == 15
    assert luong.options({}).length_ratio == letters.options({}).length_ratio == 3


@pytest.mark.parametrize("kind", ["word", "char", "bpe"])
@pytest.mark.parametrize("arch", ["bahdanau2015", "luong2015", "transformer2017"])
def test_attention_is_labelled_and_sums_to_one(arch: str, kind: str) -> None:
    attending = translator(arch, kind)
    translation = attending.translate(ENGLISH[1], num_best=3)
    for hypothesis in translation.hypotheses:
        matrix = hypothesis.attention
        assert matrix is not None
        assert matrix.columns == (*translation.source_tokens, "</s>")
        end = ("</s>",) if hypothesis.finished else ()
        assert matrix.rows == (*hypothesis.tokens, *end)
        np.testing.assert_allclose(np.asarray(matrix).sum(axis=1), 1, atol=1e-5)
        words = matrix.words()
        assert words.columns == (*ENGLISH[1].split(), "</s>")
        assert words.rows == (*hypothesis.text.split(), *end)
        np.testing.assert_allclose(np.asarray(words).sum(axis=1), 1, atol=1e-5)
        assert hypothesis.alignment == matrix.argmax_alignment()
    assert translation.alignment == translation.best.alignment
    assert translation.attention is translation.best.attention


@pytest.mark.parametrize("arch", ["bahdanau2015", "luong2015", "transformer2017"])
def test_attention_is_that_of_the_search(arch: str) -> None:
    attending = translator(arch)
    best = attending.translate(ENGLISH[3], beam_size=1).best
    ids = torch.tensor([[*attending.source_tokenizer.encode(ENGLISH[3]).ids, EOS_ID]])
    encoded = attending.model.encode(Source(ids, torch.ones_like(ids, dtype=torch.bool)))
    state = attending.model.start(encoded, 1)
    assert best.attention is not None
    for row, previous in zip(np.asarray(best.attention), (2, *best.ids), strict=False):
        output = attending.model.step(torch.tensor([previous]), encoded, state)
        state = output.state
        assert output.attention is not None
        np.testing.assert_allclose(row, output.attention[0].detach(), atol=1e-5)


def test_layers_and_heads() -> None:
    best = translator("transformer2017").translate(ENGLISH[0]).best
    assert best.attention is not None
    names = [f"decoder.layers.{layer}.cross_attention.weights" for layer in range(4)]
    assert sorted(best.attentions) == names
    assert {value.shape for value in best.attentions.values()} == {(4, *best.attention.shape)}
    mean = np.mean([best.attentions[name] for name in names], axis=(0, 1))
    np.testing.assert_allclose(mean, best.attention, atol=1e-6)


@pytest.mark.parametrize("arch", ["bahdanau2015", "luong2015"])
def test_recurrent_attention_has_one_layer_and_head(arch: str) -> None:
    best = translator(arch).translate(ENGLISH[0]).best
    [(name, weights)] = best.attentions.items()
    assert name == "decoder.attention.weights"
    np.testing.assert_array_equal(weights, best.attention)


def test_attention_is_worked_out_once_and_only_when_asked_for(
    luong: Translator, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    decode = luong.model.decode

    def counting(previous: torch.Tensor, *rest: Any) -> Any:
        calls.append(len(previous))
        return decode(previous, *rest)

    monkeypatch.setattr(luong.model, "decode", counting)
    translation = luong.translate(ENGLISH[0], num_best=3)
    assert calls == []
    for hypothesis in translation.hypotheses:
        assert hypothesis.attention is hypothesis.attention
    assert calls == [3]


def test_a_model_without_attention_has_none() -> None:
    translation = translator("sutskever2014").translate(ENGLISH[0])
    assert translation.attention is None
    assert translation.alignment == ()
    assert translation.best.attentions == {}


def test_coverage_penalty_without_attention_is_refused() -> None:
    with pytest.raises(ConfigError, match="this model has no attention to measure coverage"):
        translator("cho2014").translate(ENGLISH[0], coverage_penalty=0.1)


@pytest.mark.parametrize("arch", ["luong2015", "cho2014", "transformer2017"])
def test_forced_targets_have_the_probability_that_search_gives_them(arch: str) -> None:
    forcing = translator(arch)
    pairs = list(zip(ENGLISH, FRENCH, strict=True))
    lengths = [len(forcing.target_tokenizer.encode(target).ids) for target in FRENCH]
    for (source, target), length, forced in zip(pairs, lengths, forcing.force(pairs), strict=True):
        searched = forcing.translate(
            source, prefix=target, min_length=length, max_length=length, beam_size=40
        )
        assert (forced.text, forced.best.finished) == (target, True)
        assert (searched.text, searched.best.finished) == (target, True)
        np.testing.assert_allclose(
            forced.best.token_log_probs, searched.best.token_log_probs, atol=1e-4
        )
        assert forced.score == pytest.approx(searched.log_prob, abs=1e-4)


def test_forced_targets_are_labelled(luong: Translator) -> None:
    pairs = [("I see a train .", "je vois"), ("", "je"), ("good", "")]
    first, empty, nothing = luong.force(pairs)
    assert (first.text, first.best.finished) == ("je vois", True)
    assert first.attention is not None
    assert first.attention.rows == ("je", "vois", "</s>")
    assert len(first.best.token_log_probs) == 3
    assert empty.text == ""
    assert nothing.attention is not None
    assert nothing.attention.rows == ("</s>",)
