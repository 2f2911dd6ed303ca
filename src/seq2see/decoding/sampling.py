"""Drawing translations at random instead of searching for the most probable one.

Random numbers are a function of the seed and the source sentence: whatever else is in the batch,
the same sentence gets the same samples. Torch's global generator is neither read nor moved.
"""

import hashlib
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from seq2see.errors import ConfigError
from seq2see.models.interface import Source


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """From which distribution tokens are drawn."""

    temperature: float = 1.0
    """Log-probabilities are divided by this: below 1 sharper, above 1 flatter."""
    top_k: int = 0
    """Draw among so many most probable tokens; 0: among all."""
    top_p: float = 1.0
    """Draw among the fewest most probable tokens that together have at least this probability
    (Holtzman et al. 2020, nucleus sampling); applied after ``top_k``."""
    seed: int = 1
    """Seed of the draws."""

    def __post_init__(self) -> None:
        if not self.temperature > 0:
            raise ConfigError(
                f"`temperature` must be above 0, but is {self.temperature}; "
                "use `beam_size=1` without sampling for the most probable token."
            )
        if self.top_k < 0:
            raise ConfigError(
                f"`top_k` must be 0 (all tokens) or a number of tokens, but is {self.top_k}."
            )
        if not 0 < self.top_p <= 1:
            raise ConfigError(f"`top_p` must be above 0 and at most 1, but is {self.top_p}.")


def draws(
    source: Source, seed: int, steps: Int[Tensor, " sentences"], samples: int
) -> Float[Tensor, "sentences max_steps samples"]:
    """Return uniform numbers in [0, 1): all that a batch needs, from each sentence's own generator.

    Args:
        source: The sentences.
        seed: Seed of the caller.
        steps: How many steps each sentence may take.
        samples: Samples of each sentence.
    """
    uniforms = torch.zeros(len(steps), int(steps.max()), samples)
    for sentence, count in enumerate(steps.tolist()):
        ids = source.ids[sentence][source.mask[sentence]].tolist()
        digest = hashlib.blake2b(f"{seed}:{ids}".encode(), digest_size=8).digest()
        generator = torch.Generator().manual_seed(int.from_bytes(digest) >> 1)
        uniforms[sentence, :count] = torch.rand(count, samples, generator=generator)
    return uniforms.to(source.ids.device)


def draw(
    log_probs: Float[Tensor, "*rows vocab"], uniforms: Float[Tensor, "*rows"], sampling: Sampling
) -> Int[Tensor, "*rows"]:
    """Draw one token for each row by inverting the cumulative distribution.

    Args:
        log_probs: Log-probabilities, ``-inf`` at tokens that must not be drawn.
        uniforms: One uniform number in [0, 1) for each row.
        sampling: The distribution to draw from.
    """
    ordered, tokens = log_probs.sort(dim=-1, descending=True, stable=True)
    if sampling.top_k:
        ordered, tokens = ordered[..., : sampling.top_k], tokens[..., : sampling.top_k]
    probs = (ordered / sampling.temperature).softmax(-1).nan_to_num(0.0)
    mass_before = probs.cumsum(-1) - probs
    probs = torch.where(mass_before < sampling.top_p, probs, 0.0)
    cumulative = probs.cumsum(-1)
    threshold = uniforms.to(probs.dtype).unsqueeze(-1) * cumulative[..., -1:]
    # Rounding may carry the threshold to the total: then the last possible token is meant.
    last = (probs > 0).sum(-1, keepdim=True) - 1
    index = torch.searchsorted(cumulative, threshold, right=True).minimum(last).clamp(min=0)
    return tokens.gather(-1, index).squeeze(-1)
