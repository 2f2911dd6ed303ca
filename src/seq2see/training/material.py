"""From corpora to what training reads: cleaned, split, tokenised, with every loss counted."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from seq2see.config import Config, DataConfig
from seq2see.data import clean, corpus, split
from seq2see.data.pair import Pair
from seq2see.data.prepared import Prepared
from seq2see.data.rejects import Problem, Reject, filter_pairs, rejects_of
from seq2see.data.split import Splits
from seq2see.errors import DataError
from seq2see.tokenizer import Tokenizer

BUILTIN = "builtin:"
_FEWEST_TO_SPLIT = 3


@dataclass(frozen=True)
class Texts:
    """Cleaned and split pairs, and what became of the others."""

    train: list[Pair]
    valid: list[Pair]
    test: list[Pair]
    rejects: list[Reject]
    """Pairs that were read but cannot be used."""
    problems: tuple[Problem, ...]
    """What reading found; some of it lost pairs too."""
    cleaned: dict[str, int] = field(default_factory=dict)
    """How many texts each cleaning step changed."""
    leaking_sources: int = 0
    """Normalised sources in more than one split; only a split by row has any."""

    @property
    def lost(self) -> list[Reject]:
        """Every pair that is not used, and why."""
        return rejects_of(self.problems) + self.rejects


@dataclass(frozen=True)
class Material:
    """Everything the training loop reads."""

    texts: Texts
    """Training pairs already without those that are too long."""
    train: Prepared
    valid: Prepared
    fingerprint: str
    """Of the training pairs."""


def located(config: DataConfig) -> DataConfig:
    """Make the paths of corpora absolute, so that a run resumes from any directory."""

    def absolute(specs: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(
            spec if spec.startswith(BUILTIN) else str(Path(spec).absolute()) for spec in specs
        )

    return replace(
        config,
        train=absolute(config.train),
        valid=absolute(config.valid),
        test=absolute(config.test),
    )


def read_texts(config: Config, *, lenient: bool = False) -> Texts:
    """Read, clean, filter and split the corpora.

    A built-in corpus named without a split brings its own validation and test pairs, which share no
    sentence with its training pairs.

    Args:
        config: The configuration.
        lenient: For the doctor: what makes training impossible is left for it to find.

    Raises:
        DataError: A corpus cannot be read, or nothing usable is left, or there is too little to
            split.
    """
    data = with_builtin_splits(config.data)
    train = _read(data, data.train, lenient)
    valid = _read(data, data.valid, lenient)
    test = _read(data, data.test, lenient)
    if not train.pairs and not lenient:
        lost = len(train.rejects) + len(rejects_of(train.problems))
        raise DataError(
            f"None of the {lost:,} pairs of {', '.join(data.train)} is usable; `seq2see doctor` on "
            "the same corpora says why."
        )
    parts: list[Literal["valid", "test"]] = []
    if not data.valid:
        parts = ["valid"] if data.test else ["valid", "test"]
    splits = Splits(train=train.pairs, valid=[], test=[], leaking_sources=0, leaking_pairs=0)
    if parts and not (lenient and len(train.pairs) < _FEWEST_TO_SPLIT):
        splits = split.split(
            train.pairs, share=data.split, by=data.split_by, seed=config.train.seed, parts=parts
        )
    return Texts(
        train=splits.train[: data.max_pairs],
        valid=valid.pairs or splits.valid,
        test=test.pairs or splits.test,
        rejects=train.rejects + valid.rejects + test.rejects,
        problems=train.problems + valid.problems + test.problems,
        cleaned=train.cleaned,
        leaking_sources=splits.leaking_sources,
    )


def with_builtin_splits(data: DataConfig) -> DataConfig:
    """Give built-in training corpora their own validation and test splits, if none are named."""
    names = [spec.removeprefix(BUILTIN) for spec in data.train if spec.startswith(BUILTIN)]
    whole = [name.partition(":")[0] for name in names if "/" not in name]
    if len(whole) != len(data.train) or data.valid or data.test or data.split is not None:
        return data
    return replace(
        data,
        valid=tuple(f"{BUILTIN}{name}/valid" for name in whole),
        test=tuple(f"{BUILTIN}{name}/test" for name in whole),
    )


@dataclass(frozen=True)
class _Read:
    """One set of corpora: usable pairs, and the others."""

    pairs: list[Pair]
    rejects: list[Reject]
    problems: tuple[Problem, ...]
    cleaned: dict[str, int]


def _read(data: DataConfig, specs: Sequence[str], lenient: bool) -> _Read:
    if not specs:
        return _Read([], [], (), {})
    read = corpus.read_all(
        specs, pair=data.pair, columns=data.columns, separator=data.separator, lenient=lenient
    )
    pairs, cleaned = clean.clean_pairs(read.pairs, clean.resolve(data.clean))
    kept, rejects = filter_pairs(pairs)
    return _Read(kept, rejects, read.problems, cleaned)


def tokenise(pairs: Sequence[Pair], source: Tokenizer, target: Tokenizer) -> Prepared:
    """Turn pairs into ids."""
    return Prepared.from_ids(
        source.encode_ids([pair.source for pair in pairs]),
        target.encode_ids([pair.target for pair in pairs]),
    )


def prepare(config: Config, texts: Texts, source: Tokenizer, target: Tokenizer) -> Material:
    """Tokenise; drop and count training and validation pairs that are too long.

    Raises:
        DataError: Every pair is too long.
    """
    train, too_long = _short_enough(config, texts.train, source, target)
    valid, valid_too_long = _short_enough(config, texts.valid, source, target)
    if not train or not valid:
        which = "validation" if train else "training"
        raise DataError(
            f"All {which} pairs are longer than `data.max_length={config.data.max_length}` tokens; "
            "raise it, or choose a tokenizer with longer tokens."
        )
    kept = replace(
        texts, train=train, valid=valid, rejects=texts.rejects + too_long + valid_too_long
    )
    return Material(
        kept,
        tokenise(train, source, target),
        tokenise(valid, source, target),
        corpus.fingerprint(train),
    )


def _short_enough(
    config: Config, pairs: list[Pair], source: Tokenizer, target: Tokenizer
) -> tuple[list[Pair], list[Reject]]:
    return filter_pairs(
        pairs,
        max_length=config.data.max_length,
        source_lengths=[len(ids) for ids in source.encode_ids([pair.source for pair in pairs])],
        target_lengths=[len(ids) for ids in target.encode_ids([pair.target for pair in pairs])],
    )
