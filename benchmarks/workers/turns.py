"""A worker's end of a comparison: wait for a turn, do it, say what it took.

Used by programs that run in other environments, so it needs nothing but Python.
"""

import json
import os
import sys
import time
from typing import Any


class Turns:
    """Replies go to the benchmark as lines of JSON; whatever a library prints goes to the log."""

    def __init__(self) -> None:
        self._replies = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)

    def say(self, **found: Any) -> None:
        """Reply."""
        print(json.dumps(found), file=self._replies, flush=True)

    def wait(self) -> str:
        """Wait until it is this worker's turn again, and return what the turn is about."""
        line = sys.stdin.readline()
        if not line:
            raise SystemExit("The benchmark has ended.")
        return line.rstrip("\n")


class Stopwatch:
    """Adds up the time that passes and the processor time of the process, in seconds."""

    def __init__(self) -> None:
        self.wall = self.cpu = 0.0

    def start(self) -> None:
        """Go on."""
        self.wall -= time.perf_counter()
        self.cpu -= time.process_time()

    def stop(self) -> None:
        """Pause."""
        self.wall += time.perf_counter()
        self.cpu += time.process_time()

    def times(self) -> dict[str, float]:
        """Return both, and begin anew."""
        times = {"wall": self.wall, "cpu": self.cpu}
        self.wall = self.cpu = 0.0
        return times
