"""Corpora: every form that DATA can take on the command line, read into sentence pairs.

A corpus is named by one text:

- ``FILE.jsonl``: objects ``{"source": ..., "target": ...}``, with ``"alignment"`` where known,
  or ``{"translation": {"en": ..., "de": ...}}``, which needs the language pair;
- any other file: text in columns, separated by tab, by `` ||| `` where that is found instead, or by
  what the caller says;
- a prefix, with a language pair: ``data/train`` and ``en-de`` mean ``data/train.en`` and
  ``data/train.de``, line for line;
- ``builtin:NAME[/SPLIT][:SIZE]``.

Every file may be gzipped, and the name without ``.gz`` finds it too. Nothing is dropped silently: a
line that cannot be used is a ``Problem``.
"""

import gzip
import hashlib
import io
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from seq2see.data.columns import Columns, read_columns
from seq2see.data.lines import missing, read_lines
from seq2see.data.objects import read_objects
from seq2see.data.pair import Pair
from seq2see.data.rejects import Problem, ProblemSink, Reject, rejects_of
from seq2see.errors import ConfigError, DataError

_FIRST_TWO = Columns()


@dataclass(frozen=True)
class Corpus:
    """Sentence pairs, and what reading them lost or changed."""

    pairs: list[Pair]
    problems: tuple[Problem, ...] = ()

    @property
    def rejects(self) -> list[Reject]:
        """The pairs that reading lost."""
        return rejects_of(self.problems)


def read(
    spec: str,
    *,
    pair: str | None = None,
    columns: Columns = _FIRST_TWO,
    separator: str | None = None,
    lenient: bool = False,
) -> Corpus:
    """Read one corpus; see ``stream``.

    Raises:
        DataError, ConfigError: As ``stream`` does.
    """
    problems: list[Problem] = []
    pairs = list(
        stream(
            spec,
            problems,
            pair=pair,
            columns=columns,
            separator=separator,
            lenient=lenient,
        )
    )
    return Corpus(pairs, tuple(problems))


def stream(
    spec: str,
    problems: ProblemSink,
    *,
    pair: str | None = None,
    columns: Columns = _FIRST_TWO,
    separator: str | None = None,
    lenient: bool = False,
) -> Iterator[Pair]:
    """Yield the pairs of one corpus while it is read.

    Args:
        spec: A file, a prefix or ``builtin:NAME[/SPLIT][:SIZE]``; see the module.
        problems: Takes what reading loses or changes.
        pair: Languages as ``SOURCE-TARGET``; also the suffixes of a prefix and the keys of
            ``translation`` objects.
        columns: Which columns of separated text are read.
        separator: Column separator of separated text; None: tab, else `` ||| `` where it is found.
        lenient: Report unequal line counts of a prefix as a problem instead of refusing them.

    Raises:
        DataError: The corpus is missing, unreadable, empty, or not in any of the forms.
        ConfigError: ``pair``, ``columns``, ``separator`` or a built-in name are not usable.
    """
    found = _Kinds(problems)
    empty = True
    for entry in _open(spec, found, pair, columns, separator, lenient=lenient):
        empty = False
        yield entry
    if empty:
        raise DataError(_nothing(spec, found.kinds))


class _Kinds:
    """Hands problems on and remembers their kinds."""

    def __init__(self, problems: ProblemSink) -> None:
        self.kinds: set[str] = set()
        self._problems = problems

    def append(self, problem: Problem) -> None:
        self.kinds.add(problem.kind)
        self._problems.append(problem)


def _open(
    spec: str,
    problems: ProblemSink,
    pair: str | None,
    columns: Columns,
    separator: str | None,
    *,
    lenient: bool,
) -> Iterator[Pair]:
    """Find out which form a corpus has, and read it."""
    languages = _languages(pair)
    if spec.startswith("builtin:"):
        return iter(_builtin(spec, pair))
    path = Path(spec)
    if languages is not None and path.name and not path.is_file():
        sides = [_side(path, language) for language in languages]
        if sides[0] is not None or sides[1] is not None:
            return _read_prefix(path, languages, sides, problems, lenient=lenient)
    if not path.exists():
        path = path.with_name(f"{path.name}.gz")
    if not path.exists():
        raise DataError(_no_file(Path(spec), languages))
    if path.name.removesuffix(".gz").endswith(".jsonl"):
        return read_objects(path, languages, problems)
    return read_columns(path, columns, separator, problems)


def read_all(
    specs: Sequence[str],
    *,
    pair: str | None = None,
    columns: Columns = _FIRST_TWO,
    separator: str | None = None,
    lenient: bool = False,
) -> Corpus:
    """Read several corpora, one after the other; see ``read``.

    Raises:
        DataError, ConfigError: As ``read`` does, or no corpus was named.
    """
    if not specs:
        raise ConfigError("No corpus was named; give a file of pairs, a prefix or `builtin:NAME`.")
    corpora = [
        read(spec, pair=pair, columns=columns, separator=separator, lenient=lenient)
        for spec in specs
    ]
    return Corpus(
        [entry for corpus in corpora for entry in corpus.pairs],
        tuple(problem for corpus in corpora for problem in corpus.problems),
    )


def to_jsonl(pairs: Iterable[Pair]) -> Iterator[str]:
    """Yield pairs as lines of JSON, line feeds included, which ``read`` reads back."""
    for pair in pairs:
        row: dict[str, object] = {"source": pair.source, "target": pair.target}
        if pair.alignment is not None:
            row["alignment"] = [list(link) for link in pair.alignment]
        yield json.dumps(row, ensure_ascii=False) + "\n"


def write_jsonl(path: Path, pairs: Iterable[Pair]) -> None:
    """Write pairs as JSON lines; gzipped where the name ends in ``.gz``."""
    with path.open("wb") as raw:
        # Without a name and time inside, equal pairs give equal bytes.
        zipped = path.suffix == ".gz"
        binary = gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) if zipped else raw
        with io.TextIOWrapper(binary, encoding="utf-8", newline="\n") as file:
            file.writelines(to_jsonl(pairs))


def fingerprint(pairs: Iterable[Pair]) -> str:
    """Return the fingerprint of pairs; see ``Fingerprint``."""
    return fingerprint_of(((pair.source,), (pair.target,)) for pair in pairs)


def fingerprint_of(texts: Iterable[tuple[Sequence[str], Sequence[str]]]) -> str:
    """Return the fingerprint of pairs that are given as sources and targets, some at a time."""
    found = Fingerprint()
    for sides in texts:
        found.add(sides)
    return found.digits


class Fingerprint:
    """The SHA-256 of the texts of pairs in order, as hexadecimal digits.

    Every text is preceded by its length in bytes, so that no two corpora share their bytes.
    """

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, sides: tuple[Sequence[str], Sequence[str]]) -> None:
        """Go on with some more sources and their targets."""
        encoded = (
            text.encode("utf-8", errors="surrogatepass")
            for pair in zip(*sides, strict=True)
            for text in pair
        )
        self._digest.update(b"".join(b"%d:%b" % (len(data), data) for data in encoded))

    @property
    def digits(self) -> str:
        """The fingerprint of what was added so far."""
        return self._digest.hexdigest()


def _languages(pair: str | None) -> tuple[str, str] | None:
    if pair is None:
        return None
    source, hyphen, target = pair.partition("-")
    if not (source and hyphen and target) or "-" in target:
        raise ConfigError(f"The language pair must look like `en-de`, but is `{pair}`.")
    return source, target


def _nothing(spec: str, kinds: Collection[str]) -> str:
    if "invalid-utf8" in kinds:
        return (
            f"No pair of `{spec}` is valid UTF-8; convert the text, for example with "
            "`iconv -f LATIN1 -t UTF-8`."
        )
    return f"`{spec}` holds no sentence pairs; it must have at least one."


# --- Prefixes ---------------------------------------------------------------------------------


def _side(prefix: Path, language: str) -> Path | None:
    for ending in ("", ".gz"):
        path = prefix.with_name(f"{prefix.name}.{language}{ending}")
        if path.is_file():
            return path
    return None


def _read_prefix(
    prefix: Path,
    languages: tuple[str, str],
    sides: list[Path | None],
    problems: ProblemSink,
    *,
    lenient: bool,
) -> Iterator[Pair]:
    source_path, target_path = sides
    if source_path is None or target_path is None:
        absent = languages[0] if source_path is None else languages[1]
        raise DataError(
            f"`{source_path or target_path}` is there, but its other side `{prefix}.{absent}` "
            "(or .gz) is not; add the file or give another `--pair`."
        )
    counts = [0, 0]
    sides_lines = (read_lines(source_path, problems), read_lines(target_path, problems))
    for source, target in zip_longest(*sides_lines):
        counts[0] += source is not None
        counts[1] += target is not None
        if source is None or target is None:
            continue
        where = f"{source_path}:{source.number}"
        entry = Pair(source.text, target.text, None, where)
        if source.invalid or target.invalid:
            bad_path, bad = (source_path, source) if source.invalid else (target_path, target)
            problems.append(
                Problem("invalid-utf8", f"{bad_path}:{bad.number}", bad.invalid, 1, entry)
            )
            continue
        yield entry
    if counts[0] != counts[1]:
        detail = (
            f"`{source_path}` has {counts[0]:,} lines but `{target_path}` has {counts[1]:,}; "
            "line n of one must translate line n of the other, so find the missing or extra line"
        )
        if not lenient:
            raise DataError(f"{detail}.")
        count = abs(counts[0] - counts[1])
        problems.append(Problem("unequal-lines", str(prefix), detail, count))


def _no_file(path: Path, languages: tuple[str, str] | None) -> str:
    if languages is not None:
        wanted = " and ".join(f"`{path}.{language}`" for language in languages)
        return missing(path, f", nor are there {wanted} (or .gz)")
    if path.parent.is_dir():
        start = f"{path.name}."
        found = sorted(
            entry.name for entry in path.parent.iterdir() if entry.name.startswith(start)
        )
        suffixes = [name.removeprefix(start).removesuffix(".gz") for name in found]
        if len(suffixes) >= 2:
            names = ", ".join(f"`{name}`" for name in found[:4])
            return (
                f"`{path}` is not a file but the prefix of {names}; name the two languages, as in "
                f"`--pair {suffixes[0]}-{suffixes[1]}`."
            )
    return missing(path)


# --- Built-in corpora -------------------------------------------------------------------------


def _builtin(spec: str, pair: str | None) -> list[Pair]:
    from seq2see.data import builtin

    name, colon, size = spec.removeprefix("builtin:").partition(":")
    name, slash, split = name.partition("/")
    if colon and (not size.isdecimal() or int(size) == 0):
        raise ConfigError(
            f"The size in `{spec}` must be a positive number, as in `builtin:dates:1000`."
        )
    pairs = builtin.generate(name, split if slash else "train", int(size) if colon else None)
    languages = builtin.languages(name)
    if pair is not None and languages is not None and pair != "-".join(languages):
        raise ConfigError(
            f"`{spec}` translates {languages[0]} to {languages[1]}, but the language pair is "
            f"`{pair}`; leave `--pair` out, or choose another corpus."
        )
    return pairs
