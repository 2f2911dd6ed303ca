"""The search tree: everything a search considered, kept in rectangular arrays.

Each step of a search considers some *candidates* for each sentence: hypotheses longer by one
token. They stand in columns, best first. A candidate's parent is a column of the step before.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int, UInt8
from numpy.typing import NDArray
from torch import Tensor

from seq2see.decoding.candidates import Candidates, Status


@dataclass(frozen=True, eq=False)
class SearchTree:
    """What the search for one sentence considered; every array is ``(steps, considered)``."""

    tokens: NDArray[np.int32]
    """The candidate's last token; -1 where absent."""
    parents: NDArray[np.int32]
    """Column of the parent in the step before; without meaning in the first step, where every
    candidate follows ``<s>``."""
    token_log_probs: NDArray[np.floating]
    """Log-probability of the last token."""
    log_probs: NDArray[np.floating]
    """Log-probability of the whole candidate; candidates of a step are ranked by it."""
    scores: NDArray[np.floating]
    """``log_probs`` over the length penalty, and for finished ones plus the coverage penalty."""
    status: NDArray[np.uint8]
    """A ``Status``."""

    def __len__(self) -> int:
        """Number of steps."""
        return len(self.tokens)

    def path(self, step: int, column: int) -> tuple[int, ...]:
        """Return the tokens of a candidate from the first to its last."""
        tokens: list[int] = []
        for row in range(step, -1, -1):
            tokens.append(int(self.tokens[row, column]))
            column = int(self.parents[row, column])
        return tuple(reversed(tokens))

    def columns(self, step: int, column: int) -> tuple[int, ...]:
        """Return the columns in which a candidate stood, from the first step to its last."""
        columns = [column] if step >= 0 else []
        for row in range(step, 0, -1):
            columns.append(int(self.parents[row, columns[-1]]))
        return tuple(reversed(columns))


@dataclass(frozen=True)
class Place:
    """Where hypotheses stand in the trees: a step and a column for each. Step -1: before any."""

    step: Int[Tensor, "sentences hypotheses"]
    column: Int[Tensor, "sentences hypotheses"]


class TreeRecord:
    """The growing trees of a batch: the steps taken so far, for the sentences that took them.

    Args:
        hear: Is told the tokens of the best hypothesis that goes on, after each step; for batches
            of one sentence.
    """

    def __init__(self, hear: Callable[[list[int]], None] | None = None) -> None:
        self._hear = hear
        self._steps: list[tuple[Tensor, ...]] = []

    def write(
        self,
        sentences: Int[Tensor, " active"],
        candidates: Candidates,
        scores: Float[Tensor, "active considered"],
        status: UInt8[Tensor, "active considered"],
    ) -> None:
        """Write the next step of the given sentences."""
        self._steps.append(
            (
                sentences,
                candidates.tokens,
                candidates.parents,
                candidates.token_log_probs,
                candidates.log_probs,
                scores,
                status,
            )
        )
        if self._hear is not None and (leader := self._leader()):
            self._hear(leader)

    def _leader(self) -> list[int]:
        """The best hypothesis of the last step that goes on; nothing if there is none."""
        ids: list[int] = []
        column: int | None = None
        for _, tokens, parents, *_, status in reversed(self._steps):
            if column is None:
                kept = (status[0] == Status.KEPT).nonzero()
                if not len(kept):
                    return []
                column = int(kept[0])
            ids.append(int(tokens[0, column]))
            column = int(parents[0, column])
        return ids[::-1]

    def forest(self) -> "Forest":
        """Put together the trees of all sentences; every one took at least one step."""
        sentence, tokens, parents, token_log_probs, log_probs, scores, status = (
            torch.cat(parts).cpu().numpy() for parts in zip(*self._steps, strict=True)
        )
        steps = np.bincount(sentence)
        step = np.repeat(np.arange(len(self._steps)), [len(step[0]) for step in self._steps])
        present = status != Status.ABSENT

        def spread(
            values: NDArray[Any], absent: int | float, dtype: type | None = None
        ) -> NDArray[Any]:
            shape = (len(steps), len(self._steps), values.shape[1])
            array = np.full(shape, absent, dtype or values.dtype)
            array[sentence, step] = np.where(present, values, absent)
            return array

        return Forest(
            SearchTree(
                spread(tokens, -1, np.int32),
                spread(parents, 0, np.int32),
                spread(token_log_probs, -np.inf),
                spread(log_probs, -np.inf),
                spread(scores, -np.inf),
                spread(status, Status.ABSENT),
            ),
            steps,
        )


@dataclass(frozen=True, eq=False)
class Forest:
    """The trees of a batch."""

    arrays: SearchTree
    """All of them at once: every array is ``(sentences, steps, considered)``."""
    steps: NDArray[np.integer]
    """How many steps each sentence took."""

    def trees(self) -> list[SearchTree]:
        """Return one tree for each sentence, with arrays of its own."""
        arrays = [getattr(self.arrays, entry.name) for entry in fields(SearchTree)]
        return [
            SearchTree(*(array[sentence, :steps].copy() for array in arrays))
            for sentence, steps in enumerate(self.steps)
        ]

    def trace_back(
        self, place: Place
    ) -> tuple[
        Int[np.ndarray, "sentences hypotheses steps"],
        Float[np.ndarray, "sentences hypotheses steps"],
    ]:
        """Follow parents from the given places back to the start, for all of them at once.

        Returns:
            Tokens (-1 after the last one) and their log-probabilities.
        """
        arrays = self.arrays
        last, column = place.step.cpu().numpy(), place.column.cpu().numpy()
        steps = int(last.max(initial=-1)) + 1
        path = np.full((*last.shape, steps), -1, dtype=arrays.tokens.dtype)
        logs = np.zeros((*last.shape, steps), dtype=arrays.token_log_probs.dtype)
        for step in range(steps - 1, -1, -1):
            on_path = last >= step
            token = np.take_along_axis(arrays.tokens[:, step], column, axis=1)
            log = np.take_along_axis(arrays.token_log_probs[:, step], column, axis=1)
            path[..., step] = np.where(on_path, token, -1)
            logs[..., step] = np.where(on_path, log, 0.0)
            parent = np.take_along_axis(arrays.parents[:, step], column, axis=1)
            column = np.where(on_path, parent, column)
        return path, logs
