"""Processes that listen: one, or several that share a port."""

import logging
import os
import socket
import sys
import tempfile
from functools import partial

import uvicorn
from uvicorn.supervisors import Multiprocess

from seq2see.errors import UsageError
from seq2see.extras import require
from seq2see.run import Run
from seq2see.serve.log import configure
from seq2see.serve.protocol import Protocol
from seq2see.serve.settings import ServeSettings

LOG = logging.getLogger("seq2see.serve")
_DRAIN = 30
"""Seconds that requests have to finish after SIGTERM."""
_BACKLOG = 2048


def run_server(settings: ServeSettings, *, host: str, port: int) -> None:
    """Serve until SIGTERM or Ctrl-C.

    Raises:
        UsageError: The address cannot be listened on.
        RunError: A run is missing or broken.
    """
    workers = settings.workers
    for path in settings.runs.values():
        Run.open(path)  # before a process is started for it
    folder = _share_counts() if workers > 1 or settings.metrics_port is not None else None
    # Not earlier: when it is imported, it looks where to count.
    require("prometheus_client", feature="A service", extra="serve")
    try:
        listening = _listen(host, port)
        address, number = listening.getsockname()[:2]
        LOG.info(
            "serving",
            extra={"fields": {"address": f"http://{_shown(address)}:{number}", "workers": workers}},
        )
        if settings.metrics_port is not None:
            _serve_metrics(settings.metrics_port)
        config = uvicorn.Config(
            partial(create, settings),
            factory=True,
            workers=workers,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # anybody could say that they come from elsewhere
            lifespan="on",
            timeout_graceful_shutdown=_DRAIN,
            timeout_keep_alive=15,
            timeout_worker_healthcheck=60,  # a busy machine is slow, and not dead
            h11_max_incomplete_event_size=64 * 1024,
            http=Protocol,
            ws="none",
        )
        if workers > 1:
            Multiprocess(config, sockets=[listening]).run()
        else:
            server = uvicorn.Server(config)
            server.run(sockets=[listening])
            if not server.started:
                sys.exit(1)
    finally:
        if folder is not None:
            folder.cleanup()


def create(settings: ServeSettings) -> object:
    """Make the application in a worker."""
    from seq2see.serve.app import create_app

    configure(logging.INFO)
    return create_app(settings)


def _share_counts() -> "tempfile.TemporaryDirectory[str]":
    """Have all that count from now on do it in one folder."""
    folder = tempfile.TemporaryDirectory(prefix="seq2see-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder.name
    return folder


def _serve_metrics(port: int) -> None:
    from prometheus_client import start_http_server

    from seq2see.serve.metrics import together

    try:
        start_http_server(port, "127.0.0.1", registry=together())
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise UsageError(
            f"`--metrics-port {port}` cannot be listened on ({reason}); choose another one."
        ) from None


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise UsageError(
            f"`{host}:{port}` cannot be listened on ({reason}); choose another --host or --port."
        ) from None
    listening.listen(_BACKLOG)
    listening.set_inheritable(True)
    return listening


def _shown(address: str) -> str:
    return f"[{address}]" if ":" in address else address
