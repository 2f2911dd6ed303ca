"""Live pages: they hold the weights of a model, and translate whatever is typed into them."""

from collections.abc import Iterable, Mapping
from typing import Any

from seq2see import console
from seq2see.decoding.translator import Translator
from seq2see.errors import UsageError
from seq2see.trace.record import Trace
from seq2see.views.packed import pack
from seq2see.views.page import Language, Model, Sentence, page

USUAL = 3_000_000
"""Parameters up to which a page is live unless it is said otherwise: about 8 MB."""
MOST = 10_000_000
"""Parameters up to which a page can be live."""


def page_of_translators(
    translators: Mapping[str, Translator],
    texts: Iterable[str],
    *,
    live: bool | None = None,
    title: str | None = None,
    language: Language = "en",
) -> str:
    """Translate sentences, and write a page that shows how.

    Args:
        translators: By the names that the page gives them.
        texts: The sentences.
        live: Whether the weights go into the page; None: those of small models.
        title: Of the page; None: the first sentence and its translation.
        language: Of the interface.

    Raises:
        UsageError: A model is too large for a live page.
    """
    models = [
        Model(name, translator.info, packed(translator, live))
        for name, translator in translators.items()
    ]
    sentences = [
        Sentence(text, tuple(_trace(translator, text) for translator in translators.values()))
        for text in texts
    ]
    return page(models, sentences, title=title, language=language)


def _trace(translator: Translator, text: str) -> Trace:
    translation = translator.translate(text)
    for warning in translation.warnings:
        console.warning(warning)
    return translation.trace()


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
    return pack(translator)
