"""Equations of the player: worked out again for numbers of real traces, in Node."""

import json
import math
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from small_translators import translator

from seq2see.decoding.translator import Translator
from seq2see.models import presets
from seq2see.trace import storage
from seq2see.views.node import program as node_program
from seq2see.views.packed import pack

PLAYER = Path(__file__).resolve().parents[2] / "player"
WIDTHS = {"model.embed_dim": 6, "model.hidden_dim": 8}
HEADS = {
    "model.embed_dim": 8,
    "model.feedforward_dim": 10,
    "model.num_layers": 2,
    "model.num_heads": 2,
}
DEEP = {"model.num_layers": 2}
COPY = {"model.copy": True, "tokenizer.shared": True}
SQUARE = {"model.embed_dim": 8, "model.hidden_dim": 8}
BOTH = {"model.bidirectional": True}
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "sutskever2014": ("sutskever2014", {}),
    "cho2014": ("cho2014", {}),
    "bahdanau2015": ("bahdanau2015", {}),
    "luong2015": ("luong2015", {}),
    "gnmt2016": ("gnmt2016", {}),
    "transformer2017": ("transformer2017", {}),
    "sutskever2014 both ways": ("sutskever2014", {**DEEP, **BOTH, "model.bridge": "tanh"}),
    "sutskever2014 plain cell": ("sutskever2014", {"model.cell": "rnn", **DEEP}),
    "cho2014 deep copy": ("cho2014", {**DEEP, "model.bridge": "copy"}),
    "cho2014 lstm attentional": (
        "cho2014",
        {"model.cell": "lstm", "model.readout": "attentional", "model.input_feeding": True},
    ),
    "bahdanau2015 deep lstm": ("bahdanau2015", {**DEEP, "model.cell": "lstm"}),
    "bahdanau2015 plain cell fed": (
        "bahdanau2015",
        {"model.cell": "rnn", "model.input_feeding": True},
    ),
    "luong2015 dot deep": ("luong2015", {**DEEP, "model.attention.score": "dot"}),
    "luong2015 scaled reversed": (
        "luong2015",
        {"model.attention.score": "scaled-dot", "model.reverse_source": True},
    ),
    "luong2015 concat both ways reversed": (
        "luong2015",
        {
            **BOTH,
            "model.attention.score": "concat",
            "model.bridge": "tanh",
            "model.reverse_source": True,
        },
    ),
    "luong2015 location": (
        "luong2015",
        {"model.attention.score": "location", "data.max_length": 3},
    ),
    "luong2015 scaled-general": ("luong2015", {"model.attention.score": "scaled-general"}),
    "luong2015 normed-additive": ("luong2015", {"model.attention.score": "normed-additive"}),
    "luong2015 local-m": (
        "luong2015",
        {"model.attention.scope": "local-m", "model.attention.window": 1},
    ),
    "luong2015 local-p": (
        "luong2015",
        {"model.attention.scope": "local-p", "model.attention.window": 2},
    ),
    "luong2015 coverage": (
        "luong2015",
        {"model.attention.score": "normed-additive", "model.attention.coverage": True},
    ),
    "luong2015 copy tied": ("luong2015", {**COPY, "model.tie_weights": True, **SQUARE}),
    "bahdanau2015 copy deep": ("bahdanau2015", {**COPY, **DEEP}),
    "bahdanau2015 coverage": ("bahdanau2015", {"model.attention.coverage": True}),
    "luong2015 hard": ("luong2015", {"model.attention.scope": "hard"}),
    "luong2015 tied hidden": (
        "luong2015",
        {
            "model.embed_dim": 8,
            "model.readout": "hidden",
            "model.attention.timing": "previous",
            "model.tie_weights": True,
            "model.input_feeding": False,
        },
    ),
    "luong2015 residual, bottom": (
        "luong2015",
        {"model.num_layers": 3, "model.residual_from": 2, "model.attention.query": "bottom"},
    ),
    "bahdanau2015 residual to all": (
        "bahdanau2015",
        {**DEEP, "model.residual_from": 2, "model.context_to": "all"},
    ),
    "cho2014 to all": ("cho2014", {**DEEP, "model.context_to": "all"}),
    "transformer2017 post": ("transformer2017", {"model.norm": "post"}),
    "transformer2017 untied": ("transformer2017", {"model.tie_weights": False}),
}
TEXT = "I am a good student ."


def small(name: str) -> Translator:
    """A translator with random weights, of which no bias is zero and no gain one."""
    arch, settings = VARIANTS[name]
    widths = HEADS if arch == "transformer2017" else WIDTHS
    made = translator(arch, settings={**widths, **settings})
    with torch.random.fork_rng():
        torch.manual_seed(7)
        for parameter in made.model.parameters():
            parameter.data += 0.3 * torch.randn_like(parameter)
    return made


def write_case(
    folder: Path, name: str, *, detail: str = "all", weights: str | None = "float32"
) -> dict[str, Any]:
    """Write a trace and the weights; returns what Node is told of it."""
    made = small(name)
    trace = made.translate(TEXT).trace()
    place = folder / name.replace(" ", "-")
    path = place.with_name(f"{place.name}-{detail}.json")
    path.write_text(json.dumps(storage.to_json(trace, detail)), encoding="utf-8")
    stored = None
    if weights is not None:
        stored = place.with_name(f"{place.name}-{weights}.json")
        parameters = {
            key: storage.write_array(parameter.detach().numpy(), weights)
            for key, parameter in made.model.named_parameters()
        }
        stored.write_text(json.dumps(parameters), encoding="utf-8")
    return {
        "name": f"{name} {detail} {weights}",
        "trace": str(path),
        "weights": None if stored is None else str(stored),
        "perTensor": 4,
    }


def node(*arguments: str) -> str:
    done = subprocess.run(
        [node_program(), *arguments], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def examine(folder: Path, cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    job = folder / "job.json"
    job.write_text(json.dumps(cases), encoding="utf-8")
    reports: list[dict[str, Any]] = json.loads(
        node(str(PLAYER / "equations_on_traces.js"), str(job))
    )
    return reports


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What Node says of every variant, everything being there."""
    folder = tmp_path_factory.mktemp("equations")
    cases = [write_case(folder, name) for name in VARIANTS]
    return dict(zip(VARIANTS, examine(folder, cases), strict=True))


def differing(
    report: Mapping[str, Any], relative: float = 1e-4, absolute: float = 1e-5
) -> list[str]:
    """Numbers that the model did not compute as their equations say."""
    wrong = []
    for told in report["numbers"]:
        if told["computed"] is None:
            continue
        value, computed = number(told["value"]), number(told["computed"])
        if not math.isclose(value, computed, rel_tol=relative, abs_tol=absolute):
            wrong.append(f"{told['name']}{told['index']}: {value} by the model, {computed} here")
    return wrong


def number(written: str) -> float:
    return float(written.replace("Infinity", "inf"))


@pytest.mark.parametrize("name", VARIANTS)
def test_every_equation_gives_what_the_model_computed(
    reports: dict[str, dict[str, Any]], name: str
) -> None:
    report = reports[name]
    assert differing(report) == []
    assert [told for told in report["numbers"] if told["missing"]] == []
    assert [told for told in report["numbers"] if told["odd"]] == []
    assert {told["name"] for told in report["numbers"]} > {"decoder.readout", "encoder.outputs"}


@pytest.mark.parametrize("name", VARIANTS)
def test_operands_lead_back_to_embeddings(reports: dict[str, dict[str, Any]], name: str) -> None:
    report = reports[name]
    ends = {(walk["end"], walk["why"]) for walk in report["walks"]}
    names = {end for end, _ in ends}
    assert {why for _, why in ends} == {"nothing further"}
    # A score or a weight where nothing can be looked at is minus infinity or 0: a constant. So is
    # a window outside, and everywhere if its centre is the number of the step; and coverage before
    # the first step, and what a token that is not in the source is copied with.
    ends_there = ("scores", "weights", "centre", "window", "coverage", "copied")
    constant = {end for end in names if end.endswith(ends_there)}
    arch, settings = VARIANTS[name]
    feeds = settings.get("model.input_feeding", arch == "luong2015")
    zero = {"decoder.layers.0.input"} if feeds else set()  # what is fed to the first step
    assert names - constant - zero <= {"encoder.embeddings", "decoder.embeddings"}
    assert {chain[-1] for chain in report["chains"]} <= {
        "encoder.embeddings",
        "decoder.embeddings",
    }
    made_of = (
        {"output.generated", "output.copied"} if "model.copy" in settings else {"output.logits"}
    )
    assert all(chain[0] == "output.probs" for chain in report["chains"])
    assert {chain[1] for chain in report["chains"]} <= made_of


@pytest.mark.parametrize("name", VARIANTS)
def test_shares_are_shares_and_the_largest_comes_first(
    reports: dict[str, dict[str, Any]], name: str
) -> None:
    for told in reports[name]["numbers"]:
        shares = [share for _, _, share in told["operands"]]
        assert shares == sorted(shares, reverse=True)
        assert all(0 <= share <= 1 + 1e-9 for share in shares)


@pytest.mark.parametrize("name", presets.names())
def test_without_weights_what_needs_none_is_worked_out(tmp_path: Path, name: str) -> None:
    case = write_case(tmp_path, name, weights=None)
    [report] = examine(tmp_path, [case])
    traced = set(json.loads(Path(case["trace"]).read_text(encoding="utf-8"))["tensors"])
    assert differing(report) == []
    assert [told for told in report["numbers"] if told["odd"]] == []
    for told in report["numbers"]:
        assert (told["computed"] is None) == bool(told["missing"])
        assert not set(told["missing"]) & traced
    filled = {told["name"].split(".")[-1] for told in report["numbers"] if not told["missing"]}
    needing_none = {
        "sutskever2014": {"cell", "hidden", "outputs", "readout", "probs"},
        "cho2014": {"hidden", "concatenation", "readout", "outputs", "probs"},
        "bahdanau2015": {"query", "weights", "context", "concatenation", "readout", "hidden"},
        "luong2015": {"query", "scores", "weights", "context", "concatenation", "cell", "hidden"},
        "gnmt2016": {"query", "weights", "context", "residual", "readout", "cell", "hidden"},
        "transformer2017": {"scores", "weights", "context", "norm", "active", "largest", "probs"},
    }
    assert filled >= needing_none[name]


@pytest.mark.parametrize("detail", ["numbers", "drawing"])
@pytest.mark.parametrize("name", ["bahdanau2015", "transformer2017"])
def test_what_a_trace_leaves_out_follows_from_the_weights(
    tmp_path: Path, name: str, detail: str
) -> None:
    [report] = examine(tmp_path, [write_case(tmp_path, name, detail=detail)])
    assert [told for told in report["numbers"] if told["odd"]] == []
    tolerances = () if detail == "numbers" else (2e-2, 1e-3)  # drawings are in 16 bits
    assert differing(report, *tolerances) == []
    if (name, detail) == ("transformer2017", "drawing"):  # of whose streams only lengths are there
        missing = {told["name"] for told in report["numbers"] if told["missing"]}
        assert missing >= {"encoder.outputs", "encoder.stream.norm"}
    else:
        assert [told for told in report["numbers"] if told["missing"]] == []
        assert {walk["why"] for walk in report["walks"]} == {"nothing further"}


def test_rounded_weights_give_nearly_the_same(tmp_path: Path) -> None:
    case = write_case(tmp_path, "bahdanau2015", weights="float16")
    [report] = examine(tmp_path, [case])
    off = [told for told in report["numbers"] if told["approximate"]]
    values = np.array([[number(told["value"]), number(told["computed"])] for told in off])
    assert np.abs(values[:, 0] - values[:, 1]).max() < 2e-2 * np.abs(values).max()
    assert 0 < len(off) < len(report["numbers"]) / 2


@pytest.mark.parametrize("name", presets.names())
def test_a_live_page_explains_its_own_translations_exactly(tmp_path: Path, name: str) -> None:
    packed = tmp_path / "packed.json"
    packed.write_text(json.dumps(pack(small(name))), encoding="utf-8")
    case = {"name": name, "packed": str(packed), "text": TEXT, "perTensor": 4}
    [report] = examine(tmp_path, [case])
    assert differing(report) == []
    assert [told for told in report["numbers"] if told["missing"] or told["approximate"]] == []
    assert {walk["why"] for walk in report["walks"]} == {"nothing further"}


def test_every_number_that_a_picture_leads_to_is_explained(tmp_path: Path) -> None:
    traces = [
        write_case(tmp_path, name, detail=detail, weights=None)["trace"]
        for name in presets.names()
        for detail in ("numbers", "drawing")
    ]
    report = json.loads(node(str(PLAYER / "equations_in_scenes.js"), *traces))
    assert report["failures"] == []
    assert report["asked"] > 200


def test_formulas_by_themselves() -> None:
    node("--test", str(PLAYER / "equations.test.js"))
