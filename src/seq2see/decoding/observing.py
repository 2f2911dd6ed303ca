"""Looking inside: one watched pass over given targets, read off as labelled attention."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from itertools import pairwise
from os.path import commonprefix

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from seq2see.decoding.translation import Observed
from seq2see.models.interface import Seq2seq, Source
from seq2see.tokenizer import Tokenizer, Tokens
from seq2see.tokens import BOS_ID, EOS, EOS_ID, PAD_ID, UNK_ID
from seq2see.trace.matrix import AttentionMatrix, Axis

_SOURCE_ATTENTION = re.compile(r"(member\.\d+\.)?decoder\.(.+\.cross_)?attention\.weights")


class Observation:
    """The hypotheses of one source, said again by the model while its attention is watched.

    Nothing is computed before the first of them is asked for; then all are, in one pass.

    Args:
        model: The model, in evaluation mode.
        source: Makes the one sentence, so that tensors wait on no device for who may never ask.
        source_axis: Gives the labels of its tokens, ``</s>`` among them.
        targets: Ids of each hypothesis, and whether it is finished.
        target_tokenizer: Names the ids.
    """

    def __init__(
        self,
        model: Seq2seq,
        source: Callable[[], Source],
        source_axis: Callable[[], Axis],
        targets: Sequence[tuple[tuple[int, ...], bool]],
        target_tokenizer: Tokenizer,
    ) -> None:
        self._model = model
        self._source = source
        self._source_axis = source_axis
        self._targets = targets
        self._tokenizer = target_tokenizer

    def of(self, index: int) -> Callable[[], Observed]:
        """Return the function that observes one of the hypotheses."""
        return partial(self._observe, index)

    def _observe(self, index: int) -> Observed:
        attention, weights = self._watched
        ids, finished = self._targets[index]
        rows = len(ids) + finished
        matrix = None
        if attention is not None:
            axis = target_axis(self._tokenizer, ids, finished=finished)
            matrix = AttentionMatrix(attention[index, :rows], axis, self._source_axis())
        kept = {name: value[index, ..., :rows, :] for name, value in weights.items()}
        return Observed(matrix, kept)

    @cached_property
    def _watched(self) -> tuple[NDArray[np.floating] | None, Mapping[str, NDArray[np.floating]]]:
        watch = AttentionWatch()
        with torch.inference_mode():
            source = self._source()
            previous = previous_tokens([ids for ids, _ in self._targets], source.ids.device)
            encoded = self._model.encode(source)
            # Every hypothesis has the one sentence as its source.
            encoded = encoded.select(torch.zeros_like(previous[:, 0]))
            output = self._model.decode(previous, encoded, watch)
        attention = None if output.attention is None else output.attention.float().cpu().numpy()
        return attention, watch.weights()


class AttentionWatch:
    """An observer that keeps the decoder's attention to the source and changes nothing."""

    def __init__(self) -> None:
        self._calls: dict[str, list[Tensor]] = {}

    def __call__(self, name: str, value: Tensor, /) -> Tensor:
        """Keep a value, if it is one of those."""
        if _SOURCE_ATTENTION.fullmatch(name):
            self._calls.setdefault(name, []).append(value)
        return value

    def weights(self) -> dict[str, NDArray[np.floating]]:
        """Return what was kept; successive calls of a name continue its axis of steps."""
        return {
            name: torch.cat(calls, dim=-2).float().cpu().numpy()
            for name, calls in self._calls.items()
        }


@torch.inference_mode()
def target_log_probs(
    model: Seq2seq, source: Source, targets: Sequence[tuple[int, ...]]
) -> list[tuple[float, ...]]:
    """Return the log-probability of every token of each sentence's given target, and of its end."""
    previous = previous_tokens(targets, source.ids.device)
    output = model.decode(previous, model.encode(source))
    following = previous.roll(-1, dims=1)
    lengths = torch.tensor([len(target) for target in targets], device=source.ids.device)
    following[torch.arange(len(targets), device=source.ids.device), lengths] = EOS_ID
    log_probs = model.output.log_probs(output.features).gather(2, following.unsqueeze(2))
    return [
        tuple(row[: len(target) + 1])
        for row, target in zip(log_probs.squeeze(2).tolist(), targets, strict=True)
    ]


@torch.inference_mode()
def forced_attention(
    model: Seq2seq, source: Source, targets: Sequence[tuple[int, ...]]
) -> NDArray[np.floating]:
    """Return the attention of each sentence's given target, padded: ``(batch, tgt_len, src_len)``.

    Raises:
        ValueError: The model has no attention.
    """
    previous = previous_tokens(targets, source.ids.device)
    # Watched, so that no fused path leaves attention out.
    output = model.decode(previous, model.encode(source), lambda _, value: value)
    if output.attention is None:
        raise ValueError("This model has no attention.")
    attention: NDArray[np.floating] = output.attention.float().cpu().numpy()
    return attention


def source_of(sentences: Sequence[Sequence[int]], device: torch.device) -> Source:
    """Return sentences as a model reads them: each closed by ``</s>``, then padded."""
    ids = [torch.tensor([*sentence, EOS_ID]) for sentence in sentences]
    padded = pad_sequence(ids, batch_first=True, padding_value=PAD_ID).to(device)
    return Source(padded, padded != PAD_ID)


def previous_tokens(targets: Sequence[tuple[int, ...]], device: torch.device) -> Tensor:
    """Return what the decoder reads while it says the targets: ``<s>``, then all their tokens."""
    width = max(map(len, targets))
    rows = [[BOS_ID, *ids, *[PAD_ID] * (width - len(ids))] for ids in targets]
    return torch.tensor(rows, device=device)


def source_axis(tokens: Tokens, text: str) -> Axis:
    """Return the labels of a tokenised source followed by ``</s>``."""
    return Axis((*tokens.tokens, EOS), (*tokens.words, None), tuple(text.split()))


def target_axis(
    tokenizer: Tokenizer,
    ids: Sequence[int],
    *,
    finished: bool,
    unknown: Sequence[str | None] = (),
) -> Axis:
    """Return the labels of a target, followed by ``</s>`` if it is finished.

    Which word a token belongs to shows in the text that it adds: a model may split a text otherwise
    than the tokenizer would. Unknown tokens are labelled by what ``unknown`` has in their place.
    """
    texts = _beginnings(tokenizer, ids, unknown)
    words: list[int | None] = []
    for before, after in pairwise(texts):
        shared = len(commonprefix((before, after)))  # noqa: RUF071 - of characters, as meant
        added = after[shared:]
        start = shared + len(added) - len(added.lstrip())
        words.append(len(after[: start + 1].split()) - 1 if added.strip() else None)
    end = [EOS] if finished else []
    labels = tokenizer.labels(ids)
    if unknown:
        given = iter(unknown)
        replaced = (next(given) if i == UNK_ID else None for i in ids)
        labels = tuple(
            label if word is None else word.strip()
            for word, label in zip(replaced, labels, strict=True)
        )
    return Axis((*labels, *end), (*words, *[None] * len(end)), tuple(texts[-1].split()))


def _beginnings(
    tokenizer: Tokenizer, ids: Sequence[int], unknown: Sequence[str | None]
) -> list[str]:
    """The text of the first tokens: of none, of one, and so on up to all."""
    parts = [ids[:end] for end in range(len(ids) + 1)]
    if not unknown:
        return tokenizer.decode_batch(parts)
    return [tokenizer.decode(part, unknown=unknown[: part.count(UNK_ID)]) for part in parts]
