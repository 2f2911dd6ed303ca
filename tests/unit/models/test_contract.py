"""What every architecture owes the rest of the program (interface.py), tested on each of them."""

import itertools
import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from seq2see import config
from seq2see.models import presets
from seq2see.models.build import build
from seq2see.models.interface import CopyFeatures, Features, Seq2seq, Source
from seq2see.tokens import BOS_ID, PAD_ID
from seq2see.trace.names import meaning

VOCAB = 13
SMALL = {"model.dropout": 0.0}
LOCAL = {"model.attention.window": 1}
COVERAGE: dict[str, object] = {"model.attention.coverage": True}
VARIANTS: dict[str, tuple[str, dict[str, object]]] = {
    **{name: (name, {}) for name in presets.names()},
    "luong dot": ("luong2015", {"model.attention.score": "dot"}),
    "luong scaled-dot": ("luong2015", {"model.attention.score": "scaled-dot"}),
    "luong concat": ("luong2015", {"model.attention.score": "concat"}),
    "luong location": ("luong2015", {"model.attention.score": "location"}),
    "luong scaled-general": ("luong2015", {"model.attention.score": "scaled-general"}),
    "luong normed-additive": ("luong2015", {"model.attention.score": "normed-additive"}),
    "luong local-m": ("luong2015", {**LOCAL, "model.attention.scope": "local-m"}),
    "luong local-p": ("luong2015", {**LOCAL, "model.attention.scope": "local-p"}),
    "luong local-p without feeding": (
        "luong2015",
        {**LOCAL, "model.attention.scope": "local-p", "model.input_feeding": False},
    ),
    "luong hard": ("luong2015", {"model.attention.scope": "hard"}),
    "luong hard without feeding": (
        "luong2015",
        {"model.attention.scope": "hard", "model.input_feeding": False},
    ),
    "bahdanau local-m": ("bahdanau2015", {**LOCAL, "model.attention.scope": "local-m"}),
    "bahdanau local-p": ("bahdanau2015", {**LOCAL, "model.attention.scope": "local-p"}),
    "bahdanau hard": ("bahdanau2015", {"model.attention.scope": "hard"}),
    "bahdanau coverage": ("bahdanau2015", COVERAGE),
    "luong coverage": ("luong2015", {**COVERAGE, "model.attention.score": "concat"}),
    "luong coverage without feeding": (
        "luong2015",
        {
            **COVERAGE,
            "model.attention.score": "normed-additive",
            "model.input_feeding": False,
        },
    ),
    "luong local-p coverage": (
        "luong2015",
        {
            **COVERAGE,
            **LOCAL,
            "model.attention.score": "additive",
            "model.attention.scope": "local-p",
        },
    ),
    "luong without feeding": ("luong2015", {"model.input_feeding": False}),
    "luong two layers": ("luong2015", {"model.num_layers": 2}),
    "luong bidirectional": ("luong2015", {"model.bidirectional": True, "model.bridge": "tanh"}),
    "luong previous": ("luong2015", {"model.attention.timing": "previous"}),
    "luong without attention": ("luong2015", {"model.attention.score": "none"}),
    "bahdanau with feeding": ("bahdanau2015", {"model.input_feeding": True}),
    "bahdanau lstm": ("bahdanau2015", {"model.cell": "lstm", "model.num_layers": 2}),
    "sutskever rnn": ("sutskever2014", {"model.cell": "rnn", "model.num_layers": 2}),
    "sutskever bidirectional": (
        "sutskever2014",
        {"model.bidirectional": True, "model.bridge": "tanh"},
    ),
    "cho lstm": ("cho2014", {"model.cell": "lstm", "model.num_layers": 2}),
    "luong residual": (
        "luong2015",
        {"model.num_layers": 3, "model.residual_from": 2, "model.attention.query": "bottom"},
    ),
    "cho to all": (
        "cho2014",
        {"model.num_layers": 2, "model.context_to": "all", "model.bidirectional": "first"},
    ),
    "gnmt current": (
        "gnmt2016",
        {
            "model.attention.timing": "current",
            "model.context_to": "first",
            "model.readout": "attentional",
            "model.input_feeding": True,
        },
    ),
    "gnmt without attention": (
        "gnmt2016",
        {"model.attention.score": "none", "decode.coverage_penalty": 0.0},
    ),
    "transformer post": ("transformer2017", {"model.norm": "post"}),
    "transformer untied": ("transformer2017", {"model.tie_weights": False}),
}
COPY: dict[str, object] = {"model.copy": True, "tokenizer.shared": True}
VARIANTS |= {
    "luong copy": ("luong2015", COPY),
    "luong copy local-m": ("luong2015", {**COPY, **LOCAL, "model.attention.scope": "local-m"}),
    "luong copy without feeding": ("luong2015", {**COPY, "model.input_feeding": False}),
    "bahdanau copy": ("bahdanau2015", COPY),
}
everywhere = pytest.mark.parametrize("variant", VARIANTS)


def make(variant: str, **more: object) -> Seq2seq:
    """Build a small model in float64, so that equal means equal."""
    arch, settings = VARIANTS[variant]
    sizes = (
        {"model.embed_dim": 8, "model.feedforward_dim": 12, "model.num_layers": 2}
        if arch == "transformer2017"
        else {"model.embed_dim": 6, "model.hidden_dim": 8}
    )
    resolved = config.resolve(
        arch=arch, size="tiny", settings={**SMALL, **sizes, **settings, **more}
    )
    torch.manual_seed(3)
    model = build(resolved.model, VOCAB, VOCAB, max_source_length=9, shared_vocab=False)
    for parameter in model.parameters():  # biases start at zero, where mistakes would hide
        if parameter.dim() == 1:
            torch.nn.init.normal_(parameter, std=0.3)
    return model.double().eval()


def batch(lengths: list[int], extra: int = 0) -> Source:
    generator = torch.Generator().manual_seed(5)
    ids = torch.full((len(lengths), max(lengths) + extra), PAD_ID)
    for row, length in enumerate(lengths):
        ids[row, :length] = torch.randint(4, VOCAB, (length,), generator=generator)
    return Source(ids, ids != PAD_ID)


def previous(rows: int, steps: int) -> Tensor:
    generator = torch.Generator().manual_seed(7)
    ids = torch.randint(4, VOCAB, (rows, steps), generator=generator)
    ids[:, 0] = BOS_ID
    return ids


def parts(features: Features) -> list[Tensor]:
    """All tensors that an output layer reads."""
    if isinstance(features, CopyFeatures):
        return [features.readout, features.gate, features.weights, features.ids]
    return [features]


def each(features: Features, change: Callable[[Tensor], Tensor]) -> Features:
    return features.map(change) if isinstance(features, CopyFeatures) else change(features)


def single(values: Tensor) -> Tensor:
    return values.float() if values.is_floating_point() else values


class Recorder:
    """Keeps every value it sees, joined along the axis of steps."""

    def __init__(self) -> None:
        self.values: dict[str, list[Tensor]] = {}

    def __call__(self, name: str, value: Tensor, /) -> Tensor:
        self.values.setdefault(name, []).append(value)
        return value


@everywhere
def test_stepwise_equals_teacher_forced(variant: str) -> None:
    model, source, given = make(variant), batch([6, 3, 5]), previous(3, 4)
    encoded = model.encode(source)
    at_once = model.decode(given, encoded, Recorder())
    expected = model.output.log_probs(at_once.features)
    state = model.start(encoded, 1)
    for step in range(given.shape[1]):
        output = model.step(given[:, step], encoded, state)
        torch.testing.assert_close(model.output.log_probs(output.features), expected[:, step])
        if at_once.attention is None:
            assert output.attention is None
        else:
            torch.testing.assert_close(output.attention, at_once.attention[:, step])
        state = output.state


@everywhere
def test_hypotheses_of_one_sentence_do_not_mix(variant: str) -> None:
    """Rows of a beam of 3 give what each would give alone, also after they are reordered."""
    model, source = make(variant), batch([6, 4])
    tokens = torch.tensor([[4, 5, 6, 7, 8, 9], [9, 8, 7, 6, 5, 4]])
    order = torch.tensor([2, 0, 0, 5, 4, 3])
    encoded = model.encode(source)
    first = model.step(tokens[0], encoded, model.start(encoded, 3))
    second = model.step(tokens[1], encoded, first.state.select(order))
    for row in range(6):
        sentence = encoded.select(torch.tensor([row // 3]))
        alone = model.step(tokens[0, order[row]][None], sentence, model.start(sentence, 1))
        alone = model.step(tokens[1, row][None], sentence, alone.state)
        found, expected = parts(second.features[row : row + 1]), parts(alone.features)
        torch.testing.assert_close(found, expected)


@everywhere
def test_a_watched_pass_equals_an_unwatched_one(variant: str) -> None:
    model, source, given = make(variant), batch([6, 3, 5]), previous(3, 4)
    recorder = Recorder()
    plain = model.decode(given, model.encode(source)).features
    watched = model.decode(given, model.encode(source, recorder), recorder).features
    torch.testing.assert_close(parts(watched), parts(plain))
    for name, calls in recorder.values.items():  # `trace.names` knows its axes
        axes = meaning(name).axes
        assert all(call.dim() in (len(axes) + 1, len(axes) + 2) for call in calls)
        assert calls[0].dim() == len(axes) + 1 or calls[0].shape[1] == 1
    steps = {name: sum(call.shape[1] for call in calls) for name, calls in recorder.values.items()}
    assert steps["encoder.embeddings"] == 6
    assert steps["decoder.embeddings"] == steps["decoder.readout"] == 4


def without_effect(variant: str) -> set[str]:
    """Values that no later one depends on: states nobody attends to, keys that are only counted."""
    match variant:
        case "luong location":
            return {"encoder.keys"}
        case "gnmt without attention":
            return {"encoder.outputs", "encoder.layers.2.residual"}
        case _:
            return set() if make(variant).has_attention else {"encoder.outputs"}


@everywhere
def test_every_watched_value_can_be_overridden(variant: str) -> None:
    model, source, given = make(variant), batch([6, 3, 5]), previous(3, 4)
    seen = Recorder()
    plain = model.decode(given, model.encode(source, seen), seen).features

    def changes(name: str) -> bool:
        noise = torch.Generator().manual_seed(1)

        def override(label: str, value: Tensor, /) -> Tensor:
            if label != name:
                return value
            change = torch.rand(value.shape, generator=noise, dtype=value.dtype)
            return value + (5 * change - 2 if "hard" in variant else change)  # to choose otherwise

        features = model.decode(given, model.encode(source, override), override).features
        return not all(map(torch.equal, parts(features), parts(plain)))

    ignored = {name for name in seen.values if not changes(name)}
    assert ignored == without_effect(variant)


@everywhere
def test_padding_and_batch_order_change_nothing(variant: str) -> None:
    model, given = make(variant), previous(3, 4)
    source = batch([6, 3, 5])
    expected = model.output.log_probs(model.decode(given, model.encode(source)).features)
    padded = batch([6, 3, 5], extra=3)
    assert torch.equal(padded.ids[:, :6], source.ids)
    output = model.output.log_probs(model.decode(given, model.encode(padded)).features)
    torch.testing.assert_close(output, expected)
    order = torch.tensor([2, 0, 1])
    shuffled = Source(source.ids[order], source.mask[order])
    output = model.output.log_probs(model.decode(given[order], model.encode(shuffled)).features)
    torch.testing.assert_close(output, expected[order])


@everywhere
def test_attention_is_a_distribution_over_real_tokens(variant: str) -> None:
    model, source, given = make(variant), batch([6, 3, 5]), previous(3, 4)
    attention = model.decode(given, model.encode(source), Recorder()).attention
    assert (attention is not None) == model.has_attention
    if attention is not None:
        total = attention.sum(-1)
        if "local-p" in variant:  # a Gaussian takes some away: all but exp(-2) of it at most
            assert (total < 1).all()
            assert (total >= math.exp(-2)).all()
        else:
            torch.testing.assert_close(total, torch.ones(3, 4, dtype=torch.float64))
        assert not attention[~source.mask.unsqueeze(1).expand_as(attention)].any()


@everywhere
def test_future_tokens_do_not_leak(variant: str) -> None:
    model, source, given = make(variant), batch([6, 3, 5]), previous(3, 5)
    changed = given.clone()
    changed[:, 3:] = 4
    encoded = model.encode(source)
    before = model.decode(given, encoded).features[:, :3]
    after = model.decode(changed, encoded).features[:, :3]
    torch.testing.assert_close(parts(after), parts(before))


@everywhere
def test_probabilities_sum_to_one(variant: str) -> None:
    model = make(variant)
    features = model.decode(previous(2, 3), model.encode(batch([4, 2]))).features
    features, model = each(features, single), model.float()
    log_probs = model.output.log_probs(features)
    torch.testing.assert_close(log_probs.exp().sum(-1), torch.ones(2, 3))


@pytest.mark.parametrize("variant", [name for name in VARIANTS if "copy" not in name])
def test_a_narrow_output_layer_normalises_over_what_each_sentence_may_use(variant: str) -> None:
    """Where it copies too, see ``test_copying``."""
    model = make(variant)
    features = model.decode(previous(2, 3), model.encode(batch([4, 2]))).features
    features, model = single(parts(features)[0]).flatten(0, 1), model.float()
    lists = [[3, 5], [3, 11]]
    ids = torch.tensor([3, 5, 11])
    listed = torch.tensor([[True, True, False], [True, False, True]])
    narrow = model.output.narrow(ids, listed)
    probs = model.output.log_probs(features).exp()
    expected = torch.zeros(6, 3)
    for row in range(6):  # three rows for each sentence
        for token in lists[row // 3]:
            column = ids.tolist().index(token)
            expected[row, column] = probs[row, token] / probs[row, lists[row // 3]].sum()
    torch.testing.assert_close(narrow.log_probs(features).exp(), expected)
    kept = narrow.select(torch.tensor([1])).log_probs(features[3:])
    torch.testing.assert_close(kept.exp(), expected[3:])


@everywhere
def test_loss_is_the_negative_log_likelihood_of_real_tokens(variant: str) -> None:
    model = make(variant).float()
    features = model.decode(previous(2, 3), model.encode(batch([4, 2]))).features
    target = torch.tensor([[5, 6, 3], [7, 3, PAD_ID]])
    loss, count = model.output.loss(features, target)
    log_probs = model.output.log_probs(features)
    rows = list(itertools.product(range(2), range(3)))[:-1]
    expected = -sum(log_probs[row, step, target[row, step]] for row, step in rows)
    assert count == 5
    torch.testing.assert_close(loss, expected)
    smoothed, _ = model.output.loss(features, target, label_smoothing=0.2)
    uniform = -sum(log_probs[row, step].mean() for row, step in rows)
    torch.testing.assert_close(smoothed, 0.8 * expected + 0.2 * uniform)


@pytest.mark.parametrize("variant", ["luong2015", "luong without feeding", "luong concat"])
def test_uniform_attention_by_override_gives_the_mean_context(variant: str) -> None:
    """Luong et al. 2015, eq. 5: with uniform weights, h~ = tanh(W [mean of encoder states; h])."""
    model, source, given = make(variant), batch([6, 3]), previous(2, 1)
    encoded = model.encode(source)
    seen = Recorder()

    def uniform(name: str, value: Tensor, /) -> Tensor:
        if name == "decoder.attention.weights":
            value = (source.mask / source.mask.sum(1, keepdim=True)).unsqueeze(1).double()
        return seen(name, value)

    features = model.decode(given, encoded, uniform).features
    mean = torch.stack([encoded.outputs[0].mean(0), encoded.outputs[1, :3].mean(0)])
    hidden = seen.values["decoder.layers.0.hidden"][0][:, 0]
    weight = dict(model.named_parameters())["readout.combine.weight"]
    torch.testing.assert_close(
        features[:, 0], torch.tanh(torch.cat((mean, hidden), dim=-1) @ weight.T)
    )


def test_an_override_of_one_head_changes_the_transformer_as_the_equations_say() -> None:
    """With all heads of the last layer's cross-attention on position 0, its context is value 0."""
    model, source, given = make("transformer2017"), batch([5, 4]), previous(2, 3)
    seen = Recorder()
    name = "decoder.layers.1.cross_attention"

    def first(label: str, value: Tensor, /) -> Tensor:
        if label == f"{name}.weights":
            value = torch.zeros_like(value)
            value[..., 0] = 1.0
        return seen(label, value)

    model.decode(given, model.encode(source, seen), first)
    [context], [values] = seen.values[f"{name}.context"], seen.values[f"{name}.values"]
    torch.testing.assert_close(context, values[:, :, :1].expand_as(context))


def test_the_encoder_reads_backwards_for_sutskever() -> None:
    """The final state depends last on the first word: it is the step taken at position 0."""
    model, source = make("sutskever2014"), batch([6, 3])
    seen = Recorder()
    encoded = model.encode(source, seen)
    last = seen.values["encoder.layers.0.backward.hidden"][-1][:, 0]
    [initial] = seen.values["decoder.initial.0.hidden"]
    torch.testing.assert_close(initial[:, 0], last)
    torch.testing.assert_close(encoded.outputs[:, 0], last)


def test_additive_score_by_hand() -> None:
    from seq2see.models.attention import Attention
    from seq2see.models.scores import AdditiveScore

    score = AdditiveScore(1, 1, 2)
    with torch.no_grad():
        score.query.weight.copy_(torch.tensor([[1.0], [0.5]]))
        score.key.weight.copy_(torch.tensor([[2.0], [-1.0]]))
        score.energy.weight.copy_(torch.tensor([[1.0, 3.0]]))
    outputs = torch.tensor([[[0.1], [0.2], [9.0]]])
    context, weights, _, _ = Attention(score)(
        torch.tensor([[[0.3]]]),
        score.project_keys(outputs),
        outputs,
        torch.tensor([[True, True, False]]),
    )
    scores = [math.tanh(0.3 + 2 * k) + 3 * math.tanh(0.15 - k) for k in (0.1, 0.2)]
    first = math.exp(scores[0]) / (math.exp(scores[0]) + math.exp(scores[1]))
    torch.testing.assert_close(weights, torch.tensor([[[first, 1 - first, 0.0]]]))
    torch.testing.assert_close(context, torch.tensor([[[first * 0.1 + (1 - first) * 0.2]]]))
