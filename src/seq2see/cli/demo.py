"""``seq2see demo``: everything once, on a corpus that comes with the program."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seq2see import api, console
from seq2see.cli import options, show

if TYPE_CHECKING:
    from seq2see.decoding.translator import Translator

CORPUS = "builtin:en-fr"
# Reaches BLEU 90 within three minutes on two cores.
SETTINGS: dict[str, Any] = {
    "tokenizer.kind": "word",
    "model.dropout": 0.1,
    "train.max_updates": 1200,
    "train.batch_tokens": 2048,
    "train.lr": 0.004,
    "train.schedule": "linear",
    "train.warmup_updates": 100,
    "train.validate_every": 200,
    "train.checkpoint_every": 200,
    "train.patience": 0,
}
SENTENCES = (
    "I am a student",
    "the agreement on the European Economic Area was signed in August 1992",
    "the animal did not cross the street because it was too tired",
    "she sees the white cats and she does not like them",
    "my sister wants to buy the small red car",
)


def demo(
    *,
    out: Annotated[Path, typer.Option(metavar="RUN", help="The run directory.")] = Path(
        "runs/demo"
    ),
    arch: options.Arch = "bahdanau2015",
    set_: options.Set = None,
    device: options.Device = None,
    threads: options.Threads = None,
) -> None:
    """Train on a built-in English-French corpus, evaluate, translate, and write report and player.

    Takes about three minutes on two cores. Called again, it goes on where it stopped, and shows
    the results of a finished run without training.
    """
    from seq2see.cli.heatmap import HeatMap
    from seq2see.evaluation.evaluate import evaluate
    from seq2see.evaluation.report import tables
    from seq2see.run import Run

    if (out / "config.toml").exists():
        api.resume(out, device=device, threads=threads)
    else:
        settings = {**SETTINGS, **options.settings(sets=set_)}
        api.train(
            CORPUS,
            out=out,
            arch=arch,
            size="tiny",
            settings=settings,
            device=device,
            threads=threads,
        )
    translator = api.load(out, device=device, threads=threads)
    pairs = Run.open(out).held_out("test")
    with console.progress("test sentences", len(pairs)) as bar:
        evaluated = evaluate(translator, pairs, advance=bar.advance)
    console.show(tables(evaluated.evaluation, name=str(out)))
    typer.echo()
    _translate(translator)
    matrix = translator.translate(SENTENCES[1]).attention
    if matrix is not None:
        typer.echo()
        console.show(HeatMap(matrix))
    show.write_page(out / show.PAGE, {str(out): translator}, list(SENTENCES))
    typer.echo(
        f"\nThe player:      {out / show.PAGE}: open it in a browser, and type into it\n"
        f"Learning curves: {out / 'report.html'}\n"
        f'Your own words:  seq2see translate {out} "I am a student"'
    )


def _translate(translator: "Translator") -> None:
    for translation in translator.translate(SENTENCES):
        typer.echo(f"{translation.source}\n  -> {translation.text}")
