"""The entry point: registers the commands, and turns errors into one sentence and an exit code.

Exit codes: 0 done, 1 failed, 2 misuse, 130 interrupted. Command modules are imported here, so none
of them imports anything heavy before it runs: ``--help`` must stay quick.
"""

import errno
import io
import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from seq2see import console, processes
from seq2see.cli import (
    aer,
    align,
    archs,
    data,
    demo,
    doctor,
    evaluate,
    figure,
    show,
    study,
    train,
    translate,
)
from seq2see.errors import Seq2seeError, UsageError

# In the order of the help page. To add a command, add its function here.
COMMANDS = (
    demo.demo,
    doctor.doctor,
    train.train,
    translate.translate,
    figure.figure,
    show.show,
    evaluate.evaluate,
    study.study,
    align.align,
    aer.aer,
    archs.archs,
)
# Commands with commands of their own.
GROUPS = (data.app,)
# Commands that share their work out where `torchrun` starts several processes.
SHARED = ("train", "translate")


class CommandLine(TyperGroup):
    """The group of all commands; what a user can cause ends here."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find a command.

        Raises:
            UsageError: Several processes would all do the same.
        """
        name, command, rest = super().resolve_command(ctx, args)
        if processes.Place.given().size > 1 and name not in SHARED:
            raise UsageError(
                f"`seq2see {name}` works in one process, and only {' and '.join(SHARED)} work in "
                "several; start it without `torchrun`."
            )
        return name, command, rest

    def invoke(self, ctx: Any) -> Any:
        """Run a command. Errors of usage and broken pipes are left to Typer."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except KeyboardInterrupt:
            console.error("interrupted")
            raise typer.Exit(130) from None
        except (Seq2seeError, OSError) as error:
            if ctx.params["debug"]:
                raise
            code = error.exit_code if isinstance(error, Seq2seeError) else 1
            with processes.speaking():
                console.error(describe(error) if isinstance(error, OSError) else str(error))
            raise typer.Exit(code) from None


app = typer.Typer(
    cls=CommandLine,
    rich_markup_mode=None,  # starts in a third of the time
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
for command in COMMANDS:
    app.command(cls=train.TrainCommand if command is train.train else None)(command)

for group in GROUPS:
    app.add_typer(group)


def _print_version(wanted: bool) -> bool:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"seq2see {version('seq2see')}")
        raise typer.Exit
    return wanted


@app.callback()
def seq2see(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the whole traceback of an error.")
    ] = False,
) -> None:
    """Train, run and look inside sequence-to-sequence models with attention."""


def describe(error: OSError) -> str:
    """Say in one sentence what the operating system refused."""
    name = f"`{error.filename}`" if error.filename else "the output"
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return f"The disk is full, so {name} could not be written; free some space."
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return (
                f"There is no permission to use {name}; change its permissions or choose another."
            )
        case errno.ENOENT:
            return f"There is no file or directory {name}; check the path."
        case errno.EISDIR:
            return f"{name} is a directory, but must be a file; check the path."
        case errno.ENOTDIR:
            return f"{name} lies in something that is not a directory; check the path."
        case _:
            return f"The system could not use {name}: {error.strerror or error}."


def main() -> None:
    """Run the command line and exit."""
    # Text is UTF-8 in and out, whatever the locale says: it is read so too, and in any script.
    for stream, errors in ((sys.stdout, "surrogateescape"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)
    try:
        with processes.one_voice():
            app(prog_name="seq2see")
    finally:
        _flush()


def _flush() -> None:
    """Write out what was printed, and drop it quietly where nobody reads it any more.

    Otherwise the interpreter complains on its way out.
    """
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno == errno.EPIPE:
            sys.exit(1)
        console.error(describe(error))
        sys.exit(1)
