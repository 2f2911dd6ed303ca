"""Wu et al. 2016: Google's neural machine translation system (arXiv 1609.08144).

A stack of many LSTM layers is hard to train, because what the bottom layer knows must pass through
every layer above it. A residual connection lets it by: from the third layer on, a layer adds to
what it was handed instead of replacing it. And so that the layers of one step need not wait for the
top layer of the step before, it is the *bottom* decoder layer that asks, and the context goes to
every layer.

    here    what it is                                       shape         in the paper
    x       what a layer was handed, for each source token   (n, d)        x_t^i
    h       what the top encoder layer hands on              (n, d)        x_t
    keys    W_k h_j, computed once for each sentence         (n, d)
    s       state of the bottom decoder layer                (d,)          y_{i-1}
    e       scores: how well each source token fits          (n,)          s_t
    a       weights: e as shares of 1                        (n,)          p_t
    c       context: average of h under the weights          (d,)          a_i
    r       coverage: attention received so far              (n,)
    y       embedded previous target token                   (m,)
    o       what a decoder layer hands on                    (d,)          x_t^i

    h^1 = [LSTM(x, from the left); LSTM(x, from the right)]  figure 3; the others from the left
    h^l = LSTM(h^{l-1})                                      layer 2
    h^l = LSTM(h^{l-1}) + h^{l-1}                            equation 6, from layer 3
    e_j = v · tanh(W_q s^1_{t-1} + W_k h_j)                  equation 4: the step before asks
    a   = softmax(e)
    c   = Σ_j a_j h_j
    s^l = LSTM([o^{l-1}; c], s^l_{t-1})                      o^0 = y; every layer reads c
    o^l = s^l                                                layers 1 and 2
    o^l = s^l + o^{l-1}                                      from layer 3
    P(y_t) = softmax(W_o o^L)
    p_t = σ(w_p [c; o^L; y])                                 if it copies, as luong2015.py does

The paper counts target positions with i and source positions with t; here they are t and j.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from cells import Array, Values, layer, lstm, named, read, sigmoid, softmax

State = tuple[list[Values], Array]
"""State (``hidden``) and memory (``cell``) of each decoder layer; coverage."""


class Gnmt2016:
    """The model, from its settings and weights."""

    REQUIRES: Mapping[str, tuple[Any, ...]] = {
        "cell": ("lstm",),
        "bidirectional": ("first",),
        "reverse_source": (False,),
        "fixed_context": (False,),
        "context_to": ("all",),
        "bridge": ("copy",),
        "readout": ("hidden",),
        "input_feeding": (False,),
        "attention.score": ("additive", "concat"),
        "attention.scope": ("global",),
        "attention.coverage": (False, True),
        "copy": (False, True),
        "attention.timing": ("previous",),
        "attention.query": ("bottom",),
    }

    def __init__(self, settings: Mapping[str, Any], weights: Mapping[str, Array]) -> None:
        self.layers = range(settings["num_layers"])
        self.residual_from = settings["residual_from"] or len(self.layers) + 1  # counted from 1
        self.E_x = weights["encoder.embedding.weight"]  # (source vocab, m)
        self.E_y = weights["embedding.weight"]  # (target vocab, m)
        self.encoder = [
            {way: layer(weights, f"encoder.layers.{n}.{way}_layer") for way in self.ways(n)}
            for n in self.layers
        ]
        self.W_q = weights["attention.score.query.weight"]  # (d, d)
        self.W_k = weights["attention.score.key.weight"]  # (d, d)
        self.v = weights["attention.score.energy.weight"][0]  # (d,)
        self.decoder = [layer(weights, f"layers.{n}") for n in self.layers]
        self.w = weights.get("attention.coverage.weight")  # (d,); None without coverage
        output = "output.vocabulary" if settings.get("copy") else "output"
        self.W_o, self.b_o = weights[f"{output}.weight"], weights[f"{output}.bias"]
        self.w_p = weights.get("copying.combine.weight")  # None where nothing is copied
        self.b_p = weights.get("copying.combine.bias")

    @staticmethod
    def ways(n: int) -> tuple[str, ...]:
        """The first layer reads from both ends, the others from the left."""
        return ("forward", "backward") if n == 0 else ("forward",)

    def adds(self, n: int) -> bool:
        """Whether a layer, counted from 0, adds to what it was handed."""
        return n + 1 >= self.residual_from

    def encode(self, source_ids: Array) -> Values:
        """Read the source, layer upon layer."""
        x = self.E_x[source_ids]
        seen = {"encoder.embeddings": x}
        for n in self.layers:
            seen[f"encoder.layers.{n}.input"] = x
            sides = []
            for way in self.ways(n):
                values, last = read(lstm, x, self.encoder[n][way], backward=way == "backward")
                seen |= named(f"encoder.layers.{n}.{way}", values)
                sides.append(values["hidden"])
            # The decoder begins where the encoder ended: in the first layer, at the first token.
            seen[f"decoder.initial.{n}.hidden"] = last["hidden"]
            seen[f"decoder.initial.{n}.cell"] = last["cell"]
            h = np.concatenate(sides, axis=1)
            if self.adds(n):  # h^l = LSTM(h^{l-1}) + h^{l-1}
                h = h + x
                seen[f"encoder.layers.{n}.residual"] = h
            x = h
        seen["encoder.outputs"] = x
        seen["encoder.keys"] = x @ self.W_k.T
        return seen

    def start(self, seen: Values) -> State:
        """The decoder begins where the encoder ended, and has looked nowhere yet."""
        layers = [
            {part: seen[f"decoder.initial.{n}.{part}"] for part in ("hidden", "cell")}
            for n in self.layers
        ]
        return layers, np.zeros(len(seen["encoder.outputs"]))

    def step(self, previous: int, state: State, seen: Values) -> tuple[Values, State]:
        """Say how probable each next token is."""
        h, keys = seen["encoder.outputs"], seen["encoder.keys"]
        layers, r = state
        y, s = self.E_y[previous], layers[0]["hidden"]
        values: Values = {"decoder.embeddings": y}

        if self.w is not None:  # Tu et al. 2016: v · tanh(W_q s + W_k h_j + w r_j)
            keys = keys + np.outer(r, self.w)
            values["decoder.attention.coverage"] = r
        e = np.tanh(self.W_q @ s + keys) @ self.v  # e_j = v · tanh(W_q s^1_{t-1} + W_k h_j)
        a = softmax(e)
        c = a @ h  # c = Σ_j a_j h_j
        values |= {
            "decoder.attention.query": s,
            "decoder.attention.scores": e,
            "decoder.attention.weights": a,
            "decoder.attention.context": c,
        }
        o, following = y, []
        for n in self.layers:
            values[f"decoder.layers.{n}.input"] = np.concatenate([o, c])
            # s^l = LSTM([o^{l-1}; c], s^l_{t-1})
            now = lstm(np.concatenate([o, c]), layers[n], *self.decoder[n])
            values |= named(f"decoder.layers.{n}", now)
            following.append(now)
            if self.adds(n):  # o^l = s^l + o^{l-1}
                o = now["hidden"] + o
                values[f"decoder.layers.{n}.residual"] = o
            else:
                o = now["hidden"]
        values["decoder.readout"] = o
        # P(y_t) = softmax(W_o o^L + b); the search takes the softmax.
        values["output.logits"] = self.W_o @ o + self.b_o
        if self.w_p is not None:  # See et al. 2017, equation 8
            [values["output.p_gen"]] = sigmoid(self.w_p @ np.concatenate([c, o, y]) + self.b_p)
        return values, (following, r + a)
