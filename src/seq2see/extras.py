"""Optional dependencies: imported when first needed, and named when they are missing."""

import importlib
from typing import Any

from seq2see.errors import MissingExtraError


def require(module: str, *, feature: str, extra: str) -> Any:
    """Import an optional module.

    Args:
        module: Its name, as Python imports it.
        feature: What needs it, as the beginning of a sentence.
        extra: The extra of this package that installs it.

    Raises:
        MissingExtraError: It is not installed.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or module.partition(".")[0] != error.name.partition(".")[0]:
            raise  # it is there, but something that it needs is not
        raise MissingExtraError(feature, extra) from None
