import gzip
from pathlib import Path

import pytest

from seq2see.data.lines import Line, read_lines
from seq2see.data.rejects import Problem
from seq2see.errors import DataError


def lines_of(path: Path, data: bytes) -> tuple[list[Line], list[Problem]]:
    path.write_bytes(data)
    problems: list[Problem] = []
    return list(read_lines(path, problems)), problems


@pytest.mark.parametrize(
    ("data", "texts"),
    [
        (b"", []),
        (b"a", ["a"]),
        (b"a\n", ["a"]),
        (b"a\n\nb\n", ["a", "", "b"]),
        (b"\n", [""]),
        ("a\u2028b\u0085c\u000cd\u001ee\u000bf\n".encode(), ["a\u2028b\u0085c\fd\x1ee\vf"]),
        (b"a\rb\n", ["a\rb"]),
    ],
)
def test_only_a_line_feed_ends_a_line(tmp_path: Path, data: bytes, texts: list[str]) -> None:
    lines, problems = lines_of(tmp_path / "x", data)
    assert [line.text for line in lines] == texts
    assert [line.number for line in lines] == list(range(1, len(texts) + 1))
    assert problems == []


def test_carriage_returns_are_removed_and_counted(tmp_path: Path) -> None:
    lines, problems = lines_of(tmp_path / "x", b"a\r\nb\nc\r\n")
    assert [line.text for line in lines] == ["a", "b", "c"]
    assert [(problem.kind, problem.count) for problem in problems] == [("carriage-returns", 2)]


def test_a_byte_order_mark_is_removed_at_the_start_only(tmp_path: Path) -> None:
    lines, problems = lines_of(tmp_path / "x", "\ufeffa\n\ufeffb\n".encode())
    assert [line.text for line in lines] == ["a", "\ufeffb"]
    assert [problem.kind for problem in problems] == ["byte-order-mark"]


def test_a_line_that_is_not_utf8_names_its_first_bad_byte(tmp_path: Path) -> None:
    lines, _ = lines_of(tmp_path / "x", "né\n".encode() + b"caf\xe9\n")
    assert lines == [Line(1, "né", ""), Line(2, "caf\ufffd", "byte 0xe9 at column 4")]


def test_gzip_is_recognised_by_its_content(tmp_path: Path) -> None:
    lines, _ = lines_of(tmp_path / "named-otherwise", gzip.compress(b"a\nb"))
    assert [line.text for line in lines] == ["a", "b"]


def test_long_files_are_read_beyond_the_first_look(tmp_path: Path) -> None:
    texts = [f"{number} " + "x" * (number % 997) for number in range(2000)]
    lines, _ = lines_of(tmp_path / "x", "\n".join(texts).encode())
    assert [line.text for line in lines] == texts


def test_damaged_gzip_says_after_which_line(tmp_path: Path) -> None:
    whole = gzip.compress(b"\n".join(b"%d" % number for number in range(1000)))
    with pytest.raises(DataError, match=r"The gzip data of `.*x\.gz` .*damaged after line \d+"):
        lines_of(tmp_path / "x.gz", whole[: len(whole) // 2])


def test_gz_that_is_not_gzip_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"named \.gz but is not gzip data; rename it"):
        lines_of(tmp_path / "x.gz", b"a\n")


def test_binary_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"is a binary file .* must be text in UTF-8"):
        lines_of(tmp_path / "x", b"PK\x03\x04\0\0")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_utf16_is_refused_with_the_remedy(tmp_path: Path, encoding: str) -> None:
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    with pytest.raises(DataError, match=r"is UTF-16, .* `iconv -f UTF-16 -t UTF-8`"):
        lines_of(tmp_path / "x", (mark + "a\tb\n").encode(encoding))


def test_directories_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is a directory, but must be a file"):
        list(read_lines(tmp_path, []))


def test_a_missing_file_suggests_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "pairs.tsv").touch()
    with pytest.raises(DataError, match=r"no file `.*pears\.tsv`; did you mean `pairs\.tsv`\?"):
        list(read_lines(tmp_path / "pears.tsv", []))
    with pytest.raises(DataError, match=r"since there is no directory `.*nowhere`"):
        list(read_lines(tmp_path / "nowhere" / "x", []))


def test_an_unreadable_file_gives_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(DataError, match="cannot be read: Permission denied"):
        list(read_lines(tmp_path / "x", []))
