"""``study.json``: everything that a study has found, for programs."""

from typing import Any

from seq2see.study.findings import findings
from seq2see.study.runner import Plan
from seq2see.study.table import Difference, Line, Table, value_of

FORMAT, VERSION = "seq2see-study", 1


def to_json(table: Table, plan: Plan) -> dict[str, Any]:
    """The content of ``study.json``; what is not known is left out."""
    name = plan.named.name if plan.named else None
    return {
        "format": FORMAT,
        "version": VERSION,
        **({"name": name} if name else {}),
        "data": {
            "corpora": list(plan.data.corpora),
            "pairs": dict(plan.data.counts),
            "measured_on": plan.data.measured_on,
        },
        "seeds": list(plan.seeds),
        "settings": dict(plan.common),
        "findings": findings(table, plan),
        "rows": [_line(line, table) for line in table.lines],
    }


def _line(line: Line, table: Table) -> dict[str, Any]:
    variation = line.row.variation
    content: dict[str, Any] = {
        "label": line.label,
        "settings": dict(variation.settings),
        "status": line.status,
    }
    if line.reason:
        content["reason"] = line.reason
    if variation.published is not None:
        content["published_gain"] = variation.published
    if line.status != "done":
        return content
    gain = table.gained(line)
    return {
        **content,
        "runs": {str(seed): one.run for seed, one in line.measured.items()},
        "parameters": line.parameters,
        "tokens_per_second": line.tokens_per_second,
        "scores": line.scores,
        "bleu": {
            "score": line.scores["bleu"],
            "interval": line.interval.to_json(),
            "by_seed": {
                str(seed): value_of(one.evaluation, "bleu") for seed, one in line.measured.items()
            },
            "signature": line.signature,
        },
        "by_length": [
            {
                "length": one.label,
                "count": one.count,
                "mean_length": one.mean_length,
                "bleu": one.bleu,
            }
            for one in line.by_length
        ],
        **({} if gain is None else {"gain": _gain(gain)}),
    }


def _gain(gain: Difference) -> dict[str, Any]:
    return {
        "over": gain.label,
        "bleu": gain.bleu,
        "interval": gain.interval.to_json(),
        "clear": gain.clear,
    }
