"""The vocabulary shortlist: few target tokens for each sentence instead of the whole vocabulary.

A sentence's translation is searched among the most probable translations of its source tokens, the
tokens that are frequent everywhere, the special ones, and what it is forced to begin with (Jean et
al. 2015, section 3.2; Devlin 2017, section 4.1). Probabilities are normalised over these alone, so
they are a little higher than the model's own. A sentence's list depends on nothing but the
sentence.

A run keeps its shortlist in ``RUN/shortlist.safetensors``, beside what it was learnt from: the
fingerprints of the tokenizers and of the training pairs.
"""

import json
from dataclasses import dataclass, replace
from typing import Self

import torch
from jaxtyping import Float, Int
from torch import Tensor

from seq2see import weights
from seq2see.data import model1
from seq2see.data.prepared import Prepared
from seq2see.files import write_atomically
from seq2see.models.interface import Features, NarrowOutput, OutputLayer, Source
from seq2see.run import Run
from seq2see.tokens import PAD_ID, SPECIAL_TOKENS

BEST = 10
"""Translations of each source token."""
FREQUENT = 1000
"""Tokens that are in every list, beside the special ones. A batch needs most of them anyway, so at
the same recall the union over a batch is smallest with many of them and few translations."""
FILE = "shortlist.safetensors"


@dataclass(frozen=True)
class Shortlist:
    """Which target tokens may translate which source tokens."""

    likely: Int[Tensor, "source_vocab best"]
    """The most probable translations of each source token; ``<pad>`` where there are fewer. Where
    tokens are copied, itself comes last."""
    frequent: Int[Tensor, " frequent"]
    """Tokens that are in every list, the special ones among them."""
    target_vocab: int

    @classmethod
    def learn(
        cls,
        pairs: Prepared,
        source_vocab: int,
        target_vocab: int,
        *,
        best: int = BEST,
        frequent: int = FREQUENT,
        copies: bool = False,
    ) -> Self:
        """Learn a shortlist by IBM Model 1, which serves every model, with attention or without.

        Args:
            pairs: Training pairs.
            source_vocab: Number of source tokens.
            target_vocab: Number of target tokens.
            best: Most translations kept of each source token.
            frequent: Most frequent target tokens that are in every list.
            copies: Whether source tokens can be copied, so that each is in its own list too.
        """
        source, target, _ = model1.learn(pairs).best(best)
        likely = torch.full((source_vocab, best), PAD_ID)
        entries = torch.from_numpy(source)
        rank = torch.arange(len(entries)) - torch.searchsorted(entries, entries)
        likely[entries, rank] = torch.from_numpy(target)
        if copies:
            likely = torch.cat((likely, torch.arange(source_vocab).unsqueeze(1)), dim=1)
        counts = torch.from_numpy(pairs.target.ids).long().bincount(minlength=target_vocab)
        specials = len(SPECIAL_TOKENS)
        order = counts[specials:].argsort(descending=True, stable=True) + specials
        common = torch.cat((torch.arange(specials), order[:frequent]))
        return cls(likely, common, target_vocab)

    @classmethod
    def read(cls, run: Run) -> Self | None:
        """Return the shortlist that a run keeps; None: it has none, or one of something else.

        Raises:
            RunError: The file is broken.
        """
        path = run.path / FILE
        if not path.exists():
            return None
        tensors, described = weights.read(path, "delete it, and it will be made anew")
        if described != _metadata(run):
            return None
        likely, frequent = (tensors[name].long() for name in ("likely", "frequent"))
        return cls(likely, frequent, len(run.target_tokenizer))

    def write(self, run: Run) -> None:
        """Keep the shortlist in its run."""
        tensors = {"likely": self.likely.int(), "frequent": self.frequent.int()}
        write_atomically(run.path / FILE, weights.to_bytes(tensors, _metadata(run)))

    def to(self, device: torch.device) -> Self:
        """Return the same on a device."""
        return replace(self, likely=self.likely.to(device), frequent=self.frequent.to(device))

    def narrow(
        self, output: OutputLayer, source: Source, prefix: Int[Tensor, "sentences prefix_len"]
    ) -> "Narrowed":
        """Narrow the output layer to the lists of a batch.

        Args:
            output: The model's.
            source: The sentences.
            prefix: Tokens that each translation must begin with; -1 where it is free.
        """
        rows = len(source.ids)
        listed = self.likely.new_zeros((rows, self.target_vocab), dtype=torch.bool)
        listed[:, self.frequent] = True
        for ids in (self.likely[source.ids].flatten(1), prefix.clamp(min=PAD_ID)):
            listed.scatter_(1, ids, True)
        ids = listed.any(0).nonzero().squeeze(1)
        return Narrowed(ids, output.narrow(ids, listed[:, ids]))


@dataclass(frozen=True)
class Narrowed:
    """The output layer over the tokens that are in some list of a batch, as columns.

    Columns are in the order of ids, so the special tokens' columns are their ids.
    """

    ids: Int[Tensor, " columns"]
    output: NarrowOutput

    def log_probs(self, features: Features) -> Float[Tensor, "rows columns"]:
        """Return log-probabilities over each sentence's list; ``-inf`` at other columns."""
        return self.output.log_probs(features)

    def columns(self, ids: Int[Tensor, "*shape"]) -> Int[Tensor, "*shape"]:
        """Return the columns of ids; negative numbers stay."""
        return torch.where(ids < 0, ids, torch.searchsorted(self.ids, ids))

    def select(self, sentences: Int[Tensor, " kept"]) -> Self:
        """Keep some sentences."""
        return replace(self, output=self.output.select(sentences))


def _metadata(run: Run) -> dict[str, str]:
    """Return what a shortlist depends on."""
    summary = json.loads((run.path / "data" / "summary.json").read_text(encoding="utf-8"))
    return {
        **run.metadata,
        "pairs": summary["fingerprint"],
        "best": str(BEST),
        "frequent": str(FREQUENT),
    }
