"""Which runs may translate as one: those that read and say the same tokens."""

from collections.abc import Sequence
from dataclasses import replace

from seq2see.config import Config
from seq2see.data.clean import resolve
from seq2see.errors import ConfigError
from seq2see.models.ensemble import Ensemble
from seq2see.run import Run
from seq2see.tokenizer import Tokenizer


def ensemble(runs: Sequence[Run]) -> tuple[Ensemble, Config]:
    """Load runs as one model, and the configuration that it translates by.

    Architectures and sizes may differ. The configuration is the first run's, but a source counts as
    too long where it is so for any of them.

    Raises:
        ConfigError: The runs do not clean text alike, or do not have the same vocabularies.
        RunError: A run has no weights, or broken ones.
    """
    first = runs[0]
    for other in runs[1:]:
        difference = _difference(first, other)
        if difference is not None:
            raise ConfigError(
                f"`{first.path}` and `{other.path}` cannot translate as one, since their "
                f"{difference}; an ensemble needs runs trained with the same tokenizers and "
                "cleaning, on the same pairs."
            )
    longest = min(run.config.data.max_length for run in runs)
    config = replace(first.config, data=replace(first.config.data, max_length=longest))
    return Ensemble([run.load_model() for run in runs]), config


def _difference(one: Run, other: Run) -> str | None:
    """Say what differs between two runs that should read and say the same tokens."""
    for side, mine, theirs in (
        ("target", one.target_tokenizer, other.target_tokenizer),
        ("source", one.source_tokenizer, other.source_tokenizer),
    ):
        difference = _tokenizer_difference(mine, theirs)
        if difference is not None:
            return f"{side} {difference}"
    cleans = [resolve(run.config.data.clean) for run in (one, other)]
    if cleans[0] != cleans[1]:
        steps = [", ".join(clean) or "none" for clean in cleans]
        return f"cleaning differs: {steps[0]} and {steps[1]}"
    return None


def _tokenizer_difference(one: Tokenizer, other: Tokenizer) -> str | None:
    if one.kind != other.kind:
        return f"tokenizers differ: `{one.kind}` and `{other.kind}`"
    if len(one) != len(other):
        return f"vocabularies differ: {len(one):,} and {len(other):,} tokens"
    for number, (mine, theirs) in enumerate(zip(one.vocab, other.vocab, strict=True)):
        if mine != theirs:
            return f"vocabularies differ: token {number} is `{mine}` and `{theirs}`"
    if one.fingerprint != other.fingerprint:
        return "tokenizers differ in how they split text"
    return None
