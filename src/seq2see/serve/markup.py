"""HTML in, HTML out: texts are translated, and their markup goes where attention says.

A page is cut into texts by the elements that begin a new line, such as ``p`` and ``li``. Inside a
text, every word remembers the elements around it, such as ``b`` and ``a``; after translating, each
target word gets those of the source word that it attended to most. What must not be translated
(``script``, ``style``, ``translate="no"``, ...) stays as it is.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import accumulate
from typing import Literal

from seq2see.serve import elements
from seq2see.serve.refusal import Refusal
from seq2see.serve.tags import Token, tokens

_WORD = re.compile(r"\S+")
_NO = re.compile(r"""\stranslate\s*=\s*["']?no(?=["'\s>])""", re.IGNORECASE)
_DEPTH = 200
"""Most elements inside each other."""


@dataclass(frozen=True)
class Fixed:
    """Markup that stays as it is."""

    markup: str


@dataclass(frozen=True)
class Element:
    """An inline element."""

    opening: str
    name: str

    @property
    def closing(self) -> str:
        """Its end tag."""
        return f"</{self.name}>"


@dataclass
class Passage:
    """A text with inline elements."""

    text: str = ""
    changes: list[tuple[int, tuple[Element, ...]]] = field(default_factory=list)
    """From which character on which elements are around the text, outermost first."""
    points: list[tuple[int, str]] = field(default_factory=list)
    """Markup without text, and before which character it stands."""

    def add(self, text: str, around: tuple[Element, ...]) -> None:
        """Append text."""
        self.changes.append((len(self.text), around))
        self.text += text

    def around(self, place: int) -> tuple[Element, ...]:
        """The elements around a character."""
        return self.changes[bisect_right(self.changes, place, key=lambda one: one[0]) - 1][1]


Part = Fixed | Passage


def parse(html: str) -> list[Part]:
    """Cut HTML into what is translated and what is not. End tags may be missing, as in browsers.

    Raises:
        Refusal: Too many elements are inside each other.
    """
    parser = _Parser()
    for token in tokens(html):
        parser.read(token)
    return parser.finish()


@dataclass(frozen=True)
class Spoken:
    """A sentence of a passage and its translation."""

    source: str
    target: str
    after: str
    """White space behind both."""
    alignment: Sequence[tuple[int, int]]
    """Links (source word, target word) between words at white space, from 0."""


def render(passage: Passage, before: str, sentences: Sequence[Spoken]) -> str:
    """Put a passage's markup into its translation.

    Args:
        passage: The source.
        before: White space before the first sentence.
        sentences: All of it.
    """
    sources: list[tuple[int, int]] = []
    targets: list[tuple[int, int]] = []
    owners: list[int | None] = []
    translation, read = before, len(before)
    for one in sentences:
        mine, theirs = _words(one.source), _words(one.target)
        found = _owners(len(mine), len(theirs), one.alignment)
        owners += [None if owner is None else len(sources) + owner for owner in found]
        sources += [(read + start, read + stop) for start, stop in mine]
        targets += [(len(translation) + start, len(translation) + stop) for start, stop in theirs]
        translation += one.target + one.after
        read += len(one.source) + len(one.after)
    around = [() if owner is None else passage.around(sources[owner][0]) for owner in owners]
    return _written(translation, targets, around, _points(passage, sources, owners))


def _words(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in _WORD.finditer(text)]


def _written(
    translation: str,
    targets: Sequence[tuple[int, int]],
    around: Sequence[tuple[Element, ...]],
    points: Mapping[int, list[str]],
) -> str:
    """Write words with the elements around each, which stay open from word to word."""
    written: list[str] = []
    opened: tuple[Element, ...] = ()
    end = 0
    for number, ((start, stop), wanted) in enumerate(zip(targets, around, strict=True)):
        common = _common(opened, wanted)
        written += [one.closing for one in reversed(opened[common:])]
        written.append(escape(translation[end:start], quote=False))
        written += points.get(number, [])
        written += [one.opening for one in wanted[common:]]
        written.append(escape(translation[start:stop], quote=False))
        opened, end = wanted, stop
    written += [one.closing for one in reversed(opened)]
    written += points.get(len(targets), [])
    written.append(escape(translation[end:], quote=False))
    return "".join(written)


def _owners(
    num_sources: int, num_targets: int, alignment: Sequence[tuple[int, int]]
) -> list[int | None]:
    """The source word of each target word; without a link, that of the word before it.

    Without any link, words keep their relative places.
    """
    if not num_sources:
        return [None] * num_targets
    if not alignment:
        return [number * num_sources // max(num_targets, 1) for number in range(num_targets)]
    linked: dict[int, int] = {}
    for source, target in alignment:
        if source < num_sources:
            linked.setdefault(target, source)
    first = linked.get(min(linked, default=0), 0)
    owners: list[int | None] = []
    for number in range(num_targets):
        owners.append(linked.get(number, owners[-1] if owners else first))
    return owners


def _points(
    passage: Passage, sources: Sequence[tuple[int, int]], owners: Sequence[int | None]
) -> dict[int, list[str]]:
    """Before which target word each markup without text goes: that of the next source word."""
    placed: dict[int, list[str]] = {}
    ends = [stop for _, stop in sources]
    # The first target word whose owner is at least a source word is where the largest owner so far
    # becomes that large.
    largest = list(accumulate((-1 if one is None else one for one in owners), max))
    for place, markup in passage.points:
        target = bisect_left(largest, bisect_right(ends, place))
        placed.setdefault(target, []).append(markup)
    return placed


def _common(one: Sequence[Element], other: Sequence[Element]) -> int:
    """How many outer elements are the very same."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left is not right:
            break
        count += 1
    return count


@dataclass(eq=False)
class _Open:
    """An element that is open."""

    name: str
    kind: Literal["block", "inline", "kept"]
    element: Element
    passage: Passage
    """Where it began, and behind how much of it."""
    length: int
    num_points: int
    is_used: bool = False
    """Whether any text stands in it."""


class _Parser:
    """Collects parts; tags are kept as they were written."""

    def __init__(self) -> None:
        self._parts: list[Part] = []
        self._passage = Passage()
        self._open: list[_Open] = []
        self._names: Counter[str] = Counter()
        self._num_kept = 0

    def read(self, token: Token) -> None:
        """Take one token."""
        match token.kind:
            case "start":
                self._start(token)
            case "end":
                self._end(token)
            case "text" if not self._num_kept:
                self._text(token.text)
            case _:
                self._fix(token.markup)

    def finish(self) -> list[Part]:
        """Return everything."""
        for one in [one for one in reversed(self._open) if one.kind == "inline"]:
            self._close(one)
        self._cut()
        return self._parts

    def _start(self, token: Token) -> None:
        name = token.name
        if name in elements.CLOSED_BY:
            self._close_before(*elements.CLOSED_BY[name])
        is_void = name in elements.VOID
        if self._num_kept:
            self._fix(token.markup)
            kind: Literal["block", "inline", "kept"] = "kept"
        elif name in elements.INLINE_VOID:
            self._passage.points.append((len(self._passage.text), token.markup))
        elif not is_void and (name in elements.UNTRANSLATED or _NO.search(token.markup)):
            self._fix(token.markup)
            kind = "kept"
        elif name in elements.INLINE:
            kind = "inline"
        else:
            self._fix(token.markup)
            kind = "block"
        if not is_void:
            self._push(kind, Element(token.markup, name))

    def _push(self, kind: Literal["block", "inline", "kept"], element: Element) -> None:
        if len(self._open) == _DEPTH:
            raise Refusal(413, f"The HTML has more than {_DEPTH} elements inside each other.")
        passage = self._passage
        place = len(passage.text), len(passage.points)
        self._open.append(_Open(element.name, kind, element, passage, *place))
        self._names[element.name] += 1
        self._num_kept += kind == "kept"

    def _close_before(self, names: frozenset[str], within: frozenset[str]) -> None:
        """Close elements that end where another begins, up to those they may be nested in."""
        while any(self._names[name] for name in names):
            found = None
            for one in reversed(self._open):
                if one.name in names:
                    found = one
                if found is not None or one.name in within:
                    break
            if found is None:
                return
            self._close(found)

    def _end(self, token: Token) -> None:
        found = None
        if self._names[token.name]:
            found = next(one for one in reversed(self._open) if one.name == token.name)
            self._close(found)
        if found is None and token.name in elements.INLINE and not self._num_kept:
            return  # it ends nothing
        if found is None or found.kind != "inline":
            self._fix(token.markup)

    def _close(self, closed: _Open) -> None:
        """End an element; and if it is not an inline one, those that were left open in it.

        Elements that only change how letters look go on behind it, as they do in browsers.
        """
        place = self._open.index(closed)
        ended = [closed]
        if closed.kind != "inline":
            ended += [
                one
                for one in self._open[place + 1 :]
                if one.kind != "inline" or one.name not in elements.FORMATTING
            ]
        for one in reversed(ended):
            self._open.remove(one)
            self._names[one.name] -= 1
            self._num_kept -= one.kind == "kept"
            if one.kind == "inline" and not one.is_used and one.passage is self._passage:
                self._gather(one)

    def _gather(self, empty: _Open) -> None:
        """Keep an element without text, and what stands in it, as one piece of markup."""
        points = self._passage.points
        inside = "".join(markup for _, markup in points[empty.num_points :])
        markup = f"{empty.element.opening}{inside}{empty.element.closing}"
        points[empty.num_points :] = [(empty.length, markup)]

    def _text(self, text: str) -> None:
        inline = [one for one in self._open if one.kind == "inline"]
        if not text.isspace():
            for one in inline:
                one.is_used = True
        self._passage.add(text, tuple(one.element for one in inline))

    def _fix(self, markup: str) -> None:
        self._cut()
        self._parts.append(Fixed(markup))

    def _cut(self) -> None:
        """End the passage. Inline elements that are open go on in the next one."""
        passage, self._passage = self._passage, Passage()
        if passage.text.strip():
            self._parts.append(passage)
            return
        # Nothing to translate: white space and markup without text stay as they are.
        markup = "".join(one for _, one in passage.points)
        if markup:
            for one in reversed(self._open):
                if one.kind == "inline":
                    one.is_used = True
                    markup = f"{one.element.opening}{markup}{one.element.closing}"
        markup += escape(passage.text, quote=False)
        if markup:
            self._parts.append(Fixed(markup))


def passages(parts: Sequence[Part]) -> Iterator[Passage]:
    """The passages among parts."""
    return (part for part in parts if isinstance(part, Passage))


def joined(parts: Sequence[Part], rendered: Iterable[str]) -> str:
    """Put everything together again, with what became of each passage, in their order."""
    remaining = iter(rendered)
    return "".join(part.markup if isinstance(part, Fixed) else next(remaining) for part in parts)
