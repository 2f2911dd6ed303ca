"""Pretrained word vectors in a run: read once, kept with it, laid into fresh embeddings.

The run keeps those of its vocabularies in ``data/vectors.safetensors``, so that neither resuming
nor translating needs the files again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from seq2see import weights
from seq2see.config import Config, VectorsConfig
from seq2see.data import vectors
from seq2see.data.finding import counted
from seq2see.data.prepared import Prepared
from seq2see.data.vectors import WordVectors
from seq2see.errors import ConfigError, DataError
from seq2see.models.build import embeddings_of
from seq2see.models.interface import Seq2seq
from seq2see.run import Run
from seq2see.tokenizer import Tokenizer
from seq2see.tokens import EOS_ID, SPECIAL_TOKENS
from seq2see.training.material import Say, paced

KEPT = "vectors.safetensors"
"""Vectors and their ids by side, in the run's folder ``data``."""
_CHUNK = 1 << 22


@dataclass(frozen=True, eq=False)
class SideVectors:
    """What one side of a run begins with."""

    side: str
    path: Path
    vocab_size: int
    found: WordVectors

    def coverage(self, pairs: Prepared) -> dict[str, Any]:
        """How much of a vocabulary and of the training texts has a vector, as plain values."""
        ids = getattr(pairs, self.side).ids
        counts = np.zeros(self.vocab_size, np.int64)
        for start in range(0, len(ids), _CHUNK):  # they may be more than fit into memory
            counts += np.bincount(ids[start : start + _CHUNK], minlength=self.vocab_size)
        counts[EOS_ID] = 0
        words = self.vocab_size - len(SPECIAL_TOKENS)
        return {
            "file": self.path.name,
            "words": len(self.found.ids),
            "lowered": self.found.num_lowered,
            "types": len(self.found.ids) / words,
            "tokens": float(counts[self.found.ids].sum() / counts.sum()),
        }


def located(config: VectorsConfig) -> VectorsConfig:
    """Make the paths absolute, so that a run can be repeated from any directory."""
    paths = (None if one is None else str(Path(one).absolute()) for one in _files(config).values())
    source, target = paths
    return replace(config, source=source, target=target)


def read(
    config: Config, tokenizers: tuple[Tokenizer, Tokenizer], say: Say | None = None
) -> list[SideVectors]:
    """Read the vectors that a configuration names, for the words of both vocabularies.

    Raises:
        ConfigError: They are not as wide as the model's embeddings.
        DataError: A file cannot be read, or has none of the words.
    """
    sides = []
    for (side, name), tokenizer in zip(_files(config.vectors).items(), tokenizers, strict=True):
        if name is None:
            continue
        path, width = Path(name), config.model.embed_dim
        dim = vectors.dimension(path)
        if dim != width:
            raise ConfigError(
                f"`vectors.{side}` is `{path}`, whose vectors have {dim} numbers, but "
                f"`model.embed_dim` is {width}; set `model.embed_dim={dim}`, or choose other "
                "vectors."
            )
        if say is not None:
            say(f"reading {side} vectors from {path}")
        found = vectors.read(path, tokenizer.vocab, paced("lines of vectors read", say))
        if not len(found.ids):
            raise DataError(
                f"`{path}` has a vector for none of the words of the {side} vocabulary; choose "
                f"vectors of the {side} language, or leave `vectors.{side}` out."
            )
        sides.append(SideVectors(side, path, len(tokenizer), found))
    return sides


def to_bytes(sides: Sequence[SideVectors]) -> bytes:
    """The file that the run keeps."""
    tensors = {}
    for one in sides:
        tensors[f"{one.side}.ids"] = torch.from_numpy(one.found.ids)
        tensors[f"{one.side}.values"] = torch.from_numpy(one.found.values)
    return weights.to_bytes(tensors)


def in_words(side: str, coverage: Mapping[str, Any]) -> str:
    """One line about the coverage of a side."""
    lowered = f", {coverage['lowered']:,} by their lower-cased form" if coverage["lowered"] else ""
    return (
        f"{side} vectors: {counted(coverage['words'], 'word')} of the vocabulary "
        f"({coverage['types']:.1%}{lowered}), {coverage['tokens']:.1%} of the training tokens"
    )


def lay_in(model: Seq2seq, run: Run) -> None:
    """Let a fresh model begin with a run's vectors; frozen ones get no gradient from now on.

    A checkpoint that is loaded later replaces the values, but thaws nothing.

    Raises:
        RunError: The run no longer has its vectors, or the file is broken.
    """
    config = run.config.vectors
    named = [side for side, path in _files(config).items() if path is not None]
    if not named:
        return
    tensors, _ = weights.read(run.path / "data" / KEPT)
    embeddings = embeddings_of(model)
    for side in named:
        weight = embeddings[side].weight
        ids, values = (tensors[f"{side}.{name}"].to(weight.device) for name in ("ids", "values"))
        with torch.no_grad():
            weight[ids] = _rescaled(values, weight) if config.rescale else values
        if config.freeze:
            weight.register_hook(_without_rows(ids))


def _files(config: VectorsConfig) -> dict[str, str | None]:
    return {"source": config.source, "target": config.target}


def _rescaled(
    values: Float[Tensor, "ids dim"], fresh: Float[Tensor, "vocab dim"]
) -> Float[Tensor, "ids dim"]:
    """Multiply vectors by one number, so that their mean square is that of fresh embeddings."""
    own = values.square().mean().sqrt()
    return values * (fresh.square().mean().sqrt() / own) if own > 0 else values


def _without_rows(ids: Int[Tensor, " ids"]) -> Callable[[Tensor], Tensor]:
    return lambda gradient: gradient.index_fill(0, ids, 0.0)
