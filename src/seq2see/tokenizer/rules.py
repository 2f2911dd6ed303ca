"""What each kind of tokenizer does to text before and after the vocabulary.

Spaces are the hard part. In ``word``, ``bpe`` and ``unigram`` a word carries a mark in front,
always the same, so that ``homme`` is one entry of the vocabulary whether it opens the sentence or
follows a space, a quotation mark or ``l'``. The mark is an ordinary space and rules say which
spaces are marks, so that no character is reserved and none needs escaping:

- A *word* is a run of letters, combining marks, digits and zero-width joiners. The normaliser puts
  a space in front of every word, except where exactly one space separates it from a word before
  it. The decoder takes a space in front of a word away unless a word precedes it. The two undo each
  other on every text.
- Everything else that is not white space (punctuation, apostrophes, symbols, emoji) stands alone
  and keeps one space or no-break space on either side: ``', '`` and ``','`` are different tokens.
- Scripts written without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese) are split by
  character in ``word``; in ``bpe`` and ``unigram`` a run of them is one unit to learn pieces in.
- Other white space is a token of its own.

``char`` with tags takes ``[...]`` for one token, and the space before it with it; everything else
stays a token by itself.

``<`` stands alone too, so no piece of text can spell a special token or the name of a byte. The
library's "added tokens" are not used, because it looks for them inside the text.
"""

from collections.abc import Mapping
from typing import Any, assert_never

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

from seq2see.config import TokenizerKind
from seq2see.tokens import SPECIAL_TOKENS, UNK

BYTES = tuple(f"<0x{byte:02X}>" for byte in range(256))
"""Tokens of ``bpe`` and ``unigram`` that spell the characters their vocabulary does not hold."""
BYTE_IDS = range(len(SPECIAL_TOKENS), len(SPECIAL_TOKENS) + len(BYTES))

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\u30FC\uFF70\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD = rf"[[\p{{L}}\p{{M}}\p{{N}}\u200C\u200D]&&[^{_UNSPACED}]]"
_CHARACTER = r"[\s\S]"
_TAG = r" ?\[[^\[\]\s]+\]"
_OTHER = rf"(?!{_WORD})\S"
_GAP = "[ \u00a0\u202f]"  # the space, and the no-break spaces of French punctuation


def has_bytes(kind: TokenizerKind) -> bool:
    """Whether the vocabulary of this kind includes ``BYTES``, so that nothing is unknown."""
    return kind in ("bpe", "unigram")


def pipeline(kind: TokenizerKind, *, tags: bool = False) -> Tokenizer:
    """A tokenizer of the library with all rules of this kind and an empty vocabulary.

    Args:
        kind: The kind.
        tags: With ``char``, take ``[...]`` for one token; ``whitespace`` does so anyway.
    """
    match kind:
        case "word":
            return _marking_words(models.WordLevel(unk_token=UNK), unit=_OTHER)
        case "bpe":
            return _marking_words(models.BPE(), unit=rf"(?:[{_UNSPACED}]+|{_OTHER})")
        case "unigram":
            return _marking_words(models.Unigram(), unit=rf"(?:[{_UNSPACED}]+|{_OTHER})")
        case "whitespace":
            return _splitting_at_spaces(models.WordLevel(unk_token=UNK))
        case "char":
            backend = Tokenizer(models.WordLevel(unk_token=UNK))
            unit = f"{_TAG}|{_CHARACTER}" if tags else _CHARACTER
            backend.pre_tokenizer = pre_tokenizers.Split(Regex(unit), "isolated")
            backend.decoder = decoders.Fuse()
            return backend
        case _:
            assert_never(kind)


def _marking_words(model: models.Model, *, unit: str) -> Tokenizer:
    backend = Tokenizer(model)
    backend.normalizer = normalizers.Replace(Regex(rf"(?<!{_WORD})(?<!{_WORD} )(?={_WORD})"), " ")
    backend.pre_tokenizer = pre_tokenizers.Split(
        Regex(
            rf" {_WORD}+"
            rf"|{_GAP}?{unit}(?:{_GAP}(?= {_WORD}|{_OTHER}|\z))?"
            rf"|\s+(?!{_WORD})"  # leaves the mark to its word
        ),
        "isolated",
    )
    # An unknown token counts as a word. Text never yields `<unk>` here: it becomes `< unk>`.
    unmark = rf"(?<!{_WORD})(?<!{UNK}) (?={_WORD}|{UNK})"
    backend.decoder = decoders.Sequence(
        [
            decoders.ByteFallback(),
            _mark_unknown(),
            decoders.Fuse(),
            decoders.Replace(Regex(unmark), ""),
        ]
    )
    return backend


def _splitting_at_spaces(model: models.Model) -> Tokenizer:
    backend = Tokenizer(model)
    backend.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(r"\A +| +\z"), ""),
            normalizers.Replace(Regex(" +"), " "),
            normalizers.Prepend(" "),  # tells the word `<s>` from the special token
        ]
    )
    backend.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_next")
    backend.decoder = decoders.Sequence(
        [_mark_unknown(), decoders.Fuse(), decoders.Replace(Regex(r"\A "), "")]
    )
    return backend


def _mark_unknown() -> decoders.Decoder:
    return decoders.Replace(Regex(rf"\A{UNK}\z"), f" {UNK}")


def kind_of(backend: Tokenizer) -> TokenizerKind:
    """The kind of a tokenizer of the library, which has no place to note it down."""
    match backend.model:
        case models.BPE():
            return "bpe"
        case models.Unigram():
            return "unigram"
        case _:
            splits = _state(backend.pre_tokenizer)
            kinds: dict[bytes, TokenizerKind] = {
                _state(pipeline("whitespace").pre_tokenizer): "whitespace",
                _state(pipeline("char").pre_tokenizer): "char",
                _state(pipeline("char", tags=True).pre_tokenizer): "char",
            }
            return kinds.get(splits, "word")


def _state(part: pre_tokenizers.PreTokenizer | None) -> bytes:
    return b"" if part is None else bytes(part.__getstate__())


def problem(backend: Tokenizer, content: Mapping[str, Any]) -> str | None:
    """Say what keeps a tokenizer of the library, with its JSON, from being one of ours, if any."""
    for token_id, token in enumerate(SPECIAL_TOKENS):
        found = backend.id_to_token(token_id)
        if found != token:
            return f"the token with id {token_id} must be `{token}`, but is `{found}`"
    if has_bytes(kind_of(backend)):
        for token_id, token in zip(BYTE_IDS, BYTES, strict=True):
            found = backend.id_to_token(token_id)
            if found != token:
                return f"the token with id {token_id} must be `{token}`, but is `{found}`"
    if content.get("added_tokens"):
        return "it has added tokens, which would be found inside ordinary text"
    if backend.pre_tokenizer is None or backend.decoder is None:
        return "it does not say how to split and join text"
    return None
