"""Rows of a study from what is varied."""

import pytest

from seq2see.errors import ConfigError, UsageError
from seq2see.study.grid import Variation, parse_vary, product, rows, short_names, written

COMMON = {"model.arch": "luong2015", "model.size": "tiny"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("model.attention.score=dot,general", ("model.attention.score", ("dot", "general"))),
        ("train.lr=0.1, 0.01", ("train.lr", (0.1, 0.01))),
        ("model.input_feeding=true,false", ("model.input_feeding", (True, False))),
        ("model.arch=cho2014", ("model.arch", ("cho2014",))),
        ('data.clean=[["nfc"], ["nfc", "lower"]]', ("data.clean", (["nfc"], ["nfc", "lower"]))),
    ],
)
def test_values_are_read_as_settings_are(text: str, expected: tuple[str, tuple[object]]) -> None:
    assert parse_vary(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("train.lr", "takes key=value,value"),
        ("train.lr=", "takes key=value,value"),
        ("=1,2", "takes key=value,value"),
        ("train.learning=1,2", "`train.learning` is not a configuration key"),
        ("train.seed=1,2", "`train.seed` cannot be varied: .* `--seeds N` trains each"),
        ("data.split=0.5,0.9", "`data.split` cannot be varied: it is the data of all rows"),
        ("train.lr=1,2,1", "names a value twice"),
    ],
)
def test_what_cannot_be_varied_is_refused(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        parse_vary(text)


def test_the_last_key_changes_fastest() -> None:
    found = product({"model.cell": ("lstm", "gru"), "model.input_feeding": (True, False)})
    assert [one.label for one in found] == [
        "cell=lstm, input_feeding=true",
        "cell=lstm, input_feeding=false",
        "cell=gru, input_feeding=true",
        "cell=gru, input_feeding=false",
    ]
    assert found[2].settings == {"model.cell": "gru", "model.input_feeding": True}


def test_names_are_as_short_as_they_are_clear() -> None:
    keys = ["tokenizer.vocab_size", "tokenizer.source.vocab_size", "train.lr"]
    assert short_names(keys) == {
        "tokenizer.vocab_size": "tokenizer.vocab_size",
        "tokenizer.source.vocab_size": "source.vocab_size",
        "train.lr": "lr",
    }


def test_values_are_written_as_they_are_typed() -> None:
    assert [written(one) for one in (True, 0.001, "dot", ["nfc", "lower"], [])] == [
        "true", "0.001", "dot", "nfc+lower", "none",
    ]  # fmt: skip


def test_a_row_that_does_not_combine_keeps_the_reason() -> None:
    varied = product({"model.attention.score": ("dot", "general"), "model.bidirectional": (True,)})
    dot, general = rows(varied, {**COMMON, "model.bridge": "tanh"})
    assert dot.config is None
    assert "`model.attention.score=dot` multiplies decoder states" in dot.refusal
    assert general.config is not None
    assert general.config.model.bidirectional  # type: ignore[union-attr]
    assert general.name == "score=general,bidirectional=true"


def test_settings_of_a_row_win_over_common_ones() -> None:
    [row] = rows([Variation("one", {"train.lr": 0.5})], {**COMMON, "train.lr": 0.25})
    assert row.config is not None
    assert row.config.train.lr == 0.5


def test_a_study_in_which_nothing_combines_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"`model.num_layers` must be at least 1, but is 0\."):
        rows(product({"model.num_layers": (0, -1)}), COMMON)
    with pytest.raises(UsageError, match="has no rows"):
        rows([], COMMON)


def test_rows_that_would_share_files_are_refused() -> None:
    same = [Variation("+ reverse", {}), Variation("- Reverse", {"train.lr": 1.0})]
    with pytest.raises(UsageError, match=r"`\+ reverse` and `- Reverse` would share the files of"):
        rows(same, COMMON)


def test_long_labels_have_short_file_names() -> None:
    first, second = rows(
        [Variation("x" * 300, {}), Variation("x" * 299 + "y", {"train.lr": 1.0})], COMMON
    )
    assert len(first.name) < 100
    assert first.name != second.name


def test_rows_that_only_translate_otherwise_train_alike() -> None:
    varied = product({"decode.beam_size": (1, 5), "train.lr": (0.1, 0.2)})
    trainings = [row.training for row in rows(varied, COMMON)]
    assert trainings[0] == trainings[2] != trainings[1] == trainings[3]
