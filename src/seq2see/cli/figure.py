"""``seq2see figure``: still pictures of what a model computed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from seq2see import api, console
from seq2see.cli import options
from seq2see.drawing.theme import ThemeName
from seq2see.errors import UsageError
from seq2see.views import kinds

if TYPE_CHECKING:
    from seq2see.trace.record import Trace

_KINDS = get_args(kinds.Kind)


def figure(
    run: options.RunPath,
    text: Annotated[
        str | None,
        typer.Argument(metavar="[TEXT]", help="What to translate; none for `learning`, `lengths`."),
    ] = None,
    *,
    kind: Annotated[str, typer.Option(metavar="KIND", help=" | ".join(_KINDS))] = "alignment",
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Ends in .svg, .png or .pdf; default: SVG to stdout."),
    ] = None,
    width: Annotated[
        int | None,
        typer.Option(metavar="PX", help="96 to the inch; default: what it needs, up to 672."),
    ] = None,
    scale: Annotated[
        float | None,
        typer.Option(min=0.25, max=16, help="Pixels of a PNG for each of --width; default 2."),
    ] = None,
    theme: Annotated[str, typer.Option(metavar="light|dark", help="Colours.")] = "light",
    attention: Annotated[
        str | None,
        typer.Option(
            metavar="cross|encoder|decoder",
            help="From output to source (default), within the source, within the output.",
        ),
    ] = None,
    layer: Annotated[
        int | None, typer.Option(min=0, help="Counted from 0; default: the mean of all.")
    ] = None,
    head: Annotated[
        int | None, typer.Option(min=0, help="Counted from 0; default: the mean of all.")
    ] = None,
    units: Annotated[
        str | None,
        typer.Option(metavar="words|tokens", help="Default: words; for `heads` tokens."),
    ] = None,
    target: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Make the model say this instead.")
    ] = None,
    beam: options.Beam = None,
    device: options.Device = None,
    threads: options.Threads = None,
) -> None:
    """Draw what a run computed for TEXT, or how the run learned, as SVG, PNG or PDF.

    alignment: what each output word attends to, as a matrix. steps: the same as lines. heads: every
    head of a Transformer. states: what encoder and decoder hand on. probabilities: what might have
    come next. beam: the whole search. learning: loss and BLEU during training. lengths: BLEU by
    length of the source.
    """
    kinds.one_of("--kind", kind, _KINDS)
    kinds.one_of("--theme", theme, get_args(ThemeName))
    chosen = cast("kinds.Kind", kind)
    named = {
        "attention": attention, "layer": layer, "head": head, "units": units, "target": target,
        "beam": beam,
    }  # fmt: skip
    given = frozenset(name for name, value in named.items() if value is not None)
    kinds.check_options(chosen, given)
    if {"target", "beam"} <= given:
        raise UsageError("`--beam` has no meaning with --target; leave one of them out.")
    if attention is not None:
        kinds.one_of("--attention", attention, get_args(kinds.Attention))
    if units is not None:
        kinds.one_of("--units", units, get_args(kinds.Units))
    look = kinds.Look(width=width, theme=cast("ThemeName", theme))
    from seq2see.drawing import export

    if out is not None:
        export.check(out)
    if scale is not None and (out is None or out.suffix != ".png"):
        raise UsageError("`--scale` has a meaning only for a PNG; name one as --out, or leave it.")
    if chosen in kinds.OF_RUNS:
        for option, value in (("--device", device), ("--threads", threads)):
            if value is not None:
                raise UsageError(
                    f"`{option}` has no meaning for `{kind}`, which computes nothing; leave it out."
                )
        drawn = _of_run(chosen, Path(run), text, look)
    else:
        from seq2see.views import figures

        trace = _trace(run, text, target, chosen, beam, device, threads)
        choice = kinds.Choice(
            attention=cast("kinds.Attention", attention or "cross"),
            layer=layer,
            head=head,
            units=cast("kinds.Units | None", units),
        )
        drawn = figures.draw(chosen, trace, choice, look)
    if out is None:
        typer.echo(drawn, nl=False)
    else:
        export.write(drawn, out, scale=scale or 2.0)
        console.note(f"wrote {out}")


def _of_run(kind: kinds.Kind, run: Path, text: str | None, look: kinds.Look) -> str:
    from seq2see.views import runs

    if text is not None:
        raise UsageError(f"A picture of kind `{kind}` shows the run itself; leave TEXT out.")
    return runs.learning(run, look) if kind == "learning" else runs.lengths(run, look)


def _trace(
    run: str,
    text: str | None,
    target: str | None,
    kind: kinds.Kind,
    beam: int | None,
    device: str | None,
    threads: int | None,
) -> "Trace":
    """Translate, or force the target, and record it."""
    if text is None or not text.strip():
        raise UsageError(f"A picture of kind `{kind}` needs a TEXT to translate; give one.")
    translator = api.load(run, device=device, threads=threads)
    if target is None:
        translation = translator.translate(text, beam_size=beam)
    else:
        if not target.strip():
            raise UsageError("`--target` is empty; give the words that the model is to say.")
        options.warn_of_unknown(translator, target, "--target")
        [translation] = translator.force([(text, target)])
    for warning in translation.warnings:
        console.warning(warning)
    return translation.trace()
