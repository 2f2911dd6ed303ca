"""``seq2see data`` as a user meets it; the network is a server on this machine."""

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import seq2see
from file_server import serving

from seq2see.data.public import registry
from seq2see.data.public.registry import PublicCorpus, PublicFile, corpora

TEXT = b"a\tb\nc\td\n"
DATA = Path(os.environ.get("SEQ2SEE_DATA", ""))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> PublicCorpus:
    """The only corpus there is, at an address that nobody answers at."""
    file = PublicFile(
        path="small/pairs.tsv",
        address="http://127.0.0.1:1/pairs.tsv",
        sha256=hashlib.sha256(TEXT).hexdigest(),
        size=len(TEXT),
    )
    corpus = PublicCorpus(
        name="small",
        title="Two pairs",
        home="http://example.org",
        licence="CC BY 2.0 FR",
        attribution="Somebody of example.org",
        next="seq2see train data/small/pairs.tsv --out runs/small",
        files=(file,),
    )
    monkeypatch.setattr(registry, "corpora", lambda: (corpus,))
    return corpus


def test_the_list_names_every_corpus_with_its_licence() -> None:
    done = seq2see("data", "list")
    assert done.code == 0
    for corpus in corpora():
        assert any(line.startswith(corpus.name) for line in done.out.splitlines())
    assert "non-commercial" in done.out


def test_the_list_as_json() -> None:
    found = json.loads(seq2see("data", "list", "--json").out)
    assert [one["name"] for one in found] == [corpus.name for corpus in corpora()]
    assert set(found[0]) == {
        "name", "title", "home", "licence", "attribution", "next", "files", "moving", "size",
    }  # fmt: skip
    assert set(found[0]["files"][0]) == {"path", "address", "sha256", "size", "member"}
    assert found[0]["size"] == sum(file["size"] for file in found[0]["files"])


def test_terms_come_first_and_consent_is_needed(small: PublicCorpus, tmp_path: Path) -> None:
    done = seq2see("data", "get", "small", "--out", tmp_path)
    assert done.code == 2
    assert done.error == (
        "`small` is fetched only with your consent to its terms; add `--yes` where nobody can be "
        "asked."
    )
    for shown in (small.licence, small.attribution, small.home, small.files[0].address):
        assert shown in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_corpus_is_fetched_and_the_next_command_named(
    small: PublicCorpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving({"pairs.tsv": TEXT}) as server:
        offered = replace(small.files[0], address=server.address("pairs.tsv"))
        monkeypatch.setattr(registry, "corpora", lambda: (replace(small, files=(offered,)),))
        first = seq2see("data", "get", "small", "--out", tmp_path, "--yes")
        again = seq2see("data", "get", "small", "--out", tmp_path, "--yes")
    path = tmp_path / "small" / "pairs.tsv"
    assert path.read_bytes() == TEXT
    following = f"Next: {small.next.replace('data/', f'{tmp_path}/')}\n"
    assert first.out == f"{path} (verified)\n{following}"
    assert again.out == f"{path} (verified, already there)\n{following}"


def test_a_corpus_that_nobody_knows(tmp_path: Path) -> None:
    done = seq2see("data", "get", "multi3k", "--out", tmp_path)
    assert done.code == 2
    assert done.error.endswith("did you mean `multi30k`?")


@pytest.mark.data
@pytest.mark.parametrize("name", [corpus.name for corpus in corpora()])
def test_every_corpus_of_the_mirror_is_the_one_that_is_known(name: str, tmp_path: Path) -> None:
    done = seq2see("data", "get", name, "--mirror", DATA, "--out", tmp_path, "--yes")
    assert done.code == 0, done.err
    assert "warning" not in done.err
    assert len(done.out.splitlines()) == len(registry.find(name).files) + 1
