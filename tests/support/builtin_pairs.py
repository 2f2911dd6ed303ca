"""Built-in corpora made in an interpreter of their own, where nothing checks every call.

The shape checks of the tests make a grammar some thirty times slower.
"""

import functools
import pickle
import subprocess
import sys

from seq2see.data.pair import Pair

_SCRIPT = """
import pickle, sys
from seq2see.data import builtin
name, split, size = sys.argv[1:]
pairs = builtin.generate(name, split, int(size) if size else None)
assert "torch" not in sys.modules, "making a built-in corpus imported torch"
sys.stdout.buffer.write(pickle.dumps(pairs))
"""


@functools.cache
def generate(
    name: str, split: str = "train", size: int | None = None, hash_seed: str = "0"
) -> list[Pair]:
    """Return what ``builtin.generate`` returns in a new process with this PYTHONHASHSEED."""
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, name, split, "" if size is None else str(size)],
        check=True,
        stdout=subprocess.PIPE,
        env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": ":".join(sys.path)},
    )
    pairs: list[Pair] = pickle.loads(done.stdout)
    return pairs
