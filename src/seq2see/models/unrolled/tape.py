"""What the forward pass of a loop leaves to its backward pass, and what both compute with."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor


@dataclass(frozen=True)
class Tape:
    """Named tensors: what a loop was given, and what it wrote on the way forward.

    The parts of a loop ask for their memory by name when they are made. On the way forward that
    allocates it; on the way back they are made again and find what they wrote.
    """

    tensors: dict[str, Tensor]
    like: Tensor
    """Gives type and device of what is allocated."""
    keeps: bool
    """Whether there will be a way back."""
    prefix: str = ""
    """Begins every name; see ``part``."""

    def part(self, name: str) -> "Tape":
        """Return the tape of one part: the tensors whose names begin with its name and a dot."""
        return replace(self, prefix=f"{self.prefix}{name}.")

    def get(self, name: str) -> Tensor | None:
        """Return an input, or None where the loop has none of that name."""
        return self.tensors.get(self.prefix + name)

    def __getitem__(self, name: str) -> Tensor:
        """Return an input that the loop always has."""
        return self.tensors[self.prefix + name]

    def written(self, name: str, *shape: int) -> Tensor:
        """Return memory that the way back will find again; its first contents are undefined."""
        key = self.prefix + name
        if key not in self.tensors:
            self.tensors[key] = self.scratch(*shape)
        return self.tensors[key]

    def scratch(self, *shape: int) -> Tensor:
        """Return memory that is forgotten with the pass; its first contents are undefined."""
        return self.like.new_empty(shape)


def clear(block: Tensor, rows: int) -> None:
    """Zero the rows of a step that belong to sequences that have ended."""
    if rows < len(block):
        block[rows:].zero_()


def matrix_slope(slopes: Tensor, inputs: Tensor) -> Tensor:
    """Gradient of the matrix that made ``outputs = inputs @ matrix.T`` at every step.

    Args:
        slopes: Gradient of the outputs, ``(steps, rows, outputs)``.
        inputs: What was multiplied, ``(steps, rows, inputs)``.
    """
    return slopes.flatten(0, 1).t() @ inputs.flatten(0, 1)


def tanh_(values: Tensor) -> Tensor:
    """Take the hyperbolic tangent in place.

    On a CPU, PyTorch's sigmoid takes a quarter of the time of its tanh, so that
    ``tanh x = 2 sigmoid(2x) - 1`` pays. It is off by no more than the rounding of 1.
    """
    if values.device.type != "cpu":
        return values.tanh_()
    return values.mul_(2).sigmoid_().mul_(2).sub_(1)


def through_tanh(slope: Tensor, output: Tensor, out: Tensor) -> Tensor:
    """Gradient before a tanh from the one after it, into ``out``."""
    torch.ops.aten.tanh_backward.grad_input(slope, output, grad_input=out)
    return out


def through_sigmoid(slope: Tensor, output: Tensor, out: Tensor) -> Tensor:
    """Gradient before a sigmoid from the one after it, into ``out``."""
    torch.ops.aten.sigmoid_backward.grad_input(slope, output, grad_input=out)
    return out
