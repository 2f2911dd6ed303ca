"""What is written to files without a name."""

from pathlib import Path

import numpy as np
import pytest

from seq2see.data.scratch import Scratch


@pytest.mark.parametrize("in_memory", [1 << 22, 7])
def test_what_was_written_can_be_read_when_the_file_is_gone(
    in_memory: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Scratch, "_IN_MEMORY", in_memory)
    scratch = Scratch(tmp_path)
    for number in range(3):
        scratch.file.write(np.array([number, -number], dtype=np.int64).tobytes())
    numbers = scratch.array(np.int64)
    del scratch
    assert numbers.tolist() == [0, 0, 1, -1, 2, -2]
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_nothing() -> None:
    assert Scratch().mapped() == b""
    assert Scratch().array(np.uint32).tolist() == []
