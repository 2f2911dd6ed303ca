"""What all interfaces do with a request before they answer it."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from seq2see.serve.admission import Admission, is_loopback
from seq2see.serve.limits import Limits
from seq2see.serve.refusal import Refusal
from seq2see.serve.schemas import ErrorAnswer
from seq2see.serve.service import Service

Model = TypeVar("Model", bound=BaseModel)
Result = TypeVar("Result")

REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorAnswer, "description": description}
    for status, description in {
        400: "The request makes no sense.",
        403: "A valid API key is needed.",
        404: "There is no such run.",
        405: "The endpoint is not asked in that way.",
        408: "The request came too slowly.",
        413: "It is too much.",
        429: "Too many requests; `Retry-After` says when to try again.",
        503: "Too much is waiting, or a run is not loaded; `Retry-After` says when to try again.",
    }.items()
}
"""What every endpoint may refuse."""
_GONE_POLL = 0.2
_LOOKS = 4
"""Traces and players that wait or are made."""


@dataclass(frozen=True)
class Desk:
    """What the interfaces share."""

    service: Service
    admission: Admission
    limits: Limits
    executor: Executor
    """Where models compute."""
    workers: int
    """Processes of the service, of which this is one."""
    places: asyncio.Semaphore = field(default_factory=partial(asyncio.Semaphore, _LOOKS))
    """Of what is computed for one request alone."""

    async def compute(self, request: Request, work: Callable[[], Result]) -> Result:
        """Have something computed where models compute, within the time of a request.

        Raises:
            Refusal: Too much waits already, or it takes too long.
            Gone: The client has gone.
        """
        if self.places.locked():
            raise Refusal(503, "Others look into the models; try again in a second.", 1)
        await self.places.acquire()
        loop = asyncio.get_running_loop()
        begun = self.executor.submit(work)
        # Giving up does not stop what is being computed: only then is its place free.
        begun.add_done_callback(lambda _: loop.call_soon_threadsafe(self.places.release))
        try:
            async with asyncio.timeout(self.limits.seconds):
                return await unless_gone(request, asyncio.wrap_future(begun))
        except TimeoutError:
            raise self.limits.too_slow() from None


async def read(request: Request, model: type[Model], *, form: bool = False) -> Model:
    """Read a JSON object; or a form, where forms are taken and the request says it is one.

    Raises:
        Refusal: It is neither, or something is missing or of the wrong kind.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if form and kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        # All that a form has is texts, which are numbers where they look like them.
        return checked(model, await _form(request), strict=False)
    found = await json_of(request)
    if not isinstance(found, dict):
        raise Refusal(400, "Invalid request: the body must be a JSON object")
    return checked(model, found)


async def _form(request: Request) -> dict[str, Any]:
    try:
        sent = await request.form()
    except Exception:  # whatever a broken form makes its parser raise
        raise Refusal(400, "Invalid request: the form cannot be read") from None
    given = {name: sent.getlist(name) for name in sent}
    if any(not isinstance(value, str) for values in given.values() for value in values):
        raise Refusal(400, "Invalid request: files are not taken here")
    return {name: values if len(values) > 1 else values[0] for name, values in given.items()}


async def json_of(request: Request) -> Any:
    """Read JSON.

    Raises:
        Refusal: It is none, or holds what no text may hold.
    """
    try:
        found = json.loads((await request.body()).decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refusal(400, "Invalid request: the body is not JSON in UTF-8") from None
    _check_characters(found)
    return found


def _check_characters(value: Any) -> None:
    """Refuse halves of surrogate pairs, which are no characters, wherever they are."""
    match value:
        case str():
            if not value.isascii():
                try:
                    value.encode()
                except UnicodeEncodeError:
                    raise Refusal(400, "Invalid request: a text is not valid Unicode") from None
        case list():
            for one in value:
                _check_characters(one)
        case dict():
            for name, one in value.items():
                _check_characters(name)
                _check_characters(one)


def checked(model: type[Model], given: Mapping[str, Any], *, strict: bool = True) -> Model:
    """Make a request of what was given; ``strict``: a text is no number, nor is true.

    Raises:
        Refusal: Something is missing or of the wrong kind; its name is in the message.
    """
    try:
        return model.model_validate(given, strict=strict)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"] if isinstance(part, str)) or "body"
        if first["type"] == "missing":
            raise Refusal(400, f"Invalid request: missing {name} parameter") from None
        name = name.partition(".")[0]
        raise Refusal(
            400, f"Invalid request: {name} {first['msg'][:1].lower()}{first['msg'][1:]}"
        ) from None


def address_of(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client is not None else ""


def is_by_page(request: Request) -> bool:
    """Whether a page of another site made a browser ask.

    Pages cannot leave these headers out. A name in ``Host`` that is not this machine's own may be
    one that such a page has had pointed here.
    """
    headers = request.headers
    host = headers.get("host", "")
    name = host.rpartition(":")[0] if re.search(r":\d+$", host) else host
    return (
        headers.get("origin", "").partition("//")[2] not in ("", host)
        or headers.get("origin") == "null"
        or headers.get("sec-fetch-site", "none") not in ("same-origin", "none")
        or not is_loopback(name)
    )


def key_of(request: Request, given: str | None) -> str | None:
    """The API key: in the request, or in the header ``Authorization: Bearer KEY``."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return given or (key.strip() if scheme.lower() == "bearer" else None)


async def unless_gone(request: Request, work: Awaitable[Result]) -> Result:
    """Do some work; give it up when the client goes, so that others get its place.

    Raises:
        Gone: It has gone.
    """
    task = asyncio.ensure_future(work)
    try:
        while True:
            done, _ = await asyncio.wait((task,), timeout=_GONE_POLL)
            if done:
                return task.result()
            if await request.is_disconnected():
                raise Gone
    finally:
        task.cancel()


class Gone(Exception):  # noqa: N818 - nobody is left to whom it could be an error
    """The client went away before it was answered."""


def body_schema(
    model: type[BaseModel], *, form: bool = False, required: bool = True
) -> dict[str, Any]:
    """Describe a request's body for OpenAPI, where the endpoint reads it itself."""
    schema = model.model_json_schema()
    content: dict[str, Any] = {"application/json": {"schema": schema}}
    if form:
        content["application/x-www-form-urlencoded"] = {"schema": schema}
    return {"requestBody": {"required": required, "content": content}}
