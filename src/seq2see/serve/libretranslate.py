"""LibreTranslate's interface, as its clients speak it: the fields, the codes, the errors.

A form has the same fields as a JSON object. Where a list of texts is sent, lists come back.
"""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request

from seq2see.serve.answers import Options
from seq2see.serve.desk import (
    REFUSALS,
    Desk,
    address_of,
    body_schema,
    key_of,
    read,
    unless_gone,
)
from seq2see.serve.languages import name_of
from seq2see.serve.markup import Passage, Spoken, joined, parse, passages, render
from seq2see.serve.refusal import Refusal
from seq2see.serve.schemas import (
    DetectedLanguage,
    DetectRequest,
    LanguageAnswer,
    SettingsAnswer,
    StatusAnswer,
    TranslateAnswer,
    TranslateRequest,
)
from seq2see.serve.service import AUTO, Route, TranslatedText

FORMATS = ("text", "html")
_TYPING_PAUSE = 500
"""Milliseconds that a page waits for the next key."""


def router(desk: Desk) -> APIRouter:
    """Make the endpoints."""
    endpoints = APIRouter(tags=["LibreTranslate"], responses=REFUSALS)
    service = desk.service

    def admit(request: Request, key: str | None) -> None:
        desk.admission.admit(key_of(request, key), address_of(request))

    @endpoints.post(
        "/translate",
        response_model=TranslateAnswer,
        response_model_exclude_none=True,
        openapi_extra=body_schema(TranslateRequest, form=True),
        summary="Translate a text, or several",
    )
    async def translate(request: Request) -> TranslateAnswer:
        asked = await read(request, TranslateRequest, form=True)
        admit(request, asked.api_key)
        if asked.format not in FORMATS:
            raise Refusal(400, f"Invalid request: format must be one of {', '.join(FORMATS)}")
        if not 0 <= asked.alternatives < desk.limits.hypotheses:
            raise Refusal(
                400,
                f"Invalid request: alternatives must be 0 to {desk.limits.hypotheses - 1}",
            )
        texts = [asked.q] if isinstance(asked.q, str) else asked.q
        return await unless_gone(request, _translate(asked, texts))

    async def _translate(asked: TranslateRequest, texts: list[str]) -> TranslateAnswer:
        if asked.format == "html":
            translated, route = await _translate_html(asked, texts)
        else:
            route = service.route(texts, asked.source, asked.target)
            options = Options(num_best=1 + asked.alternatives)
            found = await service.translate(texts, route.runs, options)
            translated = [(one.text, one.alternatives) for one in found]
        return _answer(asked, translated, route)

    async def _translate_html(
        asked: TranslateRequest, texts: list[str]
    ) -> tuple[list[tuple[str, list[str]]], Route]:
        service.check_texts(texts, 1)  # before anything is done with them
        pages = [parse(text) for text in texts]
        found_passages = [passage for page in pages for passage in passages(page)]
        plain = [passage.text for passage in found_passages]
        route = service.route(plain or [""], asked.source, asked.target)
        options = Options(num_best=1 + asked.alternatives, look=True)
        found = await service.translate(plain, route.runs, options)
        # A second run's attention is over the text between, which has no markup.
        places_words = len(route.runs) == 1
        rendered = (
            _ranks(passage, one, 1 + asked.alternatives, places_words)
            for passage, one in zip(found_passages, found, strict=True)
        )
        translated = []
        for page in pages:
            mine = [next(rendered) for _ in passages(page)]
            ranks = [
                joined(page, [one[rank] for one in mine]) for rank in range(1 + asked.alternatives)
            ]
            best, *others = dict.fromkeys(ranks)
            translated.append((best, others))
        return translated, route

    @endpoints.post(
        "/detect",
        response_model=list[DetectedLanguage],
        openapi_extra=body_schema(DetectRequest, form=True),
        summary="Find out the language of a text",
    )
    async def detect(request: Request) -> list[DetectedLanguage]:
        asked = await read(request, DetectRequest, form=True)
        admit(request, asked.api_key)
        if len(asked.q) > desk.limits.characters:
            raise Refusal(
                413,
                f"The text has {len(asked.q)} characters; the most is {desk.limits.characters}.",
            )
        return [
            DetectedLanguage(confidence=_per_cent(one.confidence), language=one.language)
            for one in service.detect(asked.q)
        ]

    @endpoints.get(
        "/languages", response_model=list[LanguageAnswer], summary="What can be translated"
    )
    async def languages() -> list[LanguageAnswer]:
        catalog = service.catalog
        return [
            LanguageAnswer(code=code, name=name_of(code), targets=catalog.targets(code))
            for code in catalog.sources()
        ]

    @endpoints.get("/frontend/settings", response_model=SettingsAnswer, summary="For pages")
    async def settings() -> SettingsAnswer:
        first = next(iter(service.catalog.sources()), None)
        target = next(iter(service.catalog.targets(first)), None) if first else None
        return SettingsAnswer(
            apiKeys=desk.admission.needs_key,
            charLimit=desk.limits.characters,
            frontendTimeout=_TYPING_PAUSE,
            keyRequired=desk.admission.needs_key,
            language={
                "source": {"code": AUTO, "name": "Auto Detect"},
                "target": {"code": target, "name": name_of(target) if target else None},
            },
            suggestions=False,
            supportedFilesFormat=[],
        )

    @endpoints.get("/health", response_model=StatusAnswer, summary="Whether the service is alive")
    async def health() -> StatusAnswer:
        return StatusAnswer(status="ok")

    return endpoints


def _answer(
    asked: TranslateRequest, translated: Sequence[tuple[str, list[str]]], route: Route
) -> TranslateAnswer:
    given: dict[str, Any] = {"translatedText": [text for text, _ in translated]}
    if asked.alternatives:
        given["alternatives"] = [others for _, others in translated]
    if route.detected is not None:
        detected = DetectedLanguage(
            confidence=_per_cent(route.detected.confidence), language=route.detected.language
        )
        given["detectedLanguage"] = [detected] * len(translated)
    if isinstance(asked.q, str):
        given = {name: values[0] for name, values in given.items()}
    return TranslateAnswer(**given)


def _ranks(
    passage: Passage, translated: TranslatedText, num_ranks: int, places_words: bool
) -> list[str]:
    """A passage as HTML, for each rank of translations."""
    return [
        render(
            passage,
            translated.before,
            [
                Spoken(
                    segment.text,
                    said.text,
                    segment.after,
                    said.seen.alignment if said.seen is not None and places_words else (),
                )
                for segment, answer in zip(translated.segments, translated.answers, strict=True)
                for said in [answer.said[min(rank, len(answer.said) - 1)]]
            ],
        )
        for rank in range(num_ranks)
    ]


def _per_cent(share: float) -> float:
    return round(100 * share, 1)
