from pathlib import Path

import pytest

from seq2see.data.pair import Pair
from seq2see.data.rejects import (
    Problem,
    Problems,
    Reject,
    Rejects,
    count_by_reason,
    filter_pairs,
    rejects_of,
    write_rejects,
)

PAIRS = [
    Pair("a", "b"), Pair(" \t", "b"), Pair("a", "\u00a0"), Pair("", ""), Pair("long", "b"),
    Pair("a", "long"),
]  # fmt: skip


def test_empty_and_long_sides_are_rejected_for_the_first_reason() -> None:
    kept, rejects = filter_pairs(
        PAIRS,
        max_length=3,
        source_lengths=[3, 1, 1, 0, 4, 1],
        target_lengths=[3, 1, 1, 0, 4, 4],
    )
    assert kept == PAIRS[:1]
    assert rejects == [
        Reject("empty-source", PAIRS[1]),
        Reject("empty-target", PAIRS[2]),
        Reject("empty-source", PAIRS[3]),
        Reject("source-too-long", PAIRS[4]),
        Reject("target-too-long", PAIRS[5]),
    ]
    assert count_by_reason(rejects) == {
        "empty-source": 2, "empty-target": 1, "source-too-long": 1, "target-too-long": 1,
    }  # fmt: skip


def test_without_lengths_only_empty_sides_are_rejected() -> None:
    kept, rejects = filter_pairs(PAIRS, max_length=1)
    assert kept == [PAIRS[0], PAIRS[4], PAIRS[5]]
    assert len(rejects) == 3


def test_lengths_must_be_as_many_as_the_pairs() -> None:
    with pytest.raises(ValueError, match="shorter"):
        filter_pairs(PAIRS, max_length=3, source_lengths=[1, 2])


def test_rejects_are_written_one_a_line(tmp_path: Path) -> None:
    path = tmp_path / "rejects.tsv"
    write_rejects(
        path,
        [
            Reject("empty-target", Pair("é\t\\n", "", None, "x:1")),
            Reject("r", Pair("\n\r", "\ud83d")),
        ],
    )
    assert path.read_bytes().decode() == (
        "reason\twhere\tsource\ttarget\nempty-target\tx:1\té\\t\\\\n\t\nr\t\t\\n\\r\t\\ud83d\n"
    )


def test_only_lost_pairs_are_rejects_of_reading() -> None:
    lost = Pair("a", "")
    problems = [
        Problem("carriage-returns", "x", "", 3),
        Problem("missing-column", "x:1", "", 1, lost),
    ]
    assert rejects_of(problems) == [Reject("missing-column", lost)]


@pytest.mark.parametrize("in_memory", [1 << 20, 10])
def test_rejects_are_counted_and_can_be_read_while_more_come(
    in_memory: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Rejects, "_IN_MEMORY", in_memory)
    monkeypatch.setattr(Rejects, "_BLOCK", 50)
    rejects = Rejects(tmp_path)
    assert list(rejects) == []
    made = [
        Reject("r" * (row % 3 + 1), Pair(f"a\n{row}", "\ud83d é", None, "x:1")) for row in range(9)
    ]
    for reject in made[:5]:
        rejects.append(reject)
    first = iter(rejects)
    assert next(first) == made[0]
    for reject in made[5:]:
        rejects.append(reject)
    assert list(rejects) == made
    assert list(first) == made[1:]
    assert len(rejects) == 9
    assert count_by_reason(rejects) == count_by_reason(made) == {"r": 3, "rr": 3, "rrr": 3}
    assert made[7] in rejects
    assert Reject("other", made[7].pair) not in rejects
    assert list(tmp_path.iterdir()) == []


def test_problems_are_counted_and_the_first_of_each_kind_kept() -> None:
    rejects = Rejects()
    problems = Problems(rejects)
    made = [Problem("missing-column", f"x:{n}", "", 1, Pair(str(n), "")) for n in range(5)]
    for problem in (*made, Problem("carriage-returns", "x", "", 70)):
        problems.append(problem)
    assert problems.summed() == (
        *made[:3],
        Problem("missing-column", "", "", 2),
        Problem("carriage-returns", "x", "", 70),
    )
    assert list(rejects) == rejects_of(made)
