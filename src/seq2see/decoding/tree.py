"""The search tree: everything a search considered, kept in rectangular arrays.

Each step of a search considers some *candidates* for each sentence: hypotheses longer by one
token. They stand in columns, best first. A candidate's parent is a column of the step before.
"""

from dataclasses import dataclass

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
    """The growing trees of a batch.

    Args:
        sentences: Number of sentences.
        steps: Most steps that any of them can take.
        considered: Candidates considered at each step.
        like: A tensor of the log-probabilities' type and device.
    """

    def __init__(self, sentences: int, steps: int, considered: int, like: Tensor) -> None:
        shape = (sentences, steps, considered)
        self.tokens = torch.full(shape, -1, dtype=torch.int32, device=like.device)
        self.parents = torch.zeros(shape, dtype=torch.int32, device=like.device)
        self.token_log_probs = like.new_full(shape, -torch.inf)
        self.log_probs = like.new_full(shape, -torch.inf)
        self.scores = like.new_full(shape, -torch.inf)
        self.status = torch.zeros(shape, dtype=torch.uint8, device=like.device)
        self.steps_taken = torch.zeros(sentences, dtype=torch.int32, device=like.device)

    def write(
        self,
        sentences: Int[Tensor, " active"],
        step: int,
        candidates: Candidates,
        scores: Float[Tensor, "active considered"],
        status: UInt8[Tensor, "active considered"],
    ) -> None:
        """Write one step of the given sentences."""
        present = status != Status.ABSENT
        self.tokens[sentences, step] = torch.where(present, candidates.tokens, -1).int()
        self.parents[sentences, step] = torch.where(present, candidates.parents, 0).int()
        self.token_log_probs[sentences, step] = candidates.token_log_probs.masked_fill(
            ~present, -torch.inf
        )
        self.log_probs[sentences, step] = candidates.log_probs
        self.scores[sentences, step] = scores
        self.status[sentences, step] = status
        self.steps_taken[sentences] = step + 1

    def trees(self) -> list[SearchTree]:
        """Return one tree for each sentence, with arrays of its own."""
        fields = [
            array.cpu().numpy()
            for array in (
                self.tokens,
                self.parents,
                self.token_log_probs,
                self.log_probs,
                self.scores,
                self.status,
            )
        ]
        return [
            SearchTree(*(array[sentence, :steps].copy() for array in fields))
            for sentence, steps in enumerate(self.steps_taken.tolist())
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
        parents, tokens = self.parents.cpu().numpy(), self.tokens.cpu().numpy()
        token_log_probs = self.token_log_probs.cpu().numpy()
        last, column = place.step.cpu().numpy(), place.column.cpu().numpy()
        steps = int(last.max(initial=-1)) + 1
        path = np.full((*last.shape, steps), -1, dtype=tokens.dtype)
        logs = np.zeros((*last.shape, steps), dtype=token_log_probs.dtype)
        for step in range(steps - 1, -1, -1):
            on_path = last >= step
            token = np.take_along_axis(tokens[:, step], column, axis=1)
            log = np.take_along_axis(token_log_probs[:, step], column, axis=1)
            path[..., step] = np.where(on_path, token, -1)
            logs[..., step] = np.where(on_path, log, 0.0)
            parent = np.take_along_axis(parents[:, step], column, axis=1)
            column = np.where(on_path, parent, column)
        return path, logs
