"""Start a run, or continue one: everything around the training loop."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from seq2see import config as configuration
from seq2see import processes
from seq2see.config import Config
from seq2see.data import clean, corpus
from seq2see.data.dictionary import Dictionary
from seq2see.data.rejects import count_by_reason
from seq2see.data.vocabulary import train_tokenizers
from seq2see.decoding.backends import described
from seq2see.errors import ConfigError, DataError, RunError
from seq2see.files import is_full_disk, write_atomically
from seq2see.machine import Machine
from seq2see.models.build import count_parameters
from seq2see.processes import Group
from seq2see.run import Run, refuse_existing
from seq2see.training import checkpoint, vectors
from seq2see.training.card import write_card
from seq2see.training.dictionary import KEPT, LEARNT
from seq2see.training.estimate import duration, estimate
from seq2see.training.examination import examine_texts
from seq2see.training.listener import Listener, Silent
from seq2see.training.loop import PATIENCE, Outcome, Trainer
from seq2see.training.material import (
    Material,
    Texts,
    encode_texts,
    keep,
    kept_before,
    located,
    paced,
    read_texts,
    usable,
)
from seq2see.training.report import write_report

_SUMMARY = "summary.json"
_MANY = 200_000  # pairs, of which all checks take more than two seconds
# What order and number of the batches depend on, so that a position in them means the same.
_FIXED = ("train.seed", "train.batch_tokens")


def begin(
    config: Config,
    out: Path,
    *,
    machine: Machine | None = None,
    listener: Listener | None = None,
) -> tuple[Run, Outcome]:
    """Train a new run; of several processes the first one prepares it, and all train.

    Args:
        config: The resolved configuration, with ``data.train``.
        out: The run directory to write.
        machine: What to compute on.
        listener: Who is told how it goes.

    Raises:
        Seq2seeError: Of the kind that says what is wrong.
    """
    group = processes.join()
    listener = _heard(listener, group)
    device = (machine or Machine()).prepare()
    with group.losses_said(lambda: "start it again"):
        with group.first_goes_ahead():
            if group.first:
                with _full_disk_said(out):
                    run, material, summary = _new(config, out, listener, group)
            else:
                run = Run.open(out)
                material, summary = _prepared(run)
        return run, _train(Trainer(run, material, listener, device, group), summary)


def _new(
    config: Config, out: Path, listener: Listener, group: Group
) -> tuple[Run, Material, dict[str, Any]]:
    """Prepare everything and write the run directory."""
    refuse_existing(out)
    config = replace(
        config,
        data=replace(located(config.data), clean=clean.resolve(config.data.clean)),
        vectors=vectors.located(config.vectors),
    )
    config, dictionary = _with_dictionary(config)
    listener.say(f"reading {', '.join(config.data.train)}")
    beside = next(parent for parent in out.absolute().parents if parent.exists())
    texts = read_texts(config, folder=beside, say=listener.say)
    advance = paced("texts read for the vocabularies", listener.say)
    tokenizers = source, target = train_tokenizers(
        config.tokenizer, texts.train, advance, tags=bool(config.data.features)
    )
    begun_with = vectors.read(config, tokenizers, listener.say)
    encodings = encode_texts(config, texts, tokenizers, folder=beside, say=listener.say)
    if len(texts.train) > _MANY:
        listener.say(f"looking at {len(texts.train):,} training pairs")
    diagnosis = examine_texts(config, texts, tokenizers, encodings)
    listener.examined(diagnosis)
    if diagnosis.fatal:
        raise DataError(
            " ".join(one.message for one in diagnosis.findings if one.severity == "fatal")
            + " Training would be pointless."
        )
    material = usable(config, texts, encodings.train.stored, encodings.valid.stored)
    listener.say(describe(material, len(source), len(target)))
    summary = _summary(material, len(source), len(target), group)
    files = {}
    if begun_with:
        summary["vectors"] = {one.side: one.coverage(material.train) for one in begun_with}
        files[vectors.KEPT] = vectors.to_bytes(begun_with)
        for side, coverage in summary["vectors"].items():
            listener.say(vectors.in_words(side, coverage))
    files |= {**_held_out(material.texts), **dictionary, "doctor.json": _json(diagnosis.to_json())}
    run = Run.create(out, config, source, target, {**files, _SUMMARY: _json(summary)})
    return run, keep(run.path / "data", config, texts, tokenizers, encodings), summary


def _prepared(run: Run) -> tuple[Material, dict[str, Any]]:
    """Read what a run is trained on.

    Raises:
        RunError: It is no longer what it was.
    """
    summary = _read_summary(run)
    config, folder = run.config, run.path / "data"
    tokenizers = (run.source_tokenizer, run.target_tokenizer)
    texts = read_texts(config, folder=folder)
    material = kept_before(folder, config, texts, tokenizers)
    encodings = None
    if material is None:
        encodings = encode_texts(config, texts, tokenizers, folder=folder)
        material = usable(config, texts, encodings.train.stored, encodings.valid.stored)
    if material.fingerprint != summary["fingerprint"]:
        raise RunError(
            f"The training pairs of {', '.join(run.config.data.train)} are not those that "
            f"`{run.path}` was trained on; put the old files back, or start a new run."
        )
    if encodings is not None:
        material = keep(folder, config, texts, tokenizers, encodings)
    return material, summary


def _with_dictionary(config: Config) -> tuple[Config, dict[str, bytes]]:
    """Read a dictionary for translating, to be kept in the run; its path becomes absolute."""
    name = config.decode.dictionary
    if name in (None, LEARNT):
        return config, {}
    path = Path(name).absolute()
    content = Dictionary.read(path).to_bytes()
    return replace(config, decode=replace(config.decode, dictionary=str(path))), {KEPT: content}


@contextmanager
def _full_disk_said(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if not is_full_disk(error):
            raise
        raise DataError(
            f"The disk is full, so that the pairs could not be prepared for `{out}`; free as much "
            "space beside it as the corpora take up, and start again."
        ) from error


def _heard(listener: Listener | None, group: Group) -> Listener:
    """Of several processes, one is listened to."""
    return listener if listener is not None and group.first else Silent()


def resume(
    out: Path,
    *,
    more: int | None = None,
    settings: Mapping[str, Any] | None = None,
    machine: Machine | None = None,
    listener: Listener | None = None,
) -> tuple[Run, Outcome]:
    """Continue a run from its newest checkpoint, or from the start if it has none yet.

    The number of processes may be another one than before.

    A run that has reached its end stays as it is, unless more is asked for: further updates, or
    other settings. Patience that had run out then starts anew.

    Args:
        out: The run directory.
        more: Updates to make beyond those made; None: up to ``train.max_updates`` in all.
        settings: Changed ``train.*`` settings.
        machine: What to compute on; by default with as many threads as before.
        listener: Who is told how it goes.

    Raises:
        ConfigError: A setting cannot change while a run goes on.
        RunError: The run is broken, or its corpora are no longer what they were.
    """
    group = processes.join()
    listener = _heard(listener, group)
    machine = machine or Machine()
    run = Run.open(out)
    steps = checkpoint.updates(out)
    changed = _changed(run, configuration.flatten(settings or {}), more, steps[-1] if steps else 0)
    onward = more is not None or changed.config != run.config
    summary = _read_summary(run)
    as_before = summary.get("threads") if summary.get("processes", 1) == group.size else None
    device = replace(machine, threads=machine.threads or as_before).prepare()
    with group.losses_said(lambda: "start it again"):
        with group.first_goes_ahead(), _full_disk_said(out):
            material, _ = _prepared(run)
        trainer = Trainer(changed, material, listener, device, group)
        if steps:
            trainer.restore(steps[-1], onward=onward)
            if machine.threads is not None:
                torch.set_num_threads(machine.threads)
                trainer.progress.threads = machine.threads
        group.wait()  # until all have read what is now changed
        if onward and group.first:
            changed.write_config()
            if steps:  # so that a later kill does not bring back the end of patience
                checkpoint.save_progress(out, trainer.progress)
        listener.say(_where(trainer))
        return changed, _train(trainer, summary)


def _changed(run: Run, changes: dict[str, Any], more: int | None, update: int) -> Run:
    """The run with other settings, as yet only in memory."""
    for key in changes:
        if not key.startswith("train.") or key in _FIXED:
            raise ConfigError(
                f"`{key}` cannot change while a run goes on; start a new run with another --out."
            )
    if more is not None:
        if "train.max_updates" in changes:
            raise ConfigError(
                "`more` counts from the newest checkpoint and `train.max_updates` from the start; "
                "give one of them."
            )
        changes["train.max_updates"] = update + more
    merged = {**configuration.flatten(configuration.to_dict(run.config)), **changes}
    return replace(run, config=configuration.resolve(settings=merged))


def _where(trainer: Trainer) -> str:
    """Say from where a resumed run goes on."""
    path, progress = trainer.run.path, trainer.progress
    if trainer.finished:
        why = "patience ran out" if progress.stopped == PATIENCE else "that is all"
        return (
            f"nothing left to do: {path} has made {progress.update:,} updates, and {why}; go on "
            f"with `seq2see train --resume --out {path} --more N`"
        )
    if not progress.update:
        return f"{path} has no checkpoint yet: starting from the first update"
    return f"continuing {path} after update {progress.update:,}"


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


def _train(trainer: Trainer, summary: Mapping[str, Any]) -> Outcome:
    path, group = trainer.run.path, trainer.group
    parameters = count_parameters(trainer.model)
    if group.first:
        write_atomically(path / "data" / _SUMMARY, _json({**summary, "parameters": parameters}))
    outcome = Outcome(trainer.progress, 0.0)
    if not trainer.finished:
        if not trainer.progress.stopped:
            trainer.listener.say(
                f"{parameters:,} parameters; expect {estimate(trainer)} "
                f"on {trainer.device} with {torch.get_num_threads()} threads{_each(group)}"
            )
            trainer.listener.say(f"translation backend: {described(trainer.run.config.model)}")
        outcome = trainer.train()
        trainer.listener.say(_how_it_ended(outcome, path))
    if group.first:
        write_report(path)
        write_card(path)
    return outcome


def _each(group: Group) -> str:
    return f" in each of {group.size} processes" if group.size > 1 else ""


def _how_it_ended(outcome: Outcome, path: Path) -> str:
    progress = outcome.progress
    line = f"{progress.update:,} updates, {duration(outcome.seconds)}"
    if progress.best_update:
        line += f"; best validation at update {progress.best_update:,}"
    if outcome.interrupted:
        line += f"; stopped: continue with `seq2see train --resume --out {path}`"
    elif progress.stopped == PATIENCE:
        line += f"; stopped, since {progress.worse:,} validations in a row were no better"
    return line


def _held_out(texts: Texts) -> dict[str, bytes]:
    return {
        name: "".join(corpus.to_jsonl(pairs)).encode()
        for name, pairs in (("valid.jsonl", texts.valid), ("test.jsonl", texts.test))
        if pairs
    }


def _summary(
    material: Material, source_vocab: int, target_vocab: int, group: Group
) -> dict[str, Any]:
    texts = material.texts
    return {
        "fingerprint": material.fingerprint,
        "pairs": {"train": len(texts.train), "valid": len(texts.valid), "test": len(texts.test)},
        "rejects": count_by_reason(texts.lost),
        "cleaned": texts.cleaned,
        "leaking_sources": texts.leaking_sources,
        "vocab": {"source": source_vocab, "target": target_vocab},
        "threads": torch.get_num_threads(),
        "processes": group.size,
    }


def _read_summary(run: Run) -> dict[str, Any]:
    path = run.path / "data" / _SUMMARY
    try:
        summary = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(summary, dict) or "fingerprint" not in summary:
            raise ValueError("it has no `fingerprint`")
    except (OSError, ValueError) as error:
        raise RunError(
            f"`{path}` is not readable ({error}), so that nobody can tell whether the training "
            "pairs are still the same; restore it from a copy, or start a new run."
        ) from None
    return summary


def _json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
