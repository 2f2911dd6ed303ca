"""``seq2see evaluate`` through the real command line."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import sacrebleu
from command_line import WordRun, command, seq2see, training

from seq2see import load
from seq2see.data import corpus
from seq2see.evaluation.alignment import format_pharaoh


def json_of(*arguments: object) -> dict[str, Any]:
    done = seq2see("evaluate", *arguments, "--json")
    assert done.code == 0, done.err
    content: dict[str, Any] = json.loads(done.out)
    return content


@pytest.fixture(scope="module")
def worse_run(word_run: WordRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that has learnt next to nothing, on the same corpus."""
    path = tmp_path_factory.mktemp("worse") / "run"
    done = command(*training(word_run.data, out=path, train__max_updates=5))
    assert done.code == 0, done.err
    return path


def test_json(word_run: WordRun, tmp_path: Path) -> None:
    output = tmp_path / "translations"
    found = json_of(word_run, word_run.path / "data" / "test.jsonl", "--output", output)
    assert list(found)[:9] == [
        "sentences", "bleu", "chrf", "ter", "exact_match", "token_accuracy", "perplexity", "aer",
        "alignment",
    ]  # fmt: skip
    assert set(found) >= {"by_length", "intervals"}
    assert "against" not in found
    translations = output.read_text().removesuffix("\n").split("\n")
    pairs = corpus.read(str(word_run.path / "data" / "test.jsonl")).pairs
    references = [pair.target for pair in pairs]
    assert translations == [
        one.text for one in load(word_run.path).translate([p.source for p in pairs])
    ]
    assert found["sentences"] == len(references)
    for name, metric in (
        ("bleu", sacrebleu.BLEU()), ("chrf", sacrebleu.CHRF()), ("ter", sacrebleu.TER()),
    ):  # fmt: skip
        expected = metric.corpus_score(translations, [references])
        assert found[name]["score"] == pytest.approx(expected.score)
        assert found[name]["signature"] == str(metric.get_signature())
    same = sum(one == other for one, other in zip(translations, references, strict=True))
    assert found["exact_match"] == pytest.approx(same / len(references))
    assert 0 < found["token_accuracy"] <= 1
    assert found["perplexity"] > 1
    assert 0 <= found["aer"] < 0.5  # it has learnt to look
    shifts = found["alignment"]["by_shift"]
    assert list(shifts) == ["-1", "0", "1"]
    assert shifts["0"] == found["aer"] < min(shifts["-1"], shifts["1"])
    assert sum(bucket["count"] for bucket in found["by_length"]) == len(references)


def test_scores_of_other_fields_are_added_where_asked_for(word_run: WordRun) -> None:
    data = word_run.path / "data" / "test.jsonl"
    plain = json_of(word_run, data)
    found = json_of(word_run, data, "--metrics", "wer,per")
    assert [key for key in found if key not in plain] == ["wer", "per"]
    assert found["wer"] == pytest.approx(1 - found["exact_match"])
    assert {"wer", "per"} <= set(found["intervals"])
    lines = [" ".join(line.split()) for line in seq2see("evaluate", word_run, data, "--metrics",
        "wer").out.splitlines()]  # fmt: skip
    assert any(
        line.startswith("word error rate ") and line.endswith("lower is better") for line in lines
    )
    refused = seq2see("evaluate", word_run, data, "--metrics", "wre")
    assert refused.code == 2
    assert refused.error.startswith("`--metrics` must be one of `wer`, `per`, `cer`, ")


def test_without_data_its_own_test_pairs_are_used_and_recorded(
    word_run: WordRun, tmp_path: Path
) -> None:
    copy = shutil.copytree(word_run.path, tmp_path / "copy")
    done = seq2see("evaluate", copy, "--json")
    assert done.err.startswith("evaluating on the run's own 15 test pairs\n")
    found = json.loads(done.out)
    assert found == json_of(word_run, word_run.path / "data" / "test.jsonl")
    assert json.loads((copy / "evaluation.json").read_text()) == found
    assert f"{found['bleu']['score']:.2f}" in (copy / "README.md").read_text()
    (copy / "data" / "test.jsonl").unlink()
    fallback = seq2see("evaluate", copy)
    assert fallback.err.startswith("evaluating on the run's own 15 validation pairs\n")


@pytest.mark.parametrize("base", [0, 1])
def test_gold_alignments_are_read_in_either_base(
    base: int, word_run: WordRun, tmp_path: Path
) -> None:
    """The corpus is translated word for word, so that word i belongs to word i."""
    path = word_run.path / "data" / "test.jsonl"
    pairs = corpus.read(str(path)).pairs
    plain, gold = tmp_path / "test.tsv", tmp_path / "gold"
    plain.write_text("".join(f"{pair.source}\t{pair.target}\n" for pair in pairs))
    gold.write_text(
        "".join(
            format_pharaoh((i + base, i + base) for i in range(len(pair.source.split()))) + "\n"
            for pair in pairs
        )
    )
    assert "aer" not in json_of(word_run, plain)
    found = json_of(word_run, plain, "--gold-alignments", gold, "--gold-base", base)
    assert found["alignment"] == json_of(word_run, path)["alignment"]


def test_against_another_run(word_run: WordRun, worse_run: Path) -> None:
    found = json_of(word_run, "--against", worse_run)["against"]
    assert set(found) == {"bleu", "chrf", "ter", "exact_match"}
    assert found["bleu"]["difference"] > 20
    assert found["ter"]["difference"] < 0
    assert found["bleu"]["p_value"] < 0.05
    other = json_of(worse_run, word_run.path / "data" / "test.jsonl")
    assert found["bleu"]["second"] == pytest.approx(other["bleu"]["score"])
    table = seq2see("evaluate", word_run, "--against", worse_run).out
    assert "Compared on the same sentences" in table
    assert "better" in table
    itself = json_of(word_run, "--against", word_run)["against"]["bleu"]
    assert (itself["difference"], itself["p_value"]) == (0, 1)


def test_the_table(word_run: WordRun) -> None:
    done = seq2see("evaluate", word_run)
    lines = done.out.removesuffix("\n").split("\n")
    starts = [
        "15 sentences", "score", "BLEU", "chrF2", "TER", "exact match", "token accuracy",
        "perplexity", "alignment error",
    ]  # fmt: skip
    for line, start in zip(lines, starts, strict=False):
        assert line.strip().startswith(start)
    assert "[" not in done.out
    assert [line for line in lines if line.endswith(" ")] == []
    assert max(map(len, lines)) <= 100


def test_beam_and_length_penalty_are_used(word_run: WordRun, tmp_path: Path) -> None:
    pairs = corpus.read(str(word_run.path / "data" / "test.jsonl")).pairs
    sources = [pair.source for pair in pairs]
    expected = load(word_run.path).translate(sources, beam_size=1, length_penalty=2.0)
    output = tmp_path / "out"
    options = ["--beam", "1", "--length-penalty", "2", "--output", output]
    json_of(word_run, word_run.path / "data" / "test.jsonl", *options)
    assert output.read_text() == "".join(one.text + "\n" for one in expected)


def test_unknown_tokens_are_replaced_before_they_are_scored(
    word_run: WordRun, tmp_path: Path
) -> None:
    """All scores of a model whose vocabulary has every word stay as they are."""
    data = word_run.path / "data" / "test.jsonl"
    plain = json_of(word_run, data)
    assert json_of(word_run, data, "--replace-unknown", "--dictionary", "learnt") == plain
    (word_run.path / "data" / "learnt-dictionary.tsv").unlink()
    done = seq2see("evaluate", word_run, data, "--dictionary", tmp_path / "words.tsv")
    assert "There is no file" in done.error


def test_an_ensemble_is_scored_but_not_recorded_as_the_run(
    word_run: WordRun, worse_run: Path
) -> None:
    recorded = word_run.path / "evaluation.json"
    before = recorded.read_bytes() if recorded.exists() else None
    alone = json_of(word_run, word_run.path / "data" / "test.jsonl")
    assert json_of(word_run, "--ensemble", word_run) == alone
    done = seq2see("evaluate", word_run, "--ensemble", worse_run)
    assert done.code == 0
    assert (recorded.read_bytes() if recorded.exists() else None) == before
    other = seq2see("evaluate", word_run, "--ensemble", worse_run, "--json")
    assert json.loads(other.out)["perplexity"] != alone["perplexity"]


def test_members_that_learnt_from_other_pairs_are_named(word_run: WordRun, tmp_path: Path) -> None:
    """They may have learnt from what the first run held out."""
    other = tmp_path / "other"
    shutil.copytree(word_run.path, other)
    assert seq2see("evaluate", word_run, "--ensemble", other).err.count("other pairs") == 0
    summary = other / "data" / "summary.json"
    summary.write_text('{"fingerprint": "another"}')
    done = seq2see("evaluate", word_run, "--ensemble", other)
    assert (done.code, done.err.count(f"`{other}` was trained on other pairs than")) == (0, 1)
    summary.write_text("{}")
    assert "summary.json` is broken" in seq2see("evaluate", word_run, "--ensemble", other).error
