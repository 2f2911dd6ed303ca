"""Sutskever, Vinyals, Le 2014: a sentence in one state (arXiv 1409.3215).

One LSTM reads the source, from the last word to the first. What its layers hold at the end, a few
hundred numbers, is all that is handed on: another LSTM starts from it and says the translation word
by word, each time reading the word it said before.

    here    what it is                                           shape    in the paper
    x       embedded source tokens                               (n, m)   x_1 ... x_T
    h       state of an encoder layer at each token              (n, d)   h_t
    s, c    state and memory of a decoder layer                  (d,)     v, before the first step
    y       embedded previous target token                       (m,)     y_{t-1}
    logits  how well each word of the vocabulary comes next      (vocab,)

    h_i = LSTM(x_i, h_{i+1})           section 2; read backwards as in section 3.3
    s_0 = h_1                          state and memory, layer by layer
    s_t = LSTM(y_{t-1}, s_{t-1})
    P(y_t) = softmax(W s_t + b)        equation 1

Bahdanau et al. showed what is wrong with it: a long sentence does not fit into one state.
"""

from collections.abc import Mapping
from typing import Any

from cells import Array, Values, layer, lstm, named, read

State = list[Values]
"""State (``hidden``) and memory (``cell``) of each decoder layer."""


class Sutskever2014:
    """The model, from its settings and weights."""

    REQUIRES: Mapping[str, tuple[Any, ...]] = {
        "cell": ("lstm",),
        "bidirectional": (False,),
        "fixed_context": (False,),
        "bridge": ("copy",),
        "readout": ("hidden",),
        "input_feeding": (False,),
        "attention.score": ("none",),
        "residual_from": (0,),
    }

    def __init__(self, settings: Mapping[str, Any], weights: Mapping[str, Array]) -> None:
        self.layers = range(settings["num_layers"])
        self.direction = "backward" if settings["reverse_source"] else "forward"
        self.E_x = weights["encoder.embedding.weight"]  # (source vocab, m)
        self.E_y = weights["embedding.weight"]  # (target vocab, m)
        self.encoder = [
            layer(weights, f"encoder.layers.{n}.{self.direction}_layer") for n in self.layers
        ]
        self.decoder = [layer(weights, f"layers.{n}") for n in self.layers]
        self.W, self.b = weights["output.weight"], weights["output.bias"]  # (target vocab, d)

    def encode(self, source_ids: Array) -> Values:
        """Read the source, layer upon layer."""
        x = self.E_x[source_ids]
        seen = {"encoder.embeddings": x}
        for n in self.layers:
            seen[f"encoder.layers.{n}.input"] = x
            # h_i = LSTM(x_i, h_{i+1}); the last token read is the first of the sentence.
            values, last = read(lstm, x, self.encoder[n], backward=self.direction == "backward")
            seen |= named(f"encoder.layers.{n}.{self.direction}", values)
            # s_0 = h_1, and the memory with it.
            seen[f"decoder.initial.{n}.hidden"] = last["hidden"]
            seen[f"decoder.initial.{n}.cell"] = last["cell"]
            x = values["hidden"]
        seen["encoder.outputs"] = x
        return seen

    def start(self, seen: Values) -> State:
        """The decoder begins where the encoder ended."""
        return [
            {part: seen[f"decoder.initial.{n}.{part}"] for part in ("hidden", "cell")}
            for n in self.layers
        ]

    def step(self, previous: int, state: State, seen: Values) -> tuple[Values, State]:  # noqa: ARG002
        """Say how probable each next token is."""
        y = self.E_y[previous]
        values, following, x = {"decoder.embeddings": y}, [], y
        for n in self.layers:
            values[f"decoder.layers.{n}.input"] = x
            # s_t = LSTM(y_{t-1}, s_{t-1}); a higher layer reads the state of the one below.
            now = lstm(x, state[n], *self.decoder[n])
            values |= named(f"decoder.layers.{n}", now)
            following.append(now)
            x = now["hidden"]
        s = x
        values["decoder.readout"] = s
        # P(y_t) = softmax(W s_t + b); the search takes the softmax.
        values["output.logits"] = self.W @ s + self.b
        return values, following
