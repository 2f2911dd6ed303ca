"""``seq2see translate``: line for line, in every form, through the real command line."""

import gzip
import json
import os
import pty
import random
import re
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from command_line import WORDS, WordRun, command, seq2see, training

from seq2see import Trace, load
from seq2see.decoding import translator as translating

MIXED = ["one", "", "red cat and blue dog", "six", "five five six two", "   ", "one house"]


def lines_of(out: str) -> list[str]:
    """Lines, at line feeds only."""
    assert out.endswith("\n")
    return out.removesuffix("\n").split("\n")


@pytest.fixture(scope="module")
def answers(word_run: WordRun) -> dict[str, str]:
    """The translation of each line, asked for one by one."""
    translator = load(word_run.path)
    return {line: translator.translate(line).text for line in MIXED}


# --- Where text comes from and goes to -----------------------------------------------------------


def test_it_translates(word_run: WordRun) -> None:
    done = seq2see("translate", word_run, "two red cat", "blue house and dog")
    assert done.code == 0
    assert done.err == ""
    source = ["two", "red", "cat", "blue", "house", "and", "dog"]
    right = [WORDS[word] for word in source]
    assert len(set(right) & set(done.out.split())) >= len(right) - 2


def test_arguments_files_and_standard_input_are_translated_alike(
    word_run: WordRun, answers: dict[str, str], tmp_path: Path
) -> None:
    text = "".join(line + "\n" for line in MIXED)
    plain, zipped = tmp_path / "text", tmp_path / "text.gz"
    plain.write_text(text)
    zipped.write_bytes(gzip.compress(text.encode()))
    expected = [answers[line] for line in MIXED]
    for done in (
        seq2see("translate", word_run, *MIXED),
        seq2see("translate", word_run, text=text),
        seq2see("translate", word_run, "--input", plain),
        seq2see("translate", word_run, "--input", zipped),
        command("translate", word_run, text=text),
    ):
        assert done.code == 0
        assert done.err == ""
        assert lines_of(done.out) == expected
    assert expected[1] == expected[5] == ""


def test_into_a_file(word_run: WordRun, answers: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "out"
    done = seq2see("translate", word_run, "--output", path, *MIXED)
    assert done.code == 0
    assert done.out == ""
    assert done.err == "lines: 7 of 7, 0 s\n" or re.fullmatch(r"lines: 7, \d+ s\n", done.err)
    assert path.read_bytes().decode() == "".join(answers[line] + "\n" for line in MIXED)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("\n", 1),
        ("one", 1),
        ("one\n", 1),
        ("one\n\n", 2),
        ("\n\none\n\n\n", 5),
        ("one\r\ntwo\r\n", 2),
        ("one\r\n\r\ntwo", 3),
        ("one\u2028two\x0cthree\x85four\x0bfive\x1csix\n", 1),
        ("one\rtwo\n", 1),
        ("\ufeffone\n", 1),
    ],
)
def test_one_line_for_each_line(text: str, count: int, word_run: WordRun, tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes(text.encode())
    piped, read = seq2see("translate", word_run, text=text), None
    assert piped.code == 0
    assert piped.out.count("\n") == count
    if text:
        read = seq2see("translate", word_run, "--input", path)
        assert read == piped


def test_line_ends_and_marks_are_not_text(word_run: WordRun) -> None:
    plain = seq2see("translate", word_run, text="red cat\nblue dog\n")
    assert seq2see("translate", word_run, text="\ufeffred cat\r\nblue dog") == plain
    assert plain.err == ""


def test_order_is_kept_over_lengths_and_windows(
    word_run: WordRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(5)
    lines = [" ".join(draw.choices(list(WORDS), k=draw.randint(0, 8))) for _ in range(60)]
    whole = lines_of(seq2see("translate", word_run, text="\n".join(lines) + "\n").out)
    monkeypatch.setattr(translating, "WINDOW", 7)
    assert lines_of(seq2see("translate", word_run, text="\n".join(lines) + "\n").out) == whole
    translator = load(word_run.path)
    assert whole == [translator.translate(line).text for line in lines]


# --- Formats -------------------------------------------------------------------------------------


def test_n_best(word_run: WordRun) -> None:
    done = seq2see("translate", word_run, "red cat", "", "blue dog", "--nbest", "3")
    rows = [
        re.fullmatch(r"(\d+) \|\|\| (.*) \|\|\| (-?\d+\.\d{4})", row) for row in lines_of(done.out)
    ]
    found = [(int(row[1]), row[2], float(row[3])) for row in rows if row is not None]
    assert [number for number, _, _ in found] == [0, 0, 0, 1, 2, 2, 2]
    assert found[3] == (1, "", 0.0)
    assert found[0][2] > found[1][2] > found[2][2]
    assert len({text for _, text, _ in found[:3]}) == 3
    best = seq2see("translate", word_run, "red cat", "--beam", "5")
    assert lines_of(best.out) == [found[0][1]]


def test_tsv(word_run: WordRun) -> None:
    done = seq2see("translate", word_run, "red\tcat\nand  dog", "", "--format", "tsv")
    first, second = (row.split("\t") for row in lines_of(done.out))
    assert len(first) == 3
    assert first[0] == "red cat and  dog"
    assert first[1] == seq2see("translate", word_run, "red cat and dog").out.strip()
    assert float(first[2]) < 0
    assert second == ["", "", "0.0000"]


def test_jsonl(word_run: WordRun) -> None:
    done = seq2see("translate", word_run, "red cat", "zebra", "--format", "jsonl", "--nbest", "2")
    first, second = (json.loads(row) for row in lines_of(done.out))
    assert set(first) == {"source", "source_tokens", "hypotheses", "warnings"}
    assert (first["source"], first["source_tokens"], first["warnings"]) == (
        "red cat", ["red", "cat"], [],
    )  # fmt: skip
    assert len(first["hypotheses"]) == 2
    best = first["hypotheses"][0]
    assert best["text"] == " ".join(best["tokens"])
    assert len(best["token_log_probs"]) == len(best["tokens"]) + 1  # </s>
    assert sum(best["token_log_probs"]) == pytest.approx(best["log_prob"], abs=1e-4)
    assert best["finished"] is True
    attention = best["attention"]
    assert attention["columns"] == ["red", "cat", "</s>"]
    assert attention["rows"] == [*best["tokens"], "</s>"]
    for row in attention["values"]:
        assert sum(row) == pytest.approx(1, abs=1e-4)
    assert second["warnings"] == ["The model does not know `zebra`."]


def test_unknown_tokens_are_replaced_and_json_says_which(word_run: WordRun, tmp_path: Path) -> None:
    """What the translation must begin with has the one word that the model cannot say."""
    words = tmp_path / "words.tsv"
    words.write_text("one\tUNE\nzebra\tZEBRE\n")
    given = ["one zebra", "--prefix", "un zebra", "--format", "jsonl", "--replace-unknown"]
    best = {}
    for option, known in ((), {"one", "zebra"}), (("--dictionary", words), {"UNE", "ZEBRE"}):
        [row] = lines_of(seq2see("translate", word_run, *given, *option).out)
        best = json.loads(row)["hypotheses"][0]
        [replaced] = best["replaced"]
        assert (replaced["token"], replaced["translated"]) == (1, bool(option))
        assert replaced["word"] in known
        assert best["tokens"][:2] == best["attention"]["rows"][:2] == ["un", replaced["word"]]
        assert best["text"].split()[:2] == ["un", replaced["word"]]
    [row] = lines_of(seq2see("translate", word_run, *given[:-1]).out)
    assert json.loads(row)["hypotheses"][0]["tokens"][1] == "<unk>"
    assert "replaced" not in json.loads(row)["hypotheses"][0]
    done = seq2see("translate", word_run, "one", "--dictionary", words)
    assert done.code == 2
    assert done.error.endswith(
        "has no meaning without --replace-unknown; add that, or leave it out."
    )


def test_a_run_with_itself_translates_as_it_does_alone(word_run: WordRun, tmp_path: Path) -> None:
    lines = [*MIXED, "--nbest", "2", "--format", "jsonl"]
    alone = seq2see("translate", word_run, *lines)
    assert seq2see("translate", word_run, "--ensemble", word_run, *lines).out == alone.out
    given = ["translate", word_run, "one", "--ensemble", word_run]
    done = seq2see(*given, "--trace", tmp_path / "traces")
    assert (done.code, done.error.partition(",")[0]) == (
        2, "`--trace` shows what one model computes",
    )  # fmt: skip
    done = seq2see(*given, "--backend", "ctranslate2")
    assert "`backend=ctranslate2` is for one run, but several were given" in done.error
    done = seq2see("translate", word_run, "one", "--ensemble", tmp_path / "nothing")
    assert "does not exist" in done.error


def test_alignments_are_line_for_line(word_run: WordRun, tmp_path: Path) -> None:
    path = tmp_path / "links"
    done = seq2see("translate", word_run, "red cat and dog", "", "one", "--alignment", path)
    rows = lines_of(path.read_text())
    assert len(rows) == 3
    assert rows[1] == ""
    targets = lines_of(done.out)
    for source, target, row in zip(["red cat and dog", "", "one"], targets, rows, strict=True):
        for link in row.split():
            i, j = map(int, link.split("-"))
            assert 0 <= i < len(source.split())
            assert 0 <= j < len(target.split())
    translation = load(word_run.path).translate("red cat and dog")
    assert rows[0] == " ".join(f"{i}-{j}" for i, j in translation.alignment)


# --- How to search -------------------------------------------------------------------------------


def test_a_prefix_is_forced_on_every_line(word_run: WordRun) -> None:
    done = seq2see("translate", word_run, "red cat", "", "one", "--prefix", "maison  et ")
    first, empty, third = lines_of(done.out)
    assert first.startswith("maison et")
    assert third.startswith("maison et")
    assert empty == ""
    assert done.err == ""


def test_unknown_words_of_a_prefix_are_named_once(word_run: WordRun) -> None:
    done = seq2see("translate", word_run, "red cat", "one", "--prefix", "bonjour un")
    assert [line.startswith("<unk> un") for line in lines_of(done.out)] == [True, True]
    assert done.err == (
        "seq2see: warning: The model does not know `bonjour` of --prefix, and will say <unk> "
        "there.\n"
    )


def test_lengths(word_run: WordRun) -> None:
    texts = ["red cat and dog", "one"]
    short = seq2see("translate", word_run, *texts, "--max-length", "2")
    assert [len(line.split()) for line in lines_of(short.out)] <= [2, 2]
    assert "line 1: The translation was stopped at 2 tokens, the most allowed" in short.err
    long = seq2see("translate", word_run, *texts, "--min-length", "9")
    assert min(len(line.split()) for line in lines_of(long.out)) >= 9


def test_greedy_is_a_beam_of_one_and_a_beam_finds_no_less(word_run: WordRun) -> None:
    texts = ["red cat and dog", "one two three four", "six blue house"]
    scores = {}
    for beam in ("1", "4"):
        done = seq2see(
            "translate", word_run, *texts, "--beam", beam, "--length-penalty", "0",
            "--format", "jsonl",
        )  # fmt: skip
        scores[beam] = sum(
            json.loads(row)["hypotheses"][0]["log_prob"] for row in lines_of(done.out)
        )
    assert scores["4"] >= scores["1"] - 1e-4


def test_sampling_is_a_function_of_the_seed(word_run: WordRun) -> None:
    def sample(seed: int, *more: str) -> str:
        texts = ["red cat and dog", "one two three four"]
        options = ["--sample", "--temperature", "3", "--nbest", "4", "--seed", seed, *more]
        return seq2see("translate", word_run, *texts, *options).out

    assert sample(1) == sample(1)
    assert sample(1) != sample(2)
    only_best = sample(1, "--top-k", "1")
    texts = {row.split(" ||| ")[1] for row in lines_of(only_best)[:4]}
    greedy = seq2see("translate", word_run, "red cat and dog", "--beam", "1").out
    assert texts == {greedy.strip()}


# --- What is doubtful is named -------------------------------------------------------------------


def test_a_long_line_is_translated_whole_with_a_warning(word_run: WordRun) -> None:
    long = " ".join(["red cat"] * 10)
    done = seq2see("translate", word_run, "one", long)
    assert done.code == 0
    assert len(lines_of(done.out)) == 2
    assert (
        "seq2see: warning: line 2: The source has 20 tokens, but the model was trained on at most "
        "12 (`data.max_length`); it was translated whole, perhaps badly.\n"
    ) in done.err
    [_, translation] = load(word_run.path).translate(["one", long])
    assert len(translation.source_tokens) == 20
    attention = translation.attention
    assert attention is not None
    assert attention.shape[1] == 21


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("one zebra cat", ["zebra"]),
        ("मला मांजर आवडते।", ["मला", "मांजर", "आवडते", "।"]),
        ("汤姆", ["汤", "姆"]),
        ("one 😀", ["😀"]),
        ("🇫🇷 👩‍👩‍👧", None),
        ("e\u0301tude", ["étude"]),
        ("\u200b", None),
    ],
)
def test_unknown_words_are_named(text: str, unknown: list[str] | None, word_run: WordRun) -> None:
    done = seq2see("translate", word_run, text, "one")
    assert done.code == 0
    assert len(lines_of(done.out)) == 2
    warnings = [line for line in done.err.splitlines() if "does not know" in line]
    assert len(warnings) == 1
    if unknown is not None:
        named = ", ".join(f"`{word}`" for word in unknown)
        assert warnings == [f"seq2see: warning: line 1: The model does not know {named}."]


def test_a_run_without_attention_says_what_it_cannot(word_run: WordRun, tmp_path: Path) -> None:
    run = tmp_path / "run"
    arguments = training(word_run.data, out=run, train__max_updates=2, train__validate_every=1)
    arguments[arguments.index("luong2015")] = "sutskever2014"
    assert command(*arguments).code == 0
    for option, value in (("--alignment", tmp_path / "links"), ("--coverage-penalty", "0.2")):
        done = seq2see("translate", run, "one", option, value)
        assert done.code == 2
        assert done.error == f"`{run}` has no attention, which `{option}` needs; leave it out."
    gold = seq2see("evaluate", run, "--gold-alignments", tmp_path / "links")
    assert gold.code == 2
    assert "has no attention, so there is no alignment to score." in gold.error
    row = json.loads(seq2see("translate", run, "one", "--format", "jsonl").out)
    assert "attention" not in row["hypotheses"][0]
    assert "aer" not in json.loads(seq2see("evaluate", run, "--json").out)


# --- At a terminal -------------------------------------------------------------------------------


# A shell lets what it starts in the background, these tests say, ignore Ctrl-C.
HEEDING = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("seq2see", run_name="__main__", alter_sys=True)
"""


class Terminal:
    """A command at a pseudo-terminal of 80 columns; killed at the end if it still runs."""

    def __init__(self, *arguments: object) -> None:
        self._master, slave = pty.openpty()
        environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80"}
        environment.pop("NO_COLOR", None)
        self._process = subprocess.Popen(
            [sys.executable, "-c", HEEDING, *map(str, arguments)],
            stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        self._new = ""

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def expect(self, text: str) -> str:
        """Read until the text comes; returns what came since the last time."""
        end = time.monotonic() + 120
        while text not in self._new:
            ready, _, _ = select.select([self._master], [], [], max(0, end - time.monotonic()))
            assert ready, f"`{text}` did not come, only {self._new!r}"
            self._new += os.read(self._master, 65536).decode(errors="replace")
        before, _, self._new = self._new.partition(text)
        assert "Traceback" not in before
        return re.sub(r"\x1b\[[0-9;]*m", "", before) if text != "100%" else before

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def end(self, *, interrupt: bool = False) -> int:
        """Wait for the command to end; press Ctrl-C until it does, if asked to."""
        for _ in range(6):
            if interrupt:  # the first may come between the prompt and the wait for an answer
                self._process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                return self._process.wait(timeout=20)
        raise AssertionError("The command did not end.")


def test_the_prompt(word_run: WordRun, answers: dict[str, str]) -> None:
    with Terminal("translate", word_run) as terminal:
        terminal.expect("Type a sentence and press Enter; Ctrl-D ends.")
        terminal.expect("> ")
        terminal.type("red cat and blue dog\n")
        shown = terminal.expect("100%")
        assert answers["red cat and blue dog"] in shown
        assert "output attends to source" in shown
        assert "red cat and blue dog </s>" in shown
        assert re.search(r"\x1b\[[0-9;]*48;", shown), "the heat map has no colours"
        terminal.expect("> ")
        terminal.type("\n")  # nothing to translate
        terminal.expect("> ")
        terminal.type("मांजर\n")
        terminal.expect("The model does not know `मांजर`.")
        terminal.expect("100%")
        terminal.expect("> ")
        terminal.type("\x04")
        assert terminal.end() == 0


def test_ctrl_c_at_the_prompt(word_run: WordRun) -> None:
    with Terminal("translate", word_run) as terminal:
        terminal.expect("> ")
        assert terminal.end(interrupt=True) == 130
        terminal.expect("seq2see: error: interrupted")


def test_typed_lines_for_a_file_are_answered_one_by_one(word_run: WordRun, tmp_path: Path) -> None:
    path = tmp_path / "out"
    with Terminal("translate", word_run, "--output", path) as terminal:
        terminal.type("one\n")
        end = time.monotonic() + 120
        while not (path.exists() and path.read_text()) and time.monotonic() < end:
            time.sleep(0.05)
        assert path.read_text() == seq2see("translate", word_run, "one").out
        terminal.type("\x04")
        assert terminal.end() == 0


# --- Traces ---------------------------------------------------------------------------------------


def test_traces_are_numbered_like_the_lines(word_run: WordRun, tmp_path: Path) -> None:
    text, folder = tmp_path / "text", tmp_path / "traces"
    text.write_text("two red cat\n\none house\n")
    done = seq2see(
        "translate", word_run, "--input", text, "--output", tmp_path / "out", "--trace", folder,
    )  # fmt: skip
    assert done.code == 0
    assert sorted(file.name for file in folder.iterdir()) == ["000001.json.gz", "000003.json.gz"]
    trace = Trace.load(folder / "000003.json.gz")
    assert trace.source.text == "one house"
    assert trace.target.text == (tmp_path / "out").read_text().splitlines()[2]


def test_each_of_several_translations_has_its_trace(word_run: WordRun, tmp_path: Path) -> None:
    folder = tmp_path / "traces"
    done = seq2see(
        "translate", word_run, "two red cat", "--beam", 3, "--nbest", 3, "--trace", folder,
        "--trace-detail", "drawing",
    )  # fmt: skip
    assert done.code == 0
    traces = [Trace.load(folder / f"000001-{rank}.json.gz") for rank in (1, 2, 3)]
    texts = [line.split(" ||| ")[1] for line in lines_of(done.out)]
    assert [trace.target.text for trace in traces] == texts
    assert traces[0]["decoder.readout"].dtype == "float16"


def test_nothing_is_written_over_and_details_are_checked(word_run: WordRun, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious")
    for folder in (tmp_path, tmp_path / "mine"):
        done = seq2see("translate", word_run, "two", "--trace", folder)
        assert done.code == 2
        assert f"`--trace {folder}` holds something already" in done.err
    done = seq2see(
        "translate", word_run, "two", "--trace", tmp_path / "new", "--trace-detail", "numers"
    )
    assert done.code == 2
    assert "did you mean `numbers`?" in done.err
    assert sorted(file.name for file in tmp_path.iterdir()) == ["mine"]
    done = seq2see("translate", word_run, "two", "--trace-detail", "all")
    assert done.code == 2
    assert "`--trace-detail` has no meaning without --trace" in done.err
    same = tmp_path / "same"
    done = seq2see("translate", word_run, "two", "--trace", same, "--output", same)
    assert done.code == 2
    assert "`--output` and `--trace` both name" in done.err
