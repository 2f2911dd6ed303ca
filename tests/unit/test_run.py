"""The run directory."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from small_trainings import pairs, tiny_config

from seq2see import weights
from seq2see.data import corpus
from seq2see.data.vocabulary import train_tokenizers
from seq2see.errors import RunError, UsageError
from seq2see.run import Run, refuse_existing, versions


def create(folder: Path, *, shared: bool = False, words: int = 30) -> Run:
    config = tiny_config(folder, tokenizer__shared=shared)
    source, target = train_tokenizers(config.tokenizer, pairs(words))
    held_out = "".join(corpus.to_jsonl(pairs(2))).encode()
    run = Run.create(folder / "run", config, source, target, {"valid.jsonl": held_out})
    torch.manual_seed(1)
    parameters = weights.parameters_of(run.new_model())
    run.weights_path.write_bytes(weights.to_bytes(parameters, run.metadata))
    return run


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return create(tmp_path)


def test_opening_gives_back_what_was_created(run: Run) -> None:
    found = Run.open(run.path)
    assert found.config == run.config
    assert found.source_tokenizer.vocab == run.source_tokenizer.vocab
    assert found.target_tokenizer.vocab == run.target_tokenizer.vocab
    assert [pair[:2] for pair in found.held_out("valid")] == [pair[:2] for pair in pairs(2)]
    assert found.held_out("test") == []
    assert found.weights_path == run.path / "model.safetensors"


def test_a_shared_tokenizer_is_one_file_and_one_object(tmp_path: Path) -> None:
    create(tmp_path, shared=True)
    found = Run.open(tmp_path / "run")
    assert found.source_tokenizer is found.target_tokenizer
    assert [path.name for path in found.path.glob("*tokenizer.json")] == ["tokenizer.json"]


def test_a_run_may_be_moved(run: Run, tmp_path: Path) -> None:
    expected = weights.parameters_of(run.load_model())
    moved = tmp_path / "elsewhere" / "Ünïcode name"
    moved.parent.mkdir()
    shutil.move(run.path, moved)
    found = weights.parameters_of(Run.open(moved).load_model())
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], tensor) for name, tensor in expected.items())


def test_the_model_that_is_loaded_is_in_evaluation_mode(run: Run) -> None:
    model = run.load_model()
    assert not model.training
    other = run.path / "other.safetensors"
    shutil.copy(run.weights_path, other)
    assert torch.equal(next(run.load_model(other).parameters()), next(model.parameters()))


def test_another_configuration_can_be_written(run: Run) -> None:
    config = replace(run.config, train=replace(run.config.train, max_updates=77))
    replace(run, config=config).write_config()
    assert Run.open(run.path).config == config
    assert 'torch = "' in (run.path / "config.toml").read_text(encoding="utf-8")


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    refuse_existing(tmp_path / "new")
    (tmp_path / "empty").mkdir()
    refuse_existing(tmp_path / "empty")
    (tmp_path / "file").touch()
    for name in ("file", ""):
        with pytest.raises(UsageError, match="exists already; choose another --out"):
            refuse_existing(tmp_path / name)


def test_a_run_in_the_way_is_not_touched(run: Run) -> None:
    before = (run.path / "config.toml").read_bytes()
    with pytest.raises(UsageError, match=rf"--resume --out {run.path}`\.$"):
        Run.create(run.path, run.config, run.source_tokenizer, run.target_tokenizer, {})
    assert (run.path / "config.toml").read_bytes() == before


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"missing` does not exist"):
        Run.open(tmp_path / "missing")
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match=r"file` is a file, but must be a run directory"):
        Run.open(tmp_path / "file")
    with pytest.raises(RunError, match=r"has no config\.toml, so it is not a run directory"):
        Run.open(tmp_path)


@pytest.mark.parametrize("content", ["[model", "", "\x00", "[model]\nhidden_dm = 3\n[versions]\n"])
def test_a_broken_configuration_is_named(run: Run, content: str) -> None:
    (run.path / "config.toml").write_text(content, encoding="utf-8")
    with pytest.raises(
        RunError, match=r"config\.toml` (is incomplete|is not valid|cannot be used)"
    ):
        Run.open(run.path)


def test_a_configuration_cut_short_is_noticed(run: Run) -> None:
    path = run.path / "config.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("[decode]")], encoding="utf-8")
    with pytest.raises(RunError, match=r"config\.toml` is incomplete: .*`\[versions\]`"):
        Run.open(run.path)


@pytest.mark.parametrize("name", ["source.tokenizer.json", "target.tokenizer.json"])
@pytest.mark.parametrize("content", [None, "", "{}"])
def test_a_broken_tokenizer_is_named(run: Run, name: str, content: str | None) -> None:
    (run.path / name).unlink()
    if content is not None:
        (run.path / name).write_text(content, encoding="utf-8")
    with pytest.raises(RunError, match=rf"`[^`]*{name}`"):
        Run.open(run.path)


def test_weights_of_other_tokenizers_are_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = create(tmp_path / "other", words=3)
    with pytest.raises(RunError, match="trained with another source tokenizer than the one in"):
        run.load_model(other.weights_path)
    shutil.copy(other.path / "target.tokenizer.json", run.path)
    with pytest.raises(RunError, match=r"another target tokenizer than .* put back the tokenizer"):
        Run.open(run.path).load_model()


def test_weights_of_another_size_are_refused(run: Run) -> None:
    config = replace(run.config, model=replace(run.config.model, embed_dim=9))
    with pytest.raises(RunError, match=r"model\.safetensors` has `.*` of shape .* asks for"):
        replace(run, config=config).load_model()


def test_missing_weights_are_named(run: Run) -> None:
    run.weights_path.unlink()
    with pytest.raises(RunError, match=r"model\.safetensors` is missing"):
        run.load_model()


def test_versions_say_what_a_run_was_made_with() -> None:
    assert versions()["torch"].startswith(torch.__version__.partition("+")[0])
    assert {"seq2see", "tokenizers", "sacrebleu", "numpy", "python"} < versions().keys()
