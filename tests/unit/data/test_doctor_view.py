import io
from dataclasses import replace

from rich.console import Console

from seq2see.data.doctor import Diagnosis, Lengths
from seq2see.data.doctor_view import remarks, summary, table
from seq2see.data.finding import Finding
from seq2see.data.pair import Pair
from seq2see.data.rejects import Reject

DIAGNOSIS = Diagnosis(
    findings=(
        Finding("encoding", "ok", 0, "Fine."),
        Finding("copies", "note", 1, "1 target equal.", ("x:1: [bold]a[/] → a",)),
        Finding("pairs", "fatal", 0, "No usable pair is left."),
        Finding("overlap", "warning", 2, "Two leak.", ("x:2: a → b", "x:3: c → d")),
        Finding("line ends", "ok", 0, "Fine."),
    ),
    num_read=1234,
    num_train=1200,
    num_valid=20,
    num_test=13,
    rejects=(Reject("empty-source", Pair("", "a")),),
    source=Lengths(6, 12, 41, 8000),
    target=None,
)


def drawn(width: int, *, brief: bool = False) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    console.print(table(DIAGNOSIS, brief=brief))
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_the_gravest_comes_first_and_the_rest_is_one_row() -> None:
    assert drawn(80) == [
        "fatal    pairs     No usable pair is left.",
        "warning  overlap   Two leak.",
        "                     x:2: a → b",
        "                     x:3: c → d",
        "note     copies    1 target equal.",
        "                     x:1: [bold]a[/] → a",
        "ok       2 checks  encoding, line ends",
    ]


def test_briefly_there_is_only_what_to_act_on() -> None:
    assert drawn(80, brief=True) == [
        "fatal    pairs    No usable pair is left.",
        "warning  overlap  Two leak.",
        "                    x:2: a → b",
    ]
    assert remarks(DIAGNOSIS) == "1 note about the data: `seq2see doctor` shows them"
    assert remarks(replace(DIAGNOSIS, findings=DIAGNOSIS.findings[:1])) == ""


def test_it_fits_narrow_terminals() -> None:
    assert max(map(len, drawn(40))) <= 40


def test_the_summary() -> None:
    assert summary(DIAGNOSIS).splitlines() == [
        "1,234 pairs read; usable: 1,200 train, 20 valid, 13 test",
        "source tokens per sentence: median 6, 95% up to 12, longest 41; vocabulary 8,000",
        "not used: 1 empty-source",
    ]
