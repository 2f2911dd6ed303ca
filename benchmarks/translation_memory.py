"""Whether translating a long file needs more memory, or more time for each line, as it goes on.

    python benchmarks/translation_memory.py RUN [--lines 1000000] [--beam 5] [--json FILE]

Runs ``seq2see translate`` on lines of a built-in corpus and looks at it from outside: at anonymous
memory, ``RssAnon`` in ``/proc/PID/status``, and at how many lines its output has. The lines are one
list over and over, so that every stretch of the input is the same work. A stretch's time is the
process's own processor time. Fails if anonymous memory at the end is more than 1.2 times that after
10,000 lines.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import cycle, islice, pairwise
from pathlib import Path

import measure

from seq2see.data.builtin import generate

CORPUS, SPLIT, SEED = "en-fr", "train", 1
DISTINCT = 5000
"""Different lines; so many times the number is repeated as is asked for."""
MARKS = (1_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000)
REFERENCE = 10_000
MOST = 1.2
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Sample:
    """The process, seen when its output had so many lines."""

    lines: int
    cpu_seconds: float
    anonymous_mib: float
    """``RssAnon``."""


def write_lines(path: Path, number: int) -> None:
    """Write the sources of a built-in corpus, over and over."""
    sources = [f"{pair.source}\n" for pair in generate(CORPUS, SPLIT, DISTINCT)]
    with path.open("w", encoding="utf-8") as file:
        file.writelines(islice(cycle(sources), number))


def observe(process: subprocess.Popen[bytes], output: Path, marks: list[int]) -> Iterator[Sample]:
    """Yield a sample as the output passes each mark, and the last one before the process ends."""
    lines, waiting = 0, list(marks)
    while not output.exists() and process.poll() is None:
        time.sleep(POLL_SECONDS)
    with output.open("rb") as file:
        while waiting and process.poll() is None:
            time.sleep(POLL_SECONDS)
            lines += file.read().count(b"\n")
            seen = sample(process.pid, lines)
            if seen is not None and lines >= waiting[0]:
                waiting = [mark for mark in waiting if mark > lines]
                yield seen


def sample(pid: int, lines: int) -> Sample | None:
    """Look at a process; None if it has just ended."""
    folder = Path("/proc") / str(pid)
    status = dict(
        line.split(":", 1) for line in (folder / "status").read_text().splitlines() if ":" in line
    )
    if "RssAnon" not in status:
        return None
    # Fields 14 and 15 of proc_pid_stat(5), counted behind the name, which may hold spaces.
    user, system = (folder / "stat").read_text().rpartition(")")[2].split()[11:13]
    seconds = (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return Sample(lines, seconds, int(status["RssAnon"].split()[0]) / 1024)


def translate(run: str, lines: int, beam: int, threads: int) -> list[Sample]:
    """Translate so many lines and return what was seen."""
    # The writer's buffer and a window are still to come when the last mark is passed.
    marks = [mark for mark in MARKS if mark < lines] + [max(lines - 2_000, 1)]
    with tempfile.TemporaryDirectory() as folder:
        source, output = Path(folder) / "source", Path(folder) / "output"
        write_lines(source, lines)
        command = [sys.executable, "-m", "seq2see", "translate", run, "--backend", "torch"]
        command += ["--input", str(source), "--output", str(output)]
        command += ["--beam", str(beam), "--threads", str(threads)]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            seen = list(observe(process, output, marks))
        if process.returncode:
            sys.exit(f"`seq2see translate` ended with exit code {process.returncode}.")
        with output.open("rb") as file:
            written = sum(1 for _ in file)
        if written != lines:
            sys.exit(f"{lines} lines went in, but {written} came out.")
    return seen


def main() -> None:
    """Translate, print the table, and fail if memory grew."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("run", help="the run to translate with")
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--beam", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write the samples here too")
    given = parser.parse_args()
    samples = translate(given.run, given.lines, given.beam, given.threads)
    rows = [["lines", "anonymous memory (MiB)", "ms for each line since the row above"]]
    for before, after in pairwise([None, *samples]):
        stretch = ""
        if before is not None and after is not None:
            spent = after.cpu_seconds - before.cpu_seconds
            stretch = f"{1000 * spent / (after.lines - before.lines):.3f}"
        if after is not None:
            rows.append([f"{after.lines:,}", f"{after.anonymous_mib:.1f}", stretch])
    print(measure.table(rows))
    where = measure.provenance(SEED, given.threads)
    print("\n" + "\n".join(f"{name}: {value}" for name, value in where.items()))
    if given.json is not None:
        report = {"samples": [asdict(entry) for entry in samples], **where}
        given.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    reference = next((entry for entry in samples if entry.lines >= REFERENCE), None)
    if reference is not None and samples[-1].anonymous_mib > MOST * reference.anonymous_mib:
        sys.exit(f"Memory grew to more than {MOST} times that after {REFERENCE:,} lines.")


if __name__ == "__main__":
    main()
