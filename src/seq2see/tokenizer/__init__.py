"""Text to ids and back, exactly. The rules are in ``rules``, training is in ``learning``."""

import hashlib
import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import tokenizers

from seq2see.config import TokenizerKind
from seq2see.errors import ConfigError, TokenizerError
from seq2see.tokenizer import learning, rules
from seq2see.tokens import BOS_ID, EOS_ID, PAD_ID, UNK_ID

BLANK = "␣"
"""How a token of nothing but white space is displayed."""

_SKIPPED = frozenset((PAD_ID, BOS_ID, EOS_ID))


@dataclass(frozen=True)
class Tokens:
    """A tokenised text."""

    ids: tuple[int, ...]
    """Vocabulary ids."""
    tokens: tuple[str, ...]
    """Display labels: see :meth:`Tokenizer.labels`."""
    text: str
    """What was tokenised."""
    surfaces: tuple[str, ...]
    """The tokens as they stand in the vocabulary, or in the text where they are unknown."""
    has_bytes: bool
    """Whether some ids are bytes."""

    @cached_property
    def offsets(self) -> tuple[tuple[int, int], ...]:
        """Half-open character spans of the text, surrounding white space left out.

        The bytes of one character share its span; a word mark that the text does not contain has an
        empty span. Worked out when first needed, which takes longer than tokenising.
        """
        return _offsets(self.text, self.ids, self.surfaces, self.has_bytes)

    @cached_property
    def words(self) -> tuple[int | None, ...]:
        """Index of the white-space-separated word (as ``str.split`` counts); None for space."""
        starts = [match.start() for match in re.finditer(r"\S+", self.text)]
        return tuple(
            None if not self.text[start:end].strip() else bisect_right(starts, start) - 1
            for start, end in self.offsets
        )


class Tokenizer:
    """A vocabulary and the rules that split text into it and join it again.

    ``decode(encode(text).ids) == text`` for every text with ``bpe`` and ``unigram``, and wherever
    nothing is unknown with ``word`` and ``char``. ``whitespace`` splits at U+0020 only: runs of it
    count as one, those at the ends are dropped, and everything else is kept.
    """

    def __init__(self, backend: tokenizers.Tokenizer) -> None:
        self._backend = backend
        self.kind: TokenizerKind = rules.kind_of(backend)
        size = backend.get_vocab_size()
        self.vocab: tuple[str, ...] = tuple(str(backend.id_to_token(i)) for i in range(size))
        """The tokens in the order of their ids, spaces and word marks included."""
        self._labels = tuple(
            _label(token, i, rules.has_bytes(self.kind)) for i, token in enumerate(self.vocab)
        )

    @classmethod
    def train(
        cls, texts: Iterable[str], *, kind: TokenizerKind, vocab_size: int, tags: bool = False
    ) -> Self:
        """Learn a vocabulary; the same texts in the same order give the same file.

        Args:
            texts: Sentences, in any number of languages. What can be gone through more than once is
                not copied, so that it may be larger than memory.
            kind: ``word``, ``whitespace``, ``char``, ``bpe`` or ``unigram``.
            vocab_size: Largest vocabulary. It includes the special tokens, and for ``bpe`` and
                ``unigram`` the 256 bytes; at most half of what is left then goes to single
                characters, the most frequent first, and the others are spelled by their bytes.
            tags: With ``char``, take ``[...]`` for one token.

        Raises:
            ConfigError: The vocabulary is too small for this kind.
            TokenizerError: There is no text, or a text is not valid Unicode.
        """
        least = learning.least_size(kind)
        if vocab_size < least:
            raise ConfigError(
                f"`tokenizer.vocab_size` must be at least {least} for `{kind}`, special tokens and "
                f"bytes included, but is {vocab_size}; raise it or choose another kind."
            )
        texts = _Filled(list(texts) if isinstance(texts, Iterator) else texts)
        if next(iter(texts), None) is None:
            raise TokenizerError(
                f"There is no text to learn a `{kind}` vocabulary from; give at least one sentence."
            )
        _check_unicode(texts)
        return cls(learning.learn(texts, kind, vocab_size, tags=tags))

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a file that :meth:`save` wrote.

        Raises:
            TokenizerError: The file is missing or is not a tokenizer of this package.
        """
        path = Path(path)
        try:
            text = path.read_text(encoding="utf-8")
            content = json.loads(text)
        except OSError as error:
            raise TokenizerError(
                f"Cannot read the tokenizer `{path}`: {error.strerror}; check the path."
            ) from error
        except ValueError as error:
            raise TokenizerError(
                f"The tokenizer `{path}` is not JSON ({error}); restore the file or train again."
            ) from error
        try:
            backend = tokenizers.Tokenizer.from_str(text)
        except Exception as error:  # the library raises nothing more specific
            raise TokenizerError(
                f"`{path}` is not a tokenizer ({error}); give a file written by seq2see."
            ) from error
        problem = rules.problem(backend, content)
        if problem:
            raise TokenizerError(
                f"`{path}` does not fit seq2see: {problem}; give a file written by seq2see."
            )
        return cls(backend)

    def save(self, path: str | Path) -> None:
        """Write one JSON file, which the ``tokenizers`` library reads by itself too."""
        Path(path).write_text(self.json, encoding="utf-8")

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the saved file, in hexadecimal."""
        return hashlib.sha256(self.json.encode("utf-8")).hexdigest()

    @cached_property
    def json(self) -> str:
        """What :meth:`save` writes."""
        return self._backend.to_str(pretty=True) + "\n"

    def __len__(self) -> int:
        return len(self.vocab)

    def __repr__(self) -> str:
        return f"Tokenizer(kind={self.kind!r}, vocab_size={len(self)})"

    def token_of(self, token_id: int) -> str:
        """The token as stored in the vocabulary, spaces and word mark included."""
        return self.vocab[token_id]

    def id_of(self, token: str) -> int:
        """The id of a token written as in :attr:`vocab`; ``UNK_ID`` where there is none."""
        token_id = self._backend.token_to_id(token)
        return UNK_ID if token_id is None else token_id

    def labels(self, ids: Sequence[int]) -> tuple[str, ...]:
        """Display labels: tokens without surrounding white space, bytes as ``0xE0``."""
        return tuple(self._labels[token_id] for token_id in ids)

    def encode(self, text: str) -> Tokens:
        """Tokenise one text. Adds no special tokens.

        Raises:
            TokenizerError: The text is not valid Unicode.
        """
        _check_unicode([text])
        surfaces: Sequence[str]
        if rules.has_bytes(self.kind):
            encoding = self._backend.encode(text, add_special_tokens=False)
            ids, surfaces = tuple(encoding.ids), encoding.tokens
        else:
            surfaces = self._pieces(text)
            ids = tuple(self.id_of(surface) for surface in surfaces)
        return Tokens(ids, self.labels(ids), text, tuple(surfaces), rules.has_bytes(self.kind))

    def encode_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Tokenise many texts at once, on all cores. Adds no special tokens.

        Raises:
            TokenizerError: A text is not valid Unicode.
        """
        _check_unicode(texts)
        batch = self._backend.encode_batch_fast(list(texts), add_special_tokens=False)
        return [encoding.ids for encoding in batch]

    def decode(self, ids: Sequence[int], *, unknown: Sequence[str | None] | None = None) -> str:
        """Join tokens into text.

        Padding, start and end are skipped. Unknown tokens read ``<unk>``, so that what the model
        did not say is not hidden, unless ``unknown`` gives a text for each of them in order (None:
        ``<unk>``), be it a word or a token with its spaces.
        Bytes that are not UTF-8 become U+FFFD.
        """
        if unknown is None:
            return self.decode_batch([ids])[0]
        kept = [token_id for token_id in ids if token_id not in _SKIPPED]
        tokens = [self.vocab[token_id] for token_id in kept]
        places = [place for place, token_id in enumerate(kept) if token_id == UNK_ID]
        for place, text in zip(places, unknown, strict=True):
            if text is not None:
                marked = self._normalise(text.strip())
                tokens[place] = text if text == marked else self._normalise(text)
        decoder = self._backend.decoder
        return str(decoder.decode(tokens)) if decoder is not None else "".join(tokens)

    def decode_batch(self, batch: Sequence[Sequence[int]]) -> list[str]:
        """Decode many sequences at once, on all cores; see :meth:`decode`."""
        kept = [[int(i) for i in ids if i not in _SKIPPED] for ids in batch]
        return list(self._backend.decode_batch(kept, skip_special_tokens=False))

    def unknown_words(self, text: str) -> list[str]:
        """The pieces of the text that the vocabulary does not hold, in order."""
        tokens = self.encode(text)
        spans = zip(tokens.ids, tokens.offsets, strict=True)
        return [text[start:end] for token_id, (start, end) in spans if token_id == UNK_ID]

    def _normalise(self, text: str) -> str:
        normalizer = self._backend.normalizer
        return text if normalizer is None else str(normalizer.normalize_str(text))

    def _pieces(self, text: str) -> list[str]:
        splitter = self._backend.pre_tokenizer
        normalised = self._normalise(text)
        if splitter is None or not normalised:
            return []
        return [piece for piece, _ in splitter.pre_tokenize_str(normalised)]


class _Filled:
    """Texts without the empty ones, to be gone through as often as one likes."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = texts

    def __iter__(self) -> Iterator[str]:
        return filter(None, iter(self._texts))


def _label(token: str, token_id: int, has_bytes: bool) -> str:
    if has_bytes and token_id in rules.BYTE_IDS:
        return token[1:-1]
    return token.strip() or BLANK


def _offsets(
    text: str, ids: Sequence[int], surfaces: Sequence[str], has_bytes: bool
) -> tuple[tuple[int, int], ...]:
    """Walk along the text; the library would give an inserted mark to the character before it."""
    spans = []
    position = 0
    bytes_left = 0
    for token_id, surface in zip(ids, surfaces, strict=True):
        if has_bytes and token_id in rules.BYTE_IDS:
            spans.append((position, position + 1))
            bytes_left = (bytes_left or len(text[position].encode("utf-8"))) - 1
            position += bytes_left == 0
            continue
        start = None
        for character in surface:
            # Only spaces are ever inserted (marks) or dropped (`whitespace`).
            if character != " ":
                while text[position] != character:
                    position += 1
            elif text[position : position + 1] != " ":
                continue
            start = position if start is None else start
            position += 1
        spans.append(_trim(text, position if start is None else start, position))
    return tuple(spans)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    if not piece.strip():
        return start, end
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _check_unicode(texts: Iterable[str]) -> None:
    try:
        for text in texts:
            text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise TokenizerError(
            f"Character {error.start + 1} of {text[:40]!r} is a lone surrogate, which is not valid "
            f"Unicode; decode the text again from its bytes."
        ) from error
