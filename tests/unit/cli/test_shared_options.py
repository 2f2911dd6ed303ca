"""Options become settings by dotted key."""

from typing import Any

import pytest

from seq2see.cli import options
from seq2see.errors import ConfigError

NOTHING: dict[str, Any] = {
    "split": None, "split_by": None, "clean": None, "columns": None, "features": None,
    "separator": None, "sets": None,
}  # fmt: skip


def test_what_is_not_given_is_not_set() -> None:
    assert options.settings(**NOTHING) == {}


def test_every_option_has_its_key() -> None:
    given = options.settings(
        split=0.7,
        split_by="row",
        clean=["nfc,lower", "squeeze"],
        columns="2+5, 3",
        features="4,6",
        separator="|",
        sets=["train.lr=0.1", "model.arch = cho2014"],
    )
    assert given == {
        "data.split": 0.7,
        "data.split_by": "row",
        "data.clean": ["nfc", "lower", "squeeze"],
        "data.columns": ((2, 5), (3,)),
        "data.features": (4, 6),
        "data.separator": "|",
        "train.lr": 0.1,
        "model.arch": "cho2014",
    }


def test_set_wins_over_an_option() -> None:
    given = options.settings(**{**NOTHING, "split": 0.7, "sets": ["data.split=0.8"]})
    assert given == {"data.split": 0.8}


def test_an_empty_separator_is_passed_on_to_be_refused() -> None:
    assert options.settings(**{**NOTHING, "separator": ""}) == {"data.separator": ""}


@pytest.mark.parametrize("text", ["", "1", "1,2,3", "a,b", "1;2", "-1,2", "1.5,2", "1+,2"])
def test_columns_are_two_numbers(text: str) -> None:
    with pytest.raises(ConfigError, match=r"^`--columns` takes two numbers, as in .* but is `"):
        options.column_pair(text)


@pytest.mark.parametrize("text", ["", "x", "3,", "-3", "3;4"])
def test_features_are_numbers(text: str) -> None:
    with pytest.raises(ConfigError, match=r"^`--features` takes numbers of columns, as in .* is `"):
        options.column_list(text)


def test_metrics_are_names_of_scores() -> None:
    assert options.metric_names(None) is None
    assert options.metric_names("wer,per") == ("wer", "per")
    with pytest.raises(ConfigError, match=r"^`--metrics` must be one of .*did you mean `wer`\?$"):
        options.metric_names("were")
