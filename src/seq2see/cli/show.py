"""``seq2see show``: the player, as a page that is saved and opened, or as single frames."""

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args

import typer

from seq2see import api, console
from seq2see.cli import options
from seq2see.drawing.theme import ThemeName
from seq2see.errors import UsageError
from seq2see.files import write_atomically
from seq2see.views import kinds

if TYPE_CHECKING:
    from seq2see.decoding.translator import Translator
    from seq2see.views.page import Language

PAGE = "page.html"
LANGUAGES = ("en", "zh")
FRAMES = ("svg", "png")
WIDTH = 900


def show(
    run: options.RunPath,
    text: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TEXT]...", help="Sentences; none: three that it never saw."),
    ] = None,
    *,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Default: page.html in RUN; frames: page-0001.svg ..."),
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
        str, typer.Option(metavar="en|zh", help="Language of the player's own texts.")
    ] = "en",
    frames: Annotated[
        str | None,
        typer.Option(metavar="svg|png", help="Write single frames instead of a page."),
    ] = None,
    at: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TIME",
            help="Of a frame: seconds, SCENE, SCENE/BEAT, or `all` beats (default); repeatable.",
        ),
    ] = None,
    width: Annotated[
        int | None, typer.Option(metavar="PX", help="Room for a frame; default 900.")
    ] = None,
    theme: Annotated[
        str | None, typer.Option(metavar="light|dark", help="Colours of frames.")
    ] = None,
    open_: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page, where there is a display.")
    ] = True,
    device: options.Device = None,
    threads: options.Threads = None,
) -> None:
    """Show step by step what a run computes, in a page that needs no network.

    The page is one file: it opens from disk, and can be sent on. Its prose, equations and numbers
    are those of the run.
    """
    kinds.one_of("--language", language, LANGUAGES)
    of_frames = {"at": at, "width": width, "theme": theme}
    of_pages = {"live": live, "against": against}
    if frames is None:
        _refuse(of_frames, "a page", "add --frames")
        if out is not None and out.suffix != ".html":
            raise UsageError(f"`--out {out}` must end in .html, since a page is written.")
    else:
        _refuse(of_pages, "frames", "leave --frames out")
        kinds.one_of("--frames", frames, FRAMES)
        kinds.one_of("--theme", theme or "light", get_args(ThemeName))
        kinds.Look(width=width)  # refuses widths without sense
    if against is not None and Path(against).resolve() == Path(run).resolve():
        raise UsageError(f"`--against {against}` is the run itself; name another, or leave it out.")
    names = [run] if against is None else [run, against]
    translators = {name: load(name, beam, device, threads) for name in names}
    if any(not one.strip() for one in text or []):
        raise UsageError("A TEXT is empty; give a sentence, or none for three that the run keeps.")
    texts = text or held_out(Path(run))
    if frames is None:
        path = Path(run) / PAGE if out is None else out
        write_page(path, translators, texts, live=live, language=cast("Language", language))
        typer.echo(f"{path}")
        if open_ and has_display():
            import webbrowser

            webbrowser.open(path.absolute().as_uri())
    else:
        stem = Path(run) / PAGE if out is None else out
        if stem.suffix in (".html", ".svg", ".png"):  # other dots belong to the name
            stem = stem.with_suffix("")
        look = {"width": width or WIDTH, "theme": theme or "light", "language": language}
        _write_frames(stem, frames, translators[run], texts, at or ["all"], look)


def write_page(
    path: Path,
    translators: "Mapping[str, Translator]",
    texts: list[str],
    *,
    live: bool | None = None,
    language: "Language" = "en",
) -> None:
    """Translate sentences with every run, and write the page that shows it."""
    from seq2see.views.live import page_of_translators

    named = {Path(name).resolve().name: translator for name, translator in translators.items()}
    if len(named) < len(translators):  # runs/a/run and runs/b/run
        named = dict(translators)
    pairs = {translator.config.data.languages or ("", "") for translator in translators.values()}
    content = page_of_translators(
        named, texts, live=live, title=title_of(list(named), pairs), language=language
    )
    write_atomically(path, content.encode(errors="surrogatepass"))


def title_of(names: list[str], languages: set[tuple[str, str]]) -> str:
    """Name the runs and, where they have the same, their languages: ``demo, en → fr``."""
    title = " / ".join(names)
    [(source, target), *others] = languages
    return title if others or not source else f"{title}, {source} → {target}"


def load(name: str, beam: int | None, device: str | None, threads: int | None) -> "Translator":
    """Load a run, its beam size changed where another was asked for."""
    translator = api.load(name, device=device, threads=threads)
    if beam is not None:
        decode = replace(translator.config.decode, beam_size=beam)
        translator.config = replace(translator.config, decode=decode)
    return translator


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


def _write_frames(
    stem: Path,
    kind: str,
    translator: "Translator",
    texts: list[str],
    times: list[str],
    look: dict[str, Any],
) -> None:
    """Write ``STEM-0001.svg`` and so on, sentence by sentence; make the folder for them."""
    from seq2see.drawing import export
    from seq2see.views.frames import frames

    export.check(Path(f"{stem}.{kind}"))
    stem.parent.mkdir(parents=True, exist_ok=True)
    number = 0
    for text in texts:
        translation = translator.translate(text)
        for warning in translation.warnings:
            console.warning(warning)
        for frame in frames(translation.trace(), times, **look):
            number += 1
            path = stem.with_name(f"{stem.name}-{number:04}.{kind}")
            export.write(frame.svg, path)
            typer.echo(f"{path}  {frame.scene}/{frame.beat} {frame.time:.1f} s")


def _refuse(given: dict[str, Any], what: str, remedy: str) -> None:
    """Refuse options that would be ignored."""
    for name, value in given.items():
        if value is not None:
            raise UsageError(
                f"`--{name}` has no meaning for {what}; {remedy}, or leave `--{name}` out."
            )
