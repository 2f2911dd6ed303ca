"""Recording: one watched pass over the hypotheses of a sentence, read off as traces."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seq2see.decoding.observing import previous_tokens, target_axis
from seq2see.decoding.tree import SearchTree
from seq2see.models.interface import Seq2seq, Source
from seq2see.tokenizer import Tokenizer
from seq2see.tokens import EOS_ID
from seq2see.trace.names import meaning
from seq2see.trace.record import Beam, Choice, ModelInfo, Side, Step, Trace, Values
from seq2see.trace.summaries import summaries

NUM_TOP = 10
"""Tokens recorded of each step's distribution."""


class Recorder:
    """An observer that keeps everything and changes nothing."""

    def __init__(self) -> None:
        self._calls: dict[str, list[Tensor]] = {}

    def __call__(self, name: str, value: Tensor, /) -> Tensor:
        """Keep a value."""
        self._calls.setdefault(name, []).append(value)
        return value

    def take(self, name: str) -> Tensor | None:
        """Return a value that was passed on once, and forget it; None if it was not."""
        calls = self._calls.pop(name, None)
        return None if calls is None else calls[0]

    def join(self) -> "Recorder":
        """Put together what was passed on; nothing more is recorded after that."""
        _ = self._joined
        return self

    def rows(self, row: int, num_steps: int | None = None) -> dict[str, NDArray[np.floating]]:
        """Return every value of one row of the batch, its axes as ``trace.names`` has them.

        Args:
            row: Which one.
            num_steps: Real steps of that row; None: all.
        """
        return {name: _trimmed(name, value[row], num_steps) for name, value in self._joined.items()}

    @cached_property
    def _joined(self) -> dict[str, NDArray[np.floating]]:
        """Successive calls of a name as one value; a layer that reads backwards began at the end.

        They are joined and moved once, since thousands of small calls would cost more than the
        model itself; and then let go, so that nothing stays on the device.
        """
        joined = {}
        for name in list(self._calls):
            calls = self._calls.pop(name)
            steps = 2 if "head" in meaning(name).axes else 1
            ordered = calls[::-1] if ".backward." in name else calls
            value = ordered[0] if len(ordered) == 1 else torch.cat(ordered, dim=steps)
            joined[name] = value.float().cpu().numpy()
        return joined


def _trimmed(name: str, value: NDArray[np.floating], num_steps: int | None) -> NDArray[np.floating]:
    axes = meaning(name).axes
    if len(axes) < value.ndim:  # an axis of one step, for what there is only one of
        value = value[0]
    if num_steps is not None:
        value = value[
            tuple(slice(num_steps if axis in ("target", "previous") else None) for axis in axes)
        ]
    return value


@dataclass(frozen=True, eq=False)
class Spoken:
    """A hypothesis whose trace may be asked for."""

    text: str
    ids: tuple[int, ...]
    """Without ``<s>`` and ``</s>``."""
    finished: bool
    score: float
    column: int | None
    """See ``FoundHypothesis.column``."""


@dataclass(frozen=True, eq=False)
class Pass:
    """What was seen while the model said all hypotheses of a sentence."""

    encoder: dict[str, NDArray[np.floating]]
    decoder: Recorder
    chosen: NDArray[np.floating]
    """Log-probability of every chosen token, ``(hypotheses, steps)``."""
    chosen_logits: NDArray[np.floating] | None
    rank: NDArray[np.integer]
    top_ids: NDArray[np.integer]
    """``(hypotheses, steps, top)``."""
    top_log_probs: NDArray[np.floating]
    top_logits: NDArray[np.floating] | None
    chosen_generated: NDArray[np.floating] | None
    """See ``Choice.generated``."""
    top_generated: NDArray[np.floating] | None


class Recording:
    """The hypotheses of one source, to be said again by the model while everything is recorded.

    Nothing is computed before the first trace is asked for; then one pass serves them all.

    Args:
        model: The model, in evaluation mode.
        info: Gives what to say of it; refuses, if it is none that can be recorded.
        source: Makes the one sentence.
        side: Gives the source as the record shows it.
        hypotheses: The hypotheses.
        tree: What the search considered; None where nothing was searched.
        search: Tells how it was searched; see ``Beam.search``.
        target_tokenizer: Names ids.
        language: Code of the target language, where known.
    """

    def __init__(
        self,
        model: Seq2seq,
        info: Callable[[], ModelInfo],
        source: Callable[[], Source],
        side: Callable[[], Side],
        hypotheses: Sequence[Spoken],
        tree: SearchTree | None,
        search: Callable[[], Mapping[str, Any]],
        target_tokenizer: Tokenizer,
        language: str | None,
    ) -> None:
        self._model = model
        self._info = info
        self._source = source
        self._side = side
        self._hypotheses = hypotheses
        self._tree = tree
        self._search = search
        self._tokenizer = target_tokenizer
        self._language = language

    def of(self, index: int) -> Callable[[], Trace]:
        """Return the function that makes the trace of one of the hypotheses."""
        return partial(self._trace, index)

    def _trace(self, index: int) -> Trace:
        info, spoken = self._info(), self._hypotheses[index]
        ids = (*spoken.ids, EOS_ID) if spoken.finished else spoken.ids
        axis = target_axis(self._tokenizer, spoken.ids, finished=spoken.finished)
        values = self._pass.encoder | self._pass.decoder.rows(index, len(ids))
        values |= summaries(values)
        steps = tuple(self._step(index, step, token) for step, token in enumerate(ids))
        return Trace(
            model=info,
            source=self._side(),
            target=Side(spoken.text, ids, axis, self._language),
            score=spoken.score,
            log_prob=float(sum(step.chosen.log_prob for step in steps)),
            finished=spoken.finished,
            tensors={name: Values(meaning(name).axes, value) for name, value in values.items()},
            steps=steps,
            beam=self._beam(len(ids) - 1, spoken.column),
        )

    @cached_property
    def _pass(self) -> Pass:
        encoder, decoder = Recorder(), Recorder()
        with torch.inference_mode():
            source = self._source()
            ids = [spoken.ids for spoken in self._hypotheses]
            previous = previous_tokens(ids, source.ids.device)
            encoded = self._model.encode(source, encoder)
            # Every hypothesis has the one sentence as its source.
            encoded = encoded.select(torch.zeros_like(previous[:, 0]))
            output = self._model.decode(previous, encoded, decoder)
            log_probs = self._model.output.log_probs(output.features, watch=decoder)
            chosen = previous.roll(-1, dims=1)
            for row, spoken in enumerate(self._hypotheses):
                chosen[row, len(spoken.ids)] = EOS_ID
            chosen = chosen.unsqueeze(2)
            logits = decoder.take("output.logits")
            copies = decoder.take("output.copied") is not None
            generated = logits.log_softmax(-1) if copies and logits is not None else None
            chosen_log_probs = log_probs.gather(2, chosen)
            rank = (log_probs > chosen_log_probs).sum(2) + 1
            top, top_ids = log_probs.topk(min(NUM_TOP, log_probs.shape[-1]))
            return Pass(
                encoder=encoder.rows(0),
                decoder=decoder.join(),
                chosen=chosen_log_probs.squeeze(2).cpu().numpy(),
                chosen_logits=_gathered(logits, chosen, squeeze=True),
                rank=rank.cpu().numpy(),
                top_ids=top_ids.cpu().numpy(),
                top_log_probs=top.cpu().numpy(),
                top_logits=_gathered(logits, top_ids),
                chosen_generated=_gathered(generated, chosen, squeeze=True),
                top_generated=_gathered(generated, top_ids),
            )

    def _step(self, index: int, step: int, token: int) -> Step:
        seen = self._pass
        ids = seen.top_ids[index, step].tolist()
        logs = seen.top_log_probs[index, step].tolist()
        labels = self._tokenizer.labels([*ids, token])
        own = (_at(values, index, step) for values in (seen.chosen_logits, seen.chosen_generated))
        others = (
            [None] * len(ids) if values is None else values[index, step].tolist()
            for values in (seen.top_logits, seen.top_generated)
        )
        return Step(
            chosen=Choice(token, labels[-1], float(seen.chosen[index, step]), *own),
            rank=int(seen.rank[index, step]),
            top=tuple(
                Choice(*choice) for choice in zip(ids, labels[:-1], logs, *others, strict=True)
            ),
        )

    def _beam(self, last: int, column: int | None) -> Beam | None:
        tree = self._tree
        if tree is None or column is None:
            return None
        known = sorted(set(tree.tokens[tree.tokens >= 0].tolist()))
        return Beam(
            tokens=tree.tokens,
            parents=tree.parents,
            token_log_probs=tree.token_log_probs,
            log_probs=tree.log_probs,
            scores=tree.scores,
            status=tree.status,
            labels=dict(zip(known, self._tokenizer.labels(known), strict=True)),
            path=tree.columns(last, column),
            search=self._search(),
        )


def _at(values: NDArray[np.floating] | None, index: int, step: int) -> float | None:
    return None if values is None else float(values[index, step])


def _gathered(
    values: Tensor | None, index: Tensor, *, squeeze: bool = False
) -> NDArray[np.floating] | None:
    if values is None:
        return None
    taken = values.gather(2, index)
    return (taken.squeeze(2) if squeeze else taken).cpu().numpy()
