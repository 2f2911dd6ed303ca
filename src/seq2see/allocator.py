"""How the C library keeps memory between uses.

By default glibc hands every large block back to the system when it is freed, and the next tensor of
that size starts with pages that the system has to clear again: a third of the time of a training
update of a small model. Kept blocks cost nothing but stay reserved until the process ends.
"""

import ctypes
import platform
from functools import lru_cache

# From glibc's malloc.h.
_TRIM_THRESHOLD, _MMAP_MAX, _ARENA_MAX = -1, -4, -8
_NEVER = 2**31 - 1


def keep_memory() -> bool:
    """Tell glibc to reuse freed blocks of any size; return whether it could be told.

    Elsewhere than with glibc nothing is changed.
    """
    return _told((_MMAP_MAX, 0), (_TRIM_THRESHOLD, _NEVER))


def share_memory() -> bool:
    """Tell glibc to take the blocks of all threads from one arena; return whether it could be told.

    For training: what one thread frees (the backward pass runs in a thread of its own) another one
    allocates next. Threads that do not share, such as those of CTranslate2, would wait for each
    other: two of them are slower by a tenth.
    """
    return _told((_ARENA_MAX, 1))


@lru_cache
def _told(*options: tuple[int, int]) -> bool:
    if platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    told = [mallopt(name, value) for name, value in options]
    return all(told)
