"""Where output goes, how it looks without a terminal, and progress as lines."""

import io

import pytest
from rich.console import Console
from rich.progress import Progress as Bars
from rich.table import Table

from seq2see import console


class Clock:
    """A clock that only moves when told to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def lines(total: int | None) -> tuple[console.LineProgress, Clock, list[str]]:
    clock, written = Clock(), list[str]()
    report = console.LineProgress("train", total, every=5.0, write=written.append, clock=clock)
    return report, clock, written


def test_line_progress_writes_every_few_seconds_and_at_the_end() -> None:
    report, clock, written = lines(total=2000)
    report.advance(100, note="loss 3.2")
    assert written == []
    clock.now += 5
    report.advance(200)
    assert written == ["train: 300 of 2,000 (15%), 5 s, loss 3.2"]
    clock.now += 4
    report.advance(1700, note="loss 2.1")
    report.finish()
    assert written[1:] == ["train: 2,000 of 2,000 (100%), 9 s, loss 2.1"]


def test_line_progress_does_not_repeat_its_last_line() -> None:
    report, clock, written = lines(total=None)
    clock.now += 6
    report.advance(1234)
    report.finish()
    assert written == ["train: 1,234, 6 s"]


def test_line_progress_says_things_at_once() -> None:
    report, _, written = lines(total=None)
    report.say("validation: BLEU 3.0")
    assert written == ["validation: BLEU 3.0"]


def test_progress_without_a_terminal_goes_to_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with console.progress("read", total=2) as report:
        report.advance()
        report.say("[bold] stays as it is")
        report.advance()
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "[bold] stays as it is\nread: 2 of 2 (100%), 0 s\n"


def test_bar_progress_counts_and_keeps_the_last_note() -> None:
    drawn = Console(file=io.StringIO(), force_terminal=True, width=80)
    with Bars(console=drawn, auto_refresh=False) as bars:
        report = console.BarProgress(bars, "train", 10)
        report.advance(3, note="loss 3.2")
        report.advance()
        [task] = bars.tasks
        assert (task.completed, task.total, task.fields["note"]) == (4, 10, "loss 3.2")


def test_results_in_a_pipe_are_neither_folded_nor_marked_up(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    text = "[red]word[/red] :smile: " * 30
    console.results().print(text)
    assert capsys.readouterr().out == text + "\n"


@pytest.mark.parametrize("stderr", [False, True])
def test_tables_in_a_pipe_have_a_fixed_width_and_no_blanks_at_line_ends(
    stderr: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    table = Table("a", "b", box=None)
    table.add_row("[bold]x[/bold]", "word " * 100)
    table.add_row("y", "")
    console.show(table, stderr=stderr)
    captured = capsys.readouterr()
    assert (captured.out if stderr else captured.err) == ""
    lines = (captured.err if stderr else captured.out).split("\n")
    assert 80 < max(map(len, lines)) <= console.WIDTH == 100
    assert [line for line in lines if line.endswith(" ")] == []
    assert lines[0].startswith(" a")
    assert lines[-2:] == [" y", ""]
    assert "[bold]x[/bold]" in lines[1]


def test_tables_in_a_pipe_respect_a_given_width(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    console.show("word " * 30)
    assert max(len(line) for line in capsys.readouterr().out.splitlines()) <= 40


def test_results_respect_a_given_width(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    console.results().print("word " * 30)
    assert max(len(line) for line in capsys.readouterr().out.splitlines()) <= 40


def test_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert console.results().no_color


def test_errors_and_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    console.error("No pairs.")
    console.warning("2 pairs dropped.")
    out, err = capsys.readouterr()
    assert (out, err) == ("", "seq2see: error: No pairs.\nseq2see: warning: 2 pairs dropped.\n")
