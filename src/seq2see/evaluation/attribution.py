"""What each target token depends on, to stand beside what the model attended to.

Attention weights say where a model looked, not why it chose a word (Jain & Wallace 2019,
"Attention is not Explanation"; Wiegreffe & Pinter 2019, "Attention is not not Explanation"). Two
other measures of the same translation show how far to trust them: the gradient, and leaving tokens
out.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from seq2see.data.clean import clean_text, resolve
from seq2see.decoding.observing import source_axis, target_axis, target_log_probs
from seq2see.decoding.translation import Translation
from seq2see.decoding.translator import Translator
from seq2see.errors import UsageError
from seq2see.models.interface import Seq2seq, Source
from seq2see.tokens import BOS_ID, EOS_ID, PAD_ID
from seq2see.trace.matrix import Axis

BUDGET = 4096
"""Tokens, padding included, that are computed together."""

Values = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Attribution:
    """How much each target token depends on each source token.

    All arrays are ``(target, source)``: rows are target tokens, columns source tokens, both with
    ``</s>``.
    """

    gradient_x_input: Values
    """``d log p(y_t) / d e_i . e_i``, with ``e_i`` the embedding of source token ``i``: what its
    embedding adds to the log-probability, to first order. It has a sign."""
    occlusion: Values
    """``log p(y_t | x) - log p(y_t | x without token i)``: positive where the token helped."""
    attention: Values | None
    """Layers and heads averaged; None if the model has none."""
    target: Axis = field(repr=False)
    source: Axis = field(repr=False)

    @property
    def rows(self) -> tuple[str, ...]:
        """Labels of the target tokens."""
        return self.target.labels

    @property
    def columns(self) -> tuple[str, ...]:
        """Labels of the source tokens."""
        return self.source.labels


def attribute(translator: Translator, translation: Translation, index: int = 0) -> Attribution:
    """Attribute a hypothesis of a translation to its source.

    Args:
        translator: Made the translation.
        translation: The translation.
        index: Which of its hypotheses; 0 is the best.

    Raises:
        UsageError: The source or the hypothesis has no tokens.
    """
    hypothesis = translation.hypotheses[index]
    text = clean_text(translation.source, resolve(translator.config.data.clean))
    tokens = translator.source_tokenizer.encode(text)
    target = (*hypothesis.ids, *([EOS_ID] if hypothesis.finished else []))
    if not tokens.ids or not target:
        raise UsageError(
            f"There is nothing to attribute between `{translation.source}` and "
            f"`{hypothesis.text}`; both must have at least one token."
        )
    source = (*tokens.ids, EOS_ID)
    attention = hypothesis.attention
    return Attribution(
        gradient_x_input=gradient_x_input(translator.model, source, target),
        occlusion=occlusion(translator.model, source, target),
        attention=None if attention is None else attention.values,
        target=target_axis(
            translator.target_tokenizer, hypothesis.ids, finished=hypothesis.finished
        ),
        source=source_axis(tokens, text),
    )


def gradient_x_input(model: Seq2seq, source: Sequence[int], target: Sequence[int]) -> Values:
    """Multiply the gradient of each target token's log-probability by the source embeddings.

    The sentence is repeated once for each target token, so that one backward pass tells their
    gradients apart.

    Args:
        model: The model, in evaluation mode.
        source: What the encoder reads, ``</s>`` included.
        target: The tokens to explain, ``</s>`` among them if it is one.
    """
    with torch.inference_mode(False), torch.enable_grad():
        device = next(model.parameters()).device
        ids = torch.tensor([list(source)], device=device)
        wanted = torch.tensor(list(target), device=device)
        previous = torch.tensor([[BOS_ID, *target[:-1]]], device=device)
        at_once = max(1, BUDGET // max(len(source), len(target)))
        parts: list[Tensor] = []
        for steps in torch.arange(len(target), device=device).split(at_once):
            rows, last = torch.arange(len(steps), device=device), int(steps[-1])
            watch = _Leaf("encoder.embeddings")
            repeated = ids.expand(len(steps), -1)
            encoded = model.encode(Source(repeated, repeated != PAD_ID), watch)
            # Watched to its end: fused recurrent kernels cannot be differentiated on a GPU in
            # evaluation mode.
            given = previous[:, : last + 1].expand(len(steps), -1)
            features = model.decode(given, encoded, watch).features
            log_probs = model.output.log_probs(features[rows, steps])
            [gradient] = torch.autograd.grad(log_probs[rows, wanted[steps]].sum(), [watch.value])
            parts.append((gradient * watch.value).sum(-1).detach())
        values: Values = torch.cat(parts).cpu().numpy()
    return values


class _Leaf:
    """An observer that makes one value the start of differentiation."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.value = torch.empty(0)

    def __call__(self, name: str, value: Tensor, /) -> Tensor:
        if name != self._name:
            return value
        self.value = value.detach().requires_grad_()
        return self.value


def occlusion(model: Seq2seq, source: Sequence[int], target: Sequence[int]) -> Values:
    """Subtract the log-probability of each target token without each source token from that with.

    The token is deleted, so that those behind it move up, and the target is forced as it is.

    Args:
        model: The model, in evaluation mode.
        source: What the encoder reads, ``</s>`` included; at least two tokens.
        target: As in ``gradient_x_input``.
    """
    whole = list(source)
    variants = [whole, *(whole[:place] + whole[place + 1 :] for place in range(len(whole)))]
    device = next(model.parameters()).device
    # What is asked for is a target and its end; a target that has no end is asked for with one.
    said = tuple(target[:-1]) if target[-1] == EOS_ID else tuple(target)
    at_once = max(1, BUDGET // max(len(source), len(target) + 1))
    found: list[tuple[float, ...]] = []
    for start in range(0, len(variants), at_once):
        sentences = [torch.tensor(ids) for ids in variants[start : start + at_once]]
        ids = pad_sequence(sentences, batch_first=True, padding_value=PAD_ID).to(device)
        batch = Source(ids, ids != PAD_ID)
        found += target_log_probs(model, batch, [said] * len(sentences))
    log_probs: Values = np.array(found)[:, : len(target)]
    differences: Values = log_probs[:1].T - log_probs[1:].T
    return differences


def kendall_tau(first: Values, second: Values) -> float | None:
    """Return Kendall's tau-b, which corrects for ties; None where either has nothing but ties.

    Source: Kendall 1945, "The Treatment of Ties in Ranking Problems".
    """
    upper = np.triu_indices(len(first), k=1)
    one = np.sign(np.subtract.outer(first, first))[upper]
    other = np.sign(np.subtract.outer(second, second))[upper]
    untied = float((one != 0).sum()) * float((other != 0).sum())
    return float((one * other).sum()) / math.sqrt(untied) if untied else None


def row_taus(first: Values, second: Values) -> list[float]:
    """Return Kendall's tau-b between the rows of two matrices, without rows that have none.

    Raises:
        ValueError: The matrices have different shapes.
    """
    if first.shape != second.shape:
        raise ValueError(f"Shapes {first.shape} and {second.shape} cannot be compared row by row.")
    found = [kendall_tau(one, other) for one, other in zip(first, second, strict=True)]
    return [tau for tau in found if tau is not None]


def rank_agreement(first: Values, second: Values) -> float | None:
    """Return the mean over rows (target tokens) of Kendall's tau-b; None if no row has one."""
    taus = row_taus(first, second)
    return sum(taus) / len(taus) if taus else None
