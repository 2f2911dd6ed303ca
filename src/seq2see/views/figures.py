"""Still pictures of a trace: what one translation made the model compute."""

import re
from collections.abc import Iterator
from typing import Literal, assert_never

import numpy as np

from seq2see.drawing import bars, heads, links, matrix, states, tree
from seq2see.drawing.layout import Words
from seq2see.drawing.text import is_rtl
from seq2see.drawing.theme import THEMES, Role, Theme
from seq2see.errors import ConfigError, UsageError
from seq2see.trace.matrix import AttentionMatrix
from seq2see.trace.record import Beam, Step, Trace
from seq2see.views.kinds import USUAL, Attention, Choice, Kind, Look

TOP = 5
"""Tokens shown of each step's distribution."""

_HEADINGS: dict[Attention, str] = {
    "cross": "Output attends to source",
    "encoder": "Source attends to source",
    "decoder": "Output attends to what was written before",
}
_STATUS: dict[int, tree.Status] = {1: "pruned", 2: "kept", 3: "finished"}


_EVERYTHING = Choice()


def draw(kind: Kind, trace: Trace, choice: Choice = _EVERYTHING, look: Look = USUAL) -> str:
    """Draw a trace as SVG.

    Args:
        kind: What to show.
        trace: Of what.
        choice: Which part of it.
        look: Width and colours.

    Raises:
        UsageError: The model has nothing of this kind, or the kind shows runs and not traces.
        ConfigError: There is no such layer or head.
    """
    theme = THEMES[look.theme]
    match kind:
        case "alignment":
            return _alignment(trace, choice, look, theme)
        case "steps":
            return _steps(trace, choice, look, theme)
        case "heads":
            return _heads(trace, choice, look, theme)
        case "states":
            return _states(trace, choice, look, theme)
        case "probabilities":
            return _probabilities(trace, look, theme)
        case "beam":
            return _beam(trace, look, theme)
        case "learning" | "lengths":
            raise UsageError(f"A picture of kind `{kind}` shows a run, not a translation.")
        case _:
            assert_never(kind)


def _alignment(trace: Trace, choice: Choice, look: Look, theme: Theme) -> str:
    _need_attention(trace, "alignment", choice.attention)
    attention = trace.attention(choice.attention, choice.layer, choice.head)
    attention = attention if choice.units == "tokens" else attention.words()
    rows, columns = _axes(trace, choice.attention, attention)
    return matrix.draw(
        attention.values, rows, columns, theme=theme, width=look.width,
        heading=_HEADINGS[choice.attention], notes=[_note(trace, _part(trace, choice))],
    )  # fmt: skip


def _steps(trace: Trace, choice: Choice, look: Look, theme: Theme) -> str:
    _need_attention(trace, "steps", "cross")
    attention = trace.attention("cross", choice.layer, choice.head)
    attention = attention if choice.units == "tokens" else attention.words()
    rows, columns = _axes(trace, "cross", attention)
    return links.draw(
        attention.values, rows, columns, theme=theme, width=look.width,
        heading="What each output word looked at", notes=[_note(trace, _part(trace, choice))],
    )  # fmt: skip


def _heads(trace: Trace, choice: Choice, look: Look, theme: Theme) -> str:
    _need_attention(trace, "heads", choice.attention)
    names = _layers(trace, choice.attention)
    if not names or "head" not in trace.tensors[names[0]].axes:
        raise UsageError(
            f"The attention of {trace.model.arch} has no heads; draw `alignment` or `steps`."
        )
    if choice.layer is not None:
        trace.attention(choice.attention, choice.layer)  # refuses a layer that is not there
    layers = range(len(names)) if choice.layer is None else [choice.layer]
    shown: list[AttentionMatrix] = []
    weights = []
    for layer in layers:
        count = trace.tensors[names[layer]].numbers.shape[0]
        maps = [trace.attention(choice.attention, layer, head) for head in range(count)]
        shown = [one.words() for one in maps] if choice.units == "words" else maps
        weights.append(np.stack([one.values for one in shown]))
    rows, columns = _axes(trace, choice.attention, shown[0])
    return heads.draw(
        weights, rows, columns, theme=theme, width=look.width, numbers=list(layers),
        heading=f"{_HEADINGS[choice.attention]}, head by head", notes=[_note(trace)],
    )  # fmt: skip


def _states(trace: Trace, choice: Choice, look: Look, theme: Theme) -> str:
    strips = list(_strips(trace, choice.layer))
    if not strips:
        last = len([name for name in trace.tensors if _is_decoder_state(name)]) - 1
        raise ConfigError(
            f"There is no layer {choice.layer}: layers are counted from 0, and the decoder's last "
            f"one is {last}."
        )
    part = "" if choice.layer is None else f"layer {choice.layer}"
    return states.draw(
        strips, theme=theme, width=look.width, heading="What encoder and decoder hand on",
        notes=[_note(trace, part)],
    )  # fmt: skip


def _strips(trace: Trace, layer: int | None) -> Iterator[states.Strips]:
    """The states of one layer on both sides; of None: what each side ends with."""
    if layer is None:
        handed_on = re.compile(r"decoder\.layers\.\d+\.(hidden|residual)")
        recurrent = [name for name in trace.tensors if handed_on.fullmatch(name)]
        names = ["encoder.outputs", recurrent[-1] if recurrent else "decoder.readout"]
    else:
        encoder = ("forward.hidden", "backward.hidden", "residual", "stream")
        names = [f"encoder.layers.{layer}.{part}" for part in encoder]
        names += [f"decoder.layers.{layer}.{part}" for part in ("hidden", "residual", "stream")]
    for name in names:
        if name in trace.tensors:
            yield _strip(trace, name)


def _strip(trace: Trace, name: str) -> states.Strips:
    side: Role = "encoder" if name.startswith("encoder") else "decoder"
    words = _words(trace, "source" if side == "encoder" else "target")
    title = f"{side.capitalize()} states"
    for direction in ("forward", "backward"):
        if f".{direction}." in name:
            title += f", read {direction}s" if direction == "forward" else ", read backwards"
    named = Words(words.labels, words.name, side, words.rtl, words.language)
    return states.Strips(trace[name], named, f"{title} ({name})")


def _is_decoder_state(name: str) -> bool:
    return re.fullmatch(r"decoder\.layers\.\d+\.(hidden|stream)", name) is not None


def _probabilities(trace: Trace, look: Look, theme: Theme) -> str:
    panels = [
        bars.Panel(label, tuple(_options(step)))
        for label, step in zip(trace.target.tokens, trace.steps, strict=True)
    ]
    return bars.draw(
        panels, _words(trace, "target"), theme=theme, width=look.width,
        heading="What might have come next, step by step", notes=[_note(trace)],
    )  # fmt: skip


def _options(step: Step) -> Iterator[bars.Option]:
    """The most probable tokens, the chosen one, and all others together."""
    rest = 1.0
    shown = step.top[:TOP]
    for rank, choice in enumerate(shown, start=1):
        yield bars.Option(choice.token, choice.prob, rank, choice.id == step.chosen.id)
        rest -= choice.prob
    if all(choice.id != step.chosen.id for choice in shown):
        yield bars.Option(step.chosen.token, step.chosen.prob, step.rank, True)
        rest -= step.chosen.prob
    yield bars.Option("all others", max(rest, 0.0), 0, False)


def _beam(trace: Trace, look: Look, theme: Theme) -> str:
    if trace.beam is None:
        raise UsageError(
            "Nothing was searched for a given target, so there is no `beam` to draw; leave the "
            "target out."
        )
    return tree.draw(
        _candidates(trace.beam), theme=theme, width=look.width, words=_words(trace, "target"),
        heading="Everything that the beam search considered",
        notes=[_note(trace, f"beam size {trace.beam.search['beam_size']}")],
    )  # fmt: skip


def _candidates(beam: Beam) -> list[list[tree.Candidate]]:
    """Every step of the search without its absent candidates, best first."""
    steps: list[list[tree.Candidate]] = []
    above: dict[int, int] = {}  # where the columns of the step before ended up
    for step, statuses in enumerate(beam.status):
        columns = [column for column, status in enumerate(statuses) if int(status) in _STATUS]
        on_path = beam.path[step] if step < len(beam.path) else None
        steps.append(
            [
                tree.Candidate(
                    label=beam.labels[int(beam.tokens[step, column])],
                    score=float(beam.scores[step, column]),
                    parent=above[int(beam.parents[step, column])] if step else 0,
                    status=_STATUS[int(statuses[column])],
                    on_path=column == on_path,
                )
                for column in columns
            ]
        )
        above = {column: place for place, column in enumerate(columns)}
    return steps


def _axes(trace: Trace, kind: Attention, attention: AttentionMatrix) -> tuple[Words, Words]:
    """Rows and columns of an attention matrix."""
    source = _words(trace, "source", attention.columns)
    target = _words(trace, "target", attention.rows)
    match kind:
        case "cross":
            return target, source
        case "encoder":
            return _words(trace, "source", attention.rows), source
        case "decoder":
            read = _words(trace, "target", attention.columns)
            return target, Words(read.labels, "written before", "decoder", read.rtl, read.language)


def _words(
    trace: Trace, which: Literal["source", "target"], labels: tuple[str, ...] | None = None
) -> Words:
    """The labels of one side, with its direction."""
    role: Role
    if which == "source":
        side, name, role = trace.source, "source", "encoder"
    else:
        side, name, role = trace.target, "output", "output"
    shown = side.tokens if labels is None else labels
    return Words(shown, name, role, is_rtl(side.text), side.language)


def _layers(trace: Trace, kind: Attention) -> list[str]:
    """Names of the weights of one kind, layer by layer."""
    pattern = {
        "cross": "decoder.layers.{}.cross_attention.weights",
        "encoder": "encoder.layers.{}.self_attention.weights",
        "decoder": "decoder.layers.{}.self_attention.weights",
    }[kind]
    names = [pattern.format(layer) for layer in range(len(trace.tensors))]
    return [name for name in names if name in trace.tensors]


def _need_attention(trace: Trace, kind: Kind, attention: Attention) -> None:
    if not trace.attention_kinds:
        raise UsageError(
            f"{trace.model.arch} has no attention here, so there is no `{kind}` to draw; draw "
            "`states`, `probabilities` or `beam`."
        )
    if attention not in trace.attention_kinds:
        raise UsageError(
            f"{trace.model.arch} has no `{attention}` attention, only "
            f"{' and '.join(f'`{one}`' for one in trace.attention_kinds)}."
        )


def _part(trace: Trace, choice: Choice) -> str:
    """Say of which layers and heads the mean is shown."""
    names = _layers(trace, choice.attention)
    if not names:
        return ""  # one layer without heads
    num_heads = trace.tensors[names[0]].numbers.shape[0]
    many = len(names) > 1
    match choice.layer, choice.head:
        case None, None if many:
            return f"mean of {len(names)} layers with {num_heads} heads each"
        case None, None:
            return f"mean of {num_heads} heads"
        case None, head:
            return f"head {head}, mean of {len(names)} layers" if many else f"head {head}"
        case layer, None:
            return f"layer {layer}, mean of {num_heads} heads"
        case layer, head:
            return f"layer {layer}, head {head}"


def _note(trace: Trace, part: str = "") -> str:
    """Which model and languages this is about."""
    languages = [trace.source.language, trace.target.language]
    parts = [
        f"{trace.model.arch} {trace.model.size}",
        f"{languages[0]} to {languages[1]}" if all(languages) else "",
        part,
    ]
    return ", ".join(one for one in parts if one)
