"""Compute every number of a trace again, in NumPy and from the weights alone, and compare.

    seq2see translate RUN "I am a student" --trace traces --trace-detail all
    python examples/numpy_reference/compare.py RUN traces/000001.json.gz

Prints a line for each array. The exit code is 1 if one of them is too far from the reference: by
more than 0.0001, or 0.0001 times the largest number of the reference if that is above 1.

Where rounding decides which of two tokens or candidates comes first, neither order is wrong. Ranks
are compared up to that, and the reference's search ranks such candidates as the trace does; a line
below the table says at how many steps.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from cells import Array
from recompute import Said, say
from run import Run
from search import (
    EOS,
    Rank,
    Ranking,
    beam_search,
    by_log_prob,
    coverage_penalty,
    length_penalty,
)

from seq2see.errors import Seq2seeError
from seq2see.trace.record import Beam, Trace
from seq2see.trace.storage import load

TOLERANCE, HALF_TOLERANCE = 1e-4, 1e-3
"""How far off a number may be; the second where a trace was written with 16 bits."""
ROUNDING = 1e-5
"""Log-probabilities no further apart than this may change places."""


@dataclass(frozen=True)
class Row:
    """One array, compared."""

    name: str
    shape: tuple[int, ...]
    largest: float
    """Of the reference, infinities apart."""
    difference: float
    """The largest one."""
    ok: bool


def row(name: str, reference: Any, recorded: Any) -> Row:
    """Compare numbers of a trace with the reference; whole ones must be equal."""
    reference, recorded = np.asarray(reference), np.asarray(recorded)
    largest = float(np.abs(reference[np.isfinite(reference)]).max(initial=0))
    if reference.shape != recorded.shape:
        return Row(name, recorded.shape, largest, np.inf, ok=False)
    with np.errstate(invalid="ignore"):  # minus infinity less itself
        apart = np.abs(reference - recorded.astype(np.float64))
    apart = np.where(reference == recorded, 0, np.nan_to_num(apart, nan=np.inf, posinf=np.inf))
    difference = float(apart.max(initial=0))
    tolerance = HALF_TOLERANCE if recorded.dtype == np.float16 else TOLERANCE
    limit = 0 if recorded.dtype.kind in "biu" else tolerance * max(1, largest)
    return Row(name, recorded.shape, largest, difference, difference <= limit)


def compare(run: Run, trace: Trace) -> tuple[list[Row], list[str]]:
    """Compare everything in a trace with the reference.

    Args:
        run: The run that made it.
        trace: The trace.

    Returns:
        A row for each array, and what else is to be said.
    """
    model, beam = run.reference(), trace.beam
    said = say(model, trace.source.ids, trace.target.ids)
    rows = [
        row(name, said.values.get(name, np.nan), values.numbers)
        for name, values in trace.tensors.items()
    ]
    left_out = [name for name in said.values if name not in trace.tensors]
    notes = [f"not in this trace: {', '.join(left_out)}"] if left_out else []
    rows += compare_steps(said, trace)
    if beam is None:  # a translation that was given, not found
        return [*rows, row("score", said.log_prob, trace.score)], notes

    rules = run.rules(len(trace.source), beam.search)
    score = said.log_prob / length_penalty(len(trace.target), rules.alpha)
    rows.append(row("score", score + coverage_penalty(said.coverage, rules.beta), trace.score))
    if "sampling" in beam.search:
        return rows, [*notes, "drawn at random: there is no search to repeat"]
    if beam.search.get("prefix") or not beam.search["allow_unknown"]:
        return rows, [*notes, "searched under further rules, which the reference does not know"]

    followed: list[int] = []
    best, tree = beam_search(model, np.array(trace.source.ids), rules, as_recorded(beam, followed))
    if followed:
        notes.append(f"ranked by rounding at {len(followed)} of {len(beam.tokens)} steps")
    columns = next((one.columns for one in best if one.ids == trace.target.ids), ())
    rows.append(row("beam.path", columns, beam.path))
    rows += [row(f"beam.{name}", numbers, getattr(beam, name)) for name, numbers in tree.items()]
    return rows, notes


def compare_steps(said: Said, trace: Trace) -> list[Row]:
    """Compare what each step chose, and what it might have chosen."""
    ids, steps = np.array(trace.target.ids), np.arange(len(trace.target))
    chosen, top = [step.chosen for step in trace.steps], [step.top for step in trace.steps]
    ranks = np.array([step.rank for step in trace.steps])
    top_ids = np.array([[choice.id for choice in choices] for choices in top])
    down = steps[:, None]
    order = np.argsort(-said.log_probs, axis=1, kind="stable")
    ranked = np.take_along_axis(said.log_probs, order, axis=1)
    own, tops = said.log_probs[steps, ids], said.log_probs[down, top_ids]
    # A token stands at its place if the one that stands there here is as probable.
    own_ranks = np.where(
        near(ranked[steps, ranks - 1], own), ranks, order.argsort()[steps, ids] + 1
    )
    copying: list[Row] = []
    if "output.p_gen" in said.values:
        own_generated, top_generated = said.generated[steps, ids], said.generated[down, top_ids]
        recorded = [[choice.generated for choice in choices] for choices in top]
        copying = [
            row("steps.chosen.generated", own_generated, [one.generated for one in chosen]),
            row("steps.top.generated", top_generated, recorded),
        ]
    places = top_ids.shape[1]
    own_top = np.where(near(ranked[:, :places], tops), top_ids, order[:, :places])
    return [
        row("steps.chosen.id", ids, [one.id for one in chosen]),
        row("steps.chosen.logit", said.logits[steps, ids], [one.logit for one in chosen]),
        row("steps.chosen.log_prob", own, [one.log_prob for one in chosen]),
        row("steps.rank", own_ranks, ranks),
        row("steps.top.id", own_top, top_ids),
        row("steps.top.logit", said.logits[down, top_ids], [[c.logit for c in one] for one in top]),
        row("steps.top.log_prob", tops, [[c.log_prob for c in one] for one in top]),
        row("log_prob", said.log_prob, trace.log_prob),
        row("finished", ids[-1] == EOS, trace.finished),
        *copying,
    ]


def near(some: Array, others: Array) -> Array:
    """Where rounding may have decided which of two log-probabilities is the larger."""
    return np.abs(some - others) <= ROUNDING * np.maximum(1, np.abs(others))


def as_recorded(beam: Beam, followed: list[int]) -> Rank:
    """Return a ranking of candidates that is the trace's where only rounding tells them apart.

    Args:
        beam: The trace's search.
        followed: Receives the number of each step where that was so.
    """

    def rank(step: int, totals: Array, count: int) -> Ranking:
        own = by_log_prob(step, totals, count)
        if step >= len(beam.tokens):
            return own
        there = totals[own] > -np.inf
        parents = np.where(there, beam.parents[step], own[0])
        tokens = np.where(there, beam.tokens[step], own[1])
        if len(set(zip(parents.tolist(), tokens.tolist(), strict=True))) < count:
            return own
        if tokens.max() >= totals.shape[1] or parents.max() >= len(totals):
            return own
        same = (parents == own[0]) & (tokens == own[1])
        others = parents[~same], tokens[~same]
        if same.all() or not near(totals[others], totals[own][~same]).all():
            return own
        followed.append(step)
        return parents, tokens

    return rank


def table(rows: Sequence[Row]) -> str:
    """Write the rows one below the other."""
    width = max(len(one.name) for one in rows)
    head = f"{'array':{width}}  {'shape':>14}  {'max |reference|':>15}  {'max |difference|':>16}"
    lines = [head, "-" * len(head)]
    for one in rows:
        shape = " x ".join(map(str, one.shape)) or "1"
        lines.append(
            f"{one.name:{width}}  {shape:>14}  {one.largest:15.4g}  {one.difference:16.1e}  "
            + ("ok" if one.ok else "TOO FAR")
        )
    return "\n".join(lines)


def main() -> int:
    """Compare traces with the reference of their run."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("run", type=Path, help="a run directory")
    parser.add_argument("traces", type=Path, nargs="+", metavar="trace", help="traces made by it")
    options = parser.parse_args()
    wrong = 0
    try:
        run = Run.open(options.run)
        for path in options.traces:
            trace = load(path)
            rows, notes = compare(run, trace)
            wrong += sum(not one.ok for one in rows)
            print(
                f"{path}: {trace.source.text} -> {trace.target.text}", table(rows), *notes, sep="\n"
            )
    except (OSError, ValueError, Seq2seeError) as error:
        parser.exit(2, f"{error}\n")
    print(f"{wrong} arrays are too far from the reference." if wrong else "All as the reference.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
