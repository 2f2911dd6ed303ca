"""``seq2see evaluate``: how good is a run."""

import json as json_format
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seq2see import api, console
from seq2see.cli import options, reading, writing
from seq2see.errors import UsageError
from seq2see.files import write_atomically

if TYPE_CHECKING:
    from seq2see.run import Run


def evaluate(
    run: options.RunPath,
    data: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[DATA]...",
            help="Corpora; none: the run's held-out test (or validation) pairs.",
        ),
    ] = None,
    *,
    pair: options.Pair = None,
    columns: options.Columns = None,
    features: options.Features = None,
    separator: options.Separator = None,
    ensemble: options.Members = None,
    beam: options.Beam = None,
    length_penalty: options.LengthPenalty = None,
    metrics: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,...",
            help="Scores of other fields too: wer, per, cer, tag_accuracy, span_f1, macro_f1; "
            "default: the run's `evaluate.metrics`.",
        ),
    ] = None,
    gold_alignments: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Gold word alignments, Pharaoh format.")
    ] = None,
    gold_base: Annotated[int, typer.Option(min=0, max=1, help="Index of their first word.")] = 0,
    against: Annotated[
        str | None, typer.Option(metavar="RUN2", help="Compare with another run, with p-values.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write the translations, one a line.")
    ] = None,
    replace_unknown: options.ReplaceUnknown = None,
    dictionary: options.DictionaryName = None,
    precision: options.PrecisionName = "auto",
    shortlist: options.UseShortlist = False,
    device: options.Device = None,
    threads: options.Threads = None,
    json: options.Json = False,
) -> None:
    """Translate a test set and score it: BLEU, chrF, TER, exact match, perplexity, AER, and more.

    The run's cleaning is applied to both sides of the corpus first. AER is that of attention
    under forced decoding of the references, where the corpus has gold alignments.
    """
    from seq2see.data.finding import counted
    from seq2see.data.rejects import count_by_reason
    from seq2see.evaluation.alignment import read_pharaoh
    from seq2see.evaluation.evaluate import evaluate as evaluate_run
    from seq2see.evaluation.report import tables
    from seq2see.run import Run
    from seq2see.training.card import write_card
    from seq2see.training.report import write_report

    opened = Run.open(Path(run))
    names = options.metric_names(metrics)
    translator = api.load(
        [run, *(ensemble or ())],
        device=device,
        threads=threads,
        precision=precision,
        shortlist=shortlist,
        workers=None,
        dictionary=dictionary,
    )
    options.refuse_idle_dictionary(dictionary, replace_unknown, translator.config.decode)
    recorded = None
    form = reading.Form(
        pair, options.column_pair(columns), separator, options.column_list(features)
    )
    if data:
        corpora = reading.read(run, opened.config.data, data, form)
        pairs = [one for corpus in corpora for one in corpus.pairs]
        rejects = [one for corpus in corpora for one in corpus.rejects]
        for reason, count in count_by_reason(rejects).items():
            lines = counted(count, "line")
            console.warning(f"{lines} left out ({reason}); `seq2see doctor` shows which")
    else:
        form.refuse_without_data()
        recorded, pairs = reading.held_out(opened, "test", "valid")
        kind = "test" if recorded == "test" else "validation"
        console.note(f"evaluating on the run's own {len(pairs):,} {kind} pairs")
        _warn_of_leaks(opened, ensemble or ())
    gold = None
    if gold_alignments is not None:
        if not translator.model.has_attention:
            raise UsageError(f"`{run}` has no attention, so there is no alignment to score.")
        gold = read_pharaoh(gold_alignments, base=gold_base)
    other = api.load(against, device=device, dictionary=dictionary) if against is not None else None
    total = len(pairs) * (1 if other is None else 2)
    with ExitStack() as files:
        written = writing.open_output(files, output)  # before the work, not after it
        with console.progress("sentences", total) as bar:
            evaluated = evaluate_run(
                translator,
                pairs,
                gold=gold,
                against=other,
                settings={
                    "beam_size": beam,
                    "length_penalty": length_penalty,
                    "replace_unknown": replace_unknown,
                },
                metrics=names,
                advance=bar.advance,
            )
        if written is not None:
            written.writelines(writing.one_line(one) + "\n" for one in evaluated.translations)
    result = evaluated.evaluation
    content = json_format.dumps(result.to_json(), ensure_ascii=False, indent=2)
    if json:
        typer.echo(content)
    else:
        console.show(
            tables(result, name=" + ".join([run, *(ensemble or ())]), against=against or "")
        )
    if recorded == "test" and not ensemble:
        write_atomically(opened.path / "evaluation.json", content.encode())
        write_card(opened.path)
        write_report(opened.path)


def _warn_of_leaks(run: "Run", members: Sequence[str]) -> None:
    """What one run held out, another may have learnt from."""
    from seq2see.run import Run

    for member in members:
        if Run.open(Path(member)).fingerprint != run.fingerprint:
            console.warning(
                f"`{member}` was trained on other pairs than `{run.path}`, perhaps on some of "
                "those that it is scored on now"
            )
