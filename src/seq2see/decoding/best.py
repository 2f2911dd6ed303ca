"""The best complete hypotheses of each sentence so far."""

from dataclasses import dataclass
from typing import Self

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from seq2see.models.interface import Rows


@dataclass(frozen=True)
class Best(Rows):
    """The best complete hypotheses of each sentence so far; score ``-inf`` where there is none."""

    scores: Float[Tensor, "sentences num_best"]
    log_probs: Float[Tensor, "sentences num_best"]
    step: Int[Tensor, "sentences num_best"]
    column: Int[Tensor, "sentences num_best"]
    finished: Bool[Tensor, "sentences num_best"]

    @classmethod
    def of(
        cls,
        scores: Float[Tensor, "sentences columns"],
        log_probs: Float[Tensor, "sentences columns"],
        *,
        step: int,
        finished: bool,
    ) -> Self:
        """Describe hypotheses of one step, each in its column of the tree."""
        columns = torch.arange(scores.shape[1], device=scores.device)
        return cls(
            scores,
            log_probs,
            torch.full_like(scores, step, dtype=torch.long),
            columns.expand(scores.shape),
            torch.full_like(scores, finished, dtype=torch.bool),
        )

    def merge(self, others: Self) -> Self:
        """Keep the best of both: finished before unfinished, then by score, then the earlier."""
        scores = torch.cat((self.scores, others.scores), dim=1)
        finished = torch.cat((self.finished, others.finished), dim=1)
        order = scores.argsort(dim=1, descending=True, stable=True)
        rank = torch.where(scores == -torch.inf, 2, torch.where(finished, 0, 1)).gather(1, order)
        order = order.gather(1, rank.argsort(dim=1, stable=True))[:, : self.scores.shape[1]]
        return type(self)(
            scores.gather(1, order),
            torch.cat((self.log_probs, others.log_probs), dim=1).gather(1, order),
            torch.cat((self.step, others.step), dim=1).gather(1, order),
            torch.cat((self.column, others.column), dim=1).gather(1, order),
            finished.gather(1, order),
        )

    def select(self, sentences: Int[Tensor, " kept"]) -> Self:
        """Keep some sentences."""
        return self._select(sentences)
