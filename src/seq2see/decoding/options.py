"""What a search may do: options, and the rules that follow from them for each sentence."""

from dataclasses import asdict, dataclass
from typing import Any, Self

import torch
from jaxtyping import Float, Int
from torch import Tensor

from seq2see.config import TokenizerKind
from seq2see.decoding.sampling import Sampling
from seq2see.errors import ConfigError
from seq2see.models.interface import Source
from seq2see.tokens import BOS_ID, EOS_ID, PAD_ID, UNK_ID


def length_ratio_of(source: TokenizerKind, target: TokenizerKind) -> int:
    """Most target tokens for each source token: many where only the target is in characters."""
    return 15 if target == "char" and source != "char" else 3


@dataclass(frozen=True, kw_only=True)
class SearchOptions:
    """How to search. The defaults are the plainest search; a run's own stand in its configuration.

    Raises:
        ConfigError: A value is out of range or does not fit the others.
    """

    max_length: int
    """Most target tokens, ``</s>`` not counted; and never more than 20 plus ``length_ratio`` times
    the source's tokens (unless ``min_length`` or the prefix is longer)."""
    length_ratio: int = 3
    """See ``max_length`` and ``length_ratio_of``."""
    min_length: int = 0
    """Fewest target tokens, ``</s>`` not counted."""
    beam_size: int = 1
    """Hypotheses kept at each step; 1: greedy. Without meaning for sampling."""
    num_best: int = 1
    """Hypotheses returned: the best ones, or so many samples."""
    length_penalty: float = 0.0
    """Alpha of the length penalty; see ``penalties``."""
    coverage_penalty: float = 0.0
    """Beta of the coverage penalty; needs a model with attention."""
    prefix: tuple[tuple[int, ...], ...] | None = None
    """Ids that each sentence's hypotheses must begin with (possibly none), one entry for each."""
    sampling: Sampling | None = None
    """Draw at random instead of searching for the most probable."""
    allow_unknown: bool = True
    """Whether ``<unk>`` may be generated."""

    def __post_init__(self) -> None:
        least = {"max_length": 1, "length_ratio": 1, "beam_size": 1, "num_best": 1}
        for name in (*least, "min_length", "length_penalty", "coverage_penalty"):
            if not getattr(self, name) >= least.get(name, 0):
                raise ConfigError(
                    f"`{name}` must be at least {least.get(name, 0)}, but is {getattr(self, name)}."
                )
        if self.min_length > self.max_length:
            raise ConfigError(
                f"`min_length` is {self.min_length}, above `max_length`, which is "
                f"{self.max_length}; lower one or raise the other."
            )
        if self.sampling is None and self.num_best > self.beam_size:
            raise ConfigError(
                f"`num_best` is {self.num_best}, but a beam of {self.beam_size} holds no more than "
                f"{self.beam_size}; raise `beam_size`."
            )
        for number, prefix in enumerate(self.prefix or (), start=1):
            if len(prefix) > self.max_length:
                raise ConfigError(
                    f"The prefix of sentence {number} has {len(prefix)} tokens, more than "
                    f"`max_length={self.max_length}` allows; shorten it or raise `max_length`."
                )
            if {PAD_ID, BOS_ID, EOS_ID} & set(prefix):
                raise ConfigError(
                    f"The prefix of sentence {number} contains <pad>, <s> or </s>, which cannot "
                    "be forced; give ordinary tokens only."
                )

    def limit(self, source_length: int, prefix_length: int = 0) -> int:
        """Return the most tokens of a sentence's hypotheses; see ``max_length``.

        Args:
            source_length: Tokens of the source, ``</s>`` counted.
            prefix_length: Tokens that the hypotheses must begin with.
        """
        reach = 20 + self.length_ratio * source_length
        return min(self.max_length, max(reach, self.min_length, prefix_length))

    def recorded(self, sentence: int) -> dict[str, Any]:
        """Return what a trace says of the search for one of the sentences, as plain values."""
        given = {name: value for name, value in asdict(self).items() if value is not None}
        if self.prefix is not None:
            given["prefix"] = list(self.prefix[sentence])
        return given

    @property
    def rows(self) -> int:
        """Hypotheses of each sentence that are worked on at a time."""
        return self.beam_size if self.sampling is None else self.num_best

    @property
    def considered(self) -> int:
        """Candidates recorded at each step: the kept ones, and in a beam as many runners-up."""
        return 2 * self.beam_size if self.sampling is None else self.num_best


@dataclass(frozen=True)
class Rules:
    """What each sentence's hypotheses must obey."""

    limit: Int[Tensor, " sentences"]
    """Most tokens, ``</s>`` not counted."""
    prefix: Int[Tensor, "sentences prefix_len"]
    """Forced tokens; -1 where free."""
    never: tuple[int, ...]
    """Ids that are never generated."""
    min_length: int

    @classmethod
    def of(cls, source: Source, options: SearchOptions) -> Self:
        """Work out the rules of a batch.

        Raises:
            ConfigError: There is not one prefix for each sentence.
        """
        lengths = source.mask.sum(1).tolist()
        prefixes = options.prefix if options.prefix is not None else ((),) * len(lengths)
        if len(prefixes) != len(lengths):
            raise ConfigError(
                f"There are {len(prefixes)} prefixes for {len(lengths)} sentences; give one for "
                "each, `()` where there is none."
            )
        limits = [
            options.limit(length, len(prefix))
            for length, prefix in zip(lengths, prefixes, strict=True)
        ]
        width = max(map(len, prefixes), default=0)
        padded = [[*prefix, *[-1] * (width - len(prefix))] for prefix in prefixes]
        device = source.ids.device
        return cls(
            limit=torch.tensor(limits, dtype=torch.long, device=device),
            prefix=torch.tensor(padded, dtype=torch.long, device=device).view(len(prefixes), width),
            never=(PAD_ID, BOS_ID) if options.allow_unknown else (PAD_ID, BOS_ID, UNK_ID),
            min_length=options.min_length,
        )

    def banned(self, step: int) -> tuple[int, ...]:
        """Return the special tokens that no hypothesis may have at a step."""
        return (*self.never, EOS_ID) if step < self.min_length else self.never

    def forces(self, step: int) -> bool:
        """Whether a prefix says what some hypothesis must have at a step."""
        return step < self.prefix.shape[1]

    def apply(
        self,
        log_probs: Float[Tensor, "active rows vocab"],
        sentences: Int[Tensor, " active"],
        step: int,
    ) -> Float[Tensor, "active rows vocab"]:
        """Return log-probabilities with ``-inf`` at whatever must not come next.

        What remains is not renormalised: a hypothesis's log-probability is the model's own.
        """
        allowed = log_probs.clone()  # the model may go on using its own
        allowed[..., list(self.banned(step))] = -torch.inf
        if self.forces(step):
            forced = self.prefix[sentences, step]
            bound = (forced >= 0).nonzero().squeeze(1)
            index = forced[bound].view(-1, 1, 1).expand(-1, log_probs.shape[1], 1)
            chosen = log_probs[bound].gather(2, index)
            allowed[bound] = torch.full_like(allowed[bound], -torch.inf).scatter(2, index, chosen)
        return allowed
