"""What can be shown of a text, how wide it is, how it runs."""

import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2see.drawing import text

FAMILY = "👨\u200d👩\u200d👧"


@pytest.mark.parametrize(
    ("given_", "shown"),
    [
        ("étudiant", "étudiant"),
        ("a\nb\tc", "a␊b␉c"),
        ("\x00\x1f\x7f", "␀␟␡"),
        ("\x85\ud800\ufffe", "\ufffd\ufffd\ufffd"),
        ("\u2028", " "),
        ("👍🏽", "👍🏽"),
    ],
)
def test_what_nobody_sees_is_replaced(given_: str, shown: str) -> None:
    assert text.visible(given_) == shown


@given(st.text(st.characters(exclude_categories=())))
def test_every_text_becomes_xml(label: str) -> None:
    shown = text.visible(label)
    safe = shown.replace("&", "&amp;").replace("<", "&lt;")
    # A parser reads a carriage return as a line feed; both are replaced.
    assert (ElementTree.fromstring(f"<a>{safe}</a>").text or "") == shown


@pytest.mark.parametrize(
    ("label", "rtl"),
    [
        ("الكتاب", True), ("ספר", True), ("book", False), ("किताब", False), ("书", False),
        ("PC الجديد", True), ("12.5", False), ("", False),
    ],
)  # fmt: skip
def test_direction_is_that_of_most_letters(label: str, rtl: bool) -> None:
    assert text.is_rtl(label) is rtl


def test_what_has_no_direction_takes_that_around_it() -> None:
    assert text.is_rtl(".", otherwise=True)
    assert not text.is_rtl("a.", otherwise=True)


def test_marks_of_a_model_do_not_decide_the_direction_of_a_sentence() -> None:
    assert text.main_direction(["<unk>", "باب", "</s>"])
    assert not text.main_direction(["le", "</s>"])


@pytest.mark.parametrize(
    ("label", "first"),
    [
        ("الكتاب", "Noto Sans Arabic"), ("हिन्दी", "Noto Sans Devanagari"),
        ("我", "Noto Sans CJK SC"), ("日本の", "Noto Sans CJK JP"), ("한국", "Noto Sans CJK KR"),
        ("สวัสดี", "Noto Sans Thai"), ("😀", "Noto Color Emoji"), (FAMILY, "Noto Color Emoji"),
    ],
)  # fmt: skip
def test_scripts_have_their_own_fonts(label: str, first: str) -> None:
    families = text.fonts(label)
    assert families is not None
    assert families.startswith(f"'{first}', ")
    assert families.endswith(", sans-serif")


@pytest.mark.parametrize("label", ["étudiant", "Привет", "12%", "", "</s>"])
def test_most_text_has_the_usual_fonts(label: str) -> None:
    assert text.fonts(label) is None


@pytest.mark.parametrize(
    ("label", "parts"),
    [
        ("ab", ["a", "b"]),
        ("e\u0301a", ["e\u0301", "a"]),
        ("क्षत्रिय", ["क्ष", "त्रि", "य"]),
        (f"{FAMILY}!", [FAMILY, "!"]),
        ("🇮🇳🇫🇷", ["🇮🇳", "🇫🇷"]),
        ("👍🏽👍", ["👍🏽", "👍"]),
    ],
)
def test_clusters_are_what_readers_call_characters(label: str, parts: list[str]) -> None:
    assert list(text.clusters(label)) == parts


@given(st.text())
def test_clusters_lose_nothing(label: str) -> None:
    assert "".join(text.clusters(label)) == label


def test_marks_take_no_room() -> None:
    assert text.measure("e\u0301") == text.measure("e")
    assert text.measure(FAMILY) == text.measure("😀")
    assert text.measure("\u200b") == 0


def test_east_asian_characters_are_as_wide_as_high() -> None:
    assert 2.0 <= text.measure("我茶") <= 2.2


# Advance widths of Noto Sans, Noto Sans Devanagari and Noto Sans Arabic in multiples of the font
# size, as HarfBuzz adds them up.
REAL = {
    "étudiant": 3.956, "Window": 3.792, "ill": 0.774, "l'accord": 3.577, "1992": 2.288,
    "हिन्दी": 1.878, "काहीतरी": 3.049, "المعلم": 2.459, "الكتاب": 2.663,
}  # fmt: skip


@pytest.mark.parametrize(("label", "real"), REAL.items())
def test_widths_are_estimated_with_some_margin(label: str, real: float) -> None:
    assert real <= text.measure(label) <= 1.7 * real


@given(st.text(), st.floats(0.5, 20))
def test_shortened_text_fits_and_says_that_it_is_shortened(label: str, room: float) -> None:
    shown = text.shorten(label, room)
    if text.measure(label) <= room:
        assert shown == label
    else:
        assert shown.endswith("…")
        assert label.startswith(shown[:-1])
        assert text.measure(shown) <= max(room, text.measure("…"))


def test_shortening_keeps_characters_whole() -> None:
    shown = text.shorten("क्षत्रिय", text.measure("क्ष…") + 0.1)
    assert shown == "क्ष…"
    assert unicodedata.combining(shown[-1]) == 0


def test_lines_are_broken_at_spaces() -> None:
    room = text.measure("five words")
    assert text.wrap("five words of a sentence", room) == ["five words", "of a", "sentence"]
    assert text.wrap("", 5.0) == [""]
    assert text.wrap("extraordinarily", text.measure("extra…")) == ["extra…"]
