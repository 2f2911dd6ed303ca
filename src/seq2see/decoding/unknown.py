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

import numpy as np
from numpy.typing import NDArray

from seq2see.data.dictionary import Dictionary
from seq2see.decoding.engine import batches
from seq2see.decoding.observing import forced_attention, source_of, target_axis
from seq2see.decoding.translation import Hypothesis, Observed, Replacement, Translation
from seq2see.models.interface import Seq2seq
from seq2see.tokenizer import Tokenizer, Tokens
from seq2see.tokens import UNK_ID
from seq2see.trace.links import token_links
from seq2see.trace.matrix import AttentionMatrix

BATCH_TOKENS = 4096
"""Largest batch in tokens of the longer side, padding included."""


@dataclass(frozen=True, eq=False)
class UnknownReplacer:
    """Puts words in the place of unknown tokens."""

    model: Seq2seq
    """Whose attention counts; in evaluation mode."""
    tokenizer: Tokenizer
    """Of the target."""
    dictionary: Dictionary | None
    """Translations of source words; None: all are taken over as they are."""

    def replaced(
        self, sources: Sequence[Tokens], translations: Sequence[Translation]
    ) -> list[Translation]:
        """Return translations with words for the unknown tokens of all their hypotheses.

        A token whose step attends to no source token, or to white space, stays unknown. Nothing is
        computed for hypotheses without such tokens.

        Args:
            sources: What the model read for each translation.
            translations: As they were found.
        """
        found = self._find(sources, translations)
        return [
            replace(
                translation,
                hypotheses=tuple(
                    self._with_words(hypothesis, found.get((place, rank), ()), source)
                    for rank, hypothesis in enumerate(translation.hypotheses)
                ),
            )
            for place, (source, translation) in enumerate(zip(sources, translations, strict=True))
        ]

    def _find(
        self, sources: Sequence[Tokens], translations: Sequence[Translation]
    ) -> dict[tuple[int, int], tuple[Replacement, ...]]:
        """Replacements by place and rank of the hypothesis, looked for in batches."""
        wanted = [
            (place, rank, hypothesis.ids)
            for place, translation in enumerate(translations)
            for rank, hypothesis in enumerate(translation.hypotheses)
            if UNK_ID in hypothesis.ids
        ]
        device = next(self.model.parameters()).device
        lengths = [max(len(sources[place].ids), len(ids)) + 1 for place, _, ids in wanted]
        found = {}
        for chosen in batches(lengths, BATCH_TOKENS):
            part = [wanted[number] for number in chosen]
            read = source_of([sources[place].ids for place, _, _ in part], device)
            attention = forced_attention(self.model, read, [ids for _, _, ids in part])
            for (place, rank, ids), weights in zip(part, attention, strict=True):
                found[place, rank] = self._replacements(ids, weights, sources[place])
        return found

    def _with_words(
        self, hypothesis: Hypothesis, found: tuple[Replacement, ...], source: Tokens
    ) -> Hypothesis:
        if not found:
            return hypothesis
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
        self, ids: Sequence[int], weights: NDArray[np.floating], source: Tokens
    ) -> tuple[Replacement, ...]:
        weights = weights[: len(ids), : len(source.ids)]
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
