"""Work done ahead of time, in a thread of its own."""

from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Event, Thread
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True)
class _Made(Generic[Item]):
    item: Item


@dataclass(frozen=True)
class _Ended:
    error: BaseException | None


def ahead(items: Iterator[Item], depth: int = 4) -> Generator[Item, None, None]:
    """Yield items in their order, making the next few while the last one is being used.

    An error while making one is raised where it would have been yielded. Closing the generator ends
    the thread.

    Args:
        items: Makes the items; nobody else may go through it.
        depth: How many are made ahead.
    """
    made: Queue[_Made[Item] | _Ended] = Queue(depth)
    closed = Event()

    def make() -> None:
        error = None
        try:
            for item in items:
                made.put(_Made(item))
                if closed.is_set():
                    return
        except BaseException as raised:  # raised again below
            error = raised
        made.put(_Ended(error))

    thread = Thread(target=make, name="ahead", daemon=True)
    thread.start()
    try:
        while isinstance(got := made.get(), _Made):
            yield got.item
        if got.error is not None:
            raise got.error
    finally:
        closed.set()
        while thread.is_alive():
            with suppress(Empty):  # what it waits to hand over
                made.get_nowait()
            thread.join(0.01)
