"""The two penalties of GNMT's score, by hand and by NumPy."""

import math

import numpy as np
import pytest
import torch

from seq2see.decoding.penalties import COVERAGE_FLOOR, coverage_penalty, length_penalty


def test_length_penalty_by_hand() -> None:
    assert length_penalty(1, 0.7) == 1.0
    assert length_penalty(7, 1.0) == 2.0
    assert length_penalty(19, 0.5) == 2.0
    assert length_penalty(30, 0.0) == 1.0
    assert length_penalty(torch.tensor([1.0, 7.0]), 2.0).tolist() == [1.0, 4.0]


def test_coverage_penalty_counts_real_positions_up_to_one() -> None:
    coverage = torch.tensor([[[0.5, 3.0, 0.25, 0.0], [1.0, 1.0, 1.0, 0.5]]])
    mask = torch.tensor([[True, True, True, False]])
    penalty = coverage_penalty(coverage, mask, 2.0)
    np.testing.assert_allclose(penalty, [[2 * (math.log(0.5) + math.log(0.25)), 0.0]], rtol=1e-6)


def test_an_ignored_position_costs_a_finite_amount() -> None:
    penalty = coverage_penalty(torch.zeros(1, 1, 1), torch.ones(1, 1, dtype=torch.bool), 0.5)
    assert penalty.item() == pytest.approx(0.5 * math.log(COVERAGE_FLOOR))
