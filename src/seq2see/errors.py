"""What can go wrong because of what a person gave us, as one tree.

::

    Seq2seeError                exit code 1
    ├── UsageError              exit code 2: the call itself is wrong
    │   ├── ConfigError         an unknown key, a value out of range, an impossible combination
    │   └── MissingExtraError   an optional dependency is not installed
    ├── DataError               a corpus that cannot be read or used
    ├── TokenizerError          a tokenizer file that is broken or does not fit
    ├── RunError                a run directory that is missing, in the way, or corrupt
    ├── TrainingError           training cannot go on (loss is NaN, disk is full)
    └── JobError                the processes of a job do not find, or have lost, each other

Every message is one sentence that names the value, the rule and the remedy. Anything else that
escapes from seq2see is a bug.
"""

import difflib
from collections.abc import Iterable


class Seq2seeError(Exception):
    """Base of everything a user can cause."""

    exit_code = 1


class UsageError(Seq2seeError):
    """The command or call is wrong as written."""

    exit_code = 2


class ConfigError(UsageError):
    """An unknown configuration key, a value out of range, or parts that do not combine."""


class MissingExtraError(UsageError):
    """An optional dependency is not installed."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(
            f"{feature} needs the optional extra `{extra}`; install it with "
            f"`pip install 'seq2see[{extra}]'`."
        )


class DataError(Seq2seeError):
    """A corpus cannot be read or used."""


class TokenizerError(Seq2seeError):
    """A tokenizer file is broken or does not fit its use."""


class RunError(Seq2seeError):
    """A run directory is missing, in the way, or corrupt."""


class TrainingError(Seq2seeError):
    """Training cannot go on."""


class JobError(Seq2seeError):
    """The processes of a job do not find each other, or one of them is gone."""


def nearest(word: str, known: Iterable[str], otherwise: str = ".") -> str:
    """End a message about an unknown word: ``"; did you mean `x`?"``, or ``otherwise``."""
    matches = difflib.get_close_matches(word, list(known), n=1, cutoff=0.55)
    return f"; did you mean `{matches[0]}`?" if matches else otherwise
