"""Matrices of 8-bit integers: large linear layers and the output layer of a model, in int8.

Each row of a matrix has its own scale, ``W_ij = scale_i * Q_ij`` with ``Q`` from -127 to 127. What
is multiplied by it is quantised as it comes, each vector by its own largest number, so that a
sentence never depends on its batch. Products are summed in 32-bit integers, exactly.
"""

import copy

import torch
from jaxtyping import Float, Int8
from torch import Tensor, nn

from seq2see.models.interface import Seq2seq
from seq2see.models.output import SoftmaxOutput

FEWEST = 1 << 18
"""Entries of the smallest matrix that is worth it: setting up a product costs 100 microseconds."""
_WEIGHT_LEVELS = 127
# Two products of 7-bit activations fit into the 16 bits that AVX2 adds them in; 8 bits do not.
_INPUT_LEVELS = 63


def is_available(device: torch.device) -> bool:
    """Whether integers can be multiplied on a device: on a CPU whose PyTorch has oneDNN."""
    return device.type == "cpu" and "onednn" in torch.backends.quantized.supported_engines


def quantise(
    weight: Float[Tensor, "rows columns"],
) -> tuple[Int8[Tensor, "rows columns"], Float[Tensor, " rows"]]:
    """Round each row to a multiple of its scale; off by half a scale at most.

    Returns:
        Multiples and scales.
    """
    largest = weight.abs().amax(1).clamp(min=torch.finfo(weight.dtype).tiny)
    scale = largest / _WEIGHT_LEVELS
    return (weight / scale.unsqueeze(1)).round().to(torch.int8), scale


class Int8Matrix:
    """A matrix to multiply vectors by, packed for the processor.

    Args:
        weight: What it stands for.
    """

    def __init__(self, weight: Float[Tensor, "rows columns"]) -> None:
        multiples, self._scale = quantise(weight)
        self._zero_points = torch.zeros(len(weight), dtype=torch.long)
        self._packed = torch.ops.onednn.qlinear_prepack(multiples, None)

    def __call__(
        self, inputs: Float[Tensor, "*shape columns"], bias: Float[Tensor, " rows"] | None
    ) -> Float[Tensor, "*shape rows"]:
        """Return ``W x + b`` for each vector."""
        largest = inputs.abs().amax(-1, keepdim=True).clamp(min=torch.finfo(inputs.dtype).tiny)
        zero_point = _INPUT_LEVELS + 1
        levels = (inputs / largest).mul_(_INPUT_LEVELS).round_().add_(zero_point)
        products: Tensor = torch.ops.onednn.qlinear_pointwise(
            levels.to(torch.uint8),
            1 / _INPUT_LEVELS,
            zero_point,
            self._packed,
            self._scale,
            self._zero_points,
            None,
            1.0,
            0,
            torch.float32,
            "none",
            [],
            "",
        )
        return products.mul_(largest) if bias is None else torch.addcmul(bias, products, largest)


class Int8Linear(nn.Linear):
    """A linear layer that multiplies in int8; its weight stays as it was, for who reads a part.

    Args:
        layer: What it stands for; parameters are shared.
    """

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__(layer.in_features, layer.out_features, device="meta")
        self.weight, self.bias = layer.weight, layer.bias
        self.matrix = Int8Matrix(layer.weight.detach())

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002
        """Return ``W x + b``."""
        return self.matrix(input, self.bias)


class Int8Output(SoftmaxOutput):
    """A softmax layer that multiplies in int8; narrowed, it is small and stays in float32.

    Args:
        layer: What it stands for; parameters are shared.
    """

    def __init__(self, layer: SoftmaxOutput) -> None:
        super().__init__(layer.weight.shape[1], len(layer.weight), layer.weight)
        self.bias = layer.bias
        self.matrix = Int8Matrix(layer.weight.detach())

    def logits(self, features: Float[Tensor, "*rows features_dim"]) -> Float[Tensor, "*rows vocab"]:
        """Return what the softmax reads."""
        return self.matrix(features, self.bias)


def with_int8(model: Seq2seq, fewest: int = FEWEST) -> Seq2seq:
    """Return a model whose large matrices multiply in int8; all parameters are shared.

    Recurrent layers, embeddings and attention's products stay in float32.

    Args:
        model: The model, in float32.
        fewest: Entries of the smallest matrix to quantise.
    """
    shared = {id(parameter): parameter for parameter in model.parameters()}
    reduced = copy.deepcopy(model, shared)
    for module in list(reduced.modules()):
        for name, child in module.named_children():
            if type(child) is nn.Linear and child.weight.numel() >= fewest:
                setattr(module, name, Int8Linear(child))
            elif type(child) is SoftmaxOutput and child.weight.numel() >= fewest:
                setattr(module, name, Int8Output(child))
    return reduced
