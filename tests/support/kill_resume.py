"""Train through the command line, kill it with ``kill -9`` at random moments, and go on.

Used by the system tests, which kill a few times, and by ``scripts/kill_resume``, which kills more.
"""

import hashlib
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

CORPORA = (
    "builtin:copy-short:300", "--valid", "builtin:copy-short/valid:20",
    "--test", "builtin:copy-short/test:5",
)  # fmt: skip
# Models so small that starting the interpreter takes most of the time.
RECURRENT = ("model.embed_dim=16", "model.hidden_dim=16")
TRANSFORMER = ("model.embed_dim=16", "model.feedforward_dim=16", "model.num_layers=1")
TINY = (
    "tokenizer.kind=word", "data.max_pairs=120", "train.batch_tokens=128", "train.lr=0.01",
    "train.warmup_updates=0", "train.log_every=3", "train.validate_sentences=4",
)  # fmt: skip
PATIENCE_OF_THE_TEST = 60.0

Say = Callable[[str], None]


@dataclass(frozen=True)
class Result:
    """What must not depend on how often training was killed."""

    weights: str
    """SHA-256 of the best weights."""
    checkpoint: dict[str, str]
    """SHA-256 of every file of the newest checkpoint, its name first."""
    metrics: bytes


@dataclass(frozen=True)
class Moment:
    """When to kill: some time after an update was logged and after files of a kind were there."""

    update: int
    files: str
    """Pattern inside the run directory; empty: none in particular."""
    seconds: float

    def __str__(self) -> str:
        what = f" while {self.files} was there" if self.files else ""
        return f"after update {self.update}{what}, {1000 * self.seconds:.0f} ms later"


# What a kill can interrupt: writing or deleting a checkpoint, keeping the best weights, cutting
# back the metrics, or anything else.
INTERRUPTED = (
    "checkpoints/.step-*.writing", "checkpoints/.step-*.deleting", ".model.safetensors.writing",
    ".report.html.writing", "", "",
)  # fmt: skip


def settings(*pairs: str) -> list[str]:
    """Settings as options of the command line."""
    return [part for pair in pairs for part in ("--set", pair)]


def tiny(arch: str, *changes: str) -> list[str]:
    """Arguments of a short training; ``changes`` are further settings."""
    sizes = TRANSFORMER if arch == "transformer2017" else RECURRENT
    return [*CORPORA, "--arch", arch, "--size", "tiny", *settings(*TINY, *sizes, *changes)]


def command(*arguments: str | Path) -> list[str]:
    """The command line in a process of its own."""
    return [sys.executable, "-m", "seq2see", *map(str, arguments)]


def train(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run ``seq2see train`` to its end."""
    return subprocess.run(command("train", *arguments), capture_output=True, text=True, check=False)


def result(run: Path) -> Result:
    """Read a finished run."""
    newest = max((run / "checkpoints").glob("step-*"), key=lambda path: int(path.name[5:]))
    return Result(
        weights=_hash(run / "model.safetensors"),
        checkpoint={f"{newest.name}/{path.name}": _hash(path) for path in sorted(newest.iterdir())},
        metrics=(run / "metrics.jsonl").read_bytes(),
    )


def draw_moments(seed: int, number: int, updates: int) -> list[Moment]:
    """Draw moments spread over a training, so that each of them is reached."""
    generator = random.Random(seed)
    stretch = 0.9 * updates / number
    kinds = [INTERRUPTED[index % len(INTERRUPTED)] for index in range(number)]
    generator.shuffle(kinds)
    return [
        Moment(
            update=int(stretch * (index + generator.random())),
            files=files,
            seconds=generator.choice((0.0, generator.uniform(0, 0.1))),
        )
        for index, files in enumerate(kinds)
    ]


def train_with_kills(
    run: Path, arguments: Sequence[str], moments: Sequence[Moment], say: Say = lambda _: None
) -> int:
    """Train a run to its end, killing it at each moment.

    Args:
        run: The run directory to write.
        arguments: Of ``seq2see train``, without ``--out``.
        moments: In order.
        say: Told of every kill.

    Returns:
        How often training was killed; a moment that never came does not count.
    """
    kills = 0
    for moment in moments:
        process = subprocess.Popen(
            command("train", *_onward(run, arguments)), stderr=subprocess.PIPE, text=True
        )
        if _reached(moment, run, process):
            process.kill()
        _, errors = process.communicate()
        if process.returncode == 0:
            say(f"not killed: it ended before {moment}")
        elif process.returncode < 0:
            kills += 1
            say(f"kill {kills}: {moment}; {last_logged(run)} logged")
        else:
            raise RuntimeError(f"Training failed: {errors}")
    done = train(*_onward(run, arguments))
    if done.returncode:
        raise RuntimeError(f"Training failed: {done.stderr}")
    return kills


def last_logged(run: Path) -> int:
    """The last update in ``metrics.jsonl``; 0 if there is none."""
    try:
        lines = (run / "metrics.jsonl").read_bytes().split(b"\n")[:-1]  # whole lines
    except FileNotFoundError:
        return 0
    return int(json.loads(lines[-1])["update"]) if lines else 0


def _onward(run: Path, arguments: Sequence[str]) -> list[str]:
    """Go on with a run; begin it where it was killed before anything stood there."""
    if run.exists():
        return ["--resume", "--out", str(run)]
    return [*arguments, "--out", str(run)]


def _reached(moment: Moment, run: Path, process: subprocess.Popen[str]) -> bool:
    """Wait for a moment; False if training ends before it."""

    def wait_until(condition: Callable[[], bool]) -> bool:
        begun = time.monotonic()
        while not condition():
            if process.poll() is not None:
                return False
            if time.monotonic() - begun > PATIENCE_OF_THE_TEST:
                process.kill()
                raise TimeoutError(f"The moment {moment} did not come.")
            time.sleep(0.0005)
        return True

    if not wait_until(lambda: last_logged(run) >= moment.update):
        return False
    if moment.files and not wait_until(lambda: any(run.glob(moment.files))):
        return False
    time.sleep(moment.seconds)
    return True


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
