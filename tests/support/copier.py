"""A model that copies its source, word for word, and whose attention is known beforehand."""

from typing import Any

import torch
from torch import Tensor

from seq2see import config as configuration
from seq2see.decoding.translator import Translator
from seq2see.models.interface import (
    DecoderOutput,
    DecoderState,
    Encoded,
    NarrowOutput,
    Seq2seq,
    Source,
    StepOutput,
    Watch,
    observe,
    repeat_rows,
)
from seq2see.tokenizer import Tokenizer

RIGHT = 0.75  # probability of the token that the copier wants
TEXTS = ["a b c d", "b a", "c d a b c", "D d"]


class Place(DecoderState):
    """How many tokens are written."""

    def __init__(self, steps: Tensor) -> None:
        object.__setattr__(self, "steps", steps)

    def select(self, hypotheses: Tensor) -> "Place":
        return Place(self.steps[hypotheses])  # type: ignore[attr-defined]


class Copying:
    """An output layer whose features are the wanted ids."""

    def __init__(self, vocab: int) -> None:
        self.vocab = vocab

    def log_probs(self, features: Tensor, watch: Watch | None = None) -> Tensor:
        wanted = torch.nn.functional.one_hot(features[..., 0].long(), self.vocab)
        rest = (1 - RIGHT) / (self.vocab - 1)
        return (wanted * RIGHT + (1 - wanted) * rest).log()

    def narrow(self, ids: Tensor, listed: Tensor) -> NarrowOutput:
        raise NotImplementedError

    def loss(
        self, features: Tensor, target: Tensor, label_smoothing: float = 0.0
    ) -> tuple[Tensor, int]:
        raise NotImplementedError


class Copier(Seq2seq):
    """Writes the source. Each head looks so many places beside the token that is written."""

    def __init__(self, vocab: int, layers: tuple[tuple[int, ...], ...]) -> None:
        super().__init__()
        self.nothing = torch.nn.Parameter(torch.zeros(1))
        self.output = Copying(vocab)
        self.layers = layers

    def encode(self, source: Source, watch: Watch | None = None) -> Encoded:
        return Encoded(source.ids.float().unsqueeze(2), source.mask)

    def start(self, encoded: Encoded, beam: int) -> DecoderState:
        return Place(torch.zeros(len(encoded.mask) * beam, dtype=torch.long))

    def step(
        self,
        previous: Tensor,
        encoded: Encoded,
        state: DecoderState,
        watch: Watch | None = None,
    ) -> StepOutput:
        steps: Tensor = state.steps  # type: ignore[attr-defined]
        ids = repeat_rows(encoded.outputs, len(steps) // len(encoded.mask))
        last = ids.shape[1] - 1
        rows = torch.arange(len(steps))
        attention: list[Tensor] = []
        for index, beside in enumerate(self.layers):
            places = torch.stack([(steps + one).clamp(0, last) for one in beside], dim=1)
            weights = torch.nn.functional.one_hot(places.unsqueeze(2), last + 1).float()
            name = f"decoder.layers.{index}.cross_attention.weights"
            attention.append(observe(watch, name, weights).mean(1).squeeze(1))
        mean = torch.stack(attention).mean(0)
        return StepOutput(ids[rows, steps.clamp(max=last)], mean, Place(steps + 1))

    def decode(
        self, previous: Tensor, encoded: Encoded, watch: Watch | None = None
    ) -> DecoderOutput:
        state = self.start(encoded, 1)
        features, attention = [], []
        for step in range(previous.shape[1]):
            output = self.step(previous[:, step], encoded, state, watch)
            assert output.attention is not None
            assert isinstance(output.features, Tensor)
            features.append(output.features)
            attention.append(output.attention)
            state = output.state
        return DecoderOutput(torch.stack(features, 1), torch.stack(attention, 1))

    @property
    def has_attention(self) -> bool:
        return True


def copier(
    *, layers: tuple[tuple[int, ...], ...] = ((0,),), kind: str = "word", **settings: Any
) -> Translator:
    """A translator that copies; ``data__clean=("lower",)`` sets ``data.clean``."""
    tokenizer = Tokenizer.train(TEXTS, kind=kind, vocab_size=20)  # type: ignore[arg-type]
    given = {"decode.beam_size": 2, **{k.replace("__", "."): v for k, v in settings.items()}}
    config = configuration.resolve(arch="luong2015", size="tiny", settings=given)
    return Translator(Copier(len(tokenizer), layers), tokenizer, tokenizer, config)
