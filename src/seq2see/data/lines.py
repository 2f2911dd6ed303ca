r"""Lines of text files, plain or gzipped, with what is wrong with them.

Only ``\n`` and ``\r\n`` end a line. Other characters that Python's ``splitlines`` would break at
(form feed, U+0085, U+2028 ...) belong to the text: breaking there would shift one side of a
line-for-line corpus against the other.
"""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from seq2see.data.rejects import Problem, ProblemSink
from seq2see.errors import DataError, nearest

_SNIFF_BYTES = 1 << 16
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Line(NamedTuple):
    """One line without its end; ``invalid`` says why it is not UTF-8, and is empty where it is."""

    number: int
    text: str
    invalid: str


def read_lines(path: Path, problems: ProblemSink) -> Iterator[Line]:
    """Stream the lines of a file, gzipped or not.

    A byte order mark and carriage returns at line ends are removed and noted in ``problems``. A
    line that is not UTF-8 comes with its bad bytes replaced by U+FFFD; noting it is up to the
    caller, who knows which pair it costs.

    Raises:
        DataError: The file is missing, a directory, binary, unreadable, or its gzip data is broken.
    """
    with _open(path) as raw:
        zipped = raw.peek(2)[:2] == b"\x1f\x8b"
        if path.suffix == ".gz" and not zipped:
            raise DataError(
                f"`{path}` is named .gz but is not gzip data; rename it, or fetch it again."
            )
        file = gzip.GzipFile(fileobj=raw) if zipped else raw
        number = num_returns = 0
        try:
            for number, line in enumerate(_split(file, path, problems), start=1):
                data = line.removesuffix(b"\n")
                if data.endswith(b"\r"):
                    data = data[:-1]
                    num_returns += 1
                try:
                    yield Line(number, data.decode("utf-8"), "")
                except UnicodeDecodeError as error:
                    bad = f"byte 0x{data[error.start]:02x} at column {error.start + 1}"
                    yield Line(number, data.decode("utf-8", errors="replace"), bad)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise DataError(
                f"The gzip data of `{path}` breaks off or is damaged after line {number} "
                f"({error}); fetch the file again."
            ) from None
        if num_returns:
            detail = "lines end in a carriage return (Windows), which was removed"
            problems.append(Problem("carriage-returns", str(path), detail, num_returns))


def _open(path: Path) -> io.BufferedReader:
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise DataError(missing(path)) from None
    except IsADirectoryError:
        raise DataError(
            f"`{path}` is a directory, but must be a file of text; name one in it."
        ) from None
    except OSError as error:
        raise DataError(f"`{path}` cannot be read: {error.strerror}.") from None


def missing(path: Path, also: str = "") -> str:
    """Say that a file does not exist, what else does not, and which one may have been meant."""
    if not path.parent.is_dir():
        return f"There is no file `{path}`, since there is no directory `{path.parent}`."
    names = [entry.name for entry in path.parent.iterdir()]
    return f"There is no file `{path}`{also}{nearest(path.name, names, '; check the path.')}"


def _split(file: io.BufferedIOBase, path: Path, problems: ProblemSink) -> Iterator[bytes]:
    """Yield the lines of a binary file, after a look at its first bytes."""
    head = file.read(_SNIFF_BYTES)
    if head.startswith(_UTF16_MARKS):
        raise DataError(
            f"`{path}` is UTF-16, but must be UTF-8; convert it with `iconv -f UTF-16 -t UTF-8`."
        )
    if b"\0" in head:
        raise DataError(
            f"`{path}` is a binary file (it has NUL bytes), but must be text in UTF-8; "
            "unpack or export it as text first."
        )
    if head.startswith(codecs.BOM_UTF8):
        head = head.removeprefix(codecs.BOM_UTF8)
        detail = "the byte order mark at the start of the file was removed"
        problems.append(Problem("byte-order-mark", str(path), detail))
    *whole, last = head.split(b"\n")
    for line in whole:
        yield line + b"\n"
    if rest := last + file.readline():
        yield rest
    yield from file
