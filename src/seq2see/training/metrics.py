"""The log of a run: what is the same whenever it is repeated, and what is not."""

import json
import math
from pathlib import Path
from typing import Any

from seq2see.errors import RunError
from seq2see.files import write_atomically

Entry = dict[str, Any]


class JsonLines:
    """A file of JSON objects, one a line, that can be cut back to an update."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, entry: Entry) -> None:
        """Add a line."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def cut_back(self, update: int) -> None:
        """Forget lines of later updates, and a last line that a crash left unfinished."""
        if not self.path.exists():
            return
        kept = [
            json.dumps(entry, ensure_ascii=False) + "\n"
            for entry in read(self.path, unfinished=True)
            if entry["update"] <= update
        ]
        write_atomically(self.path, "".join(kept).encode())


def read(path: Path, *, unfinished: bool = False) -> list[Entry]:
    """Read a log.

    Args:
        path: The file; one that is not there is empty.
        unfinished: Allow that the last line is not complete.

    Raises:
        RunError: A line is not JSON.
    """
    if not path.exists():
        return []
    entries: list[Entry] = []
    lines = path.read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        try:
            entries.append(json.loads(line))
        except json.JSONDecodeError:
            if unfinished and number == len(lines):
                break
            raise RunError(f"Line {number} of `{path}` is not JSON; delete that line.") from None
    return entries


def rounded(value: float) -> float:
    """Six significant digits: enough to compare, short enough to read."""
    if not math.isfinite(value):
        return value
    return float(f"{value:.6g}")
