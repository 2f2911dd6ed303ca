"""Reading own words in training: what is drawn, and that everything else stays as it was."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import torch
from small_trainings import tiny_trainer
from torch import Tensor

from seq2see import config
from seq2see.config import ScheduledSamplingConfig, TrainConfig
from seq2see.data.batching import Batch, Source
from seq2see.models.build import build
from seq2see.models.interface import Seq2seq
from seq2see.tokens import BOS_ID, EOS_ID, PAD_ID, UNK_ID
from seq2see.training.randomness import row_uniforms
from seq2see.training.schedule import reference_probability
from seq2see.training.scheduled_sampling import Share, read_own_words

VOCAB = 8
ARCHITECTURES = ["bahdanau2015", "luong2015", "luong2015 copy", "sutskever2014", "transformer2017"]
SIZES: dict[str, dict[str, object]] = {
    "luong2015 copy": {"model.copy": True, "model.embed_dim": 6, "model.hidden_dim": 6},
    "transformer2017": {
        "model.embed_dim": 8,
        "model.feedforward_dim": 8,
        "model.num_layers": 1,
        "model.num_heads": 2,
    },
}
SHARE = Share(update=3, part=1, rank=0, size=1)
LENGTHS = [5, 3, 1, 4]


def make(arch: str) -> Seq2seq:
    sizes = SIZES.get(arch, {"model.embed_dim": 6, "model.hidden_dim": 6})
    settings = {**sizes, "model.dropout": 0.4, "tokenizer.shared": True}
    resolved = config.resolve(arch=arch.split(maxsplit=1)[0], size="tiny", settings=settings)
    torch.manual_seed(3)
    model = build(resolved.model, VOCAB, VOCAB, max_source_length=9, shared_vocab=True)
    for parameter in model.parameters():  # so that some tokens are far more probable than others
        torch.nn.init.normal_(parameter, std=0.8)
    return model.train()


def batch() -> Batch:
    generator = torch.Generator().manual_seed(5)
    source = torch.randint(4, VOCAB, (len(LENGTHS), 6), generator=generator)
    target = torch.full((len(LENGTHS), max(LENGTHS)), PAD_ID)
    for row, length in enumerate(LENGTHS):
        target[row, : length - 1] = torch.randint(4, VOCAB, (length - 1,), generator=generator)
        target[row, length - 1] = EOS_ID
    previous = torch.full_like(target, BOS_ID)
    previous[:, 1:] = target[:, :-1]
    return Batch(Source(source, source != PAD_ID), previous, target, sum(LENGTHS))


def rows_of(given: Batch, chosen: slice) -> Batch:
    source = Source(given.source.ids[chosen], given.source.mask[chosen])
    return Batch(source, given.previous[chosen], given.target[chosen], 0)


def always(probability: float) -> TrainConfig:
    """The reference is read with one probability all the time."""
    sampling = ScheduledSamplingConfig(decay="linear", k=probability, slope=0.0)
    return TrainConfig(scheduled_sampling=sampling)


@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_what_is_drawn_has_the_models_probabilities(arch: str) -> None:
    """Token by token, by the definition: the first one whose cumulative probability exceeds u.

    A recurrent decoder has read its own words so far; a Transformer, the reference.
    """
    model, given = make(arch), batch()
    found = read_own_words(model, given, always(0.4), SHARE)
    uniforms = row_uniforms((1, 3, 1), range(4), LENGTHS, 5)
    encoded = model.eval().encode(given.source)
    reads = given.previous if arch == "transformer2017" else found.previous
    probs = model.output.log_probs(model.decode(reads, encoded).features).exp().detach()
    own = 0
    for row, length in enumerate(LENGTHS):
        expected = given.previous[row].tolist()
        for step in range(1, length):
            chance, luck = uniforms[row, step].tolist()
            if chance < 0.4:
                continue
            left = [0.0 if token in (PAD_ID, BOS_ID, EOS_ID) else float(probs[row, step - 1, token])
                    for token in range(VOCAB)]  # fmt: skip
            sums = [sum(left[: token + 1]) / sum(left) for token in range(VOCAB)]
            expected[step] = next(token for token, total in enumerate(sums) if total > luck)
            own += 1
        assert found.previous[row].tolist() == expected
    assert own >= 4
    assert found.target is given.target
    assert not torch.equal(found.previous, given.previous)


@pytest.mark.parametrize("arch", ["luong2015", "transformer2017"])
def test_draws_follow_the_distribution(arch: str) -> None:
    """Of 4,000 rows of one source, the first word drawn; a standard error is below 0.008."""
    model, number = make(arch), 4000
    source = torch.tensor([[4, 5, EOS_ID]]).expand(number, -1)
    target = torch.tensor([[6, EOS_ID]]).expand(number, -1)
    previous = torch.tensor([[BOS_ID, 6]]).expand(number, -1)
    given = Batch(Source(source, source != PAD_ID), previous, target, 2 * number)
    found = read_own_words(model, given, always(0.0), SHARE).previous
    assert (found[:, 0] == BOS_ID).all()
    one = Source(source[:1], source[:1] != PAD_ID)
    features = model.eval().decode(previous[:1], model.encode(one)).features
    probs = model.output.log_probs(features)[0, 0].exp().detach()
    probs[[PAD_ID, BOS_ID, EOS_ID]] = 0.0
    share = torch.bincount(found[:, 1], minlength=VOCAB) / number
    torch.testing.assert_close(share, probs / probs.sum(), atol=0.03, rtol=0)


@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_the_batch_stays_itself_where_the_reference_is_certain(arch: str) -> None:
    given = batch()
    model = make(arch)
    state = torch.get_rng_state()
    assert read_own_words(model, given, always(1.0), SHARE) is given
    assert read_own_words(model, given, TrainConfig(), SHARE) is given
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_nothing_else_is_touched(arch: str) -> None:
    """Neither the generator nor the mode nor gradients; and nobody reads past the end."""
    model, given = make(arch), batch()
    before, state = given.previous.clone(), torch.get_rng_state()
    found = read_own_words(model, given, always(0.0), SHARE)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.equal(given.previous, before)
    assert all(module.training for module in model.modules())
    assert all(parameter.grad is None for parameter in model.parameters())
    words = (before != PAD_ID) & (before != BOS_ID) & (before != EOS_ID)
    assert torch.equal(found.previous[~words], before[~words])
    assert set(found.previous[words].tolist()) <= {UNK_ID, *range(4, VOCAB)}


@pytest.mark.parametrize("arch", ARCHITECTURES)
@pytest.mark.parametrize("size", [2, 3])
def test_a_row_reads_the_same_words_in_any_process(arch: str, size: int) -> None:
    model, given = make(arch), batch()
    whole = read_own_words(model, given, always(0.3), SHARE).previous
    for rank in range(size):
        share = SHARE._replace(rank=rank, size=size)
        part = read_own_words(model, rows_of(given, slice(rank, None, size)), always(0.3), share)
        assert torch.equal(part.previous, whole[rank::size])


def test_draws_differ_between_updates_batches_and_seeds() -> None:
    model, given = make("luong2015"), batch()

    def read(share: Share = SHARE, **settings: Any) -> Tensor:
        asked = dataclasses.replace(always(0.0), **settings)
        return read_own_words(model, given, asked, share).previous

    assert torch.equal(read(), read())
    others = (read(SHARE._replace(update=4)), read(SHARE._replace(part=2)), read(seed=2))
    assert not any(torch.equal(read(), other) for other in others)


@pytest.mark.parametrize("arch", ["bahdanau2015", "transformer2017"])
def test_a_certain_reference_is_plain_training(arch: str, tmp_path: Path) -> None:
    certain: dict[str, Any] = {
        "train__scheduled_sampling__decay": "linear",
        "train__scheduled_sampling__slope": 0.0,
    }
    weights = []
    for name, settings in (("plain", {}), ("certain", certain)):
        (tmp_path / name).mkdir()
        trainer = tiny_trainer(tmp_path / name, arch, **settings)
        trainer.train()
        weights.append((trainer.run.path / "model.safetensors").read_bytes())
    assert weights[0] == weights[1]


def test_half_precision_keeps_its_gradients(tmp_path: Path) -> None:
    """Casts of weights that a pass without gradients made must not serve the one with them."""
    trainer = tiny_trainer(
        tmp_path, "transformer2017", train__precision="bf16", train__max_updates=1,
        train__scheduled_sampling__decay="linear", train__scheduled_sampling__k=0.0,
    )  # fmt: skip
    trainer.train()
    assert reference_probability(trainer.config, 1) == 0
    assert all(parameter.grad is not None for parameter in trainer.model.parameters())
    assert all(parameter.grad.any() for name, parameter in trainer.model.named_parameters()
               if parameter.grad is not None and not name.endswith("in_proj_bias"))  # fmt: skip
