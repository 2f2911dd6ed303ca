"""The record: everything that one translation of one sentence made the model compute.

Whatever is seen later (figures, alignments, the player) is made from this. It holds plain arrays
and labels, no model, so that it can be saved, sent and loaded without one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from seq2see.errors import ConfigError, nearest
from seq2see.extras import require
from seq2see.files import write_atomically
from seq2see.tokens import BOS
from seq2see.trace.matrix import AttentionMatrix, Axis

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]


KINDS = ("cross", "encoder", "decoder")
"""Kinds of attention: from target to source, within the source, within the target."""


@dataclass(frozen=True, eq=False)
class Values:
    """Numbers of one kind, and what their axes mean.

    Axes that stand for tokens are ``source``, ``target`` (the step that chose the token) and
    ``previous`` (the tokens that the decoder read: ``<s>``, then the target without its last one).
    ``head`` counts attention heads from 0; every other name is a width.
    """

    axes: tuple[str, ...]
    numbers: NDArray[Any]

    def __post_init__(self) -> None:
        if self.numbers.ndim != len(self.axes):
            raise ConfigError(
                f"Values with the axes {', '.join(self.axes) or '(none)'} need as many dimensions, "
                f"but have the shape {self.numbers.shape}."
            )

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.numbers, dtype=dtype, copy=copy)


@dataclass(frozen=True)
class Side:
    """One side of the translation."""

    text: str
    ids: tuple[int, ...]
    """Vocabulary ids, ``</s>`` included where it stands."""
    axis: Axis
    """Labels of the ids, and the words that they belong to."""
    language: str | None = None
    """Code of the language, as ``fr``; None where the run does not name it."""

    @property
    def tokens(self) -> tuple[str, ...]:
        """Display label of each token."""
        return self.axis.labels

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Choice:
    """A token that might have come next."""

    id: int
    token: str
    log_prob: float
    """Natural logarithm of its probability, given all tokens before."""
    logit: float | None
    """What the softmax read; None where the output layer has none."""
    generated: float | None = None
    """Natural logarithm of its probability where a token is generated, not copied from the source;
    None where the output layer copies nothing."""

    @property
    def prob(self) -> float:
        """Probability, from 0 to 1."""
        return float(np.exp(self.log_prob))


@dataclass(frozen=True)
class Step:
    """One step of the decoder: what it chose, and what it might have chosen."""

    chosen: Choice
    rank: int
    """Place of the chosen token among all, from 1."""
    top: tuple[Choice, ...]
    """The most probable tokens, best first."""


@dataclass(frozen=True, eq=False)
class Beam:
    """Everything the search considered. All arrays are ``(steps, considered)``, best first.

    A candidate's parent is a column of the step before; in the first step, where every candidate
    follows ``<s>``, that has no meaning.
    """

    tokens: NDArray[np.int32]
    """Id of the candidate's last token; -1 where there is none."""
    parents: NDArray[np.int32]
    token_log_probs: NDArray[np.floating]
    """Log-probability of the last token."""
    log_probs: NDArray[np.floating]
    """Log-probability of the whole candidate."""
    scores: NDArray[np.floating]
    """``log_probs`` over the length penalty; finished ones plus the coverage penalty."""
    status: NDArray[np.uint8]
    """0 absent, 1 pruned, 2 kept, 3 finished."""
    labels: Mapping[int, str]
    """Display label of every id in ``tokens``."""
    path: tuple[int, ...]
    """Column of the recorded hypothesis at each step."""
    search: Mapping[str, Any]
    """How it was searched: ``beam_size``, ``num_best``, penalties, lengths, ``prefix`` (ids),
    ``allow_unknown``, and ``sampling`` where tokens were drawn at random."""


@dataclass(frozen=True)
class ModelInfo:
    """Which model computed it."""

    arch: str
    size: str
    settings: Mapping[str, Any]
    """The model's configuration by dotted key, as ``{"model.num_layers": 4}``."""
    num_parameters: int
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Trace:
    """Everything that one hypothesis for one sentence made the model compute.

    ``trace["decoder.readout"]`` gives plain numbers, ``trace.tensors["decoder.readout"]`` the same
    with the names of their axes, ``trace.attention(...)`` a labelled matrix. The names are those of
    ``watch``; ``docs/lineage.md`` lists them for each architecture.
    """

    model: ModelInfo
    source: Side
    target: Side
    score: float
    """What hypotheses are ranked by."""
    log_prob: float
    """Log-probability of all target tokens, ``</s>`` included where the hypothesis is finished."""
    finished: bool
    tensors: Mapping[str, Values]
    steps: tuple[Step, ...]
    """One for each target token."""
    beam: Beam | None = None
    """None where nothing was searched."""

    def __getitem__(self, name: str) -> NDArray[Any]:
        if name not in self.tensors:
            remedy = nearest(name, self.tensors, "; `sorted(trace.tensors)` lists what there is.")
            raise ConfigError(f"The trace has no `{name}`{remedy}")
        return self.tensors[name].numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self.tensors)

    def __len__(self) -> int:
        return len(self.tensors)

    def __repr__(self) -> str:
        return (
            f"Trace({self.model.arch} {self.model.size}: {self.source.text!r} -> "
            f"{self.target.text!r}, {len(self.tensors)} tensors)"
        )

    def _repr_svg_(self) -> str | None:
        """Draw where the output looked, for notebooks; nothing for a model without attention."""
        return self.attention()._repr_svg_() if "cross" in self.attention_kinds else None

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """Show the player in a notebook, and a picture where its scripts may not run."""
        import seq2see  # as in `save`

        return seq2see.notebook_bundle(self)

    @property
    def num_layers(self) -> int:
        """Number of layers whose attention to the source was recorded; 0 without attention."""
        return len(self._layers("cross"))

    @property
    def num_heads(self) -> int:
        """Number of heads of each layer; 0 without attention."""
        layers = self._layers("cross")
        return _heads(self.tensors[layers[0]].numbers) if layers else 0

    @property
    def attention_kinds(self) -> tuple[str, ...]:
        """Which attention was recorded; empty for a model that has none."""
        return tuple(kind for kind in KINDS if self._layers(kind))

    def attention(
        self, kind: str = "cross", layer: int | None = None, head: int | None = None
    ) -> AttentionMatrix:
        """Return attention weights as a labelled matrix; its rows sum to 1.

        Args:
            kind: ``cross`` from target to source; ``encoder`` or ``decoder`` self-attention.
            layer: Counted from 0; None: the mean of all.
            head: Counted from 0; None: the mean of all.

        Raises:
            ConfigError: There is no such attention, layer or head.
        """
        names = self._layers(kind)
        if not names:
            there = ", ".join(f"`{name}`" for name in self.attention_kinds) or "none"
            raise ConfigError(
                f"This trace of {self.model.arch} holds no `{kind}` attention; it holds {there}."
            )
        if layer is not None:
            names = [names[_within("layer", layer, len(names))]]
        maps = [_as_heads(self[name]) for name in names]
        if head is not None:
            maps = [one[_within("head", head, len(one))][None] for one in maps]
        weights = np.concatenate(maps).mean(axis=0, dtype=np.float64).astype(maps[0].dtype)
        rows, columns = self.tensors[names[0]].axes[-2:]
        return AttentionMatrix(weights, self.axis(rows), self.axis(columns))

    def axis(self, name: str) -> Axis:
        """Return the labels along an axis of tokens: ``source``, ``target`` or ``previous``.

        Raises:
            ConfigError: The axis has no labels.
        """
        match name:
            case "source":
                return self.source.axis
            case "target":
                return self.target.axis
            case "previous":
                axis = self.target.axis
                return Axis((BOS, *axis.labels[:-1]), (None, *axis.words[:-1]), axis.texts)
            case _:
                raise ConfigError(
                    f"`{name}` is no axis of tokens; those are `source`, `target` and `previous`."
                )

    def save(
        self,
        path: str | Path,
        detail: str = "numbers",
        precision: str | None = None,
    ) -> None:
        """Write the trace as JSON, see ``seq2see.trace.storage.save``; as ``.html``: the player.

        A page always has ``numbers`` as float32.
        """
        from seq2see.trace import storage  # which makes traces, and so imports this module

        if Path(path).suffix != ".html":
            storage.save(self, path, detail, precision)
        elif (detail, precision) != ("numbers", None):
            raise ConfigError(
                f"A page like `{path}` has a detail and precision of its own; leave both out, or "
                "save the trace as `.json`."
            )
        else:
            import seq2see  # views stand above traces, and are reached by their public names

            write_atomically(Path(path), seq2see.page_of(self).encode(errors="surrogatepass"))

    @classmethod
    def load(cls, path: str | Path) -> "Trace":
        """Read a trace that ``save`` wrote; see ``seq2see.trace.storage.load``."""
        from seq2see.trace import storage

        return storage.load(path)

    def to_numpy(self) -> dict[str, NDArray[Any]]:
        """Return every tensor by name, as plain numbers."""
        return {name: values.numbers for name, values in self.tensors.items()}

    def to_pandas(self, name: str) -> "pd.DataFrame":
        """Return one tensor as a table: the last axis across, the others down, with labels.

        Tokens are written ``position label``, so that a word that occurs twice stays two.

        Raises:
            ConfigError: The trace has no such tensor.
            MissingExtraError: pandas is not installed.
        """
        pandas = require("pandas", feature="`Trace.to_pandas`", extra="tables")
        numbers = self[name]
        axes = self.tensors[name].axes
        labels = [self._labels(axis, size) for axis, size in zip(axes, numbers.shape, strict=True)]
        if numbers.ndim == 1:
            return pandas.DataFrame({name: numbers}, index=pandas.Index(labels[0], name=axes[0]))
        down = pandas.MultiIndex.from_product(labels[:-1], names=axes[:-1])
        if numbers.ndim == 2:
            down = pandas.Index(labels[0], name=axes[0])
        across = pandas.Index(labels[-1], name=axes[-1])
        flat = numbers.reshape(-1, numbers.shape[-1])
        return pandas.DataFrame(flat, index=down, columns=across)

    def _labels(self, axis: str, size: int) -> list[Any]:
        if axis not in ("source", "target", "previous"):
            return list(range(size))
        return [f"{place} {label}" for place, label in enumerate(self.axis(axis).labels)]

    def _layers(self, kind: str) -> list[str]:
        """Names of the weights of one kind, in the order of the layers."""
        if kind == "cross":
            names = ["decoder.attention.weights"]
            pattern = "decoder.layers.{}.cross_attention.weights"
        elif kind in KINDS:
            names = []
            pattern = kind + ".layers.{}.self_attention.weights"
        else:
            raise ConfigError(
                f"`{kind}` is no kind of attention; those are `cross`, `encoder` and `decoder`."
            )
        names += [pattern.format(layer) for layer in range(len(self.tensors))]
        return [name for name in names if name in self.tensors]


def _as_heads(weights: NDArray[Any]) -> NDArray[Any]:
    return weights if weights.ndim == 3 else weights[None]


def _heads(weights: NDArray[Any]) -> int:
    return len(_as_heads(weights))


def _within(what: str, index: int, size: int) -> int:
    if not 0 <= index < size:
        raise ConfigError(
            f"There is no {what} {index}: {what}s are counted from 0, and there are {size}."
        )
    return index
