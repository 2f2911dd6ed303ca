"""``seq2see doctor`` through real files: every check, the table, JSON, rejects, exit codes."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from command_line import SETTINGS, WordRun, command, seq2see, training

SETS = [
    part
    for key, value in SETTINGS.items()
    if key.startswith(("model.", "data.", "tokenizer."))
    for part in ("--set", f"{key}={value}")
]
# Ordinary pairs: enough of them, all different, nothing wrong.
ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TWOS = ["un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"]
SIDES = ((ONES, "times"), (TWOS, "fois"))
GOOD = [
    tuple(f"{words[i // 9 % 9]} {words[i % 9]} {words[i // 81]} {times}" for words, times in SIDES)
    for i in range(150)
]


def tsv(path: Path, *rows: tuple[str, ...], good: bool = True) -> Path:
    """Write rows after the good ones."""
    everything = [*(GOOD if good else []), *rows]
    path.write_bytes("".join("\t".join(row) + "\n" for row in everything).encode())
    return path


def examined(*arguments: object, code: int = 0) -> dict[str, Any]:
    """The doctor's JSON, and its findings by their check."""
    done = seq2see("doctor", *arguments, "--json", *SETS)
    assert done.code == code, done.err
    content: dict[str, Any] = json.loads(done.out)
    content["by_check"] = {entry["check"]: entry for entry in content["findings"]}
    return content


def finding(check: str, *arguments: object, code: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = examined(*arguments, code=code)["by_check"][check]
    return found


def test_good_data(tmp_path: Path) -> None:
    found = examined(tsv(tmp_path / "a.tsv"))
    worse = {
        check: entry["message"]
        for check, entry in found["by_check"].items()
        if entry["severity"] in ("warning", "fatal")
    }
    assert worse == {}
    assert found["fatal"] is False
    assert found["pairs"] == {"read": 150, "train": 136, "valid": 7, "test": 7}
    assert found["rejects"] == {}
    assert found["source"]["longest"] == 4
    assert found["by_check"]["one batch"]["severity"] == "ok"


@pytest.mark.parametrize(
    ("check", "severity", "rows", "count", "message"),
    [
        ("duplicates", "note", [GOOD[3], GOOD[3], GOOD[4]], 3, "repeated word for word"),
        ("several targets", "note", [(GOOD[0][0], "une fois")], 2, "that also has other targets"),
        ("copies", "note", [("Paris", "Paris")], 1, "equal to the source"),
        ("empty sides", "warning", [("a", ""), ("", "b"), (" ", "c")], 3, "with an empty side"),
        ("length ratio", "note", [("one", "un " * 40)], 1, "off the usual length ratio"),
        ("too long", "note", [("one " * 13, "un " * 12)], 1, "longer than 12 tokens, not used"),
        ("control characters", "warning", [("one\x07", "un")], 1, "control characters"),
        ("lost characters", "warning", [("caf\ufffd", "un")], 1, "U+FFFD, left by an earlier"),
        ("invisible", "note", [("co\u00adop", "un")], 1, "invisible characters"),
        ("mixed scripts", "warning", [("p\u0430ypal", "un")], 1, "mixes Latin, Cyrillic or Greek"),
        ("source script", "note", [("मांजर", "un")], 1, "mostly in Devanagari instead of Latin"),
        ("missing", "warning", [("only one column",)], 1, "without the columns, rejected"),
        (
            "more columns",
            "note",
            [("one", "un", "CC-BY")],
            1,
            "with further columns, which are not",
        ),
        ("blank lines", "note", [("",)], 1, "1 blank line skipped"),
    ],
)
def test_each_check(
    check: str, severity: str, rows: list[tuple[str, ...]], count: int, message: str, tmp_path: Path
) -> None:
    name = {"missing": "columns"}.get(check, check)
    found = finding(name, tsv(tmp_path / "a.tsv", *rows))
    assert message in found["message"]
    assert (found["severity"], found["count"]) == (severity, count)
    if name != "blank lines":
        assert f"{tmp_path}/a.tsv" in found["examples"][0]


def test_no_break_spaces_are_seen_before_cleaning_removes_them(tmp_path: Path) -> None:
    path = tsv(tmp_path / "a.tsv", ("one\u00a0two", "un"))
    assert finding("no-break spaces", path)["severity"] == "ok"  # `squeeze` made them spaces
    raw = finding("no-break spaces", path, "--clean", "none")
    assert (raw["severity"], raw["count"]) == ("note", 1)
    assert "the cleaning step `squeeze` makes them so" in raw["message"]


def test_line_ends_marks_and_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    rows = ["\t".join(row) for row in GOOD]
    path.write_bytes("\ufeff".encode() + "\r\n".join(rows).encode() + b"\r\ncaf\xe9\tx\r\n")
    found = examined(path)["by_check"]
    assert (found["byte order mark"]["severity"], found["byte order mark"]["count"]) == ("note", 1)
    assert (found["line ends"]["severity"], found["line ends"]["count"]) == ("note", 151)
    assert (found["encoding"]["severity"], found["encoding"]["count"]) == ("warning", 1)
    assert found["encoding"]["examples"] == [f"{path}:151: byte 0xe9 at column 4: caf\ufffd"]


def test_unequal_line_counts(tmp_path: Path) -> None:
    (tmp_path / "t.en").write_text("".join(source + "\n" for source, _ in GOOD))
    (tmp_path / "t.fr").write_text("".join(target + "\n" for _, target in GOOD[:-2]))
    found = finding("line counts", tmp_path / "t", "--pair", "en-fr", code=1)
    assert (found["severity"], found["count"]) == ("fatal", 2)
    assert f"`{tmp_path}/t.en` has 150 lines but `{tmp_path}/t.fr` has 148" in found["message"]


def test_overlap_of_splits(tmp_path: Path) -> None:
    train = tsv(tmp_path / "a.tsv")
    valid = tsv(tmp_path / "v.tsv", (GOOD[0][0].upper() + "!", "x"), ("new", "y"), good=False)
    found = finding("overlap", train, "--valid", valid)
    assert (found["severity"], found["count"]) == ("warning", 1)
    assert "also holds the sources of 50.0% of valid" in found["message"]


def test_vocabulary_and_unknown_words(tmp_path: Path) -> None:
    train = tsv(tmp_path / "a.tsv")
    valid = tsv(tmp_path / "v.tsv", ("one zebra", "un"), ("two", "deux"), good=False)
    found = examined(train, "--valid", valid)["by_check"]
    assert found["source vocabulary"]["severity"] == "warning"
    assert "14 entries; 33.3% of the validation tokens" in found["source vocabulary"]["message"]
    assert "use `tokenizer.kind=bpe`" in found["source vocabulary"]["message"]
    assert found["target vocabulary"]["severity"] == "ok"


@pytest.mark.parametrize(
    ("check", "rows", "message"),
    [
        ("pairs", [("", "a"), ("b", " ")], "No usable pair is left; give other data."),
        ("variety", [(f"text {i}", "same") for i in range(150)], "Every target is the same text"),
        ("copies", [(f"a {i}", f"a {i}") for i in range(150)], "can only learn to copy"),
        ("split", [("a", "b"), ("c", "d")], "nothing to validate on, and too little to split off"),
    ],
)
def test_pointless(check: str, rows: list[tuple[str, ...]], message: str, tmp_path: Path) -> None:
    path = tsv(tmp_path / "a.tsv", *rows, good=False)
    found = examined(path, code=1)
    assert found["fatal"] is True
    assert found["by_check"][check]["severity"] == "fatal"
    assert message in found["by_check"][check]["message"]
    done = seq2see("doctor", path, *SETS)
    assert done.code == 1
    assert done.out.split("\n")[done.out.split("\n").index("") + 1].startswith("fatal ")


def test_targets_that_do_not_follow_are_found_by_the_batch(tmp_path: Path) -> None:
    """With a rate so small nothing is learnt."""
    done = command("doctor", tsv(tmp_path / "a.tsv"), "--json", *SETS, "--set", "train.lr=1e-7")
    assert done.code == 1
    [found] = [entry for entry in json.loads(done.out)["findings"] if entry["check"] == "one batch"]
    assert found["severity"] == "fatal"
    assert "Not even one batch can be learnt: the loss per token went from" in found["message"]


def test_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tsv(Path("a.tsv"), ("a", ""), ("[bold]Paris[/bold]", "[bold]Paris[/bold]"))
    done = seq2see("doctor", path, *SETS)
    lines = done.out.removesuffix("\n").split("\n")
    assert lines[0].startswith("152 pairs read; usable: ")
    assert lines[3] == "not used: 1 empty-target"
    assert lines[4] == ""
    assert lines[5].startswith("warning  empty sides")
    assert lines[6].strip() == f"{path}:151: a →"
    assert "a.tsv:152: [bold]Paris[/bold] → [bold]Paris[/bold]" in done.out
    assert any(re.match(r"ok +\d+ checks +line counts, encoding", line) for line in lines)
    assert [line for line in lines if line.endswith(" ")] == []
    assert max(map(len, lines[5:])) <= 100
    assert "\x1b" not in done.out
    assert done.err.startswith(f"reading {path}\ntraining word tokenizers on ")


def test_rejects_are_those_that_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    tsv(path, ("a", ""), ("", "b\\c"), ("one " * 13, "un"), ("one", "un " * 13), ("alone",))
    with path.open("ab") as file:
        file.write(b"caf\xe9\tx\n")
    rejects = tmp_path / "rejects.tsv"
    valid = tsv(tmp_path / "v.tsv", ("one " * 14, "un"), ("two", "deux"), good=False)
    found = examined(path, "--valid", valid, "--rejects", rejects)
    lines = rejects.read_text().removesuffix("\n").split("\n")
    assert lines[0] == "reason\twhere\tsource\ttarget"
    rows = [line.split("\t") for line in lines[1:]]
    assert {len(row) for row in rows} == {4}
    assert found["rejects"] == dict(Counter(row[0] for row in rows))
    assert found["rejects"] == {
        "source-too-long": 2, "empty-source": 1, "empty-target": 1, "invalid-utf8": 1,
        "missing-column": 1, "target-too-long": 1,
    }  # fmt: skip
    used = sum(found["pairs"][part] for part in ("train", "valid", "test"))
    assert found["pairs"]["read"] == used + len(rows)
    assert ["empty-source", f"{path}:152", "", "b\\\\c"] in rows


def test_rejects_that_cannot_be_written_do_not_cost_the_table(tmp_path: Path) -> None:
    path = tmp_path / "no" / "rejects"
    done = seq2see("doctor", tsv(tmp_path / "a.tsv"), "--rejects", path, *SETS)
    assert done.code == 1
    assert "150 pairs read" in done.out
    assert done.error == (
        f"There is no folder `{path.parent}` for `{path}`; make it, or check the path."
    )


def test_columns_separator_and_split_are_as_in_training(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("".join(f"{i};{source};{target}\n" for i, (source, target) in enumerate(GOOD)))
    options = ["--separator", ";", "--columns", "2,3", "--split", "0.8"]
    assert examined(path, *options)["pairs"] == {"read": 150, "train": 120, "valid": 15, "test": 15}


def test_the_head_of_training_shows_only_what_to_act_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tsv(Path("a.tsv"), ("a", ""), ("b", ""), ("Paris", "Paris"))
    done = command(*training(path, out=tmp_path / "run", train__max_updates=1))
    assert done.code == 0
    reading, warning, *rest = done.err.partition("parameters; expect")[0].split("\n")
    assert reading == f"reading {path.resolve()}"
    assert warning == "warning  empty sides  2 pairs (1.3%) with an empty side, not used."
    example = "".join(line.strip() for line in rest[:-3])  # folded where the path is long
    assert example == f"{path.resolve()}:151: a →"
    assert re.fullmatch(r"\d+ notes? about the data: `seq2see doctor` shows them", rest[-3])
    assert rest[-2].endswith("left out: 2 empty-target")
    assert "Paris" not in done.err
    recorded = json.loads((tmp_path / "run" / "data" / "doctor.json").read_text())
    assert "copies" in {entry["check"] for entry in recorded["findings"]}


def test_training_on_good_data_has_no_table(word_run: WordRun) -> None:
    assert not re.search(r"^(warning|note|ok) ", word_run.done.err, re.MULTILINE)
