"""Attributions, against finite differences, one source at a time, and rankings counted by hand."""

import math

import numpy as np
import pytest
import torch
from small_translators import ENGLISH, translator
from torch import Tensor

from seq2see.decoding.translation import Translation
from seq2see.decoding.translator import Translator
from seq2see.errors import UsageError
from seq2see.evaluation import attribution
from seq2see.evaluation.attribution import (
    attribute,
    gradient_x_input,
    kendall_tau,
    occlusion,
    rank_agreement,
)
from seq2see.models import presets
from seq2see.models.interface import Seq2seq, Source, Watch
from seq2see.tokens import BOS_ID, EOS_ID

SOURCE = (5, 7, 4, 9, EOS_ID)
TARGETS = ((6, 4, 8, EOS_ID), (6, 4, 8, 5, 5))  # one that ends, one that does not
everywhere = pytest.mark.parametrize("arch", presets.names())


def model(arch: str) -> Seq2seq:
    """A small model in float64, so that small differences mean something."""
    return translator(arch).model.double()


@torch.no_grad()
def log_probs(
    model: Seq2seq, source: tuple[int, ...], target: tuple[int, ...], watch: Watch | None = None
) -> np.ndarray:
    """The log-probability of every target token, of one sentence alone."""
    ids = torch.tensor([source])
    encoded = model.encode(Source(ids, torch.ones_like(ids, dtype=torch.bool)), watch)
    decoded = model.decode(torch.tensor([[BOS_ID, *target[:-1]]]), encoded, watch)
    # The model itself has no more than single precision here.
    output = dict(model.output.named_parameters())  # type: ignore[attr-defined]
    logs = (decoded.features @ output["weight"].T + output["bias"]).log_softmax(-1)[0]
    return np.array([float(logs[step, token]) for step, token in enumerate(target)])


@everywhere
@pytest.mark.parametrize("target", TARGETS)
def test_gradient_x_input_is_what_scaling_an_embedding_changes(
    arch: str, target: tuple[int, ...]
) -> None:
    """Along ``e_i`` itself, the derivative of ``log p`` is ``d log p / d e_i . e_i``."""
    built, step = model(arch), 1e-5
    expected = np.zeros((len(target), len(SOURCE)))
    for place in range(len(SOURCE)):

        def scaled(name: str, value: Tensor, /, *, by: float, place: int = place) -> Tensor:
            if name == "encoder.embeddings":
                value = value.clone()
                value[:, place] *= by
            return value

        more = log_probs(built, SOURCE, target, lambda n, v, /, f=scaled: f(n, v, by=1 + step))
        less = log_probs(built, SOURCE, target, lambda n, v, /, f=scaled: f(n, v, by=1 - step))
        expected[:, place] = (more - less) / (2 * step)
    found = gradient_x_input(built, SOURCE, target)
    assert np.abs(expected).max() > 1e-3
    np.testing.assert_allclose(found, expected, atol=1e-6, rtol=1e-5)


@everywhere
@pytest.mark.parametrize("target", TARGETS)
def test_occlusion_is_what_each_shorter_source_changes(arch: str, target: tuple[int, ...]) -> None:
    built = model(arch)
    whole = log_probs(built, SOURCE, target)
    shorter = [SOURCE[:place] + SOURCE[place + 1 :] for place in range(len(SOURCE))]
    expected = np.stack([whole - log_probs(built, one, target) for one in shorter], axis=1)
    assert np.abs(expected).max() > 1e-3
    np.testing.assert_allclose(occlusion(built, SOURCE, target), expected, atol=1e-5)


@everywhere
def test_small_batches_change_nothing(arch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    built = model(arch)
    whole = [measure(built, SOURCE, TARGETS[0]) for measure in (gradient_x_input, occlusion)]
    monkeypatch.setattr(attribution, "BUDGET", 12)
    parts = [measure(built, SOURCE, TARGETS[0]) for measure in (gradient_x_input, occlusion)]
    for one, other in zip(whole, parts, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


@everywhere
@pytest.mark.parametrize("max_length", [2, 8])
def test_a_translation_is_attributed_with_its_labels(arch: str, max_length: int) -> None:
    attending = translator(arch)
    translation = attending.translate(ENGLISH[1], num_best=2, max_length=max_length)
    for index, hypothesis in enumerate(translation.hypotheses):
        found = attribute(attending, translation, index)
        assert found.columns == (*translation.source_tokens, "</s>")
        assert found.rows == (*hypothesis.tokens, *(["</s>"] if hypothesis.finished else []))
        shape = (len(found.rows), len(found.columns))
        assert found.gradient_x_input.shape == found.occlusion.shape == shape
        ids = (*attending.source_tokenizer.encode(ENGLISH[1]).ids, EOS_ID)
        target = (*hypothesis.ids, *([EOS_ID] if hypothesis.finished else []))
        np.testing.assert_array_equal(
            found.gradient_x_input, gradient_x_input(attending.model, ids, target)
        )
        np.testing.assert_array_equal(found.occlusion, occlusion(attending.model, ids, target))
        if hypothesis.attention is None:
            assert found.attention is None
        else:
            np.testing.assert_array_equal(found.attention, hypothesis.attention)


def test_the_source_is_cleaned_as_for_the_translation() -> None:
    lower = translator(settings={"data.clean": ("lower", "squeeze")})
    one, other = (attribute(lower, lower.translate(text)) for text in (" I  AM a", "i am a"))
    assert one.columns == other.columns
    np.testing.assert_array_equal(one.gradient_x_input, other.gradient_x_input)


def test_it_works_where_nothing_else_may_be_differentiated() -> None:
    built = model("luong2015")
    expected = gradient_x_input(built, SOURCE, TARGETS[0])
    with torch.inference_mode():
        np.testing.assert_array_equal(gradient_x_input(built, SOURCE, TARGETS[0]), expected)
    assert all(parameter.grad is None for parameter in built.parameters())


def nothing(attending: Translator) -> Translation:
    return attending.translate("")


def test_nothing_can_be_attributed_to_nothing() -> None:
    attending = translator()
    with pytest.raises(UsageError, match=r"nothing to attribute between `` and ``; both must have"):
        attribute(attending, nothing(attending))


@pytest.mark.parametrize(
    ("first", "second", "tau"),
    [
        ([1, 2, 3], [1, 2, 3], 1.0),
        ([1, 2, 3], [9, 5, 1], -1.0),
        # Six pairs, of which five agree and one does not.
        ([1, 2, 3, 4], [1, 2, 4, 3], 4 / 6),
        # Six pairs; the first has one tie, the second another; of the four others all agree.
        ([1, 1, 2, 3], [1, 2, 3, 3], 4 / math.sqrt(5 * 5)),
        # 1-2 tied in both, 1-3 and 2-3 agree: 2 of sqrt(2 * 2).
        ([0, 0, 1], [0, 0, 5], 1.0),
        # 1-2 tied in the first only; 1-3 agrees, 2-3 does not.
        ([0, 0, 1], [1, 3, 2], 0.0),
        # 1-2 tied in the first only; 1-3 and 2-3 agree.
        ([0, 0, 1], [1, 2, 3], 2 / math.sqrt(2 * 3)),
        ([1, 1, 1], [1, 2, 3], None),
        ([1, 2, 3], [0, 0, 0], None),
        ([1], [1], None),
    ],
)
def test_kendalls_tau(first: list[int], second: list[int], tau: float | None) -> None:
    found = kendall_tau(np.array(first, float), np.array(second, float))
    assert found == (None if tau is None else pytest.approx(tau))
    assert kendall_tau(np.array(second, float), np.array(first, float)) == found


def test_rank_agreement_is_the_mean_over_the_rows_that_have_one() -> None:
    first = np.array([[1.0, 2, 3], [1, 2, 3], [1, 1, 1]])
    second = np.array([[1.0, 2, 3], [1, 3, 2], [1, 2, 3]])
    # 1; two of three pairs agree: 1/3; not defined.
    assert rank_agreement(first, second) == pytest.approx(2 / 3)
    assert rank_agreement(first[2:], second[2:]) is None


def test_matrices_of_different_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"Shapes \(1, 2\) and \(1, 3\) cannot be compared"):
        rank_agreement(np.zeros((1, 2)), np.zeros((1, 3)))
