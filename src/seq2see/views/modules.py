"""The player's modules, packed into one text that a page, a notebook or a widget unpacks.

``static/`` holds plain ES modules that import each other by bare names, as ``seq2see/trace``. A
single file cannot import its neighbours, so the modules travel in the order in which they need each
other, compressed, and ``static/loader.js`` makes an address of each and starts the last.
"""

import base64
import gzip
import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from seq2see.errors import Seq2seeError

ENTRY = "seq2see/player/main"
LOADER = "seq2see/loader"
STYLES = ("page", "stage", "below", "surroundings")
"""Style sheets in ``static/style/``, in the order in which their rules apply."""

_PREFIX = "seq2see/"
# Comments that begin a line: they are of no use to a browser, and hold names that nothing imports.
_COMMENT = re.compile(r"^[ \t]*(?:/\*\*(?:[^*]|\*(?!/))*\*/|//[^\n]*)[ \t]*\n", re.MULTILINE)
# No text in the modules runs over lines, so that what begins a line is never part of one.
_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)
_IMPORT = re.compile(r'^(?:import|export)\b[^;"]*?\bfrom "([^"]+)"', re.MULTILINE)


def pack(data: Mapping[str, Any], entry: str = ENTRY) -> str:
    """Everything that ``static/loader.js`` needs to start the player, as one line of text.

    It is gzipped JSON in Python's base 85, where five letters hold four bytes and base64 would
    need a sixteenth more; ``,`` stands for ``<``, which has a meaning in HTML.

    Args:
        data: What the player shows.
        entry: The module that shows it.
    """
    content = {"modules": [[name, source(name)] for name in order(entry)], "style": style()}
    text = json.dumps({**content, "data": data}, ensure_ascii=False, separators=(",", ":"))
    packed = gzip.compress(text.encode(errors="surrogatepass"), compresslevel=9, mtime=0)
    return base64.b85encode(packed).decode("ascii").replace("<", ",")


@cache
def order(entry: str) -> tuple[str, ...]:
    """The modules that one needs, itself last: each comes after those that it imports.

    Raises:
        Seq2seeError: Modules import each other in a circle, or one that is not there.
    """
    found: list[str] = []

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            circle = " -> ".join([*above[above.index(name) :], name])
            raise Seq2seeError(
                f"The player's modules import each other in a circle, {circle}; break it."
            )
        if name not in found:
            for imported in imports(name):
                visit(imported, (*above, name))
            found.append(name)

    visit(entry, ())
    return tuple(found)


@cache
def imports(name: str) -> tuple[str, ...]:
    """Names of the modules that a module imports."""
    return tuple(_IMPORT.findall(source(name)))


@cache
def source(name: str) -> str:
    """A module's text, without indentation and the comments that stand on lines of their own.

    Raises:
        Seq2seeError: There is no such module.
    """
    text = _COMMENT.sub("", read(f"{name.removeprefix(_PREFIX)}.js"))
    return _INDENTATION.sub("", text)


@cache
def style() -> str:
    """The player's style sheets, as one."""
    return "\n".join(read(f"style/{name}.css") for name in STYLES)


def read(path: str) -> str:
    """A file of ``static/``.

    Raises:
        Seq2seeError: It is not there.
    """
    file = resources.files("seq2see.views").joinpath("static", *path.split("/"))
    if not file.is_file():
        raise Seq2seeError(
            f"The player's file `{path}` is missing from this installation; install seq2see again."
        )
    return file.read_text(encoding="utf-8")
