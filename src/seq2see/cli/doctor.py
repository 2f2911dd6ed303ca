"""``seq2see doctor``: look before you train."""

import json as json_format
from pathlib import Path
from typing import Annotated

import typer

from seq2see import api, console
from seq2see.cli import options


def doctor(
    data: options.Data,
    *,
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
    rejects: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write every pair that training would not use, and why."),
    ] = None,
    json: options.Json = False,
) -> None:
    """Examine sentence pairs the way training would read them.

    Exit code 1 if training would be pointless.
    """
    from seq2see.data.doctor_view import summary, table
    from seq2see.data.rejects import write_rejects
    from seq2see.training.examination import train_and_examine

    settings = options.settings(
        split=split,
        split_by=split_by,
        clean=clean,
        columns=columns,
        features=features,
        separator=separator,
        sets=set_,
    )
    resolved = api.configure(
        data,
        valid=valid or (),
        test=test or (),
        pair=pair,
        arch=arch,
        size=size or "tiny",
        config=config,
        settings=settings,
    )
    diagnosis = train_and_examine(resolved, note=console.note)
    if json:
        typer.echo(json_format.dumps(diagnosis.to_json(), ensure_ascii=False, indent=2))
    else:
        console.results().print(summary(diagnosis))
        console.results().print()
        console.show(table(diagnosis))
    if rejects is not None:  # last: a file that cannot be written must not cost the diagnosis
        write_rejects(rejects, diagnosis.rejects)
    if diagnosis.fatal:
        raise typer.Exit(1)
