"""``seq2see study``: the same data, seeds and budget, and one switch turned at a time."""

import json as json_format
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seq2see import api, console
from seq2see.cli import options
from seq2see.errors import TrainingError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from seq2see.machine import Machine
    from seq2see.study.grid import Variation
    from seq2see.study.named import NamedStudy
    from seq2see.study.runner import Plan
    from seq2see.study.table import Table


def study(
    data: Annotated[
        list[str] | None,
        typer.Argument(metavar="DATA...", help="Corpora; see `seq2see doctor --help`."),
    ] = None,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The study's directory.")],
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="KEY=A,B,C",
            help="A setting and its values; several make a grid.",
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            "--name",
            metavar="NAME",
            help="A study with rows of its own: luong-table1, bahdanau-figure2, scores, lineage.",
        ),
    ] = None,
    seeds: Annotated[
        int, typer.Option("--seeds", min=1, help="Trainings of every row, with other seeds.")
    ] = 1,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Only show every row, its parameters and expected time."),
    ] = False,
    valid: options.Valid = None,
    test: options.Test = None,
    pair: options.Pair = None,
    split: options.Split = None,
    split_by: options.SplitBy = None,
    arch: options.Arch = None,
    size: options.Size = None,
    config: options.ConfigFile = None,
    set_: options.Set = None,
    clean: options.Clean = None,
    columns: options.Columns = None,
    features: options.Features = None,
    separator: options.Separator = None,
    device: options.Device = None,
    threads: options.Threads = None,
    json: options.Json = False,
) -> None:
    """Train and compare a grid of settings, or repeat a comparison that a paper made.

    All rows see the same pairs, seeds and number of updates. DIR gets `study.html`, `study.json`
    and an ordinary run for every training. The same command goes on with what is missing: what was
    measured is never computed again. `seq2see train --help` lists the settings.
    """
    from seq2see.machine import Machine

    settings = options.settings(
        split=split,
        split_by=split_by,
        clean=clean,
        columns=columns,
        features=features,
        separator=separator,
        sets=set_,
    )
    named = {"model.arch": arch, "model.size": size}
    given = api.given_settings(
        data or (),
        valid=valid or (),
        test=test or (),
        pair=pair,
        config=config,
        settings={**settings, **{key: value for key, value in named.items() if value}},
    )
    design = _design(vary, name)
    machine = Machine(device=device, threads=threads)
    if dry_run:
        _forecast(given, design, seeds, machine, json=json)
    else:
        _carry_out(given, design, seeds, machine, out, json=json)


def _design(vary: list[str] | None, name: str | None) -> "NamedStudy | Sequence[Variation]":
    """The rows that were asked for.

    Raises:
        UsageError: There are none, or they are asked for in two ways.
    """
    from seq2see.study.grid import parse_vary, product
    from seq2see.study.named import NAMES, named

    if bool(vary) == (name is not None):
        raise UsageError(
            "`seq2see study` takes either settings to vary, as in `--vary "
            f"model.attention.score=dot,general`, or `--name` with one of {', '.join(NAMES)}."
        )
    if name is not None:
        return named(name)
    varied: dict[str, Any] = {}
    for text in vary or ():
        key, values = parse_vary(text)
        if key in varied:
            raise UsageError(f"`--vary {key}` is given twice; name all its values in one of them.")
        varied[key] = values
    return product(varied)


def _carry_out(
    given: "Mapping[str, Any]",
    design: "NamedStudy | Sequence[Variation]",
    seeds: int,
    machine: "Machine",
    out: Path,
    *,
    json: bool,
) -> None:
    from seq2see.study.runner import carry_out
    from seq2see.study.study import CONTENT, REPORT, plan, write
    from seq2see.study.table import Table

    planned = plan(given, out, design=design, num_seeds=seeds, say=console.note)
    for row in planned.rows:
        if row.config is None:
            console.warning(f"`{row.label}` cannot be trained: {row.refusal}")
    results = carry_out(planned, machine=machine, changed=write)
    table = Table.of(results)
    if not table.done:
        reason = next(line.reason for line in table.lines)
        raise TrainingError(f"No row of `{out}` has a result; the first one: {reason}")
    if json:
        typer.echo((out / CONTENT).read_text(encoding="utf-8"), nl=False)
    else:
        _show(table, planned)
        typer.echo(f"\nWrote {out / REPORT} and {out / CONTENT}")
    # Rows whose settings do not combine are no failure: no call of this study could have them.
    if results.failures:
        raise TrainingError(
            f"{len(results.failures):,} of {sum(1 for _ in planned.cells()):,} trainings failed; "
            f"`{out / REPORT}` says why, and the same command tries them again."
        )


def _show(table: "Table", planned: "Plan") -> None:
    from seq2see.evaluation.report import plain_table, styled
    from seq2see.study.findings import findings

    shown = [name for name in ("aer", "exact_match") if name in table.shown]
    titles = {"aer": "AER", "exact_match": "exact"}
    heads = ["", "BLEU", "95% interval", *(titles[name] for name in shown), "parameters", "tok/s"]
    drawn = plain_table(planned.title, heads)
    for line in table.lines:
        if line.status != "done":
            drawn.add_row(styled(line.label, ""), styled(line.status, "red"))
            continue
        speed = line.tokens_per_second
        drawn.add_row(
            styled(line.label, ""),
            styled(f"{line.scores['bleu']:.1f}", "bold"),
            f"{line.interval.low:.1f} to {line.interval.high:.1f}",
            *(f"{line.scores[name]:.1%}" if name in line.scores else "" for name in shown),
            f"{line.parameters:,}",
            "" if speed is None else f"{speed:,.0f}",
        )
    console.show(drawn)
    for sentence in findings(table, planned):
        typer.echo(sentence)


def _forecast(
    given: "Mapping[str, Any]",
    design: "NamedStudy | Sequence[Variation]",
    seeds: int,
    machine: "Machine",
    *,
    json: bool,
) -> None:
    from seq2see.evaluation.report import plain_table, styled
    from seq2see.study.forecast import forecast
    from seq2see.study.study import plan
    from seq2see.training.estimate import duration

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "study"
        planned = plan(given, place, design=design, num_seeds=seeds, say=console.note)
        with console.progress("rows", len(planned.rows)) as bar:
            rows = []
            for row in forecast(planned, machine):
                rows.append(row)
                bar.advance()
    total = sum(row.seconds for row in rows)
    if json:
        content = [
            {
                "label": row.row.label,
                "settings": dict(row.row.variation.settings),
                **({"reason": row.refusal} if row.refusal else {"parameters": row.parameters}),
                "seconds": row.seconds,
            }
            for row in rows
        ]
        typer.echo(json_format.dumps({"rows": content, "seconds": total}, indent=1))
        return
    table = plain_table(f"{len(rows)} rows, {seeds} of each", ["", "parameters", "training"])
    for row in rows:
        time = duration(row.seconds) if row.seconds else "as above"
        cells = [styled("refused", "red")] if row.refusal else [f"{row.parameters:,}", time]
        table.add_row(styled(row.row.label, ""), *cells)
    console.show(table)
    for row in rows:
        if row.refusal:
            typer.echo(f"{row.row.label}: {row.refusal}")
    typer.echo(f"About {duration(total)} for the updates in all.")
