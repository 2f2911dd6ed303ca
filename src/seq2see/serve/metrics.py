"""What a service counts, for Prometheus.

With several workers, each writes its counts into a folder that all share.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Metric, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Environment variable that names the shared folder; set before this module is imported."""
_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60)
_SENTENCES = (1, 2, 4, 8, 16, 32, 64)


def together() -> CollectorRegistry:
    """The counts of all workers that share a folder."""
    registry = CollectorRegistry()
    _Collector(registry)  # type: ignore[no-untyped-call]
    return registry


class _Collector(MultiProcessCollector):
    """Reads what there is, while workers come and go."""

    def collect(self) -> Iterable[Metric]:
        """Read the counts of all workers but what waits in dead ones.

        A file that is still empty has just been made by a worker that starts.
        """
        for path in Path(os.environ[FOLDER]).glob("gauge_live*.db"):
            pid = int(path.stem.rpartition("_")[2])
            if not Path("/proc", str(pid)).exists() and Path("/proc").exists():
                with suppress(FileNotFoundError):  # another worker has been quicker
                    mark_process_dead(pid)  # type: ignore[no-untyped-call]
        files: list[str] = []
        for path in Path(os.environ[FOLDER]).glob("*.db"):
            with suppress(FileNotFoundError):  # gone with its worker
                files += [str(path)] if path.stat().st_size else []
        counts: Iterable[Metric] = self.merge(files)  # type: ignore[no-untyped-call]
        return counts


class Metrics:
    """Counts of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        own = self._registry
        self.requests = Counter(
            "seq2see_requests", "Requests answered.", ["endpoint", "status"], registry=own
        )
        self.seconds = Histogram(
            "seq2see_request_seconds",
            "Time from the first byte of a request to the last of its answer.",
            ["endpoint"],
            buckets=_SECONDS,
            registry=own,
        )
        self.waiting = Gauge(
            "seq2see_waiting_sentences",
            "Sentences that wait to be translated.",
            ["run"],
            multiprocess_mode="livesum",
            registry=own,
        )
        self.waited = Histogram(
            "seq2see_waited_seconds",
            "How long the oldest sentence of a batch waited.",
            ["run"],
            buckets=_SECONDS,
            registry=own,
        )
        self.batches = Histogram(
            "seq2see_batch_sentences",
            "Sentences translated together.",
            ["run"],
            buckets=_SENTENCES,
            registry=own,
        )
        self.tokens = Counter(
            "seq2see_tokens", "Tokens read and written.", ["run", "side"], registry=own
        )
        self.kept = Counter(
            "seq2see_cache_lookups", "Sentences looked up in the cache.", ["found"], registry=own
        )

    def text(self) -> bytes:
        """All counts, of all workers."""
        return generate_latest(together() if FOLDER in os.environ else self._registry)
