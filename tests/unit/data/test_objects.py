import json
from pathlib import Path
from typing import Any

import pytest

from seq2see.data.objects import read_objects
from seq2see.data.pair import Link, Pair
from seq2see.data.rejects import Problem
from seq2see.errors import DataError


def objects_of(
    tmp_path: Path, *lines: str, languages: tuple[str, str] | None = None
) -> tuple[list[Pair], list[Problem]]:
    path = tmp_path / "x.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    problems: list[Problem] = []
    return list(read_objects(path, languages, problems)), problems


def test_both_forms_are_read(tmp_path: Path) -> None:
    pairs, problems = objects_of(
        tmp_path,
        '{"source": " Go. ", "target": "Va\u202f!", "id": 7}',
        '{"translation": {"en": "Hi.", "fr": "Salut !", "de": "Hallo."}}',
        '{"source": "ab", "target": "c", "alignment": [[0, 2, 0, 1], [1, 2, 0, 0]]}',
        languages=("en", "fr"),
    )
    path = tmp_path / "x.jsonl"
    assert problems == []
    assert pairs == [
        Pair(" Go. ", "Va\u202f!", None, f"{path}:1"),
        Pair("Hi.", "Salut !", None, f"{path}:2"),
        Pair("ab", "c", (Link(0, 2, 0, 1), Link(1, 2, 0, 0)), f"{path}:3"),
    ]


def test_the_pair_gives_the_direction(tmp_path: Path) -> None:
    line = '{"translation": {"en": "Hi.", "fr": "Salut !"}}'
    [pair], _ = objects_of(tmp_path, line, languages=("fr", "en"))
    assert (pair.source, pair.target) == ("Salut !", "Hi.")


def test_blank_lines_are_counted(tmp_path: Path) -> None:
    pairs, [problem] = objects_of(tmp_path, "", '{"source": "a", "target": "b"}', " ")
    assert len(pairs) == 1
    assert (problem.kind, problem.count) == ("blank-lines", 2)


def test_half_a_surrogate_pair_is_rejected(tmp_path: Path) -> None:
    pairs, [problem] = objects_of(tmp_path, r'{"source": "a\ud83d", "target": "b"}')
    assert pairs == []
    assert (problem.kind, problem.pair is not None) == ("invalid-utf8", True)
    [whole], _ = objects_of(tmp_path, r'{"source": "\ud83d\ude00", "target": "b"}')
    assert whole.source == "😀"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ([1], r"must be a JSON object, but is `\[1\]`"),
        ({}, "must have `source` and `target`, or `translation`, but has no keys"),
        ({"src": "a"}, "but has `src`"),
        ({"source": "a"}, "has no `target`, only `source`"),
        ({"source": "a", "target": 3}, "`target` in .*:1 must be text, but is `3`"),
        ({"translation": "a"}, "must have `source` and `target`"),
        ({"translation": {"en": "a"}}, "has no `fr`, only `en`; add it, or correct `--pair`"),
        ({"source": "a", "target": "b", "alignment": [[0, 2, 0, 1]]}, "`alignment` in"),
        ({"source": "a", "target": "b", "alignment": [[0, 1, 0]]}, "`alignment` in"),
        ({"source": "a", "target": "b", "alignment": [[0, True, 0, 1]]}, "`alignment` in"),
        ({"source": "a", "target": "b", "alignment": "0-0"}, 'but is `"0-0"`'),
    ],
)
def test_other_objects_are_refused(tmp_path: Path, row: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        objects_of(tmp_path, json.dumps(row), languages=("en", "fr"))


def test_translations_need_a_language_pair(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has texts in `en`, `de`; name source and target"):
        objects_of(tmp_path, '{"translation": {"en": "a", "de": "b"}}')


def test_bad_json_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"x\.jsonl:2 is not JSON .* must be one object"):
        objects_of(tmp_path, '{"source": "a", "target": "b"}', '{"source": "a",')
    with pytest.raises(DataError, match=r"x\.jsonl:1 is nested too deeply"):
        objects_of(tmp_path, "[" * 100_000)


def test_undecodable_lines_are_rejected(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"source": "caf\xe9", "target": "b"}\n')
    problems: list[Problem] = []
    assert list(read_objects(path, None, problems)) == []
    assert [problem.kind for problem in problems] == ["invalid-utf8"]
