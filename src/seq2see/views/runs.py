"""Still pictures of a run: how it learned, and how well it copes with long sentences."""

from pathlib import Path

from seq2see.drawing import charts
from seq2see.drawing.theme import THEMES
from seq2see.errors import RunError
from seq2see.training.charts import Chart
from seq2see.training.curves import curves
from seq2see.training.record import Record, read_record
from seq2see.views.kinds import USUAL, Look

_SHOWN = ("loss", "bleu")


def learning(path: Path, look: Look = USUAL) -> str:
    """Draw the learning curves of a run as SVG: loss, and BLEU where it was measured.

    Raises:
        RunError: The run is broken, or nothing has been measured yet.
    """
    record = read_record(path)
    shown = [
        chart
        for chart in curves(record)
        if chart.key in _SHOWN and any(series.points for series in chart.series)
    ]
    if not shown:
        raise RunError(
            f"`{path}` has measured nothing yet, so there are no learning curves; train it first."
        )
    return charts.curves(
        [_curves(chart) for chart in shown],
        theme=THEMES[look.theme],
        heading="Learning curves",
        notes=[_name(record), *(f"{chart.title}: {chart.note}" for chart in shown if chart.note)],
        width=look.width,
    )


def lengths(path: Path, look: Look = USUAL) -> str:
    """Draw BLEU by the length of the source as SVG.

    Raises:
        RunError: The run is broken, or was not evaluated.
    """
    record = read_record(path)
    evaluation = record.evaluation or {}
    if not evaluation.get("by_length"):
        raise RunError(
            f"`{path}` was not evaluated, so there are no scores by length; run "
            f"`seq2see evaluate {path}` first."
        )
    bleu = evaluation["bleu"]
    signature = str(bleu["signature"]).replace("|", " | ")
    return charts.bars(
        [
            charts.Bar(str(bucket["length"]), float(bucket["bleu"]), int(bucket["count"]))
            for bucket in evaluation["by_length"]
        ],
        theme=THEMES[look.theme],
        heading="BLEU by length of the source",
        unit="BLEU",
        classes_name="words in the source",
        count_name="sentences",
        notes=[
            f"{_name(record)}. All {evaluation['sentences']:,} sentences: {bleu['score']:.1f}.",
            signature,
        ],
        width=look.width,
    )


def _curves(chart: Chart) -> charts.Curves:
    return charts.Curves(
        title=chart.title,
        unit=chart.unit,
        lines=tuple(
            charts.Line(series.label, series.points, "train" if series.role == "train" else "valid")
            for series in chart.series
            if series.points
        ),
        best=chart.mark.point if chart.mark else None,
        from_zero=chart.from_zero,
    )


def _name(record: Record) -> str:
    model = record.config.model
    languages = "" if record.languages is None else ", " + " to ".join(record.languages)
    return f"{model.arch} {model.size}{languages}"
