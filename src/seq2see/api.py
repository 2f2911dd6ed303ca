"""The Python interface: ``train``, ``resume`` and ``load``. The command line calls the same."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seq2see import config as configuration
from seq2see.config import Config
from seq2see.decoding.backends import Backend, Precision
from seq2see.errors import ConfigError

if TYPE_CHECKING:
    from seq2see.data.dictionary import Dictionary
    from seq2see.decoding.shortlist import Shortlist
    from seq2see.decoding.translator import Translator
    from seq2see.models.interface import Seq2seq
    from seq2see.run import Run
    from seq2see.training.listener import Listener

Specs = str | Path | Sequence[str | Path]


def configure(
    data: Specs,
    *,
    valid: Specs = (),
    test: Specs = (),
    pair: str | None = None,
    arch: str | None = None,
    size: str | None = None,
    config: str | Path | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Config:
    """Put together a configuration: a TOML file, then what is named here, then ``settings``.

    Raises:
        ConfigError: Something in it is unknown, out of range or cannot be combined.
    """
    merged = given_settings(
        data, valid=valid, test=test, pair=pair, config=config, settings=settings
    )
    return configuration.resolve(arch=arch, size=size, settings=merged)


def given_settings(
    data: Specs,
    *,
    valid: Specs = (),
    test: Specs = (),
    pair: str | None = None,
    config: str | Path | None = None,
    settings: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Settings by dotted key as they were given, before a preset fills in the rest.

    Raises:
        ConfigError: The file cannot be read, or no corpus was named.
    """
    base = configuration.flatten(configuration.load(Path(config))) if config else {}
    named: dict[str, Any] = {
        "data.train": specs(data),
        "data.valid": specs(valid),
        "data.test": specs(test),
        "data.pair": pair,
    }
    merged = {**base, **{key: value for key, value in named.items() if value}}
    merged.update(configuration.flatten(configuration.nest(settings or {})))
    for key in ("data.train", "data.valid", "data.test"):
        if isinstance(merged.get(key), str):  # as a file or a setting may name a single one
            merged[key] = specs(merged[key])
    if not merged.get("data.train"):
        raise ConfigError("No corpus was named; give a file of pairs, a prefix or `builtin:NAME`.")
    if not merged.get("data.pair"):
        languages = builtin_languages(merged["data.train"])
        if languages:
            merged["data.pair"] = languages
    return merged


def train(
    data: Specs,
    *,
    out: str | Path,
    valid: Specs = (),
    test: Specs = (),
    pair: str | None = None,
    arch: str | None = None,
    size: str | None = None,
    config: str | Path | None = None,
    settings: Mapping[str, Any] | None = None,
    device: str | None = None,
    threads: int | None = None,
    listener: "Listener | None" = None,
) -> "Run":
    """Train a model on sentence pairs.

    Args:
        data: Files of pairs, prefixes (with ``pair``) or ``builtin:NAME``.
        out: The run directory to write.
        valid: Validation corpora; none: split off ``data``.
        test: Test corpora; none: split off ``data``, unless ``valid`` is given.
        pair: Languages, as ``en-fr``.
        arch: An architecture of ``seq2see archs``.
        size: ``tiny``, ``small``, ``base`` or ``paper``.
        config: A TOML file of settings.
        settings: Further settings by dotted key, as ``{"train.max_updates": 1000}``.
        device: ``cpu`` or ``cuda``; None: a GPU where there is one.
        threads: Threads of the arithmetic.
        listener: Who is told how it goes; None: progress on standard error.

    Returns:
        The run; ``load(run.path)`` translates with it.

    Raises:
        Seq2seeError: Of the kind that says what is wrong.
        KeyboardInterrupt: Ctrl-C; a checkpoint has been written, and ``resume`` continues.
    """
    from seq2see.machine import Machine
    from seq2see.training.start import begin

    resolved = configure(
        data,
        valid=valid,
        test=test,
        pair=pair,
        arch=arch,
        size=size,
        config=config,
        settings=settings,
    )
    machine = Machine(device=device, threads=threads)
    run, outcome = begin(resolved, Path(out), machine=machine, listener=listener or _on_console())
    if outcome.interrupted:
        raise KeyboardInterrupt
    return run


def resume(
    out: str | Path,
    *,
    more: int | None = None,
    settings: Mapping[str, Any] | None = None,
    device: str | None = None,
    threads: int | None = None,
    listener: "Listener | None" = None,
) -> "Run":
    """Continue a run as if it had never stopped.

    Args:
        out: The run directory.
        more: Updates beyond those made; None: up to ``train.max_updates`` in all.
        settings: Changed ``train.*`` settings.
        device: As in ``train``.
        threads: As in ``train``; None: as many as before.
        listener: As in ``train``.

    Raises:
        RunError: The run is broken, or its corpora have changed.
        KeyboardInterrupt: As in ``train``.
    """
    from seq2see.machine import Machine
    from seq2see.training import start

    run, outcome = start.resume(
        Path(out),
        more=more,
        settings=settings,
        machine=Machine(device=device, threads=threads),
        listener=listener or _on_console(),
    )
    if outcome.interrupted:
        raise KeyboardInterrupt
    return run


def load(
    run: str | Path | Sequence[str | Path],
    *,
    device: str | None = None,
    threads: int | None = None,
    backend: Backend = "torch",
    precision: Precision = "auto",
    shortlist: bool = False,
    workers: int | None = 1,
    dictionary: str | Path | None = None,
) -> "Translator":
    """Load a run's best weights for translating.

    Args:
        run: The run directory; several: an ensemble, whose probabilities are averaged, and which
            otherwise translates as the first one is configured to.
        device: ``cpu`` or ``cuda``; None: a GPU where there is one.
        threads: Threads of the arithmetic; None: torch's choice.
        backend: ``torch``; ``ctranslate2``, which is faster but shows no search tree; or ``auto``,
            which is CTranslate2 where it is installed and can do what is asked, else torch.
        precision: ``fp32``, ``bf16``, ``int8``, or ``auto``: int8 of CTranslate2, fp32 of torch.
        shortlist: Choose each sentence's tokens among few, likely translations of its source tokens
            (torch only). The run learns these from its training pairs the first time.
        workers: Copies of this process that translate many texts side by side, a core each; None:
            as many as threads. Copies are forked, which a program with threads of its own had
            better not do.
        dictionary: What ``replace_unknown`` translates source words by: a file of source words and
            target words, separated by a tab, or ``learnt``, from the training pairs; None: the
            run's ``decode.dictionary``.

    Raises:
        RunError: A run is missing or broken, or has no shortlist nor what it is learnt from.
        DataError: The dictionary cannot be read.
        ConfigError: There is no such device here, or it or CTranslate2 cannot do what was asked, or
            runs do not have the same vocabularies.
        MissingExtraError: CTranslate2 was asked for, but is not installed.
    """
    from seq2see.decoding.backends.choice import choose
    from seq2see.decoding.ensembles import ensemble
    from seq2see.decoding.precision import reduced
    from seq2see.decoding.translator import Translator
    from seq2see.machine import Machine, side_by_side
    from seq2see.run import Run

    if shortlist and backend == "ctranslate2":
        raise ConfigError(
            "`shortlist` is for the torch backend, but `backend` is `ctranslate2`; leave one out."
        )
    names = specs(run)
    if not names:
        raise ConfigError("No run was named; give the directory of one, or of several.")
    prepared = Machine(device=device, threads=threads).prepare()
    opened, *others = [Run.open(Path(name)) for name in names]
    config, ctranslate2 = opened.config, None
    model: Seq2seq
    if others:
        _refuse_for_ensembles(backend, shortlist=shortlist)
        model, config = ensemble([opened, *others])
        model = model.to(prepared)
    else:
        model = opened.load_model().to(prepared)
        ctranslate2 = choose("torch" if shortlist else backend, opened, model, precision)
    if workers is None:
        workers = side_by_side(prepared)
    return Translator(
        model,
        source_tokenizer=opened.source_tokenizer,
        target_tokenizer=opened.target_tokenizer,
        config=config,
        ctranslate2=ctranslate2,
        reduced=reduced(model, precision) if ctranslate2 is None else None,
        shortlist=_shortlist(opened).to(prepared) if shortlist else None,
        workers=workers,
        dictionary=_dictionary(opened, dictionary or opened.config.decode.dictionary),
    )


def _refuse_for_ensembles(backend: Backend, *, shortlist: bool) -> None:
    if backend == "ctranslate2" or shortlist:
        asked = "`shortlist`" if shortlist else "`backend=ctranslate2`"
        raise ConfigError(
            f"{asked} is for one run, but several were given, whose probabilities PyTorch averages "
            "over the whole vocabulary; leave it out, or give one run."
        )


def _dictionary(run: "Run", name: str | Path | None) -> "Dictionary | None":
    if name is None:
        return None
    from seq2see.training.dictionary import dictionary_of

    return dictionary_of(run, str(name), _on_console())


def _shortlist(run: "Run") -> "Shortlist":
    """The shortlist that the run keeps, or one that it will keep from now on."""
    from seq2see.decoding.shortlist import Shortlist

    kept = Shortlist.read(run)
    if kept is not None:
        return kept
    from seq2see.training.shortlist import learn_shortlist

    return learn_shortlist(run, _on_console())


def specs(given: Specs) -> tuple[str, ...]:
    """Names of corpora, as the configuration keeps them."""
    if isinstance(given, str | Path):
        return (str(given),)
    return tuple(str(spec) for spec in given)


def builtin_languages(train: Sequence[str]) -> str | None:
    """Languages of a built-in corpus, as ``en-fr``; None for other corpora."""
    from seq2see.data import builtin

    if len(train) != 1 or not train[0].startswith("builtin:"):
        return None
    name = train[0].removeprefix("builtin:").partition(":")[0].partition("/")[0]
    languages = builtin.languages(name)
    return None if languages is None else "-".join(languages)


def _on_console() -> "Listener":
    from seq2see.training.listener import OnConsole

    return OnConsole()
