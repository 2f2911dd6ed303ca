"""The player as one file: it opens from disk, asks the network for nothing, and can be passed on.

The page holds the modules of ``static/``, traces or weights, and a picture that stands where no
script runs: in print, in a mail, in a notebook that is not trusted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from string import Template
from typing import Any, Literal

from seq2see.errors import ConfigError
from seq2see.trace import storage
from seq2see.trace.record import ModelInfo, Trace
from seq2see.views import figures, modules

VERSION = 1
LARGE = 500_000
"""Numbers of a trace above which a page stores them in 16 bits, so that it opens quickly."""

Language = Literal["en", "zh"]

_LANGUAGES = {"en": "en", "zh": "zh-CN"}
_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "scripts_wanted": "This is a still picture of what the model computed. The page can do "
        "more: allow it to run scripts.",
        "failed": "The player did not start, so this is a picture only. It needs a browser of "
        "2023 or later.",
    },
    "zh": {
        "scripts_wanted": "这是模型计算结果的静态图。允许本页运行脚本，即可看到完整的动画。",
        "failed": "播放器未能启动，这里只有静态图。请使用 2023 年以后的浏览器。",
    },
}


@dataclass(frozen=True)
class Model:
    """A model that a page shows."""

    name: str
    info: ModelInfo
    packed: Mapping[str, Any] | None = None
    """Weights and tokenizers, with which the page translates by itself; None: traces only."""


@dataclass(frozen=True)
class Sentence:
    """A sentence that a page shows."""

    text: str
    traces: tuple[Trace, ...]
    """One for each model. A model whose weights are in the page makes its own there."""


def page(
    models: Sequence[Model],
    sentences: Sequence[Sentence],
    *,
    title: str | None = None,
    language: Language = "en",
) -> str:
    """Write the player as a page of its own.

    Args:
        models: What is shown; several are shown side by side.
        sentences: The first one is open at the beginning.
        title: Of the page; None: the first sentence and its translation.
        language: Of the interface.

    Raises:
        ConfigError: There is nothing to show, or the traces do not fit the models.
    """
    if not models or not sentences:
        raise ConfigError("A page needs at least one model and one sentence; give it both.")
    for sentence in sentences:
        if len(sentence.traces) != len(models):
            raise ConfigError(
                f"The sentence `{sentence.text}` has {len(sentence.traces)} traces, but the page "
                f"shows {len(models)} models; give one trace for each."
            )
    first = sentences[0].traces[0]
    shown = title or f"{first.source.text} → {first.target.text}"
    words = _WORDS[language]
    return Template(modules.read("page.html")).substitute(
        language=_LANGUAGES[language],
        title=escape(shown),
        poster=poster(first),
        caption=escape(f"{first.source.text} → {first.target.text}"),
        scripts_wanted=escape(words["scripts_wanted"]),
        failed=escape(words["failed"]),
        loader=modules.source(modules.LOADER),
        packed=modules.pack(page_data(models, sentences, title=shown, language=language)),
    )


def page_data(
    models: Sequence[Model],
    sentences: Sequence[Sentence],
    *,
    title: str,
    language: Language = "en",
) -> dict[str, Any]:
    """What the player is given to show, as plain values."""
    return {
        "version": VERSION,
        "title": title,
        "language": language,
        "models": [_model(model) for model in models],
        "sentences": [
            {
                "text": sentence.text,
                "traces": [
                    _recorded(trace) if model.packed is None else None
                    for model, trace in zip(models, sentence.traces, strict=True)
                ],
            }
            for sentence in sentences
        ],
    }


def _recorded(trace: Trace) -> dict[str, Any]:
    """A trace as the page holds it; where there is very much of it, in 16 bits."""
    count = sum(values.numbers.size for values in trace.tensors.values())
    return storage.to_json(trace, precision="float16" if count > LARGE else None)


def page_of(*traces: Trace, title: str | None = None, language: Language = "en") -> str:
    """Write a page that shows traces of one model, one sentence for each.

    Raises:
        ConfigError: There is no trace.
    """
    return page(
        [Model(trace.model.arch, trace.model) for trace in traces[:1]],
        [Sentence(trace.source.text, (trace,)) for trace in traces],
        title=title,
        language=language,
    )


def poster(trace: Trace) -> str:
    """A still picture, as SVG: the alignment, or what a model without attention might have said."""
    return figures.draw("alignment" if "cross" in trace.attention_kinds else "probabilities", trace)


def _model(model: Model) -> dict[str, Any]:
    info = {
        "arch": model.info.arch,
        "size": model.info.size,
        "parameters": model.info.num_parameters,
        "settings": dict(model.info.settings),
        "versions": dict(model.info.versions),
    }
    return {"name": model.name, "info": info, "packed": model.packed}
