"""Errors become one sentence and an exit code; nothing a user causes shows a traceback."""

import errno
import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from seq2see.cli import main
from seq2see.errors import ConfigError, DataError, Seq2seeError


def failing(error: BaseException) -> typer.Typer:
    """The real group with one command, which raises."""
    app = typer.Typer(cls=main.CommandLine, pretty_exceptions_enable=False)
    app.callback()(main.seq2see)

    @app.command()
    def fail() -> None:
        raise error

    return app


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (DataError("No pairs."), 1, "No pairs."),
        (ConfigError("No such key."), 2, "No such key."),
        (Seq2seeError("Something."), 1, "Something."),
        (KeyboardInterrupt(), 130, "interrupted"),
        (OSError(errno.ENOSPC, "full", "a.txt"), 1, "The disk is full, so `a.txt` could not be"),
        (OSError(errno.ENOSPC, "full"), 1, "The disk is full, so the output could not be written"),
        (PermissionError(errno.EACCES, "no", "a.txt"), 1, "There is no permission to use `a.txt`;"),
        (
            FileNotFoundError(errno.ENOENT, "no", "a.txt"),
            1,
            "There is no file or directory `a.txt`",
        ),
        (
            FileNotFoundError(errno.ENOENT, "no", "no/such/a.txt"),
            1,
            "There is no folder `no/such` for `no/such/a.txt`; make it, or",
        ),
        (IsADirectoryError(errno.EISDIR, "no", "a"), 1, "`a` is a directory, but must be a file"),
        (
            NotADirectoryError(errno.ENOTDIR, "no", "a/b"),
            1,
            "`a/b` lies in something that is not a",
        ),
        (OSError(errno.EIO, "I/O error", "a"), 1, "The system could not use `a`: I/O error."),
    ],
)
def test_errors_are_one_sentence(error: BaseException, code: int, message: str) -> None:
    result = CliRunner().invoke(failing(error), ["fail"])
    assert result.exit_code == code
    assert result.stdout == ""
    assert result.stderr.startswith(f"seq2see: error: {message}")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("error", [DataError("No pairs."), PermissionError(errno.EACCES, "no")])
def test_debug_shows_the_traceback(error: Exception) -> None:
    result = CliRunner().invoke(failing(error), ["--debug", "fail"])
    assert result.exception is error


def test_bugs_are_not_hidden() -> None:
    result = CliRunner().invoke(failing(ZeroDivisionError()), ["fail"])
    assert isinstance(result.exception, ZeroDivisionError)


def seq2see(*arguments: str, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "seq2see", *arguments],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )


def test_version_is_the_installed_one() -> None:
    assert seq2see("--version").stdout == f"seq2see {version('seq2see')}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["trian"], "No such command 'trian'"),
        (["archs", "--vocap", "3"], "No such option"),
        (["archs", "--vocab", "many"], "Input should be a valid integer"),
        (["archs", "--vocab", "1"], "greater than or equal to 5"),
    ],
)
def test_misuse_exits_with_2(arguments: list[str], message: str) -> None:
    done = seq2see(*arguments)
    assert done.returncode == 2
    assert re.search(re.escape(message), done.stderr)
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_is_no_reason_to_complain() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = seq2see("archs", stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")


def test_a_full_disk_under_standard_output() -> None:
    with Path("/dev/full").open("w") as full:
        done = seq2see("archs", stdout=full.fileno())
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("seq2see: error: The disk is full, so the output could not")


def test_interrupt_exits_with_130() -> None:
    code = (
        "import os, signal, sys\n"
        "from seq2see.cli import archs, main\n"
        "archs.parameter_count = lambda *_: os.kill(os.getpid(), signal.SIGINT)\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "sys.argv = ['seq2see', 'archs']; main.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (130, "seq2see: error: interrupted\n")


def test_output_is_utf8_whatever_the_locale(tmp_path: Path) -> None:
    name = tmp_path / "\u092e\u0930\u093e\u0920\u0940"
    done = subprocess.run(
        [sys.executable, "-m", "seq2see", "aer", name, name],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"`{name}` cannot be read" in done.stderr.decode()


STARTING = """
import os, signal, sys, types
from importlib.machinery import ModuleSpec
from seq2see.cli import main as command_line

# A shell lets what it starts in the background ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)

def app(**_):
    torch = types.ModuleType("torch")
    torch.__spec__ = ModuleSpec("torch", None)
    torch.__spec__._initializing = sys.argv[1] == "starting"
    sys.modules["torch"] = torch
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt:
        print("swallowed")

command_line.app = app
command_line.main()
"""


@pytest.mark.parametrize(
    ("moment", "expected"),
    [("starting", (130, "", "seq2see: error: interrupted\n")), ("later", (0, "swallowed\n", ""))],
)
def test_ctrl_c_is_heard_while_torch_starts(moment: str, expected: tuple[int, str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", STARTING, moment], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == expected
