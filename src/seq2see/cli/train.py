"""``seq2see train``: from sentence pairs to a run directory, or on with one."""

from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from seq2see import api
from seq2see import config as configuration
from seq2see.cli import options
from seq2see.errors import UsageError


class TrainCommand(TyperCommand):
    """Lists the settings below the options."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write every setting with its meaning."""
        super().format_epilog(ctx, formatter)
        with formatter.section("Settings, for --set KEY=VALUE and for --config files"):
            docs = configuration.field_docs().items()
            formatter.write_dl([(key, doc.replace("``", "`")) for key, doc in docs], col_max=30)


COMMAND = TrainCommand


def train(
    data: Annotated[
        list[str] | None,
        typer.Argument(metavar="DATA...", help="Training corpora; see `seq2see doctor --help`."),
    ] = None,
    *,
    out: Annotated[str, typer.Option("--out", metavar="RUN", help="The run directory.")],
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
    resume: Annotated[
        bool, typer.Option("--resume", help="Continue RUN from its newest checkpoint.")
    ] = False,
    more: Annotated[
        int | None,
        typer.Option(
            "--more",
            min=1,
            help="With --resume: so many further updates, instead of `train.max_updates` in all.",
        ),
    ] = None,
    device: options.Device = None,
    threads: options.Threads = None,
) -> None:
    """Train a model on sentence pairs."""
    settings = options.settings(
        split=split,
        split_by=split_by,
        clean=clean,
        columns=columns,
        features=features,
        separator=separator,
        sets=set_,
    )
    if resume:
        named = {
            "DATA": data, "--valid": valid, "--test": test, "--pair": pair, "--arch": arch,
            "--size": size, "--config": config, "--split": split, "--split-by": split_by,
            "--clean": clean, "--columns": columns, "--features": features,
            "--separator": separator,
        }  # fmt: skip
        for name, value in named.items():
            if value:
                raise UsageError(
                    f"`{name}` cannot go with --resume, which takes everything from `{out}`; leave "
                    "it out."
                )
        api.resume(out, more=more, settings=settings, device=device, threads=threads)
    else:
        if more is not None:
            raise UsageError("`--more` goes with --resume; use `--set train.max_updates=N`.")
        if not data and config is None:
            raise UsageError(
                "`seq2see train` needs a corpus; give a file of pairs, a prefix or `builtin:NAME`."
            )
        api.train(
            data or (),
            out=out,
            valid=valid or (),
            test=test or (),
            pair=pair,
            arch=arch,
            size=size,
            config=config,
            settings=settings,
            device=device,
            threads=threads,
        )
    typer.echo(f"Wrote {out}. Next: seq2see translate {out}; seq2see evaluate {out}")
