"""How much memory training takes as the corpus grows: the acceptance is at most 300 MB from
50,000 to 5,000,000 pairs.

    python benchmarks/training_memory.py [--pairs 50000 5000000] [--json]

Each size is generated into a temporary folder and trained on by `seq2see train` in a process of its
own, for a few updates. What counts is anonymous memory (`RssAnon`), since mapped files are memory
that the system can take back; its highest value in the whole life of the process is compared.
"""

import argparse
import json
import platform
import random
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from itertools import accumulate
from pathlib import Path

WORDS = 20_000
SETTINGS = {
    "tokenizer.kind": "bpe",
    "train.max_updates": 20,
    "train.batch_tokens": 2048,
    "train.validate_every": 20,
    "train.validate_sentences": 16,
    "train.checkpoint_every": 20,
    "train.log_every": 10,
}
INTERVAL_SECONDS = 0.1


@dataclass
class Measured:
    pairs: int
    peak_mb: float
    """Highest `RssAnon` of the process."""
    peak_phase: str
    """The last line that it had written by then."""
    seconds: float
    phases: dict[str, tuple[float, float]]
    """For each line that it wrote: seconds until the next, and the highest `RssAnon` by then."""


def generate(path: Path, pairs: int) -> None:
    """Write pairs of 3 to 20 words; which words there are does not depend on how many pairs."""
    draw = random.Random(1)
    vocabulary = [
        "".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(2, 9)))
        for _ in range(WORDS)
    ]
    weights = list(accumulate(1 / rank for rank in range(1, WORDS + 1)))
    with path.open("w", encoding="utf-8") as file:
        for _ in range(pairs):
            words = draw.choices(vocabulary, cum_weights=weights, k=draw.randint(3, 20))
            file.write(f"{' '.join(words)}\t{' '.join(reversed(words)).upper()}\n")


def anonymous_mb(process: int) -> float:
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    lines = [line for line in status.splitlines() if line.startswith("RssAnon:")]
    return int(lines[0].split()[1]) * 1024 / 1e6 if lines else 0.0


def measure(pairs: int, folder: Path, options: list[str]) -> Measured:
    corpus = folder / f"{pairs}.tsv"
    generate(corpus, pairs)
    command = [
        sys.executable, "-m", "seq2see", "train", str(corpus), "--arch", "luong2015",
        "--size", "tiny", "--out", str(folder / f"run-{pairs}"), *options,
    ]  # fmt: skip
    command += [part for key, value in SETTINGS.items() for part in ("--set", f"{key}={value}")]
    begun = time.monotonic()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    phase = ["starting"]

    def listen() -> None:
        for line in process.stderr or ():
            print(f"  {time.monotonic() - begun:7.1f} s  {line.rstrip()}", file=sys.stderr)
            phase[0] = line.strip()[:60]

    listener = threading.Thread(target=listen)
    listener.start()
    phases: dict[str, tuple[float, float]] = {}
    peak, peak_phase = 0.0, ""
    while process.poll() is None:
        now, name = anonymous_mb(process.pid), phase[0]
        spent, highest = phases.get(name, (0.0, 0.0))
        phases[name] = (spent + INTERVAL_SECONDS, max(highest, now))
        if now > peak:
            peak, peak_phase = now, name
        time.sleep(INTERVAL_SECONDS)
    listener.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    corpus.unlink()
    return Measured(pairs, peak, peak_phase, time.monotonic() - begun, phases)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, nargs="+", default=[50_000, 5_000_000])
    parser.add_argument("--folder", type=Path, help="where corpora and runs go; default: temporary")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("options", nargs="*", help="further options of `seq2see train`, after --")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        measured = [measure(pairs, Path(folder), given.options) for pairs in given.pairs]
    if given.json:
        print(json.dumps([asdict(one) for one in measured], indent=1))
        return
    print(f"{platform.processor() or platform.machine()}; python {platform.python_version()}")
    print(f"{'pairs':>10}  {'peak RssAnon':>12}  {'beyond first':>12}  {'seconds':>8}  at")
    for one in measured:
        beyond = one.peak_mb - measured[0].peak_mb
        print(
            f"{one.pairs:>10,}  {one.peak_mb:>9.0f} MB  {beyond:>9.0f} MB  {one.seconds:>8.0f}  "
            f"{one.peak_phase}"
        )


if __name__ == "__main__":
    main()
