"""Attention as a labelled matrix: what each target token looked at in the source."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import DTypeLike, NDArray
from rich.cells import cell_len

from seq2see.errors import ConfigError
from seq2see.tokens import BOS, EOS
from seq2see.trace.links import token_links, word_links

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from seq2see.drawing.layout import Words

SHADES = " ░▒▓█"
"""A weight of 0 to 1 as a block: empty below 0.2, full from 0.8."""


@dataclass(frozen=True)
class Axis:
    """What stands along one side of the matrix."""

    labels: tuple[str, ...]
    """Display label of each token; the last one is ``</s>`` where the sequence was ended, the first
    one ``<s>`` where it is what the decoder reads."""
    words: tuple[int | None, ...]
    """The white-space-separated word that each token belongs to, counted from 0; None for white
    space, ``<s>`` and ``</s>``."""
    texts: tuple[str, ...]
    """The words."""

    @classmethod
    def of_words(cls, words: Sequence[str]) -> "Axis":
        """Return an axis of whole words; a last one that reads ``</s>`` is the end, not a word."""
        count = len(words) - (list(words[-1:]) == [EOS])
        indices = (*range(count), *[None] * (len(words) - count))
        return cls(tuple(words), indices, tuple(words[:count]))

    def __post_init__(self) -> None:
        if len(self.labels) != len(self.words):
            raise ConfigError(
                f"An axis has {len(self.labels)} labels but {len(self.words)} word indices; give "
                "one of each for every token."
            )

    def is_end(self, index: int) -> bool:
        """Whether the token is ``</s>`` (and not a piece of text that reads like it)."""
        return self.words[index] is None and self.labels[index] == EOS

    def is_blank(self, index: int) -> bool:
        """Whether the token is white space and nothing else."""
        special = self.is_start(index) or self.is_end(index)
        return self.words[index] is None and not special

    def is_start(self, index: int) -> bool:
        """Whether the token is ``<s>`` (and not a piece of text that reads like it)."""
        return self.words[index] is None and self.labels[index] == BOS

    def __getitem__(self, key: slice) -> "Axis":
        return Axis(self.labels[key], self.words[key], self.texts)


@dataclass(frozen=True, eq=False)
class AttentionMatrix:
    """Attention weights of one translation: rows are target tokens, columns are source tokens.

    A row is the distribution that the model attended by when it chose that token: it sums to 1.
    Columns end with ``</s>``, with which every source ends; rows end with it if the translation is
    finished. ``numpy.asarray(matrix)`` gives the values, slices give a smaller labelled matrix.
    """

    values: NDArray[np.floating]
    target: Axis = field(repr=False)
    source: Axis = field(repr=False)

    def __post_init__(self) -> None:
        expected = (len(self.target.labels), len(self.source.labels))
        if self.values.shape != expected:
            raise ConfigError(
                f"Attention of shape {self.values.shape} does not fit its labels, which are "
                f"{expected[0]} target and {expected[1]} source tokens."
            )

    @property
    def rows(self) -> tuple[str, ...]:
        """Labels of the target tokens."""
        return self.target.labels

    @property
    def columns(self) -> tuple[str, ...]:
        """Labels of the source tokens."""
        return self.source.labels

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and of columns."""
        return len(self.rows), len(self.columns)

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.values, dtype=dtype, copy=copy)

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, key: tuple[slice, slice]) -> "AttentionMatrix": ...
    @overload
    def __getitem__(self, key: Any) -> NDArray[np.floating]: ...
    def __getitem__(self, key: Any) -> "AttentionMatrix | NDArray[np.floating]":
        """Two slices give a smaller labelled matrix; any other index gives plain numbers."""
        match key:
            case (slice() as rows, slice() as columns):
                values = self.values[rows, columns]
                return AttentionMatrix(values, self.target[rows], self.source[columns])
            case _:
                return np.asarray(self.values[key])

    def words(self) -> "AttentionMatrix":
        """Merge tokens into words: the sum over source tokens, the mean over target tokens.

        Rows still sum to 1. Source white space counts to the word before it (at the start: after
        it); rows of target white space are left out. ``<s>`` and ``</s>`` stay as they are.
        """
        owners = _owners(self.source)
        columns = sorted(set(owners))
        merged = np.zeros((len(self.rows), len(columns)), dtype=self.values.dtype)
        places = {owner: place for place, owner in enumerate(columns)}
        for index, owner in enumerate(owners):
            merged[:, places[owner]] += self.values[:, index]
        groups: dict[int, list[int]] = {}
        for index, owner in enumerate(_owners(self.target)):
            if not self.target.is_blank(index):
                groups.setdefault(owner, []).append(index)
        values = [merged[group].mean(axis=0) for _, group in sorted(groups.items())]
        return AttentionMatrix(
            np.stack(values) if values else merged[:0],
            _word_axis(self.target, sorted(groups)),
            _word_axis(self.source, columns),
        )

    @property
    def end_shares(self) -> NDArray[np.floating]:
        """The share of each row that goes to ``</s>``, where there is nothing to look at."""
        ends = [index for index in range(len(self.columns)) if self.source.is_end(index)]
        return np.asarray(self.values[:, ends].sum(axis=1))

    def without_end(self) -> "AttentionMatrix":
        """Leave the column of ``</s>`` out, and scale each row to sum to 1 again.

        A row that attends to nothing else becomes 0 everywhere.
        """
        kept = [index for index in range(len(self.columns)) if not self.source.is_end(index)]
        values = self.values[:, kept]
        sums = values.sum(axis=1, keepdims=True)
        scaled = np.divide(values, sums, out=np.zeros_like(values), where=sums > 0)
        labels = tuple(self.source.labels[index] for index in kept)
        words = tuple(self.source.words[index] for index in kept)
        return AttentionMatrix(scaled, self.target, Axis(labels, words, self.source.texts))

    def argmax_alignment(self) -> tuple[tuple[int, int], ...]:
        """Link words by hard attention, see ``trace.links``.

        Each target token is linked to the source token that it attends to most, the first of
        equals; one that attends most to ``</s>`` or to white space has no link. Two words are
        linked when any of their tokens are.

        Returns:
            Pairs of (source word, target word), counted from 0 among white-space-separated words,
            sorted.
        """
        source, target = self.source.words, self.target.words
        return tuple(sorted(word_links(token_links(self.values, source, target), source, target)))

    def plot(self) -> "Figure":
        """Draw the matrix with matplotlib, to be changed further or saved; opens no window.

        Raises:
            MissingExtraError: matplotlib is not installed.
        """
        from seq2see.drawing import plotting

        return plotting.attention(self.values, *self._sides())

    def _repr_svg_(self) -> str:
        """Draw the matrix in a notebook; ``seq2see figure`` can do more."""
        from seq2see.drawing import matrix
        from seq2see.drawing.theme import LIGHT

        rows, columns = self._sides()
        heading = "Output attends to source"
        return matrix.draw(self.values, rows, columns, theme=LIGHT, heading=heading)

    def _sides(self) -> "tuple[Words, Words]":
        """Rows and columns as drawings want them."""
        from seq2see.drawing.layout import Words
        from seq2see.drawing.text import main_direction

        return (
            Words(self.rows, "output", "output", main_direction(self.rows)),
            Words(self.columns, "source", "encoder", main_direction(self.columns)),
        )

    def __str__(self) -> str:
        """Draw the matrix with shaded blocks; columns are numbered and named below."""
        width = max((cell_len(label) for label in self.rows), default=0)
        digits = len(str(len(self.columns)))
        numbers = [str(number).rjust(digits) for number in range(1, len(self.columns) + 1)]
        lines = [" " * width + " " + " ".join(numbers)]
        for label, row in zip(self.rows, self.values, strict=True):
            blocks = " ".join(shade(float(weight)) * digits for weight in row)
            lines.append(" " * (width - cell_len(label)) + f"{label} {blocks}")
        names = zip(numbers, self.columns, strict=True)
        lines.append("  ".join(f"{number.strip()} {label}" for number, label in names))
        return "\n".join(line.rstrip() for line in lines)


def shade(weight: float) -> str:
    """Return the block for a weight between 0 and 1."""
    return SHADES[max(0, min(int(weight * len(SHADES)), len(SHADES) - 1))]


def _owners(axis: Axis) -> list[int]:
    """The word that each token's weight counts to.

    ``<s>`` has a place of its own before the words, -1, and ``</s>`` one behind them.
    """
    start, end = -1, len(axis.texts)
    owners: list[int | None] = []
    before: int | None = None
    for index, word in enumerate(axis.words):
        if axis.is_end(index):
            before = end
        elif word is not None:
            before = word
        owners.append(start if axis.is_start(index) else before)
    first = next((owner for owner in owners if owner not in (None, start)), end)
    return [first if owner is None else owner for owner in owners]


def _word_axis(axis: Axis, owners: list[int]) -> Axis:
    words = [owner if 0 <= owner < len(axis.texts) else None for owner in owners]
    special = [BOS if owner < 0 else EOS for owner in owners]
    labels = [
        end if word is None else axis.texts[word] for word, end in zip(words, special, strict=True)
    ]
    return Axis(tuple(labels), tuple(words), axis.texts)
