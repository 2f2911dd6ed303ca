"""Settings as plain values: TOML files, dotted keys, and their conversion into typed dataclasses.

Nothing here knows a particular key: the dataclasses (``schema.py``) say which keys there are.
"""

import ast
import dataclasses
import inspect
import math
import tomllib
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar, Union

from seq2see.errors import ConfigError, nearest

Record = TypeVar("Record")
Nested = dict[str, Any]


def load(path: Path) -> Nested:
    """Read a TOML file of settings.

    Raises:
        ConfigError: The file is missing or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        names = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
        remedy = nearest(path.name, names, "; check the path.")
        raise ConfigError(f"There is no configuration file `{path}`{remedy}") from None
    except IsADirectoryError:
        raise ConfigError(f"`{path}` is a directory, but must be a TOML file.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"`{path}` is not valid TOML: {error}.") from None


def parse_setting(text: str) -> tuple[str, Any]:
    """Split ``key=value``; the value is read as TOML, and as a plain string where it is none.

    Raises:
        ConfigError: There is no ``=``, or nothing before it.
    """
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise ConfigError(
            f"`--set` takes key=value, as in `--set train.lr=0.001`, but is `{text}`."
        )
    try:
        return key.strip(), tomllib.loads(f"x = {value}")["x"]
    except tomllib.TOMLDecodeError:
        return key.strip(), value.strip()


def nest(settings: Mapping[str, Any]) -> Nested:
    """Turn dotted keys into nested tables; later settings win.

    Raises:
        ConfigError: A key is both a single value and a table.
    """
    nested: Nested = {}
    for key, value in settings.items():
        *parents, last = key.split(".")
        table = nested
        for parent in parents:
            table = table.setdefault(parent, {})
            if not isinstance(table, dict):
                raise ConfigError(f"`{key}` cannot be set, since `{parent}` is a single value.")
        nested_value = nest(value) if isinstance(value, Mapping) else value
        table.update(merge(table, {last: nested_value}))
    return nested


def flatten(nested: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Turn nested tables into dotted keys."""
    flat: dict[str, Any] = {}
    for key, value in nested.items():
        if isinstance(value, Mapping):
            flat.update(flatten(value, f"{prefix}{key}."))
        else:
            flat[prefix + key] = value
    return flat


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> Nested:
    """Lay one nested table over another, key by key."""
    merged = dict(base)
    for key, value in over.items():
        if isinstance(value, Mapping) and isinstance(merged.get(key), Mapping):
            merged[key] = merge(merged[key], value)
        else:
            merged[key] = value
    return merged


def to_dict(record: object) -> Nested:
    """Return a dataclass as nested plain values, without the fields that are None."""
    content: Nested = {}
    for entry in dataclasses.fields(record):  # type: ignore[arg-type]
        value = getattr(record, entry.name)
        if value is None:
            continue
        if dataclasses.is_dataclass(value):
            value = to_dict(value)
            if not value:
                continue
        content[entry.name] = list(value) if isinstance(value, tuple) else value
    return content


def docs_of(record: type, prefix: str) -> dict[str, str]:
    """Every dotted key of a dataclass, with the string written below the field."""
    body = typing.cast("ast.ClassDef", ast.parse(inspect.getsource(record)).body[0]).body
    hints = typing.get_type_hints(record)
    docs: dict[str, str] = {}
    for statement, following in zip(body, [*body[1:], None], strict=True):
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        name = statement.target.id
        if dataclasses.is_dataclass(hints[name]):
            docs.update(docs_of(typing.cast("type", hints[name]), f"{prefix}.{name}"))
        elif isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            docs[f"{prefix}.{name}"] = " ".join(str(following.value.value).split())
    return docs


def build(record: type[Record], values: Any, prefix: str) -> Record:
    """Make a dataclass of a table of settings.

    Args:
        record: The dataclass.
        values: Its settings; fields that are not given take their defaults.
        prefix: Dotted key of the table, for messages.

    Raises:
        ConfigError: A key is unknown, or a value has the wrong type.
    """
    if not isinstance(values, Mapping):
        raise ConfigError(f"`{prefix}` must be a table of settings, but is `{values}`.")
    hints = typing.get_type_hints(record)
    for key in values:
        if key not in hints:
            known = [f"{prefix}.{name}" for name in hints]
            raise ConfigError(
                f"`{prefix}.{key}` is not a configuration key"
                + nearest(f"{prefix}.{key}", known, "; `seq2see train --help` lists them.")
            )
    return record(
        **{key: convert(value, hints[key], f"{prefix}.{key}") for key, value in values.items()}
    )


def convert(value: Any, hint: Any, key: str) -> Any:
    """Check one value against its annotation, and make it of that type where nothing is lost.

    Raises:
        ConfigError: It is of another type, or not one of the choices.
    """
    if dataclasses.is_dataclass(hint):
        return build(typing.cast("type", hint), value, key)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        [inner] = [argument for argument in arguments if argument is not type(None)]
        return None if value is None else convert(value, inner, key)
    if origin is Literal:
        if not any(value == choice and type(value) is type(choice) for choice in arguments):
            known = [str(choice) for choice in arguments]
            choices = ", ".join(f"`{choice}`" for choice in known)
            raise ConfigError(
                f"`{key}` must be one of {choices}, but is `{value}`" + nearest(str(value), known)
            )
        return value
    if origin is tuple:
        return _convert_tuple(value, arguments, key)
    return _convert_plain(value, hint, key)


def _convert_plain(value: Any, hint: type, key: str) -> Any:
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    names = {int: "a whole number", float: "a finite number", str: "text", bool: "true or false"}
    fits = isinstance(value, hint) and (hint is bool or not isinstance(value, bool))
    if not fits or (isinstance(value, float) and not math.isfinite(value)):
        raise ConfigError(f"`{key}` must be {names[hint]}, but is `{value}`.")
    return value


def _convert_tuple(value: Any, arguments: tuple[Any, ...], key: str) -> tuple[Any, ...]:
    if isinstance(value, str):  # `--set data.clean=nfc,lower`
        value = [part for part in value.split(",") if part]
    if type(value) is int and arguments == (int, Ellipsis):
        value = [value]  # one column where there may be several
    if not isinstance(value, list | tuple):
        raise ConfigError(f"`{key}` must be a list, but is `{value}`.")
    if arguments[-1] is Ellipsis:
        return tuple(convert(entry, arguments[0], key) for entry in value)
    if len(value) != len(arguments):
        raise ConfigError(f"`{key}` must have {len(arguments)} entries, but is `{value}`.")
    return tuple(convert(entry, hint, key) for entry, hint in zip(value, arguments, strict=True))
