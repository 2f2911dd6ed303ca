"""A translation as it appears, as server-sent events.

event: partial     {"sentence": 0, "text": "le chat"}       after each step
event: sentence    {"sentence": 0, "source": ..., "text": "le chat dort", "score": ...}
event: done        {"text": "..."}                          the whole text, with its white space
event: error       {"error": "..."}                         instead of what would have followed
"""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Awaitable
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from seq2see.errors import Seq2seeError
from seq2see.serve.catalog import LoadedRun
from seq2see.serve.desk import (
    REFUSALS,
    Desk,
    Gone,
    address_of,
    body_schema,
    key_of,
    read,
)
from seq2see.serve.refusal import Refusal
from seq2see.serve.schemas import StreamRequest
from seq2see.serve.segments import split

Result = TypeVar("Result")

EVENTS = "text/event-stream"
_EVENT = {
    "type": "object",
    "required": ["event", "data"],
    "properties": {
        "event": {
            "enum": ["partial", "sentence", "done", "error"],
            "description": "`partial`: a sentence so far; `sentence`: a whole one, with its score; "
            "`done`: the whole text; `error`: why there is no more.",
        },
        "data": {"type": "string", "description": "A JSON object."},
    },
}
"""Each event of a stream, which is how OpenAPI 3.1 describes streams."""
_STREAMS = 8
"""Most at a time: each keeps the model busy for a sentence of its own."""


def router(desk: Desk) -> APIRouter:
    """Make the endpoint."""
    endpoints = APIRouter(prefix="/v1", tags=["seq2see"], responses=REFUSALS)
    streams = asyncio.Semaphore(_STREAMS)

    @endpoints.post(
        "/stream",
        response_class=StreamingResponse,
        responses={200: {"content": {EVENTS: {"schema": _EVENT}}}},
        openapi_extra=body_schema(StreamRequest),
        summary="Translate, and tell after each step what there is so far",
    )
    async def stream(request: Request) -> StreamingResponse:
        asked = await read(request, StreamRequest)
        desk.admission.admit(key_of(request, asked.api_key), address_of(request))
        desk.service.check_texts([asked.text], asked.beam or 1)
        before, segments = split(asked.text)
        desk.service.check_sentences([one.text for one in segments])
        run = desk.service.catalog.find(asked.run)
        if streams.locked():
            raise Refusal(503, f"{_STREAMS} texts are being streamed; try again in a second.", 1)

        async def events() -> AsyncIterator[str]:
            # A deadline for what is computed, not for the client that listens to it.
            deadline = asyncio.get_running_loop().time() + desk.limits.seconds
            async with streams:
                whole = before
                for number, segment in enumerate(segments):
                    async for event in _sentence(
                        desk, run, number, segment.text, asked.beam, deadline
                    ):
                        yield _event(*event)
                        text = event[1]["text"]
                    whole += text + segment.after
                yield _event("done", {"text": whole})

        return StreamingResponse(_ended(events()), media_type=EVENTS)

    return endpoints


async def _ended(events: AsyncIterator[str]) -> AsyncIterator[str]:
    """Say what went wrong, since the status has been sent already."""
    try:
        async for event in events:
            yield event
    except TimeoutError:
        yield _event("error", {"error": "This took too long; ask for less."})
    except Seq2seeError:
        yield _event("error", {"error": "This text cannot be translated."})


async def _sentence(
    desk: Desk, run: LoadedRun, number: int, text: str, beam: int | None, deadline: float
) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Translate a sentence where models compute, and tell of it here."""
    loop = asyncio.get_running_loop()
    heard: asyncio.Queue[str | None] = asyncio.Queue()
    is_gone = threading.Event()

    def hear(so_far: str) -> None:
        if is_gone.is_set():
            raise Gone
        loop.call_soon_threadsafe(heard.put_nowait, so_far)

    def translate() -> dict[str, Any]:
        if is_gone.is_set():
            raise Gone
        best = run.translator.translate_aloud(text, hear, beam_size=beam).best
        return {"text": best.text, "score": best.score, "log_prob": best.log_prob}

    work = loop.run_in_executor(desk.executor, translate)

    def end(done: "asyncio.Future[dict[str, Any]]") -> None:
        heard.put_nowait(None)
        if not done.cancelled():
            done.exception()  # is raised below, where anybody listens still

    work.add_done_callback(end)
    try:
        last = ""
        while (so_far := await _until(deadline, heard.get())) is not None:
            if so_far != last:  # a step may add nothing that is seen, such as the end
                yield "partial", {"sentence": number, "text": so_far}
            last = so_far
        yield "sentence", {"sentence": number, "source": text, **await _until(deadline, work)}
    finally:
        is_gone.set()  # whoever stops listening stops the search


async def _until(deadline: float, work: Awaitable[Result]) -> Result:
    async with asyncio.timeout_at(deadline):
        return await work


def _event(name: str, content: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(content, ensure_ascii=False)}\n\n"
