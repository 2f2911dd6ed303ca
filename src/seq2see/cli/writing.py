"""Translations as lines of text, and as the files beside them."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO

from seq2see.cli.trace_files import TraceFiles

if TYPE_CHECKING:
    from seq2see.decoding.translation import Hypothesis, Translation

Format = Literal["text", "jsonl", "tsv"]
FORMATS: dict[str, Format] = {"text": "text", "jsonl": "jsonl", "tsv": "tsv"}


class Writer:
    """Writes each translation, with its alignment and its trace where they are asked for.

    Args:
        files: Closes what is opened here.
        output: Where the lines go; None: standard output.
        form: How a translation becomes lines.
        num_best: Translations of each line.
        alignment: Where alignments go; None: nowhere.
        traces: The folder of traces; None: none are made.
    """

    def __init__(
        self,
        files: ExitStack,
        output: Path | None,
        form: Format,
        num_best: int,
        alignment: Path | None,
        traces: TraceFiles | None,
    ) -> None:
        self._out = open_output(files, output) or sys.stdout
        self._aligned = open_output(files, alignment)
        self._traces = traces
        self._form = form
        self._num_best = num_best

    def write(self, number: int, translation: "Translation", *, at_once: bool) -> None:
        """Write the translation of a line, counted from 0; flush it if somebody waits for it."""
        for line in formatted(translation, number, self._form, self._num_best):
            self._out.write(line + "\n")
        if self._aligned is not None:
            self._aligned.write(" ".join(f"{i}-{j}" for i, j in translation.alignment) + "\n")
        if self._traces is not None:
            self._traces.write(number + 1, translation)
        if at_once:
            self._out.flush()


def formatted(
    translation: "Translation", number: int, form: Format, num_best: int
) -> Iterator[str]:
    """Write one translation as lines without their ends."""
    if form == "jsonl":
        yield json.dumps(_as_json(translation), ensure_ascii=False)
    elif form == "tsv":
        for hypothesis in translation.hypotheses:
            cells = (translation.source, hypothesis.text)
            flat = [one_line(cell).replace("\t", " ") for cell in cells]
            yield "\t".join([*flat, f"{hypothesis.score:.4f}"])
    elif num_best == 1:
        yield one_line(translation.text)
    else:
        for hypothesis in translation.hypotheses:
            yield f"{number} ||| {one_line(hypothesis.text)} ||| {hypothesis.score:.4f}"


def _as_json(translation: "Translation") -> dict[str, Any]:
    def one(hypothesis: "Hypothesis") -> dict[str, Any]:
        attention, replaced = hypothesis.attention, hypothesis.replaced
        return {
            "text": hypothesis.text,
            "tokens": hypothesis.tokens,
            "score": hypothesis.score,
            "log_prob": hypothesis.log_prob,
            "token_log_probs": hypothesis.token_log_probs,
            "finished": hypothesis.finished,
            "alignment": hypothesis.alignment,
            **({"replaced": [asdict(one) for one in replaced]} if replaced else {}),
            **(
                {}
                if attention is None
                else {
                    "attention": {
                        "rows": attention.rows,
                        "columns": attention.columns,
                        "values": attention.values.astype(float).round(6).tolist(),
                    }
                }
            ),
        }

    return {
        "source": translation.source,
        "source_tokens": translation.source_tokens,
        "hypotheses": [one(hypothesis) for hypothesis in translation.hypotheses],
        "warnings": translation.warnings,
    }


def one_line(text: str) -> str:
    """Replace line breaks that the model produced, which would break the count of lines."""
    return text.replace("\r", " ").replace("\n", " ")


def open_output(files: ExitStack, path: Path | None) -> TextIO | None:
    """Open a file for writing lines, closed with the others; none where there is no path."""
    if path is None:
        return None
    return files.enter_context(path.open("w", encoding="utf-8", newline="\n"))
