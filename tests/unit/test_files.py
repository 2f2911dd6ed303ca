"""Files that are either whole or not there."""

import errno
import os
from pathlib import Path
from typing import NoReturn

import pytest

from seq2see.files import is_full_disk, write_atomically, write_directory_atomically


class OutOfSpaceError(OSError):
    pass


@pytest.fixture
def no_space(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is written, but never reaches the disk."""

    def refuse(_handle: int) -> NoReturn:
        raise OutOfSpaceError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_atomically(path, b"one")
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path, no_space: None) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with pytest.raises(OutOfSpaceError):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_directory_appears_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "run"
    write_directory_atomically(path, {"a": b"1", "data/b": b"2"})
    assert (path / "a").read_bytes() == b"1"
    assert (path / "data" / "b").read_bytes() == b"2"
    assert list(path.parent.iterdir()) == [path]


def test_what_a_killed_process_left_beside_it_is_no_hindrance(tmp_path: Path) -> None:
    left = tmp_path / ".run.writing"
    left.mkdir()
    (left / "stale").touch()
    write_directory_atomically(tmp_path / "run", {"a": b"1"})
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["a"]
    assert not left.exists()


def test_a_directory_takes_the_place_of_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    write_directory_atomically(tmp_path / "run", {"a": b"1"})
    assert (tmp_path / "run" / "a").exists()


def test_a_directory_that_cannot_be_written_is_not_there(tmp_path: Path, no_space: None) -> None:
    with pytest.raises(OutOfSpaceError):
        write_directory_atomically(tmp_path / "run", {"a": b"1"})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_has_several_numbers(number: int) -> None:
    assert is_full_disk(OSError(number, ""))


def test_other_errors_are_no_full_disk() -> None:
    assert not is_full_disk(OSError(errno.EACCES, ""))
