"""``study.html``: the table of a study, its curves and what comes out, as one file.

It is written anew after every row, so it must make sense of a study that has barely begun. It looks
like the report of a run, whose style sheet and script it takes over.
"""

from collections.abc import Sequence
from html import escape
from importlib import resources
from typing import get_args

from seq2see.study.findings import findings
from seq2see.study.grid import short_names, written
from seq2see.study.html_tables import crossed_tables, rows_table
from seq2see.study.runner import Plan
from seq2see.study.table import Line, Table
from seq2see.training.charts import Chart, Role, Series, figure

_ROLES: tuple[Role, ...] = get_args(Role)[2:]  # without training's own


def render(table: Table, plan: Plan) -> str:
    """The whole page."""
    style = "".join(_resource(package, name) for package, name in _STYLES)
    sections = [
        _section("What comes out", _findings(table, plan)),
        _section("Side by side", crossed_tables(table)),
        _section("Every row", rows_table(table)),
        _section("BLEU by length of the source", _lengths(table)),
        _section("What failed", _failures(table)),
        _section("What all rows share", _shared(table, plan)),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(plan.title)}: study</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"{_header(table, plan)}\n<main>\n{''.join(sections)}</main>\n"
        f"<script>\n{_resource('seq2see.training', 'report.js')}</script>\n</body>\n</html>\n"
    )


_STYLES = (("seq2see.training", "report.css"), ("seq2see.study", "study.css"))


def _resource(package: str, name: str) -> str:
    return (resources.files(package) / name).read_text(encoding="utf-8")


def _section(title: str, content: str) -> str:
    return f"<section>\n<h2>{title}</h2>\n{content}\n</section>\n" if content else ""


def _header(table: Table, plan: Plan) -> str:
    about = f'<p class="what">{escape(plan.named.about)}</p>' if plan.named else ""
    tiles = "".join(
        f"<div><dt>{escape(name)}</dt><dd><strong>{escape(value)}</strong>"
        f"<span>{escape(note)}</span></dd></div>"
        for name, value, note in _tiles(table, plan)
    )
    return (
        f'<header>\n<p class="kicker">seq2see study</p>\n<h1>{escape(plan.title)}</h1>\n{about}\n'
        f'<dl class="tiles">{tiles}</dl>\n</header>'
    )


def _tiles(table: Table, plan: Plan) -> list[tuple[str, str, str]]:
    """Name, value and remark of the figures that matter most."""
    done, waiting = len(table.done), sum(line.waiting for line in table.lines)
    failed = sum(line.status == "failed" for line in table.lines)
    notes = [f"of {len(table.lines):,}"]
    notes += [f"{failed:,} failed"] if failed else []
    notes += [f"{waiting:,} trainings to come"] if waiting else []
    counts, split = plan.data.counts, plan.data.measured_on
    measured = f"{'test' if split == 'test' else 'validation'} sentences measured"
    tiles = [
        ("Rows with a result", f"{done:,}", ", ".join(notes)),
        ("Seeds", f"{len(plan.seeds):,}", "trainings of every row"),
        ("Training pairs", f"{counts['train']:,}", f"{counts[split]:,} {measured}"),
    ]
    if table.done:
        best = max(table.done, key=lambda line: line.scores["bleu"])
        tiles.append(("Highest BLEU", f"{best.scores['bleu']:.1f}", best.label))
    return tiles


def _findings(table: Table, plan: Plan) -> str:
    said = findings(table, plan)
    if not said:
        return '<p class="empty">Nothing has been measured yet.</p>'
    items = "".join(f"<li>{_marked(sentence)}</li>" for sentence in said)
    return f'<ul class="findings-said">{items}</ul>'


def _marked(sentence: str, tag: str = "strong") -> str:
    """What stands between backquotes becomes an element."""
    parts = escape(sentence).split("`")
    return "".join(
        f"<{tag}>{part}</{tag}>" if place % 2 else part for place, part in enumerate(parts)
    )


def _lengths(table: Table) -> str:
    """One chart, or several where there are more rows than lines are told apart."""
    lines = [line for line in table.done if len(line.by_length) > 1]
    if not lines:
        return ""
    groups = _groups(lines)
    drawn = [
        figure(
            Chart(
                key=f"length-{number}",
                title="BLEU" if len(groups) == 1 else f"BLEU: {title}",
                unit="BLEU",
                across="source length",
                series=tuple(
                    Series(
                        line.label,
                        tuple((one.mean_length, one.bleu) for one in line.by_length),
                        role,
                    )
                    for line, role in zip(group, _ROLES, strict=False)
                ),
                note=(
                    "Each point is a bucket of sentences ("
                    + ", ".join(f"{one.label}: {one.count:,}" for one in group[0].by_length)
                    + "), at the mean length of its sources in words."
                ),
                from_zero=True,
            )
        )
        for number, (title, group) in enumerate(groups, start=1)
    ]
    return f'<div class="charts compared">{"".join(drawn)}</div>'


def _groups(lines: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    """Rows by the value of what was varied first; cut where there are still too many."""
    if len(lines) <= len(_ROLES):
        return [("", list(lines))]
    first = next(iter(lines[0].row.variation.settings))
    groups: dict[str, list[Line]] = {}
    for line in lines:
        value = line.row.variation.settings.get(first)
        groups.setdefault(f"{short_names([first])[first]}={written(value)}", []).append(line)
    return [
        (title, group[start : start + len(_ROLES)])
        for title, group in groups.items()
        for start in range(0, len(group), len(_ROLES))
    ]


def _failures(table: Table) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(line.label)}</th><td>{_marked(line.reason, "code")}</td></tr>'
        for line in table.lines
        if line.reason
    )
    if not rows:
        return ""
    return (
        '<table class="settings failures"><thead><tr><th scope="col">row</th>'
        f'<th scope="col">why</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _shared(table: Table, plan: Plan) -> str:
    budgets = {
        f"{train.max_updates:,} updates of at most {train.batch_tokens:,} tokens"
        for train in (row.config.train for row in plan.rows if row.config is not None)
    }
    facts = {
        **({"budget": budgets.pop()} if len(budgets) == 1 else {}),
        "seeds": ", ".join(map(str, plan.seeds)),
        "data": f"{', '.join(plan.data.corpora)}, read and split once for all rows",
        **{key: written(value) for key, value in plan.common.items()},
    }
    rows = "".join(
        f"<div><dt>{escape(key)}</dt><dd>{escape(value)}</dd></div>" for key, value in facts.items()
    )
    signature = next((line.signature for line in table.done), "")
    rows += (
        f"<div><dt>BLEU</dt><dd><code>{escape(signature)}</code></dd></div>" if signature else ""
    )
    return f'<dl class="facts">{rows}</dl>'
