"""Where attention may look at each step, and what it picks, step by step and back.

See ``models.scopes`` for the equations.
"""

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from seq2see.models.unrolled.tape import Tape, clear, matrix_slope, tanh_, through_tanh

ScopeKind = Literal["global", "local-m", "local-p", "hard"]


@dataclass(frozen=True)
class Scope:
    """What ``AttentionSteps`` needs to know besides tensors."""

    kind: ScopeKind = "global"
    window: int = 0
    """Positions on either side of the centre, for local scopes."""
    samples: bool = False
    """Whether hard attention draws a position; else it takes the most probable one."""


GLOBAL = Scope()


class WindowSteps:
    """The window of local attention: 0 outside, and inside 1 or, where it is predicted, a Gaussian.

    Nothing is computed outside the stretch of positions in which the windows of all rows lie.
    """

    def __init__(self, tape: Tape, scope: Scope, steps: int) -> None:
        self.tape, self.scope, self.steps = tape, scope, steps
        padding = tape["padding"]
        self.src_len = padding.shape[1]
        self.lengths = (~padding).sum(1).to(tape.like.dtype)
        self.positions = torch.arange(self.src_len, device=padding.device, dtype=tape.like.dtype)
        self.centres = tape.written("centres", steps, len(padding))
        self.predicts = scope.kind == "local-p"
        if self.predicts:
            self.hidden, self.centre = tape["centre_hidden"], tape["centre"].squeeze(0)
            self.squashed = tape.written("centre_squashed", steps, len(padding), len(self.centre))

    def forward(self, step: int, query: Tensor) -> tuple[slice, Tensor]:
        """Return the positions in which all windows lie, and the windows there."""
        rows = len(query)
        lengths = self.lengths[:rows]
        clear(self.centres[step], rows)
        centres = self.centres[step, :rows]
        if self.predicts:
            clear(self.squashed[step], rows)
            squashed = self.squashed[step, :rows]
            torch.mm(query, self.hidden.t(), out=squashed)
            tanh_(squashed)
            torch.mv(squashed, self.centre, out=centres)
            centres.sigmoid_().mul_(lengths)
        else:
            torch.clamp(lengths - 1, max=step, out=centres)
        return self.window(step, rows)

    def window(self, step: int, rows: int) -> tuple[slice, Tensor]:
        """The same again, of the first rows of a step that was taken."""
        centres, reach = self.centres[step, :rows], self.scope.window
        span = slice(0, self.src_len)
        if centres.device.type == "cpu":  # elsewhere it costs more to ask than to compute
            lowest, highest = (float(end) for end in torch.aminmax(centres))
            first, end = math.ceil(lowest - reach), math.floor(highest + reach) + 1
            span = slice(max(first, 0), min(end, self.src_len))
        away = self.positions[span] - centres.unsqueeze(1)
        inside = away.abs() <= reach
        if not self.predicts:
            return span, inside.to(away.dtype)
        # With sigma = D / 2, the exponent is -2 (s - p)^2 / D^2.
        return span, away.square_().mul_(-2 / reach**2).exp_().mul_(inside)

    def rewind(self) -> None:
        """Get ready for the way back."""
        if self.predicts:
            self.slopes = self.tape.scratch(*self.squashed.shape)
            self.slope_centre = torch.zeros_like(self.centre)

    def backward(self, step: int, slope: Tensor, window: Tensor, span: slice) -> Tensor | None:
        """Return the gradient of the query, or None where no query moves the window.

        Args:
            step: Which one.
            slope: Gradient of the window.
            window: What ``forward`` returned.
            span: The same.
        """
        if not self.predicts:
            return None
        rows = len(slope)
        centres = self.centres[step, :rows]
        away = self.positions[span] - centres.unsqueeze(1)
        # d window / d centre = window (s - p) / sigma^2, and d centre / d x = p (1 - p / S).
        to_centre = (slope * window * away).sum(1).mul_(4 / self.scope.window**2)
        to_energy = to_centre * centres * (1 - centres / self.lengths[:rows])
        squashed = self.squashed[step, :rows]
        self.slope_centre.addmv_(squashed.t(), to_energy)
        clear(self.slopes[step], rows)
        slopes = self.slopes[step, :rows]
        through_tanh(torch.outer(to_energy, self.centre), squashed, slopes)
        return slopes @ self.hidden

    def gradients(self, queries: Tensor) -> dict[str, Tensor]:
        """Gradients of what predicts the centre."""
        if not self.predicts:
            return {}
        return {
            "centre_hidden": matrix_slope(self.slopes, queries),
            "centre": self.slope_centre.unsqueeze(0),
        }


class ChoiceSteps:
    """One position of each row, drawn or the most probable one, as weights of 0 and 1."""

    def __init__(self, tape: Tape, scope: Scope, steps: int, rows: int, src_len: int) -> None:
        self.scope = scope
        self.probs = tape.written("probs", steps, rows, src_len)
        self.log_probs = tape.written("log_probs", steps, rows)
        """Of what is chosen."""
        self.entropies = tape.written("entropies", steps, rows)

    def forward(self, step: int, picked: Tensor) -> None:
        """Choose by ``probs``, write 1 at what is chosen and 0 elsewhere."""
        rows = len(picked)
        probs = self.probs[step, :rows]
        chosen = choose(probs, samples=self.scope.samples)
        picked.zero_().scatter_(1, chosen.unsqueeze(1), 1.0)
        for values in (self.log_probs, self.entropies):
            clear(values[step], rows)
        self.log_probs[step, :rows] = probs.gather(1, chosen.unsqueeze(1)).squeeze(1).log()
        self.entropies[step, :rows] = -torch.xlogy(probs, probs).sum(1)

    def follow(self, log_probs: Tensor | None, entropies: Tensor | None) -> None:
        """Get ready for the way back, given the gradients of both that are wanted."""
        nothing = torch.zeros_like(self.log_probs)
        self.to_log_probs = nothing if log_probs is None else log_probs
        self.to_entropies = nothing if entropies is None else entropies

    def backward(self, step: int, picked: Tensor, out: Tensor) -> None:
        """Write the gradient of the scores.

        The context passes none on to them: it does not change with the scores of what is chosen.
        """
        rows = len(picked)
        probs = self.probs[step, :rows]
        torch.mul(self.to_log_probs[step, :rows].unsqueeze(1), picked - probs, out=out)
        # d entropy / d score_i = -a_i (log a_i + entropy)
        curve = torch.xlogy(probs, probs) + probs * self.entropies[step, :rows].unsqueeze(1)
        out.addcmul_(self.to_entropies[step, :rows].unsqueeze(1), curve, value=-1)


def choose(probs: Tensor, *, samples: bool) -> Tensor:
    """Return a position for each row of probabilities, drawn from them or the most probable."""
    return torch.multinomial(probs, 1).squeeze(1) if samples else probs.argmax(1)
