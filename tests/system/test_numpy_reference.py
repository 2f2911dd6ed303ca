"""Every number of a trace, computed again by the NumPy references from the weights alone."""

import dataclasses
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from small_trainings import WORDS, tiny_trainer

import seq2see
from seq2see.decoding.sampling import Sampling
from seq2see.decoding.translator import Translator
from seq2see.models import presets
from seq2see.trace.record import Trace, Values

REFERENCE = Path(__file__).resolve().parents[2] / "examples" / "numpy_reference"
sys.path.append(str(REFERENCE))
compare: Any = importlib.import_module("compare")
reference_run: Any = importlib.import_module("run")
search: Any = importlib.import_module("search")

DEEP = {"model__num_layers": 2}
SHARED = {"tokenizer__shared": True, "model__tie_weights": True}
COPY = {"model__copy": True, "tokenizer__shared": True}
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "sutskever2014": ("sutskever2014", {}),
    "cho2014": ("cho2014", {}),
    "bahdanau2015": ("bahdanau2015", {}),
    "luong2015": ("luong2015", {"decode__min_length": 4}),
    "gnmt2016": ("gnmt2016", {}),
    "transformer2017": ("transformer2017", {**DEEP, **SHARED}),
    "sutskever2014 not reversed": ("sutskever2014", {"model__reverse_source": False, **DEEP}),
    "cho2014 deep": ("cho2014", DEEP),
    "bahdanau2015 deep": ("bahdanau2015", DEEP),
    "bahdanau2015 one way": ("bahdanau2015", {"model__bidirectional": False}),
    "luong2015 dot": ("luong2015", {"model__attention__score": "dot", **SHARED}),
    "luong2015 concat": (
        "luong2015",
        {"model__attention__score": "concat", "model__tie_weights": True},
    ),
    "luong2015 location": ("luong2015", {"model__attention__score": "location"}),
    "luong2015 scaled-dot reversed": (
        "luong2015",
        {"model__attention__score": "scaled-dot", "model__reverse_source": True},
    ),
    "luong2015 scaled-general": ("luong2015", {"model__attention__score": "scaled-general"}),
    "luong2015 normed-additive": ("luong2015", {"model__attention__score": "normed-additive"}),
    "luong2015 local-m": (
        "luong2015",
        {"model__attention__scope": "local-m", "model__attention__window": 2},
    ),
    "luong2015 local-p": (
        "luong2015",
        {"model__attention__scope": "local-p", "model__attention__window": 3, **DEEP},
    ),
    "luong2015 coverage": (
        "luong2015",
        {
            "model__attention__score": "normed-additive",
            "model__attention__coverage": True,
            "model__attention__coverage_loss": 1.0,
        },
    ),
    "luong2015 local-p coverage": (
        "luong2015",
        {
            "model__attention__score": "concat",
            "model__attention__scope": "local-p",
            "model__attention__coverage": True,
        },
    ),
    "bahdanau2015 coverage": ("bahdanau2015", {"model__attention__coverage": True, **DEEP}),
    "luong2015 copy": ("luong2015", {**COPY, "model__tie_weights": True}),
    "bahdanau2015 copy": ("bahdanau2015", COPY),
    "luong2015 hard": ("luong2015", {"model__attention__scope": "hard"}),
    "luong2015 not fed": ("luong2015", {"model__input_feeding": False, **DEEP}),
    "gnmt2016 five layers": ("gnmt2016", {"model__num_layers": 5, **SHARED}),
    "gnmt2016 coverage": ("gnmt2016", {"model__attention__coverage": True}),
    "gnmt2016 copy": ("gnmt2016", {**COPY, "model__num_layers": 3}),
    "gnmt2016 without residuals": ("gnmt2016", {"model__residual_from": 0}),
    "transformer2017 post": ("transformer2017", {"model__norm": "post"}),
    "transformer2017 untied": ("transformer2017", {"model__tie_weights": False}),
}
LONGEST = (*presets.names(), "luong2015 location")  # whose positions end at 101
LONG_TARGETS = {"min_length": 24, "max_length": 30, "length_penalty": 1.0}
LENGTHS: dict[int, dict[str, Any]] = {1: {}, 30: LONG_TARGETS, 150: {}}


@dataclasses.dataclass(frozen=True)
class Trained:
    path: Path
    translator: Translator

    def traces(self, length: int, beam_size: int, **settings: Any) -> list[Trace]:
        """The traces of all hypotheses of a sentence."""
        text = " ".join(WORDS[(place * place + length) % 6] for place in range(length))
        translation = self.translator.translate(
            text, beam_size=beam_size, num_best=beam_size, **settings
        )
        assert len(translation.hypotheses) == beam_size
        return [hypothesis.trace() for hypothesis in translation.hypotheses]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Trained]]:
    """A small run of each variant; a few updates at a high rate move every bias from zero."""
    threads = torch.get_num_threads()
    trained = {}
    for name, (arch, settings) in VARIANTS.items():
        folder = tmp_path_factory.mktemp("run")
        trainer = tiny_trainer(
            folder, arch, train__max_updates=3, train__validate_every=3, train__checkpoint_every=3,
            train__lr=0.1, **settings,
        )  # fmt: skip
        trainer.train()
        trained[name] = Trained(folder / "run", seq2see.load(folder / "run", threads=1))
    yield trained
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def example(runs: dict[str, Trained]) -> tuple[Any, Trace]:
    """A run as the reference reads it, and a trace of it."""
    trained = runs["luong2015"]
    return reference_run.Run.open(trained.path), trained.traces(6, 5)[1]


def failing(rows: list[Any]) -> list[str]:
    return [row.name for row in rows if not row.ok]


def with_tensor(trace: Trace, name: str, numbers: Any, *axes: str) -> Trace:
    axes = axes or trace.tensors[name].axes
    return dataclasses.replace(trace, tensors={**trace.tensors, name: Values(axes, numbers)})


@pytest.mark.parametrize("name", VARIANTS)
def test_every_number(runs: dict[str, Trained], name: str) -> None:
    trained = runs[name]
    run = reference_run.Run.open(trained.path)
    assert [key for key, value in run.weights.items() if "bias" in key and not value.any()] == []
    worst: dict[str, Any] = {}
    for length, given in LENGTHS.items():
        if length == 150 and name not in LONGEST:
            continue
        attends = given and trained.translator.model.has_attention
        settings = {**given, "coverage_penalty": 0.3} if attends else given
        for beam_size in (1, 5):
            for trace in trained.traces(length, beam_size, **settings):
                assert len(trace.source) == length + 1
                rows, notes = compare.compare(run, trace)
                assert failing(rows) == [], compare.table(rows)
                assert [note for note in notes if "rounding" not in note] == []  # none left out
                assert {row.name for row in rows} > trace.tensors.keys()
                for row in rows:
                    if row.name not in worst or row.difference > worst[row.name].difference:
                        worst[row.name] = row
    print(f"\n{name}\n{compare.table(list(worst.values()))}")


@pytest.mark.parametrize("name", presets.names())
def test_searches_find_the_same_without_being_told(runs: dict[str, Trained], name: str) -> None:
    """The five best in the same order; a beam of one is greedy search."""
    trained = runs[name]
    run = reference_run.Run.open(trained.path)
    model = run.reference()
    traces = trained.traces(9, 5, min_length=4)
    source = np.array(traces[0].source.ids)
    assert traces[0].beam is not None
    rules = run.rules(len(source), traces[0].beam.search)
    assert (rules.beam_size, rules.num_best, rules.min_length) == (5, 5, 4)
    best, _ = search.beam_search(model, source, rules)
    assert [one.ids for one in best] == [trace.target.ids for trace in traces]
    [greedy] = trained.traces(9, 1, min_length=0)
    assert search.greedy_search(model, source, rules.limit) == greedy.target.ids


@pytest.mark.parametrize(
    "name",
    ["encoder.embeddings", "decoder.layers.0.cell", "decoder.attention.weights", "decoder.readout"],
)
def test_a_wrong_number_is_found(example: tuple[Any, Trace], name: str) -> None:
    run, trace = example
    numbers = trace[name].copy()
    numbers[-1, -1] += 2e-4 * max(1.0, float(np.abs(numbers).max()))
    assert failing(compare.compare(run, with_tensor(trace, name, numbers))[0]) == [name]


def test_a_wrong_weight_is_found(example: tuple[Any, Trace]) -> None:
    """What was computed before it is used stays right."""
    run, trace = example
    weights = {**run.weights, "output.bias": run.weights["output.bias"] + np.eye(10)[4]}
    rows, _ = compare.compare(dataclasses.replace(run, weights=weights), trace)
    wrong = failing(rows)
    assert {"steps.top.logit", "log_prob", "beam.log_probs", "score"} <= set(wrong)
    assert [name for name in wrong if name in trace.tensors] == []


@pytest.mark.parametrize("array", ["tokens", "parents", "status"])
def test_a_wrong_branch_is_found(example: tuple[Any, Trace], array: str) -> None:
    run, trace = example
    assert trace.beam is not None
    numbers = getattr(trace.beam, array).copy()
    numbers[2, 3] ^= 1
    beam = dataclasses.replace(trace.beam, **{array: numbers})
    wrong = failing(compare.compare(run, dataclasses.replace(trace, beam=beam))[0])
    assert f"beam.{array}" in wrong
    assert [name for name in wrong if not name.startswith("beam.")] == []


def test_a_wrong_step_is_found(example: tuple[Any, Trace]) -> None:
    run, trace = example
    first, *others = trace.steps
    top = (first.top[1], first.top[0], *first.top[2:])
    wrong = dataclasses.replace(first, rank=first.rank + 1, top=top)
    rows, _ = compare.compare(run, dataclasses.replace(trace, steps=(wrong, *others)))
    assert failing(rows) == ["steps.rank", "steps.top.id"]


def test_names_must_be_the_same(example: tuple[Any, Trace]) -> None:
    run, trace = example
    rows, _ = compare.compare(run, with_tensor(trace, "decoder.mood", np.zeros(3), "width"))
    assert failing(rows) == ["decoder.mood"]
    fewer = {name: one for name, one in trace.tensors.items() if name != "decoder.readout"}
    rows, notes = compare.compare(run, dataclasses.replace(trace, tensors=fewer))
    assert failing(rows) == []
    assert notes == ["not in this trace: decoder.readout"]


@pytest.mark.parametrize(("gap", "followed"), [(1e-7, [0]), (1e-3, [])])
def test_only_rounding_may_change_the_order(
    example: tuple[Any, Trace], gap: float, followed: list[int]
) -> None:
    """Two tokens of one hypothesis, which the trace ranks the other way round."""
    _, trace = example
    assert trace.beam is not None
    tokens = np.array([[7, 6]], dtype=np.int32)
    beam = dataclasses.replace(trace.beam, tokens=tokens, parents=np.zeros_like(tokens))
    totals = np.full((1, 9), -np.inf)
    totals[0, 6:8] = -1.0, -1.0 - gap
    seen: list[int] = []
    ranked = compare.as_recorded(beam, seen)(0, totals, 2)
    assert ranked[1].tolist() == ([7, 6] if followed else [6, 7])
    assert seen == followed


def test_translations_that_no_search_found(runs: dict[str, Trained]) -> None:
    """One that the model was made to say, and one that was drawn."""
    trained = runs["bahdanau2015"]
    run = reference_run.Run.open(trained.path)
    [forced] = trained.translator.force([("un deux trois", "TROIS DEUX UN")])
    drawn = trained.translator.translate(
        "un deux trois", sampling=Sampling(seed=3), num_best=4, max_length=9
    )
    for hypothesis in (*forced.hypotheses, *drawn.hypotheses):
        rows, notes = compare.compare(run, hypothesis.trace())
        assert failing(rows) == []
        assert notes == [note for note in notes if note.startswith("drawn at random")]
        assert len(notes) == (hypothesis in drawn.hypotheses)


@pytest.mark.parametrize(
    ("name", "key", "value", "message"),
    [
        ("luong2015", "cell", "gru", "model.cell=gru, which .* luong2015 .* it can do lstm"),
        ("cho2014", "readout", "hidden", "model.readout=hidden, .* it can do maxout"),
        ("bahdanau2015", "residual_from", 2, "model.residual_from=2, .* it can do 0"),
        ("transformer2017", "arch", "xu2015", "no reference of xu2015; there are sutskever"),
    ],
)
def test_other_models_are_refused(
    runs: dict[str, Trained], name: str, key: str, value: str, message: str
) -> None:
    run = reference_run.Run.open(runs[name].path)
    model = {**run.config["model"], key: value}
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(run, config={**run.config, "model": model}).reference()
