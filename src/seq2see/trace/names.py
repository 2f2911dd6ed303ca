"""What the names of watched values mean: the axes of each, and how much detail it is.

Architectures that share a part share its names, so a new architecture adds lines here only for
what none had before.
"""

import re
from typing import Literal, NamedTuple

from seq2see.errors import ConfigError

Group = Literal["weights", "states", "summaries", "inputs", "inner", "projections", "activations"]
"""
weights      attention
states       what is handed on: hidden and cell states, contexts, encoder outputs, readouts
summaries    lengths of residual streams, activity of feed-forward layers
inputs       embeddings, inputs of layers, residual streams
inner        gates, candidates, scores: what a step does inside
projections  queries, keys, values and contexts of single heads
activations  hidden units of feed-forward layers
"""

GROUPS: dict[str, frozenset[Group]] = {
    "drawing": frozenset(("weights", "states", "summaries")),
    "numbers": frozenset(("weights", "states", "summaries", "inputs", "inner")),
    "all": frozenset(
        ("weights", "states", "summaries", "inputs", "inner", "projections", "activations")
    ),
}
"""How much of a trace is written: what pictures need, every number but the widest, or all."""


AXES = ("source", "target", "previous", "head", "width")
"""Axes of tensors; see ``record.Values``."""


class Meaning(NamedTuple):
    """What is known of a value by its name."""

    axes: tuple[str, ...]
    group: Group


_ENCODER_LAYER = r"encoder\.layers\.\d+"
_DECODER_LAYER = r"decoder\.layers\.\d+"
_DIRECTION = _ENCODER_LAYER + r"\.(forward|backward)"
_GATES = r"\.(\w+_gate|candidate)"
_STATES = r"\.(hidden|cell)"

# Patterns of whole names, with axes (tokens first) and group.
_MEANINGS: tuple[tuple[str, str, Group], ...] = (
    (r"encoder\.(embeddings|stream)", "source width", "inputs"),
    (r"decoder\.(embeddings|stream)", "target width", "inputs"),
    (r"encoder\.outputs", "source width", "states"),
    (r"decoder\.readout", "target width", "states"),
    # Recurrent models.
    (_ENCODER_LAYER + r"\.input", "source width", "inputs"),
    (_ENCODER_LAYER + r"\.residual", "source width", "states"),
    (_DIRECTION + _GATES, "source width", "inner"),
    (_DIRECTION + _STATES, "source width", "states"),
    (r"encoder\.summary", "width", "states"),
    (r"encoder\.keys", "source width", "inner"),
    (r"decoder\.initial\.\d+" + _STATES, "width", "states"),
    (_DECODER_LAYER + r"\.input", "target width", "inputs"),
    (_DECODER_LAYER + r"\.residual", "target width", "states"),
    (_DECODER_LAYER + _GATES, "target width", "inner"),
    (_DECODER_LAYER + _STATES, "target width", "states"),
    (r"decoder\.attention\.query", "target width", "inner"),
    (r"decoder\.attention\.scores", "target source", "inner"),
    (r"decoder\.attention\.weights", "target source", "weights"),
    (r"decoder\.attention\.(centre|choice)", "target", "weights"),
    (r"decoder\.attention\.(window|coverage)", "target source", "weights"),
    (r"decoder\.attention\.context", "target width", "states"),
    (r"decoder\.(concatenation|pieces)", "target width", "inner"),
    (r"output\.p_gen", "target", "weights"),
    # Transformers.
    (_ENCODER_LAYER + r"\.self_attention\.weights", "head source source", "weights"),
    (_ENCODER_LAYER + r"\.self_attention\.scores", "head source source", "inner"),
    (
        _ENCODER_LAYER + r"\.self_attention\.(query|keys|values|context)",
        "head source width",
        "projections",
    ),
    (_DECODER_LAYER + r"\.self_attention\.weights", "head target previous", "weights"),
    (_DECODER_LAYER + r"\.self_attention\.scores", "head target previous", "inner"),
    (_DECODER_LAYER + r"\.self_attention\.(query|context)", "head target width", "projections"),
    (_DECODER_LAYER + r"\.self_attention\.(keys|values)", "head previous width", "projections"),
    (_DECODER_LAYER + r"\.cross_attention\.weights", "head target source", "weights"),
    (_DECODER_LAYER + r"\.cross_attention\.scores", "head target source", "inner"),
    (_DECODER_LAYER + r"\.cross_attention\.(query|context)", "head target width", "projections"),
    (_DECODER_LAYER + r"\.cross_attention\.(keys|values)", "head source width", "projections"),
    (_ENCODER_LAYER + r"(\.self_attention)?\.stream", "source width", "inputs"),
    (_DECODER_LAYER + r"(\.self_attention|\.cross_attention)?\.stream", "target width", "inputs"),
    (_ENCODER_LAYER + r"\.feedforward\.activations", "source width", "activations"),
    (_DECODER_LAYER + r"\.feedforward\.activations", "target width", "activations"),
    # Made from the above by the recorder.
    (r"encoder\..*stream\.norm", "source", "summaries"),
    (r"decoder\..*stream\.norm", "target", "summaries"),
    (_ENCODER_LAYER + r"\.feedforward\.(active|largest)", "source", "summaries"),
    (_DECODER_LAYER + r"\.feedforward\.(active|largest)", "target", "summaries"),
)


def meaning(name: str) -> Meaning:
    """Return what a name means.

    Raises:
        ConfigError: No architecture passes on a value of that name.
    """
    for pattern, axes, group in _MEANINGS:
        if re.fullmatch(pattern, name):
            return Meaning(tuple(axes.split()), group)
    raise ConfigError(
        f"`{name}` is no value that a model passes on; add it to `seq2see.trace.names`, with its "
        "axes."
    )
