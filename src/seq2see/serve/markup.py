"""HTML in, HTML out: texts are translated, and their markup goes where attention says.

A page is cut into texts by the elements that begin a new line, such as ``p`` and ``li``. Inside a
text, every word remembers the elements around it, such as ``b`` and ``a``; after translating, each
target word gets those of the source word that it attended to most. What must not be translated
(``script``, ``style``, ``translate="no"``, ...) stays as it is.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

# They stand in the line, so that a text goes on through them.
_INLINE = frozenset(
    """
    a abbr acronym b bdi bdo big cite data del dfn em font i ins kbd label mark q s samp small
    span strike strong sub sup time tt u
    """.split()  # noqa: SIM905
)
# Without content; they keep their place in the line.
_INLINE_VOID = frozenset(("img", "wbr"))
_VOID = frozenset(
    """
    area base br col embed hr img input link meta param source track wbr
    """.split()  # noqa: SIM905
)
_UNTRANSLATED = frozenset(
    """
    audio canvas code iframe math noscript object pre script style svg template textarea var video
    """.split()  # noqa: SIM905
)
_WORD = re.compile(r"\S+")


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
    around: list[tuple[Element, ...]] = field(default_factory=list)
    """For each character, the elements around it, outermost first."""
    points: list[tuple[int, str]] = field(default_factory=list)
    """Markup without content, and before which character it stands."""

    def add(self, text: str, around: Sequence[Element]) -> None:
        """Append text."""
        self.text += text
        self.around += [tuple(around)] * len(text)


Part = Fixed | Passage


def parse(html: str) -> list[Part]:
    """Cut HTML into what is translated and what is not. Wrong HTML is read as browsers do."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
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
    around = [() if owner is None else passage.around[sources[owner][0]] for owner in owners]
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
    """Before which target word each markup without content goes: that of the next source word."""
    placed: dict[int, list[str]] = {}
    for place, markup in passage.points:
        following = next((n for n, (_, stop) in enumerate(sources) if stop > place), None)
        target = len(owners)
        if following is not None:
            later = (
                n for n, owner in enumerate(owners) if owner is not None and owner >= following
            )
            target = next(later, len(owners))
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


class _Parser(HTMLParser):
    """Collects parts; tags are kept as they were written."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[Part] = []
        self._passage = Passage()
        self._open: list[Element] = []
        self._kept: list[str] = []
        """Names of open elements since one that is not translated."""

    def finish(self) -> list[Part]:
        """Return everything."""
        self._cut()
        return self._parts

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        markup = self.get_starttag_text() or ""
        untranslated = tag in _UNTRANSLATED or dict(attrs).get("translate") == "no"
        if self._kept or (untranslated and tag not in _VOID):
            self._fix(markup)
            if tag not in _VOID:
                self._kept.append(tag)
        elif tag in _INLINE_VOID:
            self._passage.points.append((len(self._passage.text), markup))
        elif tag in _INLINE:
            self._open.append(Element(markup, tag))
        else:
            self._fix(markup)

    def handle_startendtag(
        self,
        tag: str,
        attrs: list[tuple[str, str | None]],  # noqa: ARG002
    ) -> None:
        markup = self.get_starttag_text() or ""
        if self._kept or tag not in _INLINE_VOID:
            self._fix(markup)
        else:
            self._passage.points.append((len(self._passage.text), markup))

    def handle_endtag(self, tag: str) -> None:
        if self._kept:
            self._fix(f"</{tag}>")
            if tag in self._kept:
                del self._kept[len(self._kept) - 1 - self._kept[::-1].index(tag) :]
        elif tag in _INLINE:
            places = [place for place, one in enumerate(self._open) if one.name == tag]
            if places:
                del self._open[places[-1]]
        else:
            self._fix(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._kept:
            is_raw = self._kept[-1] in ("script", "style")
            self._fix(data if is_raw else escape(data, quote=False))
        else:
            self._passage.add(data, self._open)

    def handle_comment(self, data: str) -> None:
        self._fix(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._fix(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self._fix(f"<?{data}>")

    def unknown_decl(self, data: str) -> None:
        self._fix(f"<![{data}]>")

    def _fix(self, markup: str) -> None:
        self._cut()
        self._parts.append(Fixed(markup))

    def _cut(self) -> None:
        """End the passage. Inline elements that are open go on in the next one."""
        passage, self._passage = self._passage, Passage()
        if passage.text.strip():
            self._parts.append(passage)
            return
        # Nothing to translate: white space and markup without content stay as they are.
        markup = "".join(one for _, one in passage.points) + escape(passage.text, quote=False)
        if markup:
            self._parts.append(Fixed(markup))


def passages(parts: Sequence[Part]) -> Iterator[Passage]:
    """The passages among parts."""
    return (part for part in parts if isinstance(part, Passage))


def joined(parts: Sequence[Part], rendered: Iterable[str]) -> str:
    """Put everything together again, with what became of each passage, in their order."""
    remaining = iter(rendered)
    return "".join(part.markup if isinstance(part, Fixed) else next(remaining) for part in parts)
