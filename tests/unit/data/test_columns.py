from pathlib import Path

import pytest

from seq2see.data.columns import Columns, read_columns, tags_of
from seq2see.data.rejects import Problem
from seq2see.errors import ConfigError, DataError


def columns_of(
    tmp_path: Path,
    text: str,
    columns: tuple[int, int] = (1, 2),
    separator: str | None = None,
) -> tuple[list[tuple[str, str]], list[Problem]]:
    path = tmp_path / "pairs.txt"
    path.write_bytes(text.encode())
    problems: list[Problem] = []
    source, target = columns
    chosen = Columns(source=(source,), target=(target,))
    pairs = list(read_columns(path, chosen, separator, problems))
    assert all(pair.alignment is None for pair in pairs)
    return [(pair.source, pair.target) for pair in pairs], problems


@pytest.mark.parametrize(
    ("text", "columns", "separator", "pairs"),
    [
        ("a\tb\nc\td\n", (1, 2), None, [("a", "b"), ("c", "d")]),
        (" a b \t c\u202f!\u00a0\n", (1, 2), None, [("a b", "c\u202f!")]),
        ("a ||| b\nc ||| d\n", (1, 2), None, [("a", "b"), ("c", "d")]),
        ("a |||\n||| b\n", (1, 2), None, [("a", ""), ("", "b")]),
        ("a ||| b\tc ||| d\n", (1, 2), None, [("a ||| b", "c ||| d")]),
        ("2/10/93   _1993-02-10\n", (1, 2), "_", [("2/10/93", "1993-02-10")]),
        ("a\tb\tc\n", (3, 1), None, [("c", "a")]),
        ("a\tb\n", (2, 2), None, [("b", "b")]),
        ("a\tb\n", (1, 2), "\\t", [("a", "b")]),
        ("a, b\n", (1, 2), ",", [("a", "b")]),
        ("\tb\n", (1, 2), None, [("", "b")]),
    ],
)
def test_fields_are_found_and_stripped(
    tmp_path: Path,
    text: str,
    columns: tuple[int, int],
    separator: str | None,
    pairs: list[tuple[str, str]],
) -> None:
    assert columns_of(tmp_path, text, columns, separator) == (pairs, [])


def test_pairs_say_where_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    path.write_text("a\tb\n\nc\td\n")
    assert [pair.where for pair in read_columns(path, Columns(), None, [])] == [
        f"{path}:1",
        f"{path}:3",
    ]


def test_blank_and_longer_lines_are_counted(tmp_path: Path) -> None:
    pairs, problems = columns_of(tmp_path, "Go.\tVa !\tCC-BY\n\n  \nHi.\tSalut !\n")
    assert pairs == [("Go.", "Va !"), ("Hi.", "Salut !")]
    assert [(problem.kind, problem.count) for problem in problems] == [
        ("blank-lines", 2),
        ("extra-columns", 1),
    ]


def test_a_line_without_the_column_is_rejected_with_its_text(tmp_path: Path) -> None:
    pairs, [problem] = columns_of(tmp_path, "a\tb\nlost\n")
    assert pairs == [("a", "b")]
    assert (problem.kind, problem.detail) == ("missing-column", "has 1 of the 2 columns needed")
    assert problem.where.endswith("pairs.txt:2")
    assert problem.pair is not None
    assert problem.pair.source == "lost"


def test_undecodable_lines_are_rejected_with_their_columns(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    path.write_bytes(b"a\tb\ncaf\xe9\tcoffee\n")
    problems: list[Problem] = []
    assert len(list(read_columns(path, Columns(), None, problems))) == 1
    [problem] = problems
    assert (problem.kind, problem.where) == ("invalid-utf8", f"{path}:2")
    assert problem.pair is not None
    assert (problem.pair.source, problem.pair.target) == ("caf\ufffd", "coffee")


@pytest.mark.parametrize(
    ("text", "columns", "separator", "message"),
    [
        ("1/2/93 _1993\n3/4/93 _1993\n", (1, 2), None, "`_` is in most lines.*`--separator _`"),
        ("a;b\nc;d\n", (1, 2), None, r"try `--separator ';'`"),
        ("a|b\nc|d\n", (1, 2), None, r"try `--separator '\|'`"),
        ("a\tb\nc\td\n", (1, 2), "_", r"`tab` is in most lines: try `--separator '\\t'`"),
        ("a ||| b\n", (1, 2), "_", r"try `--separator ' \|\|\| '`"),
        ("one side\nonly\n", (1, 2), None, r"the common start of their names and `--pair`"),
        ('{"source": 1}\n', (1, 2), None, r"looks like JSON.*ending \.jsonl"),
        ("a\tb\nc\td\n", (1, 3), None, "has a column 3.* at most 2 columns.*`--columns`"),
    ],
)
def test_a_file_without_the_columns_is_refused(
    tmp_path: Path, text: str, columns: tuple[int, int], separator: str | None, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        columns_of(tmp_path, text, columns, separator)


def test_columns_and_separators_without_meaning_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="counted from 1, but one of them is 0"):
        columns_of(tmp_path, "a\tb\n", (0, 1))
    with pytest.raises(ConfigError, match="must not be empty"):
        columns_of(tmp_path, "a\tb\n", separator="")


def read_with(tmp_path: Path, text: str, columns: Columns) -> list[tuple[str, str]]:
    path = tmp_path / "pairs.tsv"
    path.write_text(text, encoding="utf-8")
    return [pair[:2] for pair in read_columns(path, columns, None, [])]


def test_a_side_may_have_several_columns(tmp_path: Path) -> None:
    columns = Columns(source=(1, 3), target=(2,))
    assert read_with(tmp_path, "Rome\tcapital\tItaly\nOslo\tcity\t\n", columns) == [
        ("Rome Italy", "capital"),
        ("Oslo", "city"),
    ]


def test_features_become_tags_behind_the_source(tmp_path: Path) -> None:
    columns = Columns(features=(3,))
    text = "Hahn\tHahnes\tN;GEN;SG\nsich irren\tirrst dich\tV;IND\n\tx\tN\nab\tab\t\n"
    assert read_with(tmp_path, text, columns) == [
        ("Hahn [N] [GEN] [SG]", "Hahnes"),
        ("sich irren [V] [IND]", "irrst dich"),
        ("", "x"),  # tags alone are no source
        ("ab", "ab"),
    ]


def test_features_of_several_projects(tmp_path: Path) -> None:
    assert tags_of("Case=Nom|Number=Sing") == ["[Case=Nom]", "[Number=Sing]"]
    assert tags_of("V PST;3 ;") == ["[V]", "[PST]", "[3]"]
    columns = Columns(source=(4,), target=(1,), features=(3, 2))
    assert read_with(tmp_path, "y\tSG\tN\tx\n", columns) == [("x [N] [SG]", "y")]


def test_columns_of_features_are_needed_too(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    path.write_text("a\tb\tN\nc\td\n")
    problems: list[Problem] = []
    assert len(list(read_columns(path, Columns(features=(3,)), None, problems))) == 1
    [problem] = problems
    assert problem.detail == "has 2 of the 3 columns needed"
