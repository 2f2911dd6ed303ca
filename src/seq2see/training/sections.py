"""The parts of ``report.html`` that are tables: scores, data, commands, settings."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from seq2see import config as configuration
from seq2see.training.record import Record, score_lines

_REASONS = {
    "empty-source": "empty source",
    "empty-target": "empty target",
    "source-too-long": "source too long",
    "target-too-long": "target too long",
    "invalid-utf8": "not valid UTF-8",
    "missing-column": "a column is missing",
    "unequal-lines": "no line on the other side",
}


def scores(evaluation: Mapping[str, Any]) -> str:
    """What ``seq2see evaluate`` measured, with signatures, and by length of the source."""
    lines = score_lines(evaluation)
    rows = []
    for line in lines:
        better = ' <span class="aside">lower is better</span>' if line.lower_is_better else ""
        rows.append(
            f'<tr><th scope="row">{line.title}{better}</th><td class="figure">{line.value}</td>'
            f'<td class="figure">{line.interval}</td></tr>'
        )
    title = f"{evaluation['sentences']:,} sentences"
    parts = [_table(title, ("score", "value", "95% interval"), rows, "counts")]
    signatures = [
        (f"{line.title} signature", f"<code>{escape(line.signature)}</code>")
        for line in lines
        if line.signature
    ]
    parts.append(_facts(signatures))
    buckets = evaluation.get("by_length", ())
    if len(buckets) > 1:
        best = max(bucket["bleu"] for bucket in buckets) or 1.0
        rows = [
            f'<tr><th scope="row">{escape(bucket["length"])}</th>'
            f'<td class="figure">{bucket["count"]:,}</td>'
            f'<td class="figure">{bucket["bleu"]:.1f}</td>'
            f'<td class="figure">{bucket["chrf"]:.1f}</td>'
            f'<td class="bar"><span style="width:{100 * bucket["bleu"] / best:.1f}%"></span></td>'
            "</tr>"
            for bucket in buckets
        ]
        headings = (
            "words",
            "sentences",
            "BLEU",
            "chrF2",
            '<span class="unseen">BLEU as a bar</span>',
        )
        parts.append(_table("By length of the source", headings, rows, "lengths"))
    return "".join(parts)


def data(record: Record) -> str:
    """Which pairs, how many, what was left out or changed, and what the doctor found."""
    summary = record.summary
    if not summary:
        return '<p class="empty">Nothing is recorded about the data.</p>'
    facts = [("corpora", ", ".join(f"<code>{escape(name)}</code>" for name in record.corpora))]
    pairs = [(split, record.pair_count(split)) for split in ("train", "valid", "test")]
    names = {"train": "training", "valid": "validation", "test": "test"}
    known = [f"{count:,} {names[split]}" for split, count in pairs if count is not None]
    facts.append(("pairs", ", ".join(known)))
    if fingerprint := summary.get("fingerprint"):
        aside = '<span class="aside">SHA-256 of the training pairs</span>'
        facts.append(("fingerprint", f"<code>{escape(fingerprint)}</code> {aside}"))
    parts = [_facts(facts)]
    if leaking := summary.get("leaking_sources"):
        parts.append(
            f'<p class="warning"><strong>Warning:</strong> {leaking:,} source sentences stand in '
            "more than one split, so the scores flatter the model.</p>"
        )
    rejects = summary.get("rejects", {})
    read = sum(count for _, count in pairs if count is not None) + sum(rejects.values())
    if rejects:
        rows = [
            f'<tr><th scope="row">{escape(_REASONS.get(reason, reason))}</th>'
            f'<td class="figure">{count:,}</td><td class="figure">{_percent(count, read)}</td></tr>'
            for reason, count in rejects.items()
        ]
        headings = ("reason", "pairs", "of all read")
        parts.append(_table("Pairs left out", headings, rows, "counts"))
    else:
        parts.append("<p>No pair was left out.</p>")
    cleaned = {step: count for step, count in summary.get("cleaned", {}).items() if count}
    if cleaned:
        rows = [
            f'<tr><th scope="row"><code>{escape(step)}</code></th>'
            f'<td class="figure">{count:,}</td></tr>'
            for step, count in cleaned.items()
        ]
        parts.append(_table("Texts changed by cleaning", ("step", "texts"), rows, "counts"))
    findings = [finding for finding in record.findings if finding["severity"] != "ok"]
    if findings:
        rows = [
            f'<tr><th scope="row"><span class="severity {escape(finding["severity"])}">'
            f"{escape(finding['severity'])}</span></th><td>{escape(finding['check'])}</td>"
            f'<td dir="auto">{escape(finding["message"])}</td></tr>'
            for finding in findings
        ]
        headings = ("severity", "check", "finding")
        parts.append(_table("What <code>seq2see doctor</code> found", headings, rows, "findings"))
    return "".join(parts)


def commands(record: Record) -> str:
    """What to type next."""
    run, train = record.argument, record.config.train
    # At its limit a run goes on only when told how far.
    more = f" --more {4 * train.validate_every}" if record.update >= train.max_updates else ""
    lines = [
        ("translate a sentence", f'seq2see translate {run} "…"'),
        ("score the held-out pairs", f"seq2see evaluate {run}"),
        ("train on", f"seq2see train --resume{more} --out {run}"),
    ]
    rows = [
        f"<div><dt>{name}</dt><dd><code>{escape(command)}</code></dd></div>"
        for name, command in lines
    ]
    return (
        f"<p>In the folder that holds <code>{escape(record.name)}</code>:</p>"
        f'<dl class="commands">{"".join(rows)}</dl>'
    )


def settings(record: Record) -> str:
    """Every configuration key."""
    flat = configuration.flatten(configuration.to_dict(record.config))
    rows = [
        f'<tr><th scope="row"><code>{escape(key)}</code></th>'
        f"<td><code>{escape(_setting(value))}</code></td></tr>"
        for key, value in flat.items()
    ]
    table = _table("", ("key", "value"), rows, "settings")
    return f"<details><summary>All {len(flat)} keys of config.toml</summary>{table}</details>"


def _setting(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(_setting(one) for one in value) or "(none)"
    return str(value)


def _table(caption: str, headings: Sequence[str], rows: Sequence[str], kind: str) -> str:
    """A table; the texts are HTML already. The kind says, in the style sheet, how it looks."""
    heads = "".join(f'<th scope="col">{heading}</th>' for heading in headings)
    title = f"<caption>{caption}</caption>" if caption else ""
    return (
        f'<table class="{kind}">{title}<thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _facts(facts: Sequence[tuple[str, str]]) -> str:
    rows = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts if value)
    return f'<dl class="facts">{rows}</dl>'


def _percent(count: int, total: int) -> str:
    share = count / total if total else 0.0
    return f"{share:.1%}" if share >= 0.001 else "under 0.1%"
