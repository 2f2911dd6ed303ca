"""``seq2see align`` through the real command line."""

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import WordRun, command, seq2see, training
from small_trainings import tiny_trainer

from seq2see import load
from seq2see.data import corpus
from seq2see.data.pair import Link, Pair
from seq2see.evaluation.alignment import format_pharaoh, parse_pharaoh, read_pharaoh
from seq2see.evaluation.symmetrise import symmetrise


def json_of(*arguments: object) -> dict[str, Any]:
    done = seq2see("align", *arguments, "--json")
    assert done.code == 0, done.err
    content: dict[str, Any] = json.loads(done.out)
    return content


def held_out(word_run: WordRun) -> list[Pair]:
    return corpus.read(str(word_run.path / "data" / "test.jsonl")).pairs


def write_gold(path: Path, pairs: list[Pair], base: int = 0) -> Path:
    """The corpus is translated word for word, so that word i belongs to word i."""
    words = [range(base, base + len(pair.source.split())) for pair in pairs]
    path.write_text("".join(format_pharaoh((i, i) for i in one) + "\n" for one in words))
    return path


def write_tsv(path: Path, pairs: list[Pair]) -> Path:
    path.write_text("".join(f"{pair.source}\t{pair.target}\n" for pair in pairs))
    return path


@pytest.fixture(scope="module")
def reverse_run(word_run: WordRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the opposite direction on the same corpus."""
    folder = tmp_path_factory.mktemp("reverse")
    turned = [
        Pair(pair.target, pair.source, tuple(Link(*one[2:], *one[:2]) for one in pair.alignment))
        for pair in corpus.read(str(word_run.data)).pairs
        if pair.alignment is not None
    ]
    corpus.write_jsonl(folder / "pairs.jsonl", turned)
    arguments = training(folder / "pairs.jsonl", out=folder / "run")
    done = command(*arguments, "--pair", "fr-en")
    assert done.code == 0, done.err
    return folder / "run"


@pytest.fixture(scope="module")
def transformer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with two heads in one layer, which has hardly learnt anything."""
    folder = tmp_path_factory.mktemp("transformer")
    tiny_trainer(folder, "transformer2017", train__max_updates=4).train()
    return folder / "run"


def test_a_line_for_each_pair_and_the_error_of_evaluate(word_run: WordRun) -> None:
    path = word_run.path / "data" / "test.jsonl"
    done = seq2see("align", word_run, path)
    pairs = held_out(word_run)
    found = [parse_pharaoh(line).sure for line in done.out.removesuffix("\n").split("\n")]
    assert len(found) == len(pairs)
    forced = load(word_run.path).force([pair[:2] for pair in pairs])
    assert found == [frozenset(one.alignment) for one in forced]
    evaluated = json.loads(seq2see("evaluate", word_run, path, "--json").out)
    score = json_of(word_run, path)
    assert score.pop("attention") == {"layer": None, "head": None}
    shifts = evaluated["alignment"].pop("by_shift")
    assert score == pytest.approx(evaluated["alignment"])
    assert done.err.splitlines()[-1].startswith(f"AER {score['aer']:.2%}  precision")
    for shift, aer in shifts.items():
        assert json_of(word_run, path, "--shift", shift)["aer"] == pytest.approx(aer)
    assert min(shifts, key=lambda shift: float(shifts[shift])) == "0"


@pytest.mark.parametrize("base", [0, 1])
def test_output_and_a_gold_file(base: int, word_run: WordRun, tmp_path: Path) -> None:
    pairs = held_out(word_run)
    plain = write_tsv(tmp_path / "pairs.tsv", pairs)
    gold = write_gold(tmp_path / "gold", pairs, base)
    output = tmp_path / "out"
    options = ["--gold", gold, "--gold-base", base]
    found = json_of(word_run, plain, *options, "--output", output)
    done = seq2see("align", word_run, plain, *options)
    assert output.read_text() == done.out
    scored = seq2see("aer", output, gold, "--gold-base", base)
    assert done.err.endswith(scored.out)
    assert found["aer"] == json_of(word_run, word_run.path / "data" / "test.jsonl")["aer"]
    without = seq2see("align", word_run, plain)
    assert without.out == done.out
    assert "AER" not in without.err


def test_lines_that_are_no_pairs_give_empty_lines(word_run: WordRun, tmp_path: Path) -> None:
    path = tmp_path / "pairs"
    path.write_text("one ||| un\n\nred cat\ntwo ||| \nblue ||| bleu\n")
    done = seq2see("align", word_run, path)
    assert done.out == "0-0\n\n\n\n0-0\n"
    warnings = [line for line in done.err.splitlines() if "warning" in line]
    reasons = {2: "blank line", 3: "missing column", 4: "a side is empty"}
    assert warnings == [
        f"seq2see: warning: {path}:{number} cannot be aligned ({why}), so its line is empty"
        for number, why in reasons.items()
    ]


def test_words_that_cleaning_takes_away_are_told(word_run: WordRun, tmp_path: Path) -> None:
    copy = tmp_path / "run"
    copy.mkdir()
    for one in word_run.path.iterdir():
        (copy / one.name).symlink_to(one)
    config = (word_run.path / "config.toml").read_text()
    (copy / "config.toml").unlink()
    changed = config.replace('"squeeze",', '"strip-punctuation", "squeeze",')
    assert changed != config
    (copy / "config.toml").write_text(changed)
    path = tmp_path / "pairs"
    path.write_text("one , two\tun deux\nred\trouge\n")
    (tmp_path / "gold").write_text("0-0 2-1\n0-0\n")
    done = seq2see("align", copy, path, "--gold", tmp_path / "gold")
    assert done.out == "0-0 1-1\n0-0\n"
    assert (
        "warning: in 1 of 2 pairs cleaning changed the number of words; their links count the "
        "words after cleaning, and are not scored\n"
    ) in done.err
    assert done.err.endswith("(1 sentences, 1 links)\n")


def test_a_threshold(word_run: WordRun) -> None:
    path = word_run.path / "data" / "test.jsonl"
    found = seq2see("align", word_run, path, "--threshold", "0.2").out.splitlines()
    same = seq2see("align", word_run, path, "--threshold", "0.2", "--method", "threshold")
    assert same.out.splitlines() == found
    for line, forced in zip(
        found, load(word_run.path).force([one[:2] for one in held_out(word_run)]), strict=True
    ):
        assert forced.attention is not None
        values = forced.attention.values[:-1, :-1]  # tokens are words here
        expected = {(i, j) for j, row in enumerate(values) for i, w in enumerate(row) if w >= 0.2}
        assert parse_pharaoh(line).sure == expected


@pytest.mark.parametrize(
    "method", ["intersection", "union", "grow-diagonal", "grow-diagonal-final"]
)
def test_two_directions_are_what_joining_their_files_gives(
    method: Any, word_run: WordRun, reverse_run: Path, tmp_path: Path
) -> None:
    pairs = held_out(word_run)
    there = write_tsv(tmp_path / "there.tsv", pairs)
    back = write_tsv(tmp_path / "back.tsv", [Pair(one.target, one.source) for one in pairs])
    (tmp_path / "forward").write_text(seq2see("align", word_run, there).out)
    (tmp_path / "backward").write_text(seq2see("align", reverse_run, back).out)
    options = ["--reverse-run", reverse_run, "--symmetrise", method]
    done = seq2see("align", word_run, there, *options)
    expected = [
        format_pharaoh(symmetrise(one.sure, other.sure, method))
        for one, other in zip(
            read_pharaoh(tmp_path / "forward"),
            read_pharaoh(tmp_path / "backward", reverse=True),
            strict=True,
        )
    ]
    assert done.out.removesuffix("\n").split("\n") == expected
    if method == "grow-diagonal":
        assert seq2see("align", word_run, there, "--reverse-run", reverse_run).out == done.out
        found = json_of(word_run, word_run.path / "data" / "test.jsonl", *options)
        assert found["aer"] < 0.5
        assert set(found) >= {"attention", "reverse_attention"}


def test_the_second_run_must_translate_the_other_way(word_run: WordRun) -> None:
    done = seq2see("align", word_run, word_run.data, "--reverse-run", word_run)
    assert done.code == 2
    assert done.error == (
        f"`{word_run}` translates `en-fr`, which is not the opposite direction of `en-fr`; give a "
        "run trained for `fr-en`."
    )


def test_the_table_of_one_attention(word_run: WordRun) -> None:
    found = json_of(word_run, "--table")
    [one] = found["maps"]
    assert (one["layer"], one["head"]) == (None, None)
    assert found["best"] == {"layer": None, "head": None}
    path = word_run.path / "data" / "valid.jsonl"
    evaluated = json.loads(seq2see("evaluate", word_run, path, "--json").out)
    assert one["by_shift"] == pytest.approx(evaluated["alignment"]["by_shift"])
    done = seq2see("align", word_run, "--table")
    assert done.err.startswith("reading the run's own 15 validation pairs\n")
    assert done.out.splitlines()[0] == "Alignment error, 15 sentences"


def test_agreement(word_run: WordRun) -> None:
    path = word_run.path / "data" / "test.jsonl"
    found = json_of(word_run, path, "--agreement")
    assert found["sentences"] == 15
    assert found["tokens"] == sum(len(one.target.split()) + 1 for one in held_out(word_run))
    # It has learnt to look where the word is that it translates.
    assert found["attention_occlusion"] > 0.2
    assert found["attention_gradient"] > 0.2
    table = seq2see("align", word_run, path, "--agreement").out
    assert f"{found['attention_gradient']:+.3f}" in table
    assert "the mean of all heads" not in table


# --- heads ------------------------------------------------------------------------------------


def test_heads_are_chosen_on_validation_pairs_with_gold(transformer: Path, tmp_path: Path) -> None:
    pairs = write_tsv(tmp_path / "pairs.tsv", [Pair("un deux", "DEUX UN"), Pair("six", "SIX")])
    mean = seq2see("align", transformer, pairs, "--heads", "mean")
    assert "reading" not in mean.err
    fallen_back = seq2see("align", transformer, pairs)
    assert fallen_back.out == mean.out
    assert fallen_back.err.startswith(
        f"`{transformer}`: reading the mean of all heads, since its validation pairs have no gold "
        "alignments to choose one by\n"
    )
    validation = transformer / "data" / "valid.jsonl"
    validation.parent.mkdir(exist_ok=True)
    gold = (Link(0, 2, 5, 7), Link(3, 7, 0, 4))
    corpus.write_jsonl(validation, [Pair("un deux", "DEUX UN", gold)])
    try:
        table = json_of(transformer, "--table")
        chosen = seq2see("align", transformer, pairs)
    finally:
        validation.unlink()
    assert [(one["layer"], one["head"]) for one in table["maps"]] == [
        (0, 0), (0, 1), (0, None), (None, None),
    ]  # fmt: skip
    best = min(table["maps"], key=lambda one: float(one["aer"]))
    assert table["best"] == {"layer": best["layer"], "head": best["head"]}
    assert f"which errs least on its 1 validation pairs (AER {best['aer']:.2%})" in chosen.err
    named = {"--layer": best["layer"], "--head": best["head"]}
    given = [part for name, value in named.items() if value is not None for part in (name, value)]
    expected = seq2see("align", transformer, pairs, *(given or ["--heads", "mean"]))
    assert chosen.out == expected.out


def test_a_head_that_is_not_there(transformer: Path, word_run: WordRun) -> None:
    done = seq2see("align", transformer, word_run.data, "--layer", 0, "--head", 2)
    assert done.code == 2
    assert "has no layer 0, head 2; its layers are 0 to 0, with heads 0 to 1." in done.error
    done = seq2see("align", word_run, word_run.data, "--layer", 0)
    assert done.code == 2
    assert f"`{word_run}` has one attention, without layers or heads" in done.error


# --- refusals ---------------------------------------------------------------------------------


def test_a_model_without_attention(tmp_path: Path, word_run: WordRun) -> None:
    tiny_trainer(tmp_path, "sutskever2014", train__max_updates=4).train()
    for arguments in ([word_run.data], ["--table"], ["--agreement"]):
        done = seq2see("align", tmp_path / "run", *arguments)
        assert done.code == 2
        assert done.error == (
            f"`{tmp_path / 'run'}` has no attention, so no alignment can be read off; train an "
            "architecture that attends, such as `bahdanau2015`."
        )


def test_what_is_read_is_not_written_over(word_run: WordRun, tmp_path: Path) -> None:
    (tmp_path / "a.en").write_text("one\n")
    (tmp_path / "a.fr").write_text("un\n")
    (tmp_path / "gold").write_text("0-0\n")
    for name in ("a.en", "a.fr", "gold"):
        done = seq2see(
            "align", word_run, tmp_path / "a", "--gold", tmp_path / "gold", "--output",
            tmp_path / name,
        )  # fmt: skip
        assert done.code == 2
        assert f"`--output` names `{tmp_path / name}`, which is read" in done.error
    done = seq2see("align", word_run, tmp_path / "a", "--output", tmp_path / "a.align")
    assert (tmp_path / "a.align").read_text() == "0-0\n"
    assert done.out == ""


def test_scores_need_gold(word_run: WordRun, tmp_path: Path) -> None:
    path = write_tsv(tmp_path / "pairs", [Pair("one", "un")])
    done = seq2see("align", word_run, path, "--json")
    assert done.code == 2
    assert done.error == "`--json` prints scores, but DATA has no gold alignments; add `--gold`."
    done = seq2see("align", word_run, path, "--table")
    assert done.code == 1
    assert "None of the 1 pairs has a gold alignment to score against" in done.error
