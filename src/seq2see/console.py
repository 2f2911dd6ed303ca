"""What commands say, and where: results to standard output, everything else to standard error.

Colour, width and ``NO_COLOR`` are rich's business. rich is imported only when something is drawn.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.progress import Progress as Bars

# Of tables in files and pipes, which have no width of their own.
WIDTH = 100


def results() -> "Console":
    """The console of results. Text is printed as it is: no markup, no emoji codes, no colouring."""
    return _console(stderr=False)


def notes() -> "Console":
    """The console of progress and remarks."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> "Console":
    from rich.console import Console

    console = Console(stderr=stderr, markup=False, emoji=False, highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        # Files and pipes have no width: no text is folded or cut there.
        console.width = 1000
        console.soft_wrap = True
    return console


def show(drawing: "RenderableType", *, stderr: bool = False) -> None:
    """Draw a table, as wide as the terminal; elsewhere plainly, without blanks at line ends."""
    console = _console(stderr=stderr)
    if console.is_terminal:
        console.print(drawing)
        return
    if "COLUMNS" not in os.environ:
        console.width = WIDTH
    with console.capture() as captured:
        console.print(drawing, soft_wrap=False)
    lines = [line.rstrip() for line in captured.get().removesuffix("\n").split("\n")]
    print("\n".join(lines), file=sys.stderr if stderr else sys.stdout, flush=True)


def note(text: str) -> None:
    """Write a remark, at once."""
    print(text, file=sys.stderr, flush=True)


def error(message: str) -> None:
    """Say why a command failed, as ``seq2see: error: ...``."""
    note(f"seq2see: error: {message}")


def warning(message: str) -> None:
    """Say what a command did otherwise than the user may expect."""
    note(f"seq2see: warning: {message}")


@runtime_checkable
class Progress(Protocol):
    """How far a long task has come."""

    def advance(self, count: int = 1, note: str = "") -> None:
        """Count some more, and show ``note`` (a loss, a speed) beside the count."""
        ...

    def say(self, text: str) -> None:
        """Print a line that stays."""
        ...


@contextmanager
def progress(
    label: str, total: int | None = None, *, done: int = 0, every: float = 5.0
) -> Iterator[Progress]:
    """Show progress on standard error: a bar on a terminal, otherwise a line now and then.

    Args:
        label: What is being done.
        total: How much there is to count; absent where nobody knows.
        done: How much of it was done before.
        every: Seconds between lines where there is no terminal.
    """
    console = notes()
    if not console.is_terminal or console.is_dumb_terminal:
        lines = LineProgress(label, total, done=done, every=every, write=note)
        yield lines
        lines.finish()
        return

    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
        TextColumn("{task.fields[note]}", markup=False),
    )
    with Bars(*columns, console=console) as bars:
        yield BarProgress(bars, label, total, done)


class BarProgress:
    """Progress as a bar that moves."""

    def __init__(self, bars: "Bars", label: str, total: int | None, done: int = 0) -> None:
        self._bars = bars
        self._task = bars.add_task(label, total=total, completed=done, note="")

    def advance(self, count: int = 1, note: str = "") -> None:
        """Move the bar; an empty note leaves the last one."""
        if note:
            self._bars.update(self._task, advance=count, note=note)
        else:
            self._bars.update(self._task, advance=count)

    def say(self, text: str) -> None:
        """Print a line above the bar."""
        self._bars.console.print(text)


class LineProgress:
    """Progress as lines, for logs and pipes: one every few seconds, and one at the end."""

    def __init__(
        self,
        label: str,
        total: int | None,
        *,
        done: int = 0,
        every: float,
        write: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._label = label
        self._total = total
        self._every = every
        self._write = write
        self._clock = clock
        self._begun = self._written = clock()
        self._done = done
        self._shown = -1
        self._note = ""

    def advance(self, count: int = 1, note: str = "") -> None:
        """Count; write a line if the last one is long enough ago."""
        self._done += count
        self._note = note or self._note
        if self._clock() - self._written >= self._every:
            self._line()

    def say(self, text: str) -> None:
        """Write a line at once."""
        self._write(text)

    def finish(self) -> None:
        """Write the last count, unless it stands there already."""
        if self._done != self._shown:
            self._line()

    def _line(self) -> None:
        self._written = self._clock()
        self._shown = self._done
        count = f"{self._done:,}"
        if self._total:
            count += f" of {self._total:,} ({self._done / self._total:.0%})"
        parts = [f"{self._label}: {count}", f"{self._written - self._begun:.0f} s", self._note]
        self._write(", ".join(part for part in parts if part))
