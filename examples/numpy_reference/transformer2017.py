"""Vaswani et al. 2017: attention is all there is (arXiv 1706.03762).

No recurrence. Every token is a vector u that runs through the layers, and each block *adds* to it:
attention adds what other tokens know, the feed-forward layer works on what has been gathered. The
same three lines (``attention``) serve three times: source tokens look at source tokens, target
tokens at earlier target tokens, and target tokens at source tokens.

    here       what it is                                    shape          in the paper
    u          one vector for each token: the stream         (n, d)         x + Sublayer(x)
    Q, K, V    queries, keys, values of one head             (n, d / h)     Q, K, V
    scores     how well each key fits each query             (n, n)         Q Kᵀ / sqrt(d_k)
    weights    the scores as shares of 1, row by row         (n, n)         softmax of it
    context    average of the values under the weights       (n, d / h)     head_i

    u             = sqrt(d) embedding + position                   sections 3.4 and 3.5
    attention     = softmax(Q Kᵀ / sqrt(d / h)) V                  equation 1
    multi-head    = W_O [head_1; ...; head_h]                      section 3.2.2
    feed-forward  = W_2 max(0, W_1 u + b_1) + b_2                  equation 2
    each block    : u + block(norm(u))      norm = "pre", and one norm after the last layer
                    norm(u + block(u))      norm = "post", as in the paper

A search takes one step at a time, so the decoder here holds one vector (d,) and remembers keys and
values of all its earlier tokens. That is the paper's mask: a token cannot see what is not yet said.
"""
# ruff: noqa: N803, N806  (matrices keep the capital letters of the papers)

from collections.abc import Mapping
from typing import Any

import numpy as np
from cells import Array, Values, layer_norm, named, softmax

State = list[tuple[Array, Array]]
"""Keys and values of the tokens so far, ``(heads, t, d / h)`` each, for every decoder layer."""


def position(i: Array, d: int) -> Array:
    """``sin(i / 10000^(2k/d))`` in column 2k, the cosine in column 2k + 1 (section 3.5)."""
    angles = i[..., None] / 10000 ** (np.arange(0, d, 2) / d)
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(*i.shape, d)


def attention(Q: Array, K: Array, V: Array) -> tuple[Array, Array, Array]:
    """Equation 1, for one head; ``Q`` may also be a single query, ``(d / h,)``."""
    scores = Q @ K.T / np.sqrt(K.shape[1])
    weights = softmax(scores)
    return scores, weights, weights @ V


class Transformer2017:
    """The model, from its settings and weights."""

    REQUIRES: Mapping[str, tuple[Any, ...]] = {"norm": ("pre", "post")}

    def __init__(self, settings: Mapping[str, Any], weights: Mapping[str, Array]) -> None:
        self.layers, self.num_heads = range(settings["num_layers"]), settings["num_heads"]
        self.pre, self.d = settings["norm"] == "pre", settings["embed_dim"]
        self.weights = dict(weights)
        for name in weights:  # the file keeps W_Q, W_K and W_V of an attention in one matrix
            if ".project_in." in name:
                for part, W in zip("QKV", np.split(weights[name], 3), strict=True):
                    self.weights[name.replace("project_in", part)] = W

    def linear(self, name: str, u: Array) -> Array:
        """``W u + b``, for every row of u."""
        return u @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    def heads(self, name: str, u: Array) -> Array:
        """``W u + b``, cut into heads: ``(n, d)`` becomes ``(h, n, d / h)``."""
        return np.stack(np.split(self.linear(name, u), self.num_heads, axis=-1))

    def norm(self, name: str, u: Array) -> Array:
        """Layer normalisation with the weights of that name."""
        return layer_norm(u, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def attend(self, name: str, Q: Array, K: Array, V: Array) -> tuple[Values, Array]:
        """Attend with every head; returns what was seen, and ``W_O [head_1; ...; head_h]``."""
        heads = [attention(*head) for head in zip(Q, K, V, strict=True)]
        scores, weights, context = (np.stack(parts) for parts in zip(*heads, strict=True))
        values = {"query": Q, "scores": scores, "weights": weights, "context": context}
        return values, self.linear(f"{name}.project_out", np.concatenate(list(context), axis=-1))

    def enter(self, name: str, u: Array) -> Array:
        """What a block reads of the stream."""
        return self.norm(f"{name}.norm", u) if self.pre else u

    def leave(self, name: str, u: Array, added: Array) -> Array:
        """The stream after a block has added to it."""
        return u + added if self.pre else self.norm(f"{name}.norm", u + added)

    def feed_forward(self, file: str, trace: str, u: Array) -> tuple[Values, Array]:
        """Let every token work by itself: ``W_2 max(0, W_1 u + b_1) + b_2``."""
        entering = self.enter(f"{file}.around_feedforward", u)
        hidden = np.maximum(0, self.linear(f"{file}.feedforward.expand", entering))
        added = self.linear(f"{file}.feedforward.contract", hidden)
        u = self.leave(f"{file}.around_feedforward", u, added)
        return {f"{trace}.feedforward.activations": hidden, f"{trace}.stream": u}, u

    def encode(self, source_ids: Array) -> Values:
        """Read the source: all tokens at once, layer upon layer."""
        x = np.sqrt(self.d) * self.weights["source_embedding.weight"][source_ids]
        u = x + position(np.arange(len(x)), self.d)
        seen = {"encoder.embeddings": x, "encoder.stream": u}
        for n in self.layers:
            file, trace = f"encoder.{n}", f"encoder.layers.{n}"  # the names there
            # Every source token asks all of them, itself too.
            name, around = f"{file}.self_attention", f"{file}.around_attention"
            v = self.enter(around, u)
            Q, K, V = (self.heads(f"{name}.{part}", v) for part in "QKV")
            values, added = self.attend(name, Q, K, V)
            u = self.leave(around, u, added)
            seen |= named(f"{trace}.self_attention", values | {"keys": K, "values": V, "stream": u})
            values, u = self.feed_forward(file, trace, u)
            seen |= values
        h = self.norm("encoder_norm", u) if self.pre else u
        seen["encoder.outputs"] = h
        # What target tokens will look for in the source is known now, for each decoder layer.
        for n in self.layers:
            K, V = (self.heads(f"decoder.{n}.cross_attention.{part}", h) for part in "KV")
            seen |= named(f"decoder.layers.{n}.cross_attention", {"keys": K, "values": V})
        return seen

    def start(self, seen: Values) -> State:  # noqa: ARG002
        """Nothing has been said: no keys and no values."""
        none = np.zeros((self.num_heads, 0, self.d // self.num_heads))
        return [(none, none) for _ in self.layers]

    def step(self, previous: int, state: State, seen: Values) -> tuple[Values, State]:
        """Say how probable each next token is."""
        y = np.sqrt(self.d) * self.weights["target_embedding.weight"][previous]
        u = y + position(np.array(state[0][0].shape[1]), self.d)
        values, following = {"decoder.embeddings": y, "decoder.stream": u}, []
        for n in self.layers:
            file, trace = f"decoder.{n}", f"decoder.layers.{n}"
            # The newest target token asks all so far, itself too.
            name, around = f"{file}.self_attention", f"{file}.around_self"
            w = self.enter(around, u)
            q, k, v = (self.heads(f"{name}.{part}", w) for part in "QKV")
            K, V = (
                np.concatenate([past, new[:, None]], axis=1)
                for past, new in zip(state[n], (k, v), strict=True)
            )
            following.append((K, V))
            block, added = self.attend(name, q, K, V)
            u = self.leave(around, u, added)
            values |= named(
                f"{trace}.self_attention", block | {"keys": k, "values": v, "stream": u}
            )
            # It asks all source tokens.
            name, around = f"{file}.cross_attention", f"{file}.around_cross"
            q = self.heads(f"{name}.Q", self.enter(around, u))
            K, V = seen[f"{trace}.cross_attention.keys"], seen[f"{trace}.cross_attention.values"]
            block, added = self.attend(name, q, K, V)
            u = self.leave(around, u, added)
            values |= named(f"{trace}.cross_attention", block | {"stream": u})
            block, u = self.feed_forward(file, trace, u)
            values |= block
        u = self.norm("decoder_norm", u) if self.pre else u
        values["decoder.readout"] = u
        # P(y_t) = softmax(W u + b); the search takes the softmax.
        values["output.logits"] = self.linear("output", u)
        return values, following
