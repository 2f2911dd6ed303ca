"""Which part of a trace becomes which picture."""

from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
import small_translators
import svg_reading
from small_trainings import tiny_trainer

import seq2see
from seq2see.errors import ConfigError, UsageError
from seq2see.trace.matrix import Axis
from seq2see.trace.record import Beam, ModelInfo, Side, Step, Trace, Values
from seq2see.trace.record import Choice as Token
from seq2see.views import figures
from seq2see.views.kinds import OF_RUNS, Choice, Kind, Look

SOURCE = Axis(("she", "read", "ing", "</s>"), (0, 1, 1, None), ("she", "reading"))
TARGET = Axis(("قرأ", "ت", "</s>"), (0, 0, None), ("قرأت",))
CROSS = np.array([[[0.1, 0.2, 0.3, 0.4], [0.6, 0.2, 0.1, 0.1], [0.0, 0.0, 0.0, 1.0]],
                  [[0.5, 0.3, 0.1, 0.1], [0.0, 0.2, 0.3, 0.5], [0.0, 0.0, 0.5, 0.5]]])  # fmt: skip


def token(id_: int, label: str, prob: float) -> Token:
    return Token(id_, label, float(np.log(prob)), None)


def made(**changes: Any) -> Trace:
    """A trace with one layer of two heads, English to Arabic."""
    tops = (token(7, "قرأ", 0.5), token(8, "كتب", 0.3))
    steps = (
        Step(tops[0], 1, tops),
        Step(token(9, "ت", 0.05), 4, tops),
        Step(token(3, "</s>", 0.9), 1, (token(3, "</s>", 0.9),)),
    )
    tensors = {
        "encoder.outputs": Values(("source", "width"), np.arange(8.0).reshape(4, 2) / 10),
        "encoder.layers.0.stream": Values(("source", "width"), np.ones((4, 2))),
        "encoder.layers.0.self_attention.weights": Values(
            ("head", "source", "source"), np.eye(4)[None].repeat(2, 0)
        ),
        "decoder.layers.0.cross_attention.weights": Values(("head", "target", "source"), CROSS),
        "decoder.layers.0.self_attention.weights": Values(
            ("head", "target", "previous"), np.eye(3)[None].repeat(2, 0)
        ),
        "decoder.layers.0.stream": Values(("target", "width"), np.zeros((3, 2))),
        "decoder.readout": Values(("target", "width"), -np.ones((3, 2))),
    }
    fields: dict[str, Any] = {
        "model": ModelInfo("transformer2017", "tiny", {}, 1000),
        "source": Side("she reading", (5, 6, 7, 3), SOURCE, "en"),
        "target": Side("قرأت", (7, 9, 3), TARGET, "ar"),
        "score": -1.0,
        "log_prob": -1.5,
        "finished": True,
        "tensors": tensors,
        "steps": steps,
    }
    return Trace(**(fields | changes))


def titles(svg: str, tag: str = "rect") -> list[str]:
    return [piece.title for piece in svg_reading.pieces(svg, tag) if piece.title]


def said(svg: str) -> str:
    return " ".join(svg_reading.texts(svg))


def test_alignment_shows_the_mean_of_all_heads_by_word() -> None:
    svg = figures.draw("alignment", made())
    # Mean over heads and over both tokens of the only word; "read" and "ing" added up.
    mean = CROSS.mean(0)
    she, reading, end = mean[:2, 0].mean(), mean[:2, 1:3].sum(1).mean(), mean[:2, 3].mean()
    assert titles(svg) == [
        f"قرأت → she: {she:.3f}", f"قرأت → reading: {reading:.3f}", f"قرأت → </s>: {end:.3f}",
        f"</s> → reading: {mean[2, 1:3].sum():.3f}", f"</s> → </s>: {mean[2, 3]:.3f}",
    ]  # fmt: skip
    assert "transformer2017 tiny, en to ar, mean of 2 heads" in said(svg)


def test_alignment_of_a_layer_and_head_by_token() -> None:
    svg = figures.draw("alignment", made(), Choice(layer=0, head=1, units="tokens"))
    assert "قرأ → she: 0.500" in titles(svg)
    assert "ت → </s>: 0.500" in titles(svg)
    assert "layer 0, head 1" in said(svg)


@pytest.mark.parametrize(
    ("attention", "heading", "title"),
    [
        ("encoder", "Source attends to source", "ing → ing: 1.000"),
        ("decoder", "Output attends to what was written before", "قرأ → <s>: 1.000"),
    ],
)
def test_attention_within_a_side(attention: Any, heading: str, title: str) -> None:
    svg = figures.draw("alignment", made(), Choice(attention=attention, units="tokens"))
    assert heading in said(svg)
    assert title in titles(svg)


def test_steps_join_the_same_numbers() -> None:
    svg = figures.draw("steps", made(), Choice(units="tokens"))
    mean = CROSS.mean(0)
    assert f"step 1: قرأ → she: {mean[0, 0]:.3f}" in titles(svg, "path")
    assert "← output, from right to left (by step)" in svg_reading.texts(svg)


def test_heads_keep_tokens_unless_words_are_asked_for() -> None:
    tokens = figures.draw("heads", made())
    assert "ing" in svg_reading.texts(tokens)
    words = figures.draw("heads", made(), Choice(units="words"))
    assert "reading" in svg_reading.texts(words)
    assert {"head 0", "head 1", "layer 0"} <= set(svg_reading.texts(words))


def test_states_are_those_handed_on_or_those_of_a_layer() -> None:
    last = figures.draw("states", made())
    assert "Encoder states (encoder.outputs)" in said(last)
    assert "Decoder states (decoder.readout)" in said(last)
    assert "ing, unit 1: 0.500" in titles(last)
    layer = figures.draw("states", made(), Choice(layer=0))
    assert "(encoder.layers.0.stream)" in said(layer)
    assert "(decoder.layers.0.stream)" in said(layer)


def test_a_layer_that_adds_hands_on_a_sum() -> None:
    trace = small_translators.translator("gnmt2016").translate("I am a student").trace()
    last = said(figures.draw("states", trace))
    assert "Decoder states (decoder.layers.2.residual)" in last
    layer = said(figures.draw("states", trace, Choice(layer=2)))
    for name in ("encoder.layers.2.residual", "decoder.layers.2.hidden"):
        assert f"({name})" in layer


def test_probabilities_add_the_chosen_token_and_all_others() -> None:
    svg = figures.draw("probabilities", made())
    assert titles(svg) == [
        "قرأ: 50.00%, number 1", "كتب: 30.00%, number 2", "all others: 20.00%",
        "قرأ: 50.00%, number 1", "كتب: 30.00%, number 2", "ت: 5.00%, number 4",
        "all others: 15.00%",
        "</s>: 90.00%, number 1", "all others: 10.00%",
    ]  # fmt: skip


def searched() -> Beam:
    """Two steps; the first candidate of the second is absent, so places are not columns."""
    return Beam(
        tokens=np.array([[7, 8, -1], [-1, 3, 9]], dtype=np.int32),
        parents=np.array([[0, 2, 0], [0, 1, 1]], dtype=np.int32),
        token_log_probs=np.zeros((2, 3)),
        log_probs=np.zeros((2, 3)),
        scores=np.array([[-0.5, -0.7, -9.0], [-9.0, -0.8, -2.0]]),
        status=np.array([[1, 2, 0], [0, 3, 1]], dtype=np.uint8),
        labels={7: "قرأ", 8: "كتب", 9: "ت", 3: "</s>"},
        path=(1, 1),
        search={"beam_size": 1},
    )


def test_beam_shows_what_the_search_recorded() -> None:
    svg = figures.draw("beam", made(beam=searched()))
    assert titles(svg) == [
        "قرأ: −0.50, pruned", "كتب: −0.70, part of the translation",
        "</s>: −0.80, part of the translation", "ت: −2.00, pruned",
    ]  # fmt: skip
    assert "transformer2017 tiny, en to ar, beam size 1" in svg_reading.texts(svg)


def without_attention() -> Trace:
    trace = made()
    kept = {name: value for name, value in trace.tensors.items() if "attention" not in name}
    return replace(trace, tensors=kept, model=ModelInfo("sutskever2014", "tiny", {}, 1))


@pytest.mark.parametrize("kind", ["alignment", "steps", "heads"])
def test_without_attention_there_is_nothing_to_attend(kind: Kind) -> None:
    expected = rf"^sutskever2014 has no attention here, so there is no `{kind}` to draw; draw `sta"
    with pytest.raises(UsageError, match=expected):
        figures.draw(kind, without_attention())


def recurrent() -> Trace:
    trace = made()
    kept = {name: value for name, value in trace.tensors.items() if "attention" not in name}
    kept["decoder.attention.weights"] = Values(("target", "source"), CROSS[0])
    return replace(trace, tensors=kept, model=ModelInfo("luong2015", "tiny", {}, 1))


def test_refusals_name_what_there_is() -> None:
    with pytest.raises(UsageError, match="attention of luong2015 has no heads; draw `alignment`"):
        figures.draw("heads", recurrent())
    with pytest.raises(UsageError, match="luong2015 has no `encoder` attention, only `cross`"):
        figures.draw("alignment", recurrent(), Choice(attention="encoder"))
    with pytest.raises(UsageError, match="given target, so there is no `beam` to draw; leave the"):
        figures.draw("beam", made())
    with pytest.raises(UsageError, match="`lengths` shows a run, not a translation"):
        figures.draw("lengths", made())
    with pytest.raises(ConfigError, match="There is no layer 4: layers are counted from 0"):
        figures.draw("states", made(), Choice(layer=4))
    with pytest.raises(ConfigError, match="There is no layer 1: layers are counted from 0, and"):
        figures.draw("heads", made(), Choice(layer=1))
    with pytest.raises(ConfigError, match="There is no head 2"):
        figures.draw("alignment", made(), Choice(head=2))


def test_pictures_have_the_width_and_colours_asked_for() -> None:
    svg = figures.draw("alignment", made(), look=Look(width=500, theme="dark"))
    root = svg_reading.parse(svg)
    assert root.get("width") == "500"
    [paper] = [one for one in svg_reading.pieces(svg, "rect") if one.get("width") == "500"]
    assert paper.get("fill") == "#14181d"


def test_widths_out_of_range_are_refused() -> None:
    expected = "^A picture must be 240 to 10,000 pixels wide, but 100 was asked for; give another"
    with pytest.raises(UsageError, match=expected):
        Look(width=100)


@pytest.mark.parametrize("arch", ["bahdanau2015", "sutskever2014", "transformer2017"])
def test_every_kind_draws_what_a_real_model_computed(arch: str, tmp_path: Path) -> None:
    """And every number in an alignment is one of the matrix."""
    tiny_trainer(tmp_path, arch).train()
    trace = seq2see.load(tmp_path / "run").translate("un deux trois", beam_size=2).trace()
    for kind in set(get_args(Kind)) - OF_RUNS:
        if kind in ("alignment", "steps", "heads") and not trace.attention_kinds:
            continue
        if kind == "heads" and arch != "transformer2017":
            continue
        svg = figures.draw(kind, trace, look=Look(width=320))
        assert svg_reading.parse(svg).get("width") == "320"
        if kind == "alignment":
            weights = trace.attention().words().values
            expected = sorted(f"{weight:.3f}" for weight in weights.flat if weight >= 0.05)
            assert sorted(title.rpartition(": ")[2] for title in titles(svg)) == expected
