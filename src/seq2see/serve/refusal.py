"""A request that is not answered, and what its client is told."""

from collections.abc import Mapping

from starlette.responses import JSONResponse


class Refusal(Exception):  # noqa: N818 - nothing went wrong here
    """A request that is refused.

    Args:
        status: The HTTP status.
        message: One sentence for the client.
        retry_after: Seconds after which the same request may succeed; None: it never will.
    """

    def __init__(self, status: int, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.retry_after = retry_after

    @property
    def headers(self) -> dict[str, str]:
        """What else goes with it."""
        given = {}
        if self.retry_after is not None:
            given["Retry-After"] = str(self.retry_after)
        if self.status in (408, 413):
            given["Connection"] = "close"  # the rest of the request may never be read
        return given

    def response(self, headers: Mapping[str, str] | None = None) -> JSONResponse:
        """Say it to a program."""
        return JSONResponse(
            {"error": self.message}, self.status, {**(headers or {}), **self.headers}
        )
