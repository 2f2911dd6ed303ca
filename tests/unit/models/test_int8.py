"""Products in int8 against NumPy's integers, and models with them against the plain ones."""

from typing import cast

import numpy as np
import pytest
import torch
from small_translators import translator
from torch import Tensor, nn

from seq2see.decoding.observing import target_log_probs
from seq2see.decoding.options import SearchOptions
from seq2see.decoding.search import search
from seq2see.models.int8 import Int8Linear, Int8Matrix, quantise, with_int8
from seq2see.models.interface import Source
from seq2see.models.transformer import DecoderLayer, Transformer
from seq2see.tokens import EOS_ID


def random(*shape: int, seed: int = 1) -> Tensor:
    return torch.from_numpy(np.random.default_rng(seed).normal(size=shape)).float()


def test_a_quantised_weight_is_off_by_half_a_scale_at_most() -> None:
    weight = random(7, 33)
    multiples, scale = quantise(weight)
    assert scale.tolist() == pytest.approx((weight.abs().amax(1) / 127).tolist())
    error = (weight - multiples * scale.unsqueeze(1)).abs()
    assert bool((error <= scale.unsqueeze(1) / 2 * (1 + 1e-5)).all())
    assert multiples.abs().amax(1).tolist() == [127] * 7  # the whole range is used


def test_a_row_of_zeros_stays_zero() -> None:
    multiples, scale = quantise(torch.zeros(1, 4))
    assert multiples.tolist() == [[0] * 4]
    assert bool((multiples * scale.unsqueeze(1) == 0).all())


@pytest.mark.parametrize("shape", [(3,), (1,), (2, 5)])
def test_products_are_those_of_integers(shape: tuple[int, ...]) -> None:
    weight, bias, inputs = random(64, 48), random(64, seed=2), random(*shape, 48, seed=3)
    inputs[0] = 0
    flat = inputs.numpy().reshape(-1, 48).astype(np.float64)
    largest = np.abs(flat).max(1, keepdims=True)
    levels = np.rint(flat / np.where(largest == 0, 1, largest) * 63).astype(int)
    scale = np.abs(weight.numpy()).max(1).astype(np.float64) / 127
    multiples = np.rint(weight.numpy() / scale[:, None]).astype(int)
    products = (levels @ multiples.T) * scale * largest / 63
    matrix = Int8Matrix(weight)
    expected = torch.from_numpy(products).float().reshape(*shape, 64)
    torch.testing.assert_close(matrix(inputs, None), expected, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(matrix(inputs, bias), expected + bias, rtol=1e-5, atol=1e-5)


def test_the_largest_numbers_do_not_overflow() -> None:
    weight, inputs = torch.ones(32, 64), torch.ones(2, 64)
    torch.testing.assert_close(Int8Matrix(weight)(inputs, None), torch.full((2, 32), 64.0))
    torch.testing.assert_close(Int8Matrix(-weight)(inputs, None), torch.full((2, 32), -64.0))


def test_a_vectors_product_does_not_depend_on_the_others() -> None:
    matrix, inputs = Int8Matrix(random(64, 48)), random(5, 48, seed=2)
    inputs[4] *= 1000
    together = matrix(inputs, None)
    for row, one in enumerate(inputs):
        assert matrix(one.unsqueeze(0), None)[0].tolist() == together[row].tolist()


SOURCE = Source(
    torch.tensor([[4, 5, 6, EOS_ID], [7, 8, EOS_ID, 0]]),
    torch.tensor([[True] * 4, [True, True, True, False]]),
)
ARCHITECTURES = ["bahdanau2015", "luong2015", "transformer2017"]


@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_a_model_in_int8_is_near_the_plain_one_and_leaves_it_alone(arch: str) -> None:
    model = translator(arch).model
    for parameter in model.parameters():
        parameter.data /= 2  # back to what they are drawn as: the logits of that are small
    targets = [(4, 5, 6), (7,)]
    before = target_log_probs(model, SOURCE, targets)
    reduced = with_int8(model, fewest=1)
    kinds = [type(module) for module in reduced.modules()]
    assert Int8Linear in kinds
    assert nn.Linear not in kinds
    for plain, other in zip(before, target_log_probs(reduced, SOURCE, targets), strict=True):
        assert other != plain
        assert other == pytest.approx(plain, abs=0.1)
    assert target_log_probs(model, SOURCE, targets) == before
    own = {id(parameter) for parameter in model.parameters()}
    assert {id(parameter) for parameter in reduced.parameters()} == own


@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_step_by_step_is_all_at_once_in_int8_too(arch: str) -> None:
    reduced = with_int8(translator(arch).model, fewest=1)
    [first, _] = search(reduced, SOURCE, SearchOptions(max_length=6, min_length=3))
    found = first.hypotheses[0]
    alone = Source(SOURCE.ids[:1], SOURCE.mask[:1])
    [logs] = target_log_probs(reduced, alone, [found.ids])
    assert logs[: len(found.ids)] == pytest.approx(
        found.token_log_probs[: len(found.ids)], abs=0.05
    )


def test_small_matrices_stay_as_they_are() -> None:
    model = cast("Transformer", translator("transformer2017").model)
    number = cast("DecoderLayer", model.decoder[0]).feedforward.expand.weight.numel()
    kinds = [type(module) for module in with_int8(model, number).modules()]
    assert nn.Linear in kinds
    assert Int8Linear in kinds
    assert Int8Linear not in [type(module) for module in with_int8(model).modules()]
