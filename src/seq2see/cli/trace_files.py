"""A folder of traces: one file for each translated line."""

from pathlib import Path
from typing import TYPE_CHECKING, Self

from seq2see.errors import UsageError, nearest
from seq2see.trace.names import GROUPS

if TYPE_CHECKING:
    from seq2see.decoding.translation import Translation


class TraceFiles:
    """Writes ``000001.json.gz`` for the first line; with several translations of each line
    ``000001-1.json.gz`` for the best one.

    An empty line has no file, since no model read it.

    Args:
        folder: Where to write; must not hold anything.
        detail: How much of each trace.
        num_best: Translations of each line.

    Raises:
        UsageError: There is no such detail, or something is in the folder's place.
    """

    def __init__(self, folder: Path, detail: str, num_best: int) -> None:
        if detail not in GROUPS:
            raise UsageError(
                f"`--trace-detail` must be one of {', '.join(GROUPS)}, but is `{detail}`"
                + nearest(detail, GROUPS)
            )
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(
                f"`--trace {folder}` holds something already; name a folder that is new or empty."
            )
        self._folder = folder
        self._detail = detail
        self._num_best = num_best

    @classmethod
    def of(cls, folder: Path | None, detail: str | None, num_best: int) -> Self | None:
        """Return the folder that was asked for, if one was.

        Raises:
            UsageError: As above, or a detail of traces that nobody asked for.
        """
        if folder is None:
            if detail is not None:
                raise UsageError(
                    "`--trace-detail` has no meaning without --trace; add that, or leave "
                    "`--trace-detail` out."
                )
            return None
        return cls(folder, detail or "numbers", num_best)

    def write(self, number: int, translation: "Translation") -> None:
        """Write the traces of a line's translations; lines are counted from 1."""
        if not translation.best.token_log_probs:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        for rank, hypothesis in enumerate(translation.hypotheses, start=1):
            name = f"{number:06d}" if self._num_best == 1 else f"{number:06d}-{rank}"
            hypothesis.trace().save(self._folder / f"{name}.json.gz", self._detail)
