"""``seq2see translate``: text in, translations out, line for line."""

import json as json_format
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TextIO

import typer

from seq2see import api, console
from seq2see.cli import options
from seq2see.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from seq2see.decoding.translation import Hypothesis, Translation
    from seq2see.decoding.translator import Settings, Translator

Format = Literal["text", "jsonl", "tsv"]


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
    temperature: Annotated[float, typer.Option(help="Of sampling.")] = 1.0,
    top_k: Annotated[int, typer.Option(help="Sample among the K most probable; 0: all.")] = 0,
    top_p: Annotated[float, typer.Option(help="Sample within this much probability.")] = 1.0,
    seed: Annotated[int, typer.Option(help="Of sampling.")] = 1,
    device: options.Device = None,
    threads: options.Threads = None,
) -> None:
    """Translate texts, files or standard input with a run; on a terminal, at a prompt.

    Line for line: an empty line gives an empty line, nothing is ever cut. A line longer than
    those of training, unknown words, and translations stopped at the length limit are named on
    standard error. Never more than 20 plus three times the source's tokens are produced.
    """
    if text and input_ is not None:
        raise UsageError("Give TEXT or --input, not both.")
    if format_ not in ("text", "jsonl", "tsv"):
        raise UsageError(f"`--format` must be text, jsonl or tsv, but is `{format_}`.")
    settings: Settings = {
        "beam_size": beam,
        "num_best": nbest,
        "length_penalty": length_penalty,
        "coverage_penalty": coverage_penalty,
        "min_length": min_length,
        "max_length": max_length,
    }
    if sample:
        from seq2see.decoding.sampling import Sampling

        settings["sampling"] = Sampling(
            temperature=temperature, top_k=top_k, top_p=top_p, seed=seed
        )
    translator = api.load(run, device=device, threads=threads)
    if alignment is not None and not translator.model.has_attention:
        raise UsageError(f"`{run}` has no attention, so there is no alignment to write.")
    if not text and input_ is None and sys.stdin.isatty():
        _prompt(translator, prefix, settings)
        return
    lines = iter(text) if text else _lines(input_)
    # Someone typing into a pipe wants each answer at once; files are faster in large windows.
    translations = translator.stream(lines, prefix=prefix, **settings)
    with ExitStack() as files:
        out = _open(files, output) or sys.stdout
        aligned = _open(files, alignment)
        counter = files.enter_context(console.progress("lines")) if output is not None else None
        for number, translation in enumerate(translations):
            for warning in translation.warnings:
                console.warning(f"line {number + 1}: {warning}")
            for line in formatted(translation, number, format_, nbest):  # type: ignore[arg-type]
                out.write(line + "\n")
            if aligned is not None:
                links = " ".join(f"{i}-{j}" for i, j in translation.alignment)
                aligned.write(links + "\n")
            if counter is not None:
                counter.advance(1)


def formatted(
    translation: "Translation", number: int, form: Format, num_best: int
) -> Iterator[str]:
    """Write one translation as lines without their ends."""
    if form == "jsonl":
        yield json_format.dumps(_as_json(translation), ensure_ascii=False)
    elif form == "tsv":
        for hypothesis in translation.hypotheses:
            cells = (translation.source, hypothesis.text)
            flat = [cell.replace("\t", " ").replace("\n", " ") for cell in cells]
            yield "\t".join([*flat, f"{hypothesis.score:.4f}"])
    elif num_best == 1:
        yield _one_line(translation.text)
    else:
        for hypothesis in translation.hypotheses:
            yield f"{number} ||| {_one_line(hypothesis.text)} ||| {hypothesis.score:.4f}"


def _as_json(translation: "Translation") -> dict[str, Any]:
    def one(hypothesis: "Hypothesis") -> dict[str, Any]:
        attention = hypothesis.attention
        return {
            "text": hypothesis.text,
            "tokens": hypothesis.tokens,
            "score": hypothesis.score,
            "log_prob": hypothesis.log_prob,
            "token_log_probs": hypothesis.token_log_probs,
            "finished": hypothesis.finished,
            "alignment": hypothesis.alignment,
            **(
                {}
                if attention is None
                else {
                    "attention": {
                        "rows": attention.rows,
                        "columns": attention.columns,
                        "values": attention.values.round(6).tolist(),
                    }
                }
            ),
        }

    return {
        "source": translation.source,
        "source_tokens": translation.source_tokens,
        "hypotheses": [one(hypothesis) for hypothesis in translation.hypotheses],
        "warnings": translation.warnings,
    }


def _one_line(text: str) -> str:
    """A line break that the model produced would break the count of lines."""
    return text.replace("\r", " ").replace("\n", " ")


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
            yield data.decode("utf-8").removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError:
            from seq2see.errors import DataError

            raise DataError(
                f"Line {number} of standard input is not UTF-8; convert it, for example with "
                "`iconv -f LATIN1 -t UTF-8`."
            ) from None


def _open(files: ExitStack, path: Path | None) -> TextIO | None:
    if path is None:
        return None
    return files.enter_context(path.open("w", encoding="utf-8", newline="\n"))


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
        if not line.strip():
            continue
        try:
            translation = translator.translate(line, prefix=prefix, **settings)
        except ConfigError as error:
            console.error(str(error))
            continue
        for warning in translation.warnings:
            console.warning(warning)
        for hypothesis in translation.hypotheses:
            screen.print(hypothesis.text, style="bold")
        if translation.attention is not None:
            screen.print(HeatMap(translation.attention))
