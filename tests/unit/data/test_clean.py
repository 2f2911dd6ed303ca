import unicodedata
from pathlib import Path

import pytest

from seq2see.data.clean import SETS, STEPS, clean_pairs, clean_text, resolve
from seq2see.data.corpus import read
from seq2see.data.pair import Link, Pair
from seq2see.errors import ConfigError


@pytest.mark.parametrize(
    ("step", "text", "expected"),
    [
        ("nfc", "cafe\u0301", "caf\u00e9"),
        ("nfc", "\u0958", "\u0915\u093c"),  # composition excluded by Unicode
        ("squeeze", "  a \t b\u00a0\u202f!\u2028c\u3000\n", "a b ! c"),
        ("squeeze", "क्\u200dष \u200c", "क्\u200dष \u200c"),
        ("lower", "ÉCOLE Σ", "école σ"),
        ("strip-apostrophes", "don't ’t", "dont ’t"),
        ("strip-punctuation", "¿Qué? «a-b» 3+4=7 जा। $5 €6", "Qué ab 347 जा 5 €6"),
        ("strip-punctuation", "क्\u200dष मी\u200cत नि.", "क्\u200dष मी\u200cत नि"),
        ("strip-digits", "a1२٣७b½Ⅳ", "ab½Ⅳ"),
        ("strip-latin-digits", "0a123456789२", "a२"),
        ("strip-devanagari-digits", "०1२३४५६७८९a", "1a"),
    ],
)
def test_steps(step: str, text: str, expected: str) -> None:
    assert clean_text(text, [step]) == expected


def test_every_step_keeps_joiners() -> None:
    for step in STEPS:
        assert clean_text("a\u200db\u200cc", [step]) == "a\u200db\u200cc"


def test_strip_punctuation_covers_python_s_own_list() -> None:
    import string

    assert clean_text(string.punctuation, ["strip-punctuation"]) == ""


def test_marks_survive_the_stripping_of_punctuation() -> None:
    marks = "".join(
        chr(code) for code in range(0x110000) if unicodedata.category(chr(code))[0] == "M"
    )
    assert clean_text(marks, ["strip-punctuation"]) == marks


def test_sets_and_steps_resolve_in_order() -> None:
    assert resolve(["standard", "lower"]) == ("nfc", "squeeze", "lower")
    assert resolve(["none"]) == ()
    assert resolve(["target.lower"]) == ("target.lower",)
    for steps in SETS.values():
        assert resolve(steps) == steps


def test_unknown_steps_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"`lowr` is not a cleaning step.*did you mean `lower`"):
        resolve(["nfc", "lowr"])
    with pytest.raises(ConfigError, match=r"known are none, standard, .*strip-devanagari-digits"):
        resolve(["xyzzy"])
    with pytest.raises(ConfigError, match=r"`source\.standard`"):
        resolve(["source.standard"])


def test_a_step_can_be_meant_for_one_side() -> None:
    [pair], counts = clean_pairs([Pair("A", "B")], ["target.lower"])
    assert (pair.source, pair.target) == ("A", "b")
    assert counts == {"target.lower": 1, "alignments-dropped": 0}
    assert clean_text("A", ["target.lower"]) == "A"
    assert clean_text("A", ["target.lower"], side="target") == "a"


def test_an_alignment_is_dropped_where_a_length_changes() -> None:
    links = (Link(0, 1, 0, 1),)
    pairs = [
        Pair("A", "b", links, "x:1"),
        Pair("A ", "b", links),
        Pair("a", "b"),
        Pair("a", "b", ()),
    ]
    cleaned, counts = clean_pairs(pairs, ["lower", "squeeze"])
    assert cleaned == [
        Pair("a", "b", links, "x:1"), Pair("a", "b"), Pair("a", "b"), Pair("a", "b", ()),
    ]  # fmt: skip
    assert counts == {"lower": 2, "squeeze": 1, "alignments-dropped": 1}


@pytest.mark.data
def test_the_tutorial_s_numbers(data_dir: Path) -> None:
    """35 and 37 words at most, 8,941 and 14,745 different ones.

    The tutorial puts a start and an end marker around every target: two words more in each
    sentence, and two in the vocabulary.
    """
    pairs, _ = clean_pairs(read(str(data_dir / "anki/mar.txt.gz")).pairs, resolve(["tutorial"]))
    sources = [pair.source.split() for pair in pairs]
    targets = [["START_", *pair.target.split(), "_END"] for pair in pairs]
    assert max(map(len, sources)) == 35
    assert max(map(len, targets)) == 37
    assert len({word for words in sources for word in words}) == 8_941
    assert len({word for words in targets for word in words}) == 14_745


@pytest.mark.data
def test_what_the_tutorial_intended(data_dir: Path) -> None:
    steps = resolve(["tutorial-intended"])
    pairs, _ = clean_pairs(read(str(data_dir / "anki/mar.txt.gz")).pairs, steps)
    assert not {"P"} & {
        unicodedata.category(character)[0] for pair in pairs for character in pair.source
    }
