"""What is known of the elements of HTML (the HTML standard, sections 4 and 13)."""

from seq2see.serve.tags import RAW


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


FORMATTING = _names("a b big em font i nobr s small strike strong tt u")
"""Elements that go on behind a block in which they were not ended."""
INLINE = FORMATTING | _names(
    "abbr acronym bdi bdo cite data del dfn ins kbd label mark q samp span sub sup time"
)
"""They stand in the line, so that a text goes on through them."""
INLINE_VOID = _names("img wbr")
"""Without content; they keep their place in the line."""
VOID = INLINE_VOID | _names("area base br col embed hr input link meta param source track")
"""Without content and end tag."""
UNTRANSLATED = RAW | _names(
    "audio canvas code math noscript object pre svg template textarea var video"
)
"""Their content stays as it is."""
_BLOCKS = _names(
    """
    address article aside blockquote center details dialog dir div dl fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hgroup hr main menu nav ol p pre search section table ul
    """
)
_ROWS = _names("tr td th")
_PARTS = _names("thead tbody tfoot")
CLOSED_BY = {
    "a": (_names("a"), _names("table td th")),
    "li": (_names("li p"), _names("ul ol menu")),
    "dt": (_names("dt dd p"), _names("dl")),
    "dd": (_names("dt dd p"), _names("dl")),
    "td": (_names("td th"), _names("table")),
    "th": (_names("td th"), _names("table")),
    "tr": (_ROWS, _names("table")),
    **dict.fromkeys(_PARTS, (_PARTS | _ROWS, _names("table"))),
    "option": (_names("option"), _names("select datalist")),
    "optgroup": (_names("option optgroup"), _names("select")),
    **dict.fromkeys(_BLOCKS, (_names("p"), _names("button table td th object"))),
}
"""Elements that end where one of a name begins, and those in which they may be nested anew."""
