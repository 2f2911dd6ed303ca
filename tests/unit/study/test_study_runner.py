"""Rows are trained once, whatever happens in between, and fail alone."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import small_trainings

from seq2see import config as configuration
from seq2see.data.doctor import OverfitResult
from seq2see.errors import RunError, TrainingError, UsageError
from seq2see.files import folder_begun
from seq2see.machine import Machine
from seq2see.run import Run
from seq2see.study import runner
from seq2see.study.forecast import forecast
from seq2see.study.grid import Variation, product
from seq2see.study.measurement import Measurement
from seq2see.study.named import named
from seq2see.study.runner import Results, carry_out
from seq2see.study.study import plan, write
from seq2see.study.table import Table
from seq2see.training import examination, start
from seq2see.training.listener import Listener

GRID = product({"model.attention.score": ("none", "general"), "model.cell": ("lstm", "gru")})


@pytest.fixture(autouse=True)
def one_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Learning one batch by heart, tested elsewhere, takes longer than all the rest."""
    found = OverfitResult(updates=9, first_loss=2.0, last_loss=0.1, learnt=True)
    monkeypatch.setattr(examination, "learn_one_batch", lambda *_: found)


def planned(folder: Path, design: list[Variation] = GRID, seeds: int = 1, **more: Any) -> Any:
    given = {
        **small_trainings.write_corpora(folder),
        **small_trainings.SETTINGS,
        **small_trainings.SIZES["recurrent"],
        "model.size": "tiny",
        **{key.replace("__", "."): value for key, value in more.items()},
    }
    return plan(given, folder / "study", design=design, num_seeds=seeds)


def studied(folder: Path, **more: Any) -> Results:
    return carry_out(planned(folder, **more), machine=Machine(threads=1), changed=write)


def studied_again(folder: Path) -> list[Measurement]:
    """What was measured, as it is read."""
    paths = sorted((folder / "study" / "rows").rglob("seed-1.json"))
    found = [Measurement.read(path) for path in paths]
    return [one for one in found if one is not None]


def configs_of(folder: Path) -> list[Path]:
    return sorted((folder / "study" / "runs").rglob("config.toml"))


def weights(folder: Path) -> dict[str, bytes]:
    runs = folder / "study" / "runs"
    return {
        str(path.relative_to(runs)): path.read_bytes()
        for path in sorted(runs.rglob("seed-*/model.safetensors"))
    }


def content(folder: Path) -> Any:
    return json.loads((folder / "study" / "study.json").read_text(encoding="utf-8"))


def test_every_row_is_an_ordinary_run_of_the_same_pairs(tmp_path: Path) -> None:
    results = studied(tmp_path, seeds=2)
    assert len(results.measured) == 8
    assert len(weights(tmp_path)) == 8
    configs = [
        Run.open(path.parent).config for path in (tmp_path / "study" / "runs").rglob("config.toml")
    ]
    assert {config.data.train for config in configs} == {
        (str(tmp_path / "study" / "data" / "train.jsonl"),)
    }
    assert sorted(config.train.seed for config in configs) == [1] * 4 + [2] * 4
    vocabularies = {
        path.read_bytes() for path in (tmp_path / "study").rglob("source.tokenizer.json")
    }
    assert len(vocabularies) == 1
    rows = content(tmp_path)["rows"]
    assert [row["status"] for row in rows] == ["done"] * 4
    assert rows[0]["bleu"]["by_seed"].keys() == {"1", "2"}
    assert rows[1]["gain"]["over"] == "score=none, cell=lstm"


def test_seeds_share_one_split(tmp_path: Path) -> None:
    study = planned(tmp_path, GRID[:1], seeds=2, data__valid=(), data__test=(), data__split=0.8)
    carry_out(study, machine=Machine(threads=1), changed=write)
    held_out = {path.read_bytes() for path in (tmp_path / "study" / "runs").rglob("test.jsonl")}
    assert len(held_out) == 1


def test_what_was_measured_is_never_computed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studied(tmp_path, design=GRID[:2])
    before = content(tmp_path)

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("It was trained again.")

    monkeypatch.setattr(start, "begin", refuse)
    monkeypatch.setattr(start, "resume", refuse)
    assert len(studied(tmp_path, design=GRID[:2]).measured) == 2
    assert content(tmp_path) == before


def test_a_grid_may_grow(tmp_path: Path) -> None:
    studied(tmp_path, design=GRID[:2])
    before = weights(tmp_path)
    after = (studied(tmp_path, seeds=2), weights(tmp_path))[1]
    assert len(after) == 8
    assert before.items() <= after.items()


class Interrupting(runner.Brief):
    """Presses Ctrl-C at the sixth update."""

    def __init__(self) -> None:
        super().__init__()
        self.updates = 0

    def advance(self, count: int = 1, note: str = "") -> None:
        self.updates += count
        if self.updates == 6:
            import signal

            signal.raise_signal(signal.SIGINT)


def test_a_study_goes_on_where_it_was_interrupted(tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    whole.mkdir()
    broken.mkdir()
    studied(whole, design=GRID[:2])
    with pytest.raises(KeyboardInterrupt):
        carry_out(
            planned(broken, GRID[:2]),
            machine=Machine(threads=1),
            changed=write,
            listener=Interrupting,
        )
    assert [row["status"] for row in content(broken)["rows"]] == ["waiting", "waiting"]
    started = list((broken / "study" / "runs").rglob("checkpoints/step-6"))
    assert len(started) == 1
    studied(broken, design=GRID[:2])
    assert weights(broken) == weights(whole)
    one, other = content(whole), content(broken)
    for row in (*one["rows"], *other["rows"]):
        del row["tokens_per_second"]
    assert one["rows"] == other["rows"]


def test_a_row_that_fails_says_why_and_stops_nobody(tmp_path: Path) -> None:
    rows = [
        Variation("impossible", {"model.attention.score": "dot", "model.bidirectional": True,
                                 "model.bridge": "tanh"}),
        Variation("diverges", {"train.lr": 1e30, "train.optimizer": "sgd", "train.clip_norm": 0}),
        Variation("fine", {}),
    ]  # fmt: skip
    results = studied(tmp_path, design=rows)
    impossible, diverges, fine = content(tmp_path)["rows"]
    assert impossible["status"] == "failed"
    assert "differ in width" in impossible["reason"]
    assert diverges["status"] == "failed"
    assert "lower `train.lr`" in diverges["reason"]
    assert fine["status"] == "done"
    assert "gain" not in fine  # there is nothing to compare it with
    lines = Table.of(results).lines
    assert [line.status for line in lines] == ["failed", "failed", "done"]


def test_a_failure_of_one_seed_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = start.begin

    def fails_with_2(config: Any, *rest: Any, **more: Any) -> Any:
        if config.train.seed == 2:
            raise TrainingError("It exploded.")
        return begin(config, *rest, **more)

    monkeypatch.setattr(start, "begin", fails_with_2)
    studied(tmp_path, design=GRID[:1], seeds=3)
    [row] = content(tmp_path)["rows"]
    assert row["status"] == "done"
    assert row["reason"] == "Seed 2: It exploded."
    assert row["bleu"]["by_seed"].keys() == {"1", "3"}


def test_rows_that_only_translate_otherwise_share_their_run(tmp_path: Path) -> None:
    studied(tmp_path, design=product({"decode.beam_size": (1, 3), "decode.min_length": (0, 5)}))
    assert len(weights(tmp_path)) == 1
    rows = content(tmp_path)["rows"]
    assert len({json.dumps(row["runs"]) for row in rows}) == 1
    measured = (tmp_path / "study" / "rows").rglob("seed-1.json")
    shortest = {
        path.parent.name: min(
            len(one["translation"].split())
            for one in json.loads(path.read_text(encoding="utf-8"))["sentences"]
        )
        for path in measured
    }
    assert shortest["beam_size=1,min_length=0"] < 5
    assert shortest["beam_size=1,min_length=5"] >= 5


def test_words_take_the_place_of_unknown_tokens_in_their_own_row(tmp_path: Path) -> None:
    """Most words of the corpus are unknown to vocabularies of two words."""
    replacing = {"decode.replace_unknown": True, "decode.dictionary": "learnt"}
    design = [Variation("plain", {}), Variation("replaced", replacing, None, "plain")]
    studied(
        tmp_path, design=design, tokenizer__vocab_size=6, model__arch="bahdanau2015",
        decode__min_length=3,
    )  # fmt: skip
    assert len(weights(tmp_path)) == 1
    plain, replaced = (
        [one["translation"] for one in json.loads(path.read_text())["sentences"]]
        for path in sorted((tmp_path / "study" / "rows").rglob("seed-1.json"))
    )
    assert "<unk>" in " ".join(plain)
    assert "<unk>" not in " ".join(replaced)


def test_another_budget_is_refused(tmp_path: Path) -> None:
    studied(tmp_path, design=GRID[:1])
    with pytest.raises(UsageError, match=r"was trained with `train.max_updates=12`, but the study"):
        studied(tmp_path, design=GRID[:1], train__max_updates=16)


def test_what_was_measured_under_another_budget_is_forgotten(tmp_path: Path) -> None:
    """Where its run was deleted, as the refusal proposes."""
    studied(tmp_path, design=GRID[:1])
    shutil.rmtree(tmp_path / "study" / "runs")
    [measured] = studied(tmp_path, design=GRID[:1], train__max_updates=16).measured.values()
    assert measured.settings["train.max_updates"] == 16
    [run] = [Run.open(path.parent) for path in (tmp_path / "study").rglob("config.toml")]
    assert run.config.train.max_updates == 16


def test_another_way_to_translate_is_measured_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studied(tmp_path, design=GRID[:1])
    before = weights(tmp_path)
    monkeypatch.setattr(start, "begin", None)
    studied(tmp_path, design=GRID[:1], decode__min_length=5)
    [path] = (tmp_path / "study" / "rows").rglob("seed-1.json")
    sentences = json.loads(path.read_text(encoding="utf-8"))["sentences"]
    assert min(len(one["translation"].split()) for one in sentences) >= 5
    assert weights(tmp_path) == before


def test_rows_that_share_a_run_may_change_places(tmp_path: Path) -> None:
    studied(tmp_path, design=product({"decode.beam_size": (2,)}))
    before = weights(tmp_path)
    studied(tmp_path, design=product({"decode.beam_size": (1, 2)}))
    assert weights(tmp_path) == before
    rows = content(tmp_path)["rows"]
    assert {(tmp_path / "study" / row["runs"]["1"]).is_dir() for row in rows} == {True}


def test_all_rows_are_scored_on_the_same_pairs(tmp_path: Path) -> None:
    """Those of validation too, of which a short length leaves but some to training."""
    studied(tmp_path, design=product({"data.max_length": (3, 50)}), data__test=(), data__split=None)
    assert content(tmp_path)["data"]["measured_on"] == "valid"
    counts = [len(one.lengths) for one in studied_again(tmp_path)]
    held_out = [len(Run.open(path.parent).held_out("valid")) for path in configs_of(tmp_path)]
    assert min(held_out) < max(held_out) == counts[0] == counts[1]


def test_other_data_are_refused(tmp_path: Path) -> None:
    planned(tmp_path)
    with pytest.raises(UsageError, match=r"is a study of other data \(`data.split_by` differ"):
        planned(tmp_path, data__split_by="row")


def test_a_study_goes_on_where_its_data_were_being_written(tmp_path: Path) -> None:
    left = folder_begun(tmp_path / "study" / "data")
    left.mkdir(parents=True)
    (left / "train.jsonl").touch()
    assert planned(tmp_path).data.counts["train"] > 0


def test_settings_that_a_study_compares_are_its_own(tmp_path: Path) -> None:
    said: list[str] = []
    given = {
        **small_trainings.write_corpora(tmp_path), **small_trainings.SETTINGS,
        "model.arch": "gnmt2016", "model.size": "tiny", "model.dropout": 0.35,
    }  # fmt: skip
    study = plan(given, tmp_path / "study", design=named("luong-table1"), say=said.append)
    own = {key for row in study.rows for key in configuration.flatten(row.variation.settings)}
    told = {one.split("`")[1] for one in said if "yours is not used" in one}
    assert told == {"model.arch", "model.dropout"}
    assert not own & study.common.keys()
    for row in study.rows:  # so that none of them is ever the user's
        assert own == configuration.flatten(row.variation.settings).keys()
    assert study.common["model.size"] == "tiny"


def test_an_architecture_that_does_not_combine_fails_alone(tmp_path: Path) -> None:
    given = {
        **small_trainings.write_corpora(tmp_path), **small_trainings.SETTINGS,
        "model.size": "tiny", "model.cell": "gru",
    }  # fmt: skip
    study = plan(given, tmp_path / "study", design=named("lineage"))
    refused = {row.label: row.refusal for row in study.rows if row.config is None}
    assert "transformer2017" in refused
    assert "model.cell" in refused["transformer2017"]
    assert len(study.rows) - len(refused) >= 4


def test_widths_of_ones_own_say_how_large_the_lineage_is(tmp_path: Path) -> None:
    """They are those of the reference: no row keeps them, not even as a key that it has not."""
    given = {
        **small_trainings.write_corpora(tmp_path), **small_trainings.SETTINGS,
        "model.size": "tiny", "model.hidden_dim": 64, "model.embed_dim": 60,
    }  # fmt: skip
    said: list[str] = []
    study = plan(given, tmp_path / "study", design=named("lineage"), say=said.append)
    assert [row.label for row in study.rows if row.config is None] == []
    assert not [one for one in said if "yours is not used" in one]
    counts = {one.row.label: one.parameters for one in forecast(study, Machine(threads=1))}
    mean = sum(counts.values()) / len(counts)
    assert all(abs(count / mean - 1) < 0.1 for count in counts.values()), counts


def test_features_stand_beside_columns_of_ones_own(tmp_path: Path) -> None:
    lines = [
        f"{'ab' * (1 + n % 3)}{n % 7}\tV;{n % 3}\t{n % 7}{'ba' * (1 + n % 3)}" for n in range(90)
    ]
    (tmp_path / "forms.tsv").write_text("\n".join(lines), encoding="utf-8")
    given = {
        **small_trainings.SETTINGS,
        "data.train": [str(tmp_path / "forms.tsv")], "data.columns": [[1], [3]],
        "data.features": [2], "data.split": 0.8, "model.size": "tiny",
    }  # fmt: skip
    study = plan(given, tmp_path / "study", design=product({"tokenizer.kind": ("char", "bpe")}))
    refused = {row.label: row.refusal for row in study.rows if row.config is None}
    assert list(refused) == ["kind=bpe"]
    assert "would cut up" in refused["kind=bpe"]
    [held_out, *_] = study.data.held_out(())
    assert re.fullmatch(r"(ab){1,3}\d \[V\] \[\d\]", held_out.source)
    # One pair may be measured without training: its tokenizer has the tags.
    [fits, _] = forecast(study, Machine(threads=1))
    assert fits.parameters > 0


def test_a_forecast_needs_no_word_vectors(tmp_path: Path) -> None:
    """They lie in the folder of a run, and there is none yet; nor do they change any figure."""
    (tmp_path / "words.vec").write_text("a 1 2\n", encoding="utf-8")
    study = planned(
        tmp_path, product({"vectors.freeze": (False, True)}), tokenizer__kind="word",
        vectors__source=str(tmp_path / "words.vec"),
    )  # fmt: skip
    found = list(forecast(study, Machine(threads=1)))
    assert [one.refusal for one in found] == ["", ""]
    assert found[0].parameters == found[1].parameters > 0


def test_a_directory_with_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "thesis.tex").touch()
    with pytest.raises(UsageError, match="exists and is no study; choose another --out"):
        planned(tmp_path)


def test_a_broken_measurement_is_named(tmp_path: Path) -> None:
    studied(tmp_path, design=GRID[:1])
    [path] = (tmp_path / "study" / "rows").rglob("seed-1.json")
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(RunError, match=r"seed-1.json` is broken .* delete it, and the row"):
        studied(tmp_path, design=GRID[:1])


def listened(listener: Listener) -> None:
    """Brief listeners are listeners."""


def test_brief_listeners_say_nothing_between(capsys: pytest.CaptureFixture[str]) -> None:
    brief = runner.Brief()
    listened(brief)
    brief.say("reading")
    assert capsys.readouterr().err == ""
