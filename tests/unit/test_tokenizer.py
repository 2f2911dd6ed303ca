import gzip
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, cast, get_args

import pytest
import tokenizers

from seq2see.config import TokenizerKind
from seq2see.errors import ConfigError, TokenizerError
from seq2see.tokenizer import BLANK, Tokenizer
from seq2see.tokens import BOS_ID, EOS_ID, PAD_ID, SPECIAL_TOKENS, UNK_ID

KINDS: tuple[TokenizerKind, ...] = get_args(TokenizerKind)
SUBWORDS: tuple[TokenizerKind, ...] = ("bpe", "unigram")
SENTENCES = (
    "the cat sat on the mat.",
    "l'homme a dit : « l'eau »",
    "Ça va\u202f?",
    "क्\u200dष र\u200dह आहे.",
    "我爱你。",
)
TRICKY = (
    "",
    " ",
    "   ",
    " a",
    "a ",
    "a  b",
    "\ta\t b\n",
    "a\u00a0b\u202f!",
    "(a) 'b' \"c\", d",
    "a\u200db \U0001f469\u200d\U0001f680 👍🏽",
    "▁a ▁ ▁",
    "e\u0301 \u0301 x",
    "<s> </s> <pad> <unk> <0x41>",
    "<unk> a <unk>b",
    "x\0y\3z \x1c w",
    "我 爱a 你  。ไทย",
    "コーヒー を1杯",
)


def train(kind: str, *texts: str, vocab_size: int = 400) -> Tokenizer:
    return Tokenizer.train(
        texts or SENTENCES, kind=cast("TokenizerKind", kind), vocab_size=vocab_size
    )


# Splitting and joining -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_few_sentences_are_enough_and_come_back(kind: str) -> None:
    tokenizer = train(kind)
    assert tokenizer.kind == kind
    assert len(tokenizer) <= 400
    assert tokenizer.vocab[:4] == SPECIAL_TOKENS
    for text in SENTENCES:
        ids = tokenizer.encode(text).ids
        assert UNK_ID not in ids
        assert tokenizer.decode(ids) == text


@pytest.mark.parametrize("kind", SUBWORDS)
@pytest.mark.parametrize("vocab_size", [261, 400])
@pytest.mark.parametrize("text", TRICKY)
def test_subwords_bring_any_text_back(kind: str, vocab_size: int, text: str) -> None:
    tokenizer = train(kind, vocab_size=vocab_size)
    tokens = tokenizer.encode(text)
    assert min(tokens.ids, default=4) >= len(SPECIAL_TOKENS)
    assert tokenizer.decode(tokens.ids) == text
    assert tokenizer.encode_ids([text]) == [list(tokens.ids)]


@pytest.mark.parametrize("kind", ["word", "char"])
@pytest.mark.parametrize("text", TRICKY)
def test_known_words_and_characters_bring_any_text_back(kind: str, text: str) -> None:
    tokenizer = train(kind, *TRICKY)
    tokens = tokenizer.encode(text)
    assert min(tokens.ids, default=4) >= len(SPECIAL_TOKENS)
    assert tokenizer.decode(tokens.ids) == text


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("The cat, the dog.", [" The", " cat", ", ", " the", " dog", "."]),
        ("l'homme", [" l", "'", " homme"]),
        ("don't stop", [" don", "'", " t", " stop"]),
        ("a (b) c", [" a", " (", " b", ") ", " c"]),
        ("a - b", [" a", " - ", " b"]),
        ("a  b", [" a", "  ", " b"]),
        (" a", [" ", " a"]),
        ("Oui\u202f! « Non\u00a0»", [" Oui", "\u202f! ", "« ", " Non", "\u00a0»"]),
        ("a\tb", [" a", "\t", " b"]),
        ("我爱 你。", ["我", "爱 ", "你", "。"]),
        ("コーヒー", ["コ", "ー", "ヒ", "ー"]),
        ("ไทย", ["ไ", "ท", "ย"]),
        ("क्\u200dष है", [" क्\u200dष", " है"]),
        ("한국어 말", [" 한국어", " 말"]),
    ],
)
def test_words_keep_one_form_and_punctuation_keeps_the_spaces(text: str, pieces: list[str]) -> None:
    tokenizer = train("word", text)
    assert [tokenizer.token_of(i) for i in tokenizer.encode(text).ids] == pieces
    assert sorted(tokenizer.vocab[4:]) == sorted(set(pieces))


def test_a_word_has_one_id_wherever_it_stands() -> None:
    for kind in ("word", "bpe", "unigram"):
        tokenizer = train(kind, *["homme l'homme (homme) un homme"] * 20)
        tokens = tokenizer.encode("homme l'homme (homme) un homme")
        ids = {i for i, label in zip(tokens.ids, tokens.tokens, strict=True) if label == "homme"}
        assert len(ids) == 1, kind
        assert tokens.tokens.count("homme") == 4, kind


def test_white_space_kind_splits_at_spaces_only() -> None:
    tokenizer = train("whitespace", "k æ t <s> a\tb", "k o\u00a0k")
    tokens = tokenizer.encode("  k   æ t a\tb <s>  o\u00a0k ")
    assert tokens.tokens == ("k", "æ", "t", "a\tb", "<s>", "o\u00a0k")
    assert UNK_ID not in tokens.ids
    assert BOS_ID not in tokens.ids
    assert tokenizer.decode(tokens.ids) == "k æ t a\tb <s> o\u00a0k"
    assert [tokenizer.encode(text).ids for text in ("", " ", "   ")] == [(), (), ()]


def test_special_tokens_in_the_text_are_ordinary_text() -> None:
    text = "<pad> <unk> <s> </s> <0x41><s>"
    for kind in KINDS:
        tokenizer = train(kind, *[text] * 50)
        ids = tokenizer.encode(text).ids
        assert min(ids) >= 4, kind
        assert tokenizer.decode(ids) == text, kind
        if kind in SUBWORDS:
            assert not set(ids) & set(range(4, 260)), kind


def test_decoding_skips_special_tokens_and_shows_unknown_ones() -> None:
    tokenizer = train("word", "the cat, ")
    the, cat = (tokenizer.id_of(token) for token in (" the", " cat"))
    comma = tokenizer.id_of(", ")
    assert tokenizer.decode([BOS_ID, the, cat, EOS_ID, PAD_ID]) == "the cat"
    assert tokenizer.decode([UNK_ID, UNK_ID, cat]) == "<unk> <unk> cat"
    assert UNK_ID not in (the, cat, comma)
    assert tokenizer.id_of(" dog") == UNK_ID
    assert tokenizer.decode([the, UNK_ID, comma, UNK_ID]) == "the <unk>, <unk>"
    ids = [BOS_ID, the, UNK_ID, comma, UNK_ID, EOS_ID]
    assert tokenizer.decode(ids, unknown=["chat", "l'eau"]) == "the chat, l'eau"
    with pytest.raises(ValueError, match="zip"):
        tokenizer.decode(ids, unknown=["chat"])
    assert tokenizer.decode([]) == ""
    assert tokenizer.decode_batch([[], [the], [cat, cat]]) == ["", "the", "cat cat"]
    assert train("char", "ab").decode([UNK_ID, 4, UNK_ID]) == "<unk>a<unk>"
    assert train("whitespace", "ab").decode([UNK_ID, 4, UNK_ID]) == "<unk> ab <unk>"


def test_broken_bytes_become_replacement_characters() -> None:
    tokenizer = train("bpe")
    first, second = tokenizer.id_of("<0xC3>"), tokenizer.id_of("<0xA9>")
    assert tokenizer.decode([first, second]) == "é"
    assert tokenizer.decode([second]) == "\N{REPLACEMENT CHARACTER}"


# Labels, offsets, words ----------------------------------------------------------------------


def test_labels_offsets_and_words_of_one_sentence() -> None:
    text = " Hi,  l'eau\u00a0! zoé"
    tokens = train("word", " Hi,  l'eau\u00a0!").encode(text)
    expected = [
        (BLANK, (0, 1), None),
        ("Hi", (1, 3), 0),
        (",", (3, 4), 0),
        (BLANK, (4, 6), None),
        ("l", (6, 7), 1),
        ("'", (7, 8), 1),
        ("eau", (8, 11), 1),
        ("<unk>", (12, 13), 2),  # `!` with spaces on both sides
        ("<unk>", (14, 17), 3),
    ]
    assert list(zip(tokens.tokens, tokens.offsets, tokens.words, strict=True)) == expected


def test_bytes_of_one_character_share_its_span_and_word() -> None:
    tokens = train("bpe", "aa aa").encode("aa €é aa")
    expected = [
        ("aa", (0, 2), 0),
        (BLANK, (2, 3), None),
        *[(label, (3, 4), 1) for label in ("0xE2", "0x82", "0xAC")],
        (BLANK, (4, 4), None),  # the mark of the word that begins after the sign
        *[(label, (4, 5), 1) for label in ("0xC3", "0xA9")],
        ("aa", (6, 8), 2),
    ]
    assert list(zip(tokens.tokens, tokens.offsets, tokens.words, strict=True)) == expected


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", [*SENTENCES, *TRICKY])
def test_offsets_point_at_the_label(kind: str, text: str) -> None:
    tokenizer = train(kind)
    tokens = tokenizer.encode(text)
    end_before = 0
    for token_id, label, (start, end), word in zip(
        tokens.ids, tokens.tokens, tokens.offsets, tokens.words, strict=True
    ):
        is_byte = kind in SUBWORDS and token_id in range(4, 260)
        if label == BLANK:
            assert not text[start:end].strip()
        elif not is_byte and token_id != UNK_ID:
            assert text[start:end] == label
        if word is not None and kind != "whitespace":
            assert text[start:end] in text.split()[word]
        if text[start:end].strip():
            assert word is not None
        assert start >= (end_before - 1 if is_byte else end_before)
        end_before = end
    assert tokenizer.labels(tokens.ids) == tokens.tokens


def test_unknown_words_are_pieces_of_the_text() -> None:
    assert train("word", "the cat").unknown_words("the dog, the owl") == ["dog", ",", "owl"]
    assert train("char", "abc").unknown_words("a€c d") == ["€", " ", "d"]
    assert train("bpe", "abc").unknown_words("a€c d") == []


# Vocabularies --------------------------------------------------------------------------------


def test_words_come_by_frequency_then_alphabet() -> None:
    tokenizer = train("word", "b a c a", "d c", vocab_size=7)
    assert tokenizer.vocab == (*SPECIAL_TOKENS, " a", " c", " b")
    assert train("char", "ba", "cab").vocab == (*SPECIAL_TOKENS, "a", "b", "c")
    assert train("whitespace", "b, a b,").vocab == (*SPECIAL_TOKENS, " b,", " a")


def test_bpe_merges_worked_by_hand() -> None:
    """The words are ``_low`` x 3 and ``_lower`` x 2 (``_`` is the space).

    Five times each: ``_l``, ``lo``, ``ow``; equal counts go by the ids of the parts, and ids by
    code point, so ``_l`` is first. Then ``o w`` (ids below that of ``_l``), then ``_l ow``; then
    twice each ``e r`` and ``_low e``, of which ``e r`` has the lower ids; then ``_low er``.
    """
    tokenizer = train("bpe", "low low low lower lower")
    assert tokenizer.vocab[260:266] == tuple(" elorw")
    assert tokenizer.vocab[266:] == (" l", "ow", " low", "er", " lower")
    assert tokenizer.encode("lower lowest").tokens[:3] == ("lower", "low", "e")


def test_pairs_seen_once_are_not_merged() -> None:
    assert train("bpe", "ab").vocab[260:] == (" ", "a", "b")


def test_a_frequent_word_is_one_unigram_piece_though_no_other_word_contains_it() -> None:
    tokenizer = train("unigram", *["un chat dort"] * 10, "cha ort cat", vocab_size=300)
    assert tokenizer.encode("un chat dort").tokens == ("un", "chat", "dort")


def test_unigram_finds_the_likeliest_split() -> None:
    tokenizer = train("unigram", *["abab ab abc cab bca"] * 3, "abcab", vocab_size=290)
    scores = dict(json.loads(tokenizer.json)["model"]["vocab"])

    def splits(text: str) -> Iterator[list[str]]:
        for cuts in product((False, True), repeat=len(text) - 1):
            ends = [i + 1 for i, cut in enumerate(cuts) if cut] + [len(text)]
            yield [text[a:b] for a, b in zip([0, *ends[:-1]], ends, strict=True)]

    for word in ("abab", "abcab", "bcabca", "ccab"):
        best = max(
            sum(scores[piece] for piece in pieces)
            for pieces in splits(f" {word}")
            if all(piece in scores for piece in pieces)
        )
        found = [tokenizer.token_of(i) for i in tokenizer.encode(word).ids]
        assert "".join(found) == f" {word}"
        assert sum(scores[piece] for piece in found) == pytest.approx(best)


@pytest.mark.parametrize("kind", SUBWORDS)
def test_rare_characters_are_spelled_by_bytes_when_room_is_short(kind: str) -> None:
    # 10 places beyond specials and bytes: at most 5 characters, one of them the space.
    tokenizer = train(kind, "aaaaaa bbbbb cccc ddd ee ff", vocab_size=270)
    assert len(tokenizer) <= 270
    assert {token for token in tokenizer.vocab[260:] if len(token) == 1} == set(" abcd")
    assert "0x65" in tokenizer.encode("eve").tokens
    assert all("e" not in token for token in tokenizer.vocab[260:])


def test_chinese_subwords_may_span_characters() -> None:
    tokenizer = train("bpe", *["我们爱你。你爱我们。"] * 3)
    assert tokenizer.encode("我们爱你").tokens == ("我们爱你",)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_texts_give_the_same_file_on_any_number_of_threads(
    kind: str, tmp_path: Path
) -> None:
    code = (
        "import sys\n"
        "from seq2see.tokenizer import Tokenizer\n"
        "letters = 'abcdefg'\n"
        "words = [letters[i % 7] * (i % 3 + 1) + letters[i % 5] + 'eé'[i % 2] for i in range(99)]\n"
        "texts = [' '.join(words[i : i + 7]) + '.' for i in range(0, 99, 3)]\n"
        "Tokenizer.train(texts, kind=sys.argv[1], vocab_size=330).save(sys.argv[2])\n"
    )
    files: list[bytes] = []
    for threads in ("1", "4", "1"):
        path = tmp_path / f"{len(files)}.json"
        subprocess.run(
            [sys.executable, "-c", code, kind, str(path)],
            check=True,
            env={**os.environ, "RAYON_NUM_THREADS": threads},
        )
        files.append(path.read_bytes())
    assert files[0] == files[1] == files[2]


# Files and errors ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_saved_and_loaded_is_the_same(kind: str, tmp_path: Path) -> None:
    tokenizer = train(kind)
    path = tmp_path / "tokenizer.json"
    tokenizer.save(path)
    loaded = Tokenizer.load(path)
    assert loaded.kind == kind
    assert loaded.vocab == tokenizer.vocab
    assert repr(loaded) == f"Tokenizer(kind='{kind}', vocab_size={len(tokenizer)})"
    assert loaded.fingerprint == hashlib.sha256(path.read_bytes()).hexdigest()
    assert loaded.fingerprint != train(kind, "other text").fingerprint
    for text in SENTENCES:
        assert loaded.encode(text) == tokenizer.encode(text)
        # The library alone reads the file and does the same.
        alone = tokenizers.Tokenizer.from_file(str(path))
        ids = alone.encode(text).ids
        assert ids == list(tokenizer.encode(text).ids)
        assert alone.decode(ids) == text


def changed(content: dict[str, Any], kind: str) -> dict[str, Any]:
    """A tokenizer file with one thing wrong."""
    match kind:
        case "order":
            content["model"]["vocab"] |= {"<pad>": 1, "<unk>": 0}
        case "added":
            content["added_tokens"] = [
                {
                    "id": 2,
                    "content": "<s>",
                    "single_word": False,
                    "lstrip": False,
                    "rstrip": False,
                    "normalized": False,
                    "special": True,
                }
            ]
        case "byte":
            vocab = content["model"]["vocab"]
            vocab["<0x00>"], vocab["<0x01>"] = vocab["<0x01>"], vocab["<0x00>"]
        case "decoder":
            content["decoder"] = None
    return content


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("order", "the token with id 0 must be `<pad>`, but is `<unk>`"),
        ("byte", "the token with id 4 must be `<0x00>`, but is `<0x01>`"),
        ("added", "it has added tokens"),
        ("decoder", "it does not say how to split and join"),
    ],
)
def test_files_of_other_tokenizers_are_refused(kind: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text(json.dumps(changed(json.loads(train("bpe").json), kind)))
    with pytest.raises(TokenizerError, match=rf"other\.json` does not fit seq2see: {message}"):
        Tokenizer.load(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", r"t\.json` is not JSON \("),
        (b"\xff", r"t\.json` is not JSON \("),
        (b"{}", r"t\.json` is not a tokenizer \("),
        (b"[1]", r"t\.json` is not a tokenizer \("),
    ],
)
def test_broken_files_are_refused(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_bytes(content)
    with pytest.raises(TokenizerError, match=message):
        Tokenizer.load(path)


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(TokenizerError, match=r"Cannot read .*none\.json`: No such file"):
        Tokenizer.load(tmp_path / "none.json")


def test_impossible_settings_are_refused() -> None:
    for kind, least in (("bpe", 261), ("unigram", 261), ("word", 5), ("char", 5)):
        message = f"must be at least {least} for `{kind}`.* but is {least - 1}"
        with pytest.raises(ConfigError, match=message):
            train(kind, vocab_size=least - 1)
        assert len(train(kind, vocab_size=least)) == least
    for texts in ((), ("",)):
        with pytest.raises(TokenizerError, match="no text to learn a `char` vocabulary"):
            Tokenizer.train(texts, kind="char", vocab_size=100)


def test_lone_surrogates_are_refused() -> None:
    with pytest.raises(TokenizerError, match=r"Character 2 of .* is a lone surrogate"):
        train("bpe", "a\ud800")
    tokenizer = train("bpe")
    with pytest.raises(TokenizerError, match="Character 1 of"):
        tokenizer.encode("\ud800")
    with pytest.raises(TokenizerError, match="Character 3 of"):
        tokenizer.encode_ids(["fine", "ab\udfff"])


# Corpora -------------------------------------------------------------------------------------


def lines_of(path: Path) -> list[str]:
    """Every text of a corpus file: whole lines, or the first two columns of separated text."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="\n") as file:
        lines = [line.rstrip("\n") for line in file]
    return [text for line in lines for text in line.split("\t")[:2]]


FILES = (
    "anki/*.txt.gz",
    "multi30k/*.gz",
    "multi30k/tok/*.gz",
    "g2p/*.tsv",
    "inflection/*.tsv.gz",
    "dates/*.gz",
)


@pytest.mark.data
@pytest.mark.parametrize("pattern", FILES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_line_of_the_corpora_comes_back(kind: str, pattern: str, data_dir: Path) -> None:
    paths = sorted(data_dir.glob(pattern))
    assert paths
    for path in paths:
        texts = list(dict.fromkeys(lines_of(path)))
        tokenizer = train(kind, *texts[::5], vocab_size=1000)
        batch = tokenizer.encode_ids(texts)
        for text, ids, decoded in zip(texts, batch, tokenizer.decode_batch(batch), strict=True):
            if kind == "whitespace":
                text = " ".join(piece for piece in text.split(" ") if piece)  # noqa: PLW2901
            assert decoded == text or (kind not in SUBWORDS and UNK_ID in ids)
        for text in texts[::200]:
            tokens = tokenizer.encode(text)
            assert list(tokens.ids) in tokenizer.encode_ids([text])
            for label, (start, end) in zip(tokens.tokens, tokens.offsets, strict=True):
                assert text[start:end] == label or label in (BLANK, "<unk>") or label[:2] == "0x"


def test_tags_are_single_tokens_of_characters(tmp_path: Path) -> None:
    texts = ["Hahn [N] [GEN] [SG]", "sich irren [V]"]
    tokenizer = Tokenizer.train(texts, kind="char", vocab_size=50, tags=True)
    tokens = tokenizer.encode(texts[0])
    assert tokens.tokens == ("H", "a", "h", "n", "[N]", "[GEN]", "[SG]")
    assert tokens.words == (0, 0, 0, 0, 1, 2, 3)
    assert [texts[0][start:end] for start, end in tokens.offsets[4:]] == ["[N]", "[GEN]", "[SG]"]
    assert tokenizer.encode_ids(texts)[0] == list(tokens.ids)
    assert tokenizer.decode_batch(tokenizer.encode_ids(texts)) == texts
    tokenizer.save(tmp_path / "x.json")
    loaded = Tokenizer.load(tmp_path / "x.json")
    assert (loaded.kind, loaded.vocab) == ("char", tokenizer.vocab)
    # Unknown as a whole; brackets that are no tag are characters.
    assert tokenizer.unknown_words("Hahn [PL] [N") == ["[PL]", "[", "N"]
    plain = Tokenizer.train(texts, kind="char", vocab_size=50)
    assert plain.encode("n [N]").tokens == ("n", "␣", "[", "N", "]")
