"""``seq2see aer``: score alignments against a gold file."""

import json as json_format
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from seq2see.evaluation.alignment import AlignmentScore


def aer(
    alignments: Annotated[
        Path, typer.Argument(help="Pharaoh file to score: a line of `i-j` links per sentence.")
    ],
    gold: Annotated[
        Path, typer.Argument(help="Gold file: `i-j` sure and `ipj` or `i?j` possible links.")
    ],
    *,
    base: Annotated[
        int, typer.Option(min=0, max=1, help="Index of the first word in ALIGNMENTS.")
    ] = 0,
    gold_base: Annotated[
        int, typer.Option(min=0, max=1, help="Index of the first word in GOLD.")
    ] = 0,
    reverse: Annotated[
        bool, typer.Option("--reverse", help="ALIGNMENTS has target before source; swap them.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object; rates are shares from 0 to 1.")
    ] = False,
) -> None:
    """Alignment error rate, precision and recall of ALIGNMENTS against GOLD.

    Both files have one sentence pair per line and may be gzipped (`.gz`).
    """
    from seq2see.evaluation.alignment import score_files

    score = score_files(alignments, gold, base=base, gold_base=gold_base, reverse=reverse)
    if json:
        typer.echo(json_format.dumps(score.to_json()))
    else:
        typer.echo(one_line(score))


def one_line(score: "AlignmentScore") -> str:
    """Write a score as a person reads it."""
    return (
        f"AER {score.aer:.2%}  precision {score.precision:.1%}  recall {score.recall:.1%}  "
        f"({score.num_sentences} sentences, {score.num_links} links)"
    )
