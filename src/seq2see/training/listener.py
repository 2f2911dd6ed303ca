"""Who is told how training goes; the loop knows no terminal."""

from contextlib import ExitStack
from typing import Protocol, runtime_checkable

from seq2see import console
from seq2see.data.doctor import Diagnosis
from seq2see.data.doctor_view import remarks, table


@runtime_checkable
class Listener(Protocol):
    """Receives what a person would want to see while waiting."""

    def say(self, text: str) -> None:
        """A line worth keeping."""
        ...

    def examined(self, diagnosis: Diagnosis) -> None:
        """What the doctor found in the data."""
        ...

    def start(self, done: int, total: int) -> None:
        """Updates begin, ``done`` of ``total`` having been made before."""
        ...

    def advance(self, count: int = 1, note: str = "") -> None:
        """Some updates are done; ``note`` says how it goes."""
        ...

    def finish(self) -> None:
        """Updates are over, in whatever way."""
        ...


class Silent:
    """Tells nobody."""

    def say(self, text: str) -> None:
        """Ignore a line."""

    def examined(self, diagnosis: Diagnosis) -> None:
        """Ignore a diagnosis."""

    def start(self, done: int, total: int) -> None:
        """Ignore the beginning."""

    def advance(self, count: int = 1, note: str = "") -> None:
        """Ignore progress."""

    def finish(self) -> None:
        """Ignore the end."""


class OnConsole:
    """Tells a person on standard error: a bar on a terminal, elsewhere lines now and then."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._progress: console.Progress | None = None

    def say(self, text: str) -> None:
        """Write a line, above the bar where there is one."""
        if self._progress is None:
            console.note(text)
        else:
            self._progress.say(text)

    def examined(self, diagnosis: Diagnosis) -> None:
        """Show what the doctor warns of; notes are only counted."""
        if any(finding.severity in ("warning", "fatal") for finding in diagnosis.findings):
            console.show(table(diagnosis, brief=True), stderr=True)
        if line := remarks(diagnosis):
            console.note(line)

    def start(self, done: int, total: int) -> None:
        """Begin to count."""
        self._progress = self._open.enter_context(console.progress("updates", total, done=done))

    def advance(self, count: int = 1, note: str = "") -> None:
        """Count."""
        if self._progress is not None:
            self._progress.advance(count, note)

    def finish(self) -> None:
        """Close the bar."""
        self._open.close()
        self._progress = None
