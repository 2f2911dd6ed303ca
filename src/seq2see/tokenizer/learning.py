"""Learning a vocabulary from text, the same one every time.

The library's trainers do the work. What they leave to chance or do not bound is settled here: how
many single characters a subword vocabulary holds, and the order and the last digits of the scores
of unigram pieces, which depend on the hash seed of the process and on its threads.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, assert_never

from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

from seq2see.config import TokenizerKind
from seq2see.tokenizer.rules import BYTES, has_bytes, pipeline
from seq2see.tokens import SPECIAL_TOKENS, UNK, UNK_ID

_BATCH = 1000  # words or texts handed over at once
_END = "\3"  # any character that is no part of a piece
_RESERVED = ("\0", _END)  # the first is the library's own boundary between words
_SCORE_DIGITS = 4
_MISSING_CHARACTER_STEP = 1e-4  # between the scores that the library gives to such characters


def least_size(kind: TokenizerKind) -> int:
    """The smallest vocabulary of this kind: what is fixed, and one character or word."""
    return len(SPECIAL_TOKENS) + (len(BYTES) if has_bytes(kind) else 0) + 1


def learn(
    texts: Iterable[str], kind: TokenizerKind, vocab_size: int, *, tags: bool = False
) -> Tokenizer:
    """Build a tokenizer of the library whose vocabulary comes from these texts.

    They are gone through several times, and never held.

    Words and characters are taken by frequency, then by code point. Half of the subword vocabulary
    beyond the fixed tokens is the most that goes to single characters.
    """
    backend = pipeline(kind, tags=tags)
    match kind:
        case "word" | "whitespace" | "char":
            backend.model = _learn_words(texts, pipeline(kind, tags=tags), vocab_size)
        case "bpe":
            backend.model = _learn_bpe(texts, vocab_size)
        case "unigram":
            backend.model = _learn_unigram(texts, vocab_size)
        case _:
            assert_never(kind)
    return backend


def _learn_words(texts: Iterable[str], learner: Tokenizer, vocab_size: int) -> models.WordLevel:
    trainer = trainers.WordLevelTrainer(
        vocab_size=vocab_size, special_tokens=list(SPECIAL_TOKENS), show_progress=False
    )
    # A fresh model, because the trainer registers the special tokens for search in the text.
    return models.WordLevel(_trained(learner, texts, trainer)["vocab"], unk_token=UNK)


def _learn_bpe(texts: Iterable[str], vocab_size: int) -> models.BPE:
    """Byte-pair encoding: Sennrich et al. 2016 (arXiv 1508.07909), pairs seen twice or more."""
    room = vocab_size - len(SPECIAL_TOKENS) - len(BYTES)
    alphabet, learner = _alphabet(texts, room, pipeline("bpe"))
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        min_frequency=2,
        special_tokens=[*SPECIAL_TOKENS, *BYTES],
        initial_alphabet=alphabet,
        show_progress=False,
    )
    model = _trained(learner, texts, trainer)
    merges = [(left, right) for left, right in model["merges"]]
    return models.BPE(model["vocab"], merges, unk_token=UNK, byte_fallback=True)


def _learn_unigram(texts: Iterable[str], vocab_size: int) -> models.Unigram:
    """Unigram language model: Kudo 2018 (arXiv 1804.10959)."""
    room = vocab_size - len(SPECIAL_TOKENS) - len(BYTES)
    alphabet, splitter = _alphabet(texts, room, pipeline("unigram"))
    trainer = trainers.UnigramTrainer(
        # A tenth more than wanted, so that the last cut, where equal scores are common, is ours.
        # Never fewer than the characters, the end mark and the trainer's unknown: it would not end.
        vocab_size=room + room // 10 + 3,
        initial_alphabet=alphabet,
        show_progress=False,
    )
    words = _word_counts(texts, splitter)
    vocab = _trained(Tokenizer(models.Unigram()), _repeated(words), trainer)["vocab"]
    # Too little text, such as spaces alone, has scores that are no numbers.
    known = {piece: score for piece, score in vocab if score is not None}
    least = min(known.values(), default=0.0)
    scores = {piece: score for piece, score in known.items() if _END not in piece}
    # Characters that training dropped come back in random order, each a step above the least.
    missing = least + _MISSING_CHARACTER_STEP * (len(alphabet) + 1)
    for character in alphabet:
        if scores.get(character, least) <= missing:
            scores[character] = least
    ranked = sorted((-round(score, _SCORE_DIGITS), piece) for piece, score in scores.items())
    longer = [piece for _, piece in ranked if len(piece) > 1][: room - len(alphabet)]
    kept = {*alphabet, *longer}
    pieces = [(piece, -score) for score, piece in ranked if piece in kept]
    fixed = [(token, 0.0) for token in (*SPECIAL_TOKENS, *BYTES)]
    return models.Unigram([*fixed, *pieces], unk_id=UNK_ID, byte_fallback=True)


def _alphabet(texts: Iterable[str], room: int, learner: Tokenizer) -> tuple[list[str], Tokenizer]:
    """Choose the characters of a subword vocabulary and make the learner skip all others.

    The trainers' own limit picks at random among equally frequent characters. The space is always
    in, because it is the word mark.
    """
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(text)
    for character in (" ", *_RESERVED):
        del counts[character]
    ranked = sorted(counts, key=lambda character: (-counts[character], character))
    kept = max(room // 2, 1) - 1
    rare = "".join(rf"\x{{{ord(character):X}}}" for character in (*_RESERVED, *ranked[kept:]))
    learner.pre_tokenizer = pre_tokenizers.Sequence(
        [learner.pre_tokenizer, pre_tokenizers.Split(Regex(f"[{rare}]+"), "removed")]
    )
    return [" ", *ranked[:kept]], learner


def _word_counts(texts: Iterable[str], splitter: Tokenizer) -> dict[str, int]:
    """Count what the rules make of the texts, in the order of frequency and code point."""
    splitter.model = models.WordLevel(unk_token=UNK)
    trainer = trainers.WordLevelTrainer(vocab_size=2**31, show_progress=False)
    words = _trained(splitter, texts, trainer)["vocab"]
    counts: Counter[int] = Counter()
    remaining = iter(texts)
    while batch := list(islice(remaining, _BATCH)):
        for encoding in splitter.encode_batch_fast(batch):
            counts.update(encoding.ids)
    return {word: counts[i] for word, i in words.items()}


def _repeated(words: dict[str, int]) -> Iterator[list[str]]:
    """Say every word as often as it was counted, and words seen again once more with an end mark.

    The trainer proposes as pieces only what two different words contain. A word that is part of no
    other would never become one piece, however frequent, so it gets a second form.
    """
    for word, count in words.items():
        for _ in range(count // _BATCH):
            yield [word] * _BATCH
        yield [word] * (count % _BATCH)
        if count > 1:
            yield [word + _END]


def _trained(
    learner: Tokenizer, texts: Iterable[str] | Iterable[list[str]], trainer: trainers.Trainer
) -> dict[str, Any]:
    learner.train_from_iterator(iter(texts), trainer)
    model: dict[str, Any] = json.loads(learner.to_str())["model"]
    return model
