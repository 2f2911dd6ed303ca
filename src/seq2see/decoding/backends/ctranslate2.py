"""Search by CTranslate2, which is several times faster than PyTorch on a CPU.

Its greedy search is that of ``decoding.search``. Its beam search differs in three points:

- A finished hypothesis leaves its place in the beam to the next best candidate. In
  ``decoding.search`` the place stays empty for one step.
- It stops when ``beam_size`` hypotheses are finished; without a length penalty, when the best
  candidate of a step is. ``decoding.search`` goes on until no live hypothesis can win.
- It divides by ``|Y| ** alpha`` where Wu et al. (2016) divide by ``((5 + |Y|) / 6) ** alpha``. But
  it does so after the search, whose steps rank by log-probability alone. So all finished hypotheses
  are taken from it and ranked here, by ``penalties.length_penalty``: a score means the same
  whichever backend gave it.

Where CTranslate2 would treat a sentence in a way of its own, at the length limit or with tokens
that are never generated, the sentence is left to ``decoding.search``.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, NamedTuple, Self

import torch

from seq2see.decoding.backends import EXTRA, FEATURE
from seq2see.decoding.backends.conversion import POSITIONS
from seq2see.decoding.options import SearchOptions
from seq2see.decoding.penalties import length_penalty
from seq2see.errors import ConfigError
from seq2see.extras import require
from seq2see.tokenizer import Tokenizer
from seq2see.tokens import BOS, EOS, PAD

BATCH_TOKENS = 256
"""Source tokens of a batch. Larger ones are no faster on a CPU, and leave threads waiting for the
last of them."""

_NEVER = frozenset((PAD, BOS))


def search_obstacle(options: SearchOptions) -> str | None:
    """Say what about a search CTranslate2 cannot do as ``decoding.search`` does; None: nothing."""
    differing = {
        "sampling": options.sampling is not None,
        "a prefix": options.prefix is not None,
        f"`coverage_penalty={options.coverage_penalty}`": options.coverage_penalty != 0,
        # CTranslate2 would give the probability of what is forbidden to the other tokens.
        f"`min_length={options.min_length}`": options.min_length > 0,
        "`allow_unknown=False`": not options.allow_unknown,
    }
    return next((name for name, is_given in differing.items() if is_given), None)


@dataclass(frozen=True, eq=False)
class Found:
    """A finished hypothesis, with what ``search.FoundHypothesis`` has."""

    ids: tuple[int, ...]
    score: float
    log_prob: float
    look_up: Callable[[], tuple[float, ...]]
    """Gives ``token_log_probs``."""
    finished: bool = True
    column: None = None

    @cached_property
    def token_log_probs(self) -> tuple[float, ...]:
        """One for each token and one for ``</s>``; worked out when it is first needed."""
        return self.look_up()


class CTranslate2:
    """A converted model, loaded.

    Args:
        path: The folder of the converted model.
        source: The source tokenizer.
        target: The target tokenizer.
        device: ``cpu`` or ``cuda``, with an index where there are several.
        compute_type: CTranslate2's name of the precision.
        threads: Batches that are translated at a time, each by one thread.
        required: Whether it was asked for by name, so that torch must not do what it cannot.
    """

    def __init__(
        self,
        path: Path,
        source: Tokenizer,
        target: Tokenizer,
        *,
        device: torch.device,
        compute_type: str,
        threads: int,
        required: bool,
    ) -> None:
        library = require("ctranslate2", feature=FEATURE, extra=EXTRA)
        self.compute_type = compute_type
        self._required = required
        self._translator = library.Translator(
            str(path),
            device=device.type,
            device_index=device.index or 0,
            compute_type=compute_type,
            inter_threads=threads,
            intra_threads=1,
        )
        self._source = source.vocab
        self._target = target.vocab
        self._target_ids = {token: index for index, token in enumerate(target.vocab)}

    def serves(self, options: SearchOptions) -> bool:
        """Whether it can search with some options.

        Raises:
            ConfigError: It cannot, but was asked for by name.
        """
        obstacle = search_obstacle(options)
        if obstacle is not None and self._required:
            raise ConfigError(
                f"`backend` is `ctranslate2`, which cannot search with {obstacle} as seq2see does; "
                "leave that out, or use the backend `torch`."
            )
        return obstacle is None

    def search(
        self, sources: Sequence[Sequence[int]], options: SearchOptions
    ) -> Iterator[tuple[int, list[Found]]]:
        """Translate sentences, any number of them, in batches of similar length.

        Args:
            sources: Ids of each, without ``</s>``; none is empty.
            options: How to search; it ``serves`` them.

        Yields:
            Places of sentences with their ``num_best`` best hypotheses, best first, as they are
            done, the longest sentences first; without those that are left to ``decoding.search``.
        """
        limits = [options.limit(len(ids) + 1) for ids in sources]
        places = [
            place
            for place, (ids, limit) in enumerate(zip(sources, limits, strict=True))
            if max(len(ids), limit) < POSITIONS
        ]
        if not places:
            return
        places.sort(key=lambda place: -len(sources[place]))
        texts = [[self._source[token] for token in sources[place]] for place in places]
        # Its own order of what it found only decides what it drops beyond `beam_size` of them: for
        # sentences of a dozen tokens, this exponent counts length as much as the penalty does.
        alpha = 0.7 * options.length_penalty if options.beam_size > 1 else 0.0
        results = self._translator.translate_batch(
            texts,
            max_batch_size=BATCH_TOKENS,
            batch_type="tokens",
            asynchronous=True,
            beam_size=options.beam_size,
            num_hypotheses=options.beam_size if alpha else options.num_best,
            length_penalty=alpha,
            max_input_length=0,
            max_decoding_length=max(limits[place] for place in places) + 1,  # </s>
            min_decoding_length=0,
            return_scores=True,
            return_end_token=True,
        )
        scoring = Scoring(self._translator)
        for place, text, asked in zip(places, texts, results, strict=True):
            result = asked.result()
            ended = [
                Ended.of(tokens, score * len(tokens) ** alpha, options)
                for tokens, score in zip(result.hypotheses, result.scores, strict=True)
                if len(tokens) <= limits[place] + 1 and tokens[-1] == EOS and not _NEVER & {*tokens}
            ]
            if len(ended) >= options.num_best:
                ended.sort(key=lambda one: -one.score)
                yield (
                    place,
                    [
                        self._found(one, scoring.of(text, one.tokens))
                        for one in ended[: options.num_best]
                    ],
                )

    def _found(self, ended: "Ended", look_up: Callable[[], tuple[float, ...]]) -> Found:
        ids = tuple(self._target_ids[token] for token in ended.tokens)
        return Found(ids, ended.score, ended.log_prob, look_up)


class Ended(NamedTuple):
    """A finished hypothesis as CTranslate2 has it."""

    tokens: list[str]
    """Without ``</s>``."""
    score: float
    log_prob: float

    @classmethod
    def of(cls, tokens: list[str], log_prob: float, options: SearchOptions) -> Self:
        """Give it the score that ``decoding.search`` would."""
        penalty = length_penalty(len(tokens), options.length_penalty)
        return cls(tokens[:-1], log_prob / penalty, log_prob)


class Scoring:
    """Hypotheses whose tokens' log-probabilities may be asked for: then all are scored at once."""

    def __init__(self, translator: Any) -> None:
        self._translator = translator
        self._texts: list[list[str]] = []
        self._said: list[list[str]] = []
        self._scored: list[Any] = []

    def of(self, text: list[str], tokens: list[str]) -> Callable[[], tuple[float, ...]]:
        """Note a hypothesis, without ``</s>``; return what gives its log-probabilities."""
        self._texts.append(text)
        self._said.append(tokens)
        return partial(self._look_up, len(self._said) - 1)

    def _look_up(self, index: int) -> tuple[float, ...]:
        done = len(self._scored)
        if index >= done:
            self._scored += self._translator.score_batch(
                self._texts[done:],
                self._said[done:],
                max_batch_size=BATCH_TOKENS,
                batch_type="tokens",
                max_input_length=0,
            )
        return tuple(self._scored[index].log_probs)
