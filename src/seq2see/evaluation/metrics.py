"""The scores of other fields than translation, by the names that ``evaluate.metrics`` knows."""

from collections.abc import Callable, Mapping, Sequence

from seq2see.config import MetricName
from seq2see.evaluation.edits import character_error_rate, phoneme_error_rate, word_error_rate
from seq2see.evaluation.labels import macro_f1, span_f1, tag_accuracy
from seq2see.evaluation.scores import Measure

_METRICS: Mapping[MetricName, Callable[[Sequence[str], Sequence[str]], Measure]] = {
    "wer": word_error_rate,
    "per": phoneme_error_rate,
    "cer": character_error_rate,
    "tag_accuracy": tag_accuracy,
    "span_f1": span_f1,
    "macro_f1": macro_f1,
}


def measures(
    names: Sequence[MetricName], hypotheses: Sequence[str], references: Sequence[str]
) -> tuple[Measure, ...]:
    """Count the statistics of the named scores; all of them are shares of the corpus.

    Args:
        names: Which scores.
        hypotheses: Translations.
        references: One for each translation.
    """
    return tuple(_METRICS[name](hypotheses, references) for name in names)
