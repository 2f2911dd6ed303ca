"""TOML files, ``key=value`` and dotted keys."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2see import settings
from seq2see.errors import ConfigError

KEYS = st.text("abc", min_size=1, max_size=2)
TABLES = st.recursive(
    st.dictionaries(KEYS, st.integers(), min_size=1),
    lambda inner: st.dictionaries(KEYS, inner | st.integers(), min_size=1),
    max_leaves=10,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("train.lr=0.001", ("train.lr", 0.001)),
        (" train.seed = 7 ", ("train.seed", 7)),
        ("train.tensorboard=true", ("train.tensorboard", True)),
        ("data.clean=nfc,lower", ("data.clean", "nfc,lower")),
        ('data.separator="\\t"', ("data.separator", "\t")),
        ("data.train=[\"a\", 'b']", ("data.train", ["a", "b"])),
        ("data.pair=en-de", ("data.pair", "en-de")),
        ("data.train=a=b.tsv", ("data.train", "a=b.tsv")),
        ("data.separator=", ("data.separator", "")),
    ],
)
def test_parse_setting(text: str, expected: tuple[str, Any]) -> None:
    assert settings.parse_setting(text) == expected


@pytest.mark.parametrize("text", ["train.lr", "=3", "", " = 3"])
def test_parse_setting_refuses_what_sets_nothing(text: str) -> None:
    message = f"`--set` takes key=value, as in `--set train.lr=0.001`, but is `{text}`."
    with pytest.raises(ConfigError, match="^" + re.escape(message)):
        settings.parse_setting(text)


def test_load(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbf[train]\nlr = 0.5\n")  # some editors write a byte order mark
    assert settings.load(path) == {"train": {"lr": 0.5}}


@pytest.mark.parametrize("content", [b"train.lr =", b"train = \xff"])
def test_load_refuses_what_is_not_toml(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=f"^`{path}` is not valid TOML: .*[^.]\\.$"):
        settings.load(path)


def test_load_refuses_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"^There is no configuration file `{tmp_path}/no.toml`"):
        settings.load(tmp_path / "no.toml")
    with pytest.raises(ConfigError, match=f"^`{tmp_path}` is a directory, but must be a TOML file"):
        settings.load(tmp_path)


@given(TABLES)
def test_nest_undoes_flatten(nested: settings.Nested) -> None:
    assert settings.nest(settings.flatten(nested)) == nested


def test_nest_takes_dotted_and_nested_keys_together_and_the_later_wins() -> None:
    assert settings.nest({"a.b": 1, "a": {"c": 2, "d.e": 3}, "a.c": 4}) == {
        "a": {"b": 1, "c": 4, "d": {"e": 3}}
    }
    assert settings.nest({"a.b": 1, "a": 2}) == {"a": 2}


def test_nest_and_merge_leave_what_they_are_given_alone() -> None:
    base: dict[str, Any] = {"a": {"b": 1}}
    over: dict[str, Any] = {"a": {"c": 2}}
    assert settings.merge(base, over) == {"a": {"b": 1, "c": 2}}
    settings.nest({**base, "a.d": 3})
    assert (base, over) == ({"a": {"b": 1}}, {"a": {"c": 2}})
