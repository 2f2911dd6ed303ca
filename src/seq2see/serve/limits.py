"""How much a service takes on: beyond it, it refuses instead of falling over."""

from dataclasses import dataclass

from seq2see.errors import ConfigError
from seq2see.serve.refusal import Refusal


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one request, one client and all of them together may ask for.

    Raises:
        ConfigError: A limit is below 1, or 0.1 of seconds.
    """

    body_bytes: int = 1_000_000
    """Largest request."""
    body_seconds: float = 10.0
    """How long a client may take to send its request."""
    texts: int = 512
    """Most texts of a request."""
    characters: int = 50_000
    """Most characters of a request, in all of its texts."""
    sentences: int = 2_000
    """Most sentences of a request."""
    sentence_characters: int = 4_000
    """Longest sentence."""
    hypotheses: int = 10
    """Widest beam, and most translations of a text."""
    seconds: float = 60.0
    """How long a request may take."""
    queue: int = 8_000
    """Most sentences that wait for each run."""
    requests_a_minute: int | None = None
    """Most requests of one API key, or of one address where there are no keys; None: any number."""

    def too_slow(self) -> Refusal:
        """What is said when a request takes too long."""
        return Refusal(503, f"This took longer than {self.seconds:g} seconds; ask for less.", 5)

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            least = 0.1 if isinstance(value, float) else 1
            if value is not None and value < least:
                raise ConfigError(f"The limit `{name}` must be at least {least}, but is {value}.")
        if self.sentences > self.queue:
            raise ConfigError(
                f"The limit `sentences` is {self.sentences}, more than `queue` can hold, which is "
                f"{self.queue}; lower one or raise the other."
            )
