"""English-Chinese pairs against Chinese written by hand."""

import re

import pytest
from builtin_pairs import generate

from seq2see.data.pair import Pair


def said(pair: Pair) -> set[str]:
    links = pair.alignment or ()
    return {f"{pair.source[a:b]}={pair.target[c:d]}" for a, b, c, d in links}


@pytest.fixture(scope="module")
def train() -> list[Pair]:
    return generate("en-zh")


def test_tom_chases_jerry_is_always_there() -> None:
    pair = generate("en-zh", "train", 1)[0]
    assert (pair.source, pair.target) == ("Tom chases Jerry", "汤姆追逐杰瑞")
    assert said(pair) == {"Tom=汤姆", "chases=追逐", "Jerry=杰瑞"}
    assert generate("en-zh", "train", 2)[1].target == "我是学生"
    for split in ("valid", "test"):
        assert "Tom chases Jerry" not in {p.source for p in generate("en-zh", split)}


def test_target_has_no_spaces_and_no_latin(train: list[Pair]) -> None:
    assert all(re.fullmatch("[一-鿿，]+", pair.target) for pair in train)
    assert all(pair.source.isascii() for pair in train)


def test_translation_is_a_function_both_ways(train: list[Pair]) -> None:
    assert len({pair.target for pair in train}) == len({pair.source for pair in train})


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("a cat", "一只猫"), ("a book", "一本书"), ("two horses", "两匹马"),
        ("three letters", "三封信"), ("this table", "这张桌子"), ("that car", "那辆汽车"),
        ("my dog", "我的狗"), ("a big dog", "一只大狗"), ("a beautiful hat", "一顶漂亮的帽子"),
        ("two chairs", "两把椅子"), ("is very big", "非常大"), ("is not expensive", "不昂贵"),
    ],
)  # fmt: skip
def test_phrases(train: list[Pair], english: str, chinese: str) -> None:
    """Wherever the English phrase ends a sentence or clause, the Chinese one is there too."""
    pattern = re.compile(rf"\b{english}(,|$)")
    found = [pair for pair in train if pattern.search(pair.source)]
    assert found
    assert [pair for pair in found if chinese not in pair.target] == []


def test_a_relative_clause_comes_first_and_a_passive_turns_round(train: list[Pair]) -> None:
    relative = next(p for p in train if re.fullmatch(r"the cat that Tom \w+ .*", p.source))
    assert re.search("汤姆.+的猫", relative.target)
    passive = next(p for p in train if re.fullmatch(r"Jerry was chased by Tom.*", p.source))
    assert re.search("杰瑞.*被汤姆追逐了", passive.target)
    assert {"was=被", "by=被", "chased=追逐", "chased=了"} <= said(passive)


def test_a_hundred_or_so_words(train: list[Pair]) -> None:
    words = {word for pair in train for word in re.findall(r"\w+", pair.source)}
    assert 100 <= len(words) <= 250
