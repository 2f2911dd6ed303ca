"""``seq2see translate`` in several processes: lines are dealt out, results put back in order."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from seq2see import console, processes
from seq2see.errors import UsageError
from seq2see.processes import Group

if TYPE_CHECKING:
    from seq2see.cli.writing import Writer
    from seq2see.decoding.translation import Translation


def join(input_: Path | None, output: Path | None) -> Group:
    """Find the processes that translate together.

    Raises:
        UsageError: There are several, but no files that all of them could work on.
        JobError: They do not find each other.
    """
    group = processes.join()
    if group.size > 1 and (input_ is None or output is None):
        raise UsageError(
            f"{group.size} processes translate a file into a file; name both, with --input and "
            "--output, or start one process."
        )
    return group


class Parts:
    """A file in the making: a folder beside it, with one part for each window of lines.

    Under its own name the file appears when it is whole, and not before.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folder = path.with_name(f".{path.name}.parts")

    def begin(self) -> None:
        """Make the folder, without what a killed job may have left in it.

        Raises:
            UsageError: The file could not be put in its place in the end.
        """
        if self._path.exists() and not self._path.is_file():
            raise UsageError(
                f"`{self._path}` is not a file, which several processes need for their results; "
                "choose another name."
            )
        self.clear()
        self._folder.mkdir()

    def part(self, window: int) -> Path:
        """Where the lines of a window go."""
        return self._folder / f"{window:012}"

    def finish(self) -> None:
        """Join all parts and put the file in its place."""
        parts = sorted(self._folder.iterdir())
        whole = self._folder / "whole"
        with whole.open("wb") as file:
            for part in parts:
                with part.open("rb") as content:
                    shutil.copyfileobj(content, file)
            file.flush()
            os.fsync(file.fileno())
        whole.replace(self._path)
        self.clear()

    def clear(self) -> None:
        """Delete the folder."""
        shutil.rmtree(self._folder, ignore_errors=True)


def translate(
    group: Group,
    lines: Iterable[str],
    stream: Callable[[Iterable[str]], Iterator["Translation"]],
    open_writer: Callable[[ExitStack, Path | None, Path | None], "Writer"],
    *,
    output: Path,
    alignment: Path | None,
    window: int,
) -> None:
    """Translate lines together with the other processes of a job.

    Each takes every so-manieth window of lines. These are the windows that one process would
    translate, so the results are the same.

    Args:
        group: The processes.
        lines: The whole input, the same for each.
        stream: Translates a window.
        open_writer: Opens the files of a window's translations and alignments.
        output: Where all translations go, in order.
        alignment: Where all alignments go; None: nowhere.
        window: Lines of a window.
    """
    outputs = Parts(output)
    alignments = None if alignment is None else Parts(alignment)
    files = [parts for parts in (outputs, alignments) if parts is not None]
    with group.losses_said(lambda: "translate again"), ExitStack() as open_until_done:
        with group.first_goes_ahead():
            if group.first:
                for parts in files:
                    open_until_done.callback(parts.clear)
                    parts.begin()
        counter = open_until_done.enter_context(console.progress("lines"))
        for number, ahead in enumerate(_windows(lines, window)):
            if number % group.size == group.rank:
                with ExitStack() as opened:
                    writer = open_writer(
                        opened,
                        outputs.part(number),
                        None if alignments is None else alignments.part(number),
                    )
                    for line, translation in enumerate(stream(ahead), number * window):
                        with processes.aloud():
                            for warning in translation.warnings:
                                console.warning(f"line {line + 1}: {warning}")
                        writer.write(line, translation, at_once=False)
            counter.advance(len(ahead))
        group.wait()
        if group.first:
            for parts in files:
                parts.finish()


def _windows(lines: Iterable[str], size: int) -> Iterator[list[str]]:
    remaining = iter(lines)
    while ahead := list(islice(remaining, size)):
        yield ahead
