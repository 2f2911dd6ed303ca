"""What traces cost: their size, the time to record one, and the time of observation nobody uses.

    python benchmarks/recording.py RUN... [--rounds 20]

For each run, on one thread and one source sentence of 30 tokens, greedily and with a beam of 5:

* bytes of its trace at each detail, plain and gzipped;
* recording: the time of ``translate(text).trace()`` over that of ``translate(text)``, and with
  saving it;
* observing: the time of translating and of encoding-and-decoding with no observer, over that of the
  same program with every call of an observer taken out of its source when it is imported.

Times are processor time of this thread. The two programs of the last comparison run in processes of
their own and take turns; the ratio is the median over rounds, with the interval that holds 95% of
the medians of resampled rounds.
"""

import argparse
import ast
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import IO, Any, cast

import numpy as np

NUM_TOKENS = 30
BEAMS = (1, 5)
_OBSERVERS = {"observe": 2, "observe_rows": 2, "_watched_state": 2}
"""Functions that show a value to an observer, and which argument the value is."""


class _Bare(ast.NodeTransformer):
    """Replaces ``observe(watch, name, value)`` by ``value``."""

    def visit_Call(self, node: ast.Call) -> Any:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in _OBSERVERS:
            return node.args[_OBSERVERS[node.func.id]]
        return node


class _BareLoader(SourceFileLoader):
    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> Any:
        return compile(ast.fix_missing_locations(_Bare().visit(ast.parse(data))), path, "exec")

    def get_code(self, fullname: str) -> Any:  # noqa: ARG002
        return self.source_to_code(self.get_data(self.path), self.path)  # past the cached bytecode


class _BareFinder(MetaPathFinder):
    """Imports models without their observers."""

    def find_spec(
        self, fullname: str, path: Any = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fullname.startswith("seq2see.models."):
            return None
        spec = PathFinder.find_spec(fullname, path)
        if spec is not None and isinstance(spec.origin, str):
            spec.loader = _BareLoader(fullname, spec.origin)
        return spec


def sentence(run: str) -> str:
    """A held-out source of the run with as many tokens as wanted; several joined if need be."""
    from seq2see.run import Run

    opened = Run.open(Path(run))
    words: list[str] = []
    for pair in (*opened.held_out("test"), *opened.held_out("valid")):
        for word in pair.source.split():
            words.append(word)
            if len(opened.source_tokenizer.encode(" ".join(words)).ids) >= NUM_TOKENS - 1:  # </s>
                return " ".join(words)
    raise SystemExit(f"{run} has too few held-out pairs for a sentence of {NUM_TOKENS} tokens.")


def work(run: str, text: str, program: str) -> None:
    """A worker: do one round of the asked-for task for every line of input, and say its time."""
    if program == "bare":
        sys.meta_path.insert(0, _BareFinder())
    import torch

    import seq2see
    from seq2see.models.interface import Source

    translator = seq2see.load(run, threads=1)
    best = translator.translate(text, beam_size=1).best
    ids = torch.tensor([[*translator.source_tokenizer.encode(text).ids, 3]])
    previous = torch.tensor([[2, *best.ids]])

    @torch.inference_mode()
    def forward() -> None:
        translator.model.decode(previous, translator.model.encode(Source(ids, ids > 0)))

    tasks: dict[str, Callable[[], object]] = {
        "translate": lambda: translator.translate(text, beam_size=1),
        "forward": lambda: [forward() for _ in range(5)],
    }
    for line in sys.stdin:
        task = tasks[line.strip()]
        started = time.process_time()
        task()
        print(time.process_time() - started, flush=True)


@contextmanager
def worker(run: str, text: str, program: str) -> Iterator[Callable[[str], float]]:
    """A process of one program; calling it does one round."""
    command = [sys.executable, __file__, "--worker", program, "--text", text, run]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    stdin, stdout = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)

    def ask(task: str) -> float:
        print(task, file=stdin, flush=True)
        return float(stdout.readline())

    try:
        yield ask
    finally:
        stdin.close()
        process.wait(timeout=60)


def paired(ratios: list[float]) -> str:
    """Median and 95% interval of the median."""
    generator = np.random.default_rng(1)
    drawn = generator.choice(ratios, (2000, len(ratios)))
    low, high = np.quantile(np.median(drawn, axis=1), (0.025, 0.975))
    return f"{statistics.median(ratios):.3f} ({low:.3f} to {high:.3f})"


def observing(run: str, text: str, rounds: int) -> None:
    """Compare the program with the one without observers."""
    with worker(run, text, "whole") as whole, worker(run, text, "bare") as bare:
        for task in ("translate", "forward"):
            for ask in (whole, bare):
                ask(task)
            ratios = []
            for number in range(rounds):
                order = (whole, bare) if number % 2 else (bare, whole)
                taken = {ask: ask(task) for ask in order}
                ratios.append(taken[whole] / taken[bare])
            print(f"  observing, {task:<10} {paired(ratios)}")


def recording(run: str, text: str, rounds: int) -> None:
    """Compare translating with recording, and weigh the traces."""
    import seq2see
    from seq2see.trace.names import GROUPS

    translator = seq2see.load(run, threads=1)

    def with_beam(beam: int, folder: Path) -> None:
        trace = translator.translate(text, beam_size=beam).trace()
        print(f"  beam {beam}: {len(trace.source)} source and {len(trace.target)} target tokens")
        for detail in GROUPS:
            sizes = []
            for name in ("trace.json", "trace.json.gz"):
                trace.save(folder / name, detail)
                sizes.append(f"{(folder / name).stat().st_size / 1000:.0f} kB")
            print(f"    size, {detail:<10} {sizes[0]:>8}, gzipped {sizes[1]:>8}")
        tasks: dict[str, Callable[[], object]] = {
            "plain": lambda: translator.translate(text, beam_size=beam),
            "recorded": lambda: translator.translate(text, beam_size=beam).trace(),
            "saved": lambda: (
                translator.translate(text, beam_size=beam)
                .trace()
                .save(folder / "trace.json", "drawing")
            ),
        }
        times: dict[str, list[float]] = {name: [] for name in tasks}
        for _ in range(rounds):
            for name, task in tasks.items():
                started = time.process_time()
                task()
                times[name].append(time.process_time() - started)
        for name in ("recorded", "saved"):
            ratios = [a / b for a, b in zip(times[name], times["plain"], strict=True)]
            print(f"    time, {name:<10} {paired(ratios)} of {min(times['plain']):.3f} s")

    with tempfile.TemporaryDirectory() as folder:
        for beam in BEAMS:
            with_beam(beam, Path(folder))


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("runs", nargs="+", help="run directories")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--worker", choices=("whole", "bare"), help=argparse.SUPPRESS)
    parser.add_argument("--text", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work(options.runs[0], options.text, options.worker)
        return
    import torch

    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    print(
        f"commit {commit or 'unknown'}, torch {torch.__version__}, {platform.machine()}, 1 thread"
    )
    for run in options.runs:
        text = sentence(run)
        print(f"{run}: {text}")
        recording(run, text, options.rounds)
        observing(run, text, options.rounds)


if __name__ == "__main__":
    main()
