"""Sentences of many requests, answered together and to the right ones."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from seq2see.serve.batcher import BATCH, Batch, Batcher
from seq2see.serve.refusal import Refusal


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(max_workers=1) as pool:
        yield pool


def batcher_of(
    translate: Callable[[list[str], str], list[str]],
    executor: ThreadPoolExecutor,
    *,
    capacity: int,
    seen: list[Batch] | None = None,
) -> Batcher[str, str]:
    observe = ([] if seen is None else seen).append
    return Batcher(translate, executor, capacity=capacity, observe=observe)


class Upper:
    """Translates into capitals, behind the option; can be held up."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, texts: list[str], options: str) -> list[str]:
        assert self.gate.wait(20)
        self.batches.append(texts)
        if "fail" in texts:
            raise ValueError("broken")
        return [options + text.upper() for text in texts]


def test_many_requests_share_a_batch(executor: ThreadPoolExecutor) -> None:
    upper, seen = Upper(), list[Batch]()

    async def ask() -> list[list[str]]:
        batcher = batcher_of(upper, executor, capacity=100, seen=seen)
        try:
            return await asyncio.gather(
                *(batcher.translate([f"a{n}", f"b{n}"], "") for n in range(10))
            )
        finally:
            await batcher.close()

    assert asyncio.run(ask()) == [[f"A{n}", f"B{n}"] for n in range(10)]
    assert len(upper.batches) == 1
    assert seen[0].sentences == 20


def test_what_comes_meanwhile_is_the_next_batch(executor: ThreadPoolExecutor) -> None:
    upper = Upper()

    async def ask() -> None:
        batcher = batcher_of(upper, executor, capacity=1000)
        upper.gate.clear()
        first = asyncio.create_task(batcher.translate(["first"], ""))
        await asyncio.sleep(0.1)
        rest = [asyncio.create_task(batcher.translate([f"r{n:02}"], "")) for n in range(BATCH + 6)]
        await asyncio.sleep(0.05)
        upper.gate.set()
        assert await first == ["FIRST"]
        assert await asyncio.gather(*rest) == [[f"R{n:02}"] for n in range(BATCH + 6)]
        await batcher.close()

    asyncio.run(ask())
    assert [len(batch) for batch in upper.batches] == [1, BATCH, 6]


def test_other_options_are_another_batch(executor: ThreadPoolExecutor) -> None:
    upper = Upper()

    async def ask() -> list[list[str]]:
        batcher = batcher_of(upper, executor, capacity=100)
        asked = (batcher.translate([f"t{n}"], "xy"[n % 2]) for n in range(6))
        found = await asyncio.gather(*asked)
        await batcher.close()
        return found

    assert asyncio.run(ask()) == [[f"{'xy'[n % 2]}T{n}"] for n in range(6)]
    assert len(upper.batches) == 2


def test_short_sentences_do_not_wait_for_long_ones(executor: ThreadPoolExecutor) -> None:
    upper = Upper()

    async def ask() -> None:
        batcher = batcher_of(upper, executor, capacity=100)
        await asyncio.gather(*(batcher.translate([text], "") for text in ("z" * 500, "a", "b")))
        await batcher.close()

    asyncio.run(ask())
    assert upper.batches == [["a", "b"], ["z" * 500]]


def test_too_many_are_refused_at_once(executor: ThreadPoolExecutor) -> None:
    async def ask() -> None:
        batcher = batcher_of(Upper(), executor, capacity=3)
        with pytest.raises(Refusal) as refusal:
            await batcher.translate(["a", "b", "c", "d"], "")
        assert (refusal.value.status, refusal.value.retry_after) == (503, 1)
        assert await batcher.translate(["a", "b", "c"], "") == ["A", "B", "C"]
        await batcher.close()

    asyncio.run(ask())


def test_nothing_is_translated_for_those_who_left(executor: ThreadPoolExecutor) -> None:
    upper = Upper()

    async def ask() -> None:
        batcher = batcher_of(upper, executor, capacity=4)
        upper.gate.clear()
        first = asyncio.create_task(batcher.translate(["first"], ""))
        await asyncio.sleep(0.1)
        gone = asyncio.create_task(batcher.translate(["gone", "too", "and"], ""))
        await asyncio.sleep(0.05)
        gone.cancel()
        await asyncio.sleep(0.05)
        stays = asyncio.create_task(batcher.translate(["stays"], ""))
        await asyncio.sleep(0.05)
        upper.gate.set()
        assert (await first, await stays) == (["FIRST"], ["STAYS"])
        await batcher.close()

    asyncio.run(ask())
    assert upper.batches == [["first"], ["stays"]]


def test_a_failure_is_told_to_those_it_concerns(executor: ThreadPoolExecutor) -> None:
    async def ask() -> None:
        batcher = batcher_of(Upper(), executor, capacity=100)
        with pytest.raises(ValueError, match="broken"):
            await batcher.translate(["fail"], "")
        assert await batcher.translate(["next"], "") == ["NEXT"]
        await batcher.close()

    asyncio.run(ask())


def test_a_failure_spares_those_who_came_along(executor: ThreadPoolExecutor) -> None:
    async def ask() -> None:
        batcher = batcher_of(Upper(), executor, capacity=100)
        asked = [batcher.translate([text], "") for text in ("a", "fail", "b", "c", "d")]
        first, failed, *others = await asyncio.gather(*asked, return_exceptions=True)
        assert isinstance(failed, ValueError)
        assert [first, *others] == [["A"], ["B"], ["C"], ["D"]]
        await batcher.close()

    asyncio.run(ask())


def test_one_that_finishes_answers_all_and_is_done(executor: ThreadPoolExecutor) -> None:
    async def ask() -> None:
        batcher = batcher_of(Upper(), executor, capacity=100)
        asked = [asyncio.create_task(batcher.translate([text], "")) for text in ("a", "b" * 200)]
        await asyncio.sleep(0)
        batcher.finish()
        assert await asyncio.gather(*asked) == [["A"], ["B" * 200]]
        await asyncio.sleep(0.05)
        assert asyncio.all_tasks() == {asyncio.current_task()}  # nothing of it goes on
        assert await batcher.translate(["late"], "") == ["LATE"]

    asyncio.run(ask())


def test_whoever_waits_when_it_closes_is_refused(executor: ThreadPoolExecutor) -> None:
    upper = Upper()

    async def ask() -> None:
        batcher = batcher_of(upper, executor, capacity=100)
        upper.gate.clear()
        asked: list[asyncio.Task[list[str]]] = []
        for text in ("first", "second", "third " * 30):
            asked.append(asyncio.create_task(batcher.translate([text], "")))
            await asyncio.sleep(0.1)
        await batcher.close()
        upper.gate.set()
        late = batcher.translate(["late"], "")
        ended = await asyncio.gather(*asked, late, return_exceptions=True)
        assert all(isinstance(one, Refusal) and one.status == 503 for one in ended)

    asyncio.run(ask())
