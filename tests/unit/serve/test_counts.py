"""Counts of several workers, which come and go."""

import os
from pathlib import Path

import pytest
from prometheus_client import generate_latest
from prometheus_client.mmap_dict import MmapedDict, mmap_key

from seq2see.serve.metrics import FOLDER, together


def count(folder: Path, name: str, value: float) -> None:
    """Write what a worker counted."""
    kept = MmapedDict(str(folder / name))  # type: ignore[no-untyped-call]
    key = mmap_key("seen", "seen_total", [], [], "Seen.")
    kept.write_value(key, value, 0.0)  # type: ignore[no-untyped-call]
    kept.close()  # type: ignore[no-untyped-call]


def test_a_worker_that_starts_counts_nothing_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    count(tmp_path, "counter_1.db", 3.0)
    count(tmp_path, "counter_2.db", 4.0)
    (tmp_path / "counter_3.db").touch()  # made, and not written yet
    assert b"seen_total 7.0" in generate_latest(together())


def test_what_waited_in_a_dead_worker_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    alive, dead = os.getpid(), 2**22 + 1  # more than there can be
    for pid in (alive, dead):
        count(tmp_path, f"gauge_livesum_{pid}.db", 1.0)
    generate_latest(together())
    assert [path.name for path in tmp_path.iterdir()] == [f"gauge_livesum_{alive}.db"]
