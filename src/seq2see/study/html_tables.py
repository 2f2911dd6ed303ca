"""The tables of ``study.html``, in HTML: every row, and two settings side by side."""

from collections.abc import Sequence
from html import escape

from seq2see.drawing.axes import Axis, linear_axis
from seq2see.evaluation.titles import LOWER_IS_BETTER, SHARES
from seq2see.study.grid import short_names, written
from seq2see.study.table import SCORES, Difference, Line, Table


def crossed_tables(table: Table) -> str:
    """Where two settings are varied: one down, the other across, for BLEU and for alignments."""
    settings = [line.row.variation.settings for line in table.lines]
    keys = list(settings[0])
    if len(keys) != 2 or any(list(one) != keys for one in settings):
        return ""
    names = short_names(keys)
    down, across = (list(dict.fromkeys(written(one[key]) for one in settings)) for key in keys)
    if min(len(down), len(across)) < 2:
        return ""
    cells = {
        tuple(written(value) for value in line.row.variation.settings.values()): line
        for line in table.lines
    }
    drawn = []
    for score in ("bleu", "aer"):
        if not any(score in line.scores for line in table.done):
            continue
        head = "".join(f'<th scope="col">{escape(value)}</th>' for value in across)
        body = "".join(
            f'<tr><th scope="row">{escape(one)}</th>'
            + "".join(f"<td>{_cell(cells.get((one, other)), score)}</td>" for other in across)
            + "</tr>"
            for one in down
        )
        corner = f"{SCORES[score]}{' ↓' if score in LOWER_IS_BETTER else ''}"
        drawn.append(
            f'<div class="wide" tabindex="0" role="region" aria-label="{corner}">'
            f'<table class="rows"><caption>{corner}: {escape(names[keys[0]])} by '
            f"{escape(names[keys[1]])}</caption><thead><tr><td></td>{head}</tr></thead>"
            f"<tbody>{body}</tbody></table></div>"
        )
    return f'<div class="crossed">{"".join(drawn)}</div>'


def _cell(line: Line | None, score: str) -> str:
    if line is None or score not in line.scores:
        return '<span class="aside">–</span>'
    value = line.scores[score]
    return f"{value:.1f}" if score == "bleu" else _number(score, value)


def rows_table(table: Table) -> str:
    """Every row with its scores, what it gains, parameters and speed."""
    # AER beside BLEU, as what attention is for.
    others = sorted((name for name in table.shown if name != "bleu"), key=lambda one: one != "aer")
    gains = [gain for line in table.lines if (gain := table.gained(line)) is not None]
    baselines = list(dict.fromkeys(gain.label for gain in gains))
    scale = _scale(table)
    heads = ["row", "parameters", "tokens/s", "BLEU"]
    heads.append(f"95% interval, drawn from {scale.low:g} to {scale.high:g}")
    heads += [_gain_head(baselines)] if gains else []
    heads += [SCORES[name] + (" ↓" if name in LOWER_IS_BETTER else "") for name in others]
    heads.append("seeds")
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    body = "".join(
        _failed(line, len(heads) - 1)
        if line.status != "done"
        else _row(line, scale, others, _gain(table.gained(line), baselines) if gains else None)
        for line in table.lines
    )
    luck = "sentences and seeds" if any(len(x.measured) > 1 for x in table.done) else "sentences"
    return (
        '<div class="wide" tabindex="0" role="region" aria-label="Every row">'
        f'<table class="rows"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        f'<p class="aside">Scores are means over seeds. The interval of BLEU is over {luck}. '
        "↓: lower is better. Tokens/s: target tokens learnt from in a second of training.</p>"
    )


def _failed(line: Line, columns: int) -> str:
    said = "failed, see below" if line.status == "failed" else "to come"
    return (
        f'<tr class="{line.status}"><th scope="row">{escape(line.label)}</th>'
        f'<td colspan="{columns}">{said}</td></tr>'
    )


def _row(line: Line, scale: Axis, others: Sequence[str], gain: str | None) -> str:
    speed = line.tokens_per_second
    cells = [
        "" if line.parameters is None else f"{line.parameters:,}",
        "" if speed is None else f"{speed:,.0f}",
        f"<strong>{line.scores['bleu']:.1f}</strong>",
        f"{line.interval.low:.1f} to {line.interval.high:.1f}{_whiskers(line, scale)}",
        *([] if gain is None else [gain]),
        *(_number(name, line.scores[name]) if name in line.scores else "" for name in others),
        f"{len(line.measured):,}",
    ]
    head = f'<th scope="row">{escape(line.label)}</th>'
    return f"<tr>{head}{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _scale(table: Table) -> Axis:
    """From below the lowest interval to above the highest."""
    ends = [end for line in table.done for end in (line.interval.low, line.interval.high)]
    return linear_axis(min(ends, default=0.0), max(ends, default=100.0))


def _whiskers(line: Line, scale: Axis) -> str:
    """BLEU as a dot on its interval."""
    low, high, middle = (
        f"{100 * scale.share(value):.2f}%"
        for value in (line.interval.low, line.interval.high, line.scores["bleu"])
    )
    return (
        '<svg class="whiskers" aria-hidden="true"><line class="scale" x1="0" x2="100%" y1="50%" '
        f'y2="50%"/><line class="span" x1="{low}" x2="{high}" y1="50%" y2="50%"/>'
        f'<circle cx="{middle}" cy="50%" r="2.5"/></svg>'
    )


def _gain_head(baselines: Sequence[str]) -> str:
    """Where all rows are compared with the same one, it is named once."""
    return f"over {escape(baselines[0])}" if len(baselines) == 1 else "gain"


def _gain(gain: Difference | None, baselines: Sequence[str]) -> str:
    if gain is None:
        return ""
    kind = ("better" if gain.bleu > 0 else "worse") if gain.clear else "unclear"
    over = f" over {escape(gain.label)}" if len(baselines) > 1 else ""
    span = f"{gain.interval.low:+.1f} to {gain.interval.high:+.1f}"
    return (
        f'<strong class="{kind}">{gain.bleu:+.1f}</strong> '
        f'<span class="aside">({span}){over}</span>'
    )


def _number(name: str, value: float) -> str:
    return f"{value:.1%}" if name in SHARES else f"{value:,.2f}"
