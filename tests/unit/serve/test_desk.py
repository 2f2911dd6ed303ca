"""What is computed for one request alone: within its time, and few at once."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import pytest
from fastapi import Request

from seq2see.decoding.translator import Translator
from seq2see.serve.admission import Admission
from seq2see.serve.catalog import Catalog
from seq2see.serve.desk import Desk, Gone
from seq2see.serve.limits import Limits
from seq2see.serve.refusal import Refusal
from seq2see.serve.service import Cache, Service


class Client:
    """One that waits, or has gone."""

    def __init__(self, *, has_gone: bool = False) -> None:
        self.has_gone = has_gone

    async def is_disconnected(self) -> bool:
        return self.has_gone


HERE = cast("Request", Client())
LEFT = cast("Request", Client(has_gone=True))


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(max_workers=4) as pool:
        yield pool


@pytest.fixture
def opened(executor: ThreadPoolExecutor) -> Iterator[threading.Event]:
    """What work waits for; at the end it is let go, lest its threads never end."""
    event = threading.Event()
    yield event
    event.set()


def desk_of(executor: ThreadPoolExecutor, seconds: float) -> Desk:
    """One without runs."""
    limits = Limits(seconds=seconds)

    def load(path: Path) -> Translator:
        raise AssertionError(path)

    def note(*_: object) -> None:
        pass

    catalog = Catalog({}, load, executor, capacity=1, observe=note, count=note)
    service = Service(catalog, limits, Cache(1, note), log_texts=False)
    return Desk(service, Admission((), None), limits, executor, workers=1)


def test_what_takes_too_long_is_refused(
    executor: ThreadPoolExecutor, opened: threading.Event
) -> None:

    async def ask() -> None:
        desk = desk_of(executor, seconds=0.1)
        with pytest.raises(Refusal, match=r"longer than 0\.1 seconds") as refused:
            await desk.compute(HERE, opened.wait)
        assert refused.value.status == 503

    asyncio.run(ask())


def test_places_are_free_when_the_work_is_done(
    executor: ThreadPoolExecutor, opened: threading.Event
) -> None:
    """Giving up a request does not stop its work, which goes on taking a place."""

    async def ask() -> None:
        desk = desk_of(executor, seconds=20.0)
        left = [asyncio.create_task(desk.compute(LEFT, opened.wait)) for _ in range(4)]
        assert [type(one) for one in await asyncio.gather(*left, return_exceptions=True)] == [
            Gone
        ] * 4
        with pytest.raises(Refusal, match="Others look into the models"):
            await desk.compute(HERE, lambda: "done")
        opened.set()
        async with asyncio.timeout(20):
            while desk.places.locked():
                await asyncio.sleep(0.01)
        assert await desk.compute(HERE, lambda: "done") == "done"

    asyncio.run(ask())
