"""Whatever a user gives us by mistake: one clear sentence, the right exit code, nothing lost."""

import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import WordRun, command, seq2see, training, write_corpus


@pytest.fixture
def copy(word_run: WordRun, tmp_path: Path) -> Path:
    """A copy of the run, to be broken."""
    return Path(shutil.copytree(word_run.path, tmp_path / "copy"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files that are wrong in one way each."""
    (tmp_path / "pairs.tsv").write_text("a b\tc d\ne\tf\ng\th\ni\tj\n")
    (tmp_path / "binary").write_bytes(b"PK\x03\x04\x00\x00")
    (tmp_path / "empty.tsv").write_bytes(b"")
    (tmp_path / "one-column").write_text("just text\nin one column\n")
    (tmp_path / "bars").write_text("a # b\nc # d\n")
    (tmp_path / "t.en").write_text("a\nb\nc\n")
    (tmp_path / "t.fr").write_text("a\nb\n")
    (tmp_path / "half.en").write_text("a\n")
    (tmp_path / "zero.tsv").write_text("a\t\n\tb\n \t \n")
    (tmp_path / "latin.tsv").write_bytes("ok\tok\ncafé\tcoffee\n".encode("latin-1"))
    (tmp_path / "all-latin.tsv").write_bytes("café\tcoffee\n".encode("latin-1"))
    (tmp_path / "broken.jsonl").write_text('{"source": "a", "target": "b"}\n{"source": "a"\n')
    (tmp_path / "languages.jsonl").write_text('{"translation": {"en": "a", "fr": "b"}}\n')
    (tmp_path / "broken.toml").write_text("x = [")
    (tmp_path / "cut.tsv.gz").write_bytes(b"\x1f\x8b\x08\x00\x00\x00\x00\x00")
    return tmp_path


CORPORA = [
    (["pair.tsv"], 1, "There is no file `{}/pair.tsv`; did you mean `pairs.tsv`?"),
    (["no/pairs"], 1, "There is no file `{}/no/pairs`, since there is no directory `{}/no`."),
    ([""], 1, "`{}` is a directory, but must be a file of text; name one in it."),
    (["binary"], 1, "`{}/binary` is a binary file (it has NUL bytes), but must be text in UTF-8"),
    (["empty.tsv"], 1, "`{}/empty.tsv` holds no sentence pairs; it must have at least one."),
    (["one-column"], 1, "No line of `{}/one-column` has two columns separated by a tab; name"),
    (["bars"], 1, "`#` is in most lines: try `--separator '#'`."),
    (["all-latin.tsv"], 1, "No pair of `{}/all-latin.tsv` is valid UTF-8; convert the text"),
    (["broken.jsonl"], 1, "{}/broken.jsonl:2 is not JSON ("),
    (["languages.jsonl"], 1, "{}/languages.jsonl:1 has texts in `en`, `fr`; name source and"),
    (["languages.jsonl", "--pair", "en-de"], 1, "has no `de`, only `en`, `fr`; add it, or correct"),
    (["cut.tsv.gz"], 1, "The gzip data of `{}/cut.tsv.gz` breaks off or is damaged after line 0"),
    (["t"], 1, "is not a file but the prefix of `t.en`, `t.fr`; name the two languages, as in"),
    (["t", "--pair", "en-de"], 1, "`{}/t.en` is there, but its other side `{}/t.de` (or .gz) is"),
    (["u", "--pair", "en-de"], 1, "nor are there `{}/u.en` and `{}/u.de` (or .gz)"),
    (["t", "--pair", "english"], 2, "`data.pair` must look like `en-de`, but is `english`."),
    (["pairs.tsv", "--columns", "1,3"], 1, "has a column 3; split at a tab, its lines have at"),
    (["pairs.tsv", "--columns", "one"], 2, "`--columns` takes two numbers, as in `--columns 1,2`"),
    (["pairs.tsv", "--columns", "1,1"], 2, "`data.columns` must be different columns for source"),
    (["pairs.tsv", "--separator", ""], 2, "`data.separator` must not be empty"),
    (["pairs.tsv", "--split", "1.5"], 2, "must lie between 0 and 1, but is 1.5."),
    (["pairs.tsv", "--split-by", "rows"], 2, "one of `source`, `row`, but is `rows`; did you mean"),
    (["pairs.tsv", "--clean", "standart"], 2, "or a set of them; did you mean `standard`?"),
    (["pairs.tsv", "--arch", "luong2016"], 2, "`luong2016` is not an architecture; did you mean"),
    (["pairs.tsv", "--arch", "gpt"], 2, "is not an architecture; `seq2see archs` lists them."),
    (["pairs.tsv", "--size", "tinny"], 2, "`tinny` is not a size; did you mean `tiny`?"),
    (["pairs.tsv", "--set", "train.lrr=1"], 2, "is not a configuration key; did you mean `train"),
    (["pairs.tsv", "--set", "trian.lr=1"], 2, "is not a configuration section; did you mean"),
    (["pairs.tsv", "--set", "train.lr"], 2, "`--set` takes key=value, as in `--set train."),
    (["pairs.tsv", "--set", "train.lr=high"], 2, "`train.lr` must be a finite number, but is `hi"),
    (["pairs.tsv", "--set", "model.dropout=1"], 2, "`model.dropout` must be below 1, but is 1.0."),
    (
        ["pairs.tsv", "--arch", "bahdanau2015", "--set", "model.attention.score=dot"],
        2,
        "use `general` or `additive`, or set `model.bidirectional=false`.",
    ),
]  # fmt: skip


@pytest.mark.parametrize("name", ["doctor", "train"])
@pytest.mark.parametrize(("arguments", "code", "message"), CORPORA)
def test_bad_corpora_and_settings(
    name: str, arguments: list[str], code: int, message: str, folder: Path
) -> None:
    out = ["--out", folder / "run"] if name == "train" else []
    done = seq2see(name, folder / arguments[0], *arguments[1:], *out)
    assert done.code == code
    assert message.replace("{}", str(folder)) in done.error
    assert done.out == ""
    assert not (folder / "run").exists()


@pytest.mark.parametrize(
    ("corpus", "message"),
    [
        ("builtin:en-fx", "is not a built-in corpus"),
        ("builtin:en-fr/trian", "did you mean `train`?"),
        ("builtin:dates:many", "must be a positive number, as in `builtin:dates:1000`."),
    ],
)
def test_built_in_corpora_that_do_not_exist(corpus: str, message: str) -> None:
    done = seq2see("doctor", corpus)
    assert done.code == 2
    assert message in done.error


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nil.toml", "There is no configuration file `{}/nil.toml`"),
        ("broken.toml", "`{}/broken.toml` is not valid TOML"),
        ("", "`{}` is a directory, but must be a TOML file."),
    ],
)
def test_bad_configuration_files(name: str, message: str, folder: Path) -> None:
    done = seq2see("train", folder / "pairs.tsv", "--config", folder / name, "--out", folder / "r")
    assert done.code == 2
    assert message.replace("{}", str(folder)) in done.error


def test_unequal_line_counts_give_both(folder: Path) -> None:
    counts = f"`{folder}/t.en` has 3 lines but `{folder}/t.fr` has 2"
    done = seq2see("train", folder / "t", "--pair", "en-fr", "--out", folder / "run")
    assert done.code == 1
    assert counts in done.error


def test_nothing_usable(folder: Path) -> None:
    done = seq2see("train", folder / "zero.tsv", "--out", folder / "run")
    assert done.code == 1
    assert done.error.startswith(f"None of the 2 pairs of {folder}/zero.tsv is usable; `seq2see d")


def test_too_little_to_split(folder: Path) -> None:
    done = seq2see("train", folder / "latin.tsv", "--out", folder / "run")
    assert done.code == 1
    assert "have 1 different sources, too few to split into 3 sets" in done.error


def test_training_without_a_corpus(tmp_path: Path) -> None:
    done = seq2see("train", "--out", tmp_path / "run")
    assert done.code == 2
    assert "needs a corpus; give a file of pairs, a prefix or `builtin:NAME`." in done.error


# --- Where the run goes ------------------------------------------------------------------------


def test_a_run_is_never_written_over(word_run: WordRun) -> None:
    before = {path: path.read_bytes() for path in word_run.path.rglob("*") if path.is_file()}
    done = seq2see("train", word_run.data, "--out", word_run)
    assert done.code == 2
    assert done.error == (
        f"`{word_run}` holds a run already; choose another --out, or continue that run with "
        f"`seq2see train --resume --out {word_run}`."
    )
    assert {path: path.read_bytes() for path in before} == before


def test_nothing_else_is_written_over_either(folder: Path) -> None:
    for out in (folder, folder / "pairs.tsv"):
        done = seq2see("train", folder / "pairs.tsv", "--out", out)
        assert done.code == 2
        assert (
            done.error == f"`{out}` exists already; choose another --out, which may not exist yet."
        )
    assert (folder / "pairs.tsv").read_text().startswith("a b\tc d\n")


def test_a_run_in_a_file(folder: Path) -> None:
    done = seq2see("train", folder / "pairs.tsv", "--out", folder / "binary" / "run")
    assert done.code == 2
    assert f"would lie in `{folder}/binary`, which is a file; choose another --out." in done.error


def test_resuming_what_is_no_run(folder: Path) -> None:
    done = seq2see("train", "--resume", "--out", folder)
    assert done.code == 1
    assert f"`{folder}` has no config.toml, so it is not a run directory; give" in done.error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--resume", "x.tsv"], "`DATA` cannot go with --resume, which takes everything from"),
        (["--resume", "--arch", "cho2014"], "`--arch` cannot go with --resume"),
        (["--more", "3", "x.tsv"], "`--more` goes with --resume; use `--set train.max_updates=N`."),
        (["--resume", "--set", "model.dropout=0.5"], "`model.dropout` cannot change while a run"),
    ],
)
def test_options_of_resuming(arguments: list[str], message: str, word_run: WordRun) -> None:
    done = seq2see("train", *arguments, "--out", word_run)
    assert done.code == 2
    assert message in done.error


@pytest.mark.parametrize("device", ["cuda:77", "gpu", "meta"])
def test_a_device_that_is_not_there(device: str, word_run: WordRun, tmp_path: Path) -> None:
    for arguments in (
        ["translate", word_run, "one"],
        ["evaluate", word_run],
        training(word_run.data, out=tmp_path / "run"),
    ):
        done = seq2see(*arguments, "--device", device)
        assert done.code == 2
        assert f"The device `{device}` is not available here; use `--device cpu`." in done.error


# --- Runs that are missing or broken -----------------------------------------------------------


def test_a_run_that_is_not_there(word_run: WordRun, folder: Path) -> None:
    near = word_run.path.parent / "rum"
    for run, message in (
        (near, f"The run directory `{near}` does not exist; did you mean `run`?"),
        (folder / "xyz", "does not exist; give the --out of a training run."),
        (folder / "pairs.tsv", "is a file, but must be a run directory; give the --out of"),
        (folder, f"`{folder}` has no config.toml, so it is not a run directory"),
    ):
        for arguments in (["translate", run, "one"], ["evaluate", run]):
            done = seq2see(*arguments)
            assert done.code == 1
            assert message in done.error


def _remove(path: Path) -> None:
    path.unlink()


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _garble(path: Path) -> None:
    path.write_bytes(random.Random(1).randbytes(path.stat().st_size))


WRONG: dict[Callable[[Path], None], tuple[str, ...]] = {
    _remove: ("is missing", "has no config.toml, so it is not a run directory"),
    _empty: ("incomplete", "is not JSON", "is not a readable safetensors file"),
    _truncate: ("incomplete", "is not valid TOML", "is not JSON", "is not a readable safetensors"),
    _garble: ("is not valid TOML", "is not JSON", "is not a readable safetensors file"),
}


@pytest.mark.parametrize("harm", WRONG)
@pytest.mark.parametrize(
    "name",
    ["config.toml", "source.tokenizer.json", "target.tokenizer.json", "model.safetensors"],
)
def test_a_broken_file_of_a_run_is_named(
    name: str, harm: Callable[[Path], None], copy: Path
) -> None:
    harm(copy / name)
    done = seq2see("translate", copy, "one two")
    assert done.code == 1
    assert done.out == ""
    assert any(text in done.error for text in WRONG[harm])
    if name != "config.toml" or harm is not _remove:
        assert f"`{copy / name}`" in done.error


def test_a_configuration_cut_off_between_two_tables_is_noticed(copy: Path) -> None:
    path = copy / "config.toml"
    path.write_text(path.read_text().partition("[train]")[0])
    done = seq2see("translate", copy, "one")
    assert done.code == 1
    assert f"`{path}` is incomplete: it must end with the table `[versions]`" in done.error


def test_a_key_of_another_version(copy: Path) -> None:
    path = copy / "config.toml"
    path.write_text(path.read_text().replace("hidden_dim =", "hidden_dims ="))
    done = seq2see("translate", copy, "one")
    assert done.code == 1
    assert f"`{path}` cannot be used: `model.hidden_dims` is not a configuration" in done.error


def test_another_width_than_that_of_the_weights(copy: Path) -> None:
    path = copy / "config.toml"
    path.write_text(path.read_text().replace("hidden_dim = 32", "hidden_dim = 24"))
    done = seq2see("translate", copy, "one")
    assert done.code == 1
    assert f"`{copy / 'model.safetensors'}` has `" in done.error
    assert "but the configuration asks for" in done.error


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_tokenizer_of_another_run_is_refused(side: str, copy: Path) -> None:
    one, other = copy / "source.tokenizer.json", copy / "target.tokenizer.json"
    if side == "source":
        one.write_bytes(other.read_bytes())
    else:
        other.write_bytes(one.read_bytes())
    done = seq2see("translate", copy, "one")
    assert done.code == 1
    assert done.error == (
        f"`{copy / 'model.safetensors'}` was trained with another {side} tokenizer than the one in "
        f"`{copy}`; put back the tokenizer files that came with the weights."
    )


def test_a_run_without_weights_yet_says_how_to_get_them(copy: Path) -> None:
    (copy / "model.safetensors").unlink()
    done = seq2see("evaluate", copy)
    assert done.code == 1
    assert f"continue with `seq2see train --resume --out {copy}`" in done.error


def test_a_run_without_held_out_pairs(copy: Path) -> None:
    (copy / "data" / "test.jsonl").unlink()
    (copy / "data" / "valid.jsonl").unlink()
    done = seq2see("evaluate", copy)
    assert done.code == 1
    assert f"`{copy}` has no held-out pairs, in `data/test.jsonl` or" in done.error


def test_a_broken_record_costs_no_scores(copy: Path) -> None:
    (copy / "data" / "summary.json").write_text("{")
    done = seq2see("evaluate", copy)
    assert done.code == 1
    assert "BLEU" in done.out
    assert f"`{copy / 'data' / 'summary.json'}` is not JSON" in done.error


# --- Text to translate -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ["--input", "{}/pairs.tsx"],
            1,
            "There is no file `{}/pairs.tsx`; did you mean `pairs.tsv`",
        ),
        (["--input", "{}"], 1, "`{}` is a directory, but must be a file of text; name one in it."),
        (["--input", "{}/binary"], 1, "`{}/binary` is a binary file (it has NUL bytes)"),
        (["--input", "{}/latin.tsv"], 1, "Line 2 of `{}/latin.tsv` is not UTF-8 (byte 0xe9 at col"),
        (["one", "--input", "{}/pairs.tsv"], 2, "Give TEXT or --input, not both."),
        (
            ["one", "--output", "{}/no/out"],
            1,
            "There is no folder `{}/no` for `{}/no/out`; make it",
        ),
        (["one", "--output", "{}"], 1, "`{}` is a directory, but must be a file; check the path."),
        (["one", "--alignment", "{}"], 1, "`{}` is a directory, but must be a file; check the"),
        (["one", "--output", "/dev/full"], 1, "The disk is full, so the output could not be"),
        (
            ["one", "--format", "json"],
            2,
            "text, jsonl or tsv, but is `json`; did you mean `jsonl`?",
        ),
        (["one", "--nbest", "3", "--beam", "2"], 2, "`--nbest` is 3, but `--beam 2` finds no more"),
        (["one", "--min-length", "99"], 2, "`min_length` is 99, above `max_length`, which is 30"),
        (["one", "--seed", "3"], 2, "`--seed` has no meaning without --sample; add that, or leave"),
        (["one", "--top-k", "3"], 2, "`--top-k` has no meaning without --sample"),
        (["one", "--sample", "--beam", "3"], 2, "`--beam` has no meaning with --sample; leave one"),
        (["one", "--sample", "--temperature", "0"], 2, "`temperature` must be above 0, but is 0.0"),
        (["one", "--sample", "--top-p", "2"], 2, "`top_p` must be above 0 and at most 1, but is 2"),
        (["one", "--prefix", "un " * 31], 2, "has 31 tokens, more than `max_length=30` allows"),
        (["caf\udce9"], 1, "which is not valid Unicode"),
    ],
)
def test_bad_calls_of_translate(
    arguments: list[str], code: int, message: str, word_run: WordRun, folder: Path
) -> None:
    given = [argument.replace("{}", str(folder)) for argument in arguments]
    done = seq2see("translate", word_run, *given)
    assert done.code == code
    assert message.replace("{}", str(folder)) in done.error
    assert done.out == ""


def test_standard_input_that_is_not_utf8(word_run: WordRun) -> None:
    done = seq2see("translate", word_run, text=b"one\ntwo\ncaf\xe9\n")
    assert done.code == 1
    assert done.error.startswith("Line 3 of standard input is not UTF-8 (byte 0xe9 at column 4);")


def test_the_input_is_not_overwritten(word_run: WordRun, tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_text("one\n")
    for option in ("--output", "--alignment"):
        done = seq2see("translate", word_run, "--input", path, option, tmp_path / "." / "text")
        assert done.code == 2
        assert f"`--input` and `{option}` both name `{path}`, which would be over" in done.error
    assert path.read_text() == "one\n"
    same = ["--output", tmp_path / "new", "--alignment", tmp_path / "new"]
    assert seq2see("translate", word_run, "one", *same).code == 2
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["{}/nil.tsv"], 1, "There is no file `{}/nil.tsv`"),
        (["{}/zero.tsv"], 1, "{}/zero.tsv:1 has an empty side, so that it cannot be scored"),
        (["{}/pairs.tsv", "--pair", "fr-en"], 2, "translates `en-fr`, not `fr-en`; leave `--pair`"),
        (["--pair", "en-fr"], 2, "`--pair` says how to read DATA, but there is none; name it too."),
        (["--against", "{}/nil"], 1, "The run directory `{}/nil` does not exist"),
        (
            ["--output", "{}/no/out"],
            1,
            "There is no folder `{}/no` for `{}/no/out`; make it, or check the path.",
        ),
        (["--gold-alignments", "{}/nil"], 1, "`{}/nil` cannot be read as alignments (No such file"),
        (["--gold-alignments", "{}/gold"], 1, "There are 1 gold alignments for 15 pairs; give one"),
        (
            ["{}/one.tsv", "--gold-alignments", "{}/gold"],
            1,
            "Gold alignment 1 has the link 2-2 (counted from 0), but its pair has 2 and 2 words",
        ),
        (
            ["{}/one.tsv", "--gold-alignments", "{}/one.tsv"],
            1,
            "`one` is not an alignment link; write `i-j` for a sure link",
        ),
    ],
)
def test_bad_calls_of_evaluate(
    arguments: list[str], code: int, message: str, word_run: WordRun, folder: Path
) -> None:
    (folder / "gold").write_text("1-1 2-2\n")
    (folder / "one.tsv").write_text("one two\tun deux\n")
    given = [argument.replace("{}", str(folder)) for argument in arguments]
    done = seq2see("evaluate", word_run, *given)
    assert done.code == code
    assert message.replace("{}", str(folder)) in done.error
    assert done.out == ""


# --- In a process of its own -------------------------------------------------------------------


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    done = command("--debug", "translate", tmp_path / "nil", "one")
    assert done.code == 1
    assert done.err.startswith("Traceback")
    assert f"RunError: The run directory `{tmp_path}/nil` does not exist" in done.err


def test_a_reader_that_leaves_early(word_run: WordRun, tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_text("one two\n" * 20_000)
    writer = subprocess.Popen(
        [sys.executable, "-m", "seq2see", "translate", str(word_run), "--input", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert writer.stdout is not None
    assert writer.stderr is not None
    first = writer.stdout.readline()
    writer.stdout.close()
    error = writer.stderr.read()
    assert writer.wait() == 1
    writer.stderr.close()
    assert first.strip()
    assert error == b""


def test_training_on_what_no_model_can_learn(tmp_path: Path) -> None:
    """Every target is the same text."""
    (tmp_path / "same.tsv").write_text("".join(f"text {i}\tsame\n" for i in range(200)))
    done = seq2see("train", tmp_path / "same.tsv", "--out", tmp_path / "run")
    assert done.code == 1
    assert "Every target is the same text, so there is nothing to learn" in done.error
    assert done.error.endswith("Training would be pointless.")
    assert not (tmp_path / "run").exists()


def test_pairs_lost_on_the_way_to_an_evaluation_are_counted(
    word_run: WordRun, tmp_path: Path
) -> None:
    path = tmp_path / "some.tsv"
    path.write_bytes(b"one\tun\ncaf\xe9\tx\nno columns\ntwo\tdeux\n")
    done = seq2see("evaluate", word_run, path)
    assert done.code == 0
    assert "warning: 1 line left out (invalid-utf8); `seq2see doctor` shows which\n" in done.err
    assert "warning: 1 line left out (missing-column); `seq2see doctor` shows which\n" in done.err
    assert done.out.startswith("2 sentences\n")


def test_another_corpus_than_the_run_was_begun_with(copy: Path, tmp_path: Path) -> None:
    other = write_corpus(tmp_path / "other.jsonl", seed=2)
    config = copy / "config.toml"
    text = config.read_text()
    start = text.index("train = [")
    end = text.index("]", start)
    config.write_text(f'{text[:start]}train = ["{other}"{text[end:]}')
    done = seq2see("train", "--resume", "--out", copy, "--more", "1")
    assert done.code == 1
    assert "are not those that" in done.error
