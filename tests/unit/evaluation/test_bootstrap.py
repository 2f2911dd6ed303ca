import math
import random

import pytest
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.significance import PairedTest, Result

from seq2see.errors import DataError
from seq2see.evaluation import bootstrap
from seq2see.evaluation.bootstrap import compare, intervals
from seq2see.evaluation.scores import measure

WORDS = list("abcdefghijkl")


def corpus(num_sentences: int, seed: int) -> list[str]:
    generator = random.Random(seed)
    return [" ".join(generator.sample(WORDS, 8)) for _ in range(num_sentences)]


def spoilt(texts: list[str], share: float, seed: int) -> list[str]:
    """The texts with some words replaced."""
    generator = random.Random(seed)
    return [
        " ".join("wrong" if generator.random() < share else word for word in text.split())
        for text in texts
    ]


def test_a_system_does_not_differ_from_itself() -> None:
    references = corpus(50, 1)
    measured = measure(spoilt(references, 0.2, 2), references)
    differences = compare(measured, measured)
    assert [one.name for one in differences] == ["bleu", "chrf", "ter", "exact_match"]
    for one in differences:
        assert one.p_value == 1
        assert not one.significant
        assert (one.difference, one.interval.low, one.interval.high) == (0, 0, 0)


def test_a_clearly_better_system_is_significant() -> None:
    references = corpus(100, 1)
    good = measure(spoilt(references, 0.1, 2), references)
    bad = measure(spoilt(references, 0.4, 3), references)
    for one in compare(good, bad):
        assert one.significant
        assert (one.difference > 0) == (one.name != "ter")
        assert one.interval.low <= one.difference <= one.interval.high
        assert one.interval.low * one.interval.high > 0
    bleu = compare(good, bad)[0]
    assert bleu.p_value == pytest.approx(1 / 1001)


def test_equally_good_systems_are_not_significant() -> None:
    references = corpus(100, 1)
    first = [text if index % 2 else "wrong" for index, text in enumerate(references)]
    second = ["wrong" if index % 2 else text for index, text in enumerate(references)]
    for one in compare(measure(first, references), measure(second, references)):
        assert not one.significant
        assert one.p_value > 0.3
        assert one.interval.low < 0 < one.interval.high


def test_swapping_the_systems_turns_the_sign() -> None:
    references = corpus(40, 1)
    first = measure(spoilt(references, 0.1, 2), references)
    second = measure(spoilt(references, 0.2, 3), references)
    for one, other in zip(compare(first, second), compare(second, first), strict=True):
        assert one.difference == pytest.approx(-other.difference)
        assert one.interval.low == pytest.approx(-other.interval.high)
        assert one.p_value == pytest.approx(other.p_value)


def test_p_value_agrees_with_the_normal_approximation() -> None:
    # Paired differences: +1 in 30 sentences, -1 in 15, 0 in 155.
    references = ["right"] * 200
    first = ["right"] * 30 + ["wrong"] * 15 + ["right"] * 155
    second = ["wrong"] * 30 + ["right"] * 15 + ["right"] * 155
    exact = compare(measure(first, references), measure(second, references), num_samples=4000)[-1]
    mean = 15 / 200
    deviation = math.sqrt((45 / 200 - mean**2) / 200)
    assert exact.difference == pytest.approx(mean)
    assert exact.p_value == pytest.approx(math.erfc(mean / deviation / math.sqrt(2)), abs=0.01)


def test_interval_agrees_with_the_normal_approximation() -> None:
    references = ["right"] * 400
    exact = intervals(measure(["right", "wrong"] * 200, references))["exact_match"]
    half = 1.96 * math.sqrt(0.25 / 400)
    assert exact.mean == pytest.approx(0.5, abs=0.005)
    assert exact.low == pytest.approx(0.5 - half, abs=0.006)
    assert exact.high == pytest.approx(0.5 + half, abs=0.006)


def test_intervals_agree_with_sacrebleu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SACREBLEU_SEED", "12345")
    references = corpus(60, 1)
    first, second = spoilt(references, 0.1, 2), spoilt(references, 0.2, 3)
    _, theirs = PairedTest(
        [("a", first), ("b", second)], {"BLEU": BLEU(), "CHRF": CHRF()}, [references], "bs"
    )()
    ours = intervals(measure(second, references))
    for name, key in (("bleu", "BLEU"), ("chrf", "chrF2")):
        result = theirs[key][1]
        assert isinstance(result, Result)
        assert ours[name].mean == pytest.approx(result.mean, abs=1e-3)
        assert (ours[name].high - ours[name].low) / 2 == pytest.approx(result.ci, rel=0.02)


def test_the_seed_decides() -> None:
    references = corpus(30, 1)
    measured = measure(spoilt(references, 0.3, 2), references)
    assert intervals(measured) == intervals(measured)
    assert intervals(measured) != intervals(measured, seed=1)


def test_working_through_samples_piece_by_piece_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    references = corpus(30, 1)
    measured = measure(spoilt(references, 0.3, 2), references)
    whole = intervals(measured, num_samples=50)
    monkeypatch.setattr(bootstrap, "_CHUNK", 90)
    assert intervals(measured, num_samples=50) == whole
    monkeypatch.setattr(bootstrap, "_CHUNK", 1)
    assert intervals(measured, num_samples=50) == whole


def test_only_measures_of_both_are_compared() -> None:
    references = corpus(5, 1)
    quick = measure(references, references, with_ter=False)
    differences = compare(measure(references, references), quick)
    assert [one.name for one in differences] == ["bleu", "chrf", "exact_match"]


def test_refuses_different_counts() -> None:
    with pytest.raises(DataError, match="have 1 and 2 translations; both must have translated"):
        compare(measure(["a"], ["a"]), measure(["a", "b"], ["a", "b"]))
