"""``seq2see study`` from its command line to its files, with real trainings."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command_line import Done, command

WORDS = {"one": "un", "two": "deux", "red": "rouge", "cat": "chat", "dog": "chien"}
SETTINGS = (
    "model.hidden_dim=8", "model.embed_dim=8", "model.dropout=0", "tokenizer.kind=word",
    "train.lr=0.02", "train.batch_tokens=128", "train.max_updates=40", "train.warmup_updates=0",
    "train.validate_every=20", "train.checkpoint_every=5", "train.log_every=5",
    "train.patience=0", "decode.max_length=12",
)  # fmt: skip


def arguments(folder: Path, *more: str) -> list[str]:
    data = folder / "pairs.tsv"
    names = list(WORDS)
    sentences = [
        [names[(seed // 5**place) % 5] for place in range(2 + seed % 5)] for seed in range(7, 200)
    ]
    lines = [
        f"{' '.join(words)}\t{' '.join(WORDS[word] for word in words)}\n" for words in sentences
    ]
    data.write_text("".join(dict.fromkeys(lines)), encoding="utf-8")
    sets = [word for setting in SETTINGS for word in ("--set", setting)]
    return [
        "study", str(data), "--size", "tiny", *sets, "--threads", "1",
        "--out", str(folder / "study"), *more,
    ]  # fmt: skip


GRID = (
    "--vary", "model.attention.score=none,dot,general",
    "--vary", "model.bidirectional=false,true",
    "--set", "model.bridge=tanh",
)  # fmt: skip


def study(folder: Path, *more: str) -> Done:
    return command(*arguments(folder, *more))


def test_a_grid_from_the_command_line(tmp_path: Path) -> None:
    done = study(tmp_path, *GRID, "--json")
    assert done.code == 0, done.err
    content = json.loads(done.out)
    assert content == json.loads((tmp_path / "study" / "study.json").read_text(encoding="utf-8"))
    status = {row["label"]: row["status"] for row in content["rows"]}
    assert status.pop("score=dot, bidirectional=true") == "failed"
    assert set(status.values()) == {"done"}
    assert len(status) == 5
    assert "score=dot, bidirectional=true` cannot be trained" in done.err
    assert "[5/5] score=general, bidirectional=true: BLEU" in done.err
    page = (tmp_path / "study" / "study.html").read_text(encoding="utf-8")
    assert "score=general, bidirectional=true" in page
    again = study(tmp_path, *GRID)
    assert again.code == 0
    assert "updates:" not in again.err
    assert "BLEU" in again.out
    assert f"Wrote {tmp_path / 'study' / 'study.html'}" in again.out.replace("\n", " ")


def test_a_killed_study_ends_as_one_that_was_not(tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    for folder in (whole, killed):
        folder.mkdir()
    rows = ("--vary", "model.attention.score=none,general")
    assert study(whole, *rows).code == 0
    process = subprocess.Popen(
        [sys.executable, "-m", "seq2see", *arguments(killed, *rows)], stderr=subprocess.DEVNULL
    )
    second = killed / "study" / "runs" / "score=general" / "seed-1" / "checkpoints"
    begun = time.monotonic()
    while not list(second.glob("step-*")):
        assert process.poll() is None
        assert time.monotonic() - begun < 300
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = study(killed, *rows)
    assert done.code == 0, done.err
    assert "[1/2]" not in done.err
    for path in sorted(whole.rglob("model.safetensors")):
        assert (killed / path.relative_to(whole)).read_bytes() == path.read_bytes()
    bleus = [
        [row["bleu"] for row in json.loads(path.read_text(encoding="utf-8"))["rows"]]
        for path in (whole / "study" / "study.json", killed / "study" / "study.json")
    ]
    assert bleus[0] == bleus[1]


def test_a_dry_run_lists_rows_and_leaves_nothing(tmp_path: Path) -> None:
    done = study(tmp_path, *GRID, "--dry-run", "--json")
    assert done.code == 0, done.err
    found = {row["label"]: row for row in json.loads(done.out)["rows"]}
    assert "differ in width" in found["score=dot, bidirectional=true"]["reason"]
    first = found["score=none, bidirectional=false"]
    assert first["parameters"] < found["score=general, bidirectional=false"]["parameters"]
    assert first["seconds"] > 0
    assert not (tmp_path / "study").exists()


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ((), "takes either settings to vary"),
        (("--name", "scores", "--vary", "train.lr=1,2"), "takes either settings to vary"),
        (("--name", "score"), "did you mean `scores`?"),
        (("--vary", "train.lr=1", "--vary", "train.lr=2"), "`--vary train.lr` is given twice"),
        (("--vary", "model.num_layers=0,-1"), "`model.num_layers` must be at least 1"),
    ],
)
def test_misuse_is_said_in_one_sentence(
    tmp_path: Path, more: tuple[str, ...], message: str
) -> None:
    done = study(tmp_path, *more)
    assert done.code == 2
    assert message in done.error


def test_a_study_in_which_all_fails_fails(tmp_path: Path) -> None:
    done = study(
        tmp_path, "--vary", "train.lr=1e30", "--set", "train.optimizer=sgd", "--set",
        "train.clip_norm=0",
    )  # fmt: skip
    assert done.code == 1
    assert "has a result; the first one: " in done.error


def test_a_training_that_failed_is_told_by_the_exit_code_after_the_rest_is_done(
    tmp_path: Path,
) -> None:
    """Settings that do not combine are another matter: the grid above ends with 0."""
    done = study(
        tmp_path, "--vary", "train.lr=1e30,0.02", "--set", "train.optimizer=sgd", "--set",
        "train.clip_norm=0", "--json",
    )  # fmt: skip
    assert done.code == 1
    assert [row["status"] for row in json.loads(done.out)["rows"]] == ["failed", "done"]
    assert "1 of 2 trainings failed" in done.error
