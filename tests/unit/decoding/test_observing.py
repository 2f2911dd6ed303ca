"""Which word a token belongs to, and which values an observer keeps."""

from collections.abc import Sequence

import numpy as np
import pytest
import torch

from seq2see.decoding.observing import AttentionWatch, source_axis, target_axis
from seq2see.tokenizer import Tokenizer

TEXTS = ["l'accord, signé en août 1992.", "我是一个学生。", "मी विद्यार्थी आहे.", "a  b \u00a0!"]


@pytest.mark.parametrize("kind", ["word", "char", "bpe", "unigram"])
def test_words_of_a_target_are_those_of_its_text(kind: str) -> None:
    tokenizer = Tokenizer.train(TEXTS, kind=kind, vocab_size=330)  # type: ignore[arg-type]
    for text in TEXTS:
        tokens = tokenizer.encode(text)
        axis = target_axis(tokenizer, tokens.ids, finished=True)
        assert axis.texts == tuple(text.split())
        assert axis.labels == (*tokens.tokens, "</s>")
        assert _pieces(axis.words) == _pieces((*tokens.words, None))
        assert source_axis(tokens, text).words == (*tokens.words, None)


def _pieces(words: Sequence[int | None]) -> list[int | None]:
    """Word indices without repetition: bytes of one character may be told apart or not."""
    return [word for n, word in enumerate(words) if n == 0 or word != words[n - 1]]


def test_tokens_may_be_split_otherwise_than_the_tokenizer_would() -> None:
    tokenizer = Tokenizer.train(["ab ab ab", "a b"], kind="bpe", vocab_size=280)
    letters = [tokenizer.id_of(token) for token in (" ", "a", "b", " ", "a")]
    assert tokenizer.decode(letters) == "ab a"
    axis = target_axis(tokenizer, letters, finished=False)
    assert axis.texts == ("ab", "a")
    assert axis.words[1:3] == (0, 0)
    assert axis.words[4] == 1


def test_the_observer_keeps_attention_to_the_source_only() -> None:
    watch = AttentionWatch()
    value = torch.ones(1, 1, 3)
    for name in (
        "encoder.layers.0.self_attention.weights",
        "decoder.layers.0.self_attention.weights",
        "decoder.attention.scores",
        "decoder.attention.weights",
        "decoder.attention.weights",
        "decoder.layers.1.cross_attention.weights",
    ):
        assert watch(name, value) is value
    kept = watch.weights()
    assert list(kept) == ["decoder.attention.weights", "decoder.layers.1.cross_attention.weights"]
    np.testing.assert_array_equal(kept["decoder.attention.weights"], np.ones((1, 2, 3)))
