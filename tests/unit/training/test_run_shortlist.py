"""The shortlist of a run: learnt once, kept, learnt again when it fits no more, or refused."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from small_trainings import SETTINGS, SIZES, write_corpora

from seq2see import api
from seq2see.decoding.shortlist import FILE, Shortlist
from seq2see.errors import ConfigError, RunError
from seq2see.run import Run
from seq2see.training.listener import Silent
from seq2see.training.shortlist import learn_shortlist


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("corpora")


@pytest.fixture
def run(tmp_path: Path, corpora: Path) -> Run:
    """A trained run; its vocabulary has the six words on both sides, the target's in capitals."""
    named = write_corpora(corpora)
    settings = {**SETTINGS, **SIZES["recurrent"], **named, "train.max_updates": 4}
    return api.train(
        named["data.train"],
        out=tmp_path / "run",
        arch="bahdanau2015",
        size="tiny",
        settings=settings,
        listener=Silent(),
    )


def test_it_is_learnt_from_the_training_pairs_and_kept(run: Run) -> None:
    assert Shortlist.read(run) is None
    learnt = learn_shortlist(run, Silent())
    source, target = run.source_tokenizer, run.target_tokenizer
    for word in ("un", "deux", "trois", "quatre", "cinq", "six"):
        [one], [other] = source.encode(word).ids, target.encode(word.upper()).ids
        assert learnt.likely[one, 0] == other
    kept = Shortlist.read(run)
    assert kept is not None
    assert torch.equal(kept.likely, learnt.likely)
    assert torch.equal(kept.frequent, learnt.frequent)
    assert kept.target_vocab == len(target)


def test_it_is_that_of_these_pairs_and_no_others(run: Run) -> None:
    learn_shortlist(run, Silent())
    summary = run.path / "data" / "summary.json"
    text = summary.read_text(encoding="utf-8")
    summary.write_text(re.sub(r'"fingerprint": "..', '"fingerprint": "zz', text), encoding="utf-8")
    assert Shortlist.read(run) is None


def test_a_translator_uses_it_and_learns_it_when_there_is_none(run: Run) -> None:
    translator = api.load(run.path, shortlist=True)
    assert (run.path / FILE).exists()
    # Everything is frequent in so small a vocabulary, so nothing changes.
    plain = api.load(run.path).translate(["un deux", "six"])
    found = translator.translate(["un deux", "six"])
    assert [one.text for one in found] == [one.text for one in plain]


def test_without_the_corpora_it_cannot_be_learnt(run: Run, tmp_path: Path) -> None:
    gone = str(tmp_path / "gone.jsonl")
    moved = replace(run, config=replace(run.config, data=replace(run.config.data, train=(gone,))))
    with pytest.raises(RunError, match=r"learnt from its training pairs, which cannot be read"):
        learn_shortlist(moved, Silent())


def test_a_broken_file_is_named(run: Run) -> None:
    (run.path / FILE).write_bytes(b"nothing")
    with pytest.raises(RunError, match=r"shortlist\.safetensors.*delete it, and it will be made"):
        Shortlist.read(run)


def test_ctranslate2_knows_no_shortlist(run: Run) -> None:
    with pytest.raises(ConfigError, match="`shortlist` is for the torch backend, but `backend` is"):
        api.load(run.path, backend="ctranslate2", shortlist=True)
