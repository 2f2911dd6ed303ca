"""The runs of a service: which are loaded, and how to get from one language to another."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from seq2see.errors import Seq2seeError, UsageError
from seq2see.serve.answers import Answer, Options, answer
from seq2see.serve.batcher import Batch, Batcher
from seq2see.serve.refusal import Refusal

if TYPE_CHECKING:
    from seq2see.decoding.translator import Translator

Load = Callable[[Path], "Translator"]
Observe = Callable[[str, Batch], None]
Count = Callable[[str, list[Answer]], None]


@dataclass(frozen=True, eq=False)
class LoadedRun:
    """A run that translates."""

    name: str
    number: int
    """Counts loadings: what was kept of an earlier one is not of this one."""
    translator: "Translator"
    batcher: Batcher[Options, Answer]

    @property
    def languages(self) -> tuple[str, str] | None:
        """Codes of source and target language; None where the run has none."""
        return self.translator.config.data.languages


def names_of(paths: Sequence[Path]) -> dict[str, Path]:
    """Name runs by their folders.

    Raises:
        UsageError: Two have the same name.
    """
    named: dict[str, Path] = {}
    for path in paths:
        name = path.resolve().name
        if named.setdefault(name, path) != path:
            raise UsageError(
                f"`{named[name]}` and `{path}` are both called `{name}`, the name by which clients "
                "ask for a run; rename one."
            )
    return named


class Catalog:
    """Runs by name. Nothing is ever loaded but from the paths given here.

    Args:
        paths: Where each run is.
        load: Loads one; called on the executor.
        executor: Where runs are loaded, and where they translate.
        capacity: Most sentences that wait for each run.
        observe: Is told of each batch of each run, before it is translated.
        count: Is told what was answered to it, afterwards; called on the executor.
    """

    def __init__(
        self,
        paths: Mapping[str, Path],
        load: Load,
        executor: Executor,
        *,
        capacity: int,
        observe: Observe,
        count: Count,
    ) -> None:
        self._paths = dict(paths)
        self._load = load
        self._executor = executor
        self._capacity = capacity
        self._observe = observe
        self._count = count
        self._loaded: dict[str, LoadedRun] = {}
        self._loadings = 0
        self._changing = asyncio.Lock()

    @property
    def names(self) -> tuple[str, ...]:
        """All runs, loaded or not, in the order in which they were given."""
        return tuple(self._paths)

    @property
    def loaded(self) -> tuple[LoadedRun, ...]:
        """Runs that translate, in the order in which they were given."""
        return tuple(self._loaded[name] for name in self._paths if name in self._loaded)

    def find(self, name: str) -> LoadedRun:
        """Return a loaded run.

        Raises:
            Refusal: There is no such run, or it is not loaded.
        """
        self._known(name)
        if name not in self._loaded:
            raise Refusal(503, f"The run {name} is not loaded.", 5)
        return self._loaded[name]

    async def open(self, name: str) -> None:
        """Load a run; again, where it is loaded: whoever still waits for the old one is answered.

        Raises:
            Refusal: There is no such run, or it cannot be loaded.
        """
        path = self._known(name)
        async with self._changing:
            loop = asyncio.get_running_loop()
            try:
                translator = await loop.run_in_executor(self._executor, self._load, path)
            except Seq2seeError as error:
                # What it says names files of this machine, which are nobody else's business.
                raise Refusal(500, f"The run {name} cannot be loaded.") from error
            if name in self._loaded:
                self._loaded[name].batcher.finish()
            self._loadings += 1
            self._loaded[name] = LoadedRun(
                name, self._loadings, translator, self._batcher(name, translator)
            )

    async def close(self, name: str) -> None:
        """Unload a run; whoever still waits for it is refused.

        Raises:
            Refusal: There is no such run, or it is not loaded.
        """
        self._known(name)
        async with self._changing:
            if name not in self._loaded:
                raise Refusal(409, f"The run {name} is not loaded.")
            await self._loaded.pop(name).batcher.close()

    async def close_all(self) -> None:
        """Unload all runs."""
        for run in self.loaded:
            await self.close(run.name)

    def targets(self, source: str) -> list[str]:
        """Languages into which one can be translated, those of a detour last."""
        direct = [pair[1] for pair in self._pairs() if pair[0] == source]
        onward = [pair[1] for middle in direct for pair in self._pairs() if pair[0] == middle]
        return [one for one in dict.fromkeys([*direct, *onward]) if one != source]

    def sources(self) -> list[str]:
        """Languages from which something can be translated."""
        return list(dict.fromkeys(source for source, _ in self._pairs()))

    def languages(self) -> list[str]:
        """All languages."""
        return list(dict.fromkeys(code for pair in self._pairs() for code in pair))

    def route(self, source: str, target: str) -> tuple[LoadedRun, ...]:
        """Return the run from one language to another, or two by way of a third language.

        Raises:
            Refusal: There is no way.
        """
        runs = {run.languages: run for run in reversed(self.loaded)}
        if (source, target) in runs:
            return (runs[source, target],)
        for middle in self.languages():
            if (source, middle) in runs and (middle, target) in runs:
                return runs[source, middle], runs[middle, target]
        raise Refusal(400, f"Cannot translate from {source} to {target}.")

    def _pairs(self) -> list[tuple[str, str]]:
        return [run.languages for run in self.loaded if run.languages is not None]

    def _known(self, name: str) -> Path:
        if name not in self._paths:
            raise Refusal(404, f"There is no run {name[:100]}.")
        return self._paths[name]

    def _batcher(self, name: str, translator: "Translator") -> Batcher[Options, Answer]:
        def translate(sentences: list[str], options: Options) -> list[Answer]:
            answers = list(answer(translator, sentences, options))
            self._count(name, answers)
            return answers

        return Batcher(
            translate,
            self._executor,
            capacity=self._capacity,
            observe=partial(self._observe, name),
        )
