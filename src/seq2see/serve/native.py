"""Our own interface: everything the others have no words for."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Request

from seq2see.models import presets
from seq2see.serve.answers import DIGITS, Answer, Options, Seen
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
    RunAnswer,
    RunRequest,
    SentenceAnswer,
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
        text = service.check_sentence(asked.text, asked.beam or 1)
        run = catalog.find(asked.run)
        return await desk.compute(request, partial(_trace, run, text, asked.beam))

    @endpoints.get(
        "/architectures",
        response_model=list[ArchitectureDescription],
        summary="The lineage",
    )
    async def architectures() -> list[ArchitectureDescription]:
        return [ArchitectureDescription(**vars(one)) for one in presets.ARCHITECTURES]

    return endpoints


def _trace(run: LoadedRun, text: str, beam: int | None) -> dict[str, Any]:
    return to_json(run.translator.translate(text, beam_size=beam).trace())


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
            **({} if one.seen is None else _seen(one.seen)),
        )
        for one in answer.said
    ]


def _seen(seen: Seen) -> dict[str, Any]:
    """As JSON has it."""
    matrices = {
        name: None if values is None else values.astype(float).round(DIGITS).tolist()
        for name, values in (
            ("attention", seen.attention),
            ("word_attention", seen.word_attention),
        )
    }
    return {
        "tokens": seen.tokens,
        "token_log_probs": seen.token_log_probs,
        "alignment": seen.alignment,
        **matrices,
    }
