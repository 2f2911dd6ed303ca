import pytest

from seq2see.data.scripts import main_script, mixed_word, script_of, scripts_in


@pytest.mark.parametrize(
    ("character", "script"),
    [
        ("a", "LATIN"), ("é", "LATIN"), ("ʁ", "LATIN"), ("ａ", "LATIN"), ("ﬁ", "LATIN"),
        ("а", "CYRILLIC"), ("α", "GREEK"), ("ज", "DEVANAGARI"), ("漢", "CJK"), ("か", "CJK"),
        ("カ", "CJK"), ("ｶ", "CJK"), ("한", "HANGUL"), ("ب", "ARABIC"), ("א", "HEBREW"),
        ("1", None), (" ", None), ("!", None), ("़", None), ("ː", None), ("µ", None),
        ("\U000e0001", None),
    ],
)  # fmt: skip
def test_scripts_of_characters(character: str, script: str | None) -> None:
    assert script_of(character) == script


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Hello", "LATIN"),
        ("Привет, Tom", "CYRILLIC"),
        ("東京へ", "CJK"),
        ("ab", None),
        ("1994-09-27", None),
        ("", None),
    ],
)
def test_the_script_of_most_letters(text: str, script: str | None) -> None:
    assert main_script(text) == script


def test_scripts_come_with_their_characters() -> None:
    assert scripts_in(["ba!", "bя"]) == {"LATIN": "ab", "CYRILLIC": "я"}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("la capitаl", ("capitаl", "а")),  # the second a is Cyrillic
        ("TV-шоу", None),
        ("plain words", None),
        ("αβγ abc", None),
        ("Tシャツ", None),
        ("Tomला", None),
    ],
)
def test_words_that_mix_scripts_of_the_same_shapes(text: str, word: tuple[str, str] | None) -> None:
    assert mixed_word(text) == word
