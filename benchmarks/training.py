"""Training speed against OpenNMT-py and JoeyNMT, and whether all really learn.

    python benchmarks/training.py                        # all three models, about an hour
    python benchmarks/training.py --only tiny --updates 100
    python benchmarks/training.py --peers onmt joeynmt

Each model is trained from nothing by ``seq2see.train`` and by OpenNMT-py's ``onmt_train``, on the
same sentence pairs cut into the same tokens, with batches of as many real target tokens on average,
and the same dropout, label smoothing, Adam, clipping and learning rates. The processes take turns
of some updates, on the same cores. What is counted are real target tokens, ``</s>`` included,
padding and ``<s>`` not. Time of a peer is that of forward pass, backward pass and optimiser alone;
time of seq2see is all that passes, the assembly of batches included. The first turn is left out. At
the end all say their mean negative log-likelihood (NLL) of a validation token, dropout and
smoothing off, after the same number of updates.

What stays different: which sentences share a batch; the drawing of initial weights and masks, each
toolkit its own; in the recurrent model, the width of OpenNMT-py's encoder (see ``models.py``); and
JoeyNMT makes batches of sentences of any length, so that its tokens for each update are fewer.
"""

import argparse
import json
import shutil
import statistics
import sys
from pathlib import Path
from typing import Any

import measure
import models
import parallel
import peers


def start_seq2see(model: models.Model, folder: Path, given: argparse.Namespace) -> measure.Worker:
    """seq2see, about to train; its tokenizer stands in the run once it is ready."""
    job = models.our_job(model, given.data.absolute(), folder / "seq2see", given)
    command = [sys.executable, measure.WORKERS / "seq2see_training.py", json.dumps(job)]
    return measure.Worker(command, folder / "seq2see.log", given.threads)


def start_onmt(model: models.Model, folder: Path, given: argparse.Namespace) -> measure.Worker:
    """OpenNMT-py, about to train on the tokens of seq2see's run."""
    files = parallel.write(folder / "seq2see", given.data, folder / "onmt-ids")
    program = [peers.python("onmt", given.cache), "-W", "ignore"]
    command = [*program, measure.WORKERS / "onmt_training.py", str(model.turn)]
    options = models.onmt_options(model, files, folder / "onmt" / "model", given)
    return measure.Worker([*command, *options], folder / "onmt.log", given.threads)


def start_joeynmt(model: models.Model, folder: Path, given: argparse.Namespace) -> measure.Worker:
    """JoeyNMT, likewise."""
    files = parallel.write(folder / "seq2see", given.data, folder / "joeynmt-ids", end=False)
    configuration = models.joeynmt_configuration(model, files, folder / "joeynmt", given)
    path = folder / "joeynmt.yaml"
    path.write_text(json.dumps(configuration), encoding="utf-8")
    program = [peers.python("joeynmt", given.cache), "-W", "ignore"]
    command = [*program, measure.WORKERS / "joeynmt_training.py", str(model.turn), path]
    return measure.Worker(command, folder / "joeynmt.log", given.threads)


STARTS = {"seq2see": start_seq2see, "onmt": start_onmt, "joeynmt": start_joeynmt}


def compare(name: str, given: argparse.Namespace) -> dict[str, Any]:
    """Train one model with everybody, in turns."""
    model = models.shortened(models.MODELS[name], given.updates, given.turn)
    folder = given.cache.absolute() / "training" / name
    shutil.rmtree(folder, ignore_errors=True)
    workers, systems = [], []
    for system in ("seq2see", *given.peers):
        workers.append(STARTS[system](model, folder, given))
        systems.append({"system": system, **workers[-1].read()})
    replies = measure.in_turns([worker.turn for worker in workers], model.updates // model.turn)
    for found, worker, turns in zip(systems, workers, replies, strict=True):
        found["tokens_per_update"] = sum(turn["tokens"] for turn in turns) / model.updates
        found["speeds"] = [turn["tokens"] / turn[given.clock] for turn in turns[1:]]
        found.update(worker.turn())
        worker.close()
    ours = systems[0]
    for theirs in systems[1:]:
        pairs = zip(ours["speeds"], theirs["speeds"], strict=True)
        theirs["ratios"] = [our_speed / their_speed for our_speed, their_speed in pairs]
        theirs["excess_nll"] = ours["nll"] / theirs["nll"] - 1
    return {"model": model.title, "updates": model.updates, "systems": systems}


def show(results: list[dict[str, Any]]) -> str:
    """One table of everything."""
    rows = [
        ("model", "system", "parameters", "tokens/update", "tokens/s", "seq2see against it",
         "updates", "NLL", "seq2see's"),
    ]  # fmt: skip
    for result in results:
        for number, found in enumerate(result["systems"]):
            rows.append(
                (
                    "" if number else result["model"],
                    found["system"],
                    f"{found['parameters']:,}",
                    f"{found['tokens_per_update']:,.0f}",
                    f"{statistics.median(found['speeds']):,.0f}",
                    measure.spread(found["ratios"]) if number else "",
                    f"{result['updates']:,}",
                    f"{found['nll']:.4f}",
                    f"{found['excess_nll']:+.1%}" if number else "",
                )
            )
    return measure.table(rows)


def add_common_options(parser: argparse.ArgumentParser) -> None:
    """Options that the benchmark of translation has too."""
    data, cache = measure.ROOT.parent / "shared/data/multi30k", measure.ROOT / ".peers"
    parser.add_argument("--data", type=Path, default=data, help="folder of the corpus")
    parser.add_argument("--cache", type=Path, default=cache, help="folder of environments and runs")
    parser.add_argument("--turn", type=int, help="updates of a turn, instead of each model's own")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--clock",
        choices=("wall", "cpu"),
        default="wall",
        help="cpu: processor time, for a busy machine and one thread",
    )
    parser.add_argument(
        "--peers",
        nargs="+",
        choices=("onmt", "joeynmt"),
        default=["onmt"],
        help="who trains besides seq2see",
    )
    parser.add_argument(
        "--set", nargs="*", default=[], metavar="KEY=VALUE", help="further settings of training"
    )
    parser.add_argument("--json", type=Path, help="write everything measured here, too")


def main() -> None:
    """Compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    add_common_options(parser)
    parser.add_argument("--only", nargs="+", choices=models.MODELS, default=list(models.MODELS))
    parser.add_argument("--updates", type=int, help="instead of each model's own number")
    given = parser.parse_args()
    where = measure.provenance(given.seed, given.threads)
    where["peers"] = peers.described(given.peers, given.cache)
    print("\n".join(f"{name}: {value}" for name, value in where.items()), flush=True)
    results = []
    for name in given.only:
        results.append(compare(name, given))
        print(f"\n{show(results[-1:])}", flush=True)
    if len(results) > 1:
        print(f"\n{show(results)}")
    if given.json:
        given.json.write_text(json.dumps({**where, "results": results}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
