"""Public corpora: fetched, copied, verified, and refused where they are not what they should be."""

import errno
import gzip
import hashlib
import io
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from file_server import FileServer, serving

from seq2see.data.public import get as getting
from seq2see.data.public.get import get
from seq2see.data.public.registry import PublicCorpus, PublicFile, corpora, find
from seq2see.errors import DataError, UsageError

ENGLISH, MARATHI = b"Go.\nRun!\n" * 500, "Go.\tजा.\n".encode() * 500


def zipped(**members: bytes) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.txt", content)
    return raw.getvalue()


@pytest.fixture
def server() -> Iterator[FileServer]:
    files = {
        "raw/train.en.gz": gzip.compress(ENGLISH),
        "tok/train.en": ENGLISH.lower(),
        "mar-eng.zip": zipped(mar=MARATHI, _about=b"CC BY"),
    }
    with serving(files) as told:
        yield told


def public_file(path: str, text: bytes, address: str, member: str | None = None) -> PublicFile:
    digest = hashlib.sha256(text).hexdigest()
    return PublicFile(path=path, address=address, sha256=digest, size=len(text), member=member)


@pytest.fixture
def corpus(server: FileServer) -> PublicCorpus:
    return PublicCorpus(
        name="small",
        title="Small",
        home="http://example.org",
        licence="CC BY 2.0 FR",
        attribution="Somebody",
        next="seq2see train data/a/train",
        files=(
            public_file("a/train.en", ENGLISH, server.address("raw/train.en.gz")),
            public_file("a/tok/train.en", ENGLISH.lower(), server.address("tok/train.en")),
            public_file("a/mar.txt", MARATHI, server.address("mar-eng.zip"), "mar.txt"),
        ),
    )


def content_of(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


TEXTS = {"a/train.en": ENGLISH, "a/tok/train.en": ENGLISH.lower(), "a/mar.txt": MARATHI}


def test_gzipped_plain_and_archived_files_become_text(corpus: PublicCorpus, tmp_path: Path) -> None:
    counted: list[int] = []
    got = get(corpus, tmp_path, advance=counted.append)
    assert [(one.is_new, one.is_known) for one in got] == [(True, True)] * 3
    found = content_of(tmp_path)
    notice = found.pop("a/small.licence.txt").decode()
    assert found == TEXTS
    assert "Licence: CC BY 2.0 FR\nAttribution: Somebody\n" in notice
    assert sum(counted) > 0


def test_what_is_there_is_not_fetched_again(
    corpus: PublicCorpus, server: FileServer, tmp_path: Path
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/mar.txt").write_bytes(MARATHI)
    assert [one.is_new for one in get(corpus, tmp_path)] == [True, True, False]
    server.asked.clear()
    assert [one.is_new for one in get(corpus, tmp_path)] == [False] * 3
    assert server.asked == []


def test_another_file_in_the_way_is_never_overwritten(
    corpus: PublicCorpus, server: FileServer, tmp_path: Path
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/mar.txt").write_text("mine")
    with pytest.raises(DataError, match=r"mar.txt` is there already, but is not the file"):
        get(corpus, tmp_path)
    assert content_of(tmp_path) == {"a/mar.txt": b"mine"}
    assert server.asked == []


def test_a_wrong_checksum_leaves_nothing(
    corpus: PublicCorpus, server: FileServer, tmp_path: Path
) -> None:
    server.files["raw/train.en.gz"] = gzip.compress(ENGLISH + b"!")
    with pytest.raises(DataError, match=r"train.en.gz` has for `a/train.en` has a wrong checksum"):
        get(corpus, tmp_path)
    assert content_of(tmp_path) == {}
    server.files["raw/train.en.gz"] = gzip.compress(ENGLISH)
    get(corpus, tmp_path)
    assert content_of(tmp_path)["a/train.en"] == ENGLISH


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("raw/train.en.gz", gzip.compress(ENGLISH)[:-20]),
        ("mar-eng.zip", zipped(mar=MARATHI)[:-30]),
        ("mar-eng.zip", zipped(other=MARATHI)),
        ("mar-eng.zip", b"<html>Log in to this network</html>"),
    ],
    ids=["cut-gzip", "cut-zip", "no-member", "web-page"],  # Compressed bytes hold the time.
)
def test_damaged_files_are_refused(
    corpus: PublicCorpus, server: FileServer, tmp_path: Path, name: str, content: bytes
) -> None:
    server.files[name] = content
    with pytest.raises(DataError, match=r"is damaged or something else \(.*\); call again, or"):
        get(replace(corpus, moving=True), tmp_path)
    assert not [path for path in content_of(tmp_path) if path.endswith((".part", ".writing"))]


def test_a_corpus_that_moves_on_is_taken_as_it_is(
    corpus: PublicCorpus, server: FileServer, tmp_path: Path
) -> None:
    newer = MARATHI + "Hi.\tहाय.\n".encode()
    server.files["mar-eng.zip"] = zipped(mar=newer)
    moving = replace(corpus, moving=True)
    assert [one.is_known for one in get(moving, tmp_path)] == [True, True, False]
    assert content_of(tmp_path)["a/mar.txt"] == newer
    again = get(moving, tmp_path)[2]
    assert (again.is_new, again.is_known) == (False, False)


def test_half_a_file_is_no_newer_version(
    corpus: PublicCorpus, server: FileServer, tmp_path: Path
) -> None:
    moving = replace(corpus, moving=True)
    server.files["mar-eng.zip"] = zipped(mar=b"")
    with pytest.raises(DataError, match=r"mar-eng.zip` has for `a/mar.txt` has a wrong checksum"):
        get(moving, tmp_path)
    (tmp_path / "a/mar.txt").write_bytes(b"")
    with pytest.raises(DataError, match=r"mar.txt` is there already, but is not the file"):
        get(moving, tmp_path)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_mirror_is_verified_in_the_same_way(
    corpus: PublicCorpus, server: FileServer, tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    mirror, ending = tmp_path / "mirror", "" if pack is bytes else ".gz"
    for name, text in TEXTS.items():
        path = mirror / f"{name}{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pack(text))
    get(corpus, tmp_path / "data", mirror=mirror)
    found = content_of(tmp_path / "data")
    assert {name: found[name] for name in TEXTS} == TEXTS
    assert server.asked == []
    (mirror / f"a/mar.txt{ending}").write_bytes(pack(b"Go.\tx\n"))
    with pytest.raises(DataError, match=r"mirror` has for `a/mar.txt` has a wrong checksum"):
        get(corpus, tmp_path / "other", mirror=mirror)
    (mirror / f"a/mar.txt{ending}").unlink()
    with pytest.raises(DataError, match=r"has neither `a/mar.txt` nor `a/mar.txt.gz`; name"):
        get(corpus, tmp_path / "third", mirror=mirror)


def test_a_disk_without_room_is_noticed_before(
    corpus: PublicCorpus, server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(DataError, match=r"is too full: 1 MB are needed, but only 0 are free; make"):
        get(corpus, tmp_path / "not" / "yet")
    assert server.asked == []
    assert not (tmp_path / "not").exists()


def test_a_disk_that_fills_up_keeps_what_was_fetched(
    corpus: PublicCorpus, server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(getting, "_text", full)
        with pytest.raises(OSError, match="No space left on device") as raised:
            get(corpus, tmp_path)
    assert raised.value.filename == str(tmp_path / "a/train.en")
    assert list(content_of(tmp_path)) == ["a/.train.en.part"]
    server.asked.clear()
    get(corpus, tmp_path)
    size = len(server.files["raw/train.en.gz"])
    assert server.asked[0] == ("/raw/train.en.gz", f"bytes={size}-")
    assert content_of(tmp_path)["a/train.en"] == ENGLISH


def test_the_registry_is_whole() -> None:
    assert len({corpus.name for corpus in corpora()}) == len(corpora())
    for corpus in corpora():
        assert all([corpus.title, corpus.licence, corpus.attribution, corpus.next])
        assert corpus.home.startswith("https://")
        for file in corpus.files:
            assert file.address.startswith("https://")
            assert len(bytes.fromhex(file.sha256)) == 32
            assert not Path(file.path).is_absolute()
            assert ".." not in file.path
            assert (file.member is not None) == file.address.endswith(".zip")


def test_an_unknown_corpus_is_refused() -> None:
    assert find("dates").licence == "MIT"
    with pytest.raises(UsageError, match=r"^`date` is not one of the .*did you mean `dates`\?$"):
        find("date")
