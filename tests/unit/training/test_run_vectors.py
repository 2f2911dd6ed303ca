"""Word vectors in a run: where training begins, what stays, what is kept and what is said."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from small_trainings import SETTINGS, SIZES, write_corpora
from torch import Tensor

from seq2see import api, weights
from seq2see.errors import ConfigError, DataError
from seq2see.models.build import embeddings_of
from seq2see.run import Run
from seq2see.training.listener import Silent
from seq2see.training.randomness import fix_randomness

VECTORS = {
    "un": [0.5] * 8,
    "deux": [-1.0, 1.0] * 4,
    "quatre": [0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75],
}
UPPER = {word.upper(): [-number for number in numbers] for word, numbers in VECTORS.items()}


class Said(Silent):
    """Keeps what is said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        self.lines.append(text)


def write_vectors(path: Path, vectors: dict[str, list[float]]) -> str:
    lines = (f"{word} {' '.join(map(str, numbers))}\n" for word, numbers in vectors.items())
    path.write_text("".join(lines), encoding="utf-8")
    return str(path)


def train(folder: Path, listener: Silent | None = None, **changes: Any) -> Run:
    """Train for four updates with vectors of three of the six words on each side."""
    folder.mkdir(exist_ok=True)
    named = write_corpora(folder)
    sizes = SIZES["transformer2017" if changes.get("arch") == "transformer2017" else "recurrent"]
    settings = {**SETTINGS, **sizes, **named, "train.max_updates": 4, "model.dropout": 0.0}
    settings |= {
        "vectors.source": write_vectors(folder / "source.txt", VECTORS),
        "vectors.target": write_vectors(folder / "target.txt", UPPER),
    }
    settings |= {key.replace("__", "."): value for key, value in changes.items() if "__" in key}
    return api.train(
        named["data.train"],
        out=folder / "run",
        arch=changes.get("arch", "bahdanau2015"),
        size="tiny",
        settings=settings,
        listener=listener or Silent(),
    )


def embedding(run: Run, side: str) -> Tensor:
    return embeddings_of(run.load_model())[side].weight.detach()


def ids_of(run: Run, side: str, words: list[str]) -> list[int]:
    tokenizer = run.source_tokenizer if side == "source" else run.target_tokenizer
    return [tokenizer.encode(word).ids[0] for word in words]


@pytest.mark.parametrize("arch", ["bahdanau2015", "luong2015", "transformer2017"])
def test_frozen_vectors_stay_and_all_else_is_trained(tmp_path: Path, arch: str) -> None:
    run = train(tmp_path, arch=arch, vectors__freeze=True, vectors__rescale=False)
    fresh = fresh_embeddings(run)
    for side, given in (("source", VECTORS), ("target", UPPER)):
        weight, ids = embedding(run, side), ids_of(run, side, list(given))
        assert weight[ids].tolist() == list(given.values())
        others = [row for row in range(4, len(weight)) if row not in ids]
        assert len(others) == 3
        assert (weight[others] != fresh[side][others]).any(dim=1).all()


def fresh_embeddings(run: Run) -> dict[str, Tensor]:
    """As they were drawn, before any vector was laid in."""
    with torch.random.fork_rng():
        fix_randomness(run.config.train.seed, 0)
        return {side: one.weight.detach() for side, one in embeddings_of(run.new_model()).items()}


def test_without_freezing_training_begins_with_them(tmp_path: Path) -> None:
    """Adam's first update moves nothing by more than its rate, which is 0.02."""
    run = train(tmp_path, vectors__rescale=False, train__max_updates=1)
    weight, ids = embedding(run, "source"), ids_of(run, "source", list(VECTORS))
    expected = torch.tensor(list(VECTORS.values()))
    torch.testing.assert_close(weight[ids], expected, atol=0.0201, rtol=0)
    assert (weight[ids] != expected).any()
    others = [row for row in range(len(weight)) if row not in ids]
    torch.testing.assert_close(
        weight[others], fresh_embeddings(run)["source"][others], atol=0.0201, rtol=0
    )


def test_rescaled_they_are_as_large_as_fresh_ones(tmp_path: Path) -> None:
    run = train(tmp_path, vectors__freeze=True)
    for side, given in (("source", VECTORS), ("target", UPPER)):
        fresh = fresh_embeddings(run)[side].numpy()
        found = embedding(run, side)[ids_of(run, side, list(given))].numpy()
        values = np.array(list(given.values()))
        factor = np.sqrt((fresh**2).mean() / (values**2).mean())
        np.testing.assert_allclose(found, factor * values, rtol=1e-5)


def test_tied_the_output_layer_begins_with_them(tmp_path: Path) -> None:
    run = train(
        tmp_path, arch="transformer2017", model__tie_weights=True, vectors__freeze=True,
        vectors__rescale=False,
    )  # fmt: skip
    model = run.load_model()
    ids = ids_of(run, "target", list(UPPER))
    assert model.get_parameter("target_embedding.weight")[ids].tolist() == list(UPPER.values())
    assert model.output.weight is model.get_parameter("target_embedding.weight")  # type: ignore[attr-defined]


def test_the_run_needs_its_files_no_more(tmp_path: Path) -> None:
    """A run stopped and resumed without them ends as one that never stopped."""
    whole = train(tmp_path / "whole", train__max_updates=8, vectors__freeze=True)
    part = train(tmp_path / "part", train__max_updates=4, vectors__freeze=True)
    for name in ("source.txt", "target.txt"):
        (tmp_path / "part" / name).unlink()
    api.load(part.path).translate("un deux")
    api.resume(part.path, settings={"train.max_updates": 8}, listener=Silent())
    expected, found = (
        weights.read(run.path / "checkpoints" / "step-8" / "model.safetensors")[0]
        for run in (whole, part)
    )
    assert expected.keys() == found.keys()
    assert all(torch.equal(expected[name], found[name]) for name in expected)


def test_coverage_is_said_and_recorded(tmp_path: Path) -> None:
    """Three words of six, in a corpus whose words are counted here once more."""
    said = Said()
    run = train(tmp_path, said)
    texts = [json.loads(line) for line in (tmp_path / "train.jsonl").read_text().splitlines()]
    words = [word for text in texts for word in text["source"].split()]
    share = sum(word in VECTORS for word in words) / len(words)
    line = f"source vectors: 3 words of the vocabulary (50.0%), {share:.1%} of the training tokens"
    assert line in said.lines
    summary = json.loads((run.path / "data" / "summary.json").read_text())["vectors"]
    assert summary["source"] == {
        "file": "source.txt", "words": 3, "lowered": 0, "types": 0.5,
        "tokens": pytest.approx(share),
    }  # fmt: skip
    card = (run.path / "README.md").read_text()
    row = f"| source vectors | `source.txt`: 50.0% of the vocabulary, {share:.1%} of the tokens |"
    assert row in card


def test_other_widths_are_refused(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError,
        match=r"`vectors.source` is .* 8 numbers, but `model.embed_dim` is 6; set `model.embed_dim",
    ):
        train(tmp_path, model__embed_dim=6)
    assert not (tmp_path / "run").exists()


def test_vectors_of_other_words_are_refused(tmp_path: Path) -> None:
    other = write_vectors(tmp_path / "other.txt", {"dog": [1.0] * 8})
    with pytest.raises(DataError, match="a vector for none of the words of the target vocabulary"):
        train(tmp_path, vectors__target=other)
