"""Traces as files: JSON with base64 arrays, version 1. ``docs/formats.md`` describes it.

What was written as version 1 is read for ever; a file that does not fit is refused.
"""

import base64
import binascii
import gzip
import json
import math
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seq2see.errors import ConfigError, DataError
from seq2see.files import write_atomically
from seq2see.trace.matrix import Axis
from seq2see.trace.names import AXES, GROUPS, meaning
from seq2see.trace.record import Beam, Choice, ModelInfo, Side, Step, Trace, Values

FORMAT, VERSION = "seq2see-trace", 1

_HALF_LIMIT = 65504.0
_GZIP = b"\x1f\x8b"
_BEAM_ARRAYS = {
    "tokens": "int32",
    "parents": "int32",
    "token_log_probs": "float32",
    "log_probs": "float32",
    "scores": "float32",
    "status": "uint8",
}
_DTYPES = ("float16", "float32", "int32", "uint8")


def save(
    trace: Trace, path: str | Path, detail: str = "numbers", precision: str | None = None
) -> None:
    """Write a trace.

    Args:
        trace: The trace.
        path: The file, ``.json`` or ``.json.gz``.
        detail: ``drawing``: what pictures need; ``numbers``: all but the widest; ``all``.
        precision: Of the tensors; None: ``float16`` for drawing, else ``float32``.

    Raises:
        ConfigError: The name ends otherwise, or there is no such detail or precision.
    """
    path = Path(path)
    if not path.name.endswith((".json", ".json.gz")):
        raise ConfigError(f"A trace is written as `.json` or `.json.gz`, not as `{path.name}`.")
    text = json.dumps(to_json(trace, detail, precision), ensure_ascii=False, separators=(",", ":"))
    content = text.encode()
    write_atomically(path, gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


def load(path: str | Path) -> Trace:
    """Read a trace.

    Raises:
        DataError: The file is missing, is no trace, is damaged, or is of a newer version.
    """
    try:
        content = Path(path).read_bytes()
        if content.startswith(_GZIP):
            content = gzip.decompress(content)
        data = json.loads(content.decode())
    except OSError as error:
        reason = error.strerror or error
        raise DataError(f"`{path}` cannot be read as a trace ({reason}); check the path.") from None
    except (ValueError, EOFError, RecursionError, zlib.error) as error:
        raise DataError(
            f"`{path}` is not a trace, or was cut off ({error}); write it again with "
            "`seq2see translate --trace`."
        ) from None
    return from_json(data, where=f"`{path}`")


def to_json(trace: Trace, detail: str = "numbers", precision: str | None = None) -> dict[str, Any]:
    """Return a trace as plain values; see ``save``."""
    if detail not in GROUPS:
        raise ConfigError(f"`{detail}` is no detail of a trace; it is one of {', '.join(GROUPS)}.")
    chosen = precision or ("float16" if detail == "drawing" else "float32")
    if chosen not in ("float16", "float32"):
        raise ConfigError(f"The precision of a trace is float16 or float32, not `{chosen}`.")
    labels = dict(trace.beam.labels) if trace.beam is not None else {}
    for step in trace.steps:
        labels |= {choice.id: choice.token for choice in (*step.top, step.chosen)}
    data: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "model": {
            "arch": trace.model.arch,
            "size": trace.model.size,
            "parameters": trace.model.num_parameters,
            "settings": dict(trace.model.settings),
            "versions": dict(trace.model.versions),
        },
        "source": _side(trace.source),
        "target": {
            **_side(trace.target),
            "finished": trace.finished,
            "score": _short(trace.score),
            "log_prob": _short(trace.log_prob),
        },
        "tensors": {
            name: {"axes": list(values.axes), **write_array(values.numbers, chosen)}
            for name, values in trace.tensors.items()
            if meaning(name).group in GROUPS[detail]
        },
        "steps": [_step(step, 4 if chosen == "float16" else None) for step in trace.steps],
        "labels": {str(token): label for token, label in sorted(labels.items())},
    }
    if trace.beam is not None:
        beam = trace.beam
        data["beam"] = {
            "path": list(beam.path),
            "search": dict(beam.search),
            **{name: write_array(getattr(beam, name), kind) for name, kind in _BEAM_ARRAYS.items()},
        }
    return data


def from_json(data: Any, where: str = "The trace") -> Trace:
    """Return the trace that ``to_json`` made plain values of.

    Raises:
        DataError: They are no trace, one of a newer version, or do not fit together.
    """
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        raise DataError(
            f"{where} is not a trace: its `format` must be `{FORMAT}`; give a file written by "
            "`seq2see translate --trace`."
        )
    if data.get("version") != VERSION:
        raise DataError(
            f"{where} is a trace of version {data.get('version')}, but this seq2see reads version "
            f"{VERSION}; install a newer one."
        )
    try:
        return _parse(data)
    except (
        KeyError, TypeError, ValueError, AttributeError, OverflowError, ConfigError
    ) as error:  # fmt: skip
        what = f"`{error.args[0]}` is missing" if isinstance(error, KeyError) else str(error)
        raise DataError(f"{where} is a damaged trace: {what}; write it again.") from None


def _parse(data: Mapping[str, Any]) -> Trace:
    model, target = data["model"], data["target"]
    labels = {int(token): str(label) for token, label in data["labels"].items()}
    source_side, target_side = _read_side(data["source"]), _read_side(target)
    tensors = {name: _read_values(entry) for name, entry in data["tensors"].items()}
    lengths = {"source": len(source_side), "target": len(target_side), "previous": len(target_side)}
    for name, values in tensors.items():
        for axis, size in zip(values.axes, values.numbers.shape, strict=True):
            if size != lengths.get(axis, size):
                raise ValueError(
                    f"`{name}` has {size} entries along `{axis}`, but there are {lengths[axis]}"
                )
    steps = tuple(_read_step(entry, labels) for entry in data["steps"])
    if tuple(step.chosen.id for step in steps) != target_side.ids:
        raise ValueError(
            f"the {len(steps)} steps do not choose the {len(target_side)} target tokens"
        )
    return Trace(
        model=ModelInfo(
            arch=_text(model["arch"]),
            size=_text(model["size"]),
            settings=dict(model["settings"]),
            num_parameters=int(model["parameters"]),
            versions=dict(model["versions"]),
        ),
        source=source_side,
        target=target_side,
        score=_number(target["score"]),
        log_prob=_number(target["log_prob"]),
        finished=target["finished"] is True,
        tensors=tensors,
        steps=steps,
        beam=_read_beam(data["beam"], labels, target_side.ids) if "beam" in data else None,
    )


def _side(side: Side) -> dict[str, Any]:
    return {
        "text": side.text,
        **({} if side.language is None else {"language": side.language}),
        "ids": list(side.ids),
        "tokens": list(side.axis.labels),
        "words": list(side.axis.words),
        "texts": list(side.axis.texts),
    }


def _read_side(entry: Mapping[str, Any]) -> Side:
    texts = tuple(_text(text) for text in list(entry["texts"]))
    axis = Axis(tuple(_text(token) for token in entry["tokens"]), tuple(entry["words"]), texts)
    for word in axis.words:
        if word is not None and not (isinstance(word, int) and 0 <= word < len(texts)):
            raise ValueError(f"a token belongs to the word {word}, of {len(texts)}")
    ids = tuple(int(token) for token in entry["ids"])
    if len(ids) != len(axis.labels):
        raise ValueError(f"{len(ids)} ids for {len(axis.labels)} tokens")
    return Side(_text(entry["text"]), ids, axis, entry.get("language"))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"there must be a text instead of {value!r}")
    return value


def _number(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"there must be a finite number instead of {number}")
    return number


def _step(step: Step, decimals: int | None) -> dict[str, Any]:
    chosen, top = step.chosen, step.top
    written: dict[str, Any] = {
        "id": chosen.id,
        "log_prob": _short(chosen.log_prob, decimals),
        "rank": step.rank,
        "top": {
            "ids": [choice.id for choice in top],
            "log_probs": [_short(choice.log_prob, decimals) for choice in top],
        },
    }
    if chosen.logit is not None:
        logits = [choice.logit for choice in top if choice.logit is not None]
        written["logit"] = _short(chosen.logit, decimals)
        written["top"]["logits"] = [_short(logit, decimals) for logit in logits]
    if chosen.generated is not None:
        generated = [choice.generated for choice in top if choice.generated is not None]
        written["generated"] = _short(chosen.generated, decimals)
        written["top"]["generated"] = [_short(log_prob, decimals) for log_prob in generated]
    return written


def _read_step(entry: Mapping[str, Any], labels: Mapping[int, str]) -> Step:
    top = entry["top"]
    nothing = [None] * len(top["ids"])
    columns = (
        top["ids"],
        top["log_probs"],
        top.get("logits", nothing),
        top.get("generated", nothing),
    )
    own = (entry["id"], entry["log_prob"], entry.get("logit"), entry.get("generated"))
    return Step(
        chosen=_choice(labels, *own),
        rank=int(entry["rank"]),
        top=tuple(_choice(labels, *values) for values in zip(*columns, strict=True)),
    )


def _choice(
    labels: Mapping[int, str], token: int, log_prob: Any, logit: Any, generated: Any
) -> Choice:
    return Choice(
        token,
        labels[token],
        _number(log_prob),
        None if logit is None else _number(logit),
        None if generated is None else _number(generated),
    )


def _read_beam(entry: Mapping[str, Any], labels: Mapping[int, str], ids: tuple[int, ...]) -> Beam:
    arrays = {name: read_array(entry[name]) for name in _BEAM_ARRAYS}
    if len({array.shape for array in arrays.values()}) != 1 or arrays["tokens"].ndim != 2:
        raise ValueError("the arrays of `beam` must all have one shape of two axes")
    steps, considered = arrays["tokens"].shape
    path = [int(column) for column in entry["path"]]
    inside = len(path) <= steps and all(0 <= column < considered for column in path)
    if not inside or tuple(arrays["tokens"][range(len(path)), path].tolist()) != ids:
        raise ValueError("the path of `beam` does not lead over the target's tokens")
    known = sorted(set(arrays["tokens"][arrays["tokens"] >= 0].tolist()))
    return Beam(
        **arrays,
        labels={token: labels[token] for token in known},
        path=tuple(path),
        search=dict(entry["search"]),
    )


def write_array(values: NDArray[Any], kind: str) -> dict[str, Any]:
    """Return an array as plain values; ``float32`` where its numbers are too large for half."""
    if kind == "float16" and np.abs(values[np.isfinite(values)]).max(initial=0.0) > _HALF_LIMIT:
        kind = "float32"
    entry: dict[str, Any] = {"shape": list(values.shape), "dtype": kind}
    stored = values
    if _is_lower(values):  # half of all masked self-attention is known to be zero
        entry["lower"] = True
        stored = values[..., *np.tril_indices(values.shape[-1])]
    # Little-endian, whatever the machine.
    content = np.ascontiguousarray(stored, dtype=np.dtype(kind).newbyteorder("<")).tobytes()
    return {**entry, "data": base64.b64encode(content).decode("ascii")}


def _is_lower(values: NDArray[Any]) -> bool:
    """Whether the last two axes hold triangular matrices: zero above the diagonal."""
    if values.ndim < 3 or values.shape[-1] != values.shape[-2]:
        return False
    return not np.triu(values, 1).any()


def read_array(entry: Mapping[str, Any]) -> NDArray[Any]:
    """Return the array that ``write_array`` made plain values of.

    Raises:
        ValueError: They are damaged.
    """
    kind, shape = entry["dtype"], tuple(entry["shape"])
    if kind not in _DTYPES:
        raise ValueError(f"numbers are {', '.join(_DTYPES)}, not `{kind}`")
    try:
        content = base64.b64decode(entry["data"], validate=True)
    except binascii.Error as error:
        raise ValueError(f"an array is not base64 ({error})") from None
    flat = np.frombuffer(content, dtype=np.dtype(kind).newbyteorder("<"))
    if entry.get("lower"):
        *rest, rows, columns = shape
        if flat.size != math.prod(rest) * rows * (rows + 1) // 2 or rows != columns:
            raise ValueError(f"triangles of shape {list(shape)} have {flat.size} numbers")
        triangle = np.tril_indices(rows)
        values = np.zeros(shape, dtype=kind)
        values[..., *triangle] = flat.reshape(*rest, len(triangle[0]))
        return values
    if flat.size != math.prod(shape):
        raise ValueError(f"an array of shape {list(shape)} has {flat.size} numbers")
    return flat.reshape(shape).astype(kind)


def _read_values(entry: Mapping[str, Any]) -> Values:
    if unknown := set(entry["axes"]) - set(AXES):
        raise ValueError(f"axes are {', '.join(AXES)}, not {', '.join(map(str, unknown))}")
    return Values(tuple(entry["axes"]), read_array(entry))


def _short(value: float, decimals: int | None = None) -> float:
    """The shortest decimal that is the same number in 32 bits, or so many decimals."""
    return float(str(np.float32(value))) if decimals is None else round(value, decimals)
