from pathlib import Path

import pytest

from seq2see.data.pair import Pair
from seq2see.data.rejects import (
    Problem,
    Reject,
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
