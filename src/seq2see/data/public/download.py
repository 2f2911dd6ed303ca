"""Fetching one file over HTTP, going on where an earlier attempt broke off (RFC 9110, ranges)."""

import http.client
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from seq2see.errors import DataError

CHUNK = 1 << 16
TIMEOUT = 30.0
"""Seconds without a byte after which a connection counts as lost."""
ATTEMPTS = 3
"""Attempts in a row that bring nothing before we give up."""
_PAUSE = 0.5  # seconds before the second attempt, doubled before each further one


def download(
    address: str,
    part: Path,
    *,
    advance: Callable[[int], None] = lambda _: None,
    pause: float = _PAUSE,
) -> None:
    """Fetch a file into ``part``, to which earlier attempts may already have written its beginning.

    What has arrived stays there when the connection is lost, so that the next call goes on.

    Args:
        address: Where the file is.
        part: The file to write.
        advance: Told how many bytes more there are; fewer where the file has to begin anew.
        pause: Seconds before the second attempt.

    Raises:
        DataError: There is no connection, or the server does not give the file.
        OSError: The file cannot be written.
    """
    failures = 0
    while True:
        before = _size(part)
        try:
            if _attempt(address, part, advance):
                return
            reason = "the connection was cut"
        except HTTPError as error:
            if error.code < 500:
                raise DataError(
                    f"`{address}` cannot be fetched: the server says {error.code} {error.reason}; "
                    "see the corpus's own page, or take its files from a folder with `--mirror`."
                ) from None
            reason = f"the server says {error.code} {error.reason}"
        except (URLError, TimeoutError, ConnectionError, http.client.HTTPException) as error:
            reason = str(getattr(error, "reason", error)) or type(error).__name__
        failures = 0 if _size(part) > before else failures + 1
        if failures >= ATTEMPTS:
            raise DataError(
                f"`{urlsplit(address).hostname}` cannot be reached ({reason}); connect to the "
                "network and call again, which goes on from what has arrived, or take the files "
                "from a folder with `--mirror`."
            )
        time.sleep(pause * 2**failures)


def _attempt(address: str, part: Path, advance: Callable[[int], None]) -> bool:
    """Fetch what is lacking; return whether that is now everything."""
    have = _size(part)
    headers = {"User-Agent": "seq2see", "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    try:
        answer = urlopen(Request(address, headers=headers), timeout=TIMEOUT)
    except HTTPError as error:
        if error.code != http.client.REQUESTED_RANGE_NOT_SATISFIABLE or not have:
            raise
        # All of it is there already, or what is there was never a part of it.
        if error.headers.get("Content-Range") == f"bytes */{have}":
            return True
        part.unlink()
        advance(-have)
        return False
    with answer:
        # A server that knows no ranges begins at the beginning.
        goes_on = answer.status == http.client.PARTIAL_CONTENT and str(
            answer.headers.get("Content-Range", "")
        ).startswith(f"bytes {have}-")
        if have and not goes_on:
            advance(-have)
        length = answer.headers.get("Content-Length")
        arrived = 0
        with part.open("ab" if goes_on else "wb") as file:
            while chunk := answer.read(CHUNK):
                file.write(chunk)
                arrived += len(chunk)
                advance(len(chunk))
        return length is None or arrived == int(length)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
