"""``seq2see data``: public corpora, listed and fetched. The only command that uses a network."""

import json as json_format
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seq2see import console
from seq2see.cli import options
from seq2see.errors import UsageError

if TYPE_CHECKING:
    from seq2see.data.public.registry import PublicCorpus

app = typer.Typer(
    name="data",
    help="List and fetch the public corpora that the recipes use.",
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
)


@app.command("list")
def list_corpora(*, json: options.Json = False) -> None:
    """List the public corpora, with size and licence."""
    from seq2see.data.public.registry import corpora

    if json:
        content = [corpus.to_json() for corpus in corpora()]
        typer.echo(json_format.dumps(content, ensure_ascii=False, indent=2))
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("name", "what", "MB", "licence"):
        table.add_column(heading, justify="right" if heading == "MB" else "left")
    for corpus in corpora():
        size = f"{corpus.size / 1e6:.1f}"
        table.add_row(corpus.name, corpus.title, size, corpus.licence)
    console.show(table)
    typer.echo("seq2see data get NAME fetches one, after showing its terms.")


@app.command("get")
def get_corpus(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A corpus; `seq2see data list` names them.")
    ],
    *,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="The folder of all corpora.")
    ] = Path("data"),
    mirror: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Take the files from a folder of the same layout."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Accept the terms unasked.")] = False,
) -> None:
    """Fetch a corpus, verify it, and unpack it where the recipes look for it.

    Its licence and attribution are shown first. What an earlier call has fetched is not fetched
    again, and a download that broke off goes on.
    """
    from seq2see.data.public.get import get
    from seq2see.data.public.registry import find

    corpus = find(name)
    _show_terms(corpus, mirror)
    if not yes:
        _ask(corpus)
    with console.progress("bytes") as bar:
        got = get(corpus, out, mirror=mirror, advance=bar.advance)
    for one in got:
        if not one.is_known:
            console.warning(
                f"`{one.path}` is another version than the one that is known, since its owners "
                "replace it now and then; scores will differ a little from those published here"
            )
        checked = "verified" if one.is_known else "another version, not verified"
        typer.echo(f"{one.path} ({checked}{'' if one.is_new else ', already there'})")
    typer.echo(f"Next: {corpus.next.replace('data/', f'{out}/')}")


def _show_terms(corpus: "PublicCorpus", mirror: Path | None) -> None:
    origins = [str(mirror)] if mirror is not None else [file.address for file in corpus.files]
    console.note(
        f"{corpus.title}\n"
        f"  of           {corpus.home}\n"
        f"  licence      {corpus.licence}\n"
        f"  attribution  {corpus.attribution}\n"
        f"  size         {corpus.size / 1e6:.1f} MB in {len(corpus.files)} files, unpacked\n"
        + "".join(f"  from         {origin}\n" for origin in origins)
    )


def _ask(corpus: "PublicCorpus") -> None:
    """Ask for consent.

    Raises:
        UsageError: Nobody is there to answer.
    """
    if not sys.stdin.isatty():
        raise UsageError(
            f"`{corpus.name}` is fetched only with your consent to its terms; add `--yes` where "
            "nobody can be asked."
        )
    typer.confirm("Fetch it under these terms?", abort=True, err=True)
