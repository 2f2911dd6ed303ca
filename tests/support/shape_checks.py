"""The type checker that jaxtyping's import hook puts around every function during tests."""

from collections.abc import Callable
from typing import Any, TypeVar

from beartype import beartype
from beartype.door import is_bearable
from beartype.roar import BeartypeDecorHintPep673Exception, BeartypeDecorHintPep3119Exception

Function = TypeVar("Function", bound=Callable[..., Any])

# `Self`, since the hook decorates methods one by one, without their class; and protocols that
# isinstance() does not know. mypy checks these.
UNCHECKABLE = (BeartypeDecorHintPep673Exception, BeartypeDecorHintPep3119Exception)


def checked(function: Function) -> Function:
    """Check arguments and results, except against the hints that cannot be checked at run time."""
    try:
        return beartype(function)
    except UNCHECKABLE:
        function.__annotations__ = {
            name: hint for name, hint in function.__annotations__.items() if _checkable(hint)
        }
        return beartype(function)


def _checkable(hint: Any) -> bool:
    try:
        is_bearable(None, hint)
    except UNCHECKABLE:
        return False
    return True
