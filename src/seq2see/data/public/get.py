"""Public corpora on the disk: fetched or copied, unpacked, verified, whole or not there.

What is verified is the text. The same text is gzipped here and plain there, and may be compressed
anew at any time, so the checksum of what comes over the network says less.
"""

import gzip
import hashlib
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from seq2see.data.public.download import download
from seq2see.data.public.registry import PublicCorpus, PublicFile
from seq2see.errors import DataError
from seq2see.files import write_atomically, written_atomically

_CHUNK = 1 << 20
_SPARE = 1 << 20  # bytes beyond the files themselves that must be free


@dataclass(frozen=True)
class Got:
    """What became of one file."""

    path: Path
    is_new: bool
    """Whether it was fetched or copied now."""
    is_known: bool
    """Whether it is the version that is known; of a corpus that its owners replace, it need not."""


def get(
    corpus: PublicCorpus,
    folder: Path,
    *,
    mirror: Path | None = None,
    advance: Callable[[int], None] = lambda _: None,
) -> list[Got]:
    """Put the files of a corpus below a folder; those that are there already stay.

    Args:
        corpus: The corpus.
        folder: The folder of all corpora, such as ``data``.
        mirror: A folder of the same layout to take the files from, where they may be gzipped; None:
            from their owners' addresses.
        advance: Told how many bytes were fetched or copied.

    Raises:
        DataError: A file differs from the one that is known, is in the way, cannot be fetched, or
            there is no room for it.
        OSError: A file cannot be written.
    """
    found = {file: _there(corpus, file, folder / file.path) for file in corpus.files}
    lacking = [file for file, known in found.items() if known is None]
    _check_room(folder, sum(file.size for file in lacking))
    got = []
    for file in corpus.files:
        path = folder / file.path
        before = found[file]
        if before is not None:
            got.append(Got(path, is_new=False, is_known=before))
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if mirror is not None:
            known = _unpack(corpus, file, _mirrored(mirror, file), path, str(mirror))
            advance(path.stat().st_size)
        else:
            part = path.with_name(f".{path.name}.part")
            download(file.address, part, advance=advance)
            try:
                known = _unpack(corpus, file, part, path, file.address, file.member)
            except DataError:
                part.unlink()
                raise
            part.unlink()
        got.append(Got(path, is_new=True, is_known=known))
    if lacking:
        home = (folder / corpus.files[0].path).parent
        write_atomically(home / f"{corpus.name}.licence.txt", _notice(corpus).encode())
    return got


def _there(corpus: PublicCorpus, file: PublicFile, path: Path) -> bool | None:
    """Whether a file that is there is the version that is known; None where there is none.

    One that is another file must not be overwritten.
    """
    if not path.exists():
        return None
    with path.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    known = digest == file.sha256
    if not known and not (corpus.moving and _is_plausible(path, file)):
        raise DataError(
            f"`{path}` is there already, but is not the file of `{corpus.name}` (its SHA-256 is "
            f"{digest[:12]}… instead of {file.sha256[:12]}…); move it away, or choose another "
            "folder with `--out`."
        )
    return known


def _is_plausible(path: Path, file: PublicFile) -> bool:
    """Whether a file may be another version of one: its owners seldom take half of it away."""
    return path.stat().st_size > file.size / 2


def _check_room(folder: Path, size: int) -> None:
    """Refuse what cannot fit; a file lies there packed and unpacked for a moment."""
    above = (folder.absolute(), *folder.absolute().parents)
    free = shutil.disk_usage(next(one for one in above if one.exists())).free
    needed = 2 * size + _SPARE
    if size and free < needed:
        raise DataError(
            f"The disk of `{folder}` is too full: {needed / 1e6:,.0f} MB are needed, but only "
            f"{free / 1e6:,.0f} are free; make room, or choose another folder with `--out`."
        )


def _notice(corpus: PublicCorpus) -> str:
    """What has to stay with the files."""
    return (
        f"{corpus.title}\n{corpus.home}\n\nLicence: {corpus.licence}\n"
        f"Attribution: {corpus.attribution}\n\n"
        + "".join(f"{file.path} from {file.address}\n" for file in corpus.files)
    )


def _mirrored(mirror: Path, file: PublicFile) -> Path:
    for name in (file.path, f"{file.path}.gz"):
        if (mirror / name).is_file():
            return mirror / name
    raise DataError(
        f"`{mirror}` has neither `{file.path}` nor `{file.path}.gz`; name a folder with the layout "
        "that `seq2see data get` makes."
    )


def _unpack(
    corpus: PublicCorpus,
    file: PublicFile,
    packed: Path,
    path: Path,
    origin: str,
    member: str | None = None,
) -> bool:
    """Write the text of a packed file; returns whether it is the version that is known."""
    digest = hashlib.sha256()
    with written_atomically(path) as beside:
        try:
            with beside.open("wb") as out:
                for chunk in _text(packed, member):
                    digest.update(chunk)
                    out.write(chunk)
        except (gzip.BadGzipFile, zipfile.BadZipFile, EOFError, zlib.error, KeyError) as error:
            raise DataError(
                f"What `{origin}` has for `{file.path}` is damaged or something else ({error}); "
                "call again, or take the file from elsewhere with `--mirror`."
            ) from None
        known = digest.hexdigest() == file.sha256
        if not known and not (corpus.moving and _is_plausible(beside, file)):
            raise DataError(
                f"What `{origin}` has for `{file.path}` has a wrong checksum: the SHA-256 of its "
                f"text is {digest.hexdigest()[:12]}… instead of {file.sha256[:12]}…; it was "
                "changed, or damaged on its way, so call again or take it from elsewhere with "
                "`--mirror`."
            )
    return known


def _text(packed: Path, member: str | None) -> Iterator[bytes]:
    """Yield the text in a file: a member of an archive, or all of it, gzipped or plain."""
    if member is not None:
        with zipfile.ZipFile(packed) as archive, archive.open(member) as text:
            yield from iter(lambda: text.read(_CHUNK), b"")
        return
    with packed.open("rb") as raw:
        zipped = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        file = gzip.GzipFile(fileobj=raw) if zipped else raw
        yield from iter(lambda: file.read(_CHUNK), b"")
