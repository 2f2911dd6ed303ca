"""Randomness is a function of seed, update and rank."""

import hashlib
import itertools

import torch

from seq2see.training.randomness import fix_randomness, seed_for


def test_what_is_drawn_does_not_depend_on_what_was_drawn_before() -> None:
    fix_randomness(3, 7)
    expected = torch.rand(4)
    fix_randomness(3, 6)
    torch.rand(1000)
    fix_randomness(3, 7)
    assert torch.equal(torch.rand(4), expected)


def test_every_seed_update_and_rank_draws_otherwise() -> None:
    places = list(itertools.product(range(4), range(50), range(3)))
    assert len({seed_for(*place) for place in places}) == len(places)


def test_numbers_do_not_run_into_each_other() -> None:
    assert seed_for(1, 11) != seed_for(11, 1)
    assert seed_for(1, 1, 11) != seed_for(1, 11, 1)


def test_seeds_are_63_bits_of_blake2b() -> None:
    digest = hashlib.blake2b(b"1:2:0", digest_size=8).digest()
    assert seed_for(1, 2) == int.from_bytes(digest, "little") // 2
    assert all(0 <= seed_for(1, update) < 2**63 for update in range(100))
