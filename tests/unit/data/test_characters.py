import pytest

from seq2see.data import characters
from seq2see.data.finding import Finding, Severity
from seq2see.data.pair import Pair


def pairs_of(*texts: tuple[str, str]) -> list[Pair]:
    return [
        Pair(source, target, None, f"x:{number}")
        for number, (source, target) in enumerate(texts, start=1)
    ]


def seen(finding: Finding) -> tuple[Severity, int]:
    return finding.severity, finding.count


@pytest.mark.parametrize(
    ("text", "check", "severity"),
    [
        ("a\x00b", "control characters", "warning"),
        ("a\u2028b", "control characters", "warning"),
        ("a\x9db", "control characters", "warning"),
        ("caf\ufffd", "lost characters", "warning"),
        ("Va\u202f!", "no-break spaces", "note"),
        ("a\u00a0b", "no-break spaces", "note"),
        ("sink\u00ad", "invisible", "note"),
        ("a\u200bb", "invisible", "note"),
        ("a\ufeffb", "invisible", "note"),
        ("a\u202eb", "invisible", "note"),
    ],
)
def test_characters_that_cannot_be_seen(text: str, check: str, severity: Severity) -> None:
    for pair in (("ok", text), (text, "ok")):
        found = {
            finding.check: finding.severity
            for finding in characters.hidden(pairs_of(pair, ("a", "b")))
            if finding.severity != "ok"
        }
        assert found == {check: severity}


def test_joiners_and_ordinary_text_are_fine() -> None:
    pairs = pairs_of(("क्\u200dष मी\u200cत", "naïve — “quoted”\ttext…"))
    assert {finding.severity for finding in characters.hidden(pairs)} == {"ok"}


def test_a_word_in_two_scripts() -> None:
    mixed, source, target = characters.scripts(
        pairs_of(("la capitаl", "Привет"), ("ville", "город"))
    )
    assert seen(mixed) == ("warning", 1)
    assert mixed.examples == ("x:1: capitаl (with CYRILLIC SMALL LETTER A)",)
    assert (source.severity, target.severity) == ("ok", "ok")
    assert "Cyrillic" in target.message


def test_texts_in_another_script_than_their_side() -> None:
    pairs = pairs_of(
        *[("hello Иван", "привет")] * 300, ("hello", "untranslated text"), ("a", "NATO")
    )
    _, source, target = characters.scripts(pairs)
    assert source.severity == "ok"
    assert seen(target) == ("note", 2)
    assert "mostly in Latin instead of Cyrillic letters" in target.message
    assert characters.scripts(pairs[290:])[2].severity == "warning"
    assert characters.scripts(pairs_of(("12", "34")))[1].severity == "ok"
