"""Services to ask: a process started by the command line, and clients for it."""

import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Reply:
    """An answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> str:
        """The sentence of a refusal."""
        [name] = self.json
        assert name == "error"
        return str(self.json[name])


@dataclass(frozen=True)
class Service:
    """A service that runs."""

    address: str
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    @property
    def memory(self) -> float:
        """Anonymous memory of its process, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        [kilobytes] = re.findall(r"^RssAnon:\s+(\d+) kB$", status, re.MULTILINE)
        return int(kilobytes) / 1024

    def ask(self, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Reply:
        """Ask once: bytes are sent as they are, strings as a form, everything else as JSON."""
        given = dict(headers or {})
        match body:
            case None:
                data = None
            case bytes():
                data = body
            case str():
                data = body.encode()
                given.setdefault("Content-Type", "application/x-www-form-urlencoded")
            case _:
                data = json.dumps(body).encode()
        given.setdefault("Content-Type", "application/json")
        request = urllib.request.Request(self.address + path, data, given)
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                return Reply(reply.status, dict(reply.headers), reply.read())
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error.code, dict(error.headers), error.read())

    def records(self) -> list[dict[str, Any]]:
        """What was logged."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


@contextmanager
def serving(folder: Path, *arguments: object) -> Iterator[Service]:
    """Start ``seq2see serve`` at a free port, and end it."""
    log = folder / f"serve-{time.monotonic_ns()}.log"
    command = [sys.executable, "-m", "seq2see", "serve", *map(str, arguments), "--port", "0"]
    with log.open("wb") as file:
        process = subprocess.Popen(command, stderr=file, stdout=file)
    try:
        yield _ready(process, log)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(60)


def _ready(process: "subprocess.Popen[bytes]", log: Path) -> Service:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text(encoding="utf-8")
        for line in log.read_text(encoding="utf-8").splitlines():
            if line.startswith("{") and "address" in (record := json.loads(line)):
                service = Service(record["address"], process, log)
                if _is_ready(service):
                    return service
        time.sleep(0.05)
    raise AssertionError(log.read_text(encoding="utf-8"))


def _is_ready(service: Service) -> bool:
    try:
        return service.ask("/v1/ready").status == 200
    except (urllib.error.URLError, ConnectionError):
        return False
