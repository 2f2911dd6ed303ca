"""A small HTTP server on this machine that can be told to misbehave."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class FileServer:
    """What the server offers, how it behaves, and what it was asked."""

    files: dict[str, bytes]
    ranges: bool = True
    """Whether it knows ranges."""
    cut_after: list[int] = field(default_factory=list)
    """Bytes after which the first answers, one after the other, are cut."""
    statuses: list[int] = field(default_factory=list)
    """Errors that the first requests get."""
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    """Path and ``Range`` of every request."""
    port: int = 0

    def address(self, name: str) -> str:
        return f"http://127.0.0.1:{self.port}/{name}"


@contextmanager
def serving(files: dict[str, bytes]) -> Iterator[FileServer]:
    """Offer files on a free port."""
    told = FileServer(files)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            told.asked.append((self.path, asked))
            content = told.files.get(self.path.removeprefix("/"))
            if told.statuses or content is None:
                self.send_error(told.statuses.pop(0) if told.statuses else 404)
                return
            start = 0
            if asked and told.ranges:
                start = int(asked.removeprefix("bytes=").removesuffix("-"))
                if start >= len(content):
                    self.send_response(416)
                    self.send_header("Content-Range", f"bytes */{len(content)}")
                    self.end_headers()
                    return
                self.send_response(206)
                end = len(content) - 1
                self.send_header("Content-Range", f"bytes {start}-{end}/{len(content)}")
            else:
                self.send_response(200)
            body = content[start:]
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: told.cut_after.pop(0)] if told.cut_after else body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
