"""Every example runs, and does what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

import seq2see

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
TEXT = "four hundred and thirty eight"


def run(name: str, *arguments: object) -> str:
    """Run an example and return what it printed."""
    command = [sys.executable, str(EXAMPLES / name), *map(str, arguments)]
    environment = {**os.environ, "COLUMNS": "100", "PYTHONWARNINGS": "error"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The run of the first example, and what it printed."""
    out = tmp_path_factory.mktemp("examples") / "numbers"
    return out, run("train_and_translate.py", "--out", out)


def test_no_example_goes_untested() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert [one.name for one in EXAMPLES.glob("*.py") if f'run("{one.name}"' not in text] == []


def test_train_and_translate(trained: tuple[Path, str]) -> None:
    """Five numbers that were not in training; the model gets them right."""
    lines = trained[1].splitlines()
    translated = [line for line in lines if " -> " in line]
    assert len(translated) == 5
    assert sum("(right;" in line for line in translated) >= 4


def test_attention_heatmap_in_the_terminal(trained: tuple[Path, str]) -> None:
    printed = run("attention_heatmap.py", trained[0], TEXT).splitlines()
    translation = seq2see.load(trained[0]).translate(TEXT)
    assert printed[0] == translation.text
    assert all(word in printed[2] for word in TEXT.split())
    assert [line.split()[0] for line in printed[3:-1]] == [*translation.tokens, "</s>"]


def test_attention_heatmap_as_svg(trained: tuple[Path, str], tmp_path: Path) -> None:
    """A picture that names every word and asks for nothing from the network."""
    picture = tmp_path / "pictures" / "attention.svg"
    run("attention_heatmap.py", trained[0], TEXT, "--svg", picture)
    written = picture.read_text(encoding="utf-8")
    words = "".join(ElementTree.fromstring(written).itertext())
    assert all(word in words for word in TEXT.split())
    assert "@font-face" not in written
    assert not re.search(r"(url\(.?|href=.)http", written)


def test_what_if_uniform_attention(trained: tuple[Path, str]) -> None:
    """Untouched, it is greedy search; without a choice of where to look, it says something else."""
    printed = run("what_if_uniform_attention.py", trained[0], TEXT)
    as_trained, uniform = (line.partition(":")[2].strip() for line in printed.splitlines())
    assert as_trained == seq2see.load(trained[0]).translate(TEXT, beam_size=1).text
    assert uniform != as_trained


def test_numpy_reference(trained: tuple[Path, str], tmp_path: Path) -> None:
    """Every number of a trace, computed again; each architecture has tests of its own."""
    trace = tmp_path / "trace.json"
    seq2see.load(trained[0]).translate(TEXT).trace().save(trace, "all")
    printed = run("numpy_reference/compare.py", trained[0], trace).splitlines()
    assert printed[0].startswith(f"{trace}: {TEXT} -> ")
    assert printed[-1] == "All as the reference."
