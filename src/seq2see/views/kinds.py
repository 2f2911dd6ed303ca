"""Which pictures there are, and what each of them may be asked for."""

from dataclasses import dataclass
from typing import Literal

from seq2see.drawing.theme import ThemeName
from seq2see.errors import UsageError, nearest

Kind = Literal[
    "alignment", "steps", "heads", "states", "probabilities", "beam", "learning", "lengths"
]
Attention = Literal["cross", "encoder", "decoder"]
Units = Literal["words", "tokens"]

OPTIONS: dict[Kind, frozenset[str]] = {
    "alignment": frozenset({"attention", "layer", "head", "units", "beam", "target"}),
    "steps": frozenset({"layer", "head", "units", "beam", "target"}),
    "heads": frozenset({"attention", "layer", "units", "beam", "target"}),
    "states": frozenset({"layer", "beam", "target"}),
    "probabilities": frozenset({"beam", "target"}),
    "beam": frozenset({"beam"}),
    "learning": frozenset(),
    "lengths": frozenset(),
}
"""The options that a kind heeds, besides width and theme."""
OF_RUNS: frozenset[Kind] = frozenset({"learning", "lengths"})
"""Kinds that show the run itself, and no translation."""
MIN_WIDTH = 240
MAX_WIDTH = 10_000


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a picture looks like, whatever it shows."""

    width: int | None = None
    """In pixels, 96 to the inch; None: as wide as it needs, 7 inches at most."""
    theme: ThemeName = "light"

    def __post_init__(self) -> None:
        if self.width is not None and not MIN_WIDTH <= self.width <= MAX_WIDTH:
            raise UsageError(
                f"A picture must be {MIN_WIDTH} to {MAX_WIDTH:,} pixels wide, but {self.width:,} "
                "was asked for; give another width, or none."
            )


USUAL = Look()


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which part of a trace is shown; what is None is left to the kind."""

    attention: Attention = "cross"
    layer: int | None = None
    """Counted from 0; None: all."""
    head: int | None = None
    """Counted from 0; None: all."""
    units: Units | None = None
    """None: words, but tokens where heads are shown."""


def check_options(kind: Kind, given: frozenset[str]) -> None:
    """Refuse options that a kind would ignore.

    Raises:
        UsageError: One of them is given.
    """
    for name in sorted(given - OPTIONS[kind]):
        kinds = ", ".join(f"`{other}`" for other, known in OPTIONS.items() if name in known)
        raise UsageError(
            f"`--{name}` has no meaning for a picture of kind `{kind}`, only for {kinds}; leave "
            "it out."
        )


def one_of(option: str, value: str, known: tuple[str, ...]) -> None:
    """Refuse a value that is not among those known.

    Raises:
        UsageError: It is not.
    """
    if value not in known:
        raise UsageError(
            f"`{option}` must be {', '.join(known[:-1])} or {known[-1]}, but is `{value}`"
            + nearest(value, known)
        )
