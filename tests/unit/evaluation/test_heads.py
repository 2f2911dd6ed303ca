"""Picking one attention map of a model."""

import numpy as np
import pytest
from small_translators import translator

from seq2see.errors import UsageError
from seq2see.evaluation.forced import Figures, Forced
from seq2see.evaluation.heads import MEAN, Head, check_head, heads_of

# Two layers of two heads, two target and two source tokens.
MAPS = np.array([[[[1, 0], [0, 1]], [[0, 1], [0, 1]]], [[[1, 0], [1, 0]], [[0.5, 0.5], [1, 0]]]])
FORCED = Forced(
    row=0,
    figures=Figures(),
    attention=np.array([[0.3, 0.7], [0.6, 0.4]]),  # as the model averages, which is its business
    attentions={
        "decoder.layers.0.cross_attention.weights": MAPS[0],
        "decoder.layers.1.cross_attention.weights": MAPS[1],
    },
)
KNOWN = [Head(0, 0), Head(0, 1), Head(0), Head(1, 0), Head(1, 1), Head(1), MEAN]


def test_the_maps_of_a_pair() -> None:
    np.testing.assert_array_equal(Head(0, 1).weights(FORCED), [[0, 1], [0, 1]])
    np.testing.assert_array_equal(Head(1, 1).weights(FORCED), [[0.5, 0.5], [1, 0]])
    np.testing.assert_array_equal(Head(1).weights(FORCED), [[0.75, 0.25], [1, 0]])
    assert MEAN.weights(FORCED) is FORCED.attention


def test_a_pair_without_attention_has_no_map() -> None:
    with pytest.raises(ValueError, match="forced without attention"):
        MEAN.weights(Forced(0, Figures(), None, {}))


def test_maps_have_names() -> None:
    names = [str(head) for head in (Head(1, 2), Head(1), MEAN)]
    assert names == ["layer 1, head 2", "layer 1, mean", "the mean of all heads"]
    assert Head(1, 2).to_json() == {"layer": 1, "head": 2}
    assert MEAN.to_json() == {"layer": None, "head": None}


@pytest.mark.parametrize("arch", ["bahdanau2015", "luong2015"])
def test_a_recurrent_model_has_one_map(arch: str) -> None:
    assert heads_of(translator(arch).model) == [MEAN]


def test_a_transformer_has_the_heads_of_each_layer_and_their_means() -> None:
    found = heads_of(translator("transformer2017").model)
    heads = (0, 1, 2, 3, None)
    assert found == [*(Head(layer, head) for layer in range(4) for head in heads), MEAN]


def test_a_map_that_is_not_there_is_refused() -> None:
    assert check_head(Head(1, 1), KNOWN, "run") == Head(1, 1)
    assert check_head(Head(0), KNOWN, "run") == Head(0)
    with pytest.raises(
        UsageError,
        match=r"^`run` has no layer 1, head 2; its layers are 0 to 1, with heads 0 to 1\.$",
    ):
        check_head(Head(1, 2), KNOWN, "run")
    with pytest.raises(UsageError, match="`run` has no layer 2; its layers are 0 to 1"):
        check_head(Head(2), KNOWN, "run")
    with pytest.raises(
        UsageError, match=r"^`run` has one attention, .*; leave `--layer` and `--head` out\.$"
    ):
        check_head(Head(0, 0), [MEAN], "run")
