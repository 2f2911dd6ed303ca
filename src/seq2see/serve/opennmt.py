"""The interface of OpenNMT's translation server."""

from fastapi import APIRouter, Request

from seq2see.serve.answers import Options
from seq2see.serve.desk import (
    REFUSALS,
    Desk,
    address_of,
    checked,
    json_of,
    key_of,
    unless_gone,
)
from seq2see.serve.refusal import Refusal
from seq2see.serve.schemas import OpenNmtModel, OpenNmtSource, OpenNmtTarget, StatusAnswer

FIRST = 100
"""Number of the first run, as in its examples."""


def router(desk: Desk) -> APIRouter:
    """Make the endpoints."""
    endpoints = APIRouter(prefix="/translator", tags=["OpenNMT"], responses=REFUSALS)
    catalog = desk.service.catalog

    @endpoints.post(
        "/translate",
        response_model=list[list[OpenNmtTarget]],
        response_model_exclude_none=True,
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {"type": "array", "items": OpenNmtSource.model_json_schema()}
                    }
                },
            }
        },
        summary="Translate texts: one list for each rank, one entry for each text",
    )
    async def translate(request: Request) -> list[list[OpenNmtTarget]]:
        desk.admission.admit(key_of(request, None), address_of(request))
        given = await json_of(request)
        if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
            raise Refusal(400, "Invalid request: the body must be a list of objects")
        asked = [checked(OpenNmtSource, one) for one in given]
        if not asked:
            return []
        names = {_name(one.id) for one in asked}
        if len(names) > 1:
            raise Refusal(400, "Invalid request: all texts of a request must have the same id")
        run = catalog.find(names.pop())
        work = desk.service.translate([one.src for one in asked], [run], Options(look=True))
        found = await unless_gone(request, work)
        return [
            [
                OpenNmtTarget(
                    src=one.src,
                    tgt=translated.text,
                    n_best=1,
                    pred_score=sum(answer.said[0].score for answer in translated.answers),
                    align=_align(translated.answers[0].said[0].seen.alignment)  # type: ignore[union-attr]
                    if len(translated.answers) == 1
                    else None,
                )
                for one, translated in zip(asked, found, strict=True)
            ]
        ]

    def _name(number: int | None) -> str:
        place = (number if number is not None else FIRST) - FIRST
        if not 0 <= place < len(catalog.names):
            raise Refusal(400, f"There is no model {number}.")
        return catalog.names[place]

    @endpoints.get("/models", response_model=list[OpenNmtModel], summary="The runs")
    async def models() -> list[OpenNmtModel]:
        loaded = {run.name for run in catalog.loaded}
        return [
            OpenNmtModel(
                model_id=number, model=name, status="ready" if name in loaded else "unloaded"
            )
            for number, name in enumerate(catalog.names, FIRST)
        ]

    @endpoints.get("/health", response_model=StatusAnswer, summary="Whether the service is alive")
    async def health() -> StatusAnswer:
        return StatusAnswer(status="ok")

    return endpoints


def _align(links: tuple[tuple[int, int], ...]) -> list[str]:
    return [" ".join(f"{source}-{target}" for source, target in links)]
