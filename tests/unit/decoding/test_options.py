"""Options that make no sense are refused, each with its reason."""

from typing import Any

import pytest
import torch

from seq2see.decoding.options import Rules, SearchOptions
from seq2see.decoding.sampling import Sampling
from seq2see.errors import ConfigError
from seq2see.models.interface import Source


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"max_length": 0}, "`max_length` must be at least 1, but is 0"),
        ({"beam_size": 0}, "`beam_size` must be at least 1, but is 0"),
        ({"length_ratio": 0}, "`length_ratio` must be at least 1, but is 0"),
        ({"num_best": 0}, "`num_best` must be at least 1, but is 0"),
        ({"min_length": -1}, "`min_length` must be at least 0, but is -1"),
        ({"length_penalty": -0.1}, r"`length_penalty` must be at least 0, but is -0\.1"),
        ({"coverage_penalty": float("nan")}, "`coverage_penalty` must be at least 0, but is nan"),
        ({"min_length": 11}, "`min_length` is 11, above `max_length`, which is 10"),
        ({"num_best": 3, "beam_size": 2}, "`num_best` is 3, but a beam of 2 holds"),
        ({"prefix": ((4,) * 11,)}, "prefix of sentence 1 has 11 tokens, more than `max_length=10`"),
        ({"prefix": ((4,), (4, 3))}, "prefix of sentence 2 contains <pad>, <s> or </s>"),
    ],
)
def test_bad_options_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        SearchOptions(**{"max_length": 10, **options})


def test_samples_may_outnumber_the_beam() -> None:
    options = SearchOptions(max_length=10, num_best=3, sampling=Sampling())
    assert options.rows == 3


def test_every_sentence_needs_a_prefix() -> None:
    source = Source(torch.ones(3, 2, dtype=torch.long), torch.ones(3, 2, dtype=torch.bool))
    with pytest.raises(ConfigError, match="There are 2 prefixes for 3 sentences"):
        Rules.of(source, SearchOptions(max_length=10, prefix=((4,), ())))


def test_limit_gives_way_to_minimum_and_prefix() -> None:
    source = Source(torch.ones(2, 2, dtype=torch.long), torch.tensor([[True, False], [True, True]]))
    assert Rules.of(source, SearchOptions(max_length=90)).limit.tolist() == [23, 26]
    assert Rules.of(source, SearchOptions(max_length=25)).limit.tolist() == [23, 25]
    assert Rules.of(source, SearchOptions(max_length=90, length_ratio=15)).limit.tolist() == [
        35,
        50,
    ]
    longer = SearchOptions(max_length=90, min_length=24, prefix=((4,) * 30, ()))
    assert Rules.of(source, longer).limit.tolist() == [30, 26]
