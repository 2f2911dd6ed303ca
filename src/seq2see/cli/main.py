"""The entry point: finds the command, and turns errors into one sentence and an exit code.

Exit codes: 0 done, 1 failed, 2 misuse, 130 interrupted. A command's module is imported when the
command is asked for, and imports nothing heavy before it runs: ``--help`` must stay quick.
"""

import errno
import io
import os
import signal
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from seq2see import console, processes
from seq2see.errors import Seq2seeError, UsageError

# In the order of the help page, with what it says. To add a command, add it here: its function has
# the name of its module, or the module has an `app` of several commands.
COMMANDS = {
    "demo": "Train on built-in sentences, evaluate, write the page.",
    "doctor": "Look at sentence pairs before you train on them.",
    "train": "Train a model on sentence pairs.",
    "translate": "Translate texts, files or standard input.",
    "figure": "Draw what a run computed, or how it learned.",
    "show": "Show step by step what a run computes, in a page.",
    "serve": "Serve runs to other programs and people.",
    "evaluate": "Translate a test set and score it.",
    "study": "Train a grid of settings and compare them.",
    "align": "Align the words of given pairs by attention.",
    "aer": "Alignment error rate, precision and recall.",
    "archs": "List the architectures with their parameter counts.",
    "data": "List and fetch public corpora.",
}
# Commands that share their work out where `torchrun` starts several processes.
SHARED = ("train", "translate")
SETTINGS: dict[str, Any] = {
    "rich_markup_mode": None,  # starts in a third of the time
    "pretty_exceptions_enable": False,
    "add_completion": False,
}


class Commands(MutableMapping[str, Any]):
    """The commands by name, each imported when it is looked up.

    Args:
        loaded: Further ones.
    """

    def __init__(self, loaded: Mapping[str, Any]) -> None:
        self._loaded = dict(loaded)

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            if name not in COMMANDS:
                raise KeyError(name)
            module = import_module(f"seq2see.cli.{name}")
            app = getattr(module, "app", None)
            if app is None:
                app = typer.Typer(**SETTINGS)
                app.command(name, cls=getattr(module, "COMMAND", None))(getattr(module, name))
            self._loaded[name] = typer.main.get_command(app)
        return self._loaded[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*COMMANDS, *self._loaded)))

    def __len__(self) -> int:
        return len({*COMMANDS, *self._loaded})


class CommandLine(TyperGroup):
    """The group of all commands; what a user can cause ends here."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = Commands(self.commands)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """Name them without loading them."""
        return list(COMMANDS)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Describe them without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

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
    **SETTINGS,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


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


def describe(error: OSError) -> str:  # noqa: PLR0911 - one for each kind
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
            folder = Path(error.filename or ".").parent
            if folder.exists():
                return f"There is no file or directory {name}; check the path."
            return f"There is no folder `{folder}` for {name}; make it, or check the path."
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
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
    try:
        with processes.one_voice():
            app(prog_name="seq2see")
    finally:
        _flush()


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Ctrl-C: as always, but at once while PyTorch starts, which swallows what is raised in it."""
    starting = getattr(sys.modules.get("torch"), "__spec__", None)
    if getattr(starting, "_initializing", False):
        console.error("interrupted")
        os._exit(130)  # nothing has been begun that could be left half done
    signal.default_int_handler(number, frame)


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
