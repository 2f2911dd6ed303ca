"""What every built-in corpus promises: sizes, disjoint splits, sound links, clear refusals."""

import hashlib
import re

import pytest
from builtin_pairs import generate

from seq2see.data import builtin
from seq2see.data.builtin.aligned import Draft, Token, finish
from seq2see.data.builtin.stream import Draw, Grammar
from seq2see.data.pair import Link, Pair
from seq2see.errors import ConfigError, DataError

WITH_LONG = [name for name in builtin.NAMES if name != "dates"]


def splits_of(name: str) -> list[str]:
    return ["train", "valid", "test"] + (["long"] if name != "dates" else [])


@pytest.mark.parametrize("name", builtin.NAMES)
def test_splits_share_no_sentence_and_repeat_none(name: str) -> None:
    sizes = {"train": 1500, "valid": 100, "test": 200, "long": 50}
    seen: dict[str, str] = {}
    targets: dict[str, str] = {}
    for split in splits_of(name):
        pairs = generate(name, split, sizes[split])
        assert len(pairs) == sizes[split]
        assert len({(pair.source, pair.target) for pair in pairs}) == len(pairs)
        for pair in pairs:
            assert seen.setdefault(pair.source, split) == split
            assert targets.setdefault(pair.target, split) == split


@pytest.mark.parametrize("name", builtin.NAMES)
@pytest.mark.parametrize("split", ["train", "test"])
def test_smaller_is_a_prefix_of_larger(name: str, split: str) -> None:
    larger = generate(name, split, 300)
    assert generate(name, split, 100) == larger[:100]
    assert builtin.generate(name, split, 0) == []


@pytest.mark.parametrize("name", builtin.NAMES)
def test_links_stay_inside_and_on_whole_words(name: str) -> None:
    for pair in generate(name, "train", 1500):
        assert pair.alignment
        assert len(set(pair.alignment)) == len(pair.alignment)
        for link in pair.alignment:
            check_span(pair.source, link.source_start, link.source_end)
            check_span(pair.target, link.target_start, link.target_end)


def check_span(text: str, start: int, end: int) -> None:
    assert 0 <= start < end <= len(text)
    assert text[start:end].strip() == text[start:end]
    if not text.isascii() and re.search("[一-鿿]", text):
        return  # Chinese writes no word boundaries
    for place in (start, end):
        around = text[max(place - 1, 0) : place + 1]
        assert not re.fullmatch(r"\w\w", around), (text, start, end)


@pytest.mark.parametrize("name", WITH_LONG)
def test_long_sentences_have_30_to_60_words(name: str) -> None:
    for pair in generate(name, "long"):
        is_chinese = name == "zh-en"
        count = len(pair.source) if is_chinese else len(pair.source.split())
        assert 30 <= count <= 60


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("copy", 5, 15),
        ("reverse", 5, 15),
        ("sort", 5, 15),
        ("copy-short", 3, 8),
        ("copy-long", 1, 60),
    ],
)
def test_symbol_lengths_and_variety(name: str, low: int, high: int) -> None:
    pairs = generate(name, "train", 2000)
    lengths = {len(pair.source.split()) for pair in pairs}
    assert lengths == set(range(low, high + 1))
    assert len({symbol for pair in pairs for symbol in pair.source.split()}) == 26


def test_the_longest_symbols_stand_in_the_long_split() -> None:
    assert {len(pair.source.split()) for pair in generate("reverse-long", "long")} == {60}


def test_default_sizes() -> None:
    for split, size in (("train", 20_000), ("valid", 500), ("test", 1_000), ("long", 200)):
        assert len(generate("copy", split)) == size
    assert len(generate("en-fr", "valid")) == 500


def test_where_names_corpus_split_and_number() -> None:
    pairs = generate("fr-en", "valid", 2)
    assert [pair.where for pair in pairs] == ["builtin:fr-en/valid:1", "builtin:fr-en/valid:2"]


@pytest.mark.parametrize(("one", "other"), [("en-fr", "fr-en"), ("en-zh", "zh-en")])
@pytest.mark.parametrize("split", ["train", "valid", "long"])
def test_the_other_direction_swaps_sides_and_links(one: str, other: str, split: str) -> None:
    there, back = generate(one, split, 200), generate(other, split, 200)
    for pair, turned in zip(there, back, strict=True):
        assert (turned.source, turned.target) == (pair.target, pair.source)
        expected = {(c, d, a, b) for a, b, c, d in pair.alignment or ()}
        assert set(turned.alignment or ()) == expected


def test_languages() -> None:
    assert builtin.languages("en-fr") == ("en", "fr")
    assert builtin.languages("fr-en") == ("fr", "en")
    assert builtin.languages("zh-en") == ("zh", "en")
    assert builtin.languages("sort") is None


@pytest.mark.parametrize("name", ["en-fr", "en-zh", "dates", "sort"])
def test_every_process_makes_the_same(name: str) -> None:
    one, other = (generate(name, "train", 300, hash_seed=seed) for seed in ("1", "2"))
    assert one == other
    assert builtin.generate(name, "train", 40) == one[:40]


def test_unknown_corpus_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"`en-fl` is not a built-in corpus .* `en-fr`\?"):
        builtin.generate("en-fl")
    with pytest.raises(ConfigError, match="`klingon` is not a built-in corpus"):
        builtin.languages("klingon")


def test_unknown_split_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"`tests` is not a split .* did you mean `test`\?"):
        builtin.generate("copy", "tests")


def test_dates_have_no_long_split() -> None:
    with pytest.raises(DataError, match="`builtin:dates` has no split `long`; use one of train"):
        builtin.generate("dates", "long")


def test_negative_size_is_refused() -> None:
    with pytest.raises(ConfigError, match="`builtin:copy/train` must be 0 or more, not -1"):
        builtin.generate("copy", "train", -1)


def test_more_than_there_is_is_refused_at_once() -> None:
    with pytest.raises(DataError, match=r"`builtin:en-fr/valid` can give at most \d+ pairs"):
        builtin.generate("en-fr", "valid", 10**12)


def test_a_grammar_that_runs_dry_says_how_far_it_came() -> None:
    def draw(draw: Draw, is_long: bool) -> Draft:
        word = Token(draw.choose("abc"))
        return Draft([word], [word])

    tiny = Grammar(draw=draw, sizes={"train": 1}, limits={"train": 100})
    found = len({word for word in "abc" if place(word) < 85})
    with pytest.raises(DataError, match=f"`builtin:tiny/train` ran out .* after {found};"):
        list(tiny.pairs("tiny", "train", 50))


def place(text: str) -> int:
    """Where a target falls among 100, computed apart from the code."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % 100


def test_sorting_is_stable() -> None:
    for pair in builtin.generate("sort", "train", 200):
        letters = pair.source.split()
        order = sorted(range(len(letters)), key=lambda i: (letters[i], i))
        assert pair.target.split() == [letters[i] for i in order]
        expected = {Link(2 * i, 2 * i + 1, 2 * j, 2 * j + 1) for j, i in enumerate(order)}
        assert set(pair.alignment or ()) == expected


def test_copy_and_reverse_link_each_symbol_once() -> None:
    for name, turn in (("copy", 1), ("reverse", -1)):
        for pair in builtin.generate(name, "test", 50):
            letters = pair.source.split()
            assert pair.target.split() == letters[::turn]
            places = range(len(letters))[::turn]
            expected = [
                Link(2 * i, 2 * i + 1, 2 * j, 2 * j + 1)
                for i, j in zip(places, range(len(letters)), strict=True)
            ]
            assert list(pair.alignment or ()) == sorted(expected)


def test_links_of_a_pair_written_by_hand() -> None:
    """Two marks on one word make two links; two shared marks make one."""
    node = object()
    of, the, man = (node, "of"), (node, "the"), (node, "man")
    draft = Draft(
        [Token("of", (of,)), Token("the", (the,)), Token("man", (man,))],
        [Token("du", (of, the)), Token("roi", (man, man))],
    )
    links = (Link(0, 2, 0, 2), Link(3, 6, 0, 2), Link(7, 10, 3, 6))
    assert finish(draft) == Pair("of the man", "du roi", (links[0], links[1], links[2]))
