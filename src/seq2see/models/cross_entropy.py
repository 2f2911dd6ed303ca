"""Cross-entropy of a linear layer over a large vocabulary, without the matrix of all logits.

The logits of a few hundred tokens at a time are turned into probabilities and those into gradients
in the same memory, while it is still in the processor's cache, and multiplied into the gradients of
features and weights at once. Memory is that of one such block instead of several matrices of
(tokens, vocabulary), and nothing is computed twice: the backward pass only scales. The idea is that
of Liger-Kernel (Hsu et al. 2024, arXiv 2410.10989, section 3.2).
"""

from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor

# Logits of one block; 8 MiB of them stay in a processor's cache.
BLOCK = 1 << 21


class LinearCrossEntropy(torch.autograd.Function):
    """Negative log-likelihood of targets, summed, under ``softmax(features @ weight.T + bias)``.

    With label smoothing ``e`` the target distribution is ``1 - e`` at the target plus ``e / vocab``
    everywhere (Szegedy et al. 2016, section 7), as in ``torch.nn.functional.cross_entropy``.
    """

    @staticmethod
    def forward(
        ctx: Any,
        features: Float[Tensor, "rows features_dim"],
        weight: Float[Tensor, "vocab features_dim"],
        bias: Float[Tensor, " vocab"],
        target: Int[Tensor, " rows"],
        label_smoothing: float,
    ) -> Float[Tensor, ""]:
        """Return the loss, and keep its gradients if any are wanted."""
        wanted = any(ctx.needs_input_grad)
        product = _product_dtype(features)
        rows, vocab = len(features), len(weight)
        weight_product = weight.to(product)
        # The mean of all logits is one product with the mean of all weights.
        mean_weight, mean_bias = weight.mean(0), bias.mean()
        loss = bias.new_zeros(())
        grads = (
            (torch.empty_like(features), torch.zeros_like(weight), torch.zeros_like(bias))
            if wanted
            else None
        )
        block = max(64, BLOCK // vocab)
        for start in range(0, rows, block):
            inputs = features[start : start + block].to(product)
            logits = torch.addmm(bias.to(product), inputs, weight_product.t()).to(bias.dtype)
            index = target[start : start + block].unsqueeze(1)
            highest = logits.amax(1, keepdim=True)
            at_target = logits.gather(1, index)
            mean = (features[start : start + block] @ mean_weight + mean_bias).unsqueeze(1)
            probs = logits.sub_(highest).exp_()
            total = probs.sum(1, keepdim=True)
            smoothed = (1 - label_smoothing) * at_target + label_smoothing * mean
            loss += (highest + total.log() - smoothed).sum()
            if grads is None:
                continue
            # d loss / d logits = probs - target distribution
            slope = probs.div_(total).sub_(label_smoothing / vocab)
            slope.scatter_add_(1, index, torch.full_like(total, label_smoothing - 1))
            grads[2].add_(slope.sum(0))
            slope = slope.to(product)
            grads[0][start : start + block] = slope @ weight_product
            if product == weight.dtype:
                grads[1].addmm_(slope.t(), inputs)
            else:
                grads[1].add_(slope.t() @ inputs)
        ctx.save_for_backward(*(grads or ()))
        return loss

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> tuple[Tensor | None, ...]:
        """Scale the gradients."""
        return (*(grad * slopes[0] for grad in ctx.saved_tensors), None, None)


def _product_dtype(features: Tensor) -> torch.dtype:
    """Type in which matrices are multiplied: that of autocast, where it is on."""
    device = features.device.type
    if torch.is_autocast_enabled(device):
        return torch.get_autocast_dtype(device)
    return features.dtype


def linear_cross_entropy(
    features: Float[Tensor, "rows features_dim"],
    weight: Float[Tensor, "vocab features_dim"],
    bias: Float[Tensor, " vocab"],
    target: Int[Tensor, " rows"],
    label_smoothing: float = 0.0,
) -> Float[Tensor, ""]:
    """Return the summed cross-entropy; see ``LinearCrossEntropy``."""
    loss: Tensor = LinearCrossEntropy.apply(  # type: ignore[no-untyped-call]
        features, weight, bias, target, label_smoothing
    )
    return loss
