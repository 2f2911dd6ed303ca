"""Randomness as a function of where training stands, never of how it got there."""

import hashlib

import torch


def seed_for(seed: int, update: int, rank: int = 0) -> int:
    """Return a 63-bit seed for one update on one process; update 0 draws the parameters."""
    text = f"{seed}:{update}:{rank}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little") >> 1


def fix_randomness(seed: int, update: int, rank: int = 0) -> None:
    """Seed torch for one update, so that resuming needs no generator state."""
    torch.manual_seed(seed_for(seed, update, rank))
