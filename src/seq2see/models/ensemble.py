"""Several models that translate as one: at every step their probabilities are averaged.

``P(y | ...) = 1/n sum_m P_m(y | ...)``, the arithmetic mean (the linear opinion pool): a token that
one member is sure of stays probable, which the mean of logarithms would not let it. Ensembles of
models that differ in their first weights are as old as the lineage (Sutskever et al. 2014, section
3.6; Luong et al. 2015, section 4.1).

An ensemble is itself a ``Seq2seq``, so that search, forced decoding and scores know nothing of it.
It is never trained, and has no trace: what is worth seeing are its members.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self, cast

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from seq2see.errors import ConfigError
from seq2see.models.interface import (
    DecoderOutput,
    DecoderState,
    Encoded,
    NarrowOutput,
    Seq2seq,
    Source,
    StepOutput,
    Watch,
)
from seq2see.tokens import PAD_ID


@dataclass(frozen=True)
class EnsembleEncoded(Encoded):
    """A batch of sources as every member has read it; ``outputs`` are those of the first."""

    members: tuple[Encoded, ...]

    def select(self, sentences: Int[Tensor, " kept"]) -> Self:
        """Keep some sentences."""
        members = tuple(member.select(sentences) for member in self.members)
        return replace(self, outputs=members[0].outputs, mask=members[0].mask, members=members)


@dataclass(frozen=True)
class EnsembleState(DecoderState):
    """What every member remembers of each hypothesis."""

    members: tuple[DecoderState, ...]

    def select(self, hypotheses: Int[Tensor, " kept"]) -> Self:
        """Keep, repeat or reorder hypotheses."""
        return replace(self, members=tuple(member.select(hypotheses) for member in self.members))


class MeanOutput:
    """The output layer of an ensemble, whose features are log-probabilities already."""

    def log_probs(
        self,
        features: Float[Tensor, "*rows vocab"],
        watch: Watch | None = None,  # noqa: ARG002
    ) -> Float[Tensor, "*rows vocab"]:
        """Return them as they are; there are no logits to show."""
        return features

    def narrow(
        self,
        ids: Int[Tensor, " columns"],  # noqa: ARG002
        listed: Bool[Tensor, "sentences columns"],  # noqa: ARG002
    ) -> NarrowOutput:
        """Refuse a shortlist.

        Raises:
            ConfigError: Always: every member has normalised over the whole vocabulary by then.
        """
        raise ConfigError(
            "An ensemble averages probabilities of the whole vocabulary, so that a shortlist would "
            "save nothing; leave `shortlist` out, or load one run by itself."
        )

    def loss(
        self,
        features: Float[Tensor, "*rows vocab"],
        target: Int[Tensor, "*rows"],
        label_smoothing: float = 0.0,
    ) -> tuple[Float[Tensor, ""], int]:
        """Return the summed negative log-likelihood of the real target tokens, and their count."""
        loss = nn.functional.nll_loss(
            features.flatten(0, -2), target.flatten(), ignore_index=PAD_ID, reduction="sum"
        )
        real = target != PAD_ID
        if label_smoothing:
            spread = -features[real].mean(-1).sum()
            loss = (1 - label_smoothing) * loss + label_smoothing * spread
        return loss, int(real.sum())


class Ensemble(Seq2seq):
    """Models of the same vocabularies; see the module.

    Args:
        members: At least one.
    """

    def __init__(self, members: Sequence[Seq2seq]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)
        self.output = MeanOutput()

    def encode(self, source: Source, watch: Watch | None = None) -> EnsembleEncoded:
        """Read the sources, once for each member."""
        encoded = tuple(one.encode(source, seen) for one, seen in self._watched(watch))
        return EnsembleEncoded(encoded[0].outputs, encoded[0].mask, encoded)

    def start(self, encoded: Encoded, beam: int) -> EnsembleState:
        """Return the state before the first step."""
        members = zip(self._members, _of_members(encoded), strict=True)
        return EnsembleState(tuple(one.start(read, beam) for one, read in members))

    def step(
        self,
        previous: Int[Tensor, " rows"],
        encoded: Encoded,
        state: DecoderState,
        watch: Watch | None = None,
    ) -> StepOutput:
        """Let every member take a step after the same tokens."""
        states = cast("EnsembleState", state).members
        members = zip(self._watched(watch), _of_members(encoded), states, strict=True)
        outputs = [one.step(previous, read, own, seen) for (one, seen), read, own in members]
        return StepOutput(
            self._mean_log_probs(outputs),
            self._mean_attention(outputs),
            EnsembleState(tuple(output.state for output in outputs)),
        )

    def decode(
        self,
        previous: Int[Tensor, "batch tgt_len"],
        encoded: Encoded,
        watch: Watch | None = None,
    ) -> DecoderOutput:
        """Let every member take all steps."""
        members = zip(self._watched(watch), _of_members(encoded), strict=True)
        outputs = [one.decode(previous, read, seen) for (one, seen), read in members]
        return DecoderOutput(self._mean_log_probs(outputs), self._mean_attention(outputs))

    @property
    def has_attention(self) -> bool:
        """Whether any member attends to source positions; the mean is that of those who do."""
        return any(member.has_attention for member in self._members)

    @property
    def steps_in_turn(self) -> bool:
        """Whether ``decode`` takes the steps of any member one after the other."""
        return any(member.steps_in_turn for member in self._members)

    @property
    def _members(self) -> list[Seq2seq]:
        return [cast("Seq2seq", member) for member in self.members]

    def _watched(self, watch: Watch | None) -> Iterable[tuple[Seq2seq, Watch | None]]:
        """Each member, and who watches it: names are preceded by ``member.0.`` and so on."""
        for number, member in enumerate(self._members):
            yield member, None if watch is None else _WatchMember(watch, f"member.{number}.")

    def _mean_log_probs(
        self, outputs: Sequence[StepOutput | DecoderOutput]
    ) -> Float[Tensor, "*rows vocab"]:
        return log_mean_exp(
            torch.stack(
                [
                    member.output.log_probs(output.features)
                    for member, output in zip(self._members, outputs, strict=True)
                ]
            )
        )

    def _mean_attention(
        self, outputs: Sequence[StepOutput | DecoderOutput]
    ) -> Float[Tensor, "*rows src_len"] | None:
        """None, too, where a fused path of some member computed none."""
        given = [output.attention for output in outputs if output.attention is not None]
        if not given or len(given) < sum(member.has_attention for member in self._members):
            return None
        return torch.stack(given).mean(0)


@dataclass(frozen=True)
class _WatchMember:
    watch: Watch
    prefix: str

    def __call__(self, name: str, value: Tensor, /) -> Tensor:
        return self.watch(self.prefix + name, value)


def _of_members(encoded: Encoded) -> tuple[Encoded, ...]:
    return cast("EnsembleEncoded", encoded).members


def log_mean_exp(logs: Float[Tensor, "members *rows"]) -> Float[Tensor, "*rows"]:
    """Return ``log(mean(exp(logs)))`` over the first axis, and exactly ``logs`` of one member."""
    peak = logs.amax(0).clamp_(min=torch.finfo(logs.dtype).min)  # -inf - -inf is no number
    return (logs - peak).exp().mean(0).log() + peak
