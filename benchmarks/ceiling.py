"""How far training is from what the processor can do: operations, bytes, ceilings, shares.

    python benchmarks/ceiling.py                          # every architecture, tiny and small
    python benchmarks/ceiling.py --only transformer2017-small --updates 20

For each model, trained from nothing on Multi30k en-de (joint BPE of 8,000):

* operations per target token, counted from the shapes of its matrices: two for a multiplication and
  an addition, forward and twice that backward, real tokens only;
* bytes per target token that an update must move at least: weights and gradients and the two
  moments of Adam read and written once, shared by the tokens of a batch;
* tokens per second, the operations that makes, and their share of the largest matrix product's
  speed measured on the same threads just before;
* where the time goes, by kind of operation, from PyTorch's profiler.
"""

import argparse
import json
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import measure
import torch
from torch import nn
from torch.profiler import ProfilerActivity, profile

from seq2see import config as configuration
from seq2see.config import Config, RecurrentConfig, directions_of
from seq2see.data.batching import Batch, Position, training_batches
from seq2see.data.vocabulary import train_tokenizers
from seq2see.machine import Machine, computes_bf16
from seq2see.models.build import build, count_parameters
from seq2see.models.interface import Seq2seq
from seq2see.training.material import Material, prepare, read_texts
from seq2see.training.objective import Objective, arithmetic, choose_precision
from seq2see.training.schedule import make_optimizer

DATA = measure.ROOT.parent / "shared" / "data" / "multi30k"
ARCHITECTURES = ("sutskever2014", "cho2014", "bahdanau2015", "luong2015", "transformer2017")
KINDS = {
    "matrix products": ("mm", "addmm", "bmm", "baddbmm", "mkldnn_rnn", "lstm", "gru"),
    "attention kernel": ("scaled_dot",),
    "softmax, exp, tanh": ("softmax", "exp", "tanh", "sigmoid", "log"),
    "copies": ("copy", "cat", "clone", "index", "gather", "fill", "zero"),
    "norm": ("layer_norm",),
    "optimiser": ("adam", "norm"),
}


@dataclass(frozen=True)
class Measured:
    """One model's figures."""

    name: str
    parameters: int
    operations: float
    bytes: float
    speed: float
    kinds: dict[str, float]


def product_ceiling(dtype: torch.dtype) -> float:
    """Operations per second of a large matrix product."""
    size = 1536
    left, right = torch.randn(size, size).to(dtype), torch.randn(size, size).to(dtype)
    best = float("inf")
    for _ in range(5):
        begun = time.perf_counter()
        left @ right
        best = min(best, time.perf_counter() - begun)
    return 2 * size**3 / best


def memory_ceiling() -> float:
    """Bytes per second of copying a block larger than the caches."""
    source = torch.zeros(1 << 25)
    target = torch.empty_like(source)
    best = float("inf")
    for _ in range(5):
        begun = time.perf_counter()
        target.copy_(source)
        best = min(best, time.perf_counter() - begun)
    return 2 * source.nbytes / best


def operations_of(model: Seq2seq, config: Config, batch: Batch) -> float:
    """Operations of one update, real tokens only."""
    source, target = int(batch.source.mask.sum()), batch.num_tokens
    lengths = batch.source.mask.sum(1).double()
    targets = (batch.target != 0).sum(1).double()
    crossed = float((lengths * targets).sum())
    total = 0.0
    for name, parameter in model.named_parameters():
        if parameter.dim() != 2 or "embedding" in name:
            continue  # the output matrix, even when tied, is counted below
        if name == "output.weight":
            continue
        reads_source = name.startswith("encoder") or ".score.key." in name
        tokens = source if reads_source else target
        if "bridge" in name or "summary" in name:
            tokens = len(lengths)
        if "cross_attention.project_in" in name:  # a third queries, the rest keys and values
            total += parameter.numel() * (target / 3 + source * 2 / 3)
            continue
        total += parameter.numel() * tokens
    vocab, width = model.output.weight.shape  # type: ignore[union-attr, attr-defined]
    total += vocab * width * target
    match config.model:
        case RecurrentConfig():
            wide = config.model.hidden_dim * directions_of(config.model)[-1]
            if config.model.attention.score != "none":
                total += crossed * (wide + config.model.hidden_dim)
        case transformer:
            own = float((lengths**2).sum()) + float((targets**2).sum()) / 2
            total += 2 * transformer.embed_dim * transformer.num_layers * (own + crossed)
    return 2 * 3 * total


def bytes_of(model: nn.Module) -> float:
    """Bytes of weights, gradients and moments that an update reads and writes at least once."""
    return 4.0 * count_parameters(model) * (3 + 2 + 2 * 2)


def measure_model(arch: str, size: str, data: Path, updates: int) -> Measured:
    """Train some updates, timed, then some under the profiler."""
    settings: dict[str, Any] = {
        "data.train": [str(data / "train")],
        "data.valid": [str(data / "val")],
        "data.pair": "en-de",
        "tokenizer.kind": "bpe",
        "tokenizer.vocab_size": 8000,
        "tokenizer.shared": True,
    }
    config = configuration.resolve(arch=arch, size=size, settings=settings)
    texts = read_texts(config)
    source, target = train_tokenizers(config.tokenizer, texts.train)
    material: Material = prepare(config, texts, source, target)
    torch.manual_seed(1)
    model = build(config.model, len(source), len(target), max_source_length=200, shared_vocab=True)
    objective = Objective(model, config.train.label_smoothing)
    objective.train()
    optimizer = make_optimizer(config.train, model.parameters())
    batches = training_batches(material.train, config.train.batch_tokens, 1, Position())
    device = torch.device("cpu")
    precision = choose_precision(config, device)

    def update() -> Batch:
        batch, _ = next(batches)
        optimizer.zero_grad(set_to_none=True)
        with arithmetic(precision, device):
            loss = objective(batch)
        (loss.total / loss.num_tokens).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0, foreach=True)
        optimizer.step()
        return batch

    for _ in range(3):
        update()
    begun = time.perf_counter()
    seen = [update() for _ in range(updates)]
    seconds = time.perf_counter() - begun
    tokens = sum(batch.num_tokens for batch in seen)
    with profile(activities=[ProfilerActivity.CPU]) as profiled:
        for _ in range(3):
            update()
    return Measured(
        name=f"{arch}-{size}",
        parameters=count_parameters(model),
        operations=sum(operations_of(model, config, batch) for batch in seen) / tokens,
        bytes=bytes_of(model) * len(seen) / tokens,
        speed=tokens / seconds,
        kinds=shares(profiled),
    )


def shares(profiled: profile) -> dict[str, float]:
    """Share of the time of each kind of operation."""
    times: dict[str, float] = defaultdict(float)
    for event in profiled.key_averages():
        name = event.key.removeprefix("aten::")
        kind = next(
            (kind for kind, words in KINDS.items() if any(word in name for word in words)), "other"
        )
        times[kind] += event.self_cpu_time_total
    whole = sum(times.values())
    return {kind: times[kind] / whole for kind in (*KINDS, "other")}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--only", nargs="*", help="as in luong2015-tiny")
    parser.add_argument("--updates", type=int, default=10)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    Machine(device="cpu", threads=options.threads).prepare()
    ceilings = {
        "fp32": product_ceiling(torch.float32),
        "bytes": memory_ceiling(),
    }
    if computes_bf16(torch.device("cpu")):
        ceilings["bf16"] = product_ceiling(torch.bfloat16)
    names = options.only or [
        f"{arch}-{size}" for size in ("tiny", "small") for arch in ARCHITECTURES
    ]
    found = [
        measure_model(*name.split("-"), data=options.data, updates=options.updates)
        for name in names
    ]
    if options.json:
        print(json.dumps({"ceilings": ceilings, "models": [vars(one) for one in found]}, indent=1))
        return
    print(
        "ceilings: "
        + ", ".join(f"{name} {value / 1e9:,.0f} G/s" for name, value in ceilings.items())
        + f", {torch.get_num_threads()} threads"
    )
    rows = [
        ("model", "million weights", "Mop/token", "kB/token", "tokens/s", "Gop/s", "of ceiling")
    ]
    for one in found:
        made = one.operations * one.speed
        rows.append(
            (
                one.name,
                f"{one.parameters / 1e6:.2f}",
                f"{one.operations / 1e6:.1f}",
                f"{one.bytes / 1e3:.1f}",
                f"{one.speed:,.0f}",
                f"{made / 1e9:.0f}",
                f"{made / ceilings.get('bf16', ceilings['fp32']):.0%}",
            )
        )
    print(measure.table(rows))
    rows = [("share of time", *KINDS, "other")]
    rows += [(one.name, *(f"{share:.0%}" for share in one.kinds.values())) for one in found]
    print(measure.table(rows))


if __name__ == "__main__":
    main()
