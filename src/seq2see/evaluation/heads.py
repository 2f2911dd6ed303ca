"""Which of a model's attention maps: one head, a layer's heads averaged, or all of them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from seq2see.data.prepared import Prepared
from seq2see.errors import UsageError
from seq2see.evaluation.forced import Forced, force
from seq2see.models.interface import Seq2seq


class Head(NamedTuple):
    """A map of a model's attention to the source, layers and heads counted from 0."""

    layer: int | None = None
    """None: the mean over all layers and heads."""
    head: int | None = None
    """None: the mean over the layer's heads."""

    def __str__(self) -> str:
        if self.layer is None:
            return "the mean of all heads"
        return f"layer {self.layer}, {'mean' if self.head is None else f'head {self.head}'}"

    def weights(self, forced: Forced) -> NDArray[np.floating]:
        """Pick this map out of a pair's attention.

        Raises:
            ValueError: The pair was forced without attention.
        """
        if forced.attention is None:
            raise ValueError("The pair was forced without attention.")
        if self.layer is None:
            return forced.attention
        layer = _layers(forced.attentions)[self.layer]
        weights: NDArray[np.floating] = layer.mean(0) if self.head is None else layer[self.head]
        return weights

    def to_json(self) -> dict[str, int | None]:
        """Layer and head; null where averaged."""
        return {"layer": self.layer, "head": self.head}


MEAN = Head()


def heads_of(model: Seq2seq) -> list[Head]:
    """List the maps of a model: the heads of each layer and their mean, and the mean of all.

    A model with a single map has only the last.
    """
    [nothing] = force(model, Prepared.from_ids([[]], [[]]), with_attention=True)
    found: list[Head] = []
    for layer, weights in enumerate(_layers(nothing.attentions)):
        found += [Head(layer, head) for head in range(len(weights))]
        found.append(Head(layer))
    return [*found, MEAN]


def check_head(head: Head, known: list[Head], run: str) -> Head:
    """Return the map, if the model has it.

    Raises:
        UsageError: It has not.
    """
    if head in known:
        return head
    layers = [one.layer for one in known if one.layer is not None]
    if not layers:
        raise UsageError(
            f"`{run}` has one attention, without layers or heads; leave `--layer` and `--head` out."
        )
    heads = [one.head for one in known if one.head is not None]
    asked = f"layer {head.layer}" if head.head is None else str(head)
    raise UsageError(
        f"`{run}` has no {asked}; its layers are 0 to {max(layers)}, with heads 0 to {max(heads)}."
    )


def _layers(attentions: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
    """The maps of layers that have heads, in the order in which the model computed them."""
    return [weights for weights in attentions.values() if weights.ndim == 3]
