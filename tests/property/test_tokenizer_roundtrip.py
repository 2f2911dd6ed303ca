"""Any text, however strange, comes back as it was."""

from functools import cache
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2see.config import TokenizerKind
from seq2see.tokenizer import Tokenizer
from seq2see.tokens import UNK_ID

KINDS: tuple[TokenizerKind, ...] = get_args(TokenizerKind)
FRAGMENTS = (
    *(" ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u202f", "\u3000", "\u2028", "\0", "\3", "\x1c"),
    *("\u200c", "\u200d", "\ufeff", "\u00ad", "\u0301", "\u093c", "क्\u200dष", "ｶﾞ", "ー", "々"),
    *("▁", "<", ">", "<s>", "</s>", "<pad>", "<unk>", "< unk>", "<0x41>", "unk", "a", "b1", "é"),
    *(
        "l'",
        "don't",
        ",",
        ".",
        '"',
        "«",
        "(",
        "_",
        "我",
        "爱",
        "ไท",
        "ខ",
        "한",
        "👩\u200d🚀",
        "🏽",
        "\ue000",
    ),
)
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join))
CORPUS = (
    "the cat sat on the mat, l'homme a bu.",
    "a <s> b </s> <unk>",
    "我爱你 ไทย",
    'say "b1" (a)!',
)


@cache
def trained(kind: TokenizerKind, vocab_size: int) -> Tokenizer:
    return Tokenizer.train(CORPUS * 2, kind=kind, vocab_size=vocab_size)


@pytest.mark.parametrize("vocab_size", [261, 280, 400])
@pytest.mark.parametrize("kind", ["bpe", "unigram"])
@given(text=TEXTS)
def test_subwords_bring_everything_back(kind: TokenizerKind, vocab_size: int, text: str) -> None:
    tokenizer = trained(kind, vocab_size)
    ids = tokenizer.encode(text).ids
    assert min(ids, default=4) >= 4
    assert tokenizer.decode(ids) == text


@pytest.mark.parametrize("kind", ["word", "char"])
@given(texts=st.lists(TEXTS, min_size=1, max_size=4), other=TEXTS)
def test_known_words_and_characters_bring_everything_back(
    kind: TokenizerKind, texts: list[str], other: str
) -> None:
    if not any(texts):
        return
    tokenizer = Tokenizer.train(texts, kind=kind, vocab_size=10_000)
    for text in texts:
        ids = tokenizer.encode(text).ids
        assert min(ids, default=4) >= 4
        assert tokenizer.decode(ids) == text
    ids = tokenizer.encode(other).ids
    assert UNK_ID in ids or tokenizer.decode(ids) == other


@given(text=TEXTS)
def test_white_space_kind_changes_spaces_only(text: str) -> None:
    pieces = [piece for piece in text.split(" ") if piece]
    if pieces:
        tokenizer = Tokenizer.train([text], kind="whitespace", vocab_size=1000)
        ids = tokenizer.encode(text).ids
        assert len(ids) == len(pieces)
        assert min(ids) >= 4
        assert tokenizer.decode(ids) == " ".join(pieces)


@pytest.mark.parametrize("kind", KINDS)
@given(text=TEXTS)
def test_spans_cover_all_but_white_space_in_order(kind: TokenizerKind, text: str) -> None:
    tokenizer = trained(kind, 400)
    tokens = tokenizer.encode(text)
    assert tokenizer.encode_ids([text]) == [list(tokens.ids)]
    starts = [start for start, _ in tokens.offsets]
    assert starts == sorted(starts)
    covered = {i for start, end in tokens.offsets for i in range(start, end)}
    assert {i for i, character in enumerate(text) if character.strip()} <= covered
    for (start, end), word in zip(tokens.offsets, tokens.words, strict=True):
        assert (word is None) == (not text[start:end].strip())
        if word is not None:
            assert text[start : start + 1] in text.split()[word]


@pytest.mark.parametrize("kind", KINDS)
@given(texts=st.lists(TEXTS, min_size=1, max_size=4), extra=st.integers(0, 60))
def test_training_stays_within_its_size(kind: TokenizerKind, texts: list[str], extra: int) -> None:
    if not any(texts):
        return
    vocab_size = 261 + extra
    first = Tokenizer.train(texts, kind=kind, vocab_size=vocab_size)
    assert len(first) <= vocab_size
    assert len(set(first.vocab)) == len(first)
    assert Tokenizer.train(texts, kind=kind, vocab_size=vocab_size).json == first.json


@pytest.mark.parametrize("kind", KINDS)
@given(ids=st.lists(st.integers(0, 299), max_size=12))
def test_whatever_a_model_says_can_be_read(kind: TokenizerKind, ids: list[int]) -> None:
    tokenizer = trained(kind, 300)
    said = [i for i in ids if i < len(tokenizer)]
    assert isinstance(tokenizer.decode(said), str)
    assert len(tokenizer.labels(said)) == len(said)
    assert all(tokenizer.labels(said))
