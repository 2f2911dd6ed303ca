import pytest

from seq2see.config import SideTokenizerConfig, TokenizerConfig
from seq2see.data import vocabulary
from seq2see.data.pair import Pair
from seq2see.data.table import CHUNK
from seq2see.data.vocabulary import Unknown, count_unknown, train_tokenizers

PAIRS = [Pair("a b b", "A B C D"), Pair("a c", "D D")]


def test_each_side_has_its_own_tokenizer() -> None:
    source, target = train_tokenizers(TokenizerConfig(kind="whitespace"), PAIRS)
    assert (len(source), len(target)) == (4 + 3, 4 + 4)


def test_a_side_may_differ() -> None:
    config = TokenizerConfig(
        kind="whitespace",
        source=SideTokenizerConfig(vocab_size=5),
        target=SideTokenizerConfig(kind="char"),
    )
    source, target = train_tokenizers(config, PAIRS)
    assert (len(source), source.kind, target.kind) == (5, "whitespace", "char")


def test_a_shared_tokenizer_is_one_object() -> None:
    source, target = train_tokenizers(TokenizerConfig(kind="whitespace", shared=True), PAIRS)
    assert source is target
    assert len(source) == 4 + 3 + 4


def test_unknown_tokens_are_counted() -> None:
    source, _ = train_tokenizers(TokenizerConfig(kind="whitespace"), PAIRS)
    counted = count_unknown(source.encode_ids(["a x", "y b b"]))
    assert counted == Unknown(2, 5)
    assert counted.rate == 0.4
    assert count_unknown([]).rate == 0.0


def test_many_pairs_are_learnt_from_in_blocks_spread_evenly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(vocabulary, "MOST", 2 * CHUNK)
    # Five blocks, each with a word of its own; of more than four every third is taken.
    pairs = [Pair(f"block{row // CHUNK}", "x") for row in range(5 * CHUNK)]
    config = TokenizerConfig(kind="whitespace")
    source, _ = train_tokenizers(config, pairs)
    assert [word for word in source.vocab if "block" in word] == [" block0", " block3"]
