"""The outermost layer: reads requests within limits, and turns whatever happens into an answer.

Nothing about this machine is in any answer: no traceback, no path, no name of a library.
"""

import asyncio
import logging
from contextlib import suppress
from time import perf_counter
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from seq2see.serve.limits import Limits
from seq2see.serve.metrics import Metrics
from seq2see.serve.refusal import Refusal

LOG = logging.getLogger("seq2see.serve")
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' "
    "data:; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_OUTSIDE = "(none)"
"""Endpoint of requests that have none: what a stranger asks for must not become a label."""


class Guard:
    """ASGI middleware around the whole application.

    Args:
        app: The application.
        limits: What is read.
        metrics: Where requests are counted.
    """

    def __init__(self, app: ASGIApp, limits: Limits, metrics: Metrics) -> None:
        self._app = app
        self._limits = limits
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = perf_counter()
        answer = _Answer(send)
        try:
            try:
                body = await self._read(scope, receive)
            except Refusal as refusal:
                await self._refuse_unread(answer, refusal, scope, receive)
                return
            if body is None:
                return  # it has gone
            await self._app(scope, _replay(body, receive), answer.send)
        except Refusal as refusal:
            await self._refuse(answer, refusal, scope, receive)
        except asyncio.CancelledError:
            raise
        except Exception:
            LOG.exception("a request failed", extra={"fields": {"path": _endpoint(scope)}})
            unknown = Refusal(500, "Something went wrong here; it has been noted.")
            await self._refuse(answer, unknown, scope, receive)
        finally:
            self._note(scope, answer.status, perf_counter() - begun)

    async def _refuse(
        self, answer: "_Answer", refusal: Refusal, scope: Scope, receive: Receive
    ) -> None:
        if answer.status is None:  # else it is too late, and the answer ends in its middle
            await refusal.response()(scope, receive, answer.send)

    async def _refuse_unread(
        self, answer: "_Answer", refusal: Refusal, scope: Scope, receive: Receive
    ) -> None:
        """Refuse, and only then end the connection, throwing away what still arrives.

        Many clients send all they have before they read: were the connection ended at once, they
        would never see the answer. One that expects to be told to go on has not begun.
        """

        async def send(message: Message) -> None:
            await answer.send(
                {**message, "more_body": True} if "body" in message else message  # to be ended
            )

        await refusal.response()(scope, receive, send)
        if refusal.status == 413 and b"expect" not in dict(scope["headers"]):
            with suppress(TimeoutError):
                async with asyncio.timeout(self._limits.body_seconds):
                    while (await receive()).get("more_body"):
                        pass
        await answer.send({"type": "http.response.body", "body": b""})

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        """Read the whole request; None if its client has gone."""
        limits = self._limits
        too_large = Refusal(413, f"The request is larger than {limits.body_bytes} bytes.")
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if length.isdigit() and int(length) > limits.body_bytes:
            raise too_large
        chunks: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(limits.body_seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return None
                    chunks.append(message.get("body", b""))
                    size += len(chunks[-1])
                    if size > limits.body_bytes:
                        raise too_large
                    if not message.get("more_body"):
                        return b"".join(chunks)
        except TimeoutError:
            raise Refusal(
                408, f"The request did not arrive within {limits.body_seconds:g} seconds."
            ) from None

    def _note(self, scope: Scope, status: int | None, seconds: float) -> None:
        endpoint = _endpoint(scope)
        code = "gone" if status is None else str(status)
        self._metrics.requests.labels(endpoint, code).inc()
        self._metrics.seconds.labels(endpoint).observe(seconds)
        fields = {
            "method": scope["method"],
            "endpoint": endpoint,
            "status": code,
            "seconds": round(seconds, 4),
        }
        LOG.info("request", extra={"fields": fields})


class _Answer:
    """What is sent, with our headers."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status: int | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = {name.lower() for name, _ in message["headers"]}
            ours = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
            message["headers"] = [
                *message["headers"],
                *((name, value) for name, value in ours if name not in given),
            ]
        await self._send(message)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Give what was read once more, and then whatever comes."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return pending.pop() if pending else await receive()

    return again


def _endpoint(scope: Scope) -> str:
    """The path of the endpoint that answered, as it is written in the program."""
    route: Any = scope.get("route")
    return str(route.path) if route is not None else _OUTSIDE
