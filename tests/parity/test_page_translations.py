"""A page finds the translations that Python finds, token for token."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import page_engine
import page_runs
import pytest

# Every architecture and every tokenizer once; `benchmarks/live_pages.py` has all combinations.
NAMES = (
    "sutskever2014-whitespace",
    "cho2014-char",
    "bahdanau2015-word",
    "luong2015-bpe",
    "transformer2017-unigram",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small trained models and their translations; takes half a minute of one core."""
    folder = tmp_path_factory.mktemp("page-runs")
    program = [sys.executable, page_runs.__file__, str(folder), *NAMES]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_the_same_translations(folder: Path, name: str) -> None:
    content = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    assert len(content["texts"]) == 200
    assert len({found[0]["text"] for found in content["greedy"]}) > 15  # it has learnt something
    for way, options in (
        ("greedy", {"beamSize": 1}),
        ("beam", {"beamSize": 5, "numBest": page_runs.NUM_BEST}),
    ):
        said = page_engine.run(
            "translator",
            *[["translate", text, options] for text in content["texts"]],
            create="Translator",
            argument=content["packed"],
        )
        for found, expected in zip(said, content[way], strict=True):
            assert_same_hypotheses(found["hypotheses"], expected)


def assert_same_hypotheses(said: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    keys = ("ids", "text")
    assert [[one[key] for key in keys] for one in said] == [
        [one[key] for key in keys] for one in expected
    ]
    page_engine.assert_close(
        "score", [one["score"] for one in said], [one["score"] for one in expected]
    )
    for one, other in zip(said, expected, strict=True):
        page_engine.assert_close("tokens", one["tokenLogProbs"], other["logs"])
