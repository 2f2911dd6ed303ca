"""Words for unknown tokens, put into a translation after the search.

A model with a vocabulary of words says ``<unk>`` for every other word. What it meant can be read
off its attention: the source word that this step attends to most, by its translation in a
dictionary, or as it stands, which is right for names and numbers (Luong et al. 2015, section 4.1;
Jean et al. 2015, arXiv 1412.2007). The link is that of ``trace.links``, with one difference:
``</s>`` is no word, and does not compete.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from seq2see.data.dictionary import Dictionary
from seq2see.decoding.observing import target_axis
from seq2see.decoding.translation import Hypothesis, Observed, Replacement
from seq2see.tokenizer import Tokenizer, Tokens
from seq2see.tokens import UNK_ID
from seq2see.trace.links import token_links
from seq2see.trace.matrix import AttentionMatrix


@dataclass(frozen=True)
class UnknownReplacer:
    """Puts words in the place of unknown tokens."""

    tokenizer: Tokenizer
    """Of the target."""
    dictionary: Dictionary | None
    """Translations of source words; None: all are taken over as they are."""

    def replaced(self, hypothesis: Hypothesis, source: Tokens) -> Hypothesis:
        """Return a hypothesis of a source with words for its unknown tokens.

        One whose step attends to no source token, or to white space, stays unknown.
        """
        if UNK_ID not in hypothesis.ids or hypothesis.attention is None:
            return hypothesis
        found = self._replacements(hypothesis.ids, hypothesis.attention, source)
        words = {one.token: one.word for one in found}
        # A source token is taken over with the spaces that it has.
        texts = {
            one.token: one.word if one.translated else source.surfaces[one.source] for one in found
        }
        unknown = [texts.get(place) for place, i in enumerate(hypothesis.ids) if i == UNK_ID]
        return replace(
            hypothesis,
            text=self.tokenizer.decode(hypothesis.ids, unknown=unknown),
            tokens=tuple(words.get(place, name) for place, name in enumerate(hypothesis.tokens)),
            replaced=found,
            observe=partial(self._observe, hypothesis, unknown),
        )

    def _replacements(
        self, ids: Sequence[int], attention: AttentionMatrix, source: Tokens
    ) -> tuple[Replacement, ...]:
        weights = attention.values[:, : len(source.ids)]
        unknown = [place if token == UNK_ID else None for place, token in enumerate(ids)]
        links = token_links(weights, source.words, unknown)
        return tuple(
            self._replacement(there, here, source)
            for here, there in sorted(links, key=lambda link: link[1])
            if weights[there, here] > 0
        )

    def _replacement(self, token: int, attended: int, source: Tokens) -> Replacement:
        word = source.surfaces[attended].strip()
        translations = {} if self.dictionary is None else self.dictionary.translations
        return Replacement(token, attended, translations.get(word, word), word in translations)

    def _observe(self, hypothesis: Hypothesis, unknown: Sequence[str | None]) -> Observed:
        """The attention of a hypothesis, with its new words along its side."""
        attention = hypothesis.attention
        if attention is not None:
            axis = target_axis(
                self.tokenizer, hypothesis.ids, finished=hypothesis.finished, unknown=unknown
            )
            attention = AttentionMatrix(attention.values, axis, attention.source)
        return Observed(attention, hypothesis.attentions)
