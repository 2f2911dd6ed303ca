"""How much a service takes on: beyond it, it refuses instead of falling over."""

from dataclasses import dataclass

from seq2see.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one request, one client and all of them together may ask for.

    Raises:
        ConfigError: A limit is below 1.
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

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if value is not None and value < 1:
                raise ConfigError(f"The limit `{name}` must be at least 1, but is {value}.")
        if self.sentences > self.queue:
            raise ConfigError(
                f"The limit `sentences` is {self.sentences}, more than `queue` can hold, which is "
                f"{self.queue}; lower one or raise the other."
            )
