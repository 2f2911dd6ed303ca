"""Whether a model can learn one batch by heart."""

from pathlib import Path

import torch
from small_trainings import pairs, tiny_config

from seq2see.config import Config
from seq2see.data import corpus
from seq2see.data.doctor import Diagnosis, OverfitResult
from seq2see.data.pair import Pair
from seq2see.data.vocabulary import train_tokenizers
from seq2see.training.examination import (
    LEARNT_LOSS,
    MAX_UPDATES,
    examine_texts,
    learn_one_batch,
    train_and_examine,
)
from seq2see.training.material import read_texts


def learnt(config: Config, few: list[Pair]) -> OverfitResult:
    return learn_one_batch(config, few, *train_tokenizers(config.tokenizer, few))


def severity(diagnosis: Diagnosis, check: str) -> list[str]:
    return [finding.severity for finding in diagnosis.findings if finding.check == check]


def test_a_working_model_learns_a_batch(tmp_path: Path) -> None:
    found = learnt(tiny_config(tmp_path, model__hidden_dim=32, model__embed_dim=32), pairs(20))
    assert found.learnt
    assert found.last_loss < LEARNT_LOSS < found.first_loss
    assert 0 < found.updates < MAX_UPDATES


def test_a_rate_of_zero_learns_nothing(tmp_path: Path) -> None:
    found = learnt(tiny_config(tmp_path, train__lr=0.0), pairs(20))
    assert not found.learnt
    assert found.updates == MAX_UPDATES
    assert found.last_loss == found.first_loss


def test_several_translations_of_one_source_do_not_mislead(tmp_path: Path) -> None:
    few = [Pair("un deux", f"{word} {number}") for number in range(8) for word in ("A", "B")]
    few += pairs(4)
    config = tiny_config(tmp_path, model__hidden_dim=32, model__embed_dim=32)
    assert learnt(config, few).learnt


def test_the_same_is_found_again(tmp_path: Path) -> None:
    config = tiny_config(tmp_path, train__lr=0.001)
    first = learnt(config, pairs(12))
    torch.rand(5)
    assert learnt(config, pairs(12)) == first


def test_the_doctor_reads_trains_and_looks(tmp_path: Path) -> None:
    notes: list[str] = []
    config = tiny_config(tmp_path, model__hidden_dim=32, model__embed_dim=32)
    found = train_and_examine(config, notes.append)
    assert (found.num_train, found.num_valid, found.num_test) == (30, 6, 3)
    assert severity(found, "one batch") == ["ok"]
    assert [note.partition(" ")[0] for note in notes] == ["reading", "training", "looking"]


def test_where_nothing_is_usable_no_tokenizer_is_trained(tmp_path: Path) -> None:
    config = tiny_config(tmp_path)
    corpus.write_jsonl(Path(config.data.train[0]), [Pair("", "A"), Pair("", "B")])
    notes: list[str] = []
    found = train_and_examine(config, notes.append)
    assert found.fatal
    assert found.source is None
    assert not any(note.startswith("training") for note in notes)


def test_without_tokenizers_no_batch_is_learnt(tmp_path: Path) -> None:
    config = tiny_config(tmp_path)
    found = examine_texts(config, read_texts(config), None, None)
    assert severity(found, "one batch") == []
    assert found.source is None
