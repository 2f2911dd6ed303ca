"""The record: labelled access to a trace small enough to work out by hand."""

from typing import Any

import numpy as np
import pytest

from seq2see.errors import ConfigError
from seq2see.trace.matrix import Axis
from seq2see.trace.names import GROUPS, meaning
from seq2see.trace.record import Choice, ModelInfo, Side, Step, Trace, Values
from seq2see.trace.summaries import summaries

SOURCE = Side(
    "red house", (5, 6, 3), Axis(("red", "house", "</s>"), (0, 1, None), ("red", "house"))
)
TARGET = Side("maison", (9, 8, 3), Axis(("mai", "son", "</s>"), (0, 0, None), ("maison",)), "fr")
# Head h of layer n attends with weight 0.1 * (1 + h + 2n) to the first token, the rest to the last.
LAYERS = [
    np.array([[[w, 0, 1 - w]] * 3 for w in (0.1 + 0.2 * n, 0.2 + 0.2 * n)], dtype=np.float32)
    for n in range(2)
]


def trace(**tensors: Values) -> Trace:
    given = {
        f"decoder.layers.{n}.cross_attention.weights": Values(("head", "target", "source"), layer)
        for n, layer in enumerate(LAYERS)
    }
    given["decoder.layers.0.self_attention.weights"] = Values(
        ("head", "target", "previous"), np.tril(np.ones((2, 3, 3), np.float32))
    )
    choice = Choice(9, "mai", -0.5, 1.0)
    return Trace(
        model=ModelInfo("transformer2017", "tiny", {"model.num_layers": 2}, 10),
        source=SOURCE,
        target=TARGET,
        score=-1.5,
        log_prob=-1.5,
        finished=True,
        tensors={**given, **tensors},
        steps=(Step(choice, 1, (choice,)),) * 3,
    )


def test_attention_of_one_head_and_of_all() -> None:
    made = trace()
    assert (made.num_layers, made.num_heads) == (2, 2)
    one = made.attention("cross", layer=1, head=0)
    np.testing.assert_allclose(one, [[0.3, 0.0, 0.7]] * 3, atol=1e-6)
    assert one.rows == ("mai", "son", "</s>")
    assert one.columns == ("red", "house", "</s>")
    np.testing.assert_allclose(made.attention(layer=0)[0], [0.15, 0, 0.85], atol=1e-6)
    np.testing.assert_allclose(made.attention(head=1)[0], [0.3, 0, 0.7], atol=1e-6)
    np.testing.assert_allclose(made.attention()[0], [0.25, 0, 0.75], atol=1e-6)
    np.testing.assert_allclose(made.attention().end_shares, 0.75, atol=1e-6)
    np.testing.assert_allclose(made.attention().without_end(), np.eye(2)[[0] * 3], atol=1e-6)


def test_the_decoder_looks_at_what_it_read_before() -> None:
    made = trace().attention("decoder", layer=0, head=0)
    assert made.rows == ("mai", "son", "</s>")
    assert made.columns == ("<s>", "mai", "son")
    np.testing.assert_array_equal(made[0], [1, 0, 0])
    words = made.words()
    assert (words.rows, words.columns) == (("maison", "</s>"), ("<s>", "maison"))
    np.testing.assert_allclose(
        words, np.array([[1, 0.5], [1, 2]])
    )  # these rows do not sum to 1: all ones


def test_a_recurrent_model_has_one_map() -> None:
    weights = Values(("target", "source"), LAYERS[0][0])
    made = trace()
    alone = Trace(
        made.model, SOURCE, TARGET, 0.0, 0.0, True, {"decoder.attention.weights": weights}, ()
    )
    assert (alone.num_layers, alone.num_heads, alone.attention_kinds) == (1, 1, ("cross",))
    np.testing.assert_array_equal(alone.attention(), LAYERS[0][0])
    np.testing.assert_array_equal(alone.attention(layer=0, head=0), LAYERS[0][0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda made: made["decoder.redout"], "The trace has no `decoder.redout`"),
        (lambda made: made.attention("encoder"), "holds no `encoder` attention; it holds `cross`"),
        (lambda made: made.attention("corss"), "`corss` is no kind of attention"),
        (lambda made: made.attention(layer=2), "There is no layer 2: layers are counted from 0"),
        (lambda made: made.attention(head=-1), "There is no head -1: heads are counted from 0"),
        (lambda made: made.axis("width"), "`width` is no axis of tokens"),
        (lambda made: Values(("a",), np.ones((2, 2))), "need as many dimensions"),
        (lambda made: meaning("decoder.redout"), "`decoder.redout` is no value"),
    ],
)
def test_what_is_not_there_is_named(call: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        call(trace())


def test_a_notebook_shows_where_the_output_looked() -> None:
    made = trace()
    assert made._repr_svg_() == made.attention()._repr_svg_()
    silent = Trace(made.model, SOURCE, TARGET, 0.0, 0.0, True, {}, ())
    assert silent._repr_svg_() is None


def test_tables_carry_labels() -> None:
    hidden = np.arange(6, dtype=np.float32).reshape(3, 2)
    made = trace(
        **{
            "decoder.readout": Values(("target", "width"), hidden),
            "encoder.summary": Values(("width",), np.array([1.0, 2.0])),
        }
    )
    table = made.to_pandas("decoder.readout")
    assert list(table.index) == ["0 mai", "1 son", "2 </s>"]
    np.testing.assert_array_equal(table.to_numpy(), hidden)
    heads = made.to_pandas("decoder.layers.1.cross_attention.weights")
    assert heads.loc[(0, "1 son"), "0 red"] == pytest.approx(0.3)
    assert list(made.to_pandas("encoder.summary")["encoder.summary"]) == [1, 2]
    assert set(made.to_numpy()) == set(made) == set(made.tensors)
    assert len(made) == 5


def test_every_group_is_in_some_detail() -> None:
    assert GROUPS["drawing"] < GROUPS["numbers"] < GROUPS["all"]


def test_summaries_are_lengths_and_shares() -> None:
    made = summaries(
        {
            "encoder.stream": np.array([[3.0, 4.0], [0.0, -2.0]]),
            "encoder.layers.0.feedforward.activations": np.array([[0.0, 0.0, 2.0, 1.0]]),
            "encoder.outputs": np.ones((2, 2)),
        }
    )
    assert {name: value.tolist() for name, value in made.items()} == {
        "encoder.stream.norm": [5, 2],
        "encoder.layers.0.feedforward.active": [0.5],
        "encoder.layers.0.feedforward.largest": [2],
    }
    assert all(meaning(name).group == "summaries" for name in made)
