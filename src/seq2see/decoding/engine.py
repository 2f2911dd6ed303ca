"""Any number of lines through batches of similar length, and out again in order.

Lines are read a window at a time; inside the window the longest come first, so that batches need
little padding and the largest one is tried at once. Results of a window are given before the next
one is read: the input may be endless, and memory is bounded by the window.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from seq2see.errors import ConfigError

Line = TypeVar("Line")
Result = TypeVar("Result")


def translate_stream(
    lines: Iterable[Line],
    translate_batches: Callable[[Iterable[list[Line]]], Iterable[Sequence[Result]]],
    translate_empty: Callable[[Line], Result],
    *,
    length_of: Callable[[Line], int],
    batch_tokens: int,
    window: int,
) -> Iterator[Result]:
    """Yield the translation of each line, in the order of the lines.

    Args:
        lines: The input, read only as far as the results are asked for, and a window ahead.
        translate_batches: Translates batches of lines of positive length, in order.
        translate_empty: Translates a line of length 0.
        length_of: Length of a line, in tokens.
        batch_tokens: Largest batch in tokens, padding included; a longer line is a batch of its
            own.
        window: Number of lines sorted together.

    Raises:
        ConfigError: ``batch_tokens`` or ``window`` is below 1.
    """
    for name, value in (("batch_tokens", batch_tokens), ("window", window)):
        if value < 1:
            raise ConfigError(f"`{name}` must be at least 1, but is {value}.")
    remaining = iter(lines)
    while ahead := list(islice(remaining, window)):
        lengths = [length_of(line) for line in ahead]
        results: dict[int, Result] = {}
        chosen = list(batches(lengths, batch_tokens))
        translated = translate_batches([ahead[index] for index in indices] for indices in chosen)
        for indices, batch in zip(chosen, translated, strict=True):
            results.update(zip(indices, batch, strict=True))
        for index, line in enumerate(ahead):
            yield results.pop(index) if lengths[index] else translate_empty(line)


def batches(lengths: Sequence[int], batch_tokens: int) -> Iterator[list[int]]:
    """Yield the indices of positive lengths in batches, the longest first.

    A batch is as large as its number of lines times its longest, and at most ``batch_tokens``
    unless it is a single line.
    """
    order = sorted(range(len(lengths)), key=lambda index: -lengths[index])
    batch: list[int] = []
    for index in order:
        if not lengths[index]:
            break
        if batch and (len(batch) + 1) * lengths[batch[0]] > batch_tokens:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
