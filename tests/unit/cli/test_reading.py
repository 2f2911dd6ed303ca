"""DATA as the commands read it."""

import gzip
from pathlib import Path

import pytest

from seq2see.cli.reading import Form, Line, by_line, read
from seq2see.config import DataConfig
from seq2see.data import corpus
from seq2see.errors import UsageError

PLAIN = Form(None, None, None)


def lines(spec: str, form: Form = PLAIN) -> list[Line]:
    [found] = read("run", DataConfig(pair="en-fr"), [spec], form)
    return by_line(spec, found)


@pytest.mark.parametrize("name", ["a.tsv", "a.tsv.gz"])
def test_pairs_stay_at_their_lines(tmp_path: Path, name: str) -> None:
    content = b"\na\tx\nlonely\n\nb\ty\r\nbad\xff\tz\n \n"
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    found = lines(str(path))
    assert [line.pair[:2] for line in found] == [
        ("", ""), ("a", "x"), ("", ""), ("", ""), ("b", "y"), ("", ""), ("", ""),
    ]  # fmt: skip
    assert [line.problem for line in found] == [
        "blank line", "", "missing column", "blank line", "", "invalid utf8", "blank line",
    ]  # fmt: skip
    assert [line.pair.where for line in found] == [f"{path}:{n}" for n in range(1, 8)]


def test_objects_and_prefixes(tmp_path: Path) -> None:
    objects = tmp_path / "a.jsonl"
    objects.write_text('{"source": "a", "target": "x"}\n\n{"source": "b", "target": ""}\n')
    assert [line.pair[:2] for line in lines(str(objects))] == [("a", "x"), ("", ""), ("b", "")]
    (tmp_path / "b.en").write_text("a\n\nb\n")
    (tmp_path / "b.fr").write_text("x\ny\nz\n")
    found = lines(str(tmp_path / "b"))
    assert [line.pair[:2] for line in found] == [("a", "x"), ("", "y"), ("b", "z")]
    assert {line.problem for line in found} == {""}


def test_built_in_pairs_have_no_lines_to_lose() -> None:
    found = lines("builtin:en-fr/test:3")
    assert [line.pair for line in found] == corpus.read("builtin:en-fr/test:3").pairs


def test_the_form_of_the_run_is_used_unless_told_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("x_a_b\n")
    given = DataConfig(columns=((2,), (1,)), separator="_")
    [own] = read("run", given, [str(path)], PLAIN)
    assert own.pairs[0][:2] == ("a", "x")
    [told] = read("run", given, [str(path)], Form(None, ((3,), (2,)), None))
    assert told.pairs[0][:2] == ("b", "a")
    path.write_text("x|a\n")
    [told] = read("run", given, [str(path)], Form(None, ((1,), (2,)), "|"))
    assert told.pairs[0][:2] == ("x", "a")


def test_the_opposite_direction_is_refused() -> None:
    with pytest.raises(UsageError, match=r"`run` translates `en-fr`, not `fr-en`; leave `--pair`"):
        lines("builtin:fr-en/test:3", Form("fr-en", None, None))


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (Form("en-fr", None, None), "pair"),
        (Form(None, ((1,), (2,)), None), "columns"),
        (Form(None, None, "|"), "separator"),
        (Form(None, None, None, (3,)), "features"),
    ],
)
def test_options_about_no_data_are_refused(form: Form, name: str) -> None:
    PLAIN.refuse_without_data()
    with pytest.raises(UsageError, match=f"`--{name}` says how to read DATA, but there is none"):
        form.refuse_without_data()
