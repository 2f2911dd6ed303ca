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


def letter(number: int) -> str:
    return "abcdefghijkl"[number]


def pronunciation(number: int) -> str:
    word = f"mot{letter(number)}"
    return f"{word}\t{' '.join(word.upper())}"


def inflection(number: int) -> str:
    lemma = f"Hahn{letter(number)}"
    return f"{lemma}\t{lemma}es\tN;{'GEN' if number % 2 else 'NOM'};SG"


def either(number: int, first: str, second: str) -> str:
    """The targets have to differ, or there would be nothing to learn."""
    return second if number % 2 else first


LINES: dict[str, Callable[[int], str]] = {
    "g2p": pronunciation,
    "g2p-hungarian": pronunciation,
    "inflection": inflection,
    "inflection-low": inflection,
    "dates-50k": lambda n: f"may {n + 1}, 1994   _1994-05-{n + 1:02}",
    "marathi": lambda n: f"Sentence {letter(n)}!\tवाक्य {letter(n)}!\tCC-BY",
    "tagging": lambda n: f"word{n} Berg lives\t{either(n, 'B-PER I-PER', 'O O')} O",
    "classification": lambda n: f"waste {n}\t{either(n, 'negative', 'positive')}",
    "relations": lambda n: f"Oslo\tNorway\tOslo {n} in Norway .\t{either(n, 'capital', 'none')}",
    "path-queries": lambda n: f"Oslo{n}\tcapital_of continent\t{either(n, 'Europe', 'Asia')}",
    "summarising": lambda n: f"here is sentence {n} of some length\tsentence {n}",
    "dialogue": lambda n: f"who is {n}?\tit is {n}.",
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
            text = "".join(f"sentence {number} in {language}\n" for number in range(PAIRS))
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
        parts = {"train": 50, "valid": 9, "test": 9}
        few |= {f"data.{part}": f'["builtin:dates/{part}:{n}"]' for part, n in parts.items()}
    sets = [part for key, value in few.items() for part in ("--set", f"{key}={value}")]
    trained = seq2see("train", "--config", path, "--out", "run", *sets)
    assert trained.code == 0, trained.err
    done = seq2see("evaluate", "run", "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    for name in settings.get("evaluate", {}).get("metrics", ()):
        assert found[name] >= 0
        assert found["intervals"][name]["low"] <= found[name] <= found["intervals"][name]["high"]
