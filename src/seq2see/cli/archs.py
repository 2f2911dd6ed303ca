"""``seq2see archs``: the lineage, with parameter counts."""

import json as json_format
from typing import Annotated

import typer

from seq2see import config
from seq2see.models import presets


def archs(
    vocab: Annotated[
        int, typer.Option(min=5, help="Vocabulary size of each side, on which the counts depend.")
    ] = 8000,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False,
) -> None:
    """List the architectures with their papers and parameter counts."""
    counts = {
        architecture.name: {
            size: parameter_count(architecture.name, size, vocab) for size in presets.SIZES
        }
        for architecture in presets.ARCHITECTURES
    }
    if json:
        listing = [
            {
                "name": architecture.name,
                "paper": architecture.paper,
                "summary": architecture.summary,
                "vocab": vocab,
                "parameters": counts[architecture.name],
            }
            for architecture in presets.ARCHITECTURES
        ]
        typer.echo(json_format.dumps(listing, indent=2))
        return
    for architecture in presets.ARCHITECTURES:
        sizes = "".join(
            f"{f'{size} {_short(count)}':<15}" for size, count in counts[architecture.name].items()
        )
        typer.echo(f"{architecture.name:<17}{architecture.paper}")
        typer.echo(f"{'':<17}{architecture.summary}")
        typer.echo(f"{'':<17}{sizes.rstrip()}\n")
    typer.echo(f"Parameters with a vocabulary of {vocab:,} on each side (--vocab), none shared.")


def parameter_count(arch: str, size: str, vocab: int) -> int:
    """Count the parameters of a preset by building it without memory for its weights."""
    import torch

    from seq2see.models.build import build, count_parameters

    resolved = config.resolve(arch=arch, size=size)
    with torch.device("meta"):
        model = build(
            resolved.model,
            vocab,
            vocab,
            max_source_length=resolved.data.max_length,
            shared_vocab=False,
        )
    return count_parameters(model)


def _short(count: int) -> str:
    """Write a count with three figures: 853k, 1.25M, 61.0M, 384M."""
    if count < 999_500:
        return f"{count / 1e3:.3g}k"
    decimals = 2 if count < 9_995_000 else 1 if count < 99_950_000 else 0
    return f"{count / 1e6:.{decimals}f}M"
