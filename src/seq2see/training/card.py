"""The run's ``README.md``: a model card that people and model hubs can read.

The head is YAML as hubs expect it. Its strings are written as JSON, which YAML contains, so that
Norwegian's ``no`` stays a language.
"""

import json
import re
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path

from seq2see import config as configuration
from seq2see.config import Config
from seq2see.drawing.axes import number
from seq2see.files import write_atomically
from seq2see.models.presets import ARCHITECTURES
from seq2see.training.record import Record, read_record, score_lines

NAME = "README.md"

# Names by which hubs know the scores.
_METRICS = {"bleu": "bleu", "chrf": "chrf", "ter": "ter", "exact_match": "exact_match"}
_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~#$&])")
_LONGEST_EXAMPLE = 120


def write_card(run_path: Path) -> Path:
    """Write ``README.md`` into a run directory, complete or not.

    Returns:
        Where it is.

    Raises:
        RunError: The run's configuration or one of its logs cannot be read.
    """
    path = run_path / NAME
    write_atomically(path, render(read_record(run_path)).encode("utf-8", errors="replace"))
    return path


def render(record: Record) -> str:
    """The whole card."""
    parts = [
        f"---\n{_front(record)}---",
        f"# {_escaped(record.name)}",
        _what(record),
        f"## Use\n\n{_use(record)}",
        f"## Scores\n\n{_scores(record)}",
        f"## Data\n\n{_data(record)}",
        f"## Training\n\n{_training(record)}",
        f"## Reproduce\n\n{_reproduce(record)}",
    ]
    return "\n\n".join(parts) + "\n"


def _front(record: Record) -> str:
    codes = [code for code in record.languages or () if _CODE.fullmatch(code)]
    model = record.config.model
    lines = [*_list("language", dict.fromkeys(codes)), "library_name: seq2see"]
    lines.append("pipeline_tag: translation")
    lines += _list("tags", ["seq2see", "seq2seq", "translation", model.arch])
    if record.evaluation is not None:
        known = [line for line in score_lines(record.evaluation) if line.name in _METRICS]
        lines += _list("metrics", [_METRICS[line.name] for line in known])
        scores = [
            {
                "type": _METRICS[line.name],
                "name": line.title,
                "value": round(line.number, 4),
                **({"args": {"signature": line.signature}} if line.signature else {}),
            }
            for line in known
        ]
        result = {
            "task": {"type": "translation", "name": "Translation"},
            "dataset": {
                "name": _visible(", ".join(record.corpora)) or "unknown",
                "type": "private",
            },
            "metrics": scores,
        }
        index = [{"name": _visible(record.name), "results": [result]}]
        lines.append(f"model-index: {json.dumps(index, ensure_ascii=False)}")
    return "".join(f"{line}\n" for line in lines)


def _list(key: str, values: Iterable[str]) -> list[str]:
    items = [f"- {json.dumps(value, ensure_ascii=False)}" for value in values]
    return [f"{key}:", *items] if items else []


def _what(record: Record) -> str:
    model = record.config.model
    paper = next((one for one in ARCHITECTURES if one.name == model.arch), None)
    languages = record.languages
    way = f" from `{languages[0]}` to `{languages[1]}`" if languages else ""
    lines = [
        f"A sequence-to-sequence model that translates{way}, trained with seq2see: "
        f"`{model.arch}`, size `{model.size}`."
    ]
    if paper is not None:
        lines.append(f"The architecture is that of {paper.paper}: {paper.summary}.")
    return "\n".join(lines)


def _use(record: Record) -> str:
    text = _example(record)
    command = f"pip install seq2see\nseq2see translate {record.argument} {_shell(text)}"
    python = (
        "import seq2see\n\n"
        f"translator = seq2see.load({json.dumps(record.name, ensure_ascii=False)})\n"
        f"print(translator.translate({json.dumps(text, ensure_ascii=False)}).text)"
    )
    return (
        f"In the folder that holds {_code(record.name)}:\n\n{_fenced(command, 'sh')}\n\n"
        f"The same in Python:\n\n{_fenced(python, 'python')}"
    )


def _scores(record: Record) -> str:
    if record.evaluation is None:
        evaluate = _code(f"seq2see evaluate {record.argument}")
        later = f"{evaluate} measures them on held-out pairs."
        if record.best is None:
            return f"Not measured yet; {later}"
        bleu = record.best.get("valid_bleu")
        greedy = f" and BLEU {bleu:.1f} (greedy translations)" if bleu is not None else ""
        loss = number(record.best["valid_loss"])
        return (
            f"On the validation pairs, which chose the weights: loss {loss} nats per target token"
            f"{greedy}.\nFor a score to report, {later}"
        )
    rows = []
    for line in score_lines(record.evaluation):
        better = " (lower is better)" if line.lower_is_better else ""
        signature = _code(line.signature, in_table=True) if line.signature else ""
        rows.append((f"{line.title}{better}", line.value, line.interval, signature))
    headings = ("score", "value", "95% interval", "signature")
    count = record.evaluation["sentences"]
    return f"Measured by `seq2see evaluate` on {count:,} sentences.\n\n{_table(headings, rows)}"


def _data(record: Record) -> str:
    summary = record.summary
    if not summary:
        return "Nothing is recorded about the data."
    names = {"train": "training", "valid": "validation", "test": "test"}
    rows = [
        (f"{name} pairs", f"{count:,}")
        for split, name in names.items()
        if (count := record.pair_count(split)) is not None
    ]
    rows += [
        (f"left out: {_escaped(reason)}", f"{count:,}")
        for reason, count in summary.get("rejects", {}).items()
    ]
    lines = []
    if record.corpora:
        corpora = ", ".join(_code(name) for name in record.corpora)
        lines.append(f"Training corpora: {corpora}.\n")
    lines.append(_table(("", "number"), rows))
    if steps := record.config.data.clean:
        lines.append(f"\nCleaning steps: {', '.join(_code(step) for step in steps)}.")
    if leaking := summary.get("leaking_sources"):
        lines.append(
            f"\n**Warning:** {leaking:,} source sentences stand in more than one split, so the "
            "scores flatter the model."
        )
    if fingerprint := summary.get("fingerprint"):
        lines.append(f"\nFingerprint (SHA-256 of the training pairs): {_code(fingerprint)}")
    lines.append("\nNo licence is stated here: that of the training data decides what is allowed.")
    return "\n".join(lines)


def _training(record: Record) -> str:
    train = record.config.train
    rows = [("updates", f"{record.update:,} of at most {train.max_updates:,}")]
    if record.best is not None and "averaged" in record.best:
        steps = ", ".join(f"{step:,}" for step in record.best["averaged"])
        rows.append(("weights", f"mean of the checkpoints of updates {steps}"))
    elif record.best is not None:
        rows.append(("weights", f"of update {record.best['update']:,}, the best validation"))
    if (parameters := record.summary.get("parameters")) is not None:
        rows.append(("parameters", f"{parameters:,}"))
    for side, size in record.summary.get("vocab", {}).items():
        rows.append((f"{_escaped(side)} vocabulary", f"{size:,}"))
    for side, covered in record.summary.get("vectors", {}).items():
        share = f"{covered['types']:.1%} of the vocabulary, {covered['tokens']:.1%} of the tokens"
        frozen = ", frozen" if record.config.vectors.freeze else ""
        name = _code(covered["file"], in_table=True)
        rows.append((f"{_escaped(side)} vectors", f"{name}: {share}{frozen}"))
    rows += [(_code(key, in_table=True), value) for key, value in _settings(record.config)]
    return (
        _table(("", ""), rows)
        + "\n\nEverything else is in `config.toml`; `report.html` shows how it went."
    )


def _settings(config: Config) -> list[tuple[str, str]]:
    """What shapes training most, whether or not it is the default."""
    flat = configuration.flatten(configuration.to_dict(config))
    keys = (
        "tokenizer.kind", "tokenizer.shared", "data.max_length", "train.batch_tokens",
        "train.accumulate", "train.optimizer", "train.lr", "train.schedule",
        "train.warmup_updates", "train.label_smoothing", "model.dropout", "train.clip_norm",
        "train.precision", "train.seed",
    )  # fmt: skip
    return [(key, f"`{json.dumps(flat[key])}`".replace('"', "")) for key in keys if key in flat]


def _reproduce(record: Record) -> str:
    config = shlex.quote(f"{record.name}/config.toml")
    again = shlex.quote(f"{record.name}-again")
    lines = [
        "The same training pairs, configuration, versions and number of threads on the same kind "
        "of machine\ngive the same weights:\n",
        _fenced(f"seq2see train --config {config} --out {again}", "sh"),
        "\n`data.train` in `config.toml` says where the corpora lay.",
    ]
    if record.versions:
        versions = ", ".join(f"{name} {version}" for name, version in record.versions.items())
        lines.append(f"\nMade with {_escaped(versions)}.")
    return "\n".join(lines)


def _example(record: Record) -> str:
    """A validation source that can be typed, else an ellipsis."""
    for pair in record.pairs:
        text = pair.source
        if text.isprintable() and 0 < len(text) <= _LONGEST_EXAMPLE and text[0] != "-":
            return text
    return "…"


def _visible(text: str) -> str:
    """Without the control characters that YAML refuses."""
    return "".join(character for character in text if character.isprintable())


def _shell(text: str) -> str:
    """Quote for a shell; with double quotes where nothing in between is special."""
    return shlex.quote(text) if re.search(r'["\\$`!]', text) else f'"{text}"'


def _escaped(text: str) -> str:
    """Text that Markdown leaves as it is."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _code(text: str, *, in_table: bool = False) -> str:
    """A code span, whatever the text holds."""
    text = " ".join(text.split())
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    space = " " if text[:1] == "`" or text[-1:] == "`" else ""
    if in_table:  # GitHub's tables end a cell at every other bar, in code as well
        text = text.replace("|", "\\|")
    return f"{ticks}{space}{text}{space}{ticks}"


def _fenced(code: str, language: str) -> str:
    ticks = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", code)), default=0))
    return f"{ticks}{language}\n{code}\n{ticks}"


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headings, ["---" for _ in headings], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
