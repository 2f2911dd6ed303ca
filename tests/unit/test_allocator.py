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


COUNT_ARENAS = """
import ctypes, sys, tempfile, threading
from seq2see.allocator import share_memory
if sys.argv[1] == "share":
    share_memory()
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fopen.restype = ctypes.c_void_p
allocated = threading.Barrier(5)
def allocate():
    libc.malloc(1000)
    allocated.wait()
for _ in range(4):
    threading.Thread(target=allocate).start()
allocated.wait()
with tempfile.NamedTemporaryFile() as told:
    file = ctypes.c_void_p(libc.fopen(told.name.encode(), b"w"))
    libc.malloc_info(0, file)
    libc.fclose(file)
    print(told.read().count(b"<heap nr="))
"""


def _count(program: str, argument: str) -> int:
    command = [sys.executable, "-c", program, argument]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs glibc")
def test_kept_memory_is_not_faulted_in_again() -> None:
    # 64 MiB ten times over, in pages of at most 2 MiB.
    assert _count(COUNT_FAULTS, "leave") >= 10 * 32
    assert _count(COUNT_FAULTS, "keep") < 32


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs glibc")
def test_shared_memory_is_that_of_all_threads() -> None:
    assert _count(COUNT_ARENAS, "leave") > 1
    assert _count(COUNT_ARENAS, "share") == 1
