"""Files without a name, for what may be too much to hold in memory while a corpus is prepared.

Nobody has to tidy them up: they are gone with the last who reads them, however a process ends.
"""

import mmap
import tempfile
import weakref
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


class Scratch:
    """A file to write to, and then to read as if it stood in memory, which a small one does.

    Args:
        folder: Where it takes up space; None: the system's folder for temporary files.
    """

    _IN_MEMORY = 1 << 22

    def __init__(self, folder: Path | None = None) -> None:
        self.file = tempfile.SpooledTemporaryFile(  # noqa: SIM115 (closed by the finalizer)
            self._IN_MEMORY, dir=None if folder is None else str(folder)
        )
        weakref.finalize(self, self.file.close)

    def mapped(self) -> mmap.mmap | bytes:
        """What was written, mapped: the system reads it when it is looked at, and may forget it."""
        self.file.flush()
        if self.file.tell() <= self._IN_MEMORY:
            self.file.seek(0)
            return self.file.read()
        return mmap.mmap(self.file.fileno(), 0, access=mmap.ACCESS_READ)

    def array(self, dtype: DTypeLike) -> NDArray[Any]:
        """The numbers that were written, mapped."""
        return np.frombuffer(self.mapped(), dtype)
