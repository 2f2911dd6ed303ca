"""Evaluate a run on sentence pairs: translate, score, force the references."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from seq2see.config import MetricName
from seq2see.data.clean import clean_pairs, resolve
from seq2see.data.pair import Pair
from seq2see.data.prepared import Prepared
from seq2see.decoding.settings import Settings
from seq2see.decoding.translator import Translator
from seq2see.errors import DataError
from seq2see.evaluation.alignment import SHIFTS, Alignment, AlignmentScore, Tally
from seq2see.evaluation.bootstrap import Difference, compare, intervals
from seq2see.evaluation.by_length import by_length, word_lengths
from seq2see.evaluation.forced import Figures, force
from seq2see.evaluation.links import against_gold, check_gold
from seq2see.evaluation.metrics import measures
from seq2see.evaluation.report import Evaluation
from seq2see.evaluation.scores import Measured, bleu_tokenizer, measure
from seq2see.trace.links import token_links


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
    metrics: Sequence[MetricName] | None = None,
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
        metrics: Scores of other fields; None: those of the run's ``evaluate.metrics``.
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
    if gold is not None:
        check_gold(pairs, gold)
    _, target = translator.config.data.languages or (None, None)
    tokenize = bleu_tokenizer(target)
    names = translator.config.evaluate.metrics if metrics is None else tuple(metrics)

    def translated(one: Translator) -> tuple[Measured, list[str]]:
        translations = _translate(one, cleaned, settings or {}, advance)
        references = [pair.target for pair in cleaned]
        measured = measure(translations, references, tokenize=tokenize)
        return replace(measured, others=measures(names, translations, references)), translations

    measured, translations = translated(translator)
    figures, alignments = _force(translator, cleaned, gold)
    differences: tuple[Difference, ...] = ()
    if against is not None:
        other, _ = translated(against)
        differences = compare(measured, other)
    evaluation = Evaluation(
        num_sentences=len(measured),
        scores=measured.scores(),
        intervals=intervals(measured),
        token_accuracy=figures.token_accuracy,
        perplexity=figures.perplexity,
        alignment=alignments.get(0),
        alignment_by_shift={shift: one.aer for shift, one in alignments.items()},
        by_length=by_length(measured, source_lengths(translator, cleaned)),
        against=differences,
    )
    return Evaluated(evaluation, cleaned, translations, measured)


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
    advance: Callable[[int], None],
) -> list[str]:
    translations: list[str] = []
    for translation in translator.stream([pair.source for pair in pairs], **settings):
        translations.append(translation.text)
        advance(1)
    return translations


def _force(
    translator: Translator, pairs: Sequence[Pair], gold: Sequence[Alignment] | None
) -> tuple[Figures, dict[int, AlignmentScore]]:
    """Force the references; score hard attention by shift, in the units of the gold, if any."""
    sources = [translator.source_tokenizer.encode(pair.source) for pair in pairs]
    targets = [translator.target_tokenizer.encode(pair.target) for pair in pairs]
    has_gold = gold is not None or all(pair.alignment is not None for pair in pairs)
    corpus = Prepared.from_ids([one.ids for one in sources], [one.ids for one in targets])
    figures, tallies = Figures(), {shift: Tally() for shift in SHIFTS}
    scored = False
    for forced in force(translator.model, corpus, with_attention=has_gold):
        figures += forced.figures
        if forced.attention is None:
            continue
        scored = True
        source, target = sources[forced.row], targets[forced.row]
        known = None if gold is None else gold[forced.row]
        units, reference = against_gold(pairs[forced.row], source.offsets, target.offsets, known)
        for shift, tally in tallies.items():
            links = token_links(forced.attention, source.words, target.words, shift=shift)
            tally.add(units.carry(links), reference)
    return figures, {shift: one.score() for shift, one in tallies.items()} if scored else {}
