import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from seq2see.cli.aer import aer
from seq2see.errors import DataError

app = typer.Typer(rich_markup_mode=None)
app.command("aer")(aer)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """AER 0.4, precision 2/3, recall 1/2; gold counts from 1."""
    alignments, gold = tmp_path / "out", tmp_path / "gold"
    alignments.write_text("0-0 2-1 2-2\n")
    gold.write_text("1-1 2-2 3p2\n")
    return str(alignments), str(gold)


def test_prints_one_line(files: tuple[str, str]) -> None:
    result = CliRunner().invoke(app, [*files, "--gold-base", "1"])
    assert result.exit_code == 0
    assert result.output == ("AER 40.00%  precision 66.7%  recall 50.0%  (1 sentences, 3 links)\n")


def test_json(files: tuple[str, str]) -> None:
    result = CliRunner().invoke(app, [*files, "--gold-base", "1", "--json"])
    assert json.loads(result.output) == {
        "aer": pytest.approx(0.4),
        "precision": pytest.approx(2 / 3),
        "recall": pytest.approx(1 / 2),
        "sentences": 1,
        "links": 3,
    }


def test_base_and_reverse(files: tuple[str, str]) -> None:
    Path(files[0]).write_text("1-1 2-3 3-3\n")
    result = CliRunner().invoke(app, [*files, "--base", "1", "--gold-base", "1", "--reverse"])
    assert "AER 40.00%" in result.output


def test_other_bases_are_misuse(files: tuple[str, str]) -> None:
    assert CliRunner().invoke(app, [*files, "--base", "2"]).exit_code == 2


def test_bad_files_raise_for_the_command_line_to_report(files: tuple[str, str]) -> None:
    result = CliRunner().invoke(app, [files[0], files[0], "--base", "1"])
    assert isinstance(result.exception, DataError)


def test_module_loads_nothing_heavy() -> None:
    code = (
        "import sys, seq2see.cli.aer; "
        "print([m for m in ('torch', 'numpy', 'sacrebleu') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_scoring_needs_no_torch(files: tuple[str, str]) -> None:
    code = (
        "import sys; from pathlib import Path; from seq2see.cli.aer import aer; "
        "aer(Path(sys.argv[1]), Path(sys.argv[2]), gold_base=1); "
        "print('torch' in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, *files], capture_output=True, text=True, check=True
    )
    assert found.stdout.splitlines()[-1] == "False"
