"""From corpora to what training reads."""

from dataclasses import replace
from pathlib import Path

import pytest
from small_trainings import pairs, tiny_config

from seq2see import config as configuration
from seq2see.config import Config, DataConfig
from seq2see.data import corpus
from seq2see.data.rejects import count_by_reason
from seq2see.data.vocabulary import train_tokenizers
from seq2see.errors import DataError
from seq2see.tokens import EOS_ID
from seq2see.training.material import (
    Material,
    located,
    prepare,
    read_texts,
    with_builtin_splits,
)


def of_file(path: Path, text: str, **data: object) -> Config:
    path.write_text(text, encoding="utf-8")
    settings = {f"data.{key}": value for key, value in data.items()}
    return configuration.resolve(
        settings={"data.train": (str(path),), "tokenizer.kind": "word", **settings}
    )


def prepared(config: Config) -> Material:
    texts = read_texts(config)
    return prepare(config, texts, *train_tokenizers(config.tokenizer, texts.train))


def test_paths_become_absolute_and_builtin_names_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = located(DataConfig(train=("a.tsv", "builtin:copy"), valid=("/x/b",), test=()))
    assert found.train == (str(tmp_path / "a.tsv"), "builtin:copy")
    assert (found.valid, found.test) == (("/x/b",), ())


@pytest.mark.parametrize(
    ("data", "valid", "test"),
    [
        (DataConfig(train=("builtin:copy:9",)), ("builtin:copy/valid",), ("builtin:copy/test",)),
        (DataConfig(train=("builtin:copy/train",)), (), ()),
        (DataConfig(train=("builtin:copy", "x.tsv")), (), ()),
        (DataConfig(train=("builtin:copy",), split=0.5), (), ()),
        (DataConfig(train=("builtin:copy",), valid=("v",)), ("v",), ()),
        (DataConfig(train=("x.tsv",)), (), ()),
    ],
)
def test_builtin_corpora_bring_their_own_splits(
    data: DataConfig, valid: tuple[str, ...], test: tuple[str, ...]
) -> None:
    found = with_builtin_splits(data)
    assert (found.valid, found.test) == (valid, test)


def test_named_corpora_are_read_and_not_split(tmp_path: Path) -> None:
    texts = read_texts(tiny_config(tmp_path))
    assert [len(part) for part in (texts.train, texts.valid, texts.test)] == [30, 6, 3]
    assert texts.train[0][:2] == pairs(1)[0][:2]


def test_what_is_not_named_is_split_off(tmp_path: Path) -> None:
    config = tiny_config(tmp_path, data__split=0.8)
    named = config.data.train
    alone = replace(config, data=replace(config.data, valid=(), test=()))
    texts = read_texts(alone)
    sources = [{pair.source for pair in part} for part in (texts.train, texts.valid, texts.test)]
    assert all(sources)
    assert not sources[0] & (sources[1] | sources[2])
    assert sum(map(len, (texts.train, texts.valid, texts.test))) == 30
    with_test = replace(config, data=replace(config.data, valid=(), test=named))
    texts = read_texts(with_test)
    assert len(texts.train) + len(texts.valid) == 30
    assert len(texts.test) == 30
    with_valid = replace(config, data=replace(config.data, test=()))
    assert len(read_texts(with_valid).test) == 0


def test_the_limit_is_on_training_pairs_alone(tmp_path: Path) -> None:
    texts = read_texts(tiny_config(tmp_path, data__max_pairs=7))
    assert [len(part) for part in (texts.train, texts.valid, texts.test)] == [7, 6, 3]


def test_every_pair_that_is_lost_is_counted(tmp_path: Path) -> None:
    lines = [f"a{number}\tb\n" for number in range(40)]
    lines[3:5] = ["\tb\n", "a\t \n"]
    lines[7] = "only one column\n"
    lines[9] = f"{'long ' * 20}\tb\n"
    config = of_file(tmp_path / "p.tsv", "".join(lines), max_length=10)
    kept = prepared(config)
    assert count_by_reason(kept.texts.lost) == {
        "empty-source": 1, "empty-target": 1, "missing-column": 1, "source-too-long": 1
    }  # fmt: skip
    used = [*kept.texts.train, *kept.texts.valid, *kept.texts.test]
    assert len(used) + len(kept.texts.lost) == 40


def test_cleaning_comes_before_everything_and_is_counted(tmp_path: Path) -> None:
    text = "".join(f"A  {number}\tB\n" for number in range(20))
    texts = read_texts(of_file(tmp_path / "p.tsv", text, clean=("squeeze", "lower")))
    assert {pair.target for pair in texts.train} == {"b"}
    assert all("  " not in pair.source for pair in texts.train)
    assert texts.cleaned == {"squeeze": 20, "lower": 40, "alignments-dropped": 0}


def test_ids_are_the_tokenizers_with_the_end_symbol(tmp_path: Path) -> None:
    config = tiny_config(tmp_path)
    texts = read_texts(config)
    source, target = train_tokenizers(config.tokenizer, texts.train)
    kept = prepare(config, texts, source, target)
    assert len(kept.train) == 30
    for row, pair in enumerate(texts.train):
        assert kept.train.source[row].tolist() == [*source.encode(pair.source).ids, EOS_ID]
        assert kept.train.target[row].tolist() == [*target.encode(pair.target).ids, EOS_ID]
    assert kept.fingerprint == corpus.fingerprint(texts.train)


def test_a_split_by_row_says_how_much_it_leaks(tmp_path: Path) -> None:
    text = "".join(f"same {number % 5}\ttarget {number}\n" for number in range(100))
    by_row = of_file(tmp_path / "p.tsv", text, split=0.5, split_by="row")
    assert read_texts(by_row).leaking_sources == 5
    by_source = of_file(tmp_path / "p.tsv", text, split=0.5, split_by="source")
    assert read_texts(by_source).leaking_sources == 0


def test_nothing_usable_is_refused(tmp_path: Path) -> None:
    config = of_file(tmp_path / "p.tsv", "\ta\n\tb\n")
    with pytest.raises(DataError, match=r"None of the 2 pairs of .*p\.tsv is usable; .*doctor"):
        read_texts(config)
    assert len(read_texts(config, lenient=True).train) == 0


@pytest.mark.parametrize(("name", "which"), [("train", "training"), ("valid", "validation")])
def test_nothing_but_long_pairs_is_refused(tmp_path: Path, name: str, which: str) -> None:
    config = tiny_config(tmp_path, data__max_length=9)
    [path] = getattr(config.data, name)
    corpus.write_jsonl(Path(path), [pair._replace(source="un " * 10) for pair in pairs(5)])
    with pytest.raises(DataError, match=rf"All {which} pairs are longer than `data\.max_length=9`"):
        prepared(config)
