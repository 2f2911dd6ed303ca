"""The configuration as frozen dataclasses; their fields are the dotted keys.

Every default stands here or in ``models/presets.py`` (what differs by architecture and size), and
nowhere else. Every field is documented by the string below it, which ``seq2see train --help`` and
the documentation show. Import these names from ``seq2see.config``.
"""

from dataclasses import dataclass, field
from typing import Literal

TokenizerKind = Literal["word", "whitespace", "char", "bpe", "unigram"]
ScoreName = Literal[
    "none",
    "dot",
    "scaled-dot",
    "general",
    "scaled-general",
    "additive",
    "concat",
    "normed-additive",
    "location",
]
ScopeName = Literal["global", "local-m", "local-p", "hard"]
CellName = Literal["lstm", "gru", "rnn"]
MetricName = Literal["wer", "per", "cer", "tag_accuracy", "span_f1", "macro_f1"]


@dataclass(frozen=True, kw_only=True)
class DataConfig:
    """Which sentence pairs, and what is done to them before anything else sees them."""

    train: tuple[str, ...] = ()
    """Training corpora: files of pairs, prefixes (with ``pair``), or ``builtin:NAME``."""
    valid: tuple[str, ...] = ()
    """Validation corpora; empty: split off the training corpora."""
    test: tuple[str, ...] = ()
    """Test corpora; empty: split off the training corpora, unless ``valid`` is given."""
    pair: str | None = None
    """Languages as ``SOURCE-TARGET``, for example ``en-de``; also the suffixes of a
    prefix corpus."""
    columns: tuple[tuple[int, ...], tuple[int, ...]] = ((1,), (2,))
    """Columns of source and target in separated text, counted from 1; ``[[1, 3], 2]`` joins
    columns 1 and 3 by a space."""
    features: tuple[int, ...] = ()
    """Columns of features, such as ``N;GEN;SG``, which become tags behind the source:
    ``Hahn [N] [GEN] [SG]``. Each is one token with ``char`` and ``whitespace``."""
    separator: str | None = None
    """Column separator of separated text; absent: tab, else `` ||| `` where it is found."""
    split: float | None = None
    """Share of the pairs used for training; the rest is halved into validation and test.
    Absent: 5% each for validation and test, at most 2,000 pairs each."""
    split_by: Literal["source", "row"] = "source"
    """``source`` keeps all translations of one source sentence in one split; ``row`` leaks them."""
    clean: tuple[str, ...] = ("nfc", "squeeze")
    """Cleaning steps, in order, or a named set of them (see ``seq2see.data.clean``)."""
    max_length: int = 100
    """Longest source and target in tokens; longer pairs are dropped from training, and counted."""
    max_pairs: int | None = None
    """Use only the first so many training pairs; absent: all."""

    @property
    def languages(self) -> tuple[str, str] | None:
        """Codes of source and target language; None where they are not given."""
        if self.pair is None:
            return None
        source, _, target = self.pair.partition("-")
        return source, target


@dataclass(frozen=True, kw_only=True)
class SideTokenizerConfig:
    """What differs from the common tokenizer settings on one side."""

    kind: TokenizerKind | None = None
    """Tokenizer of this side; absent: ``tokenizer.kind``."""
    vocab_size: int | None = None
    """Vocabulary size of this side; absent: ``tokenizer.vocab_size``."""


@dataclass(frozen=True, kw_only=True)
class TokenizerConfig:
    """How text becomes ids."""

    kind: TokenizerKind = "bpe"
    """``word``, ``whitespace`` (pre-tokenised text), ``char``, ``bpe`` or ``unigram``."""
    vocab_size: int = 8000
    """Largest vocabulary, special tokens included."""
    shared: bool = False
    """One tokenizer, learnt from both sides together."""
    source: SideTokenizerConfig = field(default_factory=SideTokenizerConfig)
    """Settings of the source side where they differ."""
    target: SideTokenizerConfig = field(default_factory=SideTokenizerConfig)
    """Settings of the target side where they differ."""


@dataclass(frozen=True, kw_only=True)
class VectorsConfig:
    """Word vectors that embeddings begin with, for tokenizers of words."""

    source: str | None = None
    """File of vectors for source words, as text: that of word2vec (a first line of two numbers) or
    of GloVe (none); absent: fresh embeddings."""
    target: str | None = None
    """The same for target words; with ``model.tie_weights`` the output layer begins with them
    too."""
    freeze: bool = False
    """Keep the vectors as they are; words without one are trained all the same."""
    rescale: bool = True
    """Multiply all vectors of a file by one number, so that their entries are on average as large
    as those of fresh embeddings, which the architecture is made for."""


@dataclass(frozen=True, kw_only=True)
class AttentionConfig:
    """Attention of a recurrent model: two independent choices."""

    score: ScoreName = "none"
    """How a decoder state is compared with a source position; ``none``: no attention.
    ``additive`` and ``concat`` are two names of one score."""
    scope: ScopeName = "global"
    """Where attention looks: everywhere; in a window around the position of the step (``local-m``)
    or around a predicted one (``local-p``, Luong et al. 2015, section 3.2); or at one position,
    drawn in training and the most probable one in translation (``hard``, Xu et al. 2015)."""
    window: int = 10
    """Positions on either side of the centre that local attention looks at; D in the paper."""
    hard_training: Literal["reinforce", "marginal"] = "reinforce"
    """How hard attention learns where to look: from the luck of its draws, or from the exact
    probability ``sum_i a_i P(y | i)``, which costs an output layer for every source position."""
    hard_entropy: float = 0.05
    """Weight of the entropy of what hard attention draws from, with ``reinforce``."""
    timing: Literal["previous", "current"] = "current"
    """Which decoder state asks: the previous one (Bahdanau; the context enters the step) or the
    current one (Luong; the context joins after the step)."""
    query: Literal["top", "bottom"] = "top"
    """Decoder layer whose hidden state asks; GNMT's is the bottom one (Wu et al. 2016, eq. 4)."""
    coverage: bool = False
    """Tell an additive score what is covered: the attention that each source position has had so
    far (Tu et al. 2016, without fertility; See et al. 2017, eqs. 10 and 11)."""
    coverage_loss: float = 0.0
    """With ``coverage``: weight of the loss for attending again to what is covered (See et al.
    2017, eq. 12, who weigh it 1); 0: none, as in Tu et al. 2016."""


@dataclass(frozen=True, kw_only=True)
class RecurrentConfig:
    """A recurrent encoder-decoder: ``sutskever2014``, ``cho2014``, ``bahdanau2015``, ``luong2015``,
    ``gnmt2016`` and everything between."""

    arch: str
    """Preset that the other values started from."""
    size: str
    """Preset size: ``tiny``, ``small``, ``base`` or ``paper``."""
    embed_dim: int
    """Width of source and target embeddings."""
    hidden_dim: int
    """Width of one recurrent layer, per direction."""
    num_layers: int
    """Recurrent layers on each side."""
    cell: CellName
    """Recurrent cell."""
    bidirectional: Literal[False, True, "first"]
    """Read the source in both directions; their states are concatenated. ``first``: in the first
    encoder layer alone (Wu et al. 2016)."""
    reverse_source: bool
    """Feed the source to the encoder from the last word to the first (Sutskever et al. 2014)."""
    fixed_context: bool
    """Feed the encoder's summary to every decoder step and to the readout (Cho et al. 2014);
    only without attention."""
    context_to: Literal["first", "all"]
    """Decoder layers that read the context of a step, be it of attention or fixed: the first one,
    or all (Wu et al. 2016)."""
    residual_from: int
    """First layer, counted from 1 on both sides, that hands on the sum of its hidden state and of
    what it reads (Wu et al. 2016, eq. 6); 0: none."""
    bridge: Literal["copy", "tanh"]
    """How the decoder starts: a copy of the encoder's final states, layer by layer, or a tanh
    layer over them; of the backward one where there are two directions and attention, else of
    both."""
    readout: Literal["hidden", "attentional", "maxout"]
    """What the output layer reads: the top hidden state, Luong's ``tanh(W [context; hidden])``, or
    Bahdanau's maxout over hidden state, previous word and context."""
    input_feeding: bool
    """Feed the readout of the previous step into the next one (Luong et al. 2015, section 3.3)."""
    dropout: float
    """Dropout on embeddings, between layers and on the readout; never on recurrent connections."""
    tie_weights: bool
    """One matrix for target embeddings and output layer (and source embeddings if the tokenizer is
    shared)."""
    attention: AttentionConfig
    """The attention."""
    copy: bool = False
    """Mix saying a token of the vocabulary with copying one of the source, chosen by attention (See
    et al. 2017); needs ``tokenizer.shared``."""


@dataclass(frozen=True, kw_only=True)
class TransformerConfig:
    """The Transformer, ``transformer2017``."""

    arch: str
    """Preset that the other values started from."""
    size: str
    """Preset size: ``tiny``, ``small``, ``base`` or ``paper``."""
    embed_dim: int
    """Model width (d_model)."""
    feedforward_dim: int
    """Width of the feed-forward layers."""
    num_layers: int
    """Layers on each side."""
    num_heads: int
    """Attention heads; divides ``embed_dim``."""
    norm: Literal["pre", "post"]
    """Layer normalisation before each block (trains more easily) or after it (the paper)."""
    dropout: float
    """Dropout on embeddings and on the output of every block, as in the paper."""
    attention_dropout: float
    """Dropout on attention weights; the paper has none."""
    feedforward_dropout: float
    """Dropout inside feed-forward blocks, after the activation; the paper has none."""
    tie_weights: bool
    """One matrix for target embeddings and output layer (and source embeddings if the tokenizer is
    shared)."""


ModelConfig = RecurrentConfig | TransformerConfig


@dataclass(frozen=True, kw_only=True)
class ScheduledSamplingConfig:
    """How often a decoder in training reads its own words instead of the reference."""

    decay: Literal["none", "linear", "exponential", "inverse-sigmoid"] = "none"
    """How the probability p of reading the reference falls with the update i (Bengio et al. 2015,
    section 2.4): ``linear``, ``p = max(floor, k - slope i)``; ``exponential``, ``p = k ** i``;
    ``inverse-sigmoid``, ``p = k / (k + exp(i / k))``; ``none``: the reference is always read."""
    k: float | None = None
    """The k of the decay: for ``linear`` its start (absent: 1), for ``exponential`` below 1, for
    ``inverse-sigmoid`` at least 1. Absent for these two: p is one half in the middle of
    ``train.max_updates``."""
    slope: float | None = None
    """With ``linear``: how much p falls at each update. Absent: p reaches the floor at
    ``train.max_updates``."""
    floor: float = 0.0
    """With ``linear``: the lowest p."""


@dataclass(frozen=True, kw_only=True)
class TrainConfig:
    """How the model learns."""

    max_updates: int = 20000
    """Updates in all."""
    batch_tokens: int = 4096
    """Largest batch in tokens of its longer side, padding included."""
    accumulate: int = 1
    """Batches whose gradients make one update."""
    optimizer: Literal["adam", "adamw", "sgd"] = "adam"
    """Optimiser."""
    lr: float = 0.001
    """Peak learning rate."""
    betas: tuple[float, float] = (0.9, 0.98)
    """Adam's decay rates of the two moments."""
    weight_decay: float = 0.0
    """Decoupled weight decay, for ``adamw``."""
    schedule: Literal["constant", "inverse-sqrt", "linear", "halve"] = "constant"
    """Learning rate after warm-up: constant; falling with the root of the update (Vaswani et al.
    2017); linearly to zero at ``max_updates``; or constant, then halved at regular steps
    (Sutskever et al. 2014, Luong et al. 2015)."""
    warmup_updates: int = 0
    """Updates over which the rate rises linearly from zero."""
    halve_after: int = 10000
    """With ``schedule = "halve"``: updates before the first halving."""
    halve_every: int = 1000
    """With ``schedule = "halve"``: updates between halvings."""
    label_smoothing: float = 0.0
    """Probability mass spread evenly over the vocabulary."""
    scheduled_sampling: ScheduledSamplingConfig = field(default_factory=ScheduledSamplingConfig)
    """Reading its own words in training."""
    clip_norm: float = 1.0
    """Largest norm of the whole gradient; 0: no clipping."""
    patience: int = 8
    """Validations without improvement before training stops early; 0: never."""
    early_stop_metric: Literal["loss", "bleu", "exact_match"] = "loss"
    """Validation figure that chooses the best weights, the lower loss where two are equal, and ends
    training early."""
    validate_every: int = 250
    """Updates between validations."""
    validate_sentences: int = 500
    """Sentences translated greedily at each validation, for BLEU and for samples."""
    checkpoint_every: int = 250
    """Updates between checkpoints: the most that a crash can cost."""
    keep_checkpoints: int = 1
    """Checkpoints kept."""
    average_checkpoints: int = 0
    """At the end, average the weights of so many last checkpoints, and keep the average if it
    validates better; 0: no averaging."""
    log_every: int = 50
    """Updates between lines of ``metrics.jsonl``."""
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    """Arithmetic of the forward and backward pass; weights are always kept in fp32. ``auto``:
    bf16 where the GPU, or for a Transformer the processor, computes in it, else fp32."""
    seed: int = 1
    """Seed of everything random."""
    tensorboard: bool = False
    """Also write TensorBoard event files to ``RUN/tensorboard`` (extra ``tensorboard``)."""


@dataclass(frozen=True, kw_only=True)
class DecodeConfig:
    """How the model translates, unless the call says otherwise."""

    beam_size: int = 5
    """Hypotheses kept per sentence; 1: greedy."""
    length_penalty: float = 0.6
    """Alpha of GNMT's length penalty ((5 + length) / 6) ** alpha (Wu et al. 2016, eq. 14)."""
    coverage_penalty: float = 0.0
    """Beta of GNMT's coverage penalty (Wu et al. 2016, eq. 14)."""
    min_length: int = 0
    """Fewest target tokens."""
    max_length: int = 200
    """Most target tokens; and never more than 20 plus three times the source (fifteen times where
    only the target is split into characters)."""
    replace_unknown: bool = False
    """Put in the place of every ``<unk>`` the source word that it attends to most, or that word's
    translation in ``decode.dictionary`` (Luong et al. 2015, section 4.1)."""
    dictionary: str | None = None
    """For ``decode.replace_unknown``: a file of source words and target words, separated by a tab;
    or ``learnt``, which learns one from the training pairs when it is first needed."""


@dataclass(frozen=True, kw_only=True)
class EvaluateConfig:
    """What is measured, besides the scores of every evaluation."""

    metrics: tuple[MetricName, ...] = ()
    """Scores of other fields than translation: ``wer`` (words, each of them a whole target, that
    are not entirely right), ``per`` and ``cer`` (edits for each token, and for each character, of
    the reference), ``tag_accuracy`` (tags that are right, place by place), ``span_f1`` (entities
    in ``B- I- O`` tags), ``macro_f1`` (each whole target is a class)."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """Everything needed to repeat a run."""

    model: ModelConfig
    """The model."""
    data: DataConfig = field(default_factory=DataConfig)
    """The data."""
    tokenizer: TokenizerConfig = field(default_factory=TokenizerConfig)
    """The tokenizers."""
    vectors: VectorsConfig = field(default_factory=VectorsConfig)
    """Pretrained word vectors."""
    train: TrainConfig = field(default_factory=TrainConfig)
    """Training."""
    decode: DecodeConfig = field(default_factory=DecodeConfig)
    """Translation."""
    evaluate: EvaluateConfig = field(default_factory=EvaluateConfig)
    """Evaluation."""


def directions_of(model: RecurrentConfig) -> tuple[int, ...]:
    """In how many directions each encoder layer reads."""
    match model.bidirectional:
        case "first":
            return (2, *[1] * (model.num_layers - 1))
        case both:
            return (2 if both else 1,) * model.num_layers


def readout_dim(model: RecurrentConfig) -> int:
    """Width of what the output layer reads; maxout halves (Bahdanau et al. 2015: 1000 -> 500)."""
    return (model.hidden_dim + 1) // 2 if model.readout == "maxout" else model.hidden_dim
