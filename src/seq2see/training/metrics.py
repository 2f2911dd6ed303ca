"""The log of a run: what is the same whenever it is repeated, and what is not."""

import json
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from seq2see.errors import RunError
from seq2see.files import write_atomically

Entry = dict[str, Any]


class JsonLines:
    """A file of JSON objects, one a line; unless it is kept, nothing is written."""

    def __init__(self, path: Path, *, kept: bool = True) -> None:
        self.path = path
        self.kept = kept

    def append(self, entry: Entry) -> None:
        """Add a line; it is on the disk before any checkpoint that comes after it."""
        if not self.kept:
            return
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def keep(self, stays: Callable[[Entry], bool]) -> None:
        """Forget all other lines, and a last one that a crash left unfinished."""
        if not (self.kept and self.path.exists()):
            return
        kept = [
            json.dumps(entry, ensure_ascii=False) + "\n"
            for entry in read(self.path, unfinished=True)
            if stays(entry)
        ]
        write_atomically(self.path, "".join(kept).encode())


def read(path: Path, *, unfinished: bool = False) -> list[Entry]:
    """Read a log.

    Args:
        path: The file; one that is not there is empty.
        unfinished: Allow that the last line is not complete.

    Raises:
        RunError: A line is not a JSON object with an ``update``.
    """
    if not path.exists():
        return []
    entries: list[Entry] = []
    lines = path.read_bytes().split(b"\n")  # a crash may leave half a character
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        try:
            entry = json.loads(line)
        except ValueError:
            if unfinished and number == len(lines):
                break
            raise RunError(f"Line {number} of `{path}` is not JSON; delete that line.") from None
        if not isinstance(entry, dict) or not isinstance(entry.get("update"), int):
            raise RunError(f"Line {number} of `{path}` has no `update`; delete that line.")
        entries.append(entry)
    return entries


def rounded(value: float) -> float:
    """Six significant digits: enough to compare, short enough to read."""
    if not math.isfinite(value):
        return value
    return float(f"{value:.6g}")
