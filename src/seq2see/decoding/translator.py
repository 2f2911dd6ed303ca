"""The translator: text in, text out, and everything between to be looked at."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property, partial
from itertools import repeat, tee
from typing import Any, TypeVar, Unpack, overload

from seq2see import config as configuration
from seq2see.config import Config, RecurrentConfig
from seq2see.data.clean import clean_text, resolve
from seq2see.data.dictionary import Dictionary
from seq2see.decoding.backends.ctranslate2 import CTranslate2, Found
from seq2see.decoding.crew import crew
from seq2see.decoding.engine import batches, translate_stream
from seq2see.decoding.observing import Observation, source_axis, source_of, target_log_probs
from seq2see.decoding.options import SearchOptions, length_ratio_of
from seq2see.decoding.recording import Recording, Spoken
from seq2see.decoding.search import FoundHypothesis, SearchResult, search
from seq2see.decoding.settings import Settings
from seq2see.decoding.shortlist import Shortlist
from seq2see.decoding.translation import Hypothesis, Translation
from seq2see.decoding.tree import SearchTree
from seq2see.decoding.unknown import UnknownReplacer
from seq2see.errors import ConfigError, nearest
from seq2see.models.build import count_parameters
from seq2see.models.ensemble import Ensemble
from seq2see.models.interface import Seq2seq, Source
from seq2see.run import versions
from seq2see.tokenizer import Tokenizer, Tokens
from seq2see.tokens import EOS_ID, UNK_ID
from seq2see.trace.record import ModelInfo, Side

Value = TypeVar("Value")
TranslateBatches = Callable[[Iterable[list["PreparedLine"]]], Iterable[Sequence[Translation]]]
Searched = Callable[[Iterable[list["PreparedLine"]]], Iterable[Sequence[SearchResult]]]

BATCH_TOKENS = 8192
"""Fewer make small matrix products; more gain nothing and leave the processor's cache."""
FORCED_BATCH_TOKENS = 4096
"""All steps of forced targets are computed at once, so that their logits take memory."""
WINDOW = 1000
MOST_NAMED = 5
"""Unknown words that a warning lists."""


@dataclass(frozen=True)
class PreparedLine:
    """A line on its way to the model."""

    given: str
    cleaned: str
    tokens: Tokens
    prefix: tuple[int, ...]

    @property
    def ids(self) -> list[int]:
        """What the encoder reads; nothing for an empty line."""
        return [*self.tokens.ids, EOS_ID] if self.cleaned.strip() else []


class Translator:
    """A model, its tokenizers and its configuration, ready to translate.

    The model is put into evaluation mode and not changed otherwise; one translator may be used
    from several threads.

    Args:
        model: The model, on the device where it is to work.
        source_tokenizer: As used in training.
        target_tokenizer: As used in training.
        config: The run's configuration; ``data.clean`` is applied to every text, ``decode`` gives
            the defaults of ``translate``.
        ctranslate2: Searches instead of the model wherever it serves; None: the model always does.
        reduced: Computes translations and their probabilities instead of the model, in fewer bits;
            what is looked at afterwards comes from the model itself. None: the model does all.
        shortlist: Few target tokens for each sentence, that the search is kept to; None: all.
        workers: Copies of this process that search batches side by side; see ``crew``.
        dictionary: Translations of source words, for unknown tokens; None: the words themselves.
    """

    def __init__(
        self,
        model: Seq2seq,
        source_tokenizer: Tokenizer,
        target_tokenizer: Tokenizer,
        config: Config,
        ctranslate2: CTranslate2 | None = None,
        reduced: Seq2seq | None = None,
        shortlist: Shortlist | None = None,
        workers: int = 1,
        dictionary: Dictionary | None = None,
    ) -> None:
        self.model = model.eval()
        self.ctranslate2 = ctranslate2
        self._computing = self.model if reduced is None else reduced.eval()
        self._shortlist = shortlist
        self._workers = workers
        self._replacer = UnknownReplacer(self.model, target_tokenizer, dictionary)
        self.source_tokenizer = source_tokenizer
        self.target_tokenizer = target_tokenizer
        self.config = config
        self._clean = resolve(config.data.clean)

    @cached_property
    def info(self) -> ModelInfo:
        """What a trace or a page says of the model.

        Raises:
            ConfigError: It is an ensemble, which has neither.
        """
        if isinstance(self.model, Ensemble):
            raise ConfigError(
                "An ensemble has no trace and no page, which show what one model computes; load "
                "one of its runs by itself."
            )
        made_with, model = versions(), self.config.model
        return ModelInfo(
            arch=model.arch,
            size=model.size,
            settings=configuration.flatten({"model": asdict(model)}),
            num_parameters=count_parameters(self.model),
            versions={name: made_with[name] for name in ("seq2see", "torch")},
        )

    @overload
    def translate(
        self, text: str, *, prefix: str | None = None, **settings: Unpack[Settings]
    ) -> Translation: ...
    @overload
    def translate(
        self,
        text: list[str] | tuple[str, ...],
        *,
        prefix: str | Sequence[str] | None = None,
        **settings: Unpack[Settings],
    ) -> list[Translation]: ...
    def translate(
        self,
        text: str | list[str] | tuple[str, ...],
        *,
        prefix: str | Sequence[str] | None = None,
        **settings: Unpack[Settings],
    ) -> Translation | list[Translation]:
        """Translate one text, or several.

        Nothing is ever cut: a text longer than those of training is translated whole, and its
        translation says so in ``too_long`` and ``warnings``. An empty text has an empty
        translation.

        Args:
            text: One text, or a list of them.
            prefix: What the translation must begin with; one for all texts, or one for each.
            settings: See ``Settings``.

        Raises:
            ConfigError: A setting is out of range or does not fit the model.
        """
        if isinstance(text, str):
            if not isinstance(prefix, str | None):
                raise ConfigError(
                    f"There are {len(prefix)} prefixes for one text; give a single one."
                )
            [translation] = self.stream([text], prefix=prefix, **settings)
            return translation
        if prefix is None or isinstance(prefix, str):
            return list(self.stream(text, prefix=prefix, **settings))
        if len(prefix) != len(text):
            raise ConfigError(
                f"There are {len(prefix)} prefixes for {len(text)} texts; give one for each, empty "
                "where there is none."
            )
        return list(self._stream(zip(text, prefix, strict=True), WINDOW, settings))

    def stream(
        self,
        lines: Iterable[str],
        *,
        prefix: str | None = None,
        window: int = WINDOW,
        **settings: Unpack[Settings],
    ) -> Iterator[Translation]:
        """Translate any number of lines, in order, holding no more of them than a window.

        Args:
            lines: The texts.
            prefix: What every translation must begin with.
            window: Lines read ahead and sorted by length; 1: answer each line at once.
            settings: See ``Settings``.

        Raises:
            ConfigError: As ``translate``.
        """
        return self._stream(zip(lines, repeat(prefix or "")), window, settings)

    def translate_aloud(
        self, text: str, hear: Callable[[str], None], **settings: Unpack[Settings]
    ) -> Translation:
        """Translate one text, and tell after each step what the leading hypothesis reads.

        The model searches, never CTranslate2. What is heard may change its beginning, as another
        hypothesis takes the lead.

        Args:
            text: The text.
            hear: Is told the translation so far; what it raises ends the search.
            settings: See ``Settings``.

        Raises:
            ConfigError: As ``translate``.
        """
        options, line = self.options(settings), self._prepare(text, "")
        if not line.ids:
            return self._translate_empty(line)
        searched = partial(
            map,
            partial(
                self._search, options, hear=lambda ids: hear(self.target_tokenizer.decode(ids))
            ),
        )
        translate_batches = partial(self._translate_batches, searched, options)
        if self._replaces_unknown(settings):
            translate_batches = partial(self._with_words, translate_batches)
        [[translation]] = translate_batches([[line]])
        return translation

    def force(
        self, pairs: Iterable[tuple[str, str]], *, batch_tokens: int = FORCED_BATCH_TOKENS
    ) -> Iterator[Translation]:
        """Make the model say given targets, to see their probability and its attention.

        Each translation has one hypothesis: the target as the tokenizer splits it, finished, with
        its log-probability as the score. An empty source has an empty translation.

        Args:
            pairs: Sources and targets.
            batch_tokens: Largest batch in tokens of the longer side, padding included.
        """
        return translate_stream(
            (self._prepare(source, target) for source, target in pairs),
            partial(map, self._force_batch),
            self._translate_empty,
            length_of=lambda line: max(len(line.ids), len(line.prefix) + 1) if line.ids else 0,
            batch_tokens=batch_tokens,
            window=WINDOW,
        )

    def options(self, settings: Settings) -> SearchOptions:
        """Complete settings by the run's configuration.

        Raises:
            ConfigError: A setting is unknown or out of range.
        """
        known = Settings.__annotations__
        for name in settings:
            if name not in known:
                remedy = nearest(name, known, f"; known are {', '.join(known)}.")
                raise ConfigError(f"`{name}` is not a setting of a translation{remedy}")
        decode = self.config.decode
        num_best = settings.get("num_best", 1)
        return SearchOptions(
            beam_size=_given(settings.get("beam_size"), max(decode.beam_size, num_best)),
            num_best=num_best,
            length_penalty=float(_given(settings.get("length_penalty"), decode.length_penalty)),
            coverage_penalty=float(
                _given(settings.get("coverage_penalty"), decode.coverage_penalty)
            ),
            min_length=_given(settings.get("min_length"), decode.min_length),
            max_length=_given(settings.get("max_length"), decode.max_length),
            length_ratio=length_ratio_of(self.source_tokenizer.kind, self.target_tokenizer.kind),
            sampling=settings.get("sampling"),
            allow_unknown=settings.get("allow_unknown", True),
        )

    def _stream(
        self, lines: Iterable[tuple[str, str]], window: int, settings: Settings
    ) -> Iterator[Translation]:
        options = self.options(settings)
        batch_tokens = most_tokens = settings.get("batch_tokens", BATCH_TOKENS)
        with crew(partial(self._search, options), self._workers) as searched:
            translate_batches = partial(self._translate_batches, searched, options)
            if self.ctranslate2 is not None and self.ctranslate2.serves(options):
                # It makes batches of its own: it gets all lines of the window at once.
                translate_window = partial(
                    self._translate_window, self.ctranslate2, translate_batches, options
                )
                translate_batches = partial(map, partial(translate_window, batch_tokens))
                most_tokens *= window
            if self._replaces_unknown(settings):
                translate_batches = partial(self._with_words, translate_batches)
            yield from translate_stream(
                (self._prepare(text, prefix) for text, prefix in lines),
                translate_batches,
                self._translate_empty,
                length_of=lambda line: len(line.ids) * options.rows,
                batch_tokens=most_tokens,
                window=window,
            )

    def _replaces_unknown(self, settings: Settings) -> bool:
        wanted = _given(settings.get("replace_unknown"), self.config.decode.replace_unknown)
        if wanted:
            kinds = (self.source_tokenizer.kind, self.target_tokenizer.kind)
            obstacle = configuration.replacing_obstacle(*kinds, attends=self.model.has_attention)
            if obstacle is not None:
                raise ConfigError(f"`replace_unknown` cannot help here: {obstacle}; leave it out.")
        return wanted

    def _with_words(
        self, translate_batches: TranslateBatches, jobs: Iterable[list[PreparedLine]]
    ) -> Iterator[list[Translation]]:
        """Translate, and replace unknown tokens of all hypotheses."""
        jobs, asked = tee(jobs)
        for lines, translations in zip(jobs, translate_batches(asked), strict=True):
            yield self._replacer.replaced([line.tokens for line in lines], translations)

    def _prepare(self, text: str, prefix: str) -> PreparedLine:
        cleaned = clean_text(text, self._clean)
        start = clean_text(prefix, self._clean, "target")
        return PreparedLine(
            given=text,
            cleaned=cleaned,
            tokens=self.source_tokenizer.encode(cleaned),
            prefix=self.target_tokenizer.encode(start).ids if start else (),
        )

    def _translate_empty(self, line: PreparedLine) -> Translation:
        nothing = Hypothesis("", (), (), 0.0, 0.0, finished=True)
        return Translation(line.given, line.tokens.tokens, (nothing,))

    def _translate_window(
        self,
        backend: CTranslate2,
        translate_batches: TranslateBatches,
        options: SearchOptions,
        batch_tokens: int,
        lines: Sequence[PreparedLine],
    ) -> list[Translation]:
        """Translate by CTranslate2, and by the model what it leaves."""
        done: dict[int, Translation] = {}
        if backend.serves(_with_prefixes(options, lines)):
            # While it goes on with the shorter ones.
            for number, found in backend.search([line.tokens.ids for line in lines], options):
                done[number] = self._translation(lines[number], found)
        left = [number for number in range(len(lines)) if number not in done]
        lengths = [len(lines[number].ids) * options.rows for number in left]
        chosen = [[left[place] for place in places] for places in batches(lengths, batch_tokens)]
        translated = translate_batches([lines[number] for number in part] for part in chosen)
        for part, batch in zip(chosen, translated, strict=True):
            done.update(zip(part, batch, strict=True))
        return [done[number] for number in range(len(lines))]

    def _translate_batches(
        self, searched: Searched, options: SearchOptions, jobs: Iterable[list[PreparedLine]]
    ) -> Iterator[list[Translation]]:
        """Translate by the model; ``searched`` maps batches to what was found for their lines."""
        jobs, asked = tee(jobs)
        for lines, results in zip(jobs, searched(asked), strict=True):
            recorded = _with_prefixes(options, lines).recorded
            yield [
                self._translation(line, result.hypotheses, result.tree, partial(recorded, number))
                for number, (line, result) in enumerate(zip(lines, results, strict=True))
            ]

    def _search(
        self,
        options: SearchOptions,
        lines: Sequence[PreparedLine],
        hear: Callable[[list[int]], None] | None = None,
    ) -> list[SearchResult]:
        options = _with_prefixes(options, lines)
        return search(self._computing, self._source(lines), options, self._shortlist, hear)

    def _force_batch(self, lines: Sequence[PreparedLine]) -> list[Translation]:
        source = self._source(lines)
        targets = [line.prefix for line in lines]
        log_probs = target_log_probs(self._computing, source, targets)
        return [
            self._translation(
                line, [FoundHypothesis(line.prefix, sum(logs), sum(logs), logs, True)]
            )
            for line, logs in zip(lines, log_probs, strict=True)
        ]

    def _translation(
        self,
        line: PreparedLine,
        found: Sequence[FoundHypothesis | Found],
        tree: SearchTree | None = None,
        search_options: Callable[[], Mapping[str, Any]] = dict,
    ) -> Translation:
        """Put names to ids."""
        texts = self.target_tokenizer.decode_batch([hypothesis.ids for hypothesis in found])
        _, target_language = self.config.data.languages or (None, None)
        observation = Observation(
            self.model,
            partial(self._source, [line]),
            partial(source_axis, line.tokens, line.cleaned),
            [(hypothesis.ids, hypothesis.finished) for hypothesis in found],
            self.target_tokenizer,
        )
        recording = Recording(
            self.model,
            partial(getattr, self, "info"),
            partial(self._source, [line]),
            partial(self._side, line),
            [
                Spoken(text, one.ids, one.finished, one.score, one.column)
                for text, one in zip(texts, found, strict=True)
            ],
            tree,
            search_options,
            self.target_tokenizer,
            target_language,
        )
        hypotheses = tuple(
            Hypothesis(
                text=text,
                tokens=self.target_tokenizer.labels(hypothesis.ids),
                ids=hypothesis.ids,
                score=hypothesis.score,
                log_prob=hypothesis.log_prob,
                look_up=partial(getattr, hypothesis, "token_log_probs"),
                finished=hypothesis.finished,
                observe=observation.of(number),
                record=recording.of(number),
            )
            for number, (text, hypothesis) in enumerate(zip(texts, found, strict=True))
        )
        unknown: list[str] = []
        if UNK_ID in line.tokens.ids:
            unknown = self.source_tokenizer.unknown_words(line.cleaned)
        return Translation(
            source=line.given,
            source_tokens=line.tokens.tokens,
            hypotheses=hypotheses,
            unknown_words=tuple(unknown),
            too_long=len(line.tokens.ids) > self.config.data.max_length,
            warnings=tuple(self._warnings(line, hypotheses[0], unknown)),
            tree=tree,
        )

    def _side(self, line: PreparedLine) -> Side:
        language, _ = self.config.data.languages or (None, None)
        axis = source_axis(line.tokens, line.cleaned)
        return Side(line.cleaned, tuple(line.ids), axis, language)

    def _warnings(
        self, line: PreparedLine, best: Hypothesis, unknown: Sequence[str]
    ) -> Iterator[str]:
        length, longest = len(line.tokens.ids), self.config.data.max_length
        if length > longest:
            yield (
                f"The source has {length} tokens, but the model was trained on at most {longest} "
                "(`data.max_length`); it was translated whole, perhaps badly."
            )
            model = self.config.model
            if isinstance(model, RecurrentConfig) and model.attention.score == "location":
                yield (
                    f"The model attends by position and has only {longest + 1} of them; what "
                    "stands beyond got no attention."
                )
        if unknown:
            words = [f"`{word}`" for word in dict.fromkeys(unknown)]
            named = words if len(words) <= MOST_NAMED else words[: MOST_NAMED - 1]
            more = f" and {len(words) - len(named)} more" if len(words) > len(named) else ""
            yield f"The model does not know {', '.join(named)}{more}."
        if not best.finished:
            yield (
                f"The translation was stopped at {len(best.ids)} tokens, the most allowed, before "
                "the model had ended it."
            )

    def _source(self, lines: Sequence[PreparedLine]) -> Source:
        device = next(self.model.parameters()).device
        return source_of([line.tokens.ids for line in lines], device)


def _with_prefixes(options: SearchOptions, lines: Sequence[PreparedLine]) -> SearchOptions:
    if not any(line.prefix for line in lines):
        return options
    return replace(options, prefix=tuple(line.prefix for line in lines))


def _given(value: Value | None, otherwise: Value) -> Value:
    return otherwise if value is None else value
