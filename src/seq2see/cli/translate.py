"""``seq2see translate``: text in, translations out, line for line."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seq2see import api, console
from seq2see.cli import options, sharding
from seq2see.cli.trace_files import TraceFiles
from seq2see.cli.writing import FORMATS, Writer
from seq2see.errors import Seq2seeError, UsageError, nearest

if TYPE_CHECKING:
    from seq2see.decoding.sampling import Sampling
    from seq2see.decoding.settings import Settings
    from seq2see.decoding.translation import Translation
    from seq2see.decoding.translator import Translator


def translate(
    run: options.RunPath,
    text: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TEXT]...", help="Texts; none: --input, standard input, a prompt."),
    ] = None,
    *,
    input_: Annotated[
        Path | None, typer.Option("--input", metavar="FILE", help="Translate its lines; also .gz.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write here instead of standard output.")
    ] = None,
    ensemble: options.Members = None,
    beam: options.Beam = None,
    nbest: Annotated[int, typer.Option(min=1, metavar="N", help="Translations of each text.")] = 1,
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="text|jsonl|tsv",
            help="text (n-best: `number ||| text ||| score`), jsonl (everything), or tsv (source, "
            "translation, score).",
        ),
    ] = "text",
    alignment: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write word alignments from attention, Pharaoh format."),
    ] = None,
    trace: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Write everything the model computed, one file for each line."
        ),
    ] = None,
    trace_detail: Annotated[
        str | None,
        typer.Option(
            metavar="drawing|numbers|all",
            help="What pictures need, all but the widest tensors (default), or all.",
        ),
    ] = None,
    prefix: Annotated[
        str | None, typer.Option(metavar="WORDS", help="Begin every translation with these words.")
    ] = None,
    length_penalty: options.LengthPenalty = None,
    coverage_penalty: Annotated[
        float | None, typer.Option(min=0, help="Beta of GNMT's coverage penalty.")
    ] = None,
    min_length: Annotated[int | None, typer.Option(min=0, help="Fewest target tokens.")] = None,
    max_length: Annotated[int | None, typer.Option(min=1, help="Most target tokens.")] = None,
    sample: Annotated[
        bool, typer.Option("--sample", help="Draw at random instead of searching.")
    ] = False,
    temperature: Annotated[
        float | None, typer.Option(help="Of sampling: below 1 safer, above 1 bolder; default 1.")
    ] = None,
    top_k: Annotated[
        int | None, typer.Option(help="Sample among the K most probable tokens; default: all.")
    ] = None,
    top_p: Annotated[
        float | None,
        typer.Option(help="Sample among the fewest tokens with this much probability; default 1."),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Of sampling; default 1.")] = None,
    replace_unknown: options.ReplaceUnknown = None,
    dictionary: options.DictionaryName = None,
    backend: options.BackendName = "auto",
    precision: options.PrecisionName = "auto",
    shortlist: options.UseShortlist = False,
    device: options.Device = None,
    threads: options.Threads = None,
) -> None:
    """Translate texts, files or standard input with a run; on a terminal, at a prompt.

    Line for line: an empty line gives an empty line, nothing is ever cut. A line longer than
    those of training, unknown words, and translations stopped at the length limit are named on
    standard error. Never more than 20 plus three times the source's tokens are produced (fifteen
    times where only the target is split into characters).
    """
    if text and input_ is not None:
        raise UsageError("Give TEXT or --input, not both.")
    form = FORMATS.get(format_)
    if form is None:
        raise UsageError(
            f"`--format` must be text, jsonl or tsv, but is `{format_}`" + nearest(format_, FORMATS)
        )
    _refuse_overwriting(input_, output, alignment, trace)
    traces = TraceFiles.of(trace, trace_detail, nbest)
    if beam is not None and nbest > beam:
        raise UsageError(
            f"`--nbest` is {nbest}, but `--beam {beam}` finds no more than {beam}; raise `--beam`."
        )
    settings: Settings = {
        "beam_size": beam,
        "num_best": nbest,
        "length_penalty": length_penalty,
        "coverage_penalty": coverage_penalty,
        "min_length": min_length,
        "max_length": max_length,
        "replace_unknown": replace_unknown,
    }
    draws = {"temperature": temperature, "top_k": top_k, "top_p": top_p, "seed": seed}
    settings["sampling"] = _sampling(sample, beam, draws)
    from seq2see.decoding.translator import WINDOW

    if traces is not None:  # they show what the search considered
        _refuse_without_traces(backend, ensemble)
        backend = "torch"
    group = sharding.join(input_, output)
    with group.first_goes_ahead():  # it may have to convert the model
        translator = api.load(
            [run, *(ensemble or ())],
            device=device,
            threads=threads,
            backend=backend,
            precision=precision,
            shortlist=shortlist,
            workers=None,
            dictionary=dictionary,
        )
    for option, value in (("--alignment", alignment), ("--coverage-penalty", coverage_penalty)):
        if value and not translator.model.has_attention:
            raise UsageError(f"`{run}` has no attention, which `{option}` needs; leave it out.")
    options.refuse_idle_dictionary(dictionary, replace_unknown, translator.config.decode)
    options.warn_of_unknown(translator, prefix or "", "--prefix")
    typed = not text and input_ is None and sys.stdin.isatty()
    plain = output is None and alignment is None and traces is None and form == "text"
    if typed and sys.stdout.isatty() and plain:
        _prompt(translator, prefix, settings)
        return
    lines = iter(text) if text else _lines(input_)
    # Someone who types wants each answer at once; everything else is faster in large windows.
    window = 1 if typed else WINDOW

    def stream(lines: Iterable[str]) -> "Iterator[Translation]":
        return translator.stream(lines, prefix=prefix, window=window, **settings)

    def writer_of(files: ExitStack, output: Path | None, alignment: Path | None) -> Writer:
        return Writer(files, output, form, nbest, alignment, traces)

    if group.size > 1 and output is not None:
        sharding.translate(
            group, lines, stream, writer_of, output=output, alignment=alignment, window=window
        )
        return
    translations = stream(lines)
    with ExitStack() as files:
        writer = writer_of(files, output, alignment)
        counter = files.enter_context(console.progress("lines")) if output is not None else None
        for number, translation in enumerate(translations):
            for warning in translation.warnings:
                console.warning(f"line {number + 1}: {warning}")
            writer.write(number, translation, at_once=typed)
            if counter is not None:
                counter.advance(1)


def _lines(path: Path | None) -> Iterator[str]:
    """Stream lines; only a line feed ends one."""
    if path is not None:
        from seq2see.data.lines import read_lines
        from seq2see.errors import DataError

        for line in read_lines(path, []):
            if line.invalid:
                raise DataError(
                    f"Line {line.number} of `{path}` is not UTF-8 ({line.invalid}); convert the "
                    "file, for example with `iconv -f LATIN1 -t UTF-8`."
                )
            yield line.text
        return
    for number, data in enumerate(sys.stdin.buffer, start=1):
        try:
            text = data.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            from seq2see.errors import DataError

            raise DataError(
                f"Line {number} of standard input is not UTF-8 (byte "
                f"0x{error.object[error.start]:02x} at column {error.start + 1}); convert it, for "
                "example with `iconv -f LATIN1 -t UTF-8`."
            ) from None
        yield text.removesuffix("\n").removesuffix("\r")


def _sampling(sample: bool, beam: int | None, draws: dict[str, Any]) -> "Sampling | None":
    """Refuse options that would be ignored, and gather the others."""
    from seq2see.decoding.sampling import Sampling

    given = {name: value for name, value in draws.items() if value is not None}
    if not sample:
        for name in given:
            option = f"--{name.replace('_', '-')}"
            raise UsageError(
                f"`{option}` has no meaning without --sample; add that, or leave `{option}` out."
            )
        return None
    if beam is not None:
        raise UsageError("`--beam` has no meaning with --sample; leave one of them out.")
    return Sampling(**given)


def _refuse_without_traces(backend: str, ensemble: list[str] | None) -> None:
    if ensemble:
        raise UsageError(
            "`--trace` shows what one model computes, but `--ensemble` makes one of several; leave "
            "one of them out."
        )
    if backend == "ctranslate2":
        raise UsageError(
            "`--trace` shows the search, which `--backend ctranslate2` keeps to itself; use "
            "`--backend torch`."
        )


def _refuse_overwriting(
    input_: Path | None, output: Path | None, alignment: Path | None, trace: Path | None = None
) -> None:
    """Refuse to write over what is still to be read, or two things into one file."""
    named = {"--input": input_, "--output": output, "--alignment": alignment, "--trace": trace}
    given = [(name, path) for name, path in named.items() if path is not None]
    for (first, one), (second, other) in combinations(given, 2):
        if one.resolve() == other.resolve() and (one.is_file() or not one.exists()):
            raise UsageError(
                f"`{first}` and `{second}` both name `{other}`, which would be overwritten; "
                "give one of them another name."
            )


def _prompt(translator: "Translator", prefix: str | None, settings: "Settings") -> None:
    """Answer line by line, each with its attention as a heat map."""
    from seq2see.cli.heatmap import HeatMap

    screen = console.results()
    console.note("Type a sentence and press Enter; Ctrl-D ends.")
    while True:
        try:
            line = input("> ")
        except EOFError:
            console.note("")
            return
        except UnicodeDecodeError:
            console.error("That line is not UTF-8; set the terminal to UTF-8 and type it again.")
            continue
        if not line.strip():
            continue
        try:
            translation = translator.translate(line, prefix=prefix, **settings)
        except Seq2seeError as error:
            console.error(str(error))
            continue
        for warning in translation.warnings:
            console.warning(warning)
        for hypothesis in translation.hypotheses:
            screen.print(hypothesis.text, style="bold")
        if translation.attention is not None:
            screen.print(HeatMap(translation.attention))
