"""seq2seq you can see: train, run and look inside sequence-to-sequence models with attention.

::

    import seq2see
    run = seq2see.train("pairs.tsv", pair="en-fr", arch="bahdanau2015", out="runs/fr")
    result = seq2see.load("runs/fr").translate("I am a student")
    print(result.text, result.attention)

Names are loaded when first used, so that importing the package stays quick.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seq2see.api import load, resume, train
    from seq2see.config import Config
    from seq2see.decoding.sampling import Sampling
    from seq2see.decoding.translation import Hypothesis, Translation
    from seq2see.decoding.translator import Translator
    from seq2see.errors import Seq2seeError
    from seq2see.run import Run
    from seq2see.tokenizer import Tokenizer
    from seq2see.trace.matrix import AttentionMatrix
    from seq2see.trace.record import Trace
    from seq2see.views.notebook import notebook_bundle
    from seq2see.views.page import page_of

__all__ = [
    "AttentionMatrix",
    "Config",
    "Hypothesis",
    "Run",
    "Sampling",
    "Seq2seeError",
    "Tokenizer",
    "Trace",
    "Translation",
    "Translator",
    "load",
    "notebook_bundle",
    "page_of",
    "resume",
    "train",
]

_HOMES = {
    "AttentionMatrix": "seq2see.trace.matrix",
    "Config": "seq2see.config",
    "Hypothesis": "seq2see.decoding.translation",
    "Run": "seq2see.run",
    "Sampling": "seq2see.decoding.sampling",
    "Seq2seeError": "seq2see.errors",
    "Tokenizer": "seq2see.tokenizer",
    "Trace": "seq2see.trace.record",
    "Translation": "seq2see.decoding.translation",
    "Translator": "seq2see.decoding.translator",
    "load": "seq2see.api",
    "notebook_bundle": "seq2see.views.notebook",
    "page_of": "seq2see.views.page",
    "resume": "seq2see.api",
    "train": "seq2see.api",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module `seq2see` has no attribute `{name}`")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return list(__all__)
