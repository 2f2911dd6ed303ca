"""Cho et al. 2014: one context vector (arXiv 1406.1078).

A GRU reads the source, and a summary of its last state is shown to the decoder again at *every*
step, so that the decoder need not carry the source along in its own state. It is still one vector,
the same at every step; attention is what makes it change.

    here    what it is                                           shape    in the paper
    x       embedded source tokens                               (n, m)   e(x_t)
    h       state of an encoder layer at each token              (n, d)   h<t>
    c       summary of the source, the one context               (d,)     c
    s       state of a decoder layer                             (d,)     h'<t>
    y       embedded previous target token                       (m,)     e(y_{t-1})
    pieces  what the output layer could know, before maxout      (d,)     s'<t>
    t       the larger number of each pair of them               (d / 2,) s<t>

    h_i = GRU(x_i, h_{i-1})                         appendix A.1.1
    c   = tanh(V h_n)
    s_0 = tanh(V' c)                                appendix A.1.2
    s_t = GRU([y_{t-1}; c], s_{t-1})                [a; b] is a above b: concatenation
    pieces_t = O_h s_t + O_y y_{t-1} + O_c c        one product with [O_h O_y O_c] here
    P(y_t) = softmax(G maxout(pieces_t))
"""
# ruff: noqa: N806  (matrices keep the capital letters of the papers)

from collections.abc import Mapping
from typing import Any

import numpy as np
from cells import Array, Values, gru, layer, maxout, named, read

State = list[Values]
"""State (``hidden``) of each decoder layer."""


class Cho2014:
    """The model, from its settings and weights."""

    REQUIRES: Mapping[str, tuple[Any, ...]] = {
        "cell": ("gru",),
        "bidirectional": (False,),
        "reverse_source": (False,),
        "fixed_context": (True,),
        "bridge": ("tanh",),
        "readout": ("maxout",),
        "input_feeding": (False,),
        "attention.score": ("none",),
        "residual_from": (0,),
        "context_to": ("first",),
    }

    def __init__(self, settings: Mapping[str, Any], weights: Mapping[str, Array]) -> None:
        self.layers = range(settings["num_layers"])
        self.E_x = weights["encoder.embedding.weight"]  # (source vocab, m)
        self.E_y = weights["embedding.weight"]  # (target vocab, m)
        self.encoder = [layer(weights, f"encoder.layers.{n}.forward_layer") for n in self.layers]
        self.V, self.b_v = weights["summary.summary.weight"], weights["summary.summary.bias"]
        self.start_layers = [
            (weights[f"bridge.hidden.{n}.weight"], weights[f"bridge.hidden.{n}.bias"])
            for n in self.layers
        ]
        self.decoder = [layer(weights, f"layers.{n}") for n in self.layers]
        self.O, self.b_o = weights["readout.combine.weight"], weights["readout.combine.bias"]
        self.G, self.b_g = weights["output.weight"], weights["output.bias"]

    def encode(self, source_ids: Array) -> Values:
        """Read the source, layer upon layer, and sum it up."""
        x = self.E_x[source_ids]
        seen = {"encoder.embeddings": x}
        for n in self.layers:
            seen[f"encoder.layers.{n}.input"] = x
            # h_i = GRU(x_i, h_{i-1})
            values, last = read(gru, x, self.encoder[n])
            seen |= named(f"encoder.layers.{n}.forward", values)
            x = values["hidden"]
        seen["encoder.outputs"] = x
        # c = tanh(V h_n), from the top layer
        c = np.tanh(self.V @ last["hidden"] + self.b_v)
        seen["encoder.summary"] = c
        # s_0 = tanh(V' c), for each decoder layer a V' of its own
        for n, (V, b) in enumerate(self.start_layers):
            seen[f"decoder.initial.{n}.hidden"] = np.tanh(V @ c + b)
        return seen

    def start(self, seen: Values) -> State:
        """Return s_0."""
        return [{"hidden": seen[f"decoder.initial.{n}.hidden"]} for n in self.layers]

    def step(self, previous: int, state: State, seen: Values) -> tuple[Values, State]:
        """Say how probable each next token is."""
        y, c = self.E_y[previous], seen["encoder.summary"]
        values, following = {"decoder.embeddings": y}, []
        x = np.concatenate([y, c])
        for n in self.layers:
            values[f"decoder.layers.{n}.input"] = x
            # s_t = GRU([y_{t-1}; c], s_{t-1}); a higher layer reads the state of the one below.
            now = gru(x, state[n], *self.decoder[n])
            values |= named(f"decoder.layers.{n}", now)
            following.append(now)
            x = now["hidden"]
        s = x
        # pieces = [O_h O_y O_c] [s_t; y_{t-1}; c]
        known = np.concatenate([s, y, c])
        pieces = self.O @ known + self.b_o
        t = maxout(pieces)
        values["decoder.concatenation"] = known
        values["decoder.pieces"] = pieces
        values["decoder.readout"] = t
        # P(y_t) = softmax(G t + b); the search takes the softmax.
        values["output.logits"] = self.G @ t + self.b_g
        return values, following
