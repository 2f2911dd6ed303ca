"""Corpora: every form that DATA can take on the command line, read into sentence pairs.

A corpus is named by one text:

- ``FILE.jsonl``: objects ``{"source": ..., "target": ...}``, with ``"alignment"`` where known,
  or ``{"translation": {"en": ..., "de": ...}}``, which needs the language pair;
- any other file: text in columns, separated by tab, by `` ||| `` where that is found instead, or by
  what the caller says;
- a prefix, with a language pair: ``data/train`` and ``en-de`` mean ``data/train.en`` and
  ``data/train.de``, line for line;
- ``builtin:NAME[/SPLIT][:SIZE]``.

Every file may be gzipped. Nothing is dropped silently: a line that cannot be used is a ``Problem``.
"""

import gzip
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from seq2see.data.columns import read_columns
from seq2see.data.lines import missing, read_lines
from seq2see.data.objects import read_objects
from seq2see.data.pair import Pair
from seq2see.data.rejects import Problem, Reject, rejects_of
from seq2see.errors import ConfigError, DataError


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
    columns: tuple[int, int] = (1, 2),
    separator: str | None = None,
    lenient: bool = False,
) -> Corpus:
    """Read one corpus.

    Args:
        spec: A file, a prefix or ``builtin:NAME[/SPLIT][:SIZE]``; see the module.
        pair: Languages as ``SOURCE-TARGET``; also the suffixes of a prefix and the keys of
            ``translation`` objects.
        columns: Columns of source and target in separated text, from 1.
        separator: Column separator of separated text; None: tab, else `` ||| `` where it is found.
        lenient: Report unequal line counts of a prefix as a problem instead of refusing them.

    Raises:
        DataError: The corpus is missing, unreadable, empty, or not in any of the forms.
        ConfigError: ``pair``, ``columns``, ``separator`` or a built-in name are not usable.
    """
    languages = _languages(pair)
    if spec.startswith("builtin:"):
        return Corpus(_builtin(spec, pair))
    path = Path(spec)
    if languages is not None and path.name and not path.is_file():
        sides = [_side(path, language) for language in languages]
        if sides[0] is not None or sides[1] is not None:
            return _read_prefix(path, languages, sides, lenient=lenient)
    if not path.exists():
        raise DataError(_no_file(path, languages))
    problems: list[Problem] = []
    if path.name.removesuffix(".gz").endswith(".jsonl"):
        pairs = read_objects(path, languages, problems)
    else:
        pairs = read_columns(path, columns, separator, problems)
    return Corpus(_some(pairs, spec, problems), tuple(problems))


def read_all(
    specs: Sequence[str],
    *,
    pair: str | None = None,
    columns: tuple[int, int] = (1, 2),
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
    """Return the SHA-256 of the texts in order, as hexadecimal digits.

    Every text is preceded by its length in bytes, so that no two corpora share their bytes.
    """
    digest = hashlib.sha256()
    for pair in pairs:
        for text in (pair.source, pair.target):
            data = text.encode("utf-8", errors="surrogatepass")
            digest.update(b"%d:" % len(data))
            digest.update(data)
    return digest.hexdigest()


def _languages(pair: str | None) -> tuple[str, str] | None:
    if pair is None:
        return None
    source, hyphen, target = pair.partition("-")
    if not (source and hyphen and target) or "-" in target:
        raise ConfigError(f"The language pair must look like `en-de`, but is `{pair}`.")
    return source, target


def _some(pairs: list[Pair], spec: str, problems: Sequence[Problem]) -> list[Pair]:
    if pairs:
        return pairs
    if any(problem.kind == "invalid-utf8" for problem in problems):
        raise DataError(
            f"No pair of `{spec}` is valid UTF-8; convert the text, for example with "
            "`iconv -f LATIN1 -t UTF-8`."
        )
    raise DataError(f"`{spec}` holds no sentence pairs; it must have at least one.")


# --- Prefixes ---------------------------------------------------------------------------------


def _side(prefix: Path, language: str) -> Path | None:
    for ending in ("", ".gz"):
        path = prefix.with_name(f"{prefix.name}.{language}{ending}")
        if path.is_file():
            return path
    return None


def _read_prefix(
    prefix: Path, languages: tuple[str, str], sides: list[Path | None], *, lenient: bool
) -> Corpus:
    source_path, target_path = sides
    if source_path is None or target_path is None:
        absent = languages[0] if source_path is None else languages[1]
        raise DataError(
            f"`{source_path or target_path}` is there, but its other side `{prefix}.{absent}` "
            "(or .gz) is not; add the file or give another `--pair`."
        )
    problems: list[Problem] = []
    pairs, counts = [], [0, 0]
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
        pairs.append(entry)
    if counts[0] != counts[1]:
        detail = (
            f"`{source_path}` has {counts[0]:,} lines but `{target_path}` has {counts[1]:,}; "
            "line n of one must translate line n of the other, so find the missing or extra line"
        )
        if not lenient:
            raise DataError(f"{detail}.")
        count = abs(counts[0] - counts[1])
        problems.append(Problem("unequal-lines", str(prefix), detail, count))
    return Corpus(_some(pairs, str(prefix), problems), tuple(problems))


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
