"""What a service is told when it starts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from seq2see.decoding.backends import Backend, Precision
from seq2see.serve.admission import Key
from seq2see.serve.limits import Limits


@dataclass(frozen=True, kw_only=True)
class ServeSettings:
    """Everything that is said on the command line; plain values, as workers are sent them."""

    runs: Mapping[str, Path]
    """Names of runs and where they are."""
    limits: Limits = field(default_factory=Limits)
    keys: tuple[Key, ...] = ()
    """Those who may ask; none: everybody may."""
    origins: tuple[str, ...] = ("*",)
    """Pages of which other sites may ask; see CORS. LibreTranslate's clients expect ``*``."""
    workers: int = 1
    """Processes that answer; more than one cannot be told what to load."""
    metrics_port: int | None = None
    """Where ``/metrics`` is answered, on this machine alone; None: on the public port."""
    log_texts: bool = False
    """Whether the log has what was translated."""
    cache: int = 10_000
    """Answers kept."""
    backend: Backend = "auto"
    precision: Precision = "auto"
    device: str | None = None
    threads: int | None = None
