"""The application: one process of a service."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from seq2see import api
from seq2see.decoding.translator import Translator
from seq2see.run import versions
from seq2see.serve import libretranslate, native, opennmt, pages, runs, streaming
from seq2see.serve.admission import Admission
from seq2see.serve.answers import Answer
from seq2see.serve.batcher import Batch
from seq2see.serve.catalog import Catalog
from seq2see.serve.desk import Desk, Gone
from seq2see.serve.guard import Guard
from seq2see.serve.metrics import CONTENT_TYPE, Metrics
from seq2see.serve.refusal import Refusal
from seq2see.serve.service import Cache, Service
from seq2see.serve.settings import ServeSettings


def create_app(settings: ServeSettings) -> FastAPI:
    """Make the application of one process; runs are loaded when it starts."""
    counts = Metrics()
    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="model")

    def observe(name: str, batch: Batch) -> None:
        counts.batches.labels(name).observe(batch.sentences)
        counts.waited.labels(name).observe(batch.waited)
        counts.waiting.labels(name).set(batch.waiting)

    def count(name: str, answers: list[Answer]) -> None:
        read = sum(len(answer.source_tokens) for answer in answers)
        written = sum(said.num_tokens for answer in answers for said in answer.said)
        counts.tokens.labels(name, "source").inc(read)
        counts.tokens.labels(name, "target").inc(written)

    catalog = Catalog(
        settings.runs,
        partial(_load, settings),
        executor,
        capacity=settings.limits.queue,
        observe=observe,
        count=count,
    )
    cache = Cache(settings.cache, lambda found: counts.kept.labels(str(found).lower()).inc())
    desk = Desk(
        Service(catalog, settings.limits, cache, log_texts=settings.log_texts),
        Admission(settings.keys, settings.limits.requests_a_minute),
        settings.limits,
        executor,
        settings.workers,
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        for name in settings.runs:
            await catalog.open(name)
        if catalog.languages():
            desk.service.detect("")  # reads its statistics, which takes a second
        yield
        await catalog.close_all()
        executor.shutdown(wait=True, cancel_futures=True)

    app = FastAPI(
        title="seq2see",
        version=versions()["seq2see"],
        description="Translates by models that were trained with seq2see.",
        openapi_url="/spec",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    for interface in (libretranslate, opennmt, native, runs, streaming):
        app.include_router(interface.router(desk))

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        if settings.metrics_port is not None:
            raise Refusal(404, "There is no such page.")
        return Response(counts.text(), media_type=CONTENT_TYPE)

    app.include_router(pages.router(desk))
    _answer_errors(app)
    app.add_middleware(Guard, limits=settings.limits, metrics=counts)
    if settings.origins:  # outermost: pages must be able to read why they are refused
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type"],
        )
    return app


def _answer_errors(app: FastAPI) -> None:
    """Say everything that is refused in the same form."""

    @app.exception_handler(Refusal)
    async def refused(request: Request, refusal: Exception) -> Response:  # noqa: ARG001
        assert isinstance(refusal, Refusal)  # noqa: S101
        return refusal.response()

    @app.exception_handler(HTTPException)
    async def outside(request: Request, error: Exception) -> Response:  # noqa: ARG001
        assert isinstance(error, HTTPException)  # noqa: S101
        messages = {404: "There is no such page.", 405: "This page is not asked in that way."}
        message = messages.get(error.status_code, "The request makes no sense.")
        return Refusal(error.status_code, message).response(error.headers)

    @app.exception_handler(RequestValidationError)
    async def wrong(request: Request, error: Exception) -> Response:  # noqa: ARG001
        return Refusal(400, "Invalid request: a parameter is wrong").response()

    @app.exception_handler(Gone)
    async def gone(request: Request, error: Exception) -> Response:  # noqa: ARG001
        return Response(status_code=499)


def _load(settings: ServeSettings, path: Path) -> Translator:
    return api.load(
        path,
        device=settings.device,
        threads=settings.threads,
        backend=settings.backend,
        precision=settings.precision,
    )
