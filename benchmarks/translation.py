"""Translation speed against OpenNMT-py and CTranslate2, latency, and what lower precision costs.

    python benchmarks/translation.py                           # everything; trains what is missing
    python benchmarks/translation.py --run runs/multi30k       # with a Transformer of your own
    python benchmarks/translation.py --only latency help

Everybody translates the test set with a beam of 5 and GNMT's length penalty of 0.6, with the model
loaded and warm, in turns on the same cores. BLEU is sacrebleu's, of the text. What is compared:

* ``recurrent``: the model of ``training.py``, each toolkit with the weights that it trained itself,
  for as many updates on the same tokens (``--updates``).
* ``torch``: a Transformer on PyTorch. OpenNMT-py gets the very weights of seq2see, so that both
  should translate alike.
* ``default``: the same Transformer with what ``seq2see translate`` takes by default, against
  CTranslate2 called directly with int8, the same converted model, and the fastest of several batch
  sizes and numbers of workers. Its time includes the ``tokenizers`` library before and after.
* ``quality``: BLEU by backend and precision, with and without a shortlist.
* ``latency``: one sentence at a time by the recurrent model.
* ``help``: ``seq2see --help`` against ``python -c pass``.

OpenNMT-py, too, gets the fastest of several batch sizes, found on the first sentences; its time is
that of translating token ids, without a tokenizer. Time of seq2see is from text to text.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import measure
import models
import onmt_weights
import parallel
import peers
import training
from sacrebleu import corpus_bleu

BEAM, LENGTH_PENALTY = 5, 0.6
SETTINGS = {"beam_size": BEAM, "length_penalty": LENGTH_PENALTY}
VARIANTS = (
    {"backend": "torch", "precision": "fp32"},
    {"backend": "torch", "precision": "bf16"},
    {"backend": "torch", "precision": "int8"},
    {"backend": "torch", "precision": "fp32", "shortlist": True},
    {"backend": "ctranslate2", "precision": "fp32"},
    {"backend": "ctranslate2", "precision": "bf16"},
    {"backend": "ctranslate2", "precision": "int8"},
)
SEARCHED = 200
"""Sentences on which batch sizes of OpenNMT-py are tried."""
Row = tuple[str, ...]
HEAD = ("work", "system", "sentences/s", "tokens/s", "ratio (range)", "BLEU")


class Corpus:
    """The test set as everybody wants it."""

    def __init__(self, data: Path, run: Path, sentences: int | None) -> None:
        from seq2see.data import clean
        from seq2see.run import Run

        opened = Run.open(run)
        steps = clean.resolve(opened.config.data.clean)
        pairs = parallel.read(data, "test", steps)[:sentences]
        self.tokenizer = opened.target_tokenizer
        self.texts = parallel.sources(pairs)
        self.references = parallel.targets(pairs)
        encoded = opened.source_tokenizer.encode_ids(self.texts)
        self.lines = [f"{parallel.numbers(ids)} {parallel.EOS}" for ids in encoded]

    def bleu(self, translations: Sequence[str]) -> float:
        """Score texts."""
        return float(corpus_bleu(list(translations), [self.references]).score)

    def decoded(self, lines: Sequence[str]) -> list[str]:
        """Texts of lines of ids; what is no id is left out."""
        return [
            self.tokenizer.decode([int(word) for word in line.split() if word.isdigit()])
            for line in lines
        ]


class Bench:
    """One session: options, workers, and a folder for everything."""

    def __init__(self, given: argparse.Namespace) -> None:
        self.given = given
        self.cache = given.cache.absolute()
        self.folder = self.cache / "translation"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.details: dict[str, Any] = {}

    # Models

    def recurrent(self) -> Path:
        """Folder of the recurrent model as both trained it."""
        folder = self.cache / "training" / "recurrent"
        if not (folder / "complete").exists():
            print("training the recurrent model with both", file=sys.stderr, flush=True)
            found = training.compare("recurrent", self.given)
            (folder / "complete").write_text(json.dumps(found), encoding="utf-8")
        return folder

    def transformer(self) -> Path:
        """A run with a Transformer."""
        if self.given.run:
            return Path(self.given.run).absolute()
        run = self.cache / "training" / "transformer-alone"
        if not (run / "model.safetensors").exists():
            print("training a Transformer with seq2see", file=sys.stderr, flush=True)
            model = replace(models.MODELS["transformer"], updates=self.given.updates)
            model = replace(model, turn=model.updates)
            job = models.our_job(model, self.given.data.absolute(), run, self.given)
            worker = self.worker("seq2see_training", sys.executable, json.dumps(job))
            worker.turn()
            worker.turn()
            worker.close()
        return run

    def onmt_transformer(self, run: Path) -> tuple[Path, Path]:
        """OpenNMT-py's model of the same shape as a run's, and the run's weights in its words."""
        from seq2see.config import TransformerConfig
        from seq2see.run import Run

        opened = Run.open(run)
        ours = opened.config.model
        shared = opened.config.tokenizer.shared
        if not (isinstance(ours, TransformerConfig) and ours.norm == "pre" and shared):
            raise SystemExit(f"{run} must be a pre-norm Transformer with a shared tokenizer.")
        theirs = models.onmt_transformer(
            ours.num_layers, ours.embed_dim, ours.feedforward_dim, ours.dropout
        )
        theirs |= {"heads": ours.num_heads, "batch_size": 256}
        model = models.Model("", {}, theirs, batch_tokens=1, lr=0.001, warmup=1, updates=1, turn=1)
        files = parallel.write(run, self.given.data, self.folder / "ids")
        out = self.folder / "onmt" / "model"
        options = models.onmt_options(model, files, out, self.given)
        worker = self.worker("onmt_training", self.python("onmt"), "1", *options)
        worker.turn()
        worker.turn()
        worker.close()
        return out.with_name("model_step_1.pt"), onmt_weights.write(run, self.folder / "weights.pt")

    def corpus(self, run: Path) -> Corpus:
        """The test set for a run."""
        return Corpus(self.given.data, run, self.given.sentences)

    # Workers

    def python(self, name: str) -> Path:
        """A peer's interpreter."""
        return peers.python(name, self.cache)

    def worker(self, program: str, interpreter: str | Path, *arguments: str) -> measure.Worker:
        """Start a worker and wait until it is ready."""
        command = [interpreter, "-W", "ignore", measure.WORKERS / f"{program}.py", *arguments]
        worker = measure.Worker(command, self.folder / f"{program}.log", self.given.threads)
        worker.read()
        return worker

    def ours(self, run: Path, **loading: Any) -> measure.Worker:
        """seq2see with a run, as its command line loads it."""
        loading |= {"threads": self.given.threads, "workers": None}
        return self.worker("seq2see_translation", sys.executable, str(run), json.dumps(loading))

    def onmt(self, model: Path, weights: Path | str = "-") -> measure.Worker:
        """OpenNMT-py with a model."""
        options = {
            "model": model,
            "src": "-",
            "beam_size": BEAM,
            "length_penalty": "wu",
            "alpha": LENGTH_PENALTY,
            "max_length": 200,
            "max_length_ratio": 3,
        }
        arguments = [str(part) for name, value in options.items() for part in (f"--{name}", value)]
        return self.worker("onmt_translation", self.python("onmt"), str(weights), *arguments)

    # Comparisons

    def compare(
        self,
        work: str,
        corpus: Corpus,
        systems: dict[str, Callable[[], dict[str, Any]]],
    ) -> list[Row]:
        """Translate the test set in turns; the last system is the peer, the others are ours."""
        for turn in systems.values():
            turn()  # warm
        replies = measure.in_turns(list(systems.values()), self.given.rounds)
        seconds = [
            [sum(part[self.given.clock] for part in reply["times"]) for reply in turns]
            for turns in replies
        ]
        ratios = [
            [theirs / ours for ours, theirs in zip(part, seconds[-1], strict=True)]
            for part in seconds[:-1]
        ]
        rows = []
        for number, (name, turns) in enumerate(zip(systems, replies, strict=True)):
            last, median = turns[-1], statistics.median(seconds[number])
            texts = last["translations"]
            texts = corpus.decoded(texts) if name.startswith("OpenNMT") else texts
            rows.append(
                (
                    work if number == 0 else "",
                    name,
                    f"{len(texts) / median:,.1f}",
                    f"{last['tokens'] / median:,.0f}",
                    measure.spread(ratios[number]) if number < len(ratios) else "",
                    f"{corpus.bleu(texts):.2f}",
                )
            )
        self.details[work] = {
            "seconds": dict(zip(systems, seconds, strict=True)),
            "ratios": dict(zip(systems, ratios, strict=False)),
        }
        return rows

    def fastest(
        self, worker: measure.Worker, jobs: Sequence[dict[str, Any]], repeat: int = 1
    ) -> dict[str, Any]:
        """The job that takes least time."""

        def seconds(job: dict[str, Any]) -> float:
            replies = [worker.turn(json.dumps(job)) for _ in range(repeat + 1)]
            return min(reply["times"][0][self.given.clock] for reply in replies[1:])

        return min(jobs, key=seconds)

    def against_onmt(
        self, work: str, corpus: Corpus, run: Path, theirs: measure.Worker
    ) -> list[Row]:
        """Compare a run on PyTorch with OpenNMT-py at its best batch size."""
        ours = self.ours(run, backend="torch")
        listed = self.ours(run, backend="torch", shortlist=True)
        job = {"single": False}
        tried = [
            {**job, "texts": corpus.lines[:SEARCHED], "batch_size": size} for size in (16, 32, 64)
        ]
        size = self.fastest(theirs, tried)["batch_size"]
        rows = self.compare(
            work,
            corpus,
            {
                "seq2see": partial(ours.turn, our_job(corpus.texts)),
                "seq2see, shortlist": partial(listed.turn, our_job(corpus.texts)),
                f"OpenNMT-py, batches of {size}": partial(
                    theirs.turn, json.dumps({**job, "texts": corpus.lines, "batch_size": size})
                ),
            },
        )
        for worker in (ours, listed, theirs):
            worker.close()
        return rows

    def compare_recurrent(self) -> list[Row]:
        """The recurrent model against OpenNMT-py."""
        folder = self.recurrent()
        corpus = self.corpus(folder / "seq2see")
        model = max((folder / "onmt").glob("model_step_*.pt"))
        return self.against_onmt("recurrent", corpus, folder / "seq2see", self.onmt(model))

    def compare_torch(self) -> list[Row]:
        """The Transformer on PyTorch against OpenNMT-py."""
        run = self.transformer()
        theirs = self.onmt(*self.onmt_transformer(run))
        return self.against_onmt("torch", self.corpus(run), run, theirs)

    def compare_default(self) -> list[Row]:
        """The Transformer by default against CTranslate2."""
        run = self.transformer()
        corpus = self.corpus(run)
        ours = self.ours(run, backend="auto")
        models = list((run / "ctranslate2").glob("[!.]*"))
        if len(models) != 1:
            raise SystemExit(f"seq2see left no CTranslate2 model in {run}; is it installed?")
        threads = str(self.given.threads)
        theirs = self.worker(
            "ctranslate2_translation", self.python("ctranslate2"), str(models[0]),
            str(run / "tokenizer.json"), "int8", threads,
        )  # fmt: skip
        jobs = [
            {"texts": corpus.texts, "workers": workers, "batch_tokens": tokens, **SETTINGS}
            for workers in {1, self.given.threads}
            for tokens in (256, 512, 1024, 2048, 4096)
        ]
        best = self.fastest(theirs, jobs, repeat=2)
        described = f"{best['workers']} workers, {best['batch_tokens']} tokens"
        rows = self.compare(
            "default",
            corpus,
            {
                "seq2see": partial(ours.turn, our_job(corpus.texts)),
                f"CTranslate2 int8, {described}": partial(theirs.turn, json.dumps(best)),
            },
        )
        ours.close()
        theirs.close()
        return rows

    def quality(self) -> list[Row]:
        """Both models by backend and precision, with and without a shortlist."""
        torch_only = [variant for variant in VARIANTS if variant["backend"] == "torch"]
        return [
            *self.by_variant("quality, Transformer", self.transformer(), VARIANTS),
            *self.by_variant("quality, recurrent", self.recurrent() / "seq2see", torch_only),
        ]

    def by_variant(self, work: str, run: Path, variants: Sequence[dict[str, Any]]) -> list[Row]:
        """Translate once in each way; the first is what the others are compared with."""
        corpus = self.corpus(run)
        rows: list[Row] = []
        scores: dict[str, float] = {}
        for variant in variants:
            name = " ".join(key if value is True else value for key, value in variant.items())
            first = "" if rows else work
            try:
                worker = self.ours(run, **variant)
            except measure.WorkerError as error:
                print(error, file=sys.stderr)
                rows.append((first, name, "", "", "", "not here"))
                continue
            worker.turn(our_job(corpus.texts[:10]))
            reply = worker.turn(our_job(corpus.texts))
            worker.close()
            seconds = reply["times"][0][self.given.clock]
            scores[name] = corpus.bleu(reply["translations"])
            cost = scores[name] - next(iter(scores.values()))
            rows.append(
                (
                    first,
                    name,
                    f"{len(corpus.texts) / seconds:,.1f}",
                    f"{reply['tokens'] / seconds:,.0f}",
                    "",
                    f"{scores[name]:.2f} ({cost:+.2f})",
                )
            )
        self.details[work] = scores
        return rows

    def latency(self) -> list[Row]:
        """One sentence at a time."""
        run = self.recurrent() / "seq2see"
        corpus = self.corpus(run)
        worker = self.ours(run, backend="auto")
        worker.turn(our_job(corpus.texts[:10], single=True))
        reply = worker.turn(our_job(corpus.texts[:200], single=True))
        worker.close()
        times = sorted(1000 * part[self.given.clock] for part in reply["times"])
        median, late = statistics.median(times), times[round(0.95 * (len(times) - 1))]
        self.details["latency"] = times
        return [("latency", f"median {median:.1f} ms, 95% below {late:.1f} ms", "", "", "", "")]

    def help(self) -> list[Row]:
        """Start of the command line."""
        commands = {
            "seq2see --help": [Path(sys.executable).with_name("seq2see"), "--help"],
            "python -c pass": [sys.executable, "-c", "pass"],
        }
        turns = [partial(timed, command) for command in commands.values()]
        replies = measure.in_turns(turns, 21)
        times = [[1000 * reply["seconds"] for reply in turn[1:]] for turn in replies]
        medians = [statistics.median(part) for part in times]
        self.details["help"] = dict(zip(commands, times, strict=True))
        described = f"{medians[0]:.0f} ms against {medians[1]:.0f} ms"
        return [("help", described, "", "", f"{medians[0] / medians[1]:.1f} times as long", "")]


def our_job(texts: Sequence[str], *, single: bool = False) -> str:
    """A turn of seq2see."""
    return json.dumps({"texts": list(texts), "settings": SETTINGS, "single": single})


def timed(command: Sequence[str | Path]) -> dict[str, Any]:
    """Run a command."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return {"seconds": time.perf_counter() - begun}


def main() -> None:
    """Compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    sections = ("recurrent", "torch", "default", "quality", "latency", "help")
    training.add_common_options(parser)
    parser.add_argument("--only", nargs="+", choices=sections, default=list(sections))
    parser.add_argument("--run", help="a run with a Transformer; default: trained here")
    parser.add_argument("--updates", type=int, default=2000, help="of what is trained here")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sentences", type=int, help="only so many of the test set")
    given = parser.parse_args()
    bench = Bench(given)
    where = measure.provenance(given.seed, given.threads)
    where["peers"] = peers.described(("onmt", "ctranslate2"), given.cache)
    print("\n".join(f"{name}: {value}" for name, value in where.items()), flush=True)
    work = {
        "recurrent": bench.compare_recurrent,
        "torch": bench.compare_torch,
        "default": bench.compare_default,
        "quality": bench.quality,
        "latency": bench.latency,
        "help": bench.help,
    }
    rows: list[Row] = []
    for name in given.only:
        found = work[name]()
        print(f"\n{measure.table([HEAD, *found])}", flush=True)
        rows += found
    print(f"\n{measure.table([HEAD, *rows])}")
    if given.json:
        results = {**where, "rows": [dict(zip(HEAD, row, strict=True)) for row in rows]}
        given.json.write_text(json.dumps({**results, "details": bench.details}, indent=1))


if __name__ == "__main__":
    main()
