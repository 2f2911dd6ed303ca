"""Converted models compute what the model does, are kept, and are made anew for other weights."""

from pathlib import Path

import ctranslate2
import numpy as np
import pytest
import torch
from transformer_runs import transformer, transformer_run

from seq2see.decoding.backends import conversion
from seq2see.decoding.backends.conversion import check, convert, converted
from seq2see.errors import RunError
from seq2see.models.interface import Source
from seq2see.run import Run
from seq2see.tokens import BOS_ID, EOS_ID


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return transformer_run(tmp_path / "run")


@pytest.mark.parametrize("norm", ["pre", "post"])
@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("shared", [True, False])
def test_log_probabilities_are_the_models(
    tmp_path: Path, norm: str, tied: bool, shared: bool
) -> None:
    run = transformer_run(
        tmp_path / "run", shared=shared, model__norm=norm, model__tie_weights=tied
    )
    model = transformer(run)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    path = tmp_path / "converted"
    path.mkdir()
    convert(model, run.source_tokenizer, run.target_tokenizer).save(str(path))
    source, target = [5, 4, 8, 6, 7, 4, 9], [7, 4, 6, 6, 8]
    ids = torch.tensor([[*source, EOS_ID]])
    with torch.inference_mode():
        encoded = model.encode(Source(ids, ids > 0))
        features = model.decode(torch.tensor([[BOS_ID, *target]]), encoded).features
        log_probs = model.output.log_probs(features)[0]
    expected = log_probs[range(len(target) + 1), [*target, EOS_ID]]
    [scored] = ctranslate2.Translator(str(path)).score_batch(
        [[run.source_tokenizer.vocab[token] for token in source]],
        [[run.target_tokenizer.vocab[token] for token in target]],
    )
    np.testing.assert_allclose(scored.log_probs, expected, atol=2e-5)
    for name, value in model.state_dict().items():
        torch.testing.assert_close(value, before[name], rtol=0, atol=0)


def test_a_model_that_computes_something_else_is_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "converted"
    path.mkdir()
    tokenizers = run.source_tokenizer, run.target_tokenizer
    convert(transformer(run, seed=3), *tokenizers).save(str(path))
    check(path, transformer(run, seed=3), *tokenizers)
    expected = r"log-probabilities differ by .* from PyTorch's, .*`--backend torch`\.$"
    with pytest.raises(RunError, match=expected):
        check(path, transformer(run, seed=4), *tokenizers)


def test_positions_are_counted_as_in_the_model_to_the_last(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check's longest sentence has 34 tokens and its end: as many as there are positions."""
    monkeypatch.setattr(conversion, "POSITIONS", 35)
    path = converted(run.path, transformer(run), run.source_tokenizer, run.target_tokenizer)
    assert (path / "model.bin").is_file()


def test_a_conversion_is_kept_until_the_weights_change(run: Run) -> None:
    tokenizers = run.source_tokenizer, run.target_tokenizer
    first = converted(run.path, transformer(run, seed=3), *tokenizers)
    assert first.parent == run.path / "ctranslate2"
    written = (first / "model.bin").stat().st_mtime_ns
    assert converted(run.path, transformer(run, seed=3), *tokenizers) == first
    assert (first / "model.bin").stat().st_mtime_ns == written
    second = converted(run.path, transformer(run, seed=4), *tokenizers)
    assert second != first
    assert list(first.parent.iterdir()) == [second]  # neither the old one nor anything half made


def test_a_place_that_cannot_be_written_is_named(run: Run) -> None:
    (run.path / "ctranslate2").write_text("in the way", encoding="utf-8")
    with pytest.raises(RunError, match=r"^The CTranslate2 model `.*` cannot be written \(File exi"):
        converted(run.path, transformer(run), run.source_tokenizer, run.target_tokenizer)
