"""``seq2see serve``: runs behind an HTTP interface, and a page to translate with."""

import logging
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from seq2see import console
from seq2see.cli import options
from seq2see.errors import UsageError
from seq2see.extras import require
from seq2see.serve.limits import Limits

DEFAULT = Limits()


def serve(
    runs: Annotated[
        list[Path] | None,
        typer.Argument(metavar="RUN...", help="Run directories.", show_default=False),
    ] = None,
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0: any that is free.")
    ] = 5000,
    workers: Annotated[
        int, typer.Option(min=1, help="Processes that answer, each with the runs in its memory.")
    ] = 1,
    backend: options.BackendName = "auto",
    precision: options.PrecisionName = "auto",
    keys: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Serve only those with an API key of this file."),
    ] = None,
    new_key: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Make an API key, add it to --keys, and stop."),
    ] = None,
    admin: Annotated[
        bool, typer.Option("--admin", help="The new key may load and unload runs, too.")
    ] = False,
    rate: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Requests a minute of each key or address."),
    ] = None,
    origin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ORIGIN",
            help="Sites whose pages may ask, as `https://example.org`; repeatable; default: all, "
            "as LibreTranslate's clients expect; `none`: none.",
        ),
    ] = None,
    max_characters: Annotated[
        int, typer.Option(min=1, help="Most characters of a request.")
    ] = DEFAULT.characters,
    timeout: Annotated[
        float, typer.Option(min=0.1, help="Seconds that a request may take.")
    ] = DEFAULT.seconds,
    cache: Annotated[
        int, typer.Option(min=0, metavar="N", help="Sentences whose translations are kept.")
    ] = 10_000,
    metrics_port: Annotated[
        int | None,
        typer.Option(
            min=1, max=65535, help="Answer /metrics at this port of 127.0.0.1, not at --port."
        ),
    ] = None,
    log_texts: Annotated[
        bool, typer.Option("--log-texts", help="Write what is translated into the log.")
    ] = False,
    device: options.Device = None,
    threads: options.Threads = None,
) -> None:
    """Serve runs to other programs and people.

    Speaks the interfaces of LibreTranslate and of OpenNMT's server, and one of its own (/v1); /spec
    describes all of them, and / is a page to translate with. Ctrl-C or SIGTERM finishes what was
    begun and stops.
    """
    if new_key is not None:
        _make_key(new_key, keys, is_admin=admin)
        return
    if admin:
        raise UsageError("`--admin` says what a new key may do; give --new-key NAME, too.")
    if not runs:
        raise UsageError("No run was named; give one, as `seq2see serve runs/demo`.")
    for module in ("fastapi", "uvicorn", "py3langid", "langcodes"):  # server.py has another
        require(module, feature="A service", extra="serve")
    limits = replace(
        DEFAULT,
        characters=max_characters,
        seconds=timeout,
        requests_a_minute=rate,
        body_bytes=max(DEFAULT.body_bytes, 8 * max_characters),
    )
    from seq2see.serve.admission import read_keys
    from seq2see.serve.catalog import names_of
    from seq2see.serve.log import configure
    from seq2see.serve.server import run_server
    from seq2see.serve.settings import ServeSettings

    configure(logging.INFO)
    settings = ServeSettings(
        runs=names_of(runs),
        limits=limits,
        keys=read_keys(keys) if keys is not None else (),
        origins=() if origin == ["none"] else tuple(origin or ["*"]),
        workers=workers,
        metrics_port=metrics_port,
        cache=cache,
        log_texts=log_texts,
        backend=backend,
        precision=precision,
        device=device,
        threads=threads,
    )
    run_server(settings, host=host, port=port)


def _make_key(name: str, keys: Path | None, *, is_admin: bool) -> None:
    from seq2see.serve.admission import new_key, read_keys

    if keys is None:
        raise UsageError("`--new-key` needs the file that it is added to; give --keys FILE.")
    if keys.exists() and any(one.name == name for one in read_keys(keys)):
        raise UsageError(f"`{keys}` has a key of `{name}` already; choose another name.")
    key, line = new_key(name, is_admin=is_admin)
    with keys.open("a", encoding="utf-8") as file:
        file.write(line)
    keys.chmod(0o600)
    console.note(f"The key of {name}, shown this once ({keys} has its hash):")
    typer.echo(key)
