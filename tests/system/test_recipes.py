"""Every recipe trains for a few updates and is evaluated, on small corpora of its form."""

import gzip
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import seq2see

RECIPES = Path(__file__).parents[2] / "recipes"
PAIRS = 12


def pronunciation(number: int) -> str:
    word = f"mot{'abcdefghijkl'[number]}"
    return f"{word}\t{' '.join(word.upper())}"


def inflection(number: int) -> str:
    lemma = f"Hahn{'abcdefghijkl'[number]}"
    return f"{lemma}\t{lemma}es\tN;{'GEN' if number % 2 else 'NOM'};SG"


def sentence(number: int) -> str:
    return f"here is sentence {number} of some"


LINES: dict[str, Callable[[int], str]] = {
    "g2p": pronunciation,
    "g2p-hungarian": pronunciation,
    "inflection": inflection,
    "dates-50k": lambda number: f"may {number + 1}, 1994   _1994-05-{number + 1:02}",
    "marathi": lambda number: f"Sentence {number}!\tवाक्य {number}!\tCC-BY",
    "tagging": lambda number: f"word{number} Berg lives\tB-PER I-PER O",
    "classification": lambda number: f"waste {number}\t{'negative' if number % 2 else 'positive'}",
    "relations": lambda number: f"Oslo\tNorway\tOslo {number} in Norway .\tcapital_of",
    "path-queries": lambda number: f"Oslo{number}\tcapital_of continent\tEurope",
    "summarising": lambda number: f"{sentence(number)} length\tsentence {number}",
    "dialogue": lambda number: f"who is {number}?\tit is {number}.",
}
"""Lines of the corpora, where a recipe has such."""


def write_corpora(recipe: str, data: dict[str, Any]) -> None:
    """Write what a recipe expects, below the working directory."""
    for spec in {*data["train"], *data.get("valid", ()), *data.get("test", ())}:
        if spec.startswith("builtin:"):
            continue
        Path(spec).parent.mkdir(parents=True, exist_ok=True)
        if recipe in LINES:
            # One that has no `.gz` in its name is found with it, too.
            text = "".join(f"{LINES[recipe](number)}\n" for number in range(PAIRS))
            Path(f"{spec}.gz").write_bytes(gzip.compress(text.encode()))
            continue
        for language in data["pair"].split("-"):
            text = "".join(f"{sentence(number)} {language}\n" for number in range(PAIRS))
            Path(f"{spec}.{language}").write_text(text)


@pytest.mark.parametrize("recipe", sorted(path.stem for path in RECIPES.glob("*.toml")))
def test_a_recipe_trains_and_is_evaluated(
    recipe: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = RECIPES / f"{recipe}.toml"
    settings = tomllib.loads(path.read_text(encoding="utf-8"))
    write_corpora(recipe, settings["data"])
    few = {
        "model.size": "tiny",
        "train.max_updates": 2,
        "train.batch_tokens": 128,
        "train.warmup_updates": 1,
        "train.validate_sentences": 2,
        "data.max_pairs": 50,
        "decode.beam_size": 1,
        "decode.max_length": 8,
    }
    if settings["data"]["train"] == ["builtin:dates"]:
        few |= {"data.valid": '["builtin:dates/valid:9"]', "data.test": '["builtin:dates/test:9"]'}
    sets = [part for key, value in few.items() for part in ("--set", f"{key}={value}")]
    trained = seq2see("train", "--config", path, "--out", "run", *sets)
    assert trained.code == 0, trained.err
    done = seq2see("evaluate", "run", "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    for name in settings.get("evaluate", {}).get("metrics", ()):
        assert found[name] >= 0
        assert found["intervals"][name]["low"] <= found[name] <= found["intervals"][name]["high"]
