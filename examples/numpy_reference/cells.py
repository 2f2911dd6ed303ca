"""The small functions that all architectures are made of, each under its equation.

A vector is an array of one dimension, a matrix ``W`` has the shape ``(out, in)``, so that ``W @ x``
is the product in the papers. Several vectors at once are the rows of a matrix ``X``; then
``X @ W.T`` multiplies each row by ``W``.
"""
# ruff: noqa: N803, N806  (matrices keep the capital letters of the papers)

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Values = dict[str, Array]
"""Numbers under the names that a trace gives them."""
Cell = Callable[..., Values]


def sigmoid(x: Array) -> Array:
    """``σ(x) = 1 / (1 + exp(-x))``: between 0 and 1, how far a gate is open.

    Written as a tanh, which is the same function and never overflows.
    """
    return 0.5 + 0.5 * np.tanh(0.5 * x)


def softmax(x: Array) -> Array:
    """``softmax(x)_i = exp(x_i) / Σ_j exp(x_j)``: positive and summing to 1, along the last axis.

    Subtracting the largest score first changes nothing but the risk of overflow; a score of minus
    infinity becomes a weight of 0.
    """
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def log_softmax(x: Array) -> Array:
    """``log softmax(x)_i = x_i - log Σ_j exp(x_j)``."""
    x = x - x.max(axis=-1, keepdims=True)
    return x - np.log(np.exp(x).sum(axis=-1, keepdims=True))


def layer_norm(x: Array, gain: Array, bias: Array) -> Array:
    """``gain * (x - mean(x)) / sqrt(variance(x) + 1e-5) + bias`` (Ba et al. 2016), row by row."""
    centred = x - x.mean(axis=-1, keepdims=True)
    return gain * centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5) + bias


def maxout(pieces: Array) -> Array:
    """``t_j = max(p_2j-1, p_2j)``: the larger of each pair (Goodfellow et al. 2013)."""
    return pieces.reshape(-1, 2).max(axis=1)


def gru(x: Array, state: Mapping[str, Array], W: Array, U: Array, b: Array, b_u: Array) -> Values:
    """Take one step of a gated recurrent unit (Cho et al. 2014).

    ::

        r  = σ(W_r x + U_r h)              reset gate: how much of the past the candidate may use
        z  = σ(W_z x + U_z h)              update gate: how much of the past stays
        n  = tanh(W_n x + r * (U_n h))     candidate
        h' = (1 - z) * n + z * h

    The paper has ``U_n (r * h)`` in the candidate. ``W`` holds ``W_r, W_z, W_n`` one below the
    other, and so do ``U`` and the two biases; the biases are left out of the equations.
    """
    h = state["hidden"]
    Wx_r, Wx_z, Wx_n = np.split(W @ x + b, 3)
    Uh_r, Uh_z, Uh_n = np.split(U @ h + b_u, 3)
    r = sigmoid(Wx_r + Uh_r)
    z = sigmoid(Wx_z + Uh_z)
    n = np.tanh(Wx_n + r * Uh_n)
    h = (1 - z) * n + z * h
    return {"reset_gate": r, "update_gate": z, "candidate": n, "hidden": h}


def lstm(x: Array, state: Mapping[str, Array], W: Array, U: Array, b: Array, b_u: Array) -> Values:
    """Take one step of a long short-term memory (Hochreiter, Schmidhuber 1997; Gers et al. 2000).

    ::

        i  = σ(W_i x + U_i h)        input gate         f = σ(W_f x + U_f h)   forget gate
        g  = tanh(W_g x + U_g h)     candidate          o = σ(W_o x + U_o h)   output gate
        c' = f * c + i * g           memory
        h' = o * tanh(c')            what others see of it

    ``W`` holds ``W_i, W_f, W_g, W_o`` one below the other, and so do ``U`` and the two biases.
    """
    h, c = state["hidden"], state["cell"]
    i, f, g, o = np.split(W @ x + b + U @ h + b_u, 4)
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    c = f * c + i * g
    h = o * np.tanh(c)
    return {
        "input_gate": i, "forget_gate": f, "candidate": g, "output_gate": o, "cell": c, "hidden": h,
    }  # fmt: skip


def layer(weights: Mapping[str, Array], name: str) -> tuple[Array, Array, Array, Array]:
    """Return ``W, U, b, b_u`` of a recurrent layer, which the file keeps under PyTorch's names."""
    W, U = weights[f"{name}.rnn.weight_ih_l0"], weights[f"{name}.rnn.weight_hh_l0"]
    return W, U, weights[f"{name}.rnn.bias_ih_l0"], weights[f"{name}.rnn.bias_hh_l0"]


def read(
    cell: Cell, X: Array, parameters: Sequence[Array], *, backward: bool = False
) -> tuple[Values, Values]:
    """Read a sentence with a recurrent layer: ``h_i = cell(x_i, h_{i-1})``, beginning with zeros.

    Args:
        cell: ``gru`` or ``lstm``.
        X: The sentence, one token in each row, ``(n, width)``.
        parameters: From ``layer``.
        backward: Begin at the last token: ``h_i = cell(x_i, h_{i+1})``.

    Returns:
        Gates and states of every token in the order of the sentence, each ``(n, d)``; and those of
        the token that was read last, each ``(d,)``.
    """
    zeros = np.zeros_like(parameters[1][0])
    now: Values = {"hidden": zeros, "cell": zeros}
    steps = [now := cell(x, now, *parameters) for x in (X[::-1] if backward else X)]
    in_order = steps[::-1] if backward else steps
    return {part: np.stack([step[part] for step in in_order]) for part in now}, now


def named(prefix: str, values: Values) -> Values:
    """Put a prefix before every name."""
    return {f"{prefix}.{part}": value for part, value in values.items()}
