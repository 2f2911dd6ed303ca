"""The dictionary of a run, which gives words to the unknown tokens of its translations.

A file that the configuration names is copied into the run, so that the run can be moved. What is
learnt from the training pairs is learnt when it is first asked for.
"""

from pathlib import Path

from seq2see.data.dictionary import Dictionary
from seq2see.run import Run
from seq2see.training.listener import Listener
from seq2see.training.sample import training_sample

LEARNT = "learnt"
"""In place of a file: learn it."""
KEPT = "dictionary.tsv"
"""The file that the configuration names, in the run's folder ``data``."""
_KEPT_LEARNT = "learnt-dictionary.tsv"


def dictionary_of(run: Run, name: str, listener: Listener) -> Dictionary:
    """Return a dictionary for a run.

    Args:
        run: The run.
        name: A file of two columns, or ``learnt``; see ``decode.dictionary``.
        listener: Told if something has to be learnt.

    Raises:
        DataError: The file cannot be read or is no dictionary.
        RunError: The corpora that the run was trained on cannot be read.
    """
    if name != LEARNT:
        kept = run.path / "data" / KEPT
        own = name == run.config.decode.dictionary and kept.exists()
        return Dictionary.read(kept if own else Path(name))
    kept = run.path / "data" / _KEPT_LEARNT
    if kept.exists():
        return Dictionary.read(kept)
    pairs = training_sample(run, listener, "dictionary", "name a file instead")
    learnt = Dictionary.learn(pairs, run.source_tokenizer, run.target_tokenizer)
    learnt.write(kept)
    return learnt
