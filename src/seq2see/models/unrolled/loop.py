"""A recurrent decoder's loop over steps, and that of a single layer: the same with less in it."""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, cast

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from seq2see.config import CellName
from seq2see.models.unrolled.attention import AttentionSteps, ScoreKind
from seq2see.models.unrolled.layer import LayerSteps, Parts
from seq2see.models.unrolled.readout import ReadoutKind, ReadoutSteps
from seq2see.models.unrolled.tape import Tape


@dataclass(frozen=True)
class Plan:
    """What happens at each step; see ``models.recurrent``."""

    cell: CellName
    lengths: tuple[int, ...]
    """Steps that each sequence takes, the longest first."""
    num_layers: int = 1
    attends: Literal["never", "before", "after"] = "never"
    """Whether attention comes before the layers, asked by the last state, or after them."""
    score: ScoreKind = "dot"
    feeds: ReadoutKind | None = None
    """Readout that the next step reads."""


class Unrolled(NamedTuple):
    """What all steps make, ``(steps, rows, width)``; zero where a sequence has ended."""

    hidden: Tensor
    """Hidden states of the top layer."""
    last_hidden: Tensor
    """The one after the last step of each sequence."""
    last_memory: Tensor | None
    """Its memory after that step, if it is an LSTM."""
    contexts: Tensor | None
    """What attention selects, if there is attention."""
    features: Tensor | None
    """Readouts, if they are fed."""


class Loop:
    """All steps of a plan, forwards and backwards, in the memory of a tape."""

    def __init__(self, plan: Plan, tape: Tape) -> None:
        steps = max(plan.lengths)
        self.plan, self.tape = plan, tape
        shortest_first = plan.lengths[::-1]
        self.counts = [
            len(shortest_first) - bisect_right(shortest_first, step) for step in range(steps)
        ]
        """How many sequences take each step."""
        entering = ("context",) if plan.attends == "before" else ()
        entering = (*entering, "feed") if plan.feeds else entering
        self.layers = [
            LayerSteps(
                tape.part(f"layers.{index}"), plan.cell, steps, ("below",) if index else entering
            )
            for index in range(plan.num_layers)
        ]
        self.top = self.layers[-1]
        self.attention: AttentionSteps | None = None
        if plan.attends != "never":
            self.attention = AttentionSteps(tape.part("attention"), plan.score, steps)
        self.readout: ReadoutSteps | None = None
        if plan.feeds is not None:
            shape = self.top.hidden.shape[1:]
            self.readout = ReadoutSteps(tape.part("readout"), plan.feeds, steps, *shape)

    def forward(self) -> Unrolled:
        """Take all steps."""
        attention, readout = self.attention, self.readout
        for part in (*self.layers, attention, readout):
            if part is not None:
                part.start()
        for step, rows in enumerate(self.counts):
            parts: Parts = {}
            context: Tensor | None = None
            if attention is not None and self.plan.attends == "before":
                context = attention.forward(step, self.top.hidden[step, :rows])
                parts["context"] = context
            if readout is not None:
                parts["feed"] = readout.features[step, :rows]
            for layer in self.layers:
                hidden = layer.forward(step, rows, parts)
                parts = {"below": hidden}
            if attention is not None and self.plan.attends == "after":
                context = attention.forward(step, hidden)
            if readout is not None:
                readout.forward(step, hidden, context)
        memory = self.top.cell.memory
        return Unrolled(
            self.top.hidden[1:],
            self._last(self.top.hidden),
            None if memory is None else self._last(memory),
            None if attention is None else attention.contexts,
            None if readout is None else readout.features[1:],
        )

    def _last(self, states: Tensor) -> Tensor:
        """State after the last step of each sequence."""
        lengths = torch.tensor(self.plan.lengths, device=states.device)
        return states[lengths, torch.arange(len(lengths), device=states.device)]

    def backward(self, slopes: Unrolled) -> dict[str, Tensor]:
        """Go back over all steps, and return the gradients of the inputs by their names."""
        attention, readout, top = self.attention, self.readout, self.top
        for part in (*self.layers, attention, readout):
            if part is not None:
                part.rewind()
        top.add_last(slopes.last_hidden, slopes.last_memory)
        for step in reversed(range(len(self.counts))):
            rows = self.counts[step]
            to_hidden = top.carried[:rows]
            to_hidden += slopes.hidden[step, :rows]
            to_context: Tensor | None = None
            if slopes.contexts is not None:
                to_context = slopes.contexts[step, :rows]
            if readout is not None and slopes.features is not None:
                to_features = readout.carried[:rows].add_(slopes.features[step, :rows])
                from_hidden, from_context = readout.backward(step, to_features)
                to_hidden += from_hidden
                if to_context is not None and from_context is not None:
                    to_context = to_context + from_context
            if attention is not None and to_context is not None and self.plan.attends == "after":
                to_hidden += attention.backward(step, to_context)
            for index in reversed(range(len(self.layers))):
                parts = self.layers[index].backward(step, rows)
                if index:
                    self.layers[index - 1].carried[:rows] += parts["below"]
            if attention is not None and to_context is not None and self.plan.attends == "before":
                to_hidden += attention.backward(step, to_context + parts["context"])
            if readout is not None:
                readout.carried[:rows] = parts["feed"]
        return self._gradients()

    def _gradients(self) -> dict[str, Tensor]:
        """Gradients that need all steps, after the way back."""
        found: dict[str, Tensor] = {}
        contexts = None if self.attention is None else self.attention.contexts
        hidden = self.top.hidden
        parts: Parts = {}
        if contexts is not None:
            parts["context"] = contexts
        if self.readout is not None:
            parts["feed"] = self.readout.features[:-1]
            _enter(found, "readout", self.readout.gradients(hidden[1:], contexts))
        if self.attention is not None:
            queries = hidden[:-1] if self.plan.attends == "before" else hidden[1:]
            _enter(found, "attention", self.attention.gradients(queries))
        for index, layer in enumerate(self.layers):
            _enter(found, f"layers.{index}", layer.gradients(parts))
            parts = {"below": layer.hidden[1:]}
        return found


def _enter(found: dict[str, Tensor], name: str, gradients: dict[str, Tensor]) -> None:
    found.update({f"{name}.{key}": value for key, value in gradients.items()})


class _Function(torch.autograd.Function):
    """The loop as one operation of autograd."""

    @staticmethod
    def forward(
        ctx: Any, plan: Plan, names: tuple[str, ...], *given: Tensor
    ) -> tuple[Tensor | None, ...]:
        """Take all steps and keep the tape."""
        tape = Tape(dict(zip(names, given, strict=True)), like=given[0], keeps=True)
        with _full_precision(given[0]):
            unrolled = Loop(plan, tape).forward()
        ctx.plan, ctx.given, ctx.names = plan, names, tuple(tape.tensors)
        ctx.save_for_backward(*tape.tensors.values())
        return tuple(unrolled)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *slopes: Tensor | None) -> tuple[Tensor | None, ...]:
        """Rewind the tape."""
        tensors = dict(zip(ctx.names, ctx.saved_tensors, strict=True))
        tape = Tape(tensors, like=ctx.saved_tensors[0], keeps=True)
        with _full_precision(tape.like):
            gradients = Loop(ctx.plan, tape).backward(Unrolled(*cast("tuple[Any, ...]", slopes)))
        return (None, None, *(gradients.get(name) for name in ctx.given))


def _full_precision(like: Tensor) -> torch.autocast:
    """Switch autocast off: a state carried over many steps wants 32 bits, as in cuDNN's layers."""
    return torch.autocast(like.device.type, enabled=False)


def unroll(plan: Plan, given: dict[str, Tensor]) -> Unrolled:
    """Take all steps of a plan, under autograd where that is on.

    Args:
        plan: What happens at each step.
        given: What the parts read, by name: those of ``layers.N``, ``attention`` and ``readout``.
            What belongs to steps is time-major, ``(steps, rows, width)``.
    """
    halves = (torch.bfloat16, torch.float16)
    types = {value.dtype for value in given.values()}
    given = {
        name: value.float() if value.dtype in halves else value for name, value in given.items()
    }
    like = next(iter(given.values()))
    if torch.is_grad_enabled():
        made = _Function.apply(plan, tuple(given), *given.values())  # type: ignore[no-untyped-call]
        unrolled = Unrolled(*made)
    else:
        with _full_precision(like):
            unrolled = Loop(plan, Tape(given, like, keeps=False)).forward()
    if len(types) > 1 or types.isdisjoint(halves):
        return unrolled
    # A model that lies in 16 bits goes on in them; autocast does as it likes with 32.
    [own] = types
    turned: tuple[Any, ...] = tuple(value if value is None else value.to(own) for value in unrolled)
    return Unrolled(*turned)
