"""Write small traces of all architectures into a folder, for the tests of the player.

Usage: python tests/player/traces.py FOLDER

Weights are random: what is tested is that pictures show the numbers of a trace, whatever they are.
"""

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from small_translators import translator

LONGER = {"decode.min_length": 7}  # random weights may end at once
SMALL = {**LONGER, "model.embed_dim": 16, "model.hidden_dim": 12}
TRANSFORMER = {**LONGER, "model.embed_dim": 16, "model.feedforward_dim": 24}
COPY = {"model.copy": True, "tokenizer.shared": True}
SENTENCE = "I am a good student ."

# Name of the file: architecture, kind of tokenizer, settings, sentence, detail.
TRACES: dict[str, tuple[str, str, dict[str, Any], str, str]] = {
    "sutskever2014": ("sutskever2014", "word", SMALL, SENTENCE, "numbers"),
    "cho2014": ("cho2014", "word", SMALL, SENTENCE, "numbers"),
    "bahdanau2015": ("bahdanau2015", "word", SMALL, SENTENCE, "numbers"),
    "luong2015": ("luong2015", "word", SMALL, SENTENCE, "numbers"),
    "gnmt2016": ("gnmt2016", "word", SMALL, SENTENCE, "numbers"),
    "gnmt2016-deep": (
        "gnmt2016",
        "word",
        {**SMALL, "model.num_layers": 8, "model.context_to": "first"},
        SENTENCE,
        "drawing",
    ),
    "transformer2017": ("transformer2017", "word", TRANSFORMER, SENTENCE, "numbers"),
    "transformer2017-all": ("transformer2017", "word", TRANSFORMER, SENTENCE, "all"),
    "luong2015-drawing": ("luong2015", "word", SMALL, SENTENCE, "drawing"),
    "transformer2017-drawing": ("transformer2017", "word", TRANSFORMER, SENTENCE, "drawing"),
    "one-token": ("bahdanau2015", "word", SMALL, "student", "numbers"),
    "subwords": ("transformer2017", "bpe", TRANSFORMER, "students trained", "numbers"),
    "long": (
        "bahdanau2015",
        "word",
        {**SMALL, "decode.max_length": 60, "decode.min_length": 30},
        " ".join([SENTENCE] * 5),
        "numbers",
    ),
    "two-layers": (
        "luong2015",
        "word",
        {
            **SMALL,
            "model.num_layers": 2,
            "model.bidirectional": True,
            "model.bridge": "tanh",
            "model.cell": "rnn",
        },
        SENTENCE,
        "numbers",
    ),
    "without-feeding": (
        "luong2015",
        "word",
        {**SMALL, "model.input_feeding": False, "model.attention.score": "dot"},
        SENTENCE,
        "numbers",
    ),
    "everything-fed": (
        "bahdanau2015",
        "word",
        {**SMALL, "model.input_feeding": True, "model.cell": "lstm"},
        "I am a student",
        "numbers",
    ),
    "local-p": (
        "luong2015",
        "word",
        {**SMALL, "model.attention.scope": "local-p", "model.attention.window": 2},
        SENTENCE,
        "numbers",
    ),
    "local-m": (
        "luong2015",
        "word",
        {**SMALL, "model.attention.scope": "local-m", "model.attention.window": 1},
        SENTENCE,
        "numbers",
    ),
    "coverage": (
        "luong2015",
        "word",
        {**SMALL, "model.attention.score": "concat", "model.attention.coverage": True},
        SENTENCE,
        "numbers",
    ),
    "copy": ("luong2015", "word", {**SMALL, **COPY}, SENTENCE, "numbers"),
    "copy-drawing": ("bahdanau2015", "char", {**SMALL, **COPY}, SENTENCE, "drawing"),
    "hard": ("luong2015", "word", {**SMALL, "model.attention.scope": "hard"}, SENTENCE, "numbers"),
    "plain-maxout": (
        "sutskever2014",
        "word",
        {**SMALL, "model.readout": "maxout"},
        "I am a student",
        "numbers",
    ),
    "deep-without-attention": (
        "sutskever2014",
        "char",
        {**SMALL, "model.num_layers": 2, "model.reverse_source": False},
        SENTENCE,
        "numbers",
    ),
}


def write_traces(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, (arch, kind, settings, sentence, detail) in TRACES.items():
        translation = translator(arch, kind, settings).translate(sentence)
        translation.trace().save(folder / f"{name}.json", detail=detail)


if __name__ == "__main__":
    write_traces(Path(sys.argv[1]))
