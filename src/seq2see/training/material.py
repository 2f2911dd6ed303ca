"""From corpora to what training reads: cleaned, split, tokenised, with every loss counted.

Pairs pass through a few thousand at a time, from the corpora into files that are mapped into
memory, so that corpora may be larger than it.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import Literal

from seq2see.config import Config, DataConfig
from seq2see.console import LineProgress
from seq2see.data import clean, corpus, split, stored
from seq2see.data.columns import columns_of
from seq2see.data.corpus import fingerprint_of
from seq2see.data.encoding import Encodings, encode
from seq2see.data.pair import Pair
from seq2see.data.prepared import Prepared
from seq2see.data.rejects import Problem, Problems, Rejects, filter_pairs
from seq2see.data.split import Splits
from seq2see.data.stored import Stored
from seq2see.data.table import CHUNK, TableWriter, columns, take
from seq2see.errors import DataError
from seq2see.tokenizer import Tokenizer

Say = Callable[[str], None]

BUILTIN = "builtin:"
_FEWEST_TO_SPLIT = 3


@dataclass(frozen=True)
class Texts:
    """Cleaned and split pairs, and what became of the others."""

    train: Sequence[Pair]
    valid: Sequence[Pair]
    test: Sequence[Pair]
    lost: Rejects
    """Every pair that is not used, and why; those that are too long as soon as they are known."""
    problems: tuple[Problem, ...] = ()
    """What reading found; see ``Problems.summed``."""
    cleaned: dict[str, int] = field(default_factory=dict)
    """How many texts each cleaning step changed."""
    leaking_sources: int = 0
    """Normalised sources in more than one split; only a split by row has any."""


@dataclass(frozen=True)
class Material:
    """Everything the training loop reads."""

    texts: Texts
    """Training and validation pairs already without those that are too long."""
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


def read_texts(
    config: Config, *, lenient: bool = False, folder: Path | None = None, say: Say | None = None
) -> Texts:
    """Read, clean, filter and split the corpora.

    A built-in corpus named without a split brings its own validation and test pairs, which share no
    sentence with its training pairs.

    Args:
        config: The configuration.
        lenient: For the doctor: what makes training impossible is left for it to find.
        folder: Where the pairs take up space while they are worked on, in files without a name;
            None: the system's folder for temporary files.
        say: Told now and then how far reading has come.

    Raises:
        DataError: A corpus cannot be read, or nothing usable is left, or there is too little to
            split.
    """
    data = with_builtin_splits(config.data)
    lost = Rejects(folder)
    reader = _Reader(data, lenient, TableWriter(folder), lost, paced("pairs read", say))
    cleaned = reader.read(data.train)
    num_train, num_lost = len(reader.table), len(lost)
    reader.read(data.valid)
    num_held_out = len(reader.table)
    reader.read(data.test)
    everything = reader.table.finish()
    train, valid = everything[:num_train], everything[num_train:num_held_out]
    test = everything[num_held_out:]
    if not train and not lenient:
        raise DataError(
            f"None of the {num_lost:,} pairs of {', '.join(data.train)} is usable; "
            "`seq2see doctor` on the same corpora says why."
        )
    parts: list[Literal["valid", "test"]] = []
    if not data.valid:
        parts = ["valid"] if data.test else ["valid", "test"]
    splits = Splits(train=train, valid=(), test=(), leaking_sources=0, leaking_pairs=0)
    if parts and not (lenient and len(train) < _FEWEST_TO_SPLIT):
        splits = split.split(
            train, share=data.split, by=data.split_by, seed=config.train.seed, parts=parts
        )
    return Texts(
        train=splits.train[: data.max_pairs],
        valid=valid or splits.valid,
        test=test or splits.test,
        lost=lost,
        problems=reader.problems.summed(),
        cleaned=cleaned,
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


@dataclass
class _Reader:
    """Reads corpora one after the other into one table."""

    data: DataConfig
    lenient: bool
    table: TableWriter
    lost: Rejects
    advance: Callable[[int], None]

    def __post_init__(self) -> None:
        self.problems = Problems(self.lost)

    def read(self, specs: Sequence[str]) -> dict[str, int]:
        """Add the usable pairs of some corpora; returns how many texts each step changed."""
        steps = clean.resolve(self.data.clean)
        counts = Counter(dict.fromkeys((*steps, "alignments-dropped"), 0)) if specs else Counter()
        pairs = chain.from_iterable(map(self._stream, specs))
        while chunk := list(islice(pairs, CHUNK)):
            cleaned, changed = clean.clean_pairs(chunk, steps)
            counts.update(changed)
            kept, rejects = filter_pairs(cleaned)
            self.table.extend(kept)
            for reject in rejects:
                self.lost.append(reject)
            self.advance(len(chunk))
        return dict(counts)

    def _stream(self, spec: str) -> Iterator[Pair]:
        return corpus.stream(
            spec,
            self.problems,
            pair=self.data.pair,
            columns=columns_of(self.data),
            separator=self.data.separator,
            lenient=self.lenient,
        )


def paced(what: str, say: Say | None, total: int | None = None) -> Callable[[int], None]:
    """Count something long, and say how far it has come every few seconds."""
    if say is None:
        return lambda _: None
    return LineProgress(what, total, every=5.0, write=say).advance


def tokenise(pairs: Sequence[Pair], source: Tokenizer, target: Tokenizer) -> Prepared:
    """Turn a few pairs into ids."""
    return Prepared.from_ids(
        source.encode_ids([pair.source for pair in pairs]),
        target.encode_ids([pair.target for pair in pairs]),
    )


def encode_texts(
    config: Config,
    texts: Texts,
    tokenizers: tuple[Tokenizer, Tokenizer],
    *,
    folder: Path | None = None,
    say: Say | None = None,
) -> Encodings:
    """Tokenise training and validation pairs; those that are too long are added to the lost ones.

    Args:
        config: The configuration.
        texts: The pairs.
        tokenizers: Of source and target.
        folder: As for ``read_texts``.
        say: Told now and then how far it has come.
    """
    advance = paced("pairs tokenised", say, len(texts.train) + len(texts.valid))
    train, valid = (
        encode(
            pairs,
            tokenizers,
            max_length=config.data.max_length,
            rejects=texts.lost,
            folder=folder,
            advance=advance,
        )
        for pairs in (texts.train, texts.valid)
    )
    sizes = (len(tokenizers[0]), len(tokenizers[1]))
    return Encodings(train, valid, sizes, config.data.max_length)


def usable(config: Config, texts: Texts, train: Stored, valid: Stored) -> Material:
    """Take what is short enough to be trained on.

    Raises:
        DataError: Every pair is too long.
    """
    if not len(train.rows) or not len(valid.rows):
        which = "validation" if len(train.rows) else "training"
        raise DataError(
            f"All {which} pairs are longer than `data.max_length={config.data.max_length}` tokens; "
            "raise it, or choose a tokenizer with longer tokens."
        )
    train_pairs, valid_pairs = (
        pairs if len(part.rows) == len(pairs) else take(pairs, part.rows)
        for pairs, part in ((texts.train, train), (texts.valid, valid))
    )
    kept = replace(texts, train=train_pairs, valid=valid_pairs)
    return Material(kept, train.corpus, valid.corpus, train.fingerprint)


def prepare(config: Config, texts: Texts, source: Tokenizer, target: Tokenizer) -> Material:
    """Tokenise; drop and count training and validation pairs that are too long.

    Raises:
        DataError: Every pair is too long.
    """
    encodings = encode_texts(config, texts, (source, target))
    return usable(config, texts, encodings.train.stored, encodings.valid.stored)


def keep(
    folder: Path,
    config: Config,
    texts: Texts,
    tokenizers: tuple[Tokenizer, Tokenizer],
    encodings: Encodings,
) -> Material:
    """Write the ids into a folder, in place of what older ones are there, and map them from it.

    Raises:
        DataError: Every pair is too long.
    """
    kept = []
    for part, encoded in (("train", encodings.train), ("valid", encodings.valid)):
        made_from = _made_from(config, tokenizers, encoded.given)
        path = _file(folder, part, made_from)
        for older in folder.glob(f"{part}-*.arrow"):
            older.unlink()
        stored.save(path, encoded.stored, made_from)
        kept.append(stored.load(path, made_from) or encoded.stored)
    return usable(config, texts, *kept)


def kept_before(
    folder: Path, config: Config, texts: Texts, tokenizers: tuple[Tokenizer, Tokenizer]
) -> Material | None:
    """Map the ids that ``keep`` wrote; None where they are not there, or not those of the texts."""
    found = []
    for part, pairs in (("train", texts.train), ("valid", texts.valid)):
        made_from = _made_from(config, tokenizers, fingerprint_of(columns(pairs)))
        found.append(stored.load(_file(folder, part, made_from), made_from))
    train, valid = found
    return None if train is None or valid is None else usable(config, texts, train, valid)


def _made_from(
    config: Config, tokenizers: tuple[Tokenizer, Tokenizer], texts: str
) -> dict[str, str | int]:
    """Everything that ids depend on."""
    source, target = (tokenizer.fingerprint for tokenizer in tokenizers)
    return {
        "version": 1,
        "texts": texts,
        "source_tokenizer": source,
        "target_tokenizer": target,
        "max_length": config.data.max_length,
    }


def _file(folder: Path, part: str, made_from: dict[str, str | int]) -> Path:
    digest = hashlib.sha256(json.dumps(made_from).encode()).hexdigest()
    return folder / f"{part}-{digest[:16]}.arrow"
