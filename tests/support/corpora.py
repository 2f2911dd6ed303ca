"""Where the public corpora lie that tests marked ``data`` read."""

import os
from pathlib import Path

import pytest


def folder() -> Path:
    """The folder that SEQ2SEE_DATA names; the test fails, and is not skipped, without it."""
    name = os.environ.get("SEQ2SEE_DATA")
    if not name:
        pytest.fail("Set SEQ2SEE_DATA to the folder that holds the corpora.", pytrace=False)
    if not Path(name).is_dir():
        pytest.fail(f"SEQ2SEE_DATA names `{name}`, which is no folder.", pytrace=False)
    return Path(name)
