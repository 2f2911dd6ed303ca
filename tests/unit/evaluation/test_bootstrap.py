import math
import random

import numpy as np
import pytest
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.significance import PairedTest, Result

from seq2see.errors import DataError
from seq2see.evaluation import bootstrap
from seq2see.evaluation.bootstrap import compare, intervals, over_seeds
from seq2see.evaluation.scores import Measure, measure

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


def exact(matches: list[int]) -> Measure:
    """A measure whose score is the share of matching sentences."""
    statistics = np.array([[match, 1] for match in matches], dtype=np.float64)
    return Measure("exact_match", statistics, lambda sums: float(sums[0] / sums[1]))


def test_one_training_has_the_interval_of_its_sentences() -> None:
    references = corpus(60, 1)
    measured = measure(spoilt(references, 0.3, 2), references)
    assert over_seeds([measured.bleu]) == intervals(measured)["bleu"]


def test_the_luck_of_seeds_is_that_of_students_t() -> None:
    # Sentences alike, so that only trainings matter: 0.2, 0.4 and 0.9 by hand, with t = 4.303.
    shares = [exact([1] * ones + [0] * (10 - ones)) for ones in (2, 4, 9)]
    alike = [Measure("share", one.statistics.mean(0, keepdims=True), one.compute) for one in shares]
    found = over_seeds(alike)
    half = 4.303 * math.sqrt((0.3**2 + 0.1**2 + 0.4**2) / 2) / math.sqrt(3)
    assert (found.low, found.high) == pytest.approx((0.5 - half, 0.5 + half))
    assert found.mean == pytest.approx(0.5)
    # Trainings alike, so that only the drawing of sentences does: a binomial share of 400 at 1/2.
    same = over_seeds([exact([0, 1] * 200)] * 3, num_samples=5000)
    spread = 1.96 * math.sqrt(0.25 / 400)
    assert same.low == pytest.approx(0.5 - spread, abs=0.01)
    assert same.high == pytest.approx(0.5 + spread, abs=0.01)


@pytest.mark.parametrize("degrees", [1, 2, 3, 7, 15, 20])
def test_students_quantiles_leave_a_fortieth_above(degrees: int) -> None:
    quantile = bootstrap._STUDENT[degrees - 1]
    # By the substitution t = sqrt(n) tan(a), under which the density is that of cos(a) ** (n - 1).
    angles = (np.arange(400_000) + 0.5) / 400_000 * np.pi / 2
    density = np.cos(angles) ** (degrees - 1)
    above = density[angles > np.arctan(quantile / math.sqrt(degrees))].sum() / density.sum() / 2
    assert above == pytest.approx(0.025, abs=4e-5)


@pytest.mark.parametrize("seeds", [2, 3, 5])
def test_differences_of_nothing_are_rarely_clear(seeds: int) -> None:
    """In one of twenty comparisons, if trainings differ by more than the sentences say."""
    generator = np.random.default_rng(seeds)
    sentences = generator.normal(30, 20, 200)

    def training() -> Measure:
        scores = sentences + generator.normal(0, 5, 200) + generator.normal(0, 1)
        statistics = np.stack([scores, np.ones(200)], axis=1)
        return Measure("score", statistics, lambda sums: float(sums[0] / sums[1]))

    clear = 0
    for _ in range(200):
        first, second = ([training() for _ in range(seeds)] for _ in range(2))
        found = over_seeds(first, second, num_samples=100)
        clear += found.low > 0 or found.high < 0
    assert clear <= 20  # of 200 where one in twenty is, in 99.8% of all generators


def test_a_difference_is_paired_by_sentence_and_seed() -> None:
    first = [exact([0, 1, 0, 1]), exact([1, 1, 0, 0])]
    better = [exact([1, 1, 1, 1])] * 2
    same = over_seeds(first, first)
    assert (same.mean, same.low, same.high) == (0, 0, 0)
    assert over_seeds(better, first).mean == pytest.approx(0.5, abs=0.03)


def test_trainings_of_other_sentences_are_refused() -> None:
    with pytest.raises(DataError, match=r"\[4, 5\] sentences, and there are 1 and 1 of them"):
        over_seeds([exact([0] * 4)], [exact([0] * 5)])
    with pytest.raises(DataError, match="there are 2 and 1 of them"):
        over_seeds([exact([0] * 4)] * 2, [exact([0] * 4)])
