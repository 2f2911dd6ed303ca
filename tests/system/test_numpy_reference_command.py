"""The NumPy references as programs: the command that compares, and the tour that explains them."""

import ast
import dataclasses
import doctest
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_trainings import tiny_trainer

import seq2see

REFERENCE = Path(__file__).resolve().parents[2] / "examples" / "numpy_reference"
FILES = sorted(REFERENCE.glob("*.py"))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    trainer = tiny_trainer(tmp_path_factory.mktemp("run"), "transformer2017")
    trainer.train()
    return trainer.run.path


COMMAND = """
import runpy, sys
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    print("torch" in sys.modules)
"""


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the comparison as from a shell; the last line says whether it has loaded torch."""
    line = [sys.executable, "-W", "error", "-c", COMMAND, str(REFERENCE / "compare.py")]
    return subprocess.run(
        [*line, *map(str, arguments)], capture_output=True, text=True, check=False, cwd=REFERENCE
    )


def test_the_command_compares_files(run: Path, tmp_path: Path) -> None:
    found = seq2see.load(run, threads=1).translate("un deux trois", beam_size=5, num_best=5)
    trace = found.hypotheses[2].trace()
    for detail in ("all", "numbers", "drawing"):
        trace.save(tmp_path / f"{detail}.json.gz", detail)
    done = command(run, *sorted(tmp_path.glob("*.gz")))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-2:] == ["All as the reference.", "False"]
    first, second, third = done.stdout.split(f": {trace.source.text} -> {trace.target.text}\n")[1:]
    assert re.search(r"^decoder\.layers\.0\.cross_attention\.weights +2 x .* ok$", first, re.M)
    assert "not in this trace" not in first
    assert "not in this trace" in second
    assert "decoder.readout" in second
    assert "not in this trace" in third


def test_the_command_fails_where_something_is_wrong(run: Path, tmp_path: Path) -> None:
    trace = seq2see.load(run, threads=1).translate("un deux trois").trace()
    trace["encoder.outputs"][2, 3] = np.nan
    trace.save(tmp_path / "trace.json", "all")
    done = command(run, tmp_path / "trace.json")
    assert done.returncode == 1, done.stderr
    [line] = [line for line in done.stdout.splitlines() if line.endswith("TOO FAR")]
    assert line.startswith("encoder.outputs ")
    assert "1 arrays are too far" in done.stdout
    refused = command(tmp_path / "nowhere", tmp_path / "trace.json")
    assert refused.returncode == 2
    assert "config.toml" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_trace_says_how_it_was_searched(run: Path, tmp_path: Path) -> None:
    """And where it is made to say something else, what that decides is found wrong."""
    settings: Any = {
        "length_penalty": 1.7,
        "coverage_penalty": 0.4,
        "min_length": 3,
        "max_length": 4,
    }
    translator = seq2see.load(run, threads=1)
    trace = translator.translate("un deux trois", **settings).trace()
    trace.save(tmp_path / "trace.json", "all")
    done = command(run, tmp_path / "trace.json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert trace.beam is not None
    other = dataclasses.replace(
        trace.beam, search={**trace.beam.search, "length_penalty": 0.6, "coverage_penalty": 0.0}
    )
    dataclasses.replace(trace, beam=other).save(tmp_path / "other.json", "all")
    done = command(run, tmp_path / "other.json")
    assert done.returncode == 1
    wrong = {line.split()[0] for line in done.stdout.splitlines() if line.endswith("TOO FAR")}
    assert wrong == {"score", "beam.scores"}


def test_rules_that_the_reference_does_not_know_are_named(run: Path, tmp_path: Path) -> None:
    translator = seq2see.load(run, threads=1)
    for settings in ({"prefix": "TROIS"}, {"allow_unknown": False}):
        translation = translator.translate("un deux trois", **settings)
        translation.trace().save(tmp_path / "trace.json", "all")
        done = command(run, tmp_path / "trace.json")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "searched under further rules" in done.stdout


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_references_need_numpy_and_safetensors_alone(file: Path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(str(node.module))
    packages = {name.partition(".")[0] for name in imported} - sys.stdlib_module_names
    allowed = {"numpy", "safetensors"} | {one.stem for one in FILES} - {"compare"}
    assert packages - allowed == ({"seq2see"} if file.stem == "compare" else set())


def test_the_tour_is_true(run: Path) -> None:
    """Its sums come out, its program runs, its links lead somewhere and name every file."""
    tour = REFERENCE / "README.md"
    text = tour.read_text(encoding="utf-8")
    assert doctest.testfile(str(tour), module_relative=False).failed == 0
    [program] = [one for one in re.findall(r"```python\n(.*?)```", text, re.S) if ">>>" not in one]
    done = subprocess.run(
        [sys.executable, "-c", program.replace("RUN", str(run))],
        capture_output=True, text=True, check=True, cwd=REFERENCE,
    )  # fmt: skip
    assert "decoder.layers.0.cross_attention.weights (2, 4)\n" in done.stdout
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text)]
    assert [link for link in links if not (REFERENCE / link).exists()] == []
    assert {file.name for file in FILES} <= set(links)
