"""Pages for people: the translator, and the player on one of its sentences."""

from collections.abc import Awaitable, Callable
from functools import partial
from html import escape
from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from seq2see.serve.catalog import LoadedRun
from seq2see.serve.desk import Desk, address_of, checked, key_of, read
from seq2see.serve.refusal import Refusal
from seq2see.serve.schemas import Schema
from seq2see.views.live import page_of_translators
from seq2see.views.page import Language

PAGE = "index.html"
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
# The player is one file, with everything inside it. It gets an origin of its own, from which
# nothing of this service can be reached.
PLAYER_POLICY = (
    "sandbox allow-scripts allow-downloads allow-modals; default-src 'none'; script-src "
    "'unsafe-inline' blob:; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
_LIVE = 1_000_000
"""Parameters up to which a player gets the weights, some 3 MB."""


_REFUSED = (
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<title>seq2see</title>\n<link rel="stylesheet" href="page.css">\n</head>\n<body>\n<main>\n'
    '<h1>seq2see</h1>\n<p>{}</p>\n<p><a href=".">←</a></p>\n</main>\n</body>\n</html>\n'
)


class PlayerRequest(Schema):
    """A sentence to look into, on a page."""

    run: str
    text: str
    language: Language = "en"
    api_key: str | None = None


def router(desk: Desk) -> APIRouter:
    """Make the endpoints."""
    endpoints = APIRouter(include_in_schema=False)
    folder = files("seq2see.serve") / "page"
    held = {
        entry.name: (entry.read_bytes(), KINDS[suffix])
        for entry in folder.iterdir()
        if (suffix := entry.name[entry.name.rfind(".") :]) in KINDS
    }

    def _file(name: str) -> Callable[[], Response]:
        content, kind = held[name]
        return lambda: Response(content, media_type=kind)

    endpoints.add_api_route("/", _file(PAGE), response_class=Response)
    for name in held:
        endpoints.add_api_route(f"/{name}", _file(name), response_class=Response)

    @endpoints.get("/player")
    async def player(request: Request) -> Response:
        async def asked() -> PlayerRequest:
            return checked(PlayerRequest, dict(request.query_params), strict=False)

        return await shown(request, asked())

    @endpoints.post("/player")
    async def player_with_key(request: Request) -> Response:
        """Keys must not stand in addresses, which are logged on their way."""
        return await shown(request, read(request, PlayerRequest, form=True))

    async def shown(request: Request, asked: Awaitable[PlayerRequest]) -> Response:
        """Answer browsers with a page, whatever it says."""
        try:
            return await answer(request, await asked)
        except Refusal as refusal:
            if "text/html" not in request.headers.get("accept", ""):
                raise
            return HTMLResponse(
                _REFUSED.format(escape(refusal.message)), refusal.status, refusal.headers
            )

    async def answer(request: Request, asked: PlayerRequest) -> HTMLResponse:
        desk.admission.admit(key_of(request, asked.api_key), address_of(request))
        text = desk.service.check_sentence(asked.text)
        found = desk.service.catalog.find(asked.run)
        page = await desk.compute(request, partial(_player, found, text, asked.language))
        return HTMLResponse(
            page,
            headers={
                "Content-Security-Policy": PLAYER_POLICY,
                "Cross-Origin-Opener-Policy": "unsafe-none",
            },
        )

    return endpoints


def _player(run: LoadedRun, text: str, language: Language) -> str:
    live = run.translator.info.num_parameters <= _LIVE
    return page_of_translators({run.name: run.translator}, [text], live=live, language=language)
