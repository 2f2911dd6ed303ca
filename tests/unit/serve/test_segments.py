"""Texts cut into sentences, from which the text comes back whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2see.serve.segments import split


def sentences(text: str) -> list[str]:
    return [segment.text for segment in split(text)[1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t ", []),
        ("the cat sleeps", ["the cat sleeps"]),
        ("Hello. How are you?", ["Hello.", "How are you?"]),
        (
            "He left!  \n\nA new paragraph\twith a tab\n",
            ["He left!", "A new paragraph\twith a tab"],
        ),
        ("a\r\n b \n\n\n c", ["a", "b", "c"]),
        ("你好。我是学生！“好吗？”再见", ["你好。", "我是学生！", "“好吗？”", "再见"]),
        ("I am... Yes. ¿Qué? Sí.", ["I am...", "Yes.", "¿Qué?", "Sí."]),
        ("هل أنت هنا؟ نعم.", ["هل أنت هنا؟", "نعم."]),
        ('He said "No." Then he left.', ['He said "No."', "Then he left."]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "feb. 9, 2046",
        "Dr. Smith met Mrs. Jones.",
        "J. R. R. Tolkien wrote.",
        "it costs 3.50 or so. perhaps",
        "see e.g. the first one",
        "seq2see.org is a name",
    ],
)
def test_one_sentence_stays_one(text: str) -> None:
    assert sentences(text) == [text]


@given(
    st.text(
        alphabet=st.sampled_from(list("aB .!?\n\t\r。！”\"') 5Dr的ع؟\u3000\u2028")), max_size=60
    )
)
def test_the_text_comes_back(text: str) -> None:
    before, segments = split(text)
    assert before + "".join(one.text + one.after for one in segments) == text
    assert before.strip() == ""
    for one in segments:
        assert one.text == one.text.strip() != ""
        assert one.after.strip() == ""


@given(st.text(max_size=40))
def test_any_text_comes_back(text: str) -> None:
    before, segments = split(text)
    assert before + "".join(one.text + one.after for one in segments) == text
