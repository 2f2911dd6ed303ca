"""Which runs there are, and how they come and go."""

from typing import Any

from fastapi import APIRouter, Request

from seq2see.serve.catalog import LoadedRun
from seq2see.serve.desk import (
    REFUSALS,
    Desk,
    address_of,
    body_schema,
    is_by_page,
    key_of,
    read,
)
from seq2see.serve.refusal import Refusal
from seq2see.serve.schemas import KeyOnly, RunDescription, StatusAnswer


def router(desk: Desk) -> APIRouter:
    """Make the endpoints."""
    endpoints = APIRouter(prefix="/v1", tags=["seq2see"], responses=REFUSALS)
    catalog = desk.service.catalog
    unchangeable: dict[int | str, dict[str, Any]] = {
        409: {**REFUSALS[400], "description": "It is not loaded, or there are several processes."}
    }

    @endpoints.get("/runs", response_model=list[RunDescription], summary="The runs")
    async def runs() -> list[RunDescription]:
        loaded = {run.name: run for run in catalog.loaded}
        return [_description(name, loaded.get(name)) for name in catalog.names]

    @endpoints.post(
        "/runs/{name}/load",
        response_model=RunDescription,
        responses=unchangeable,
        openapi_extra=body_schema(KeyOnly, required=False),
        summary="Load a run, or load it again",
    )
    async def load(name: str, request: Request) -> RunDescription:
        await _admit_admin(request)
        await catalog.open(name)
        return _description(name, catalog.find(name))

    @endpoints.post(
        "/runs/{name}/unload",
        response_model=RunDescription,
        responses=unchangeable,
        openapi_extra=body_schema(KeyOnly, required=False),
        summary="Unload a run",
    )
    async def unload(name: str, request: Request) -> RunDescription:
        await _admit_admin(request)
        await catalog.close(name)
        return _description(name, None)

    async def _admit_admin(request: Request) -> None:
        asked = await read(request, KeyOnly) if await request.body() else KeyOnly(api_key=None)
        key = key_of(request, asked.api_key)
        desk.admission.admit_admin(key, address_of(request), is_by_page=is_by_page(request))
        if desk.workers > 1:
            raise Refusal(409, "Several processes serve, and are told to load runs by SIGHUP only.")

    @endpoints.get("/ready", response_model=StatusAnswer, summary="Whether a run is loaded")
    async def ready() -> StatusAnswer:
        if not catalog.loaded:
            raise Refusal(503, "No run is loaded.", 5)
        return StatusAnswer(status="ready")

    return endpoints


def _description(name: str, run: LoadedRun | None) -> RunDescription:
    if run is None:
        return RunDescription(name=name, loaded=False)
    source, target = run.languages or (None, None)
    info = run.translator.info
    return RunDescription(
        name=name,
        loaded=True,
        source=source,
        target=target,
        arch=info.arch,
        parameters=info.num_parameters,
    )
