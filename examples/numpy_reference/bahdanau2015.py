"""Bahdanau, Cho, Bengio 2015: attention (arXiv 1409.0473).

The source is no longer squeezed into one vector: the encoder keeps a state for *every* source
token. Before each word the decoder asks which of them matter now. It compares its own state with
each (scores), makes the answers positive and sum to 1 (weights), and reads the average of the
encoder states under these weights (context): a different mixture for every target word.

    here    what it is                                       shape         in the paper
    x       embedded source tokens                           (n, m)        E x_i
    h       encoder states, both directions side by side     (n, 2d)       h_j
    keys    U_a h_j, computed once for each sentence         (n, d)
    s       state of the decoder                             (d,)          s_i
    e       scores: how well each source token fits          (n,)          e_ij
    a       weights: e as shares of 1                        (n,)          α_ij
    c       context: average of h under the weights          (2d,)         c_i
    r       coverage: attention received so far              (n,)
    y       embedded previous target token                   (m,)          E y_{i-1}
    t       what the output layer reads                      (d / 2,)      t_i

    h_i = [GRU(x_i, from the left); GRU(x_i, from the right)]       appendix A.2.1
    s_0 = tanh(W_s h_1 from the right)                              appendix A.2.2
    e_i = v_a · tanh(W_a s_{t-1} + U_a h_i)                         appendix A.1.2
          with coverage (Tu et al. 2016): ... + U_a h_i + w r_i), where r = Σ a of all steps before
    a   = softmax(e)                                                equation 6
    c   = Σ_i a_i h_i                                               equation 5
    s_t = GRU([y_{t-1}; c], s_{t-1})
    t   = maxout(U_o s_t + V_o y_{t-1} + C_o c)                     one product with [U_o V_o C_o]
    P(y_t) = softmax(W_o t)

The paper calls target positions i and source positions j; here they are t and i.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from cells import Array, Values, gru, layer, maxout, named, read, sigmoid, softmax

State = tuple[list[Values], Array]
"""State (``hidden``) of each decoder layer; coverage."""


class Bahdanau2015:
    """The model, from its settings and weights."""

    REQUIRES: Mapping[str, tuple[Any, ...]] = {
        "cell": ("gru",),
        "bidirectional": (False, True),
        "reverse_source": (False,),
        "fixed_context": (False,),
        "bridge": ("tanh",),
        "readout": ("maxout",),
        "input_feeding": (False,),
        "attention.score": ("additive", "concat"),
        "attention.scope": ("global",),
        "attention.timing": ("previous",),
        "residual_from": (0,),
        "context_to": ("first",),
        "attention.query": ("top",),
        "attention.coverage": (False, True),
        "copy": (False, True),
    }

    def __init__(self, settings: Mapping[str, Any], weights: Mapping[str, Array]) -> None:
        self.layers = range(settings["num_layers"])
        self.directions = ("forward", "backward") if settings["bidirectional"] else ("forward",)
        self.E_x = weights["encoder.embedding.weight"]  # (source vocab, m)
        self.E_y = weights["embedding.weight"]  # (target vocab, m)
        self.encoder = [
            {way: layer(weights, f"encoder.layers.{n}.{way}_layer") for way in self.directions}
            for n in self.layers
        ]
        self.W_s = [weights[f"bridge.hidden.{n}.weight"] for n in self.layers]
        self.b_s = [weights[f"bridge.hidden.{n}.bias"] for n in self.layers]
        self.W_a = weights["attention.score.query.weight"]  # (d, d)
        self.U_a = weights["attention.score.key.weight"]  # (d, 2d)
        self.v_a = weights["attention.score.energy.weight"][0]  # (d,)
        self.w = weights.get("attention.coverage.weight")  # (d,); None without coverage
        self.decoder = [layer(weights, f"layers.{n}") for n in self.layers]
        self.O, self.b_o = weights["readout.combine.weight"], weights["readout.combine.bias"]
        output = "output.vocabulary" if settings.get("copy") else "output"
        self.W_o, self.b_w = weights[f"{output}.weight"], weights[f"{output}.bias"]
        self.w_p = weights.get("copying.combine.weight")  # None where nothing is copied
        self.b_p = weights.get("copying.combine.bias")

    def encode(self, source_ids: Array) -> Values:
        """Read the source from both ends, layer upon layer."""
        x = self.E_x[source_ids]
        seen = {"encoder.embeddings": x}
        for n in self.layers:
            seen[f"encoder.layers.{n}.input"] = x
            sides = []
            for way in self.directions:
                values, last = read(gru, x, self.encoder[n][way], backward=way == "backward")
                seen |= named(f"encoder.layers.{n}.{way}", values)
                sides.append(values["hidden"])
            # h_i = [from the left; from the right]: each knows the whole sentence around i
            x = np.concatenate(sides, axis=1)
            # s_0 = tanh(W_s h_1 from the right), the state that was made last
            seen[f"decoder.initial.{n}.hidden"] = np.tanh(
                self.W_s[n] @ last["hidden"] + self.b_s[n]
            )
        h = x
        seen["encoder.outputs"] = h
        seen["encoder.keys"] = h @ self.U_a.T
        return seen

    def start(self, seen: Values) -> State:
        """Return s_0; nothing is covered yet."""
        layers = [{"hidden": seen[f"decoder.initial.{n}.hidden"]} for n in self.layers]
        return layers, np.zeros(len(seen["encoder.outputs"]))

    def step(self, previous: int, state: State, seen: Values) -> tuple[Values, State]:
        """Say how probable each next token is."""
        h, keys = seen["encoder.outputs"], seen["encoder.keys"]
        layers, r = state
        y, s = self.E_y[previous], layers[-1]["hidden"]

        if self.w is not None:  # U_a h_i + w r_i
            keys = keys + np.outer(r, self.w)
        e = np.tanh(self.W_a @ s + keys) @ self.v_a  # e_i = v_a · tanh(W_a s_{t-1} + U_a h_i)
        a = softmax(e)
        c = a @ h  # c = Σ_i a_i h_i
        values: Values = {
            "decoder.embeddings": y,
            "decoder.attention.query": s,
            "decoder.attention.scores": e,
            "decoder.attention.weights": a,
            "decoder.attention.context": c,
        }
        if self.w is not None:
            values["decoder.attention.coverage"] = r
        x, following = np.concatenate([y, c]), []
        for n in self.layers:
            values[f"decoder.layers.{n}.input"] = x
            # s_t = GRU([y_{t-1}; c], s_{t-1}); a higher layer reads the state of the one below.
            now = gru(x, layers[n], *self.decoder[n])
            values |= named(f"decoder.layers.{n}", now)
            following.append(now)
            x = now["hidden"]
        s = x
        # t = maxout([U_o V_o C_o] [s_t; y_{t-1}; c])
        known = np.concatenate([s, y, c])
        pieces = self.O @ known + self.b_o
        t = maxout(pieces)
        values["decoder.concatenation"] = known
        values["decoder.pieces"] = pieces
        values["decoder.readout"] = t
        # P(y_t) = softmax(W_o t + b); the search takes the softmax.
        values["output.logits"] = self.W_o @ t + self.b_w
        if self.w_p is not None:  # See et al. 2017, equation 8: p = σ(w_p [c; s_t; y_{t-1}])
            [values["output.p_gen"]] = sigmoid(self.w_p @ np.concatenate([c, s, y]) + self.b_p)
        return values, (following, r + a)
