"""``seq2see evaluate``: how good is a run."""

import json as json_format
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seq2see import api, console
from seq2see.cli import options, writing
from seq2see.errors import RunError, UsageError
from seq2see.files import write_atomically

if TYPE_CHECKING:
    from seq2see.config import DataConfig
    from seq2see.data.pair import Pair as SentencePair
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
    separator: options.Separator = None,
    beam: options.Beam = None,
    length_penalty: options.LengthPenalty = None,
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
    device: options.Device = None,
    threads: options.Threads = None,
    json: options.Json = False,
) -> None:
    """Translate a test set and score it: BLEU, chrF, TER, exact match, perplexity, AER.

    The run's cleaning is applied to both sides of the corpus first. AER is that of attention
    under forced decoding of the references, where the corpus has gold alignments.
    """
    from seq2see.evaluation.alignment import read_pharaoh
    from seq2see.evaluation.evaluate import evaluate as evaluate_run
    from seq2see.evaluation.report import tables
    from seq2see.run import Run
    from seq2see.training.card import write_card
    from seq2see.training.report import write_report

    opened = Run.open(Path(run))
    translator = api.load(run, device=device, threads=threads)
    recorded = None
    if data:
        columns_ = options.column_pair(columns)
        pairs = _read(run, opened.config.data, data, pair, columns_, separator)
    else:
        for name, value in (("--pair", pair), ("--columns", columns), ("--separator", separator)):
            if value is not None:
                raise UsageError(f"`{name}` says how to read DATA, but there is none; name it too.")
        recorded, pairs = _held_out(opened)
        kind = "test" if recorded == "test" else "validation"
        console.note(f"evaluating on the run's own {len(pairs):,} {kind} pairs")
    gold = None
    if gold_alignments is not None:
        if not translator.model.has_attention:
            raise UsageError(f"`{run}` has no attention, so there is no alignment to score.")
        gold = read_pharaoh(gold_alignments, base=gold_base)
    other = api.load(against, device=device) if against is not None else None
    total = len(pairs) * (1 if other is None else 2)
    with ExitStack() as files:
        written = writing.open_output(files, output)  # before the work, not after it
        with console.progress("sentences", total) as bar:
            evaluated = evaluate_run(
                translator,
                pairs,
                gold=gold,
                against=other,
                settings={"beam_size": beam, "length_penalty": length_penalty},
                advance=bar.advance,
            )
        if written is not None:
            written.writelines(writing.one_line(one) + "\n" for one in evaluated.translations)
    result = evaluated.evaluation
    content = json_format.dumps(result.to_json(), ensure_ascii=False, indent=2)
    if json:
        typer.echo(content)
    else:
        console.show(tables(result, name=run, against=against or ""))
    if recorded == "test":
        write_atomically(opened.path / "evaluation.json", content.encode())
        write_card(opened.path)
        write_report(opened.path)


def _read(
    run: str,
    given: "DataConfig",
    data: list[str],
    pair: str | None,
    columns: tuple[int, int] | None,
    separator: str | None,
) -> "list[SentencePair]":
    """Read corpora as the run's were, unless told otherwise; say what of them is not used."""
    from seq2see.data import corpus
    from seq2see.data.finding import counted
    from seq2see.data.rejects import count_by_reason

    known = given.pair
    if given.languages is not None and pair == "-".join(reversed(given.languages)) != known:
        raise UsageError(
            f"`{run}` translates `{known}`, not `{pair}`; leave `--pair` out, or turn it round."
        )
    read = corpus.read_all(
        data,
        pair=pair or known,
        columns=columns or given.columns,
        separator=separator or given.separator,
    )
    for reason, count in count_by_reason(read.rejects).items():
        lines = counted(count, "line")
        console.warning(f"{lines} left out ({reason}); `seq2see doctor` shows which")
    return read.pairs


def _held_out(run: "Run") -> "tuple[str, list[SentencePair]]":
    for split in ("test", "valid"):
        if pairs := run.held_out(split):
            return split, pairs
    raise RunError(
        f"`{run.path}` has no held-out pairs, in `data/test.jsonl` or `data/valid.jsonl`; name a "
        "corpus to evaluate on."
    )
