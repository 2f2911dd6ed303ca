"""Copies of a process that work side by side."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from seq2see.decoding.crew import crew
from seq2see.errors import ConfigError, RunError


def slow_square(number: int) -> tuple[int, int, int]:
    time.sleep(0.05 * (number % 3))  # so that later jobs end before earlier ones
    return number**2, os.getpid(), torch.get_num_threads()


def test_results_come_in_the_order_of_the_jobs_from_copies_with_one_thread_each() -> None:
    with crew(slow_square, 3) as run:
        done = list(run(range(12)))
        again = list(run(range(2)))
    assert [square for square, _, _ in done] == [number**2 for number in range(12)]
    processes = {process for _, process, _ in done}
    assert 1 < len(processes) <= 3
    assert os.getpid() not in processes
    assert {process for _, process, _ in again} <= processes  # they are forked once
    assert {threads for *_, threads in done} == {1}


@pytest.mark.parametrize(("size", "jobs"), [(1, 4), (3, 1), (3, 0)])
def test_nothing_is_copied_for_nothing(size: int, jobs: int) -> None:
    with crew(slow_square, size) as run:
        done = list(run(iter(range(jobs))))
    assert [square for square, _, _ in done] == [number**2 for number in range(jobs)]
    assert {process for _, process, _ in done} <= {os.getpid()}


def test_jobs_are_taken_only_as_copies_get_free() -> None:
    taken: list[int] = []

    def jobs() -> Iterator[int]:
        for number in range(50):
            taken.append(number)
            yield number

    with crew(slow_square, 2) as run:
        next(run(jobs()))
    assert len(taken) < 10


def test_an_error_of_a_copy_is_raised_here() -> None:
    def refuse(number: int) -> int:
        if number == 3:
            raise ConfigError("3 is too many; give 2.")
        return number

    with crew(refuse, 2) as run, pytest.raises(ConfigError, match="3 is too many; give 2"):
        list(run(range(6)))


def test_a_copy_that_is_killed_is_said() -> None:
    def end(number: int) -> int:
        if number == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    with crew(end, 2) as run, pytest.raises(RunError, match="ended before it was done"):
        list(run(range(6)))


def test_copies_end_with_the_context() -> None:
    with crew(slow_square, 2) as run:
        processes = {process for _, process, _ in run(range(4))}
    for _ in range(100):
        if not any(map(running, processes)):
            return
        time.sleep(0.05)
    raise AssertionError("They are still there.")


def running(process: int) -> bool:
    """Whether it does anything yet; an ended child stays in the table until it is asked for."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
        return stat.rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
