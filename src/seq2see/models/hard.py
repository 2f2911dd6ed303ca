"""Hard attention: the context is the encoder state at one position, chosen by chance.

Source: Xu et al. 2015, section 4.1 (arXiv 1502.03044). In training the position is drawn from the
attention weights; in validation and translation it is the most probable one.
"""

from typing import Literal, NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional

from seq2see.models.blocks import BLOCK, sum_in_blocks
from seq2see.models.interface import Mixture, OutputLayer
from seq2see.models.unrolled.scopes import Scope, choose
from seq2see.tokens import EOS_ID, PAD_ID

HardTraining = Literal["reinforce", "marginal"]
DECAY = 0.9
"""Of the moving average, as in the paper."""


class Choices(NamedTuple):
    """What was chosen, as far as the chooser's own learning needs it."""

    log_probs: Float[Tensor, "rows steps"]
    """Of the chosen positions."""
    entropies: Float[Tensor, "rows steps"]
    """Of the distributions they were chosen from."""


class HardScope(nn.Module):
    """One position at each step, and what teaches the model to choose it.

    Trained by ``reinforce``, the score of a chosen position is raised where the target token became
    more probable than on average: the gradient of ``log a_c`` times ``log P(y) - b``, where ``b``
    is a moving average of ``log P(y)``; the entropy of ``a`` is rewarded too. Trained by
    ``marginal``, nothing is drawn and the probability is exact, ``P(y) = sum_i a_i P(y | i)``, at
    the cost of an output layer for every source position.

    Differs from the paper: ``log P`` is that of a single token, from which later ones are told
    apart. Where contexts reach later states, a choice answers for the tokens that follow too. No
    step takes the mean of all states in place of a choice.

    Args:
        training: How the choice is learnt.
        entropy: Weight of the entropy; it keeps the model trying.
        answers_onward: Whether contexts reach later states.
    """

    baseline: Float[Tensor, ""]
    """The moving average; the only thing in a model that training changes and no gradient does."""

    def __init__(self, training: HardTraining, entropy: float, *, answers_onward: bool) -> None:
        super().__init__()
        self.by_marginal = training == "marginal"
        self.entropy = entropy
        self.answers_onward = answers_onward
        self.register_buffer("baseline", torch.zeros(()))

    @property
    def samples(self) -> bool:
        """Whether positions are drawn, so that a decoding leaves penalties."""
        return self.training and not self.by_marginal

    def choose(self, weights: Float[Tensor, "rows steps src_len"]) -> Int[Tensor, "rows steps"]:
        """Return a position for each step."""
        chosen = choose(weights.detach().flatten(0, 1), samples=self.samples)
        return chosen.view(weights.shape[:2])

    def unrolled(self) -> tuple[Scope, dict[str, Tensor]]:
        """Return what a loop over steps needs; see ``unrolled.scopes``."""
        return Scope("hard", samples=self.samples), {}

    def penalties(
        self,
        choices: Choices,
        log_probs: Float[Tensor, "batch tgt_len"],
        real: Bool[Tensor, "batch tgt_len"],
    ) -> dict[str, Float[Tensor, ""]]:
        """Return what is minimised besides the loss of the chosen contexts, and go on averaging.

        ``reinforce`` has the gradient of Xu et al. 2015, eq. 12, and the value 0: it is no part of
        what is measured.

        Args:
            choices: What was chosen.
            log_probs: Of the target tokens, given the choices.
            real: Whether there is a target token.
        """
        gain = ((log_probs - self.baseline) * real).detach()
        if self.answers_onward:
            gain = gain.flip(1).cumsum(1).flip(1)
        surrogate = -(gain * choices.log_probs)[real].sum()
        with torch.no_grad():
            self.baseline.lerp_(log_probs[real].mean().to(self.baseline), 1 - DECAY)
        return {
            "reinforce": surrogate - surrogate.detach(),
            "entropy": -self.entropy * choices.entropies[real].sum(),
        }


def targets_of(previous: Int[Tensor, "batch tgt_len"]) -> Int[Tensor, "batch tgt_len"]:
    """Return the tokens that follow the given ones, ``</s>`` after the last."""
    following = functional.pad(previous[:, 1:], (0, 1), value=PAD_ID)
    last = (previous != PAD_ID).sum(1, keepdim=True) - 1
    return following.scatter(1, last, EOS_ID)


def log_probs_of(
    output: OutputLayer,
    features: Float[Tensor, "batch tgt_len features_dim"],
    target: Int[Tensor, "batch tgt_len"],
) -> Float[Tensor, "batch tgt_len"]:
    """Return the log-probabilities of the targets, some rows at a time, without gradients."""
    with torch.no_grad():
        rows, ids = features.flatten(0, 1), target.flatten().unsqueeze(1)
        vocab = output.log_probs(rows[:1]).shape[-1]
        parts = zip(*(part.split(max(1, BLOCK // vocab)) for part in (rows, ids)), strict=True)
        found = [output.log_probs(part).gather(1, index) for part, index in parts]
        return torch.cat(found).view(target.shape)


def log_of(weights: Float[Tensor, "*rows src_len"]) -> Float[Tensor, "*rows src_len"]:
    """Return logarithms that are finite, and without gradient, where weights are 0."""
    return weights.clamp(min=torch.finfo(weights.dtype).tiny).log()


def mixture_loss(
    output: OutputLayer,
    mixture: Mixture,
    target: Int[Tensor, "batch tgt_len"],
    label_smoothing: float = 0.0,
) -> tuple[Float[Tensor, ""], int]:
    """Return the summed negative log-likelihood of the targets, and their count.

    The probability of a token is ``sum_i a_i P(y | i)``.
    """

    def part(features: Tensor, log_weights: Tensor, ids: Tensor) -> Tensor:
        log_probs = output.log_probs(features) + log_weights.unsqueeze(-1)
        log_probs = log_probs.logsumexp(1)
        at_target = log_probs.gather(1, ids.unsqueeze(1)).sum()
        smooth = log_probs.mean(1).sum() if label_smoothing else 0.0
        return -(1 - label_smoothing) * at_target - label_smoothing * smooth

    rows = (target != PAD_ID).flatten().nonzero().squeeze(1)
    features, log_weights = mixture.features.flatten(0, 1), mixture.log_weights.flatten(0, 1)
    ids = target.flatten()
    vocab = output.log_probs(features[:1, 0].detach()).shape[-1]
    width = vocab * features.shape[1]
    return sum_in_blocks(part, (features, log_weights, ids), rows, width), len(rows)
