"""HTML as a sequence of tags and texts, in one pass however broken it is.

Python's own ``html.parser`` looks for the end of an unfinished tag again from every ``<``, so that
a few kilobytes of them hold it up for minutes. Here every character is read once: as browsers do, a
tag ends at the first ``>`` that is in no quoted value of an attribute, or with the page.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Literal, NamedTuple

Kind = Literal["start", "end", "text", "other"]

_TOKEN = re.compile(
    r"""
      <(?P<slash>/?)(?P<name>[a-zA-Z][^\s/>]*)          # a tag
        (?>[^>=]+|=\s*(?:"[^"]*(?:"|\Z)|'[^']*(?:'|\Z)|[^\s"'>][^\s>]*)?)*(?:>|\Z)
    | <!--.*?(?:-->|\Z)                                 # a comment
    | <[!?/][^>]*(?:>|\Z)                               # a declaration, or nonsense
    | [^<]+ | <                                         # text
    """,
    re.VERBOSE | re.DOTALL,
)
RAW = frozenset(("script", "style", "iframe", "noembed", "noframes", "xmp"))
"""Elements whose content is no HTML, and has no character references."""
_TEXT_ONLY = RAW | {"textarea", "title"}
_ENDS = {name: re.compile(rf"</{name}(?=[\s/>]|\Z)", re.IGNORECASE) for name in sorted(_TEXT_ONLY)}


class Token(NamedTuple):
    """A piece of a page."""

    kind: Kind
    markup: str
    """As it was written."""
    name: str = ""
    """Of a tag, in small letters."""
    is_raw: bool = False
    """Whether a text is no HTML."""

    @property
    def text(self) -> str:
        """What a text says."""
        return self.markup if self.is_raw else unescape(self.markup)


def tokens(html: str) -> Iterator[Token]:
    """Cut HTML into pieces, which together are the HTML again."""
    place = 0
    while place < len(html):
        found = _TOKEN.match(html, place)
        assert found is not None  # noqa: S101 - any character is text at least
        markup, place = found[0], found.end()
        name = (found["name"] or "").lower()
        if name and markup.endswith(">"):
            yield Token("end" if found["slash"] else "start", markup, name)
        elif markup.startswith("<") and len(markup) > 1:
            yield Token("other", markup)
        else:
            yield Token("text", markup)
        if name in _ENDS and not found["slash"] and markup.endswith(">"):
            ending = _ENDS[name].search(html, place)
            end = len(html) if ending is None else ending.start()
            if end > place:
                yield Token("text", html[place:end], is_raw=name in RAW)
            place = end
