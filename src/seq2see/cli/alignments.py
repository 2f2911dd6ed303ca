"""What ``seq2see align`` does with a run: link, tabulate, compare; and which attention it reads."""

import json as json_format
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from seq2see import api, console
from seq2see.cli import reading, writing
from seq2see.cli.aer import one_line
from seq2see.errors import UsageError

if TYPE_CHECKING:
    from seq2see.decoding.translator import Translator
    from seq2see.evaluation.alignment import Alignment
    from seq2see.evaluation.heads import Head
    from seq2see.run import Run


class Loaded(NamedTuple):
    """A run whose attention is read."""

    name: str
    run: "Run"
    translator: "Translator"


class Choice(NamedTuple):
    """Which attention map to read, as asked for, and how."""

    layer: int | None
    head: int | None
    heads: str | None
    threshold: float | None
    shift: int


def write(
    loaded: Loaded,
    other: Loaded | None,
    lines: Sequence[reading.Line],
    gold: "Sequence[Alignment] | None",
    choice: Choice,
    joined: dict[str, Any],
    output: Path | None,
    *,
    json: bool,
) -> None:
    """Write the links line by line, then the score."""
    from seq2see.evaluation.align import Direction, Reading, align
    from seq2see.evaluation.alignment import Tally, format_pharaoh

    def direction(one: Loaded) -> Direction:
        chosen = _choose(one, choice)
        return Direction(
            one.translator, Reading(head=chosen, threshold=choice.threshold, shift=choice.shift)
        )

    pairs = [line.pair for line in lines]
    if json and gold is None and not any(pair.alignment for pair in pairs):
        raise UsageError("`--json` prints scores, but DATA has no gold alignments; add `--gold`.")
    forward = direction(loaded)
    backward = None if other is None else direction(other)
    found = align(forward, pairs, backward=backward, gold=gold, **joined)
    tally, num_recounted = Tally(), 0
    with ExitStack() as files:
        written = writing.open_output(files, output)
        if written is None and not json:
            written = sys.stdout
        # Links on a terminal would run into a bar that moves.
        progress = files.enter_context(console.progress("pairs", len(pairs)))
        for number, (line, one) in enumerate(zip(lines, found, strict=True), start=1):
            if one.problem:
                name = line.pair.where or f"pair {number}"
                why = line.problem or one.problem
                console.warning(f"{name} cannot be aligned ({why}), so its line is empty")
            if written is not None:
                written.write(format_pharaoh(one.links) + "\n")
            num_recounted += one.recounted
            if one.scored is not None and one.gold is not None:
                tally.add(one.scored, one.gold)
            progress.advance(1)
    if num_recounted:
        console.warning(
            f"in {num_recounted:,} of {len(pairs):,} pairs cleaning changed the number of words; "
            "their links count the words after cleaning, and are not scored"
        )
    score = tally.score()
    if json:
        heads = {"attention": forward.reading.head.to_json()}
        if backward is not None:
            heads["reverse_attention"] = backward.reading.head.to_json()
        typer.echo(json_format.dumps({**score.to_json(), **heads}))
    elif score.num_sentences:
        console.note(one_line(score))


def show_table(
    loaded: Loaded,
    lines: Sequence[reading.Line],
    gold: "Sequence[Alignment] | None",
    choice: Choice,
    *,
    json: bool,
) -> None:
    """Show how well every attention map aligns."""
    from seq2see.evaluation.head_table import score_heads, tables

    pairs = [line.pair for line in lines]
    with console.progress("pairs", len(pairs)) as bar:
        found = score_heads(
            loaded.translator, pairs, gold, threshold=choice.threshold, advance=bar.advance
        )
    if json:
        typer.echo(json_format.dumps(found.to_json()))
    else:
        console.show(tables(found))


def show_agreement(
    loaded: Loaded, lines: Sequence[reading.Line], choice: Choice, *, json: bool
) -> None:
    """Show whether attention ranks source tokens as their influence does."""
    from seq2see.evaluation.agreement import NUM_PAIRS, agreement, tables
    from seq2see.evaluation.heads import heads_of

    chosen = _choose(loaded, choice)
    pairs = [line.pair for line in lines]
    with console.progress("pairs", min(len(pairs), NUM_PAIRS)) as bar:
        found = agreement(loaded.translator, pairs, chosen, advance=bar.advance)
    if json:
        typer.echo(json_format.dumps({**found.to_json(), "attention": chosen.to_json()}))
    else:
        several = len(heads_of(loaded.translator.model)) > 1
        console.show(tables(found, chosen if several else None))


def load(run: str, device: str | None, threads: int | None) -> Loaded:
    """Load a run that attends.

    Raises:
        UsageError: It has no attention.
    """
    from seq2see.run import Run

    opened = Run.open(Path(run))
    translator = api.load(run, device=device, threads=threads)
    if not translator.model.has_attention:
        raise UsageError(
            f"`{run}` has no attention, so no alignment can be read off; train an architecture "
            "that attends, such as `bahdanau2015`."
        )
    return Loaded(run, opened, translator)


def load_reverse(run: str, forward: Loaded, device: str | None) -> Loaded:
    """Load a run of the opposite direction.

    Raises:
        UsageError: It has no attention, or translates in another direction.
    """
    loaded = load(run, device, None)
    ours, theirs = forward.run.config.data.languages, loaded.run.config.data.languages
    if ours is not None and theirs is not None and theirs != ours[::-1]:
        raise UsageError(
            f"`{run}` translates `{'-'.join(theirs)}`, which is not the opposite direction of "
            f"`{'-'.join(ours)}`; give a run trained for `{'-'.join(reversed(ours))}`."
        )
    return loaded


def _choose(loaded: Loaded, choice: Choice) -> "Head":
    """Settle which attention map of a run is read, and say so where the user did not."""
    from seq2see.evaluation.head_table import score_heads
    from seq2see.evaluation.heads import MEAN, Head, check_head, heads_of

    known = heads_of(loaded.translator.model)
    if choice.layer is not None:
        return check_head(Head(choice.layer, choice.head), known, loaded.name)
    if choice.heads == "mean" or len(known) == 1:
        return MEAN
    pairs = [pair for pair in loaded.run.held_out("valid") if pair.alignment is not None]
    if not pairs:
        console.note(
            f"`{loaded.name}`: reading the mean of all heads, since its validation pairs have no "
            "gold alignments to choose one by"
        )
        return MEAN
    with console.progress("validation pairs", len(pairs)) as bar:
        found = score_heads(
            loaded.translator, pairs, threshold=choice.threshold, advance=bar.advance
        )
    best = found.best(choice.shift)
    console.note(
        f"`{loaded.name}`: reading {best}, which errs least on its {found.num_sentences:,} "
        f"validation pairs (AER {found.scores[best][choice.shift].aer:.2%})"
    )
    return best
