"""The logs of a run."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2see.errors import RunError
from seq2see.training.metrics import Entry, JsonLines, read, rounded


def log(path: Path, *entries: Entry) -> JsonLines:
    lines = JsonLines(path / "log.jsonl")
    for entry in entries:
        lines.append(entry)
    return lines


def test_lines_come_back_in_order(tmp_path: Path) -> None:
    entries: list[Entry] = [{"update": 1, "text": "汤姆\u2028"}, {"update": 2, "loss": 0.1}]
    lines = log(tmp_path, *entries)
    assert read(lines.path) == entries
    assert lines.path.read_bytes().count(b"\n") == 2


def test_a_log_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert read(tmp_path / "none") == []
    JsonLines(tmp_path / "none").keep(lambda _: True)
    assert not (tmp_path / "none").exists()


def test_keeping_some_lines_leaves_their_bytes_alone(tmp_path: Path) -> None:
    lines = log(tmp_path, {"update": 1, "x": 1e-07}, {"update": 2, "é": "é"}, {"update": 3})
    before = lines.path.read_bytes().splitlines(keepends=True)
    lines.keep(lambda entry: entry["update"] <= 2)
    assert lines.path.read_bytes() == b"".join(before[:2])


def test_a_crash_at_any_byte_of_the_last_line_is_forgiven(tmp_path: Path) -> None:
    lines = log(tmp_path, {"update": 1}, {"update": 2, "text": "é汤"})
    whole = lines.path.read_bytes()
    first = whole.index(b"\n") + 1
    for end in range(first, len(whole)):
        lines.path.write_bytes(whole[:end])
        kept = read(lines.path, unfinished=True)
        assert [entry["update"] for entry in kept] == ([1, 2] if end == len(whole) - 1 else [1])
        lines.keep(lambda entry: entry["update"] <= 1)
        assert lines.path.read_bytes() == whole[:first]


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(b'{"update": 1}\n{"upd\n{"update": 3}\n')
    for unfinished in (False, True):
        with pytest.raises(RunError, match=r"Line 2 of `.*log.jsonl` is not JSON; delete"):
            read(path, unfinished=unfinished)
    path.write_bytes(b'{"update": 1}\n{"upd')
    with pytest.raises(RunError, match=r"Line 2 .* is not JSON"):
        read(path)


@pytest.mark.parametrize("line", ["[1]", "{}", '{"update": "x"}', "3"])
def test_a_line_without_an_update_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "log.jsonl").write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(RunError, match=r"Line 1 of .* has no `update`; delete that line"):
        read(tmp_path / "log.jsonl")


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e100, max_value=1e100))
def test_rounding_keeps_six_digits(value: float) -> None:
    assert rounded(value) == pytest.approx(value, rel=5e-6)
    assert rounded(rounded(value)) == rounded(value)


def test_rounding_by_hand() -> None:
    assert rounded(1234567.8) == 1234570.0
    assert rounded(0.00012345678) == 0.000123457
    assert rounded(math.inf) == math.inf
    assert math.isnan(rounded(math.nan))
