"""Error rates worked out by hand, and edit distances by trying everything."""

import random
from functools import cache

import numpy as np
import pytest

from seq2see.evaluation.edits import (
    character_error_rate,
    edit_distance,
    phoneme_error_rate,
    word_error_rate,
)


def test_error_rates_of_pronunciations() -> None:
    # Right; one of four substituted; one of two deleted and, elsewhere, one inserted.
    references = ["a b i", "ɛ t ʁ ə", "i l", "o"]
    hypotheses = ["a b i", "ɛ t ʁ a", "i", "o o"]
    assert word_error_rate(hypotheses, references).of() == pytest.approx(3 / 4)
    assert phoneme_error_rate(hypotheses, references).of() == pytest.approx(3 / 10)
    # Of some sentences alone, as the parts by length and the resamples ask.
    assert phoneme_error_rate(hypotheses, references).of(np.array([1, 2])) == pytest.approx(2 / 6)


def test_more_edits_than_tokens_are_more_than_all_of_it() -> None:
    assert phoneme_error_rate(["a b c"], ["d"]).of() == 3
    assert phoneme_error_rate([""], ["a b"]).of() == 1


def test_the_word_error_rate_of_speech_recognition_is_the_one_of_tokens() -> None:
    # "the cat sat on mat" lacks a word of six; "a dog" for "the dog barks": one wrong, one lacking.
    hypotheses = ["the cat sat on mat", "a dog"]
    references = ["the cat sat on the mat", "the dog barks"]
    assert phoneme_error_rate(hypotheses, references).of() == pytest.approx((1 + 2) / (6 + 3))


def test_characters_are_counted_between_the_ends() -> None:
    # Hahn-es for Hahns: one insertion of five characters.
    assert character_error_rate([" Hahnes"], ["Hahns "]).of() == pytest.approx(1 / 5)
    assert character_error_rate(["wandert aus"], ["wandertaus"]).of() == pytest.approx(1 / 10)


def test_white_space_is_no_error_of_a_word() -> None:
    assert word_error_rate(["a  b "], ["a b"]).of() == 0


def test_edit_distance_against_its_definition() -> None:
    def defined(first: str, second: str) -> int:
        @cache
        def rest(i: int, j: int) -> int:
            if i == len(first) or j == len(second):
                return len(first) - i + len(second) - j
            same = rest(i + 1, j + 1) + (first[i] != second[j])
            return min(same, rest(i + 1, j) + 1, rest(i, j + 1) + 1)

        return rest(0, 0)

    draw = random.Random(1)
    for _ in range(200):
        first, second = ("".join(draw.choices("abc", k=draw.randint(0, 6))) for _ in range(2))
        assert edit_distance(first, second) == defined(first, second)
    assert edit_distance("kitten", "sitting") == 3  # the example of every textbook
