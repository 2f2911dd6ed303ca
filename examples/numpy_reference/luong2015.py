"""Luong, Pham, Manning 2015: attention made simpler (arXiv 1508.04025).

Three things are different from Bahdanau et al. The *new* state of the decoder asks, not the one
before the step. The score may be a plain product of two vectors. And what was found, the
attentional vector k, is both what the output layer reads and part of what the decoder reads in the
next step (input feeding), so that it knows where it has looked.

    here    what it is                                       shape         in the paper
    x       embedded source tokens                           (n, m)
    h       encoder states                                   (n, d)        h̄_s
    keys    what depends on h alone in the score             (n, d)
    s       state of the decoder                             (d,)          h_t
    e       scores: how well each source token fits          (n,)          score(h_t, h̄_s)
    a       weights: e as shares of 1                        (n,)          a_t
    c       context: average of h under the weights          (d,)          c_t
    r       coverage: attention received so far              (n,)
    k       attentional vector                               (d,)          h̃_t
    y       embedded previous target token                   (m,)

    h_i = LSTM(x_i, h_{i-1})
    s_0 = h_n                                    state and memory, layer by layer
    s_t = LSTM([y_{t-1}; k_{t-1}], s_{t-1})      section 3.3; k_0 = 0
    a   = softmax(score(s_t, h_i))               equation 7; scopes.py has local attention
    c   = Σ_i a_i h_i
    k_t = tanh(W_c [c; s_t])                     equation 5
    P(y_t) = softmax(W_s k_t)                    equation 6
    p_t = σ(w_p [c; s_t; y_{t-1}])               if it copies; search.py mixes P with copying
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from cells import Array, Values, layer, lstm, named, read, sigmoid
from scopes import NAMES, Scope

State = tuple[list[Values], Array, Array, int]
"""State (``hidden``) and memory (``cell``) of each decoder layer; the attentional vector; coverage;
the number of the next step."""


class Luong2015:
    """The model, from its settings and weights."""

    REQUIRES: Mapping[str, tuple[Any, ...]] = {
        "cell": ("lstm",),
        "bidirectional": (False,),
        "fixed_context": (False,),
        "bridge": ("copy",),
        "readout": ("attentional",),
        "attention.score": (
            "dot",
            "scaled-dot",
            "general",
            "scaled-general",
            "concat",
            "additive",
            "normed-additive",
            "location",
        ),
        "attention.scope": NAMES,
        "attention.timing": ("current",),
        "residual_from": (0,),
        "attention.query": ("top",),
        "attention.coverage": (False, True),
        "copy": (False, True),
    }

    def __init__(self, settings: Mapping[str, Any], weights: Mapping[str, Array]) -> None:
        self.layers = range(settings["num_layers"])
        self.direction = "backward" if settings["reverse_source"] else "forward"
        self.score_name, self.feeds = settings["attention.score"], settings["input_feeding"]
        self.E_x = weights["encoder.embedding.weight"]  # (source vocab, m)
        self.E_y = weights["embedding.weight"]  # (target vocab, m)
        self.encoder = [
            layer(weights, f"encoder.layers.{n}.{self.direction}_layer") for n in self.layers
        ]
        parts: list[Any] = [
            weights.get(f"attention.score.{part}.weight")
            for part in ("query", "key", "energy", "position")
        ]
        self.W_q, self.W_k, self.v_a, self.W_l = parts  # None where the score has none
        self.b_k = weights.get("attention.score.key.bias", 0.0)  # normed-additive alone has one
        self.g = weights.get("attention.score.gain")  # scaled-general, normed-additive
        self.w = weights.get("attention.coverage.weight")  # (d,); None without coverage
        self.scope = Scope(settings, weights)
        self.decoder = [layer(weights, f"layers.{n}") for n in self.layers]
        self.W_c = weights["readout.combine.weight"]  # (d, 2d)
        output = "output.vocabulary" if settings.get("copy") else "output"
        self.W_s = weights[f"{output}.weight"]  # (target vocab, d)
        self.b_s = weights[f"{output}.bias"]
        self.w_p = weights.get("copying.combine.weight")  # None where nothing is copied
        self.b_p = weights.get("copying.combine.bias")

    def encode(self, source_ids: Array) -> Values:
        """Read the source, layer upon layer."""
        x = self.E_x[source_ids]
        seen = {"encoder.embeddings": x}
        for n in self.layers:
            seen[f"encoder.layers.{n}.input"] = x
            # h_i = LSTM(x_i, h_{i-1})
            values, last = read(lstm, x, self.encoder[n], backward=self.direction == "backward")
            seen |= named(f"encoder.layers.{n}.{self.direction}", values)
            # s_0 = h_n, and the memory with it
            seen[f"decoder.initial.{n}.hidden"] = last["hidden"]
            seen[f"decoder.initial.{n}.cell"] = last["cell"]
            x = values["hidden"]
        seen["encoder.outputs"] = x
        # Once for each sentence: the part of the score that no decoder state changes.
        seen["encoder.keys"] = x if self.W_k is None else x @ self.W_k.T + self.b_k
        return seen

    def score(self, s: Array, keys: Array) -> Array:
        """Compare the decoder's state with every source position (section 3.1)."""
        match self.score_name:
            case "dot" | "general":  # s · h_i, or s · W_k h_i
                return keys @ s
            case "scaled-dot":  # s · h_i / sqrt(d)
                return keys @ s / np.sqrt(len(s))
            case "scaled-general":  # g (s · W_k h_i)
                return self.g * (keys @ s)
            case "normed-additive":  # g v / |v| · tanh(W_q s + W_k h_i + b)
                v = self.v_a[0]
                return np.tanh(self.W_q @ s + keys) @ (self.g * v / np.sqrt(v @ v))
            case "location":  # row i of W_l times s, whatever stands at i; nothing beyond the rows
                e = (self.W_l @ s)[: len(keys)]
                return np.concatenate([e, np.full(len(keys) - len(e), -np.inf)])
            case _:  # concat: v · tanh(W_q s + W_k h_i)
                return np.tanh(self.W_q @ s + keys) @ self.v_a[0]

    def start(self, seen: Values) -> State:
        """The decoder begins where the encoder ended, and has looked nowhere yet."""
        layers = [
            {part: seen[f"decoder.initial.{n}.{part}"] for part in ("hidden", "cell")}
            for n in self.layers
        ]
        return layers, np.zeros_like(self.W_c[:, 0]), np.zeros(len(seen["encoder.outputs"])), 0

    def step(self, previous: int, state: State, seen: Values) -> tuple[Values, State]:
        """Say how probable each next token is."""
        h, keys = seen["encoder.outputs"], seen["encoder.keys"]
        layers, k, r, t = state
        y = self.E_y[previous]
        values, following = {"decoder.embeddings": y}, []
        x = np.concatenate([y, k]) if self.feeds else y
        for n in self.layers:
            values[f"decoder.layers.{n}.input"] = x
            # s_t = LSTM([y_{t-1}; k_{t-1}], s_{t-1}); a higher layer reads the state below it.
            now = lstm(x, layers[n], *self.decoder[n])
            values |= named(f"decoder.layers.{n}", now)
            following.append(now)
            x = now["hidden"]
        s = x

        if self.w is not None:  # Tu et al. 2016: v · tanh(W_q s + W_k h_i + w r_i)
            keys = keys + np.outer(r, self.w)
            values["decoder.attention.coverage"] = r
        # a = softmax(e) and c = Σ_i a_i h_i, unless attention is local or hard
        attended = self.scope.attend(self.score(s, keys), s, t, h)
        c = attended["decoder.attention.context"]
        k = np.tanh(self.W_c @ np.concatenate([c, s]))  # k_t = tanh(W_c [c; s_t])
        values |= attended | {
            "decoder.attention.query": s,
            "decoder.concatenation": np.concatenate([c, s]),
            "decoder.readout": k,
            # P(y_t) = softmax(W_s k_t + b); the search takes the softmax.
            "output.logits": self.W_s @ k + self.b_s,
        }
        if self.w_p is not None:  # See et al. 2017, equation 8
            [values["output.p_gen"]] = sigmoid(self.w_p @ np.concatenate([c, s, y]) + self.b_p)
        return values, (following, k, r + attended["decoder.attention.weights"], t + 1)
