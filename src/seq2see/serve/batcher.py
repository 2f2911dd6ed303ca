"""Sentences of many requests, translated together.

A batch costs little more than a sentence, so whatever waits is translated at once: while one batch
is computed, the next gathers. Only after idleness does a batch wait for others, a few milliseconds.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Generic, NamedTuple, TypeVar

from seq2see.serve.refusal import Refusal

Options = TypeVar("Options")
Answer = TypeVar("Answer")

DELAY = 0.003
"""Seconds that the first sentence after idleness waits for others."""
BATCH = 64
"""Most sentences of a batch."""
STRETCH = 2
"""How many times as long as its shortest the longest sentence of a batch may be."""


@dataclass(frozen=True, eq=False)
class _Waiting(Generic[Options, Answer]):
    """A sentence that waits."""

    text: str
    options: Options
    answer: "asyncio.Future[Answer]"
    since: float


class Batch(NamedTuple):
    """What there is to say of sentences that are about to be translated together."""

    sentences: int
    waited: float
    """Seconds that the oldest waited."""
    waiting: int
    """Sentences that wait for the next batches."""


class Batcher(Generic[Options, Answer]):
    """Gathers sentences, and has them translated off the event loop.

    Sentences whose clients have gone are left out. Those with other options wait for their turn,
    and nobody is overtaken for ever: the oldest sentence is in the next batch.

    Args:
        translate: Translates sentences with the same options; runs on the executor.
        executor: Where it runs.
        capacity: Most sentences that wait.
        observe: Is told of each batch.
    """

    def __init__(
        self,
        translate: Callable[[list[str], Options], list[Answer]],
        executor: Executor,
        *,
        capacity: int,
        observe: Callable[[Batch], None],
    ) -> None:
        self._translate = translate
        self._executor = executor
        self._capacity = capacity
        self._observe = observe
        self._waiting: deque[_Waiting[Options, Answer]] = deque()
        self._taken: list[_Waiting[Options, Answer]] = []
        """Those of the batches that are being translated."""
        self._is_ending = False
        self._is_closed = False
        self._arrived = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None

    async def translate(self, texts: Sequence[str], options: Options) -> list[Answer]:
        """Translate sentences, possibly together with those of others.

        Raises:
            Refusal: Too many wait already, or it is closed.
        """
        if self._is_closed:
            raise _unloaded()
        if len(self._waiting) + len(texts) > self._capacity:
            raise Refusal(503, "Too many sentences are waiting; try again in a second.", 1)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        loop = asyncio.get_running_loop()
        now = perf_counter()
        mine = [_Waiting(text, options, loop.create_future(), now) for text in texts]
        self._waiting.extend(mine)
        self._arrived.set()
        try:
            return list(await asyncio.gather(*(one.answer for one in mine)))
        finally:
            for one in mine:  # of a request that was given up, none is worth translating
                one.answer.cancel()

    def finish(self) -> None:
        """Stop as soon as nobody waits."""
        self._is_ending = True
        self._arrived.set()

    async def close(self) -> None:
        """Stop at once; whoever still waits is refused, and so is whoever comes."""
        self._is_closed = True
        if self._worker is not None:
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)
        _fail([*self._taken, *self._waiting], _unloaded())
        self._waiting.clear()

    async def _work(self) -> None:
        while self._waiting or not self._is_ending:
            if not self._waiting:
                self._arrived.clear()
                await self._arrived.wait()
                await asyncio.sleep(DELAY)
            for batch in self._next():
                await self._answer(batch)

    def _next(self) -> Iterator[list[_Waiting[Options, Answer]]]:
        """Take the oldest sentences with the same options, in batches of similar length."""
        live = [one for one in self._waiting if not one.answer.done()]
        chosen = [one for one in live if one.options == live[0].options][:BATCH]
        taken = set(map(id, chosen))
        self._waiting = deque(one for one in live if id(one) not in taken)
        self._taken = sorted(chosen, key=lambda one: len(one.text))  # short ones do not wait long
        batch: list[_Waiting[Options, Answer]] = []
        for one in self._taken:
            if batch and len(one.text) > STRETCH * max(len(batch[0].text), 20):
                yield batch
                batch = []
            batch.append(one)
        if batch:
            yield batch

    async def _answer(self, batch: list[_Waiting[Options, Answer]]) -> None:
        batch = [one for one in batch if not one.answer.done()]
        if not batch:
            return
        waited = perf_counter() - min(one.since for one in batch)
        self._observe(Batch(len(batch), waited, len(self._waiting)))
        loop = asyncio.get_running_loop()
        texts = [one.text for one in batch]
        try:
            answers = await loop.run_in_executor(
                self._executor, self._translate, texts, batch[0].options
            )
        except Exception as error:  # the request it belongs to answers for it, and no other
            if len(batch) == 1:
                _fail(batch, error)
                return
            middle = len(batch) // 2
            await self._answer(batch[:middle])
            await self._answer(batch[middle:])
            return
        for one, answer in zip(batch, answers, strict=True):
            if not one.answer.done():
                one.answer.set_result(answer)


def _unloaded() -> Refusal:
    return Refusal(503, "This run is being unloaded; try again.", 1)


def _fail(waiting: Iterable[_Waiting[Any, Any]], error: Exception) -> None:
    for one in waiting:
        if not one.answer.done():
            one.answer.set_exception(error)
