"""Our own interface: everything the others have no words for."""

import asyncio
from functools import partial
from typing import Any

from fastapi import APIRouter, Request

from seq2see.models import presets
from seq2see.serve.answers import Answer, Options
from seq2see.serve.catalog import LoadedRun
from seq2see.serve.desk import (
    REFUSALS,
    Desk,
    address_of,
    body_schema,
    key_of,
    read,
    unless_gone,
)
from seq2see.serve.refusal import Refusal
from seq2see.serve.schemas import (
    ArchitectureDescription,
    DetectedLanguage,
    HypothesisAnswer,
    KeyOnly,
    RunAnswer,
    RunDescription,
    RunRequest,
    SentenceAnswer,
    StatusAnswer,
    TextAnswer,
    TraceRequest,
)
from seq2see.serve.service import Route, TranslatedText
from seq2see.trace.storage import to_json


def router(desk: Desk) -> APIRouter:
    """Make the endpoints."""
    endpoints = APIRouter(prefix="/v1", tags=["seq2see"], responses=REFUSALS)
    service, catalog = desk.service, desk.service.catalog

    @endpoints.post(
        "/translate",
        response_model=RunAnswer,
        openapi_extra=body_schema(RunRequest),
        summary="Translate, with as many details as wanted",
    )
    async def translate(request: Request) -> RunAnswer:
        asked = await read(request, RunRequest)
        desk.admission.admit(key_of(request, asked.api_key), address_of(request))
        texts = [asked.text] if isinstance(asked.text, str) else asked.text
        route = _route(asked, texts)
        options = Options(
            beam_size=asked.beam,
            num_best=asked.nbest,
            length_penalty=asked.length_penalty,
            look=asked.look,
        )
        if asked.beam is not None and asked.beam < asked.nbest:
            raise Refusal(400, f"A beam of {asked.beam} cannot hold {asked.nbest} translations.")
        found = await unless_gone(request, service.translate(texts, route.runs, options))
        detected = route.detected
        return RunAnswer(
            runs=[run.name for run in route.runs],
            source=route.source or None,
            target=route.target or None,
            pivot=route.pivot,
            detected=None
            if detected is None
            else DetectedLanguage(
                confidence=round(100 * detected.confidence, 1), language=detected.language
            ),
            translations=[_text(one) for one in found],
        )

    def _route(asked: RunRequest, texts: list[str]) -> Route:
        if asked.run is not None:
            if asked.source is not None or asked.target is not None:
                raise Refusal(400, "Give a run, or source and target, not both.")
            run = catalog.find(asked.run)
            source, target = run.languages or ("", "")
            return Route(source, target, (run,))
        if asked.source is None or asked.target is None:
            raise Refusal(400, "Give a run, or source and target.")
        return service.route(texts, asked.source, asked.target)

    @endpoints.post(
        "/trace",
        response_model=dict[str, Any],
        openapi_extra=body_schema(TraceRequest),
        summary="Everything a run computes for a sentence, in the trace format",
    )
    async def trace(request: Request) -> dict[str, Any]:
        asked = await read(request, TraceRequest)
        desk.admission.admit(key_of(request, asked.api_key), address_of(request))
        text = asked.text.strip()
        if not text:
            raise Refusal(400, "There is no trace of an empty text.")
        if len(text) > desk.limits.sentence_characters:
            raise Refusal(
                413,
                f"The text has {len(text)} characters; the most is "
                f"{desk.limits.sentence_characters}.",
            )
        if not 1 <= (asked.beam or 1) <= desk.limits.hypotheses:
            raise Refusal(400, f"The beam must be 1 to {desk.limits.hypotheses}.")
        run = catalog.find(asked.run)
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(desk.executor, partial(_trace, run, text, asked.beam))
        return await unless_gone(request, work)

    @endpoints.get("/runs", response_model=list[RunDescription], summary="The runs")
    async def runs() -> list[RunDescription]:
        loaded = {run.name: run for run in catalog.loaded}
        return [_description(name, loaded.get(name)) for name in catalog.names]

    @endpoints.post(
        "/runs/{name}/load",
        response_model=RunDescription,
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
        responses={409: {**REFUSALS[400], "description": "It is not loaded."}},
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
        desk.admission.admit_admin(key, address_of(request))

    @endpoints.get(
        "/architectures",
        response_model=list[ArchitectureDescription],
        summary="The lineage",
    )
    async def architectures() -> list[ArchitectureDescription]:
        return [ArchitectureDescription(**vars(one)) for one in presets.ARCHITECTURES]

    @endpoints.get("/ready", response_model=StatusAnswer, summary="Whether a run is loaded")
    async def ready() -> StatusAnswer:
        if not catalog.loaded:
            raise Refusal(503, "No run is loaded.", 5)
        return StatusAnswer(status="ready")

    return endpoints


def _trace(run: LoadedRun, text: str, beam: int | None) -> dict[str, Any]:
    return to_json(run.translator.translate(text, beam_size=beam).trace())


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


def _text(translated: TranslatedText) -> TextAnswer:
    return TextAnswer(
        text=translated.text,
        sentences=[
            SentenceAnswer(
                source=segment.text,
                source_tokens=list(answer.source_tokens),
                hypotheses=_hypotheses(answer),
                warnings=list(answer.warnings),
            )
            for segment, answer in zip(translated.segments, translated.answers, strict=True)
        ],
    )


def _hypotheses(answer: Answer) -> list[HypothesisAnswer]:
    return [
        HypothesisAnswer(
            text=one.text,
            score=one.score,
            log_prob=one.log_prob,
            **({} if one.seen is None else vars(one.seen)),
        )
        for one in answer.said
    ]
