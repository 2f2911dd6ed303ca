"""How scores are called where people read them, and which way is up."""

TITLES = {"bleu": "BLEU", "chrf": "chrF2", "ter": "TER", "exact_match": "exact match"}
"""Scores of every evaluation."""
METRIC_TITLES = {
    "wer": "word error rate",
    "per": "phoneme error rate",
    "cer": "character error rate",
    "tag_accuracy": "tag accuracy",
    "span_f1": "F1 of entities",
    "macro_f1": "F1, mean of classes",
}
"""Scores of ``evaluate.metrics``."""
FORCED_TITLES = {
    "token_accuracy": "token accuracy",
    "perplexity": "perplexity",
    "aer": "alignment error rate",
}
"""What forced decoding of the references gives."""
SHARES = frozenset({"exact_match", "token_accuracy", "aer", *METRIC_TITLES})
"""Scores from 0 to 1, shown in percent."""
LOWER_IS_BETTER = frozenset({"ter", "perplexity", "aer", "wer", "per", "cer"})
