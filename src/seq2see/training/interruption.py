"""Ctrl-C as a request, so that training stops between two updates and not inside one."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interruptible(*, insistent: bool = True) -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C or SIGTERM into a request, which the yielded function tells of.

    Args:
        insistent: Whether a second one means more than the first. Not so under ``torchrun``, which
            passes a Ctrl-C on that every process has got already, and kills who takes too long.

    Raises:
        KeyboardInterrupt: Someone asked a second time, who cannot wait.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False  # signals reach the main thread only
        return
    asked = False

    def ask(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked and insistent:
            raise KeyboardInterrupt
        asked = True

    previous = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
