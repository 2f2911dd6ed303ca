"""Pairs in a file without a name, which read like a list."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2see.data import table
from seq2see.data.pair import Link, Pair
from seq2see.data.scratch import Scratch
from seq2see.data.table import PairTable, TableWriter, columns, joined, take

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
LINKS = st.lists(st.tuples(*[st.integers(0, 9)] * 4).map(lambda ends: Link(*ends))).map(tuple)
WHERE = st.sampled_from(["", "x", "x:1", "x:01", "a:b:30", "x:0", ":7", "x:٣"])
PAIRS = st.lists(st.builds(Pair, TEXT, TEXT, st.none() | LINKS, WHERE), max_size=12)


@pytest.fixture(autouse=True, scope="module")
def _small_chunks() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(table, "CHUNK", 3)
        yield


def table_of(pairs: list[Pair]) -> PairTable:
    writer = TableWriter()
    for start in range(0, len(pairs), 2):
        writer.extend(pairs[start : start + 2])
    assert len(writer) == len(pairs)
    return writer.finish()


@given(PAIRS)
def test_pairs_come_back_as_they_were(pairs: list[Pair]) -> None:
    found = table_of(pairs)
    assert len(found) == len(pairs)
    assert list(found) == pairs
    assert [found[row] for row in range(len(pairs))] == pairs
    sides = list(columns(found))
    assert [text for sources, _ in sides for text in sources] == [pair.source for pair in pairs]
    assert [text for _, targets in sides for text in targets] == [pair.target for pair in pairs]


@given(PAIRS, st.data())
def test_any_rows_may_be_taken_from_any_rows(pairs: list[Pair], data: st.DataObject) -> None:
    found: PairTable = table_of(pairs)
    expected = pairs
    for _ in range(2):
        choice = st.lists(st.integers(0, len(expected) - 1)) if expected else st.just([])
        rows = data.draw(choice)
        start = data.draw(st.integers(0, 3))
        found = found.take(np.array(rows, dtype=np.uint32))[start:]
        expected = [expected[row] for row in rows][start:]
        assert list(found) == expected
        sources = [text for texts, _ in columns(found) for text in texts]
        assert sources == [pair.source for pair in expected]


def test_parts_of_one_table_are_joined_without_reading_them() -> None:
    pairs = [Pair(str(number), "t") for number in range(10)]
    whole = table_of(pairs)
    both = joined([whole[7:], (), whole[1:3]])
    assert isinstance(both, PairTable)
    assert list(both) == [*pairs[7:], *pairs[1:3]]
    assert joined([pairs[:2], pairs[5:6]]) == [*pairs[:2], pairs[5]]
    assert joined([(), ()]) == []
    assert take(pairs, np.array([3, 1], dtype=np.uint32)) == [pairs[3], pairs[1]]


def test_nothing_is_left_in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Scratch, "_IN_MEMORY", 10)
    writer = TableWriter(tmp_path)
    writer.extend([Pair("a", "b")] * 10)
    found = writer.finish()
    assert len(list(found)) == 10
    assert list(tmp_path.iterdir()) == []
