"""Scores of labels, worked out by hand."""

import pytest

from seq2see.evaluation.labels import macro_f1, span_f1, tag_accuracy


def test_tags_are_compared_place_by_place() -> None:
    hypotheses = ["B-PER O O", "O O", "O O O O"]
    references = ["B-PER I-PER O", "O O O", "O B-LOC"]
    assert tag_accuracy(hypotheses, references).of() == pytest.approx((2 + 2 + 1) / (3 + 3 + 2))


@pytest.mark.parametrize(
    ("found", "wanted", "both", "num_found", "num_wanted"),
    [
        ("B-PER I-PER O", "B-PER I-PER O", 1, 1, 1),
        ("B-PER O O", "B-PER I-PER O", 0, 1, 1),
        ("B-LOC I-LOC", "B-PER I-PER", 0, 1, 1),
        ("B-PER B-PER", "B-PER B-PER", 2, 2, 2),
        ("O I-PER I-LOC", "O B-PER B-LOC", 2, 2, 2),
        ("B-PER I-LOC", "B-PER I-PER", 0, 2, 1),
        ("O O", "O O B-PER", 0, 0, 1),
        ("O B-PER", "O", 0, 1, 0),
    ],
)
def test_entities(found: str, wanted: str, both: int, num_found: int, num_wanted: int) -> None:
    statistics = span_f1([found], [wanted]).statistics
    assert statistics.tolist() == [[both, num_found, num_wanted]]


def test_f1_of_entities_is_over_the_whole_corpus() -> None:
    # Of 3 found and 4 wanted, 2 are right.
    score = span_f1(["B-A B-B", "O B-A"], ["B-A B-B", "B-A B-C"])
    assert score.of() == pytest.approx(2 * 2 / (3 + 4))
    assert span_f1(["O"], ["O"]).of() == 0


def test_f1_of_classes() -> None:
    # `spam`: 1 of 1 found and 2 wanted; `ham`: 1 of 2 found and 1 wanted; `x`: nowhere.
    score = macro_f1(["spam", "ham", "ham"], ["spam", "ham", " spam"])
    assert score.of() == pytest.approx((2 / 3 + 2 / 3) / 2)
    # `eggs` is found but never wanted: its F1 is 0.
    assert macro_f1(["spam", "eggs"], ["spam", "spam"]).of() == pytest.approx((2 / 3 + 0) / 2)
