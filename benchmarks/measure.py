"""What the comparisons share: workers that take turns, medians, the table, and where it was run."""

import json
import os
import platform
import shlex
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any, cast

ROOT = Path(__file__).resolve().parents[1]
WORKERS = Path(__file__).parent / "workers"


class WorkerError(Exception):
    """A worker ended without a reply."""


class Worker:
    """A program in a process of its own that works only when it is its turn.

    Args:
        command: The program, one of ``workers/``.
        log: File for whatever it prints.
        threads: Threads of its arithmetic.
    """

    def __init__(self, command: Sequence[str | Path], log: Path, threads: int) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        self.log = log
        names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS")
        with log.open("w") as file:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                text=True,
                env={**os.environ, **dict.fromkeys(names, str(threads))},
            )

    def read(self) -> dict[str, Any]:
        """Wait for its next reply."""
        line = cast("IO[str]", self._process.stdout).readline()
        if not line:
            last = self.log.read_text(encoding="utf-8").rstrip().rpartition("\n")[2]
            raise WorkerError(f"A worker ended without a reply ({self.log}): {last}")
        return cast("dict[str, Any]", json.loads(line))

    def turn(self, what: str = "") -> dict[str, Any]:
        """Let it work, and return its reply."""
        print(what, file=cast("IO[str]", self._process.stdin), flush=True)
        return self.read()

    def close(self) -> None:
        """End it."""
        cast("IO[str]", self._process.stdin).close()
        self._process.wait(timeout=60)


def in_turns(
    turns: Sequence[Callable[[], dict[str, Any]]], rounds: int
) -> list[list[dict[str, Any]]]:
    """Let everyone take turns, each round in the opposite order; return each one's replies."""
    replies: list[list[dict[str, Any]]] = [[] for _ in turns]
    for number in range(rounds):
        order = range(len(turns)) if number % 2 == 0 else reversed(range(len(turns)))
        for index in order:
            replies[index].append(turns[index]())
    return replies


def spread(values: Sequence[float]) -> str:
    """Median, smallest and largest."""
    return f"{statistics.median(values):,.2f} ({min(values):,.2f} to {max(values):,.2f})"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Align columns; the first to the left, the others to the right. The first row is the head."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def provenance(seed: int, threads: int) -> dict[str, Any]:
    """What someone needs to know to repeat it: commit, machine, versions, seed, command."""
    import torch

    changed = _git("status", "--porcelain", "--", "src")
    return {
        "commit": _git("rev-parse", "--short", "HEAD") + (" with changes" if changed else ""),
        "machine": f"{_processor()}, {os.cpu_count()} cores",
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "torch": torch.__version__,
        "threads": threads,
        "seed": seed,
        "command": shlex.join(["python", *sys.argv]),
    }


def _git(*command: str) -> str:
    done = subprocess.run(["git", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or ("unknown" if done.returncode else "")


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
