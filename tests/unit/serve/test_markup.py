"""HTML: what is translated, what is not, and where markup goes."""

import time
from contextlib import suppress
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2see.serve.markup import Fixed, Passage, Spoken, parse, render
from seq2see.serve.refusal import Refusal
from seq2see.serve.segments import split


def translated(html: str, links: list[tuple[int, int]], target: str) -> str:
    """The only passage, with this translation."""
    [passage] = parse(html)
    assert isinstance(passage, Passage)
    return render(passage, "", [Spoken(passage.text, target, "", links)])


def same(html: str) -> str:
    """The page, with every sentence translated by itself."""
    written = []
    for part in parse(html):
        if isinstance(part, Fixed):
            written.append(part.markup)
            continue
        before, segments = split(part.text)
        spoken = [
            Spoken(one.text, one.text, one.after, [(n, n) for n in range(len(one.text.split()))])
            for one in segments
        ]
        written.append(render(part, before, spoken))
    return "".join(written)


def test_a_link_follows_its_word() -> None:
    assert (
        translated(
            'the <a href="x?a=1&amp;b=2">red</a> car', [(0, 0), (1, 2), (2, 1)], "la voiture rouge"
        )
        == 'la voiture <a href="x?a=1&amp;b=2">rouge</a>'
    )


def test_neighbours_share_their_element() -> None:
    links = [(0, 0), (1, 1), (2, 2)]
    assert translated("<b>a b</b> c", links, "x y z") == "<b>x y</b> z"


def test_an_element_that_is_torn_apart_is_written_twice() -> None:
    links = [(0, 0), (1, 2), (2, 1)]
    assert translated("<b>a b</b> c", links, "x z y") == "<b>x</b> z <b>y</b>"


def test_elements_in_elements() -> None:
    links = [(0, 0), (1, 1)]
    assert translated("<i><b>a</b> c</i>", links, "x z") == "<i><b>x</b> z</i>"


def test_words_without_a_link_go_with_the_word_before() -> None:
    assert translated("<b>a</b> c", [(0, 0), (1, 2)], "x of z") == "<b>x of</b> z"


def test_without_attention_words_keep_their_places() -> None:
    assert translated("a <b>c</b>", [], "w x y z") == "w x <b>y z</b>"


def test_a_picture_stays_before_its_word() -> None:
    links = [(0, 1), (1, 0)]
    assert translated('a <img src="i.png"> c', links, "z x") == '<img src="i.png">z x'
    assert translated('a c<img src="i.png">', links, "z x") == 'z x<img src="i.png">'


def test_a_translation_cannot_bring_markup() -> None:
    assert translated("<b>a</b>", [(0, 0)], "<script>&") == "<b>&lt;script&gt;&amp;</b>"


def test_character_references_are_read() -> None:
    [passage] = parse("caf&eacute; &lt;3 &#x4e2d;")
    assert isinstance(passage, Passage)
    assert passage.text == "café <3 中"


@pytest.mark.parametrize(
    "html",
    [
        "<script>if (a < b && c) alert('x')</script>",
        "<style>p > b { color: red }</style>",
        "<pre>a  b &lt; c</pre>",
        '<p translate="no">not this <b>one</b></p>',
        "<!DOCTYPE html><!-- a comment --><br/>",
        "<code>x = y</code>",
    ],
)
def test_what_is_not_translated_stays(html: str) -> None:
    parts = parse(html)
    assert [part for part in parts if isinstance(part, Passage)] == []
    assert same(html) == html


@pytest.mark.parametrize(
    "html",
    [
        "plain",
        "  white \n space  ",
        "<p>one</p>\n<p>two. Three.</p>",
        "<ul><li>a<li>b</ul>",
        "a<br>b",
        '<div class="x">A <b>b</b> c</div>',
        "<p>a <i>b <b>c</b></i> d</p>",
    ],
)
def test_a_translation_by_itself_changes_nothing(html: str) -> None:
    assert same(html) == html


@pytest.mark.parametrize(
    ("html", "read"),
    [
        ('<i class="fa"></i> a', ' <i class="fa"></i>a'),
        ('<a id="top"></a><p>a</p>', '<a id="top"></a><p>a</p>'),
        ('a <a href="/x"><img src="y.png"></a> b', 'a  <a href="/x"><img src="y.png"></a>b'),
        ("<a href=x><div><img></div></a>", "<div><a href=x><img></a></div>"),
        ("a<b><i></i></b>", "a<b><i></i></b>"),
        ("a<b>", "a<b></b>"),
        # Missing end tags.
        ('<ul><li translate="no">A<li>b</ul>', '<ul><li translate="no">A<li>b</ul>'),
        ("<p><span>a</p><p>b</p>", "<p><span>a</span></p><p>b</p>"),
        ("<p><b>a</p><p>b</b></p>", "<p><b>a</b></p><p><b>b</b></p>"),
        ("<a href=1>a <a href=2>b</a>", "<a href=1>a</a> <a href=2>b</a>"),
        ("<b>a <i>b</b> c</i>", "<b>a <i>b</i></b> <i>c</i>"),
        ("<table><tr><td><q>a<td>b</table>", "<table><tr><td><q>a</q><td>b</table>"),
        ("</b>a</p>", "a</p>"),
        # Nonsense.
        ("a <![ b", "a <![ b"),
        ("a < b <3 <a", "a &lt; b &lt;3 <a"),
        ("<iframe>a & b</iframe>", "<iframe>a & b</iframe>"),
        ("<textarea><b>&amp;</textarea>a", "<textarea><b>&amp;</textarea>a"),
    ],
)
def test_html_is_read_as_browsers_do(html: str, read: str) -> None:
    assert same(html) == read


@pytest.mark.parametrize(
    ("html", "texts"),
    [
        ("<p>it's a <b class=a'b>cat</b> that's small", ["it's a cat that's small"]),
        ("<p title='a>b' lang=en>one</p>two", ["one", "two"]),
        ('<p title = "a>b">one</p>two', ["one", "two"]),
        ("<a href=x=' >link</a> it's", ["link it's"]),
        ("<p don't>one</p>two", ["one", "two"]),
        ("<p a=>one</p>two", ["one", "two"]),
    ],
)
def test_only_quoted_values_may_hold_the_end_of_a_tag(html: str, texts: list[str]) -> None:
    assert [part.text for part in parse(html) if isinstance(part, Passage)] == texts


def test_what_comes_behind_a_missing_end_tag_is_translated() -> None:
    for html in ('<li translate="no">A<li>b', '<p translate="no">A<p>b', "<code>A</code>b"):
        [passage] = [part for part in parse(html) if isinstance(part, Passage)]
        assert passage.text == "b"


@pytest.mark.parametrize(
    "html",
    [
        *(
            "<a ",
            "<b>a",
            "<a '\"",
            "<!--",
            "<![ ",
            "</",
            "<",
            "&amp",
            "<p>",
            "<textarea>",
            "<wbr>a ",
        ),
        *("a " * 3 + "<img>", "<li><i>", "<b></b>", "<table><td>", "<i>a</i> ", " ", "<p><b>a</p>"),
    ],
)
def test_time_grows_no_faster_than_the_text(html: str) -> None:
    """50,000 characters of anything take a moment, and memory for no more than themselves."""
    page = html * (50_000 // len(html))
    begun = time.process_time()
    with suppress(Refusal):
        same(page)
    assert time.process_time() - begun < 6


def test_elements_inside_each_other_are_limited() -> None:
    assert same("<b>" * 200 + "a") == "<b>" * 200 + "a" + "</b>" * 200
    with pytest.raises(Refusal, match="more than 200 elements inside each other") as refusal:
        parse("<b>" * 201)
    assert refusal.value.status == 413


class Tags(HTMLParser):
    """Fails where inline elements are not nested."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


PIECES = st.sampled_from(["<b>", "</b>", "<i>", "</i>", "<a href=x>", "</a>", "one ", "two ", " "])


@given(st.lists(PIECES, max_size=14), st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5))))
def test_what_is_written_is_nested(pieces: list[str], links: list[tuple[int, int]]) -> None:
    for part in parse("".join(pieces)):
        if isinstance(part, Passage):
            words = len(part.text.split())
            target = " ".join("xyzuvw"[:words])
            source = part.text.strip()
            before = part.text[: part.text.index(source)]
            written = render(part, before, [Spoken(source, target, "", links)])
            reader = Tags()
            reader.feed(written)
            assert reader.open == []


@given(st.text(max_size=60))
def test_anything_can_be_parsed(html: str) -> None:
    same(html)
