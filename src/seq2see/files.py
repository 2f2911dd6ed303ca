"""Files that are either whole or not there."""

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

# EFBIG and EDQUOT are limits on files and users, which look like a full disk to whoever meets them.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def is_full_disk(error: OSError) -> bool:
    """Tell whether something could not be written for want of space."""
    return error.errno in _FULL


def write_atomically(path: Path, content: bytes) -> None:
    """Write beside, flush to disk, rename: a crash leaves the old file or the new one."""
    with written_atomically(path) as beside:
        beside.write_bytes(content)


@contextlib.contextmanager
def written_atomically(path: Path) -> Iterator[Path]:
    """Give another name to write a file under, which takes its own once it is whole and on disk."""
    beside = path.with_name(f".{path.name}.writing")
    try:
        yield beside
        _flush(beside, os.O_RDWR)
        beside.replace(path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename = str(path)  # the name that the caller knows
        raise
    _flush_directory(path.parent)


def write_directory_atomically(path: Path, files: dict[str, bytes]) -> None:
    """Write a directory of files so that it appears under its name only when complete.

    File names may have one folder in front, as in ``data/valid.jsonl``.
    """
    beside = folder_begun(path)
    shutil.rmtree(beside, ignore_errors=True)
    try:
        beside.mkdir(parents=True)
        for name, content in files.items():
            (beside / name).parent.mkdir(exist_ok=True)
            _write(beside / name, content)
        _flush_directory(beside)
        if path.exists():  # an empty folder, or what is being written again
            shutil.rmtree(path)
        beside.replace(path)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    _flush_directory(path.parent)


def folder_begun(path: Path) -> Path:
    """Where ``write_directory_atomically`` writes before a directory has its name."""
    return path.with_name(f".{path.name}.writing")


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    _flush(path, os.O_RDWR)


def _flush_directory(path: Path) -> None:
    """Make a rename durable."""
    _flush(path, os.O_RDONLY)


def _flush(path: Path, mode: int) -> None:
    handle = os.open(path, mode)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
