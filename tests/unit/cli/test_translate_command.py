"""Forms of the output of ``seq2see translate``, on translations made by hand."""

import json
from pathlib import Path

import pytest

from seq2see.cli.translate import _refuse_overwriting
from seq2see.cli.writing import formatted, one_line
from seq2see.decoding.translation import Hypothesis, Translation
from seq2see.errors import UsageError


def hypothesis(text: str, score: float) -> Hypothesis:
    return Hypothesis(
        text, tuple(text.split()), (5, 6), score, 2 * score, finished=True, look_up=lambda: (-1.0,)
    )


TRANSLATION = Translation(
    "a\tb\nc", ("a", "b", "c"), (hypothesis("x\ny z", -1.25), hypothesis("x\r\ny", -2.0)),
    warnings=("Doubtful.",),
)  # fmt: skip


def test_text() -> None:
    assert list(formatted(TRANSLATION, 3, "text", 1)) == ["x y z"]
    assert list(formatted(TRANSLATION, 3, "text", 2)) == [
        "3 ||| x y z ||| -1.2500",
        "3 ||| x  y ||| -2.0000",
    ]


def test_tsv_has_three_cells_whatever_the_texts_hold() -> None:
    assert list(formatted(TRANSLATION, 3, "tsv", 2)) == [
        "a b c\tx y z\t-1.2500",
        "a b c\tx  y\t-2.0000",
    ]


def test_jsonl_has_everything_as_it_is() -> None:
    [line] = formatted(TRANSLATION, 3, "jsonl", 2)
    assert "\n" not in line
    found = json.loads(line)
    assert found["source"] == "a\tb\nc"
    assert found["warnings"] == ["Doubtful."]
    assert found["hypotheses"][0] == {
        "text": "x\ny z", "tokens": ["x", "y", "z"], "score": -1.25, "log_prob": -2.5,
        "token_log_probs": [-1.0], "finished": True, "alignment": [],
    }  # fmt: skip


def test_only_line_feeds_and_carriage_returns_end_a_line() -> None:
    assert one_line("a\nb\rc\u2028d") == "a b c\u2028d"


def test_files_that_would_be_overwritten(tmp_path: Path) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    a.write_text("")
    (tmp_path / "link").symlink_to(a)
    _refuse_overwriting(a, b, tmp_path / "c")
    _refuse_overwriting(None, None, None)
    _refuse_overwriting(Path("/dev/null"), Path("/dev/null"), Path("/dev/null"))
    for given in ((a, a, None), (a, tmp_path / "link", None), (a, b, a), (None, b, b)):
        with pytest.raises(UsageError, match="would be overwritten; give one of them another name"):
            _refuse_overwriting(*given)
