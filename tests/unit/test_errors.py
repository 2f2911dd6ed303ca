"""The exception tree, its exit codes, and the hints at what was meant."""

import inspect
import re

import pytest

from seq2see import errors
from seq2see.errors import MissingExtraError, Seq2seeError, nearest

TREE = sorted(
    (
        value
        for _, value in inspect.getmembers(errors, inspect.isclass)
        if issubclass(value, Exception)
    ),
    key=lambda value: value.__name__,
)


def test_docstring_draws_the_tree_that_exists() -> None:
    drawn: dict[str, str] = {}
    open_at: dict[int, str] = {}
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r"^ {4}([│├└─ ]*)(\w+Error)\b", line):
            depth, name = len(found[1]) // 4, found[2]
            open_at[depth] = name
            drawn[name] = open_at[depth - 1] if depth else "Exception"
    assert drawn == {kind.__name__: kind.__mro__[1].__name__ for kind in TREE}


@pytest.mark.parametrize("kind", TREE)
def test_misuse_exits_with_2_and_failure_with_1(kind: type[Seq2seeError]) -> None:
    assert kind.exit_code == (2 if issubclass(kind, errors.UsageError) else 1)


def test_missing_extra_names_the_command_that_installs_it() -> None:
    message = "Event files needs the optional extra `tensorboard`; install it with "
    with pytest.raises(MissingExtraError, match=re.escape(message + "`pip install 'seq2see[ten")):
        raise MissingExtraError("Event files", "tensorboard")


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        ("luong2016", ["luong2015", "cho2014"], "; did you mean `luong2015`?"),
        ("train.le", ["train.lr", "data.clean"], "; did you mean `train.lr`?"),
        ("zzz", ["luong2015", "cho2014"], "."),
        ("anything", [], "."),
    ],
)
def test_nearest(word: str, known: list[str], expected: str) -> None:
    assert nearest(word, known) == expected


def test_nearest_ends_as_told_when_nothing_is_near() -> None:
    assert nearest("zzz", ["cho2014"], "; `archs` lists them.") == "; `archs` lists them."
