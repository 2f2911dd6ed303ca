"""Options that several commands share."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from seq2see import config as configuration
from seq2see import console
from seq2see.decoding.backends import Backend, Precision
from seq2see.errors import ConfigError, UsageError
from seq2see.tokens import UNK

if TYPE_CHECKING:
    from seq2see.decoding.translator import Translator

Data = Annotated[
    list[str],
    typer.Argument(
        metavar="DATA...",
        help="Files of pairs (.jsonl, or columns of text; also .gz), prefixes with --pair "
        "(`data/train` is data/train.en and data/train.de), or `builtin:NAME`.",
        show_default=False,
    ),
]
Valid = Annotated[
    list[str] | None,
    typer.Option("--valid", metavar="DATA", help="Validation corpus; may be repeated."),
]
Test = Annotated[
    list[str] | None, typer.Option("--test", metavar="DATA", help="Test corpus; may be repeated.")
]
Pair = Annotated[
    str | None, typer.Option("--pair", metavar="SRC-TGT", help="Languages, as `en-de`.")
]
Split = Annotated[
    float | None,
    typer.Option("--split", help="Share for training; the rest is halved into valid and test."),
]
SplitBy = Annotated[
    str | None,
    typer.Option(
        "--split-by",
        metavar="source|row",
        help="`source` keeps translations of one sentence together (default); `row` leaks them.",
    ),
]
Clean = Annotated[
    list[str] | None,
    typer.Option(
        "--clean",
        metavar="NAME",
        help="Cleaning steps or sets of them, comma-separated: standard (default), none, tutorial, "
        "tutorial-intended, nfc, squeeze, lower, strip-apostrophes, strip-punctuation, "
        "strip-digits; `source.` or `target.` before a step limits it to that side.",
    ),
]
Columns = Annotated[
    str | None,
    typer.Option(
        "--columns",
        metavar="S,T",
        help="Columns of source and target, from 1; `1+3,2` joins columns 1 and 3.",
    ),
]
Features = Annotated[
    str | None,
    typer.Option(
        "--features",
        metavar="N,...",
        help="Columns of features, as `N;GEN;SG`, that become tags behind the source.",
    ),
]
Separator = Annotated[
    str | None, typer.Option("--separator", help="Column separator; default: tab, or ` ||| `.")
]
Arch = Annotated[
    str | None,
    typer.Option("--arch", metavar="NAME", help="Architecture; `seq2see archs` lists them."),
]
Size = Annotated[
    str | None, typer.Option("--size", metavar="S", help="tiny, small (default), base or paper.")
]
ConfigFile = Annotated[
    str | None, typer.Option("--config", metavar="FILE", help="TOML file of settings.")
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="One setting; may be repeated."),
]
RunPath = Annotated[str, typer.Argument(metavar="RUN", help="A run directory.")]
Members = Annotated[
    list[str] | None,
    typer.Option(
        "--ensemble",
        metavar="RUN",
        help="Another run with the same vocabularies, whose probabilities are averaged with RUN's; "
        "may be repeated.",
    ),
]
Beam = Annotated[
    int | None, typer.Option("--beam", min=1, help="Beam size; 1: greedy; default: the run's.")
]
LengthPenalty = Annotated[
    float | None, typer.Option("--length-penalty", min=0, help="Alpha of GNMT's length penalty.")
]
Device = Annotated[
    str | None, typer.Option("--device", help="cpu or cuda; default: a GPU where there is one.")
]
Threads = Annotated[int | None, typer.Option("--threads", min=1, help="Threads of the arithmetic.")]
BackendName = Annotated[
    Backend,
    typer.Option(
        "--backend",
        help="auto: CTranslate2 where it is installed and can do what is asked, else torch.",
    ),
]
PrecisionName = Annotated[
    Precision,
    typer.Option(
        "--precision",
        help="Of the arithmetic; auto: int8 with CTranslate2, fp32 with torch.",
    ),
]
UseShortlist = Annotated[
    bool,
    typer.Option(
        "--shortlist",
        help="Choose each sentence's tokens among few, likely translations of its source tokens: "
        "faster, and learnt from the training pairs the first time. With torch only.",
    ),
]
ReplaceUnknown = Annotated[
    bool | None,
    typer.Option(
        "--replace-unknown/--keep-unknown",
        help="Put the source word that attention points at, or its translation in --dictionary, in "
        "the place of every <unk>; default: the run's.",
        show_default=False,
    ),
]
DictionaryName = Annotated[
    str | None,
    typer.Option(
        "--dictionary",
        metavar="FILE",
        help="With --replace-unknown: source words and target words, separated by a tab; `learnt`: "
        "learn one from the training pairs.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def settings(
    *,
    split: float | None = None,
    split_by: str | None = None,
    clean: list[str] | None = None,
    columns: str | None = None,
    features: str | None = None,
    separator: str | None = None,
    sets: list[str] | None = None,
) -> dict[str, Any]:
    """Turn options into settings by dotted key; ``--set`` wins."""
    named: dict[str, Any] = {
        "data.split": split,
        "data.split_by": split_by,
        "data.clean": [step for names in clean for step in names.split(",")] if clean else None,
        "data.columns": column_pair(columns),
        "data.features": column_list(features),
        "data.separator": separator,
    }
    given = {key: value for key, value in named.items() if value is not None}
    return {**given, **dict(configuration.parse_setting(text) for text in sets or [])}


def refuse_idle_dictionary(
    dictionary: str | None, replacing: bool | None, decode: configuration.DecodeConfig
) -> None:
    """Refuse a dictionary that nothing would read.

    Raises:
        UsageError: Nothing is replaced, neither by option nor by the run's configuration.
    """
    replaces = decode.replace_unknown if replacing is None else replacing
    if dictionary is not None and not replaces:
        raise UsageError(
            f"`--dictionary {dictionary}` has no meaning without --replace-unknown; add that, or "
            "leave it out."
        )


def column_pair(text: str | None) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Read ``--columns``.

    Raises:
        ConfigError: It is not two sides of numbers.
    """
    if text is None:
        return None
    sides = [_numbers(side, "+") for side in text.split(",")]
    match sides:
        case [tuple(source), tuple(target)]:
            return source, target
        case _:
            raise ConfigError(
                "`--columns` takes two numbers, as in `--columns 1,2`, or sums of them, as in "
                f"`--columns 1+3,2`, but is `{text}`."
            )


def column_list(text: str | None) -> tuple[int, ...] | None:
    """Read ``--features``.

    Raises:
        ConfigError: It is not a list of numbers.
    """
    if text is None:
        return None
    numbers = _numbers(text, ",")
    if numbers is None:
        raise ConfigError(
            f"`--features` takes numbers of columns, as in `--features 3`, but is `{text}`."
        )
    return numbers


def _numbers(text: str, separator: str) -> tuple[int, ...] | None:
    parts = [part.strip() for part in text.split(separator)]
    return tuple(map(int, parts)) if all(part.isdecimal() for part in parts) else None


def metric_names(text: str | None) -> tuple[configuration.MetricName, ...] | None:
    """Read ``--metrics``.

    Raises:
        ConfigError: A name is not that of a score.
    """
    if text is None:
        return None
    hint = tuple[configuration.MetricName, ...]
    names: tuple[configuration.MetricName, ...] = configuration.convert(text, hint, "--metrics")
    return names


def warn_of_unknown(translator: "Translator", text: str, option: str) -> None:
    """Name what of a forced target cannot be said as it is written."""
    from seq2see.data.clean import clean_text, resolve

    cleaned = clean_text(text, resolve(translator.config.data.clean), "target")
    unknown = translator.target_tokenizer.unknown_words(cleaned)
    if unknown:
        words = ", ".join(f"`{word}`" for word in unknown)
        console.warning(f"The model does not know {words} of {option}, and will say {UNK} there.")
