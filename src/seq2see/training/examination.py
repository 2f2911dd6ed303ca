"""The doctor's part that needs a model: can it learn a single batch by heart?"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import torch

from seq2see.config import Config
from seq2see.data.batching import collate
from seq2see.data.doctor import Diagnosis, OverfitResult, examine
from seq2see.data.encoding import Encodings
from seq2see.data.finding import Finding, counted
from seq2see.data.pair import Pair
from seq2see.data.vocabulary import train_tokenizers
from seq2see.models.build import build
from seq2see.tokenizer import Tokenizer
from seq2see.training.material import BUILTIN, Texts, encode_texts, read_texts, tokenise
from seq2see.training.objective import Objective
from seq2see.training.randomness import fix_randomness

NUM_PAIRS = 8
NUM_CANDIDATES = 50_000
MAX_UPDATES = 300
LARGEST_RATE = 0.01
# A few pairs without noise bear a larger rate than training does.
RATE_FACTOR = 3.0
# Learnt by heart: the right token has two thirds of the probability, on (geometric) average.
LEARNT_LOSS = 0.4


def examine_texts(
    config: Config,
    texts: Texts,
    tokenizers: tuple[Tokenizer, Tokenizer] | None,
    encodings: Encodings | None,
) -> Diagnosis:
    """Examine what training would read; without tokenizers and ids, only what needs none."""
    copies = all(spec.startswith(BUILTIN) for spec in config.data.train)

    def overfit(pairs: Sequence[Pair]) -> OverfitResult:
        if tokenizers is None:
            raise ValueError("Learning one batch needs tokenizers.")
        return learn_one_batch(config, pairs, *tokenizers)

    diagnosis = examine(
        texts.train,
        valid=texts.valid,
        test=texts.test,
        problems=texts.problems,
        rejects=texts.lost,
        encodings=encodings,
        allow_copies=copies,
        overfit=overfit if tokenizers is not None else None,
    )
    if texts.train and not texts.valid:
        count = counted(len(texts.train), "usable pair")
        message = (
            f"There is nothing to validate on, and too little to split off: {count}; give more "
            "pairs, or a validation corpus with `--valid`."
        )
        split = Finding("split", "fatal", len(texts.train), message)
        diagnosis = replace(diagnosis, findings=(*diagnosis.findings, split))
    return diagnosis


def train_and_examine(config: Config, note: Callable[[str], None]) -> Diagnosis:
    """Read corpora, train their tokenizers, and examine everything: what the doctor does.

    Args:
        config: The configuration, with ``data.train``.
        note: Told what takes time.
    """
    note(f"reading {', '.join(config.data.train)}")
    texts = read_texts(config, lenient=True, say=note)
    tokenizers = encodings = None
    if texts.train:
        pairs = counted(len(texts.train), "pair")
        note(f"training {config.tokenizer.kind} tokenizers on {pairs}")
        tokenizers = train_tokenizers(
            config.tokenizer, texts.train, tags=bool(config.data.features)
        )
        encodings = encode_texts(config, texts, tokenizers, say=note)
    note("looking at every pair, and learning one batch by heart")
    return examine_texts(config, texts, tokenizers, encodings)


def learn_one_batch(
    config: Config, pairs: Sequence[Pair], source: Tokenizer, target: Tokenizer
) -> OverfitResult:
    """Train a fresh model on a few typical pairs, without dropout, until it knows them."""
    corpus = tokenise(_typical(pairs), source, target)
    fix_randomness(config.train.seed, 0)
    model = build(
        config.model,
        len(source),
        len(target),
        max_source_length=config.data.max_length + 1,
        shared_vocab=config.tokenizer.shared,
    )
    objective = Objective(model).eval()
    rate = min(RATE_FACTOR * config.train.lr, LARGEST_RATE)
    optimizer = torch.optim.Adam(model.parameters(), lr=rate, fused=True)
    batch = collate(corpus, torch.arange(len(corpus)).numpy())
    first = last = 0.0
    for update in range(MAX_UPDATES + 1):
        loss = objective(batch).total / batch.num_tokens
        last = float(loss.detach())
        first = first if update else last
        learnt = last < LEARNT_LOSS
        if learnt or update == MAX_UPDATES:
            break
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    return OverfitResult(updates=update, first_loss=first, last_loss=last, learnt=learnt)


def _typical(pairs: Sequence[Pair]) -> list[Pair]:
    """Pairs of middle length with different sources: of one source, only one target can win.

    They are chosen among the first of a large corpus.
    """
    by_source = {pair.source: pair for pair in pairs[:NUM_CANDIDATES]}
    ordered = sorted(by_source.values(), key=lambda pair: len(pair.source) + len(pair.target))
    start = max(0, len(ordered) // 2 - NUM_PAIRS // 2)
    return ordered[start : start + NUM_PAIRS]
