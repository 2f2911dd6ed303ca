"""Attention of one query for each sequence, step by step and back; see ``models.attention``."""

import math
from typing import assert_never

import torch
from torch import Tensor

from seq2see.models.unrolled.coverage import CoverageSteps
from seq2see.models.unrolled.scopes import ChoiceSteps, Scope, WindowSteps
from seq2see.models.unrolled.scores import (
    AdditiveSteps,
    DotSteps,
    LocationSteps,
    ScoreKind,
    ScoreSteps,
    multiply,
    outer,
)
from seq2see.models.unrolled.tape import Tape, clear

EVERYWHERE = slice(None)
"""All source positions, as a span."""


class AttentionSteps:
    """Scores, a mask, a softmax, a weighted sum: all steps of them.

    Between softmax and sum come a window, in local attention, or a choice, in hard attention. With
    coverage, a score reads the weights of the steps before.
    """

    def __init__(self, tape: Tape, kind: ScoreKind, scope: Scope, steps: int) -> None:
        self.tape = tape
        self.values, self.padding = tape["values"], tape["padding"]
        rows, src_len, width = self.values.shape
        self.weights = tape.written("weights", steps, rows, src_len)
        self.contexts = tape.written("contexts", steps, rows, width)
        self.probs = self.weights
        """What the softmax makes; the weights themselves in global attention."""
        self.window: WindowSteps | None = None
        self.choice: ChoiceSteps | None = None
        match scope.kind:
            case "global":
                pass
            case "local-m" | "local-p":
                self.window = WindowSteps(tape, scope, steps)
                self.probs = tape.written("probs", steps, rows, src_len)
            case "hard":
                self.choice = ChoiceSteps(tape, scope, steps, rows, src_len)
                self.probs = self.choice.probs
            case _:
                assert_never(scope.kind)
        self.coverage: CoverageSteps | None = None
        if tape.get("coverage") is not None:
            self.coverage = CoverageSteps(tape, steps)
        self.score: ScoreSteps
        match kind:
            case "dot":
                self.score = DotSteps(tape)
            case "additive":
                self.score = AdditiveSteps(tape, steps, self.coverage)
            case "location":
                self.score = LocationSteps(tape, src_len)
            case _:
                assert_never(kind)

    def start(self) -> None:
        """Get ready for the way forward."""
        self.score.start()
        if self.coverage is not None:
            self.coverage.start()

    def forward(self, step: int, query: Tensor) -> Tensor:
        """Return the contexts of the rows that ask."""
        rows = len(query)
        clear(self.contexts[step], rows)
        if self.window is not None:
            return self._look_around(self.window, step, query)
        clear(self.weights[step], rows)
        weights, probs = self.weights[step, :rows], self.probs[step, :rows]
        self.score.forward(step, query, EVERYWHERE, probs)
        probs.masked_fill_(self.padding[:rows], -math.inf)
        torch.softmax(probs, 1, out=probs)
        if self.choice is not None:
            self.choice.forward(step, weights)
        if self.coverage is not None:
            self.coverage.extend(step, weights)
        return multiply(weights, self.values[:rows], self.contexts[step, :rows])

    def _look_around(self, window: WindowSteps, step: int, query: Tensor) -> Tensor:
        rows = len(query)
        span, shape = window.forward(step, query)
        probs = self.tape.scratch(*shape.shape)
        self.score.forward(step, query, span, probs)
        probs.masked_fill_(self.padding[:rows, span] | (shape == 0), -math.inf)
        torch.softmax(probs, 1, out=probs)
        self.probs[step, :rows, span] = probs
        weights = probs.mul_(shape)
        self.weights[step].zero_()
        self.weights[step, :rows, span] = weights
        if self.coverage is not None:
            self.coverage.extend(step, self.weights[step, :rows])
        return multiply(weights, self.values[:rows, span], self.contexts[step, :rows])

    def rewind(self) -> None:
        """Get ready for the way back."""
        self.slopes = torch.empty_like(self.weights)
        self.context_slopes = torch.empty_like(self.contexts)
        self.score.rewind()
        if self.window is not None:
            self.window.rewind()
        if self.coverage is not None:
            self.coverage.rewind()

    def follow(
        self, weights: Tensor | None, log_probs: Tensor | None, entropies: Tensor | None
    ) -> None:
        """Get ready for the way back, given the gradients of what is handed on beside contexts."""
        self.to_weights = weights
        if self.choice is not None:
            self.choice.follow(log_probs, entropies)

    def backward(self, step: int, slope: Tensor) -> Tensor:
        """Return the gradient of the query from that of the context."""
        rows = len(slope)
        clear(self.context_slopes[step], rows)
        self.context_slopes[step, :rows] = slope
        if self.window is not None:
            return self._look_back(self.window, step, slope)
        clear(self.slopes[step], rows)
        weights, slopes = self.weights[step, :rows], self.slopes[step, :rows]
        if self.choice is not None:
            self.choice.backward(step, weights, slopes)
        else:
            multiply(slope, self.values[:rows].transpose(1, 2), slopes)
            self._add_direct(step, slopes, EVERYWHERE)
            _through_softmax_(slopes, weights)
        return self.score.backward(step, slopes, EVERYWHERE)

    def _look_back(self, window: WindowSteps, step: int, slope: Tensor) -> Tensor:
        rows = len(slope)
        span, shape = window.window(step, rows)
        probs = self.probs[step, :rows, span]
        slopes = self.tape.scratch(*shape.shape)
        multiply(slope, self.values[:rows, span].transpose(1, 2), slopes)
        self._add_direct(step, slopes, span)
        moving = window.backward(step, slopes * probs, shape, span)
        _through_softmax_(slopes.mul_(shape), probs)
        self.slopes[step].zero_()
        self.slopes[step, :rows, span] = slopes
        asked = self.score.backward(step, slopes, span)
        return asked if moving is None else asked + moving

    def _add_direct(self, step: int, slopes: Tensor, span: slice) -> None:
        """Add the gradients of a step's weights that do not come by way of its context."""
        if self.to_weights is not None:
            slopes += self.to_weights[step, : len(slopes), span]
        if self.coverage is not None:
            slopes += self.coverage.carried[: len(slopes), span]

    def gradients(self, queries: Tensor) -> dict[str, Tensor]:
        """Gradients of values, keys, the matrices of score and window, and coverage's weight."""
        return {
            "values": outer(self.weights, self.context_slopes),
            **self.score.gradients(self.slopes, queries),
            **({} if self.window is None else self.window.gradients(queries)),
            **({} if self.coverage is None else {"coverage": self.coverage.slope_weight}),
        }


def _through_softmax_(slopes: Tensor, probs: Tensor) -> None:
    """Turn gradients of probabilities into those of scores."""
    slopes.mul_(probs)
    slopes.addcmul_(probs, slopes.sum(1, keepdim=True), value=-1)
