"""The command line in several processes, as ``torchrun`` starts them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# Longer than anything here takes, shorter than a person waits for a hanging test.
PATIENCE = 120.0


@dataclass(frozen=True)
class Ended:
    """How a job ended."""

    code: int
    said: str
    """What was said on standard error, the launcher's own lines included."""
    seconds: float
    """From the moment that was waited for to the end."""

    @property
    def errors(self) -> list[str]:
        """The sentences in which seq2see said why it failed."""
        mark = "seq2see: error: "
        return [line.removeprefix(mark) for line in self.said.splitlines() if line.startswith(mark)]


def command(processes: int, *arguments: object) -> list[str]:
    """The command line in so many processes of this machine."""
    launcher = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", str(processes)]
    return [*launcher, "-m", "seq2see", *map(str, arguments)]


def run(processes: int, *arguments: object) -> Ended:
    """Run a command to its end."""
    return disturbed(processes, *arguments, when=lambda: True, what=lambda _: None)


def disturbed(
    processes: int,
    *arguments: object,
    when: Callable[[], bool],
    what: Callable[[subprocess.Popen[str]], None],
) -> Ended:
    """Run a command, and do something to it at a certain moment.

    Args:
        processes: How many.
        arguments: Of ``seq2see``.
        when: Whether the moment has come.
        what: Gets the launcher, which has a session of its own.
    """
    with subprocess.Popen(
        command(processes, *arguments), stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as job:
        begun = time.monotonic()
        while not when() and job.poll() is None:
            assert time.monotonic() - begun < PATIENCE, "the moment did not come"
            time.sleep(0.005)
        moment = time.monotonic()
        what(job)
        try:
            _, said = job.communicate(timeout=PATIENCE)
        finally:
            if job.poll() is None:
                os.killpg(job.pid, signal.SIGKILL)
    return Ended(job.returncode, said, time.monotonic() - moment)


def worker(job: subprocess.Popen[str], rank: int) -> int:
    """The process of a rank, by what the launcher has set for it."""
    children = Path(f"/proc/{job.pid}/task/{job.pid}/children").read_text(encoding="ascii").split()
    for child in children:
        environment = Path(f"/proc/{child}/environ").read_bytes().split(b"\0")
        if f"RANK={rank}".encode() in environment:
            return int(child)
    raise AssertionError(f"There is no process of rank {rank} among {children}.")
