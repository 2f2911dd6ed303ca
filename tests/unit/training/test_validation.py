"""Validation: loss and BLEU of what the model does right now."""

import math
from dataclasses import replace

import pytest
import torch
from small_trainings import tiny_trainer

from seq2see.data.batching import collate
from seq2see.decoding.options import SearchOptions
from seq2see.decoding.search import search
from seq2see.evaluation.scores import measure
from seq2see.training.loop import Trainer
from seq2see.training.validation import Validation, forced_loss, translate_greedily, validate


@pytest.fixture(scope="module")
def trainer(tmp_path_factory: pytest.TempPathFactory) -> Trainer:
    """One that has learnt enough to write more than nothing."""
    made = tiny_trainer(
        tmp_path_factory.mktemp("validation"), train__max_updates=60, train__validate_every=60,
        train__label_smoothing=0.3, model__dropout=0.5,
    )  # fmt: skip
    made.train()
    return made


def one_by_one(trainer: Trainer) -> list[str]:
    """Greedy translations of single sentences."""
    model = trainer.model.eval()
    texts = []
    for row in range(len(trainer.material.valid)):
        batch = collate(trainer.material.valid, torch.tensor([row]).numpy())
        [found] = search(model, batch.source, SearchOptions(beam_size=1, max_length=6))
        texts.append(trainer.run.target_tokenizer.decode(list(found.hypotheses[0].ids)))
    return texts


@pytest.mark.parametrize("budget", [8, 1000])
def test_the_loss_is_the_mean_over_tokens_whatever_the_batches(
    trainer: Trainer, budget: int
) -> None:
    trainer.objective.eval()
    total, tokens = 0.0, 0
    for row in range(len(trainer.material.valid)):
        batch = collate(trainer.material.valid, torch.tensor([row]).numpy())
        with torch.no_grad():
            decoded = trainer.model.decode(batch.previous, trainer.model.encode(batch.source))
            log_probs = trainer.model.output.log_probs(decoded.features)
        for step, token in enumerate(batch.target[0].tolist()):
            total -= float(log_probs[0, step, token])
            tokens += 1
    found = forced_loss(trainer.objective, trainer.material.valid, budget)
    assert found == pytest.approx(total / tokens, rel=1e-5)


def test_translations_are_greedy_and_in_order(trainer: Trainer) -> None:
    trainer.objective.eval()
    target = trainer.run.target_tokenizer
    found = translate_greedily(trainer.model, trainer.material.valid, 4, trainer.run.config, target)
    assert found == one_by_one(trainer)[:4]
    assert any(found)


def test_everything_together(trainer: Trainer) -> None:
    config = trainer.run.config
    config = replace(config, train=replace(config.train, validate_sentences=5))
    references = trainer.references
    target = trainer.run.target_tokenizer
    found = validate(trainer.objective, trainer.material.valid, references, config, target)
    translations = one_by_one(trainer)[:5]
    assert found.samples == tuple(translations[:3])
    expected = measure(translations, references[:5], with_ter=False).scores()
    assert found.bleu == pytest.approx(expected.bleu.score)
    assert found.exact_match == expected.exact_match
    assert found.perplexity == pytest.approx(math.exp(found.loss))


def test_dropout_and_smoothing_are_off_and_on_again(trainer: Trainer) -> None:
    arguments = (
        trainer.material.valid, trainer.references, trainer.run.config,
        trainer.run.target_tokenizer,
    )  # fmt: skip
    first = validate(trainer.objective, *arguments)
    assert trainer.objective.training
    assert validate(trainer.objective, *arguments) == first


def test_without_sentences_nothing_is_translated(trainer: Trainer) -> None:
    config = trainer.run.config
    config = replace(config, train=replace(config.train, validate_sentences=0))
    found = validate(
        trainer.objective, trainer.material.valid, trainer.references, config,
        trainer.run.target_tokenizer,
    )  # fmt: skip
    assert (found.bleu, found.exact_match, found.samples) == (None, None, ())


def test_a_hopeless_loss_has_a_perplexity_all_the_same() -> None:
    assert math.isfinite(Validation(1e6, None, ()).perplexity)
