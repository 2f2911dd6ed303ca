"""Every example runs, and does what it says."""

import os
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


def test_draw_translation(trained: tuple[Path, str], tmp_path: Path) -> None:
    """Pictures of the three formats, which name every word."""
    out = tmp_path / "made" / "pictures"
    printed = run("draw_translation.py", trained[0], TEXT, "--out", out).splitlines()
    assert printed == [
        seq2see.load(trained[0]).translate(TEXT, beam_size=5).text,
        "Wrote alignment.svg, beam.pdf, matplotlib.png, steps.png",
    ]
    svg = (out / "alignment.svg").read_text(encoding="utf-8")
    words = "".join(ElementTree.fromstring(svg).itertext())
    assert all(word in words for word in TEXT.split())
    assert (out / "beam.pdf").read_bytes().startswith(b"%PDF-")
    for name in ("steps.png", "matplotlib.png"):
        assert (out / name).read_bytes().startswith(b"\x89PNG")


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


def test_hallucinate_inflections(tmp_path: Path) -> None:
    """Tags, endings and what surrounds a stem stay; its inside is new, alike on both sides."""
    real = tmp_path / "real.tsv"
    examples = ["Verordnung\tVerordnungen\tN;PL", "ausklammern\tklammert aus\tV;PRS", "ab\tab\tN"]
    real.write_text("\n".join(examples) + "\n")
    printed = run("hallucinate_inflections.py", real, 50)
    assert printed == run("hallucinate_inflections.py", real, 50)
    assert printed != run("hallucinate_inflections.py", real, 50, "--seed", 2)
    rows = [line.split("\t") for line in printed.splitlines()]
    assert len(rows) == 50
    assert {tags for _, _, tags in rows} == {"N;PL", "V;PRS"}  # `ab` is too short
    for lemma, form, tags in rows:
        if tags == "N;PL":
            assert (lemma[0], lemma[-3:], form) == ("V", "ung", f"{lemma}en")
        else:  # of `klammer` the second to the fourth letter are new
            assert (lemma, form) == (f"ausk{form[1:4]}mern", f"k{form[1:4]}mert aus")
    assert len({lemma for lemma, _, _ in rows}) > 40
