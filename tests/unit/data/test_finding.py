import pytest

from seq2see.data.finding import Finding, counted, example, examples, percent, to_json, visible
from seq2see.data.pair import Pair


@pytest.mark.parametrize(
    ("count", "total", "text"),
    [(0, 10, "0.0%"), (1, 3, "33.3%"), (1, 10_000, "under 0.1%"), (3, 3, "100.0%"), (0, 0, "0.0%")],
)
def test_shares(count: int, total: int, text: str) -> None:
    assert percent(count, total) == text


def test_counts_agree_with_their_noun() -> None:
    assert counted(1, "pair") == "1 pair"
    assert counted(1200, "pair") == "1,200 pairs"
    assert counted(2, "pair", 8) == "2 pairs (25.0%)"


def test_what_cannot_be_seen_is_written_as_its_code() -> None:
    assert visible("a\u00ad\u202f!\x00 क्\u200dष\u200c é") == (
        "a<U+00AD><U+202F>!<U+0000> क्\u200dष\u200c é"
    )


def test_examples_say_where_and_are_short() -> None:
    assert example(Pair("a", "b", None, "x:1")) == "x:1: a → b"
    assert example(Pair("a", "b"), "b") == "b"
    assert example(Pair("x" * 61, "b")) == "x" * 59 + "… → b"
    assert example(Pair("x" * 60, "b")) == "x" * 60 + " → b"
    assert examples([Pair("a", "b")] * 5) == ("a → b",) * 3


def test_findings_become_plain_values() -> None:
    assert to_json([Finding("pairs", "ok", 3, "Three.", ("a",))]) == [
        {"check": "pairs", "severity": "ok", "count": 3, "message": "Three.", "examples": ["a"]}
    ]
