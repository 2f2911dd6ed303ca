"""A recurrent decoder's loop over steps, and that of a single layer: the same with less in it."""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, cast

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from seq2see.config import CellName
from seq2see.models.unrolled.attention import AttentionSteps
from seq2see.models.unrolled.layer import LayerSteps, Parts
from seq2see.models.unrolled.readout import ReadoutKind, ReadoutSteps
from seq2see.models.unrolled.scopes import GLOBAL, Scope
from seq2see.models.unrolled.scores import ScoreKind
from seq2see.models.unrolled.tape import Tape

Attends = Literal["never", "before", "after"]


@dataclass(frozen=True)
class Plan:
    """What happens at each step; see ``models.recurrent``."""

    cell: CellName
    lengths: tuple[int, ...]
    """Steps that each sequence takes, the longest first."""
    num_layers: int = 1
    attends: Attends = "never"
    """Whether attention comes before the layers, asked by the last state, or after them."""
    asking: int = -1
    """Index of the layer whose state asks."""
    context_to_all: bool = False
    """Whether every layer reads the context of attention that comes before, not the first alone."""
    score: ScoreKind = "dot"
    scope: Scope = GLOBAL
    feeds: ReadoutKind | None = None
    """Readout that the next step reads."""
    hands_on_weights: bool = False
    """Whether attention's weights are wanted, and not its contexts alone."""
    residual_from: int = 0
    """First layer with a residual connection, counted from 1; 0: none."""

    def reads(self, index: int) -> tuple[str, ...]:
        """Parts that a layer reads beside what was known before the loop."""
        context = self.attends == "before" and (self.context_to_all or index == 0)
        found = {"below": index > 0, "context": context, "feed": index == 0 and self.feeds}
        return tuple(name for name, wanted in found.items() if wanted)


class Unrolled(NamedTuple):
    """What all steps make, ``(steps, rows, width)``; zero where a sequence has ended."""

    outputs: Tensor
    """What the top layer hands on: its hidden states, plus what it reads where it is residual."""
    last_hidden: Tensor
    """Its hidden state after the last step of each sequence."""
    last_memory: Tensor | None
    """Its memory after that step, if it is an LSTM."""
    contexts: Tensor | None
    """What attention selects, if there is attention."""
    weights: Tensor | None
    """Its weights, ``(steps, rows, src_len)``, if the plan wants them."""
    features: Tensor | None
    """Readouts, if they are fed."""
    log_probs: Tensor | None
    """Of what hard attention chose, ``(steps, rows)``; None elsewhere."""
    entropies: Tensor | None
    """Of what it chose from."""


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
        self.layers = [
            LayerSteps(
                tape.part(f"layers.{index}"),
                plan.cell,
                steps,
                plan.reads(index),
                residual=0 < plan.residual_from <= index + 1,
            )
            for index in range(plan.num_layers)
        ]
        self.top, self.asking = self.layers[-1], self.layers[plan.asking]
        self.attention: AttentionSteps | None = None
        if plan.attends != "never":
            self.attention = AttentionSteps(tape.part("attention"), plan.score, plan.scope, steps)
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
                context = attention.forward(step, self.asking.hidden[step, :rows])
                parts["context"] = context
            if readout is not None:
                parts["feed"] = readout.features[step, :rows]
            for layer in self.layers:
                parts["below"] = layer.forward(step, rows, parts)
            if attention is not None and self.plan.attends == "after":
                context = attention.forward(step, self.asking.hidden[step + 1, :rows])
            if readout is not None:
                readout.forward(step, parts["below"], context)
        memory = self.top.cell.memory
        choice = None if attention is None else attention.choice
        return Unrolled(
            self.top.outputs,
            self._last(self.top.hidden),
            None if memory is None else self._last(memory),
            None if attention is None else attention.contexts,
            attention.weights if attention is not None and self.plan.hands_on_weights else None,
            None if readout is None else readout.features[1:],
            None if choice is None else choice.log_probs,
            None if choice is None else choice.entropies,
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
        if attention is not None:
            attention.follow(slopes.weights, slopes.log_probs, slopes.entropies)
        for step in reversed(range(len(self.counts))):
            rows = self.counts[step]
            to_outputs = slopes.outputs[step, :rows]
            to_context: Tensor | None = None
            if slopes.contexts is not None:
                to_context = slopes.contexts[step, :rows]
            if readout is not None and slopes.features is not None:
                to_features = readout.carried[:rows].add_(slopes.features[step, :rows])
                from_outputs, from_context = readout.backward(step, to_features)
                to_outputs = to_outputs + from_outputs
                if to_context is not None and from_context is not None:
                    to_context = to_context + from_context
            if attention is not None and to_context is not None and self.plan.attends == "after":
                self.asking.carried[:rows] += attention.backward(step, to_context)
            for layer in reversed(self.layers):
                parts = layer.backward(step, rows, to_outputs)
                to_outputs = parts.get("below", to_outputs)
                if to_context is not None and "context" in parts:
                    to_context = to_context + parts["context"]
            if attention is not None and to_context is not None and self.plan.attends == "before":
                self.asking.carried[:rows] += attention.backward(step, to_context)
            if readout is not None:
                readout.carried[:rows] = parts["feed"]
        return self._gradients()

    def _gradients(self) -> dict[str, Tensor]:
        """Gradients that need all steps, after the way back."""
        found: dict[str, Tensor] = {}
        contexts = None if self.attention is None else self.attention.contexts
        parts: Parts = {}
        if contexts is not None:
            parts["context"] = contexts
        if self.readout is not None:
            parts["feed"] = self.readout.features[:-1]
            _enter(found, "readout", self.readout.gradients(self.top.outputs, contexts))
        if self.attention is not None:
            hidden = self.asking.hidden
            queries = hidden[:-1] if self.plan.attends == "before" else hidden[1:]
            _enter(found, "attention", self.attention.gradients(queries))
        for index, layer in enumerate(self.layers):
            _enter(found, f"layers.{index}", layer.gradients(parts))
            parts["below"] = layer.outputs
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
    types = {value.dtype for value in given.values() if value.is_floating_point()}
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
