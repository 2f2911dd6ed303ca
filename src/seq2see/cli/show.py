"""``seq2see show``: the player, as a page that is saved and opened."""

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from seq2see import api, console
from seq2see.cli import options
from seq2see.errors import UsageError
from seq2see.files import write_atomically

if TYPE_CHECKING:
    from seq2see.decoding.translator import Translator
    from seq2see.views.page import Language, Model, Sentence

PAGE = "page.html"
LANGUAGES = ("en", "zh")


def show(
    run: options.RunPath,
    text: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TEXT]...", help="Sentences; none: three that it never saw."),
    ] = None,
    *,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Ends in .html; default: page.html in RUN."),
    ] = None,
    live: Annotated[
        bool | None,
        typer.Option(
            "--live/--no-live",
            help="Put the weights into the page, so that it translates whatever is typed; "
            "default: up to 3 million parameters.",
        ),
    ] = None,
    against: Annotated[
        str | None, typer.Option(metavar="RUN2", help="Show another run of the same task beside.")
    ] = None,
    beam: options.Beam = None,
    language: Annotated[
        str, typer.Option(metavar="en|zh", help="Language of the page's texts.")
    ] = "en",
    open_: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page, where there is a display.")
    ] = True,
    device: options.Device = None,
    threads: options.Threads = None,
) -> None:
    """Show what a run computes, step by step, in a page that needs no network.

    The page is one file: it opens from disk, and can be sent on.
    """
    from seq2see.views import kinds

    kinds.one_of("--language", language, LANGUAGES)
    path = Path(run) / PAGE if out is None else out
    if path.suffix != ".html":
        raise UsageError(f"`--out {path}` must end in .html, since a page is written.")
    names = [run] if against is None else [run, against]
    translators = [_load(name, beam, device, threads) for name in names]
    texts = [one for one in text or [] if one.strip()] or held_out(Path(run))
    content = page(names, translators, texts, live=live, language=cast("Language", language))
    write_atomically(path, content.encode(errors="surrogatepass"))
    typer.echo(f"{path}")
    if open_ and has_display():
        import webbrowser

        webbrowser.open(path.absolute().as_uri())


def page(
    names: list[str],
    translators: "list[Translator]",
    texts: list[str],
    *,
    live: bool | None = None,
    language: "Language" = "en",
) -> str:
    """Translate sentences with every run, and write the page."""
    from seq2see.views import page as pages

    models = [
        _model(name, translator, live) for name, translator in zip(names, translators, strict=True)
    ]
    sentences = [_sentence(text, translators) for text in texts]
    return pages.page(models, sentences, language=language)


def held_out(run: Path) -> list[str]:
    """A short, a middling and a long sentence that the run was not trained on.

    Raises:
        UsageError: It has recorded none.
    """
    from seq2see.run import Run

    opened = Run.open(run)
    pairs = opened.held_out("test") or opened.held_out("valid")
    texts = sorted({pair.source for pair in pairs}, key=lambda one: (len(one.split()), one))
    if not texts:
        raise UsageError(
            f"`{run}` has no held-out sentences to show; give one: seq2see show {run} TEXT."
        )
    chosen = [texts[round(share * (len(texts) - 1))] for share in (0.1, 0.5, 0.9)]
    return list(dict.fromkeys(chosen))


def has_display() -> bool:
    """Whether somebody sits in front of this and can look at a page."""
    if not sys.stdout.isatty():
        return False
    shown = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return sys.platform in ("darwin", "win32") or bool(shown)


def _load(name: str, beam: int | None, device: str | None, threads: int | None) -> "Translator":
    translator = api.load(name, device=device, threads=threads)
    if beam is not None:
        decode = replace(translator.config.decode, beam_size=beam)
        translator.config = replace(translator.config, decode=decode)
    return translator


def _model(name: str, translator: "Translator", live: bool | None) -> "Model":
    from seq2see.views.live import packed
    from seq2see.views.page import Model

    return Model(Path(name).name, translator.info, packed(translator, live))


def _sentence(text: str, translators: "list[Translator]") -> "Sentence":
    from seq2see.views.page import Sentence

    traces = []
    for translator in translators:
        translation = translator.translate(text)
        for warning in translation.warnings:
            console.warning(warning)
        traces.append(translation.trace())
    return Sentence(text, tuple(traces))
