"""The dictionary of a run: kept with it, learnt once, or refused."""

from pathlib import Path
from typing import Any

import pytest
from small_trainings import SETTINGS, SIZES, write_corpora

from seq2see import api
from seq2see.data.dictionary import Dictionary
from seq2see.errors import DataError, RunError
from seq2see.run import Run
from seq2see.training.dictionary import dictionary_of
from seq2see.training.listener import Silent

UPSIDE = {"un": "UN", "deux": "DEUX", "trois": "TROIS", "quatre": "QUATRE"}


def trained(folder: Path, **changes: Any) -> Run:
    named = write_corpora(folder)
    settings = {**SETTINGS, **SIZES["recurrent"], **named, "train.max_updates": 4, **changes}
    settings |= {"tokenizer.vocab_size": 8, "decode.replace_unknown": True}
    return api.train(
        named["data.train"],
        out=folder / "run",
        arch="bahdanau2015",
        size="tiny",
        settings=settings,
        listener=Silent(),
    )


def test_a_named_file_moves_into_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    given = tmp_path / "words.tsv"
    Dictionary(UPSIDE).write(given)
    run = trained(tmp_path, **{"decode.dictionary": "words.tsv"})
    given.unlink()
    monkeypatch.chdir("/")
    name = run.config.decode.dictionary
    assert name == str(given)
    assert dictionary_of(Run.open(run.path), name, Silent()).translations == UPSIDE
    found = api.load(run.path).translate("un deux six", max_length=3)
    assert "<unk>" not in found.text


def test_another_file_is_read_where_it_is(tmp_path: Path) -> None:
    run = trained(tmp_path)
    other = tmp_path / "other.tsv"
    Dictionary({"un": "einer"}).write(other)
    assert dictionary_of(run, str(other), Silent()).translations == {"un": "einer"}
    with pytest.raises(DataError, match=r"There is no file"):
        api.load(run.path, dictionary=tmp_path / "missing.tsv")


def test_it_is_learnt_from_the_training_pairs_and_kept(tmp_path: Path) -> None:
    """The corpus says every word in capitals, most of which the vocabulary does not hold."""
    run = trained(tmp_path, **{"decode.dictionary": "learnt"})
    learnt = dictionary_of(run, "learnt", Silent())
    words = ("un", "deux", "trois", "quatre", "cinq", "six")
    assert learnt.translations == {word: word.upper() for word in words}
    (tmp_path / "train.jsonl").unlink()
    assert dictionary_of(run, "learnt", Silent()) == learnt  # nothing is learnt again


def test_without_the_corpora_it_cannot_be_learnt(tmp_path: Path) -> None:
    run = trained(tmp_path)
    (tmp_path / "train.jsonl").unlink()
    with pytest.raises(RunError, match=r"The dictionary of .* or name a file instead"):
        dictionary_of(run, "learnt", Silent())


def test_a_broken_dictionary_is_refused_before_training(tmp_path: Path) -> None:
    (tmp_path / "words.tsv").write_text("one two\n")
    with pytest.raises(DataError, match=r"Line 1 of the dictionary"):
        trained(tmp_path, **{"decode.dictionary": str(tmp_path / "words.tsv")})
    assert not (tmp_path / "run").exists()
