"""Symbols that training has shown once: a model that copies says them, another does not."""

import random

import numpy as np
import pytest
import torch

from seq2see import config
from seq2see.data.batching import collate
from seq2see.data.prepared import Prepared
from seq2see.decoding.options import SearchOptions
from seq2see.decoding.search import search
from seq2see.models.build import build
from seq2see.models.interface import Seq2seq
from seq2see.training.objective import Objective

COMMON, RARE = range(4, 14), range(14, 44)
UPDATES, BATCH = 200, 32


def strings() -> tuple[list[list[int]], list[list[int]]]:
    """Strings to copy: of common symbols, each rare one in a single of them; and of rare ones."""
    chance = random.Random(1)

    def string(symbols: range) -> list[int]:
        return [chance.choice(symbols) for _ in range(chance.randint(3, 6))]

    train = [string(COMMON) for _ in range(400)]
    for symbol in RARE:
        holding = string(COMMON)
        holding[chance.randrange(len(holding))] = symbol
        train.append(holding)
    return train, [string(RARE) for _ in range(100)]


def trained(train: list[list[int]], *, copies: bool) -> Seq2seq:
    settings = {
        "model.copy": copies,
        "tokenizer.shared": True,
        "model.embed_dim": 32,
        "model.hidden_dim": 32,
        "model.dropout": 0.0,
    }
    resolved = config.resolve(arch="bahdanau2015", size="tiny", settings=settings)
    torch.manual_seed(1)
    vocab = RARE.stop
    model = build(resolved.model, vocab, vocab, max_source_length=9, shared_vocab=True)
    objective = Objective(model).train()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    corpus, order = Prepared.from_ids(train, train), np.random.default_rng(1)
    for _ in range(UPDATES):
        loss = objective(collate(corpus, order.integers(0, len(train), BATCH)))
        optimizer.zero_grad()
        (loss.total / loss.num_tokens).backward()
        optimizer.step()
    return model.eval()


@pytest.mark.parametrize(("copies", "least", "most"), [(True, 0.9, 1.0), (False, 0.0, 0.2)])
def test_rare_symbols(copies: bool, least: float, most: float) -> None:
    train, unseen = strings()
    model = trained(train, copies=copies)
    source = collate(Prepared.from_ids(unseen, unseen), np.arange(len(unseen))).source
    found = search(model, source, SearchOptions(beam_size=1, max_length=9))
    right = [
        result.hypotheses[0].ids == tuple(said) for result, said in zip(found, unseen, strict=True)
    ]
    assert least <= sum(right) / len(right) <= most
