"""The tests' own safety net: shapes are checked, and required tests cannot go missing."""

import os
import subprocess
import sys
from pathlib import Path

import corpora
import jaxtyping
import pytest
import torch

from seq2see.models.interface import Encoded, Source, repeat_rows

CONFTEST = Path(__file__).parents[1] / "conftest.py"
SUPPORT = CONFTEST.parent / "support"

MARKED = """
import pytest
@pytest.mark.browser
def test_browser(): pass
@pytest.mark.data
def test_data(): {data}
"""


def test_dimensions_of_one_name_must_agree() -> None:
    ids = torch.zeros(2, 3, dtype=torch.long)
    Source(ids=ids, mask=torch.ones(2, 3, dtype=torch.bool))
    with pytest.raises(jaxtyping.TypeCheckError):
        Source(ids=ids, mask=torch.ones(2, 4, dtype=torch.bool))


def test_arguments_are_checked_beside_a_result_that_cannot_be() -> None:
    encoded = Encoded(outputs=torch.zeros(2, 3, 4), mask=torch.ones(2, 3, dtype=torch.bool))
    assert encoded.select(torch.tensor([1])).outputs.shape == (1, 3, 4)
    with pytest.raises(jaxtyping.TypeCheckError):
        encoded.select(torch.tensor([0.5]))  # returns Self, which the hook cannot check


def test_plain_types_are_checked() -> None:
    with pytest.raises(jaxtyping.TypeCheckError):
        repeat_rows(torch.zeros(2, 3), "2")  # type: ignore[arg-type]


def test_one_thread() -> None:
    assert torch.get_num_threads() == 1


def run_marked(folder: Path, data: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_text(CONFTEST.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "test_marked.py").write_text(MARKED.format(data=data), encoding="utf-8")
    (folder / "pytest.ini").write_text(
        f"[pytest]\npythonpath = {SUPPORT}\nmarkers =\n    browser\n    data\n", encoding="utf-8"
    )
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options, str(folder)]
    environment = {**os.environ, "PYTEST_ADDOPTS": ""}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


@pytest.mark.parametrize(
    ("data", "options", "code", "missing"),
    [
        ("pass", ["--require-markers", "browser,data"], 0, []),
        ("pass", ["--require-markers", "browser,data", "-m", "data"], 1, ["browser"]),
        ("pass", ["--require-markers", "data", "-k", "nothing"], 1, ["data"]),
        ("pytest.skip()", ["--require-markers", "browser,data"], 1, ["data"]),
        ("pytest.skip()", [], 1, []),
        ("pass", [], 0, []),
    ],
)
def test_a_skipped_test_or_a_required_marker_that_is_missing_fails_the_run(
    tmp_path: Path, data: str, options: list[str], code: int, missing: list[str]
) -> None:
    done = run_marked(tmp_path, data, *options)
    assert done.returncode == code, done.stdout + done.stderr
    for name in ("browser", "data"):
        assert (f"FAILED: no test marked `{name}` passed." in done.stdout) == (name in missing)


@pytest.mark.parametrize(
    ("folder", "message"),
    [
        (None, "Set SEQ2SEE_DATA to the folder that holds the corpora."),
        ("missing", "SEQ2SEE_DATA names `missing`, which is no folder."),
    ],
)
def test_data_tests_fail_without_data(
    monkeypatch: pytest.MonkeyPatch, folder: str | None, message: str
) -> None:
    monkeypatch.delenv("SEQ2SEE_DATA", raising=False)
    if folder is not None:
        monkeypatch.setenv("SEQ2SEE_DATA", folder)
    with pytest.raises(pytest.fail.Exception, match=message):
        corpora.folder()
