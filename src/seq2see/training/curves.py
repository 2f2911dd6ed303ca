"""The learning curves of a run, with what a reader must know to read them."""

import math

from seq2see.drawing.axes import Point, number
from seq2see.training.charts import Chart, Mark, Series
from seq2see.training.metrics import Entry
from seq2see.training.record import Record


def curves(record: Record) -> list[Chart]:
    """Every chart of a run; those without values yet say so."""
    train = record.config.train
    marked = next((entry for entry in reversed(record.validations) if entry.get("best")), None)
    bleu_points = _points(record.validations, "valid_bleu")
    translated = min(
        train.validate_sentences, record.pair_count("valid") or train.validate_sentences
    )
    clipped = (
        f"Measured before clipping to {train.clip_norm:g}."
        if train.clip_norm
        else "Gradients are not clipped."
    )
    return [
        Chart(
            key="loss",
            title="Loss",
            unit="nats per target token",
            series=(
                Series("training", _points(record.log, "loss"), "train"),
                Series("validation", _points(record.validations, "valid_loss"), "valid"),
            ),
            note=_loss_note(record),
            mark=_marked(marked, "valid_loss"),
        ),
        Chart(
            key="bleu",
            title="BLEU on validation",
            unit="BLEU",
            series=(Series("validation BLEU", bleu_points, "valid"),),
            note=f"Higher is better. Of greedy translations of {translated:,} sentences.",
            empty=(
                Chart.empty
                if train.validate_sentences
                else "Not measured, since train.validate_sentences is 0."
            ),
            mark=_marked(marked, "valid_bleu"),
            from_zero=True,
        ),
        Chart(
            key="rate",
            title="Learning rate",
            unit="learning rate",
            series=(Series("learning rate", _points(record.log, "lr"), "train"),),
            note=f"Schedule {train.schedule}, {train.warmup_updates:,} updates of warm-up.",
            from_zero=True,
        ),
        Chart(
            key="norm",
            title="Gradient norm",
            unit="norm",
            series=(Series("gradient norm", _points(record.log, "grad_norm"), "train"),),
            note=clipped,
        ),
        Chart(
            key="speed",
            title="Speed of training",
            unit="target tokens per second",
            series=(Series("speed", _points(record.timings, "tokens_per_second"), "train"),),
            note="Validation is not counted.",
            from_zero=True,
        ),
    ]


def _loss_note(record: Record) -> str:
    smoothing = record.config.train.label_smoothing
    burdens = ["dropout"] if record.config.model.dropout else []
    burdens += [f"label smoothing of {smoothing:g}"] if smoothing else []
    sentences = ["Lower is better."]
    if burdens:
        sentences.append(
            f"Training loss is measured with {' and '.join(burdens)}, validation loss without, so "
            "it may lie above it."
        )
    for entry in record.averages:
        steps = ", ".join(f"{step:,}" for step in entry["averaged"])
        bleu = f" and BLEU {entry['valid_bleu']:.1f}" if "valid_bleu" in entry else ""
        verdict = "It was kept." if entry["best"] else "It was not kept."
        sentences.append(
            f"The mean of the checkpoints of updates {steps} has validation loss "
            f"{number(entry['valid_loss'])}{bleu}. {verdict}"
        )
    return " ".join(sentences)


def _points(entries: tuple[Entry, ...], name: str) -> tuple[Point, ...]:
    return tuple(
        (float(entry["update"]), float(entry[name]))
        for entry in entries
        if entry.get(name) is not None
    )


def _marked(entry: Entry | None, name: str) -> Mark | None:
    """The validation that chose the weights, where it can be drawn."""
    value = None if entry is None else entry.get(name)
    if entry is None or value is None or not math.isfinite(value):
        return None
    shown = f"{value:.1f}" if name == "valid_bleu" else number(value)
    return Mark((float(entry["update"]), float(value)), f"best weights: {shown}")
