"""Which of the languages at hand a text is in."""

import unicodedata
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from seq2see.extras import require

_TYPICAL = 200
"""Letters of a text that are looked at, and what is between them; more change little."""
_READ = 4_000
"""Characters among which they are looked for."""


class Detected(NamedTuple):
    """A language and how sure that is."""

    language: str
    confidence: float
    """0 to 1; those of all languages at hand sum to 1."""


@dataclass(frozen=True)
class Detector:
    """Tells languages apart by the n-grams of ``py3langid``, among a few of them.

    Languages that it does not know, such as ``tlh``, are never detected.

    Args:
        languages: Codes, most likely ones first: they win where a text tells nothing.
    """

    languages: Sequence[str]

    def rank(self, text: str) -> list[Detected]:
        """Return all languages, the likeliest first; equal ones in the order they were given."""
        known = [one for one in self.languages if one.partition("-")[0] in _labels()]
        others = [Detected(one, 0.0) for one in self.languages if one not in known]
        sample = _sample(text)
        if not known:
            return others
        if not sample:
            return [Detected(one, 1 / len(known)) for one in known] + others
        shares = dict(_identifier(frozenset(one.partition("-")[0] for one in known)).rank(sample))
        found = [Detected(one, float(shares[one.partition("-")[0]])) for one in known]
        return sorted(found, key=lambda one: -one.confidence) + others


def _sample(text: str) -> str:
    """The first words of a text, without what is of no language."""
    kinds = ((character, unicodedata.category(character)[0]) for character in text[:_READ])
    words = "".join(character if kind in "LM" else " " for character, kind in kinds)
    return " ".join(words.split())[:_TYPICAL]


@cache
def _labels() -> frozenset[str]:
    return frozenset(map(str, _all_languages().labels))


@cache
def _identifier(languages: frozenset[str]) -> Any:
    identifier = copy(_all_languages())
    identifier.set_languages(sorted(languages))
    return identifier


@cache
def _all_languages() -> Any:
    langid = require("py3langid.langid", feature="Detecting languages", extra="serve")
    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
