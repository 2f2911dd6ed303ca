"""The command line as a user meets it, and one small run, trained by it, to try it on."""

import json
import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

WORDS = {
    "one": "un", "two": "deux", "three": "trois", "four": "quatre", "five": "cinq", "six": "six",
    "red": "rouge", "blue": "bleu", "cat": "chat", "dog": "chien", "house": "maison", "and": "et",
}  # fmt: skip
SETTINGS = {
    "model.hidden_dim": 32,
    "model.embed_dim": 32,
    "model.dropout": 0,
    "tokenizer.kind": "word",
    "data.max_length": 12,
    "train.lr": 0.02,
    "train.batch_tokens": 256,
    "train.max_updates": 200,
    "train.validate_every": 100,
    "train.checkpoint_every": 100,
    "decode.max_length": 30,
}


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """The one sentence of a command that failed; fails the test if there is anything else."""
        assert "Traceback" not in self.err
        lines = [line for line in self.err.splitlines() if line.startswith("seq2see: error: ")]
        assert len(lines) == 1, self.err
        assert self.err.endswith(f"{lines[0]}\n")
        assert lines[0].endswith((".", "?"))
        return lines[0].removeprefix("seq2see: error: ")


@dataclass(frozen=True)
class WordRun:
    """A run that translates word for word, nearly without mistakes."""

    path: Path
    data: Path
    """The corpus it was trained on, with gold alignments."""
    done: Done
    """What training said."""

    def __str__(self) -> str:
        return str(self.path)


def seq2see(*arguments: object, text: str | bytes = b"") -> Done:
    """Run a command in this process, with ``text`` as its standard input."""
    from seq2see.cli.main import app

    result = CliRunner().invoke(
        app, [str(argument) for argument in arguments], input=_bytes(text), prog_name="seq2see"
    )
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout_bytes.decode(), result.stderr_bytes.decode())


def command(*arguments: object, text: str | bytes = b"") -> Done:
    """Run a command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "seq2see", *map(str, arguments)],
        input=_bytes(text),
        capture_output=True,
        check=False,
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def training(*data: object, out: Path, **settings: object) -> list[str]:
    """Arguments of a small training; ``train__lr=1.0`` sets ``train.lr``."""
    merged = SETTINGS | {key.replace("__", "."): value for key, value in settings.items()}
    sets = [part for key, value in merged.items() for part in ("--set", f"{key}={value}")]
    return [
        "train", *map(str, data), "--pair", "en-fr", "--arch", "luong2015", "--size", "tiny",
        "--out", str(out), *sets,
    ]  # fmt: skip


def write_corpus(path: Path, size: int = 300, seed: int = 1) -> Path:
    """Write pairs of random words, translated word for word, with their alignments."""
    draw = random.Random(seed)
    rows = [_row(draw.choices(list(WORDS), k=draw.randint(1, 7))) for _ in range(size)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def train_word_run(folder: Path) -> WordRun:
    """Train the run; takes some seconds."""
    data = write_corpus(folder / "pairs.jsonl")
    path = folder / "run"
    done = command(*training(data, out=path))
    assert done.code == 0, done.err
    return WordRun(path, data, done)


def train_back_run(folder: Path, run: WordRun) -> Path:
    """Train a run from that one's French to German, which here is French spelt backwards."""
    pairs = [json.loads(line) for line in run.data.read_text(encoding="utf-8").splitlines()]
    rows = [
        f"{pair['target']}\t{' '.join(word[::-1] for word in pair['target'].split())}\n"
        for pair in pairs
    ]
    data, path = folder / "pairs.tsv", folder / "back"
    data.write_text("".join(rows), encoding="utf-8")
    arguments = training(data, out=path)
    arguments[arguments.index("en-fr")] = "fr-de"
    done = command(*arguments)
    assert done.code == 0, done.err
    return path


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


def _row(words: list[str]) -> dict[str, object]:
    links: list[list[int]] = []
    source_end = target_end = -1
    for word in words:
        source_start, target_start = source_end + 1, target_end + 1
        source_end = source_start + len(word)
        target_end = target_start + len(WORDS[word])
        links.append([source_start, source_end, target_start, target_end])
    target = " ".join(WORDS[word] for word in words)
    return {"source": " ".join(words), "target": target, "alignment": links}
