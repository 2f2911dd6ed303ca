"""Items made ahead of time, in a thread."""

import itertools
import threading
import time
from collections.abc import Iterator

import pytest

from seq2see.data.prefetch import ahead


def names() -> set[str]:
    return {thread.name for thread in threading.enumerate()}


def test_items_come_in_their_order() -> None:
    assert list(ahead(iter(range(100)), depth=3)) == list(range(100))
    assert "ahead" not in names()


def test_only_a_few_are_made_ahead() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in itertools.count():
            made.append(number)
            yield number

    coming = ahead(items(), depth=2)
    assert next(coming) == 0
    for _ in range(1000):  # two wait, and one more is in the thread's hands
        if len(made) == 4:
            break
        time.sleep(0.005)
    time.sleep(0.02)
    assert made == [0, 1, 2, 3]
    coming.close()
    assert "ahead" not in names()


def test_an_error_is_raised_where_its_item_would_have_come() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise KeyError("broken")

    coming = ahead(items())
    assert next(coming) == 1
    with pytest.raises(KeyError, match="broken"):
        next(coming)
    assert "ahead" not in names()


def test_a_generator_that_is_closed_before_it_began_leaves_nothing() -> None:
    ahead(iter([1])).close()
    assert "ahead" not in names()
