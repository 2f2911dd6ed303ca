"""Freed memory is kept where the C library can be told to."""

import platform
import subprocess
import sys

import pytest

COUNT_FAULTS = """
import resource, sys
import torch
from seq2see.allocator import keep_memory
if sys.argv[1] == "keep":
    keep_memory()
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):  # aligned blocks fit into free ones only after some have been joined
    torch.ones(1 << 24)
before = faults()
for _ in range(10):
    torch.ones(1 << 24)
print(faults() - before)
"""


def _faults(argument: str) -> int:
    command = [sys.executable, "-c", COUNT_FAULTS, argument]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs glibc")
def test_kept_memory_is_not_faulted_in_again() -> None:
    # 64 MiB ten times over, in pages of at most 2 MiB.
    assert _faults("leave") >= 10 * 32
    assert _faults("keep") < 32
