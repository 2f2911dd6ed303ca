"""Live pages: whether the weights of a model go into a page, so that it translates by itself."""

from typing import Any

from seq2see import console
from seq2see.decoding.translator import Translator
from seq2see.errors import UsageError

USUAL = 3_000_000
"""Parameters up to which a page is live unless it is said otherwise: about 8 MB."""
MOST = 10_000_000
"""Parameters up to which a page can be live."""


def packed(translator: Translator, live: bool | None) -> dict[str, Any] | None:
    """The weights for a page, where they go into it.

    Args:
        translator: The model.
        live: Whether they should; None: where the model is small.

    Raises:
        UsageError: They should, but the model is too large.
    """
    parameters = translator.info.num_parameters
    if live and parameters > MOST:
        raise UsageError(
            f"A live page holds models up to {MOST:,} parameters, but this one has "
            f"{parameters:,}; leave `--live` out, and the page shows the sentences that you give."
        )
    if live is None and parameters > USUAL:
        console.note(
            f"the page shows the given sentences only: the weights, {parameters:,} parameters, "
            f"are left out above {USUAL:,}; --live puts them in."
        )
        return None
    if live is False:
        return None
    from seq2see.views.packed import pack

    return pack(translator)
