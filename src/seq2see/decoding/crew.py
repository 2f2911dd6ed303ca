"""Copies of this process that work side by side, one core each.

The threads of one operation share its work and wait for each other, hundreds of times in every step
of a search; processes wait for each other once in a batch. On two cores that made 1.4 times as many
translations of a small Transformer.
"""

import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar, cast

import torch

from seq2see.errors import RunError

Job = TypeVar("Job")
Result = TypeVar("Result")


@dataclass(frozen=True)
class _Failure:
    """What a copy could not do."""

    error: Exception


@contextmanager
def crew(
    work: Callable[[Job], Result], size: int
) -> Iterator[Callable[[Iterable[Job]], Iterator[Result]]]:
    """Yield a ``map`` of the work whose jobs are done by copies of this process.

    Copies are forked when two jobs are there for the first time, and end with the context. One job
    alone is done by this process, with all its threads. So is everything where processes cannot be
    forked.

    Args:
        work: What is to be done; of its results only what can be pickled comes back. It finds the
            memory as it was when the first jobs came, its own copy of it.
        size: Number of copies; 1: none.
    """
    pipes: list[Connection] = []
    able = size > 1 and "fork" in multiprocessing.get_all_start_methods()

    def run(jobs: Iterable[Job]) -> Iterator[Result]:
        following = iter(jobs)
        first = tuple(islice(following, 2))
        if not able or len(first) < 2:
            yield from map(work, chain(first, following))
            return
        if not pipes:
            pipes.extend(_fork(work, size))
        yield from _in_order(pipes, chain(first, following))

    try:
        yield run
    finally:
        for pipe in pipes:
            pipe.close()  # which a copy takes as the end


def _fork(work: Callable[[Any], Any], size: int) -> list[Connection]:
    """Start the copies; returns this process's ends of the pipes to them."""
    context = multiprocessing.get_context("fork")
    pipes: list[Connection] = []
    for _ in range(size):
        ours, theirs = context.Pipe()
        pipes.append(ours)
        context.Process(target=_serve, args=(work, theirs, tuple(pipes)), daemon=True).start()
        theirs.close()
    return pipes


def _serve(work: Callable[[Any], Any], pipe: Connection, others: Sequence[Connection]) -> None:
    """Do one job after the other until the pipe is closed."""
    for other in others:  # else their ends would stay open here
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that was copied
    torch.set_num_threads(1)
    while True:
        try:
            job = pipe.recv()
        except EOFError:
            return
        result: Any
        try:
            result = work(job)
        except Exception as error:  # raised again where the results are read
            result = _Failure(error)
        try:
            pipe.send(result)
        except BrokenPipeError:  # nobody waits for it any more
            return


def _in_order(pipes: Sequence[Connection], jobs: Iterable[Any]) -> Iterator[Any]:
    """Give jobs to whoever is free, and yield results in the order of the jobs."""
    numbered = enumerate(jobs)
    idle, busy = list(pipes), dict[Connection, int]()
    done: dict[int, Any] = {}
    due = 0
    while True:
        for pipe, (number, job) in zip(tuple(idle), numbered, strict=False):
            idle.remove(pipe)
            busy[pipe] = number
            with suppress(BrokenPipeError):  # said where its result is awaited
                pipe.send(job)
        if not busy:
            return
        for pipe in cast("list[Connection]", wait(list(busy))):
            done[busy.pop(pipe)] = _received(pipe)
            idle.append(pipe)
        while due in done:
            yield done.pop(due)
            due += 1


def _received(pipe: Connection) -> Any:
    try:
        result = pipe.recv()
    except EOFError:
        raise RunError(
            "A process that translated for this one ended before it was done, perhaps for want of "
            "memory; use `--threads 1`."
        ) from None
    if isinstance(result, _Failure):
        raise result.error
    return result
