"""HTTP that nobody can hold up: clients have so long to ask, and to take what they are given."""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


class Protocol(H11Protocol):
    """uvicorn's protocol, which by itself waits for ever for a request and for a slow reader."""

    seconds = 15.0
    """In which a whole request must arrive, and some of what is sent must be taken."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._asking: asyncio.TimerHandle | None = None
        self._taking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Expect a request."""
        super().connection_made(transport)
        self._asking = self.loop.call_later(self.seconds, self.transport.abort)

    def data_received(self, data: bytes) -> None:
        """Expect the rest of the request, until it is whole."""
        super().data_received(data)
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            _cancel(self._asking)
            self._asking = None
        elif self._asking is None:
            self._asking = self.loop.call_later(self.seconds, self.transport.abort)

    def pause_writing(self) -> None:
        """Expect the client to take what was sent."""
        super().pause_writing()
        self._watch_taking()

    def resume_writing(self) -> None:
        """It has."""
        super().resume_writing()
        _cancel(self._taking)

    def connection_lost(self, exc: Exception | None) -> None:
        """Expect nothing any more."""
        _cancel(self._asking)
        _cancel(self._taking)
        super().connection_lost(exc)

    def _watch_taking(self, before: int | None = None) -> None:
        """Leave a client that has taken nothing of the bytes that were left before."""
        left = self.transport.get_write_buffer_size()
        if before is not None and left >= before:
            self.transport.abort()
        else:
            self._taking = self.loop.call_later(self.seconds, self._watch_taking, left)


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
