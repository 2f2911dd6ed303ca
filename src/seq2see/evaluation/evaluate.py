"""Evaluate a run on sentence pairs: translate, score, force the references."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from seq2see.data.clean import clean_pairs, resolve
from seq2see.data.pair import Pair
from seq2see.data.prepared import Prepared
from seq2see.decoding.translator import Settings, Translator
from seq2see.errors import DataError
from seq2see.evaluation.alignment import Alignment, AlignmentScore, score_alignments
from seq2see.evaluation.bootstrap import Difference, compare, intervals
from seq2see.evaluation.by_length import by_length, word_lengths
from seq2see.evaluation.forced import Forced, force
from seq2see.evaluation.links import hard_links, links_between_units, links_between_words
from seq2see.evaluation.report import Evaluation
from seq2see.evaluation.scores import Measured, bleu_tokenizer, measure
from seq2see.tokenizer import Tokens


@dataclass(frozen=True)
class Evaluated:
    """An evaluation and the translations it is of."""

    evaluation: Evaluation
    pairs: list[Pair]
    """The pairs after the run's cleaning."""
    translations: list[str]
    measured: Measured


def evaluate(
    translator: Translator,
    pairs: Sequence[Pair],
    *,
    gold: Sequence[Alignment] | None = None,
    against: Translator | None = None,
    settings: Settings | None = None,
    advance: Callable[[int], None] = lambda _: None,
) -> Evaluated:
    """Evaluate on pairs, cleaned as the run's training data were.

    Args:
        translator: The run's translator.
        pairs: Sources and references.
        gold: Gold alignment of each pair, in white-space-separated words; None: that of the pairs
            themselves, where every pair has one.
        against: Another run to compare with.
        settings: How to translate; see ``Settings``.
        advance: Told how many sentences are done.

    Raises:
        DataError: There is no pair, or a pair without a source or reference, or not one gold
            alignment for each.
    """
    if not pairs:
        raise DataError("There is nothing to evaluate on: the corpus has no pairs.")
    cleaned, _ = clean_pairs(pairs, resolve(translator.config.data.clean))
    for pair in cleaned:
        if not pair.source.strip() or not pair.target.strip():
            raise DataError(
                f"{pair.where or 'A pair'} has an empty side, so that it cannot be scored; remove "
                "that line."
            )
    if gold is not None and len(gold) != len(pairs):
        raise DataError(
            f"There are {len(gold)} gold alignments for {len(pairs)} pairs; give one line each."
        )
    _refuse_links_outside(pairs, gold or ())
    _, target = translator.config.data.languages or (None, None)
    tokenize = bleu_tokenizer(target)
    measured, translations = _translate(translator, cleaned, settings or {}, tokenize, advance)
    sources = [translator.source_tokenizer.encode(pair.source) for pair in cleaned]
    targets = [translator.target_tokenizer.encode(pair.target) for pair in cleaned]
    has_gold = gold is not None or all(pair.alignment is not None for pair in cleaned)
    forced = force(
        translator.model,
        Prepared.from_ids([side.ids for side in sources], [side.ids for side in targets]),
        with_attention=has_gold,
    )
    differences: tuple[Difference, ...] = ()
    if against is not None:
        other, _ = _translate(against, cleaned, settings or {}, tokenize, advance)
        differences = compare(measured, other)
    evaluation = Evaluation(
        num_sentences=len(measured),
        scores=measured.scores(),
        intervals=intervals(measured),
        token_accuracy=forced.token_accuracy,
        perplexity=forced.perplexity,
        alignment=_aligned(cleaned, gold, forced, sources, targets),
        by_length=by_length(measured, source_lengths(translator, cleaned)),
        against=differences,
    )
    return Evaluated(evaluation, cleaned, translations, measured)


def _refuse_links_outside(pairs: Sequence[Pair], gold: Sequence[Alignment]) -> None:
    """Refuse gold that does not belong to these pairs, or whose indices start at 1.

    Raises:
        DataError: A link points beyond the words of its pair.
    """
    for number, (pair, alignment) in enumerate(zip(pairs, gold, strict=bool(gold)), start=1):
        sizes = len(pair.source.split()), len(pair.target.split())
        for link in sorted(alignment.possible | alignment.sure):
            if link[0] >= sizes[0] or link[1] >= sizes[1]:
                raise DataError(
                    f"Gold alignment {number} has the link {link[0]}-{link[1]} (counted from 0), "
                    f"but its pair has {sizes[0]} and {sizes[1]} words; check that gold and corpus "
                    "belong together, and whether the gold counts from 1 (`--gold-base 1`)."
                )


def source_lengths(translator: Translator, pairs: Sequence[Pair]) -> list[int]:
    """Source lengths in words; in characters where the language is written without spaces."""
    source, _ = translator.config.data.languages or (None, None)
    texts = [pair.source for pair in pairs]
    if bleu_tokenizer(source) == "13a":
        return word_lengths(texts)
    return [len("".join(text.split())) for text in texts]


def _translate(
    translator: Translator,
    pairs: Sequence[Pair],
    settings: Settings,
    tokenize: str,
    advance: Callable[[int], None],
) -> tuple[Measured, list[str]]:
    translations: list[str] = []
    for translation in translator.stream([pair.source for pair in pairs], **settings):
        translations.append(translation.text)
        advance(1)
    references = [pair.target for pair in pairs]
    return measure(translations, references, tokenize=tokenize), translations


def _aligned(
    pairs: Sequence[Pair],
    gold: Sequence[Alignment] | None,
    forced: Forced,
    sources: Sequence[Tokens],
    targets: Sequence[Tokens],
) -> AlignmentScore | None:
    """Score hard attention against gold, in the units of the gold."""
    if forced.attention is None:
        return None
    predicted, known = [], []
    for index, (pair, weights, source, target) in enumerate(
        zip(pairs, forced.attention, sources, targets, strict=True)
    ):
        links = hard_links(weights, len(source.ids), len(target.ids))
        if gold is None:
            units = links_between_units(pair, links, source.offsets, target.offsets)
            predicted.append(units.predicted)
            known.append(units.gold)
        else:
            texts = (pair.source, pair.target)
            predicted.append(links_between_words(*texts, links, source.offsets, target.offsets))
            known.append(gold[index])
    return score_alignments(predicted, known)
