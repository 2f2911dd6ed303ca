"""Runs with small Transformers, for tests of what computes with them."""

from pathlib import Path
from typing import Any

import torch
from small_translators import ENGLISH, FRENCH
from torch.nn.utils.rnn import pad_sequence

from seq2see import config as configuration
from seq2see.models.interface import Source
from seq2see.models.transformer import Transformer
from seq2see.run import Run
from seq2see.tokenizer import Tokenizer
from seq2see.tokens import BOS_ID, EOS_ID

SIZES: dict[str, Any] = {
    "model.embed_dim": 16,
    "model.feedforward_dim": 24,
    "model.num_layers": 2,
    "model.num_heads": 4,
    "decode.max_length": 12,
    "decode.beam_size": 3,
}


def transformer_run(folder: Path, *, shared: bool = False, **settings: Any) -> Run:
    """A run without weights; ``model__norm="post"`` sets ``model.norm``."""
    given = {key.replace("__", "."): value for key, value in settings.items()}
    config = configuration.resolve(
        arch="transformer2017",
        size="tiny",
        settings={**SIZES, "tokenizer.kind": "word", "tokenizer.shared": shared, **given},
    )
    source = Tokenizer.train(ENGLISH + FRENCH * shared, kind="word", vocab_size=30)
    target = source if shared else Tokenizer.train(FRENCH, kind="word", vocab_size=30)
    return Run.create(folder, config, source, target, {})


def transformer(run: Run, seed: int = 3) -> Transformer:
    """A model with no parameter at 0 or 1."""
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(seed)
        model = run.new_model()
        assert isinstance(model, Transformer)
        for parameter in model.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
    return model.eval()


def taught(run: Run, updates: int = 40) -> Transformer:
    """A model that has half learnt four sentences, so that its translations differ and end."""
    model = transformer(run)
    encode = run.source_tokenizer.encode, run.target_tokenizer.encode
    sources, targets = (
        pad_sequence([torch.tensor([*one(text).ids, EOS_ID]) for text in texts], batch_first=True)
        for one, texts in zip(encode, (ENGLISH, FRENCH), strict=True)
    )
    previous = targets.roll(1, dims=1)
    previous[:, 0] = BOS_ID
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(updates):
        features = model.decode(previous, model.encode(Source(sources, sources > 0))).features
        loss, count = model.output.loss(features, targets)
        optimizer.zero_grad()
        (loss / count).backward()
        optimizer.step()
    return model
