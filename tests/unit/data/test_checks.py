import pytest

from seq2see.data import checks
from seq2see.data.finding import Finding, Severity
from seq2see.data.pair import Pair


def pairs_of(*texts: tuple[str, str]) -> list[Pair]:
    return [
        Pair(source, target, None, f"x:{number}")
        for number, (source, target) in enumerate(texts, start=1)
    ]


def distinct(count: int) -> list[Pair]:
    return pairs_of(*((f"s{number}", f"t{number}") for number in range(count)))


def seen(finding: Finding) -> tuple[Severity, int]:
    return finding.severity, finding.count


@pytest.mark.parametrize(
    ("count", "severity"), [(0, "fatal"), (1, "warning"), (99, "warning"), (100, "ok")]
)
def test_the_number_of_pairs(count: int, severity: Severity) -> None:
    assert seen(checks.enough(distinct(count))) == (severity, count)


def test_a_side_that_never_changes_is_fatal() -> None:
    same_source = checks.variety(pairs_of(("a", "b"), ("a", "c")))
    assert seen(same_source) == ("fatal", 2)
    assert "Every source is the same text" in same_source.message
    same_target = checks.variety(pairs_of(("a", "b"), ("c", "b")))
    assert "Every target is the same text" in same_target.message
    assert seen(checks.variety(pairs_of(("a", "b")))) == ("ok", 0)


def test_repeated_pairs() -> None:
    found = checks.duplicates(pairs_of(("a", "b"), ("a", "c"), ("a", "b"), ("a", "b")))
    assert seen(found) == ("warning", 2)
    assert found.message.startswith("2 pairs (50.0%) repeated")
    assert found.examples == ("x:3: a → b", "x:4: a → b")
    assert checks.duplicates([*distinct(99), distinct(1)[0]]).severity == "note"
    assert seen(checks.duplicates(distinct(3))) == ("ok", 0)


def test_sources_with_several_targets() -> None:
    found = checks.several_translations(
        pairs_of(("a", "b"), ("a", "c"), ("d", "e"), ("d", "e"), ("f", "g"))
    )
    assert seen(found) == ("note", 2)
    assert found.message.startswith("2 pairs (40.0%)")
    assert "(1 such source)" in found.message
    assert seen(checks.several_translations(distinct(3))) == ("ok", 0)


def test_sources_that_were_trained_on() -> None:
    train = pairs_of(("Run!", "Cours !"), ("Stop.", "Stop."))
    valid = pairs_of(("run", "courez"), ("new", "neuf"))
    found = checks.leak(train, {"valid": valid, "test": []})
    assert seen(found) == ("warning", 1)
    assert "50.0% of valid" in found.message
    assert found.examples == ("x:1: run → courez",)
    assert seen(checks.leak(train, {"valid": valid[1:], "test": []})) == ("ok", 0)
    assert seen(checks.leak(train, {"valid": [], "test": []})) == ("ok", 0)


def test_targets_that_equal_their_source() -> None:
    same = pairs_of(("a", "a"), ("b", "b"))
    assert seen(checks.identical_sides(same)) == ("fatal", 2)
    assert seen(checks.identical_sides(same, allow_copies=True)) == ("note", 2)
    assert seen(checks.identical_sides([*same, *distinct(8)])) == ("warning", 2)
    assert seen(checks.identical_sides([*same, *distinct(18)])) == ("note", 2)
    assert seen(checks.identical_sides(distinct(3))) == ("ok", 0)


def test_lengths_far_from_the_usual_ratio() -> None:
    usual = [("x" * length, "y" * 2 * length) for length in range(10, 60)]
    found = checks.length_ratios(pairs_of(*usual, ("x" * 40, "no"), ("short", "y" * 300)))
    assert found.count == 2
    assert found.severity == "warning"
    assert found.examples[0].startswith("x:52")  # (303/8)/2 = 19 times off; the other (43/5)*2 = 17
    assert "2.00 times" not in found.message  # the smoothing shows: (2n + 3) / (n + 3)
    assert checks.length_ratios(pairs_of(*usual)).severity == "ok"
    assert checks.length_ratios([]).severity == "ok"


def test_other_scripts_have_other_usual_ratios() -> None:
    chinese = [("w" * 60, "字" * 12)] * 100
    assert checks.length_ratios(pairs_of(*chinese)).severity == "ok"
    assert checks.length_ratios(pairs_of(*chinese, ("w" * 60, "字" * 150))).count == 1
