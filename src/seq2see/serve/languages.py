"""Names of languages."""

from seq2see.extras import require


def name_of(code: str) -> str:
    """The English name of a language; its code where it has none."""
    langcodes = require("langcodes", feature="Names of languages", extra="serve")
    if not langcodes.tag_is_valid(code):
        return code
    return str(langcodes.Language.get(code).display_name())
