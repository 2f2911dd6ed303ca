"""Clients that would hold a connection up, by asking slowly or by taking nothing."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import pytest
import uvicorn

from seq2see.serve.protocol import Protocol

SECONDS = 0.6
LARGE = 8_000_000
Message = MutableMapping[str, Any]


class Hurried(Protocol):
    seconds = SECONDS


async def application(
    scope: Message,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Any], Awaitable[None]],
) -> None:
    """Read a request; /large has a large answer, others a small one."""
    while (await receive()).get("more_body"):
        pass
    body = b"x" * LARGE if scope["path"] == "/large" else b"well"
    length = str(len(body)).encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]}
    )
    await send({"type": "http.response.body", "body": body})


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def tried(talk: Callable[[Callable[[], Awaitable[Streams]]], Awaitable[None]]) -> None:
    """Talk to a server."""

    async def run() -> None:
        listening = socket.create_server(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        server = uvicorn.Server(
            uvicorn.Config(application, http=Hurried, ws="none", lifespan="off", log_level="error")
        )
        task = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            await talk(lambda: asyncio.open_connection("127.0.0.1", port))
        finally:
            server.should_exit = True
            await task

    asyncio.run(run())


async def seconds_until_end(reader: asyncio.StreamReader) -> float:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    try:
        async with asyncio.timeout(20 * SECONDS):
            while await reader.read(1000):
                pass
    except ConnectionResetError:
        pass
    return loop.time() - begun


async def trickle(writer: asyncio.StreamWriter, data: bytes) -> None:
    """Send a byte often enough for timers that start anew with each of them."""
    for byte in data:
        writer.write(bytes([byte]))
        await asyncio.sleep(SECONDS / 6)


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET / HTTP/1.1\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /again HT",
    ],
    ids=["nothing", "half a head", "half a body", "half a second request"],
)
def test_a_request_that_trickles_in_is_given_up(begun: bytes) -> None:
    async def talk(connect: Callable[[], Awaitable[Streams]]) -> None:
        reader, writer = await connect()
        writer.write(begun)
        slow = asyncio.create_task(trickle(writer, b"X" * 100 if begun else b""))
        assert SECONDS * 0.5 < await seconds_until_end(reader) < SECONDS * 10
        slow.cancel()
        writer.close()

    tried(talk)


def test_a_client_that_takes_nothing_is_left() -> None:
    async def talk(connect: Callable[[], Awaitable[Streams]]) -> None:
        reader, writer = await connect()
        writer.write(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.sleep(SECONDS * 4)
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await reader.readexactly(LARGE)
        writer.close()

    tried(talk)


def test_one_that_takes_it_slowly_gets_it_all() -> None:
    async def talk(connect: Callable[[], Awaitable[Streams]]) -> None:
        reader, writer = await connect()
        writer.write(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200")
        for _ in range(8):  # in more time than it has to take some
            await reader.readexactly(LARGE // 8)
            await asyncio.sleep(SECONDS / 3)
        writer.close()

    tried(talk)


def test_requests_may_follow_each_other_after_a_while() -> None:
    async def talk(connect: Callable[[], Awaitable[Streams]]) -> None:
        reader, writer = await connect()
        for _ in range(3):
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            await reader.readuntil(b"well")
            await asyncio.sleep(SECONDS * 1.5)
        writer.close()

    tried(talk)
