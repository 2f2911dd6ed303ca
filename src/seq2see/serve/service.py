"""What the interfaces have in common: texts in, translations out, whichever run makes them."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from seq2see.serve.answers import Answer, Options
from seq2see.serve.catalog import Catalog, LoadedRun
from seq2see.serve.detection import Detected, Detector
from seq2see.serve.limits import Limits
from seq2see.serve.refusal import Refusal
from seq2see.serve.segments import Segment, split

LOG = logging.getLogger("seq2see.serve")
AUTO = "auto"
_Key = tuple[int, str, Options]


@dataclass(frozen=True)
class TranslatedText:
    """A text, sentence by sentence."""

    before: str
    """White space before the first sentence."""
    segments: tuple[Segment, ...]
    answers: tuple[Answer, ...]
    """What the last run of the route said to each sentence."""

    @property
    def text(self) -> str:
        """The translation, with the white space of the source."""
        return self.alternative(0)

    def alternative(self, rank: int) -> str:
        """The translation of a rank; sentences with fewer give their last one."""
        parts = [
            answer.said[min(rank, len(answer.said) - 1)].text + segment.after
            for segment, answer in zip(self.segments, self.answers, strict=True)
        ]
        return self.before + "".join(parts)

    @property
    def alternatives(self) -> list[str]:
        """Translations other than the best one, each once."""
        most = max((len(answer.said) for answer in self.answers), default=1)
        texts = dict.fromkeys(self.alternative(rank) for rank in range(most))
        return list(texts)[1:]


@dataclass(frozen=True)
class Route:
    """How a text gets from one language to another."""

    source: str
    target: str
    runs: tuple[LoadedRun, ...]
    """One; or two, where none translates directly."""
    detected: Detected | None = None
    """What was found out about the text, if its language was not given."""

    @property
    def pivot(self) -> str | None:
        """The language between, if there is one."""
        languages = self.runs[0].languages
        return languages[1] if len(self.runs) > 1 and languages is not None else None


class Cache:
    """Answers that were given lately.

    Args:
        size: Most answers kept; the one that was not asked for longest goes first.
        observe: Is told whether an answer was there.
        weight: Most bytes that they have together. One with more than a hundredth is not kept.
    """

    def __init__(
        self, size: int, observe: Callable[[bool], None], weight: int = 64_000_000
    ) -> None:
        self._size = size
        self._observe = observe
        self._most = weight
        self._weight = 0
        self._answers: OrderedDict[_Key, Answer] = OrderedDict()

    def find(self, key: _Key) -> Answer | None:
        """Look an answer up."""
        found = self._answers.get(key)
        if found is not None:
            self._answers.move_to_end(key)
        self._observe(found is not None)
        return found

    def keep(self, key: _Key, answer: Answer) -> None:
        """Keep an answer."""
        if 100 * answer.weight > self._most:
            return
        before = self._answers.pop(key, None)
        self._weight += answer.weight - (0 if before is None else before.weight)
        self._answers[key] = answer
        while len(self._answers) > self._size or self._weight > self._most:
            self._weight -= self._answers.popitem(last=False)[1].weight


class Service:
    """Translates texts within limits.

    Args:
        catalog: The runs.
        limits: What is refused.
        cache: Answers that were given before.
        log_texts: Whether what is translated is logged.
    """

    def __init__(self, catalog: Catalog, limits: Limits, cache: Cache, *, log_texts: bool) -> None:
        self._log_texts = log_texts
        self.catalog = catalog
        self.limits = limits
        self._cache = cache

    def detect(self, text: str) -> list[Detected]:
        """Languages that a text may be in, likeliest first, among those that can be translated.

        Raises:
            Refusal: No loaded run has languages.
        """
        sources = self.catalog.sources()
        if not sources:
            raise Refusal(503, "No run with languages is loaded.", 5)
        return Detector(sources).rank(text)

    def route(self, texts: Sequence[str], source: str, target: str) -> Route:
        """Find the runs to use; ``auto`` finds the source language by the texts.

        Raises:
            Refusal: A language is not known, or there is no way from one to the other.
        """
        known = self.catalog.languages()
        for code in (target, *([] if source == AUTO else [source])):
            if code not in known:
                raise Refusal(400, f"{code[:100]} is not supported")
        detected = None
        if source == AUTO:
            ranked = self.detect("\n".join(texts))
            # From another language, the text could not be translated at all.
            detected = next(
                (one for one in ranked if target in self.catalog.targets(one.language)), ranked[0]
            )
            source = detected.language
        return Route(source, target, self.catalog.route(source, target), detected)

    async def translate(
        self, texts: Sequence[str], runs: Sequence[LoadedRun], options: Options
    ) -> list[TranslatedText]:
        """Translate texts by one run, or by several, one after the other.

        Raises:
            Refusal: It is too much, or takes too long.
        """
        self.check_texts(texts, options.beam_size or 1, options.num_best)
        parts = [split(text) for text in texts]
        self.check_sentences([one.text for _, segments in parts for one in segments])
        try:
            async with asyncio.timeout(self.limits.seconds):
                answers = await self._translate(
                    [one.text for _, segments in parts for one in segments], runs, options
                )
        except TimeoutError:
            raise self.limits.too_slow() from None
        remaining = iter(answers)
        translated = [
            TranslatedText(before, tuple(segments), tuple(next(remaining) for _ in segments))
            for before, segments in parts
        ]
        if self._log_texts:
            for text, one in zip(texts, translated, strict=True):
                said = {"runs": [run.name for run in runs], "source": text, "target": one.text}
                LOG.info("translated", extra={"fields": said})
        return translated

    async def _translate(
        self, sentences: list[str], runs: Sequence[LoadedRun], options: Options
    ) -> list[Answer]:
        *first, last = runs
        for run in first:
            answers = await self._ask(run, sentences, replace(options, num_best=1, look=False))
            sentences = [answer.text for answer in answers]
        return await self._ask(last, sentences, options)

    async def _ask(self, run: LoadedRun, sentences: list[str], options: Options) -> list[Answer]:
        """Answer from what is kept, and by the run what is not, each sentence once."""
        kept = {one: self._cache.find((run.number, one, options)) for one in sentences}
        missing = [one for one, answer in kept.items() if answer is None]
        if missing:
            for one, answer in zip(
                missing, await run.batcher.translate(missing, options), strict=True
            ):
                self._cache.keep((run.number, one, options), answer)
                kept[one] = answer
        return [found for one in sentences if (found := kept[one]) is not None]

    def check_texts(self, texts: Sequence[str], beam: int, number: int = 1) -> None:
        """Refuse texts that are too much, and beams that are too wide.

        Raises:
            Refusal: So it is.
        """
        limits = self.limits
        if len(texts) > limits.texts:
            raise Refusal(413, f"There are {len(texts)} texts; the most is {limits.texts}.")
        characters = sum(map(len, texts))
        if characters > limits.characters:
            raise Refusal(
                413, f"The text has {characters} characters; the most is {limits.characters}."
            )
        for name, value in (("beam", beam), ("number", number)):
            if not 1 <= value <= limits.hypotheses:
                raise Refusal(
                    400,
                    f"The {name} of translations is {value}; it must be 1 to {limits.hypotheses}.",
                )

    def check_sentence(self, text: str, beam: int = 1) -> str:
        """Return a text that is looked into as one sentence, without white space around it.

        Raises:
            Refusal: It is empty or too long, or the beam too wide.
        """
        text = text.strip()
        if not text:
            raise Refusal(400, "There is nothing to see of an empty text.")
        self.check_texts([text], beam)
        self.check_sentences([text])
        return text

    def check_sentences(self, sentences: Sequence[str]) -> None:
        """Refuse sentences that are too many or too long.

        Raises:
            Refusal: So it is.
        """
        limits = self.limits
        if len(sentences) > limits.sentences:
            raise Refusal(
                413, f"The text has {len(sentences)} sentences; the most is {limits.sentences}."
            )
        longest = max(map(len, sentences), default=0)
        if longest > limits.sentence_characters:
            raise Refusal(
                413,
                f"A sentence has {longest} characters; the most is {limits.sentence_characters}.",
            )
