"""``report.html``: how a run went, as one file that opens anywhere.

It is written anew at every validation, so it must make sense of a run that has barely begun. The
page needs no script and asks the network for nothing; a small script shows values under the
pointer.
"""

import math
from html import escape
from importlib import resources
from pathlib import Path

from seq2see.drawing.axes import number
from seq2see.files import write_atomically
from seq2see.models.presets import ARCHITECTURES
from seq2see.training.charts import figure
from seq2see.training.curves import curves
from seq2see.training.metrics import Entry
from seq2see.training.record import Record, read_record, score_lines
from seq2see.training.samples import render_samples
from seq2see.training.sections import commands, data, scores, settings

NAME = "report.html"


def write_report(run_path: Path) -> Path:
    """Write ``report.html`` into a run directory, complete or not.

    Returns:
        Where it is.

    Raises:
        RunError: The run's configuration or one of its logs cannot be read.
    """
    path = run_path / NAME
    write_atomically(path, render(read_record(run_path)).encode("utf-8", errors="replace"))
    return path


def render(record: Record) -> str:
    """The whole page."""
    files = resources.files("seq2see.training")
    style = (files / "report.css").read_text(encoding="utf-8")
    script = (files / "report.js").read_text(encoding="utf-8")
    sections = [
        _section("Learning curves", _curves(record)),
        _section("Translations as they improve", render_samples(record)),
    ]
    if record.evaluation is not None:
        sections.append(_section("Scores", scores(record.evaluation)))
    sections += [
        _section("Data", data(record)),
        _section("Continue from here", commands(record)),
        _section("Settings", settings(record)),
    ]
    made_with = ", ".join(f"{escape(name)} {escape(v)}" for name, v in record.versions.items())
    footer = f"<footer><p>Made with {made_with}.</p></footer>" if made_with else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(record.name)}: training report</title>\n"
        f"<style>\n{style}</style>\n</head>\n<body>\n{_header(record)}\n"
        f"<main>\n{''.join(sections)}</main>\n{footer}\n<script>\n{script}</script>\n"
        "</body>\n</html>\n"
    )


def _section(title: str, content: str) -> str:
    return f"<section>\n<h2>{title}</h2>\n{content}\n</section>\n"


def _curves(record: Record) -> str:
    if not record.log and not record.validations:
        due = record.config.train.log_every
        return f'<p class="empty">Curves appear here from update {due:,} on.</p>'
    return f'<div class="charts">{"".join(figure(chart) for chart in curves(record))}</div>'


def _header(record: Record) -> str:
    model = record.config.model
    papers = {architecture.name: architecture.paper for architecture in ARCHITECTURES}
    languages = " → ".join(record.languages or ())
    what = [languages, f"{model.arch}, size {model.size}", papers.get(model.arch, "")]
    line = " · ".join(f"<span>{escape(part)}</span>" for part in what if part)
    tiles = "".join(
        f"<div><dt>{escape(name)}</dt><dd><strong>{escape(value)}</strong>"
        f"<span>{escape(note)}</span></dd></div>"
        for name, value, note in _tiles(record)
    )
    return (
        f'<header>\n<p class="kicker">seq2see training report</p>\n'
        f'<h1 dir="auto">{escape(record.name)}</h1>\n<p class="what">{line}</p>\n'
        f'<dl class="tiles">{tiles}</dl>\n</header>'
    )


def _tiles(record: Record) -> list[tuple[str, str, str]]:
    """Name, value and remark of the figures that matter most."""
    tiles = []
    best = record.best
    if best is None:
        due = f"the first is due at update {record.config.train.validate_every:,}"
        tiles.append(("Validation", "not yet", due))
    else:
        kept = _kept(best)
        loss = float(best["valid_loss"])
        perplexity = number(math.exp(min(loss, 700.0)))
        tiles.append(("Validation loss", number(loss), f"perplexity {perplexity}, {kept}"))
        if (bleu := best.get("valid_bleu")) is not None:
            tiles.append(("Validation BLEU", f"{bleu:.1f}", f"greedy, {kept}"))
    if record.evaluation is not None:
        bleu_line = score_lines(record.evaluation)[0]
        note = f"{record.evaluation['sentences']:,} sentences"
        if bleu_line.interval:
            note += f", 95% interval {bleu_line.interval}"
        tiles.append((f"Evaluation {bleu_line.title}", bleu_line.value, note))
    limit = record.config.train.max_updates
    if record.log:
        last = record.log[-1]
        progress = f"of at most {limit:,}, epoch {int(last['epoch']) + 1:,}"
        tiles.append(("Updates", f"{record.update:,}", progress))
    else:
        tiles.append(("Updates", f"{record.update:,}", f"of at most {limit:,}"))
    if (pairs := record.pair_count("train")) is not None:
        tiles.append(("Training pairs", f"{pairs:,}", ", ".join(record.corpora)))
    if (parameters := record.summary.get("parameters")) is not None:
        vocabulary = record.summary.get("vocab", {})
        sizes = dict.fromkeys(f"{size:,}" for size in vocabulary.values())
        note = f"vocabulary {' and '.join(sizes)}" if sizes else ""
        tiles.append(("Parameters", _short(parameters), note))
    if (speed := record.speed) is not None:
        memory = max(entry["memory_mib"] for entry in record.timings)
        tiles.append(("Tokens per second", f"{speed:,.0f}", f"median; {memory:,.0f} MiB at most"))
    return tiles


def _kept(best: Entry) -> str:
    if "averaged" in best:
        return f"mean of {len(best['averaged'])} checkpoints"
    return f"update {best['update']:,}"


def _short(count: int) -> str:
    """Three digits are enough to compare models."""
    for unit, size in (("G", 1e9), ("M", 1e6)):
        if count >= size:
            return (
                f"{count / size:.3g}{unit}" if count < 1000 * size else f"{count / size:,.0f}{unit}"
            )
    return f"{count:,}"
