"""From a run directory to a reference model: reads ``config.toml`` and ``model.safetensors``.

Nothing here needs the program that trained the model. The weights are stored in 32 bits and
calculated with in 64: then rounding here is a billion times smaller than rounding there, and what
differs is either the model's own rounding or a mistake.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from bahdanau2015 import Bahdanau2015
from cells import Array, Values
from cho2014 import Cho2014
from gnmt2016 import Gnmt2016
from luong2015 import Luong2015
from safetensors.numpy import load_file
from search import Rules
from sutskever2014 import Sutskever2014
from transformer2017 import Transformer2017

MODELS: dict[str, Any] = {
    "sutskever2014": Sutskever2014,
    "cho2014": Cho2014,
    "bahdanau2015": Bahdanau2015,
    "luong2015": Luong2015,
    "gnmt2016": Gnmt2016,
    "transformer2017": Transformer2017,
}
SHARED = (
    ("encoder.embedding.weight", "embedding.weight"),
    ("embedding.weight", "output.weight"),
    ("embedding.weight", "output.vocabulary.weight"),
    ("source_embedding.weight", "target_embedding.weight"),
    ("target_embedding.weight", "output.weight"),
)
"""A matrix that two parts share stands in the file once, under the first of the two names."""


class Reference(Protocol):
    """What the architectures have in common."""

    def encode(self, source_ids: Array) -> Values:
        """Read the source; returns every value on the way, by its name in a trace."""

    def start(self, seen: Values) -> Any:
        """Return the decoder's state before its first step, from what ``encode`` returned."""

    def step(self, previous: int, state: Any, seen: Values) -> tuple[Values, Any]:
        """Take one step after the given token; returns its values and the next state."""


@dataclass(frozen=True)
class Run:
    """A run directory."""

    config: Mapping[str, Any]
    weights: Mapping[str, Array]

    @classmethod
    def open(cls, path: Path) -> "Run":
        """Read configuration and weights."""
        config = tomllib.loads((path / "config.toml").read_text(encoding="utf-8"))
        stored = load_file(path / "model.safetensors")
        weights = {name: value.astype(np.float64) for name, value in stored.items()}
        for first, second in SHARED:
            if first in weights and second not in weights:
                weights[second] = weights[first]
        return cls(config, weights)

    def reference(self) -> Reference:
        """Return the reference of this run's architecture.

        Raises:
            ValueError: There is none, or its settings make it another model.
        """
        model = self.config["model"]
        settings = model | {
            f"attention.{key}": value for key, value in model.get("attention", {}).items()
        }
        architecture = MODELS.get(settings["arch"])
        if architecture is None:
            known = ", ".join(MODELS)
            raise ValueError(f"There is no reference of {settings['arch']}; there are {known}.")
        for key, values in architecture.REQUIRES.items():
            # What an older run does not say had only one value then, which stands first here.
            if settings.get(key, values[0]) not in values:
                raise ValueError(
                    f"This run has model.{key}={settings[key]}, which the reference of "
                    f"{settings['arch']} does not compute; it can do {', '.join(map(str, values))}."
                )
        reference: Reference = architecture(settings, self.weights)
        return reference

    def rules(self, source_length: int, search: Mapping[str, Any]) -> Rules:
        """Return how a sentence was searched.

        Args:
            source_length: Tokens of the source, ``</s>`` counted.
            search: What the trace says of it.
        """
        longest = max(20 + search["length_ratio"] * source_length, search["min_length"])
        return Rules(
            beam_size=search["beam_size"],
            num_best=search["num_best"],
            alpha=search["length_penalty"],
            beta=search["coverage_penalty"],
            min_length=search["min_length"],
            limit=min(search["max_length"], longest),
        )
