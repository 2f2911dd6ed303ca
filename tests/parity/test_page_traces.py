"""The JavaScript of a page computes the same numbers as Python, for every architecture and part."""

from typing import Any

import page_engine
import pytest
import small_translators

from seq2see.views.packed import rounded

TEXTS = ["I am a good train .", "you see", "a", "student , student  I"]
SMALL: dict[str, Any] = {"model.embed_dim": 12, "model.hidden_dim": 12}
HEADS: dict[str, Any] = {
    "model.embed_dim": 12,
    "model.feedforward_dim": 20,
    "model.num_layers": 2,
    "model.num_heads": 3,
}
DEEP = {"model.num_layers": 2}
COPY = {"model.copy": True, "tokenizer.shared": True}
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "sutskever2014": ("sutskever2014", {}),
    "cho2014": ("cho2014", {}),
    "bahdanau2015": ("bahdanau2015", {}),
    "luong2015": ("luong2015", {}),
    "gnmt2016": ("gnmt2016", {}),
    "transformer2017": ("transformer2017", {}),
    "sutskever2014 forward, deep, GRU": (
        "sutskever2014",
        {"model.reverse_source": False, "model.cell": "gru", **DEEP},
    ),
    "sutskever2014 both ways, fed": (
        "sutskever2014",
        {"model.bidirectional": True, "model.bridge": "tanh", "model.input_feeding": True},
    ),
    "cho2014 deep, LSTM, copied, both ways": (
        "cho2014",
        {"model.cell": "lstm", "model.bidirectional": True, **DEEP},
    ),
    "cho2014 copied, LSTM": ("cho2014", {"model.cell": "lstm", "model.bridge": "copy"}),
    "cho2014 without context": ("cho2014", {"model.fixed_context": False}),
    "bahdanau2015 deep": ("bahdanau2015", DEEP),
    "bahdanau2015 one way, reversed, plain cell": (
        "bahdanau2015",
        {"model.bidirectional": False, "model.reverse_source": True, "model.cell": "rnn"},
    ),
    "bahdanau2015 reversed, LSTM, fed": (
        "bahdanau2015",
        {"model.reverse_source": True, "model.cell": "lstm", "model.input_feeding": True},
    ),
    "bahdanau2015 general, hidden readout": (
        "bahdanau2015",
        {"model.attention.score": "general", "model.readout": "hidden"},
    ),
    "luong2015 dot, previous": (
        "luong2015",
        {"model.attention.score": "dot", "model.attention.timing": "previous"},
    ),
    "luong2015 scaled dot, deep, plain cell": (
        "luong2015",
        {"model.attention.score": "scaled-dot", "model.cell": "rnn", **DEEP},
    ),
    "luong2015 concat, not fed, maxout": (
        "luong2015",
        {
            "model.attention.score": "concat",
            "model.input_feeding": False,
            "model.readout": "maxout",
        },
    ),
    "luong2015 location": (
        "luong2015",
        {"model.attention.score": "location", "data.max_length": 4},
    ),
    "luong2015 scaled-general": ("luong2015", {"model.attention.score": "scaled-general"}),
    "luong2015 normed-additive": ("luong2015", {"model.attention.score": "normed-additive"}),
    "luong2015 local-m": (
        "luong2015",
        {"model.attention.scope": "local-m", "model.attention.window": 1},
    ),
    "luong2015 local-p, deep": (
        "luong2015",
        {"model.attention.scope": "local-p", "model.attention.window": 2, **DEEP},
    ),
    "bahdanau2015 local-p": (
        "bahdanau2015",
        {"model.attention.scope": "local-p", "model.attention.window": 1},
    ),
    "bahdanau2015 coverage, fed": (
        "bahdanau2015",
        {"model.attention.coverage": True, "model.input_feeding": True},
    ),
    "luong2015 coverage, normed": (
        "luong2015",
        {"model.attention.coverage": True, "model.attention.score": "normed-additive"},
    ),
    "luong2015 local-p, coverage, not fed": (
        "luong2015",
        {
            "model.attention.coverage": True,
            "model.attention.score": "additive",
            "model.attention.scope": "local-p",
            "model.attention.window": 2,
            "model.input_feeding": False,
        },
    ),
    "luong2015 copy, tied": ("luong2015", {**COPY, "model.tie_weights": True}),
    "luong2015 copy, local-m, not fed": (
        "luong2015",
        {
            **COPY,
            "model.attention.scope": "local-m",
            "model.attention.window": 1,
            "model.input_feeding": False,
        },
    ),
    "bahdanau2015 copy, coverage": (
        "bahdanau2015",
        {**COPY, "model.attention.coverage": True},
    ),
    "luong2015 hard": ("luong2015", {"model.attention.scope": "hard"}),
    "luong2015 without attention": ("luong2015", {"model.attention.score": "none"}),
    "luong2015 additive, both ways, tied": (
        "luong2015",
        {
            "model.attention.score": "additive",
            "model.bidirectional": True,
            "model.bridge": "tanh",
            "model.tie_weights": True,
        },
    ),
    "luong2015 residual, bottom": (
        "luong2015",
        {**DEEP, "model.residual_from": 2, "model.attention.query": "bottom"},
    ),
    "cho2014 to all, both ways below": (
        "cho2014",
        {"model.context_to": "all", "model.bidirectional": "first", **DEEP},
    ),
    "transformer2017 post": ("transformer2017", {"model.norm": "post"}),
    "transformer2017 untied, one head": (
        "transformer2017",
        {"model.tie_weights": False, "model.num_heads": 1, "model.num_layers": 1},
    ),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_every_number_of_every_hypothesis(name: str) -> None:
    arch, settings = VARIANTS[name]
    widths = HEADS if arch == "transformer2017" else SMALL
    translator = small_translators.translator(arch, settings={**widths, **settings})
    compared = rounded(translator)
    python: dict[str, Any] = {"num_best": 3, "min_length": 2}
    page: dict[str, Any] = {"numBest": 3, "minLength": 2}
    if translator.model.has_attention:
        python["coverage_penalty"] = page["coveragePenalty"] = 0.4
    expected = [
        hypothesis.trace()
        for text in TEXTS
        for hypothesis in compared.translate(text, **python).hypotheses
    ]
    calls = [["trace", text, page, rank] for text in TEXTS for rank in range(3)]
    for said, trace in zip(page_engine.call(translator, *calls), expected, strict=True):
        page_engine.assert_same_trace(said, trace)
