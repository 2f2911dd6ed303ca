"""Studies with a name: the comparisons that papers of the lineage made, and two of our own.

Each brings rows, settings that suit them, and what was published. The settings make
``builtin:en-fr`` a matter of minutes; whatever is set on the command line goes before them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from seq2see.errors import UsageError, nearest
from seq2see.schema import ScopeName, ScoreName
from seq2see.study.grid import Settings, Variation

Vocabularies = Callable[[Settings], tuple[int, int]]
"""From common settings to the sizes of the two vocabularies."""


@dataclass(frozen=True, kw_only=True)
class NamedStudy:
    """A study that somebody designed."""

    name: str
    title: str
    about: str
    """What it shows, and what was published."""
    defaults: Mapping[str, Any]
    """Settings where the user has none."""
    variations: Callable[[Settings, Vocabularies], list[Variation]]
    reads: tuple[str, ...] = ()
    """Settings that its rows change, but in which it starts from the user's."""
    on_long: bool = False
    """Whether built-in corpora are tested on their split of long sentences too."""


StudyName = Literal["luong-table1", "bahdanau-figure2", "scores", "lineage"]
NAMES: tuple[str, ...] = get_args(StudyName)

Step = tuple[str, Settings, float | None]
"""Label, what changes, and what the paper gains by it."""

_SHORT: dict[str, Any] = {
    "model.size": "tiny",
    "tokenizer.kind": "word",
    "train.max_updates": 1000,
    "train.batch_tokens": 2048,
    "train.schedule": "linear",
    "train.warmup_updates": 100,
    "train.validate_every": 250,
    "train.validate_sentences": 100,
    "train.patience": 0,
}


def named(name: str) -> NamedStudy:
    """Find a named study.

    Raises:
        UsageError: There is none of that name.
    """
    match name:
        case "luong-table1":
            return LUONG_TABLE1
        case "bahdanau-figure2":
            return BAHDANAU_FIGURE2
        case "scores":
            return SCORES
        case "lineage":
            return LINEAGE
        case _:
            raise UsageError(
                f"`{name}` is not a named study"
                + nearest(name, NAMES, f"; they are {', '.join(NAMES)}.")
            )


def _cumulative(steps: Sequence[Step]) -> list[Variation]:
    """Rows that each keep what the rows before them changed."""
    rows: list[Variation] = []
    settings: dict[str, Any] = {}
    for label, changed, published in steps:
        settings = {**settings, **changed}
        before = rows[-1].label if rows else None
        rows.append(Variation(label, settings, published, before))
    return rows


def _luong_table1(_common: Settings, _vocabularies: Vocabularies) -> list[Variation]:
    base = {
        "model.arch": "luong2015",
        "model.attention.score": "none",
        "model.readout": "hidden",
        "model.input_feeding": False,
        "model.reverse_source": False,
        "model.dropout": 0.0,
        # What only later rows change.
        "model.attention.scope": "global",
        "decode.replace_unknown": False,
        "decode.dictionary": None,
    }
    location = {"model.attention.score": "location", "model.readout": "attentional"}
    predicted = {"model.attention.score": "general", "model.attention.scope": "local-p"}
    replaced = {"decode.replace_unknown": True, "decode.dictionary": "learnt"}
    steps: list[Step] = [
        ("base", base, None),
        ("+ reverse", {"model.reverse_source": True}, 1.3),
        ("+ dropout", {"model.dropout": 0.2}, 1.4),
        ("+ global attention (location)", location, 2.8),
        ("+ input feeding", {"model.input_feeding": True}, 1.3),
        ("+ local-p attention (general)", predicted, 0.9),
        ("+ unknown replacement", replaced, 1.9),
    ]
    return _cumulative(steps)


LUONG_TABLE1 = NamedStudy(
    name="luong-table1",
    title="What each part of Luong's model gains",
    about=(
        "Luong, Pham and Manning 2015 (arXiv 1508.04025), table 1: a stacked LSTM without "
        "attention, and one technique added at a time. Published on WMT'14 English to German, "
        "where the first row has 11.3 BLEU."
    ),
    # What input feeding gains shows late, so that updates are many and small; and what replacement
    # gains needs words that are unknown.
    defaults={
        **_SHORT,
        "tokenizer.vocab_size": 4000,
        "train.lr": 0.004,
        "train.batch_tokens": 1024,
        "train.max_updates": 3000,
        "train.validate_every": 1000,
    },
    variations=_luong_table1,
)


def _bahdanau_figure2(_common: Settings, _vocabularies: Vocabularies) -> list[Variation]:
    rows = []
    for longest in (30, 50):
        without = f"RNNenc-{longest}, no attention"
        length = {"data.max_length": longest}
        rows.append(Variation(without, {"model.arch": "cho2014", **length}))
        rows.append(
            Variation(
                f"RNNsearch-{longest}, attention",
                {"model.arch": "bahdanau2015", **length},
                baseline=without,
            )
        )
    return rows


BAHDANAU_FIGURE2 = NamedStudy(
    name="bahdanau-figure2",
    title="Attention and the length of sentences",
    about=(
        "Bahdanau, Cho and Bengio 2015 (arXiv 1409.0473), figure 2: BLEU by length of the source, "
        "with and without attention, trained on sentences of up to 30 and of up to 50 tokens. "
        "Published on WMT'14 English to French: without attention BLEU falls steeply beyond 30 "
        "words, with attention it does not."
    ),
    defaults={**_SHORT, "model.dropout": 0.1, "train.max_updates": 800},
    variations=_bahdanau_figure2,
    on_long=True,
)


def _scores(_common: Settings, _vocabularies: Vocabularies) -> list[Variation]:
    # `concat` is another name of `additive`.
    scores = [one for one in get_args(ScoreName) if one not in ("none", "concat")]
    return [
        Variation(
            f"{score}, {scope}", {"model.attention.score": score, "model.attention.scope": scope}
        )
        for score in scores
        for scope in get_args(ScopeName)
    ]


SCORES = NamedStudy(
    name="scores",
    title="Every attention score in every scope",
    about=(
        "How a decoder state is compared with source positions, and which positions it may attend "
        "to: translation and, where the corpus has gold alignments, alignment error rate."
    ),
    defaults={
        **_SHORT,
        "model.arch": "luong2015",
        "model.dropout": 0.1,
        # Luong's 10 suit sentences of 25 words; those of the built-in corpus have 10.
        "model.attention.window": 4,
        "train.max_updates": 600,
        "train.validate_every": 200,
    },
    variations=_scores,
)


def _lineage(common: Settings, vocabularies: Vocabularies) -> list[Variation]:
    from seq2see.study.widths import equal_parameters

    return equal_parameters(common, vocabularies(common))


LINEAGE = NamedStudy(
    name="lineage",
    title="The lineage at equal size",
    about=(
        "Every architecture with as many parameters as the others, within a few per cent: widths "
        "are chosen so. What is left is how they are put together."
    ),
    defaults=_SHORT,
    variations=_lineage,
    # Which architecture the others become as large as, and how large that is.
    reads=("model.arch", "model.embed_dim", "model.hidden_dim", "model.feedforward_dim"),
)
