"""The JavaScript of a page cuts, joins and cleans texts exactly as Python does."""

import gzip
import json
import random
import unicodedata
from functools import cache
from pathlib import Path
from typing import get_args

import page_engine
import pytest
import tokenizers

from seq2see.config import TokenizerKind
from seq2see.data.clean import STEPS, clean_text
from seq2see.tokenizer import Tokenizer
from seq2see.tokens import UNK_ID

KINDS: tuple[TokenizerKind, ...] = get_args(TokenizerKind)
CORPUS = (
    "the cat sat on the mat, l'homme a bu l'eau\u202f!",
    "a <s> b </s> <unk> ▁a",
    "我爱你。 コーヒー ไทย 한국어 말",
    'say "b1" (a)! क्\u200dष र\u200dह आहे قرأت البنت 👩\u200d🚀',
    "un chat, un chien : « l'homme »",
    "aaaa aaaa aa hahaha haha",
)
FRAGMENTS = (
    *(" ", " ", " ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u202f", "\u3000", "\u2028", "\x85"),
    *("\0", "\3", "\x1c", "\x1f", "\x7f", "\ufeff", "\u00ad", "\u200b", "\u180e", "\u200c"),
    *("\u200d", "\u0301", "\u093c", "\u0651", "e\u0301", "क्\u200dष", "ｶﾞ", "ー", "々", "〆", "ﬁ"),
    *("▁", "<", ">", "<s>", "</s>", "<pad>", "<unk>", "< unk>", "<0x41>", "<0xC3>", "unk", "0x41"),
    *("a", "b1", "é", "É", "ß", "İ", "ΟΔΟΣ", "l'", "don't", "the", "cat", "sat", "homme", "water"),
    *(",", ".", '"', "«", "»", "(", ")", "_", "-", "—", "'", "’", "!", "?", "$", "^", "|", "\\"),
    *("我", "爱", "你", "𠀀", "ไท", "ย", "ខ", "ລ", "က", "한국", "ひ", "カ", "קרא", "قرأت", "البنت"),
    *("👩\u200d🚀", "🏽", "🇫🇷", "\ue000", "\U0010ffff", "\U000e0001", "𝒳", "मला", "२", "٣"),
)  # fmt: skip


@cache
def trained(kind: TokenizerKind) -> Tokenizer:
    return Tokenizer.train(CORPUS * 3, kind=kind, vocab_size=400)


@cache
def odd_texts() -> list[str]:
    """Random mixtures, and every character of the scripts that Unicode had in 2002."""
    generator = random.Random(7)
    mixtures = [
        "".join(generator.choices(FRAGMENTS, k=generator.randint(0, 12))) for _ in range(800)
    ]
    ideographs = range(0x3500, 0xD700, 30)
    codes = [*range(0x3500), *ideographs, *range(0xE000, 0x11000), *range(0x1D000, 0x1D800)]
    known = [
        chr(code) for code in codes if unicodedata.ucd_3_2_0.category(chr(code)) not in ("Cn", "Cs")
    ]
    runs = ["".join(known[start : start + 16]) for start in range(0, len(known), 16)]
    repeated = [letters * count for letters in ("a", "ha", "aha", "x") for count in range(1, 12)]
    return [*CORPUS, *repeated, "", " ", *mixtures, *runs]


def utf16(text: str, offset: int) -> int:
    return len(text[:offset].encode("utf-16-le")) // 2


def assert_same_tokens(tokenizer: Tokenizer, texts: list[str]) -> None:
    calls = [["encode", text] for text in texts]
    file = json.loads(tokenizer.json)
    said = page_engine.run("tokenizer", *calls, create="Tokenizer", argument=file)
    for text, tokens in zip(texts, said, strict=True):
        expected = tokenizer.encode(text)
        assert tokens["ids"] == list(expected.ids), text
        assert tokens["labels"] == list(expected.tokens), text
        assert tokens["words"] == list(expected.words), text
        assert tokens["texts"] == text.split(), text
        spans = [[utf16(text, start), utf16(text, end)] for start, end in expected.offsets]
        assert tokens["spans"] == spans, text


def test_tags_are_cut_alike() -> None:
    texts = ["Hahn [N] [GEN]", "a [b c] [[d] [e]] [f", "[é\u0301👩]  [g]\t[h]", " [N]", "[]"]
    tokenizer = Tokenizer.train(texts, kind="char", vocab_size=400, tags=True)
    assert_same_tokens(tokenizer, [*texts, *odd_texts()])


@pytest.mark.parametrize("kind", KINDS)
def test_odd_texts(kind: TokenizerKind) -> None:
    assert_same_tokens(trained(kind), odd_texts())


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_a_model_says(kind: TokenizerKind) -> None:
    tokenizer = trained(kind)
    generator = random.Random(3)
    said = [
        generator.choices(range(len(tokenizer)), k=generator.randint(0, 9)) for _ in range(1000)
    ]
    said += [list(tokenizer.encode(text).ids) for text in odd_texts()[:300]]
    calls = [["decode", ids] for ids in said]
    file = json.loads(tokenizer.json)
    texts = page_engine.run("tokenizer", *calls, create="Tokenizer", argument=file)
    assert texts == tokenizer.decode_batch(said)
    assert any("\ufffd" in text for text in texts) == (kind in ("bpe", "unigram"))


def test_equally_probable_ways_to_cut() -> None:
    """`bbb` is `b bb` and `bb b`, and both are as probable."""
    file = json.loads(trained("unigram").json)
    file["model"]["vocab"] = [*file["model"]["vocab"][:260], [" ", -2.0], ["b", -3.0], ["bb", -4.0]]
    tokenizer = Tokenizer(tokenizers.Tokenizer.from_str(json.dumps(file)))
    assert_same_tokens(tokenizer, ["b" * count for count in range(1, 9)])
    assert tokenizer.encode("bbb").tokens[-2:] == ("b", "bb")


def test_unknown_words() -> None:
    tokenizer = trained("word")
    text = "the dog, the\u202f我们"
    assert UNK_ID in tokenizer.encode(text).ids
    file = json.loads(tokenizer.json)
    calls = [["unknownWords", text]]
    [said] = page_engine.run("tokenizer", *calls, create="Tokenizer", argument=file)
    assert said == tokenizer.unknown_words(text) == ["dog", "我", "们"]


def test_lone_surrogates_are_refused() -> None:
    file = json.loads(trained("bpe").json)
    job = {"create": "Tokenizer", "argument": file}
    [said] = page_engine.run("tokenizer", ["encode", "a😀\ud800"], **job)
    assert said["error"].startswith("Character 3 of the text is a lone surrogate")


def test_cleaning() -> None:
    cases = [(text, step) for step in STEPS for text in odd_texts()[::3]]
    said = page_engine.run(
        "cleaning", *[["cleaned", text, [step], "source"] for text, step in cases]
    )
    assert said == [clean_text(text, [step]) for text, step in cases]


def test_cleaning_of_one_side() -> None:
    steps = ["source.lower", "target.strip-apostrophes", "squeeze"]
    text = " L'eau  A "
    said = page_engine.run(
        "cleaning",
        ["cleaned", text, steps, "source"],
        ["cleaned", text, steps, "target"],
        ["cleaned", text, ["polish"], "source"],
    )
    assert said[:2] == [clean_text(text, steps, "source"), clean_text(text, steps, "target")]
    assert said[:2] == ["l'eau a", "Leau A"]
    assert said[2]["error"].startswith("The cleaning step `polish` is not known here")


@pytest.mark.data
@pytest.mark.parametrize("kind", KINDS)
def test_corpora(kind: TokenizerKind, data_dir: Path) -> None:
    """Thousands of texts in English, French, Marathi, German, and in phonemes."""
    paths = [*data_dir.glob("anki/*.txt.gz"), *data_dir.glob("multi30k/*.gz"),
             *data_dir.glob("g2p/*_train.tsv")]  # fmt: skip
    texts = [text for path in paths for text in lines_of(path)[::97]]
    assert len(texts) > 3000
    tokenizer = Tokenizer.train(texts[::3], kind=kind, vocab_size=1500)
    assert_same_tokens(tokenizer, texts)


def lines_of(path: Path) -> list[str]:
    """Every text of a corpus file, which may have columns."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    return [part for line in text.split("\n") for part in line.split("\t")[:2]]
