"""Scenes of the player, drawn from traces of all architectures by Node."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from seq2see.views.node import program as node_program

PLAYER = Path(__file__).resolve().parents[2] / "player"


@pytest.fixture(scope="module")
def traces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("traces")
    subprocess.run([sys.executable, PLAYER / "traces.py", folder], check=True)
    return folder


@pytest.mark.parametrize("name", sorted(path.name for path in PLAYER.glob("*.test.js")))
def test_in_node(traces: Path, name: str) -> None:
    done = subprocess.run(
        [node_program(), "--test", PLAYER / name],
        env={**os.environ, "SEQ2SEE_TRACES": str(traces)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
