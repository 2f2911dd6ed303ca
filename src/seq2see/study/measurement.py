"""What one training of one row scored, sentence by sentence, in a file of its own.

::

    STUDY/rows/NAME/seed-N.json   the evaluation, every translation with its reference, and what
                                  they are of: the run, and all settings

The file appears whole or not at all. A row is measured again only where its settings are others.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from seq2see.config import Config
from seq2see.data.pair import Pair
from seq2see.decoding.translator import Translator
from seq2see.errors import RunError
from seq2see.evaluation.evaluate import evaluate, source_lengths
from seq2see.evaluation.scores import Measured, bleu_tokenizer, measure
from seq2see.files import write_atomically
from seq2see.machine import Machine, side_by_side
from seq2see.run import Run
from seq2see.training.dictionary import dictionary_of
from seq2see.training.listener import Silent


@dataclass(frozen=True)
class Measurement:
    """A training's scores on the test pairs."""

    path: Path
    content: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path) -> "Measurement | None":
        """Read what ``take`` wrote; None if it did not yet.

        Raises:
            RunError: The file is broken.
        """
        if not path.exists():
            return None
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            content["evaluation"], content["sentences"], content["tokenize"]
        except (ValueError, KeyError, TypeError) as error:
            raise RunError(
                f"`{path}` is broken ({error!r}); delete it, and the row is measured again."
            ) from None
        if "settings" not in content:  # written before these were kept
            return None
        return cls(path, content)

    @property
    def evaluation(self) -> Mapping[str, Any]:
        """As ``seq2see evaluate --json`` prints it."""
        evaluation: Mapping[str, Any] = self.content["evaluation"]
        return evaluation

    @property
    def settings(self) -> Mapping[str, Any]:
        """What it was trained, translated and scored by."""
        settings: Mapping[str, Any] = self.content["settings"]
        return settings

    @property
    def run(self) -> str:
        """Its run, as a path in the study."""
        return str(self.content["run"])

    @property
    def vocabulary(self) -> str:
        """Tells target vocabularies apart, on which perplexity and token accuracy depend."""
        return str(self.content["vocabulary"])

    @property
    def references(self) -> list[str]:
        """What the translations are compared with, after the row's own cleaning."""
        return [str(sentence["reference"]) for sentence in self.content["sentences"]]

    @property
    def parameters(self) -> int:
        """Trained numbers of the model."""
        return int(self.content["parameters"])

    @property
    def tokens_per_second(self) -> float | None:
        """Median speed of training in target tokens; None where none was logged."""
        speed = self.content["tokens_per_second"]
        return None if speed is None else float(speed)

    @cached_property
    def lengths(self) -> list[int]:
        """Length of each source, in words."""
        return [int(sentence["length"]) for sentence in self.content["sentences"]]

    @cached_property
    def measured(self) -> Measured:
        """The translations, measured anew from the texts."""
        sentences = self.content["sentences"]
        return measure(
            [sentence["translation"] for sentence in sentences],
            [sentence["reference"] for sentence in sentences],
            tokenize=self.content["tokenize"],
            with_ter=False,
        )


def take(
    run: Run,
    config: Config,
    path: Path,
    *,
    pairs: Sequence[Pair],
    machine: Machine,
    advance: Callable[[int], None],
    about: Mapping[str, Any],
) -> Measurement:
    """Translate and score pairs, and write down what came of it.

    Args:
        run: A run that has reached its end.
        config: Of the row, which may translate otherwise than the run would by itself.
        path: The file to write.
        pairs: Those of all rows.
        machine: What to compute on.
        advance: Told how many sentences are done.
        about: What else is kept: ``settings``, ``run``, ``parameters``, ``tokens_per_second``.
    """
    device, name = machine.prepare(), config.decode.dictionary
    translator = Translator(
        run.load_model().to(device),
        source_tokenizer=run.source_tokenizer,
        target_tokenizer=run.target_tokenizer,
        config=replace(run.config, decode=config.decode, evaluate=config.evaluate),
        workers=side_by_side(device),
        dictionary=None if name is None else dictionary_of(run, name, Silent()),
    )
    evaluated = evaluate(translator, pairs, advance=advance)
    sentences = zip(
        source_lengths(translator, evaluated.pairs),
        evaluated.translations,
        evaluated.pairs,
        strict=True,
    )
    _, target = run.config.data.languages or (None, None)
    content = {
        **about,
        "vocabulary": run.target_tokenizer.fingerprint,
        "tokenize": bleu_tokenizer(target),
        "evaluation": evaluated.evaluation.to_json(),
        "sentences": [
            {"length": length, "translation": translation, "reference": pair.target}
            for length, translation, pair in sentences
        ],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, (json.dumps(content, ensure_ascii=False) + "\n").encode())
    return Measurement(path, content)
