"""What is kept of answers, and what languages are found out."""

import numpy as np
import pytest

from seq2see.serve.answers import Answer, Options, Said, Seen
from seq2see.serve.detection import Detector
from seq2see.serve.service import Cache

LOOK = Options(look=True)


def answer(length: int) -> Answer:
    """One with attention of some length."""
    matrix = np.zeros((length, length), np.float32)
    seen = Seen(("a",) * length, (0.0,) * length, matrix, matrix, ())
    return Answer(("a",) * length, (Said("a", 0.0, 0.0, length, seen),), ())


def test_answers_are_kept_by_their_weight() -> None:
    found: list[bool] = []
    cache = Cache(1000, found.append, weight=1_000_000)
    for number in range(300):
        cache.keep((number, "a", LOOK), answer(20))
    kept = [number for number in range(300) if cache.find((number, "a", LOOK)) is not None]
    assert kept == list(range(300 - len(kept), 300))  # the latest
    assert 800_000 < sum(answer(20).weight for _ in kept) <= 1_000_000
    assert found.count(True) == len(kept)


def test_an_answer_that_would_drive_out_all_others_is_not_kept() -> None:
    cache = Cache(1000, lambda _: None, weight=1_000_000)
    cache.keep((1, "a", LOOK), answer(5))
    cache.keep((1, "b", LOOK), answer(100))
    assert cache.find((1, "a", LOOK)) is not None
    assert cache.find((1, "b", LOOK)) is None


def test_the_same_answer_weighs_once() -> None:
    cache = Cache(1000, lambda _: None, weight=1_000_000)
    cache.keep((1, "first", LOOK), answer(20))
    for _ in range(1000):
        cache.keep((1, "again", LOOK), answer(20))
    assert cache.find((1, "first", LOOK)) is not None


GERMAN = "Der Hund läuft über die Straße und bellt die Katze an."


@pytest.mark.parametrize("before", ["", " " * 5000, "-" * 300, "1. 2. 3. " * 100, "\n" * 1000])
def test_a_language_is_found_behind_what_is_of_none(before: str) -> None:
    if len(before) >= 4000:
        before = before.strip()  # services strip texts, but not dashes
    [best, _] = Detector(("en", "de")).rank(before + GERMAN)
    assert (best.language, best.confidence > 0.95) == ("de", True)


@pytest.mark.parametrize("text", ["", "12 345 .", "🙂"])
def test_texts_without_letters_are_of_any_language(text: str) -> None:
    assert Detector(("en", "de")).rank(text) == [("en", 0.5), ("de", 0.5)]
