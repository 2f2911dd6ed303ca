"""Files of traces: what is written comes back, and what does not fit is refused."""

import base64
import copy
import gzip
import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import numpy as np
import pytest
from small_translators import ENGLISH, translator

from seq2see import Trace
from seq2see.errors import ConfigError, DataError
from seq2see.models import presets
from seq2see.trace.names import GROUPS, meaning
from seq2see.trace.storage import from_json, to_json

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = json.loads((ROOT / "docs" / "trace-v1.schema.json").read_text(encoding="utf-8"))
GOLDEN = ROOT / "tests" / "golden" / "trace-v1.json.gz"
everywhere = pytest.mark.parametrize("arch", presets.names())


@pytest.fixture(scope="module")
def transformer() -> Trace:
    return translator("transformer2017").translate(ENGLISH[1], beam_size=3).trace()


def assert_same(found: Trace, trace: Trace, detail: str, tolerance: float) -> None:
    assert set(found.tensors) == {
        name for name in trace.tensors if meaning(name).group in GROUPS[detail]
    }
    for name, values in found.tensors.items():
        assert values.axes == trace.tensors[name].axes
        np.testing.assert_allclose(values, trace[name], rtol=tolerance, atol=tolerance)
    assert to_json(found, detail) == to_json(trace, detail)
    assert (found.source, found.target, found.model) == (trace.source, trace.target, trace.model)
    np.testing.assert_allclose(
        [choice.log_prob for step in found.steps for choice in step.top],
        [choice.log_prob for step in trace.steps for choice in step.top],
        rtol=1e-6,
        atol=6e-5 if detail == "drawing" else 0,  # four decimals
    )
    assert found.beam is not None
    assert trace.beam is not None
    for entry in ("tokens", "parents", "token_log_probs", "log_probs", "scores", "status"):
        np.testing.assert_array_equal(getattr(found.beam, entry), getattr(trace.beam, entry))
    assert (found.beam.path, found.beam.labels) == (trace.beam.path, trace.beam.labels)


@everywhere
@pytest.mark.parametrize("detail", GROUPS)
def test_a_saved_trace_comes_back(arch: str, detail: str, tmp_path: Path) -> None:
    trace = translator(arch).translate(ENGLISH[1], beam_size=3).trace()
    for name in ("trace.json", "trace.json.gz"):
        trace.save(tmp_path / name, detail)
        tolerance = 1e-3 if detail == "drawing" else 0.0
        assert_same(Trace.load(tmp_path / name), trace, detail, tolerance)
    packed, plain = tmp_path / "trace.json.gz", tmp_path / "trace.json"
    assert gzip.decompress(packed.read_bytes()) == plain.read_bytes()
    jsonschema.validate(json.loads(plain.read_text(encoding="utf-8")), SCHEMA)


def test_what_generating_gives_is_stored_where_a_model_copies(tmp_path: Path) -> None:
    settings = {"model.copy": True, "tokenizer.shared": True}
    trace = translator(settings=settings).translate(ENGLISH[1], beam_size=3).trace()
    trace.save(tmp_path / "trace.json")
    data = json.loads((tmp_path / "trace.json").read_text(encoding="utf-8"))
    jsonschema.validate(data, SCHEMA)
    found = Trace.load(tmp_path / "trace.json")
    assert [step.chosen.generated for step in found.steps] == pytest.approx(
        [step.chosen.generated for step in trace.steps]
    )
    assert found.steps[0].top[3].generated == pytest.approx(trace.steps[0].top[3].generated)
    assert "generated" not in to_json(translator().translate(ENGLISH[1]).trace())["steps"][0]


def test_the_schema_refuses_what_the_reader_refuses(transformer: Trace) -> None:
    data = json.loads(json.dumps(to_json(transformer)))
    jsonschema.validate(data, SCHEMA)
    changes: list[dict[str, Any]] = [
        {"version": 2},
        {"steps": [{}]},
        {"tensors": {"a": {"axes": [], "shape": []}}},
    ]
    for change in changes:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**data, **change}, SCHEMA)


def test_masked_attention_is_stored_without_its_zeros(transformer: Trace) -> None:
    name = "decoder.layers.0.self_attention.weights"
    heads, steps, _ = transformer[name].shape
    entry = to_json(transformer, "numbers")["tensors"][name]
    stored = np.frombuffer(base64.b64decode(entry["data"]), "<f4")
    assert stored.size == heads * steps * (steps + 1) // 2
    assert entry["shape"] == [heads, steps, steps]
    assert "lower" not in to_json(transformer)["tensors"]["decoder.readout"]
    np.testing.assert_array_equal(
        from_json(to_json(transformer, "numbers"))[name], transformer[name]
    )


def test_numbers_too_large_for_half_precision_are_kept_whole(transformer: Trace) -> None:
    name = "decoder.readout"
    large = copy.copy(transformer.tensors[name].numbers)
    large[0, 0] = 1e6
    changed = {
        **transformer.tensors,
        name: type(transformer.tensors[name])(("target", "width"), large),
    }
    trace = Trace(**{**vars(transformer), "tensors": changed})
    written = to_json(trace, "drawing")["tensors"]
    assert written[name]["dtype"] == "float32"
    assert written["encoder.outputs"]["dtype"] == "float16"
    assert from_json(to_json(trace, "drawing"))[name][0, 0] == 1e6


def test_version_1_is_read_for_ever() -> None:
    """The file was written by version 0.1.0 and is never written again."""
    trace = Trace.load(GOLDEN)
    assert trace.model.arch == "transformer2017"
    assert trace.source.text == "मला चहा हवा 🙂"
    assert trace.attention("cross", layer=1, head=0).columns[-1] == "</s>"
    np.testing.assert_allclose(np.asarray(trace.attention("encoder")).sum(-1), 1, atol=1e-3)
    assert trace.steps[0].chosen.token == trace.target.tokens[0]
    assert trace.beam is not None
    jsonschema.validate(json.loads(gzip.decompress(GOLDEN.read_bytes())), SCHEMA)


def damaged(data: dict[str, Any], *path: str, value: Any = None) -> dict[str, Any]:
    """A copy with one entry replaced, or removed where there is no value."""
    changed = copy.deepcopy(data)
    place = changed
    for key in path[:-1]:
        place = place[key]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return changed


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (["format"], None, "is not a trace: its `format` must be `seq2see-trace`"),
        (["version"], 2, "is a trace of version 2, but this seq2see reads version 1"),
        (["source"], None, "is a damaged trace: `source` is missing"),
        (["source", "ids"], [1], r"1 ids for \d+ tokens"),
        (["steps"], [], r"the 0 steps do not choose the \d+ target tokens"),
        (["labels"], {}, "is a damaged trace"),
        (["tensors", "decoder.readout", "data"], "AAAA", "has 0 numbers|buffer size"),
        (["tensors", "decoder.readout", "data"], "é!", "is a damaged trace"),
        (["tensors", "decoder.readout", "dtype"], "object", "not `object`"),
        (["tensors", "decoder.readout", "axes"], ["target"], "need as many dimensions"),
        (["tensors", "decoder.readout", "axes"], ["width", "target"], "entries along `target`"),
        (["beam", "parents", "shape"], [1], "an array of shape"),
        (["tensors"], 3, "is a damaged trace"),
        (["tensors", "decoder.readout", "axes"], ["foo", "width"], "not foo"),
        (["model", "parameters"], float("inf"), "is a damaged trace"),
        (["model", "arch"], 3, "there must be a text instead of 3"),
        (["target", "score"], float("nan"), "there must be a finite number"),
        (["source", "words"], [99, 0, 0, 0, 0, 0, None], r"ids for|belongs to the word 99"),
        (["source", "texts"], [1], "there must be a text"),
        (["beam", "path"], [99], "does not lead over the target's tokens"),
        (["beam", "path"], [], "does not lead over the target's tokens"),
    ],
)
def test_what_does_not_fit_is_refused(
    transformer: Trace, path: list[str], value: Any, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        from_json(damaged(to_json(transformer), *path, value=value))


def test_a_false_shape_asks_for_no_memory(transformer: Trace) -> None:
    data = to_json(transformer)
    name = "decoder.layers.0.self_attention.weights"
    shape = [1, 3_000_000, 3_000_000]
    with pytest.raises(DataError, match="triangles of shape"):
        from_json(damaged(data, "tensors", name, "shape", value=shape))


def test_files_that_are_no_traces_are_refused(tmp_path: Path, transformer: Trace) -> None:
    with pytest.raises(DataError, match="cannot be read as a trace"):
        Trace.load(tmp_path / "missing.json")
    for name, content in {
        "a.json": b"{",
        "b.json.gz": b"\x1f\x8bxx",
        "c.json": b"\xff",
        "d.json": b"[" * 200_000,
    }.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DataError, match="is not a trace, or was cut off"):
            Trace.load(tmp_path / name)
    transformer.save(tmp_path / "whole.json.gz")
    half = (tmp_path / "whole.json.gz").read_bytes()[:5000]
    (tmp_path / "half.json.gz").write_bytes(half)
    with pytest.raises(DataError, match="was cut off"):
        Trace.load(tmp_path / "half.json.gz")


def test_names_and_options_that_do_not_exist_are_refused(
    tmp_path: Path, transformer: Trace
) -> None:
    with pytest.raises(ConfigError, match=r"written as `.json` or `.json.gz`, not as `a.txt`"):
        transformer.save(tmp_path / "a.txt")
    with pytest.raises(ConfigError, match="`most` is no detail of a trace"):
        transformer.save(tmp_path / "a.json", "most")
    with pytest.raises(ConfigError, match="float16 or float32, not `float8`"):
        transformer.save(tmp_path / "a.json", precision="float8")
    assert not list(tmp_path.iterdir())
