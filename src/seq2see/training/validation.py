"""How good the model is right now, on pairs it does not learn from."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from seq2see.config import Config
from seq2see.data.batching import evaluation_batches, source_batches
from seq2see.data.prepared import Prepared
from seq2see.decoding.options import SearchOptions, length_ratio_of
from seq2see.decoding.search import search
from seq2see.evaluation.scores import bleu_tokenizer, measure
from seq2see.models.interface import Seq2seq
from seq2see.processes import ALONE, Group
from seq2see.tokenizer import Tokenizer
from seq2see.training.objective import Objective

NUM_SAMPLES = 3


@dataclass(frozen=True)
class Validation:
    """Figures of one validation."""

    loss: float
    """Mean negative log-likelihood of a target token, in nats, without label smoothing."""
    bleu: float | None
    """Of greedy translations of the first validation pairs; None where none are translated."""
    samples: tuple[str, ...]
    """Translations of the first few sources."""
    exact_match: float | None = None
    """Share of these greedy translations that equal their reference, from 0 to 1."""

    @property
    def perplexity(self) -> float:
        """Exponential of the loss."""
        return math.exp(min(self.loss, 700.0))


@torch.inference_mode()
def forced_loss(objective: Objective, corpus: Prepared, budget: int, group: Group = ALONE) -> float:
    """Return the mean negative log-likelihood of a target token; processes share the batches."""
    total, tokens = 0.0, 0.0
    device = next(objective.parameters()).device
    for batch, _ in group.share(evaluation_batches(corpus, budget)):
        loss = objective(batch.to(device))
        total += float(loss.total)
        tokens += loss.num_tokens
    total, tokens = group.sum(total, tokens)
    return total / tokens


def translate_greedily(
    model: Seq2seq, corpus: Prepared, number: int, config: Config, target: Tokenizer,
    group: Group = ALONE,
) -> list[str]:  # fmt: skip
    """Translate the first sources of a corpus; processes share the batches."""
    first = corpus.source.head(number)
    translations: dict[int, str] = {}
    settings = config.tokenizer
    options = SearchOptions(
        beam_size=1,
        max_length=config.decode.max_length,
        length_ratio=length_ratio_of(settings.source.kind or settings.kind, target.kind),
    )
    budget = config.train.batch_tokens
    device = next(model.parameters()).device
    for source, rows in group.share(source_batches(first, budget)):
        for row, result in zip(rows, search(model, source.to(device), options), strict=True):
            translations[int(row)] = target.decode(list(result.hypotheses[0].ids))
    shares = group.gather(translations)
    return [text for _, text in sorted(pair for share in shares for pair in share.items())]


def validate(
    objective: Objective, corpus: Prepared, references: Sequence[str], config: Config,
    target: Tokenizer, group: Group = ALONE,
) -> Validation:  # fmt: skip
    """Measure loss and BLEU, all processes together; leaves the model in training mode.

    Raises:
        RunError: The model computes no numbers.
    """
    objective.eval()
    loss = forced_loss(objective, corpus, config.train.batch_tokens, group)
    number = min(config.train.validate_sentences, len(corpus))
    bleu: float | None = None
    exact_match: float | None = None
    translations: list[str] = []
    if number:
        translations = translate_greedily(objective.model, corpus, number, config, target, group)
        _, language = config.data.languages or (None, None)
        measured = measure(
            translations, references[:number], tokenize=bleu_tokenizer(language), with_ter=False
        )
        bleu, exact_match = measured.bleu.of(), measured.exact_match.of()
    objective.train()
    return Validation(loss, bleu, tuple(translations[:NUM_SAMPLES]), exact_match)
