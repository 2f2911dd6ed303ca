"""Sample translations as they improve from validation to validation, as HTML tables."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from seq2see.training.metrics import Entry
from seq2see.training.record import Record

MAX_STAGES = 12
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True)
class Stage:
    """One translation, and the validations in a row that gave it."""

    first: int
    """Update of the first of these validations."""
    last: int
    """Update of the last of them."""
    text: str


def stages(validations: Sequence[Entry], sample: int) -> list[Stage]:
    """The translations of one sample in order, equal neighbours as one."""
    found: list[Stage] = []
    for entry in validations:
        texts = entry.get("samples", ())
        if sample >= len(texts):
            continue
        update, text = int(entry["update"]), str(texts[sample])
        if found and found[-1].text == text:
            found[-1] = Stage(found[-1].first, update, text)
        else:
            found.append(Stage(update, update, text))
    return found


def chosen(every: Sequence[Stage], limit: int = MAX_STAGES) -> list[Stage]:
    """At most ``limit`` stages, evenly spread, the first and the last among them."""
    if len(every) <= limit:
        return list(every)
    return [every[index * (len(every) - 1) // (limit - 1)] for index in range(limit)]


def render_samples(record: Record) -> str:
    """All samples; a sentence that says why there are none where there are none."""
    count = max((len(entry.get("samples", ())) for entry in record.validations), default=0)
    if count == 0:
        reason = (
            "Translations appear here after the first validation, due every "
            f"{record.config.train.validate_every:,} updates."
            if record.config.train.validate_sentences
            else "None are made, since <code>train.validate_sentences</code> is 0."
        )
        return f'<p class="empty">{reason}</p>'
    return "".join(_sample(record, index) for index in range(count))


def text_cell(text: str, language: str | None, remark: str = "") -> str:
    """A text in its own language and direction, and an English remark (HTML) on its side."""
    if not text.strip():
        return f'<p class="empty">(empty)</p>{remark}'
    lang = ""
    if language is not None and _LANGUAGE.fullmatch(tag := language.replace("_", "-")):
        lang = f' lang="{escape(tag)}"'
    return f'<div dir="auto"><p{lang}>{escape(text)}</p>{remark}</div>'


def _sample(record: Record, index: int) -> str:
    source_language, target_language = record.languages or (None, None)
    every = stages(record.validations, index)
    shown = chosen(every)
    rows = []
    reference: str | None = None
    if index < len(record.pairs):
        pair = record.pairs[index]
        reference = pair.target
        for heading, text, language in (
            ("source", pair.source, source_language),
            ("reference", pair.target, target_language),
        ):
            rows.append(
                f'<tr class="given"><th scope="row">{heading}</th>'
                f"<td>{text_cell(text, language)}</td></tr>"
            )
    for stage in shown:
        hit = reference is not None and stage.text.strip() == reference.strip()
        remark = '<p class="hit">✓ same as the reference</p>' if hit else ""
        cell = text_cell(stage.text, target_language, remark)
        rows.append(f'<tr><th scope="row">{_when(stage)}</th><td>{cell}</td></tr>')
    left_out = len(every) - len(shown)
    note = f' <span class="aside">{left_out:,} more between these</span>' if left_out else ""
    return (
        f'<table class="sample"><caption>Sentence {index + 1}{note}</caption>'
        '<thead><tr><th scope="col">update</th><th scope="col">text</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _when(stage: Stage) -> str:
    if stage.first == stage.last:
        return f"{stage.first:,}"
    return f"{stage.first:,} <span class='to'>to</span> {stage.last:,}"
