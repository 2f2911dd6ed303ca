"""The named points of the lineage: architecture x size, with the training each one likes.

A preset is a model configuration plus the defaults of training and decoding that differ from those
of ``schema.py``. Sizes ``tiny`` to ``base`` are trained with Adam; size ``paper`` has the paper's
own dimensions and optimiser. Differences from the papers are stated at each preset.
"""

from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from seq2see.errors import ConfigError, nearest
from seq2see.schema import AttentionConfig, ModelConfig, RecurrentConfig, TransformerConfig

Size = Literal["tiny", "small", "base", "paper"]
SIZES: tuple[str, ...] = get_args(Size)


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A model and what it needs of training and decoding beyond the common defaults."""

    model: ModelConfig
    train: dict[str, Any] = field(default_factory=dict)
    decode: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """One member of the lineage."""

    name: str
    paper: str
    summary: str


ARCHITECTURES: tuple[Architecture, ...] = (
    Architecture(
        name="sutskever2014",
        paper="Sutskever, Vinyals, Le 2014 (arXiv 1409.3215)",
        summary="deep LSTM encoder-decoder; only the final state crosses; source reversed",
    ),
    Architecture(
        name="cho2014",
        paper="Cho et al. 2014 (arXiv 1406.1078)",
        summary="GRU encoder-decoder; one context vector feeds every step and the output",
    ),
    Architecture(
        name="bahdanau2015",
        paper="Bahdanau, Cho, Bengio 2015 (arXiv 1409.0473)",
        summary="bidirectional GRU; additive attention of the previous state; maxout output",
    ),
    Architecture(
        name="luong2015",
        paper="Luong, Pham, Manning 2015 (arXiv 1508.04025)",
        summary="stacked LSTM; attention of the current state; input feeding",
    ),
    Architecture(
        name="gnmt2016",
        paper="Wu et al. 2016 (arXiv 1609.08144)",
        summary="deep residual LSTM; the bottom layer asks, and every layer reads the context",
    ),
    Architecture(
        name="transformer2017",
        paper="Vaswani et al. 2017 (arXiv 1706.03762)",
        summary="self- and cross-attention with many heads; no recurrence",
    ),
)


def names() -> tuple[str, ...]:
    """The names of all architectures, in the order of their papers."""
    return tuple(architecture.name for architecture in ARCHITECTURES)


def preset(arch: str, size: str) -> Preset:
    """Return the named preset.

    Raises:
        ConfigError: There is no such architecture or size.
    """
    if size not in SIZES:
        raise ConfigError(
            f"`{size}` is not a size" + nearest(size, SIZES, f"; sizes are {', '.join(SIZES)}.")
        )
    match arch:
        case "sutskever2014":
            return _sutskever2014(size)
        case "cho2014":
            return _cho2014(size)
        case "bahdanau2015":
            return _bahdanau2015(size)
        case "luong2015":
            return _luong2015(size)
        case "gnmt2016":
            return _gnmt2016(size)
        case "transformer2017":
            return _transformer2017(size)
        case _:
            raise ConfigError(
                f"`{arch}` is not an architecture"
                + nearest(arch, names(), "; `seq2see archs` lists them.")
            )


def _recurrent(arch: str, size: str) -> RecurrentConfig:
    """What the recurrent presets share; widths by size."""
    hidden_dim, num_layers = {
        "tiny": (128, 1),
        "small": (256, 1),
        "base": (512, 2),
        "paper": (1000, 4),
    }[size]
    return RecurrentConfig(
        arch=arch,
        size=size,
        embed_dim=hidden_dim,
        hidden_dim=hidden_dim,
        num_layers=num_layers,
        cell="lstm",
        bidirectional=False,
        reverse_source=False,
        fixed_context=False,
        context_to="first",
        residual_from=0,
        bridge="copy",
        readout="hidden",
        input_feeding=False,
        dropout={"tiny": 0.2, "small": 0.3, "base": 0.3, "paper": 0.0}[size],
        tie_weights=False,
        attention=AttentionConfig(),
    )


def _adam(size: str) -> dict[str, Any]:
    return {
        "optimizer": "adam",
        "lr": {"tiny": 0.003, "small": 0.002, "base": 0.001, "paper": 0.0005}[size],
        "betas": (0.9, 0.98),
        "schedule": "inverse-sqrt",
        "warmup_updates": {"tiny": 200, "small": 500, "base": 1000, "paper": 4000}[size],
        "label_smoothing": 0.1,
    }


def _sgd_halved(lr: float, clip_norm: float) -> dict[str, Any]:
    return {
        "optimizer": "sgd",
        "lr": lr,
        "schedule": "halve",
        "warmup_updates": 0,
        "label_smoothing": 0.0,
        "clip_norm": clip_norm,
    }


def _sutskever2014(size: str) -> Preset:
    model = replace(_recurrent("sutskever2014", size), reverse_source=True)
    # The paper halves the rate of 0.7 every half epoch after five; here by updates.
    train = _sgd_halved(0.7, 5.0) if size == "paper" else _adam(size)
    return Preset(model=model, train=train)


def _cho2014(size: str) -> Preset:
    """The paper trains with Adadelta; Adam takes its place."""
    model = replace(
        _recurrent("cho2014", size),
        cell="gru",
        fixed_context=True,
        bridge="tanh",
        readout="maxout",
    )
    if size == "paper":
        model = replace(model, embed_dim=100, num_layers=1)
    return Preset(model=model, train=_adam(size))


def _bahdanau2015(size: str) -> Preset:
    """The paper trains with Adadelta; Adam takes its place."""
    model = replace(
        _recurrent("bahdanau2015", size),
        cell="gru",
        bidirectional=True,
        bridge="tanh",
        readout="maxout",
        attention=AttentionConfig(score="additive", timing="previous"),
    )
    if size == "paper":
        model = replace(model, embed_dim=620, num_layers=1)
    return Preset(model=model, train=_adam(size))


def _luong2015(size: str) -> Preset:
    model = replace(
        _recurrent("luong2015", size),
        readout="attentional",
        input_feeding=True,
        attention=AttentionConfig(score="general", timing="current"),
    )
    if size == "paper":
        model = replace(model, dropout=0.2)
    train = _sgd_halved(1.0, 5.0) if size == "paper" else _adam(size)
    return Preset(model=model, train=train)


def _gnmt2016(size: str) -> Preset:
    """8 + 8 layers at size ``paper``, 3 or 4 below it: the third is the first residual one.

    As in eq. 4, the bottom decoder layer's output of the *previous* step asks, and the context goes
    to every decoder layer of the step, the bottom one included. Before the first step that layer's
    initial state asks. The decoder starts from the encoder's final states, of the first layer the
    backward one: the paper does not say how its own does. Below size ``paper``, dropout and label
    smoothing are those of the other recurrent presets. The paper goes on with plain SGD after
    60,000 updates of Adam, and then with reinforcement learning; here Adam's rate is halved at the
    steps at which the paper halves that of SGD.
    """
    num_layers = {"tiny": 3, "small": 3, "base": 4, "paper": 8}[size]
    model = replace(
        _recurrent("gnmt2016", size),
        num_layers=num_layers,
        bidirectional="first",
        context_to="all",
        residual_from=3,
        attention=AttentionConfig(score="additive", timing="previous", query="bottom"),
    )
    train = _adam(size)
    if size == "paper":
        model = replace(model, embed_dim=1024, hidden_dim=1024, dropout=0.2)
        train = {
            "optimizer": "adam",
            "lr": 0.0002,
            "betas": (0.9, 0.999),
            "schedule": "halve",
            "halve_after": 1_200_000,
            "halve_every": 200_000,
            "warmup_updates": 0,
            "label_smoothing": 0.0,
            "clip_norm": 5.0,
        }
    return Preset(model=model, train=train, decode={"length_penalty": 0.2, "coverage_penalty": 0.2})


def _transformer2017(size: str) -> Preset:
    """Layers normalise first (``norm="pre"``) below size ``paper``: it needs no careful warm-up."""
    embed_dim, feedforward_dim, num_layers, num_heads = {
        "tiny": (128, 256, 4, 4),
        "small": (256, 1024, 3, 4),
        "base": (512, 2048, 6, 8),
        "paper": (512, 2048, 6, 8),
    }[size]
    model = TransformerConfig(
        arch="transformer2017",
        size=size,
        embed_dim=embed_dim,
        feedforward_dim=feedforward_dim,
        num_layers=num_layers,
        num_heads=num_heads,
        norm="post" if size == "paper" else "pre",
        dropout=0.1,
        attention_dropout=0.0,
        feedforward_dropout=0.0,
        tie_weights=True,
    )
    # Vaswani et al. 2017, section 5.3: the peak of d^-0.5 * min(u^-0.5, u * 4000^-1.5) at d = 512.
    lr, warmup = {
        "tiny": (0.003, 800),
        "small": (0.001, 1000),
        "base": (0.0007, 4000),
        "paper": (0.0007, 4000),
    }[size]
    train = {
        "optimizer": "adam",
        "lr": lr,
        "betas": (0.9, 0.98),
        "schedule": "inverse-sqrt",
        "warmup_updates": warmup,
        "label_smoothing": 0.1,
    }
    return Preset(model=model, train=train)
