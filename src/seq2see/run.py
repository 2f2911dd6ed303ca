"""The run directory: the only artefact of training, self-contained and movable.

::

    RUN/
      config.toml             everything needed to rebuild the model, with versions
      source.tokenizer.json   target.tokenizer.json   (tokenizer.json alone when shared)
      model.safetensors       the best weights
      metrics.jsonl           one line per log point and validation; the same whenever repeated
      timings.jsonl           speed and memory, which are not
      report.html             learning curves, samples, scores; anew at every validation
      README.md               model card
      evaluation.json         scores of the last ``seq2see evaluate``, once there was one
      data/summary.json       fingerprint and number of the pairs, losses by reason
      data/doctor.json        what the doctor found
      data/valid.jsonl        the held-out pairs, with gold alignments where they are known
      data/test.jsonl
      data/vectors.safetensors  word vectors that the embeddings began with, where there are any
      data/dictionary.tsv     words for unknown tokens, where the configuration names a file
      data/learnt-dictionary.tsv   the same learnt from the training pairs, once asked for
      data/train-KEY.arrow    data/valid-KEY.arrow    the pairs as ids
      shortlist.safetensors   likely translations of each source token, once asked for
      checkpoints/step-N/     model.safetensors, optimizer.safetensors, state.json
"""

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from seq2see import config as configuration
from seq2see import weights
from seq2see.config import Config
from seq2see.data import corpus
from seq2see.data.pair import Pair
from seq2see.errors import ConfigError, RunError, TokenizerError, UsageError, nearest
from seq2see.files import write_atomically, write_directory_atomically
from seq2see.models.build import build
from seq2see.models.interface import Seq2seq
from seq2see.tokenizer import Tokenizer


@dataclass(frozen=True)
class Run:
    """A run directory and what stands in it."""

    path: Path
    config: Config
    source_tokenizer: Tokenizer
    target_tokenizer: Tokenizer

    @classmethod
    def create(
        cls,
        path: Path,
        config: Config,
        source_tokenizer: Tokenizer,
        target_tokenizer: Tokenizer,
        data: Mapping[str, bytes],
    ) -> "Run":
        """Write a new run directory, which appears under its name only when complete.

        Args:
            path: Where; nothing may stand there.
            config: The resolved configuration.
            source_tokenizer: As trained.
            target_tokenizer: As trained; the same one when shared.
            data: Files of the ``data`` folder, by name.

        Raises:
            UsageError: There is something at ``path`` already.
        """
        refuse_existing(path)
        files = {f"data/{name}": content for name, content in data.items()}
        files["config.toml"] = configuration.dump(config, versions()).encode()
        tokenizers = {"source.tokenizer.json": source_tokenizer}
        if config.tokenizer.shared:
            tokenizers = {"tokenizer.json": source_tokenizer}
        else:
            tokenizers["target.tokenizer.json"] = target_tokenizer
        files |= {name: tokenizer.json.encode() for name, tokenizer in tokenizers.items()}
        write_directory_atomically(path, files)
        return cls(path, config, source_tokenizer, target_tokenizer)

    def write_config(self) -> None:
        """Write the configuration, where it is no longer that of the file."""
        content = configuration.dump(self.config, versions()).encode()
        write_atomically(self.path / "config.toml", content)

    @classmethod
    def open(cls, path: Path) -> "Run":
        """Open an existing run directory.

        Raises:
            RunError: It is missing, is not a run, or a file in it is broken; names the file.
        """
        if not path.is_dir():
            remedy = "; give the --out of a training run."
            if path.exists():
                raise RunError(f"`{path}` is a file, but must be a run directory{remedy}")
            beside = path.parent.iterdir() if path.parent.is_dir() else ()
            names = [entry.name for entry in beside if is_run(entry)]
            raise RunError(
                f"The run directory `{path}` does not exist{nearest(path.name, names, remedy)}"
            )
        if not is_run(path):
            raise RunError(
                f"`{path}` has no config.toml, so it is not a run directory; give the --out of a "
                "training run."
            )
        try:
            settings = configuration.load(path / "config.toml")
        except ConfigError as error:
            raise RunError(f"The run `{path}` cannot be used: {error}") from None
        try:
            if "versions" not in settings:  # written last
                raise RunError(
                    f"`{path / 'config.toml'}` is incomplete: it must end with the table "
                    "`[versions]`; restore it from a copy, or train again."
                )
            config = configuration.resolve(settings=settings)
            if config.tokenizer.shared:
                source = target = _load_tokenizer(path / "tokenizer.json")
            else:
                source = _load_tokenizer(path / "source.tokenizer.json")
                target = _load_tokenizer(path / "target.tokenizer.json")
        except ConfigError as error:
            raise RunError(
                f"The configuration `{path / 'config.toml'}` cannot be used: {error}"
            ) from None
        except TokenizerError as error:
            raise RunError(f"The run `{path}` cannot be used: {error}") from None
        return cls(path, config, source, target)

    @property
    def weights_path(self) -> Path:
        """The best weights."""
        return self.path / "model.safetensors"

    @property
    def metadata(self) -> dict[str, str]:
        """What a weights file says of itself, so that one of another run is refused."""
        return {
            "format": "seq2see",
            "source_tokenizer": self.source_tokenizer.fingerprint,
            "target_tokenizer": self.target_tokenizer.fingerprint,
        }

    @property
    def fingerprint(self) -> str | None:
        """That of the training pairs; None where the run does not say.

        Raises:
            RunError: ``data/summary.json`` is broken.
        """
        path = self.path / "data" / "summary.json"
        if not path.exists():
            return None
        try:
            fingerprint: str | None = json.loads(path.read_text(encoding="utf-8"))["fingerprint"]
        except (ValueError, KeyError, TypeError) as error:
            raise RunError(f"`{path}` is broken ({error!r}); restore it from a copy.") from None
        return fingerprint

    def new_model(self) -> Seq2seq:
        """Build the model with fresh parameters."""
        return build(
            self.config.model,
            len(self.source_tokenizer),
            len(self.target_tokenizer),
            max_source_length=self.config.data.max_length + 1,  # </s>
            shared_vocab=self.config.tokenizer.shared,
        )

    def load_model(self, path: Path | None = None) -> Seq2seq:
        """Build the model with the best weights, or those of another file of the same run.

        Raises:
            RunError: The file is missing, broken, or belongs to other tokenizers.
        """
        path = path or self.weights_path
        if path == self.weights_path and not path.exists():
            raise RunError(
                f"`{path}` is missing: training writes it at its first validation, so continue "
                f"with `seq2see train --resume --out {self.path}`, or restore it from a copy."
            )
        tensors, described = weights.read(path)
        for side in ("source_tokenizer", "target_tokenizer"):
            if described.get(side, self.metadata[side]) != self.metadata[side]:
                raise RunError(
                    f"`{path}` was trained with another {side.replace('_', ' ')} than the one in "
                    f"`{self.path}`; put back the tokenizer files that came with the weights."
                )
        model = self.new_model()
        weights.load_parameters(model, tensors, path)
        return model.eval()

    def held_out(self, split: str) -> list[Pair]:
        """Return the recorded pairs of a split, ``valid`` or ``test``; empty if there are none."""
        path = self.path / "data" / f"{split}.jsonl"
        return corpus.read(str(path)).pairs if path.exists() else []


def is_run(path: Path) -> bool:
    """Whether a directory is a run, finished or not."""
    return (path / "config.toml").is_file()


def _load_tokenizer(path: Path) -> Tokenizer:
    if not path.exists():
        raise RunError(
            f"`{path}` is missing; the run cannot be used without it, so restore it from a copy, "
            "or train again."
        )
    return Tokenizer.load(path)


def refuse_existing(path: Path) -> None:
    """Refuse to write a run where something stands already, or where nothing can be written.

    Raises:
        UsageError: ``path`` is a file or a directory with anything in it, or lies in a file or in
            a directory without permission to write.
    """
    if path.is_dir() and not any(path.iterdir()):
        return
    if is_run(path):
        raise UsageError(
            f"`{path}` holds a run already; choose another --out, or continue that run with "
            f"`seq2see train --resume --out {path}`."
        )
    if path.exists() or path.is_symlink():
        raise UsageError(f"`{path}` exists already; choose another --out, which may not exist yet.")
    above = next(parent for parent in path.absolute().parents if parent.exists())
    if not above.is_dir():
        raise UsageError(f"`{path}` would lie in `{above}`, which is a file; choose another --out.")
    if not os.access(above, os.W_OK | os.X_OK):
        raise UsageError(
            f"There is no permission to write in `{above}`; change it, or choose another --out."
        )


def versions() -> dict[str, str]:
    """Versions that a run records, to say what it was made with."""
    packages = ("seq2see", "torch", "tokenizers", "sacrebleu", "numpy")
    found: dict[str, Any] = {package: metadata.version(package) for package in packages}
    return {**found, "python": platform.python_version()}
