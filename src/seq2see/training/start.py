"""Start a run, or continue one: everything around the training loop."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from seq2see import config as configuration
from seq2see.config import Config
from seq2see.data import clean, corpus
from seq2see.data.rejects import count_by_reason
from seq2see.data.vocabulary import train_tokenizers
from seq2see.errors import ConfigError, DataError, RunError
from seq2see.files import write_atomically
from seq2see.models.build import count_parameters
from seq2see.run import Run, refuse_existing
from seq2see.training import checkpoint
from seq2see.training.card import write_card
from seq2see.training.estimate import duration, estimate
from seq2see.training.examination import examine_texts
from seq2see.training.listener import Listener, Silent
from seq2see.training.loop import Outcome, Trainer
from seq2see.training.material import (
    Material,
    Texts,
    located,
    prepare,
    read_texts,
)
from seq2see.training.report import write_report


@dataclass(frozen=True)
class Machine:
    """What to compute on."""

    device: str | None = None
    """``cpu`` or ``cuda``; None: a GPU where there is one."""
    threads: int | None = None
    """Threads of the arithmetic; None: torch's choice."""

    def prepare(self) -> torch.device:
        """Set the threads and return the device.

        Raises:
            ConfigError: There is no such device here.
        """
        if self.threads is not None:
            torch.set_num_threads(self.threads)
        name = self.device or ("cuda" if torch.cuda.is_available() else "cpu")
        try:
            device = torch.device(name)
            torch.empty(0, device=device)
        except (RuntimeError, AssertionError):
            raise ConfigError(
                f"The device `{name}` is not available here; use `--device cpu`."
            ) from None
        return device


def begin(
    config: Config,
    out: Path,
    *,
    machine: Machine | None = None,
    listener: Listener | None = None,
) -> tuple[Run, Outcome]:
    """Train a new run.

    Args:
        config: The resolved configuration, with ``data.train``.
        out: The run directory to write.
        machine: What to compute on.
        listener: Who is told how it goes.

    Raises:
        Seq2seeError: Of the kind that says what is wrong.
    """
    listener = listener or Silent()
    device = (machine or Machine()).prepare()
    refuse_existing(out)
    config = replace(
        config, data=replace(located(config.data), clean=clean.resolve(config.data.clean))
    )
    listener.say(f"reading {', '.join(config.data.train)}")
    texts = read_texts(config)
    source, target = train_tokenizers(config.tokenizer, texts.train)
    diagnosis = examine_texts(config, texts, (source, target))
    listener.examined(diagnosis)
    if diagnosis.fatal:
        raise DataError(
            " ".join(one.message for one in diagnosis.findings if one.severity == "fatal")
            + " Training would be pointless."
        )
    material = prepare(config, texts, source, target)
    listener.say(describe(material, len(source), len(target)))
    summary = _summary(material, len(source), len(target))
    run = Run.create(out, config, source, target, _data_files(material.texts, summary))
    trainer = Trainer(run, material, listener, device)
    _write_summary(run, {**summary, "parameters": count_parameters(trainer.model)})
    return run, _train(trainer)


def resume(
    out: Path,
    *,
    more: int | None = None,
    settings: Mapping[str, Any] | None = None,
    machine: Machine | None = None,
    listener: Listener | None = None,
) -> tuple[Run, Outcome]:
    """Continue a run from its newest checkpoint, or from the start if it has none yet.

    Args:
        out: The run directory.
        more: Updates to make beyond those made; None: up to ``train.max_updates`` in all.
        settings: Changed ``train.*`` settings.
        machine: What to compute on; by default with as many threads as before.
        listener: Who is told how it goes.

    Raises:
        RunError: The run is broken, or its corpora are no longer what they were.
    """
    listener = listener or Silent()
    run = Run.open(out)
    steps = checkpoint.updates(out)
    changes = configuration.flatten(settings or {})
    for key in changes:
        if not key.startswith("train.") or key in ("train.seed", "train.batch_tokens"):
            raise ConfigError(
                f"`{key}` cannot change while a run goes on; start a new run with another --out."
            )
    if more is not None:
        changes["train.max_updates"] = (steps[-1] if steps else 0) + more
    if changes:
        merged = {**configuration.flatten(configuration.to_dict(run.config)), **changes}
        run = run.reconfigured(configuration.resolve(settings=merged))
    device = (machine or Machine()).prepare()
    texts = read_texts(run.config)
    material = prepare(run.config, texts, run.source_tokenizer, run.target_tokenizer)
    recorded = json.loads((out / "data" / "summary.json").read_text(encoding="utf-8"))
    if material.fingerprint != recorded["fingerprint"]:
        raise RunError(
            f"The training pairs of {', '.join(run.config.data.train)} are not those that `{out}` "
            "was trained on; put the old files back, or start a new run."
        )
    trainer = Trainer(run, material, listener, device)
    if steps:
        trainer.restore(steps[-1])
        listener.say(f"continuing {out} after update {steps[-1]:,}")
        if machine is not None and machine.threads is not None:
            torch.set_num_threads(machine.threads)
    else:
        trainer.metrics.cut_back(0)
        trainer.timings.cut_back(0)
        listener.say(f"{out} has no checkpoint yet: starting from the first update")
    return run, _train(trainer)


def describe(material: Material, source_vocab: int, target_vocab: int) -> str:
    """Say in one line what training has to work with, losses included."""
    texts = material.texts
    line = (
        f"{len(texts.train):,} training, {len(texts.valid):,} validation and "
        f"{len(texts.test):,} test pairs; vocabularies of {source_vocab:,} and {target_vocab:,}"
    )
    rejects = count_by_reason(texts.lost)
    if rejects:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in rejects.items())
        line += f"; left out: {reasons}"
    if texts.leaking_sources:
        line += (
            f"; {texts.leaking_sources:,} source sentences stand in more than one split, so scores "
            "will flatter the model"
        )
    return line


def _train(trainer: Trainer) -> Outcome:
    listener, run = trainer.listener, trainer.run
    if trainer.progress.update < trainer.config.max_updates:
        listener.say(
            f"{count_parameters(trainer.model):,} parameters; expect {estimate(trainer)} "
            f"on {trainer.device} with {torch.get_num_threads()} threads"
        )
    outcome = trainer.train()
    write_report(run.path)
    write_card(run.path)
    listener.say(
        f"{outcome.progress.update:,} updates, {duration(outcome.seconds)}; "
        f"best validation at update {outcome.progress.best_update:,}"
    )
    return outcome


def _data_files(texts: Texts, summary: Mapping[str, Any]) -> dict[str, bytes]:
    files = {"summary.json": _json(summary)}
    for name, pairs in (("valid.jsonl", texts.valid), ("test.jsonl", texts.test)):
        if pairs:
            files[name] = "".join(corpus.to_jsonl(pairs)).encode()
    return files


def _summary(material: Material, source_vocab: int, target_vocab: int) -> dict[str, Any]:
    texts = material.texts
    return {
        "fingerprint": material.fingerprint,
        "pairs": {"train": len(texts.train), "valid": len(texts.valid), "test": len(texts.test)},
        "rejects": count_by_reason(texts.lost),
        "cleaned": texts.cleaned,
        "leaking_sources": texts.leaking_sources,
        "vocab": {"source": source_vocab, "target": target_vocab},
    }


def _write_summary(run: Run, summary: Mapping[str, Any]) -> None:
    write_atomically(run.path / "data" / "summary.json", _json(summary))


def _json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
