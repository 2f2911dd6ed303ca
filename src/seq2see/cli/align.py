"""``seq2see align``: word alignments read off attention."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seq2see import console
from seq2see.cli import alignments, options, reading
from seq2see.errors import UsageError, nearest

if TYPE_CHECKING:
    from seq2see.evaluation.alignment import Alignment

KNOWN = {
    "--units": ("words", "tokens"),
    "--method": ("argmax", "threshold"),
    "--heads": ("best", "mean"),
    "--symmetrise": ("intersection", "union", "grow-diagonal", "grow-diagonal-final"),
}
LINKING = ("--output", "--units", "--reverse-run", "--shift", "--symmetrise")
WHICH = ("--layer", "--head", "--heads")
SCORING = ("--method", "--threshold", "--gold", "--gold-base")


def align(
    run: options.RunPath,
    data: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[DATA]...",
            help="Corpora; with --table and --agreement, none: the run's validation pairs.",
        ),
    ] = None,
    *,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write here instead of standard output.")
    ] = None,
    units: Annotated[
        str | None,
        typer.Option(metavar="words|tokens", help="What links count: words (default) or tokens."),
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(
            metavar="argmax|threshold",
            help="Link each target token where it attends most (default), or wherever the weight "
            "reaches --threshold.",
        ),
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(metavar="T", help="Least weight of a link, above 0 and up to 1.")
    ] = None,
    reverse_run: Annotated[
        str | None,
        typer.Option(metavar="RUN2", help="A run of the opposite direction, to be joined with."),
    ] = None,
    symmetrise: Annotated[
        str | None,
        typer.Option(
            metavar="METHOD",
            help="How to join them: intersection, union, grow-diagonal (default) or "
            "grow-diagonal-final.",
        ),
    ] = None,
    layer: Annotated[
        int | None,
        typer.Option(min=0, metavar="L", help="Read this layer of a Transformer, from 0."),
    ] = None,
    head: Annotated[
        int | None,
        typer.Option(min=0, metavar="H", help="Read this head of it; left out: all, averaged."),
    ] = None,
    heads: Annotated[
        str | None,
        typer.Option(
            metavar="best|mean",
            help="best (default): what errs least on the run's validation pairs, where these have "
            "gold alignments; else the mean of all heads.",
        ),
    ] = None,
    shift: Annotated[
        int | None,
        typer.Option(
            min=-1,
            max=1,
            help="Credit the attention of target token t to t+SHIFT; see --table.",
        ),
    ] = None,
    gold: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Gold word alignments, Pharaoh format, to score against."
        ),
    ] = None,
    gold_base: Annotated[
        int | None, typer.Option(min=0, max=1, help="Index of their first word; default 0.")
    ] = None,
    table: Annotated[
        bool, typer.Option("--table", help="Show the error of every layer and head instead.")
    ] = False,
    agreement: Annotated[
        bool,
        typer.Option(
            "--agreement",
            help="Show instead whether attention ranks source tokens as gradients and leaving "
            "tokens out do.",
        ),
    ] = False,
    pair: options.Pair = None,
    columns: options.Columns = None,
    features: options.Features = None,
    separator: options.Separator = None,
    device: options.Device = None,
    threads: options.Threads = None,
    json: Annotated[
        bool,
        typer.Option("--json", help="Print scores as one JSON object; links only with --output."),
    ] = False,
) -> None:
    """Align the words of given pairs by attention: a line of `i-j` links for each pair.

    The model is made to say the targets. Words are those between white space, counted from 0. A
    line that is no pair gives an empty line. Where there are gold alignments, the alignment error
    rate goes to standard error.
    """
    if table and agreement:
        raise UsageError("`--table` and `--agreement` are two tables; ask for one.")
    if not (data or table or agreement):
        raise UsageError("There is nothing to align; name DATA, or ask for `--table`.")
    given = {
        "--output": output, "--units": units, "--reverse-run": reverse_run, "--shift": shift,
        "--symmetrise": symmetrise, "--layer": layer, "--head": head, "--heads": heads,
        "--method": method, "--threshold": threshold, "--gold": gold, "--gold-base": gold_base,
    }  # fmt: skip
    _check({name: value for name, value in given.items() if value is not None}, table, agreement)
    choice = alignments.Choice(layer, head, heads, threshold, shift or 0)
    form = reading.Form(
        pair, options.column_pair(columns), separator, options.column_list(features)
    )

    loaded = alignments.load(run, device, threads)
    languages = (form.pair or loaded.run.config.data.pair or "").split("-")
    _refuse_overwriting(output, [*(data or []), *([] if gold is None else [str(gold)])], languages)
    lines = _lines(loaded, data or [], form)
    known = _gold(gold, gold_base or 0)
    if table:
        alignments.show_table(loaded, lines, known, choice, json=json)
    elif agreement:
        alignments.show_agreement(loaded, lines, choice, json=json)
    else:
        other = None
        if reverse_run is not None:
            other = alignments.load_reverse(reverse_run, loaded, device)
        joined = {"units": units or "words", "symmetrisation": symmetrise or "grow-diagonal"}
        alignments.write(loaded, other, lines, known, choice, joined, output, json=json)


def _lines(
    loaded: alignments.Loaded, data: Sequence[str], form: reading.Form
) -> list[reading.Line]:
    """Read DATA line for line, or the run's validation pairs."""
    if data:
        corpora = reading.read(loaded.name, loaded.run.config.data, data, form)
        both = zip(data, corpora, strict=True)
        return [line for spec, corpus in both for line in reading.by_line(spec, corpus)]
    form.refuse_without_data()
    _, pairs = reading.held_out(loaded.run, "valid")
    console.note(f"reading the run's own {len(pairs):,} validation pairs")
    return [reading.Line(pair) for pair in pairs]


def _gold(path: Path | None, base: int) -> "list[Alignment] | None":
    if path is None:
        return None
    from seq2see.evaluation.alignment import read_pharaoh

    return read_pharaoh(path, base=base)


def _refuse_overwriting(output: Path | None, read: Sequence[str], languages: Sequence[str]) -> None:
    """Refuse to write over what is read: a file, or a side of a prefix."""
    ends = ["", *(f".{language}{gz}" for language in languages for gz in ("", ".gz"))]
    names = [f"{spec}{end}" for spec in read for end in ends]
    for name in names:
        if output is not None and output.is_file() and output.resolve() == Path(name).resolve():
            raise UsageError(
                f"`--output` names `{output}`, which is read and would be overwritten; give it "
                "another name."
            )


def _check(given: Mapping[str, Any], table: bool, agreement: bool) -> None:
    """Refuse options that are not known, that would be ignored, or that contradict each other."""
    for option, known in KNOWN.items():
        if (value := given.get(option, known[0])) not in known:
            listed = f"{', '.join(known[:-1])} or {known[-1]}"
            raise UsageError(
                f"`{option}` must be {listed}, but is `{value}`{nearest(value, known)}"
            )
    for mode, asked, ignored in (
        ("--table", table, LINKING + WHICH),
        ("--agreement", agreement, LINKING + SCORING),
    ):
        for option in ignored:
            if asked and option in given:
                raise UsageError(f"`{option}` has no meaning with `{mode}`; leave one of them out.")
    for option, needed in (
        ("--symmetrise", "--reverse-run"),
        ("--head", "--layer"),
        ("--gold-base", "--gold"),
    ):
        if option in given and needed not in given:
            raise UsageError(f"`{option}` has no meaning without `{needed}`; add that.")
    if "--heads" in given and "--layer" in given:
        raise UsageError("`--heads` and `--layer` both say which attention to read; give one.")
    threshold, method = given.get("--threshold"), given.get("--method")
    if method == "threshold" and threshold is None:
        raise UsageError("`--method threshold` needs a weight; add `--threshold`, as in 0.2.")
    if method == "argmax" and threshold is not None:
        raise UsageError("`--threshold` has no meaning with `--method argmax`; leave one out.")
    if threshold is not None and not 0 < threshold <= 1:
        raise UsageError(f"`--threshold` must be above 0 and at most 1, but is {threshold}.")
