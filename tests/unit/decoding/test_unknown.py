"""Words for unknown tokens: which source word, from which dictionary, and that labels follow."""

from pathlib import Path

import numpy as np
import pytest
import torch
from copier import copier
from small_translators import translator
from transformer_runs import taught, transformer_run

from seq2see.data.dictionary import Dictionary
from seq2see.decoding import unknown
from seq2see.decoding.backends.choice import choose
from seq2see.decoding.translation import Replacement
from seq2see.decoding.translator import Translator
from seq2see.errors import ConfigError
from seq2see.tokens import UNK, UNK_ID

TEXT = "a Kodiak b 1907 c"


def with_dictionary(model: Translator, **translations: str) -> Translator:
    return Translator(
        model.model,
        model.source_tokenizer,
        model.target_tokenizer,
        model.config,
        dictionary=Dictionary(translations),
    )


def test_the_source_word_takes_the_place_of_an_unknown_token() -> None:
    model = copier()
    assert model.translate(TEXT).text == f"a {UNK} b {UNK} c"
    found = model.translate(TEXT, replace_unknown=True)
    assert found.text == TEXT
    assert found.tokens == ("a", "Kodiak", "b", "1907", "c")
    assert found.best.ids == model.translate(TEXT).best.ids
    assert found.best.replaced == (
        Replacement(1, 1, "Kodiak", translated=False),
        Replacement(3, 3, "1907", translated=False),
    )
    assert found.unknown_words == ("Kodiak", "1907")


def test_attention_decides_which_source_word() -> None:
    """Every step of this copier attends to the source token after the one that it copies."""
    found = copier(layers=((1,),)).translate(TEXT, replace_unknown=True)
    assert found.text == "a b b c c"
    assert [one.source for one in found.best.replaced] == [2, 4]


def test_a_dictionary_translates_what_it_has() -> None:
    model = with_dictionary(copier(), Kodiak="Kadjak", b="B")
    found = model.translate(TEXT, replace_unknown=True)
    assert found.text == "a Kadjak b 1907 c"  # `b` is known, so the model's own word stays
    assert [(one.word, one.translated) for one in found.best.replaced] == [
        ("Kadjak", True), ("1907", False),
    ]  # fmt: skip


def test_every_hypothesis_is_treated() -> None:
    found = copier().translate(TEXT, replace_unknown=True, num_best=2, beam_size=4)
    for hypothesis in found.hypotheses:
        assert UNK not in hypothesis.text
        places = [place for place, token in enumerate(hypothesis.ids) if token == UNK_ID]
        assert [one.token for one in hypothesis.replaced] == places


def test_a_text_is_treated_alike_in_any_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    model = translator(settings={"tokenizer.kind": "word"})
    texts = ["I am Kodiak .", "Kodiak", "", "you see the good student 1907 of Kodiak .", "I see ."]
    alone = [model.translate(text, prefix="je Kodiak", replace_unknown=True) for text in texts]
    for batch_tokens in (4096, 1):
        monkeypatch.setattr(unknown, "BATCH_TOKENS", batch_tokens)
        together = model.translate(texts, prefix="je Kodiak", replace_unknown=True)
        assert [one.text for one in together] == [one.text for one in alone]
        assert [one.best.replaced for one in together] == [one.best.replaced for one in alone]
    assert sum(bool(one.best.replaced) for one in alone) == 4


def test_labels_follow_the_new_words_and_numbers_stay() -> None:
    model = with_dictionary(copier(), Kodiak="Kadjak")
    plain = model.translate(TEXT)
    found = model.translate(TEXT, replace_unknown=True)
    assert found.attention is not None
    assert plain.attention is not None
    assert found.attention.rows == ("a", "Kadjak", "b", "1907", "c", "</s>")
    assert found.attention.target.texts == ("a", "Kadjak", "b", "1907", "c")
    assert found.attention.columns == plain.attention.columns
    np.testing.assert_array_equal(found.attention.values, plain.attention.values)
    assert found.alignment == tuple((place, place) for place in range(5)) == plain.alignment
    assert (found.score, found.log_prob) == (plain.score, plain.log_prob)
    assert found.best.token_log_probs == plain.best.token_log_probs
    assert found.best.attentions.keys() == plain.best.attentions.keys()


def test_spaces_are_put_as_for_any_word() -> None:
    """Punctuation that is unknown joins the word before it where it stands so in the source."""
    found = copier().translate("a Kodiak, b", replace_unknown=True)
    assert found.text == "a Kodiak, b"
    assert found.tokens == ("a", "Kodiak", ",", "b")
    assert found.alignment == ((0, 0), (1, 1), (2, 2))


def test_the_end_of_the_source_is_no_word() -> None:
    """The last step attends to ``</s>`` alone, so that there is no word for it."""
    found = copier(layers=((1,),)).translate("a b Kodiak", replace_unknown=True)
    assert found.text == f"a b {UNK}"
    assert found.best.replaced == ()
    # Where another head attends to a word, that word is taken.
    found = copier(layers=((1, 1, -2),)).translate("a b Kodiak", replace_unknown=True)
    assert found.text == "a b a"


def test_the_configuration_gives_the_default() -> None:
    model = copier(decode__replace_unknown=True, tokenizer__kind="word")
    assert model.translate(TEXT).text == TEXT
    assert model.translate(TEXT, replace_unknown=False).text == f"a {UNK} b {UNK} c"


def test_characters_are_replaced_by_characters() -> None:
    model = copier(kind="char", tokenizer__kind="char")
    found = model.translate("a%b", replace_unknown=True)
    assert (found.text, found.tokens) == ("a%b", ("a", "%", "b"))


def test_a_trace_shows_what_the_model_said() -> None:
    model = translator(settings={"tokenizer.kind": "word"})
    found = model.translate("I am Kodiak .", prefix="je Kodiak", replace_unknown=True)
    assert found.best.ids[1] == UNK_ID
    assert UNK not in found.text.split()[1]
    assert found.trace().target.axis.labels[1] == UNK


def test_a_model_without_attention_is_refused() -> None:
    model = translator("sutskever2014", settings={"tokenizer.kind": "word"})
    with pytest.raises(ConfigError, match=r"`replace_unknown` cannot help here: .*no attention"):
        model.translate("I am a student .", replace_unknown=True)


def test_pieces_are_refused() -> None:
    model = translator(kind="bpe")
    with pytest.raises(ConfigError, match=r"target's tokenizer is `bpe`, which never says `<unk>`"):
        model.translate("I am a student .", replace_unknown=True)


def test_the_model_looks_where_ctranslate2_searched(tmp_path: Path) -> None:
    """Attention comes from the model itself, so that both backends replace alike."""
    run = transformer_run(tmp_path / "run")
    model = taught(run)
    with torch.no_grad():
        model.get_parameter("output.bias")[UNK_ID] += 4
    backend = choose("auto", run, model, "fp32")
    assert backend is not None
    plain, quick = (
        Translator(model, run.source_tokenizer, run.target_tokenizer, run.config, ctranslate2=one)
        for one in (None, backend)
    )
    texts = [f"{word} Kodiak is 1907 ." for word in ("I", "the train", "you", "zebra")]
    expected = plain.translate(texts, replace_unknown=True, beam_size=1)
    found = quick.translate(texts, replace_unknown=True, beam_size=1)
    assert sum(one.tree is None for one in found) >= 2  # CTranslate2 did find these
    for one, other in zip(found, expected, strict=True):
        assert one.text == other.text
        assert one.best.replaced == other.best.replaced
    assert sum(len(one.best.replaced) for one in found) >= 2
