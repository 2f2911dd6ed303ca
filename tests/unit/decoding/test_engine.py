"""The engine by example; its properties are in tests/property."""

from collections.abc import Iterator
from functools import partial

import pytest

from seq2see.decoding.engine import translate_stream
from seq2see.errors import ConfigError


def run(lines: Iterator[str], seen: list[list[str]], window: int = 3) -> Iterator[str]:
    def upper(batch: list[str]) -> list[str]:
        seen.append(batch)
        return [line.upper() for line in batch]

    return translate_stream(
        lines, partial(map, upper), lambda line: "-", length_of=len, batch_tokens=6, window=window
    )


def test_long_lines_go_first_and_results_keep_the_order() -> None:
    seen: list[list[str]] = []
    lines = ["a", "bbb", "", "cc", "dddddddd", "e", "ff"]
    assert list(run(iter(lines), seen, 7)) == ["A", "BBB", "-", "CC", "DDDDDDDD", "E", "FF"]
    assert seen == [["dddddddd"], ["bbb", "cc"], ["ff", "a", "e"]]


def test_results_come_before_the_input_ends() -> None:
    read: list[str] = []

    def endless() -> Iterator[str]:
        while True:
            read.append("a")
            yield "a"

    results = run(endless(), [])
    assert [next(results) for _ in range(4)] == ["A"] * 4
    assert len(read) == 6


def test_an_empty_line_is_not_translated() -> None:
    seen: list[list[str]] = []
    assert list(run(iter(["", ""]), seen)) == ["-", "-"]
    assert seen == []


def test_a_translation_for_every_line() -> None:
    results = translate_stream(
        ["a", "b"],
        partial(map, lambda batch: batch[1:]),
        str,
        length_of=len,
        batch_tokens=9,
        window=9,
    )
    with pytest.raises(ValueError, match="shorter"):
        list(results)


@pytest.mark.parametrize(("batch_tokens", "window"), [(0, 1), (1, 0)])
def test_sizes_must_be_positive(batch_tokens: int, window: int) -> None:
    results = translate_stream(
        ["a"], partial(map, list), str, length_of=len, batch_tokens=batch_tokens, window=window
    )
    with pytest.raises(ConfigError, match="must be at least 1, but is 0"):
        next(results)
