"""Run directories as training leaves them, with made-up numbers."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from seq2see import config

Entry = dict[str, Any]

SUMMARY: dict[str, Any] = {
    "fingerprint": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "pairs": {"train": 118243, "valid": 2000, "test": 1500},
    "rejects": {"source-too-long": 812, "empty-target": 3},
    "cleaned": {"nfc": 2311, "squeeze": 0},
    "leaking_sources": 0,
    "parameters": 8412672,
    "vocab": {"source": 8000, "target": 7988},
}
EVALUATION: dict[str, Any] = {
    "sentences": 1500,
    "bleu": {"score": 33.4178, "signature": "nrefs:1|case:mixed|eff:no|tok:13a"},
    "chrf": {"score": 57.81, "signature": "nrefs:1|case:mixed|nc:6"},
    "ter": {"score": 51.2, "signature": "nrefs:1|case:lc|tok:tercom"},
    "exact_match": 0.123,
    "perplexity": 4.91,
    "by_length": [
        {"length": "1-10", "count": 900, "bleu": 40.0, "chrf": 60.0, "exact_match": 0.2},
        {"length": "11-20", "count": 600, "bleu": 30.0, "chrf": 55.0, "exact_match": 0.0},
    ],
    "intervals": {"bleu": {"mean": 33.4, "low": 32.31, "high": 34.55}},
}
SETTINGS: dict[str, Any] = {
    "model.arch": "luong2015",
    "model.size": "small",
    "train.max_updates": 20000,
    "train.validate_every": 500,
    "train.validate_sentences": 500,
    "train.log_every": 50,
    "train.schedule": "inverse-sqrt",
}
VERSIONS = {"seq2see": "0.1.0", "torch": "2.9.0"}


def log_line(update: int, loss: float) -> Entry:
    return {
        "update": update, "epoch": update // 1000, "tokens": update * 3000, "loss": loss,
        "lr": 0.001, "grad_norm": 1 + math.sin(update) / 2,
    }  # fmt: skip


def validation(
    update: int, loss: float, bleu: float | None, *samples: str, best: bool = True
) -> Entry:
    return {
        "update": update,
        "valid_loss": loss,
        "valid_perplexity": math.exp(loss),
        **({} if bleu is None else {"valid_bleu": bleu}),
        "best": best,
        "samples": list(samples),
    }


def averaging(updates: Sequence[int], loss: float, *, best: bool) -> Entry:
    return {"update": updates[-1], "averaged": list(updates), "valid_loss": loss, "best": best}


def learning(updates: int, *, every: int = 50, validate_every: int = 500) -> list[Entry]:
    """A loss that falls from about 9 towards 1.5, without validation samples."""
    entries: list[Entry] = []
    for update in range(every, updates + 1, every):
        loss = 1.5 + 7.5 * math.exp(-update / 1500) + math.sin(update) / 20
        entries.append(log_line(update, loss))
        if update % validate_every == 0:
            entries.append(validation(update, loss + 0.2, 30 - loss * 3))
    return entries


def timing(update: int, speed: int = 8000) -> Entry:
    return {"update": update, "tokens_per_second": speed, "memory_mib": 900 + update // 100}


def write_run(
    path: Path,
    *,
    metrics: Sequence[Entry] = (),
    timings: Sequence[Entry] = (),
    pairs: Sequence[tuple[str, str]] = (),
    settings: Mapping[str, Any] | None = None,
    files: Mapping[str, Any] | None = None,
) -> Path:
    """Write a run directory; ``files`` are JSON contents by name, as ``data/summary.json``."""
    (path / "data").mkdir(parents=True)
    resolved = config.resolve(settings=SETTINGS | dict(settings or {}))
    (path / "config.toml").write_text(config.dump(resolved, VERSIONS), encoding="utf-8")
    rows = [{"source": source, "target": target} for source, target in pairs]
    for name, lines in (
        ("metrics.jsonl", metrics),
        ("timings.jsonl", timings),
        ("data/valid.jsonl", rows),
    ):
        if lines:
            text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
            (path / name).write_text(text, encoding="utf-8")
    for name, content in (files or {}).items():
        (path / name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path
