"""Which backend is taken, and what is refused."""

import sys
from pathlib import Path

import pytest
from transformer_runs import transformer, transformer_run

from seq2see import config
from seq2see.decoding.backends import described, model_obstacle
from seq2see.decoding.backends.choice import choose
from seq2see.errors import ConfigError, MissingExtraError
from seq2see.models import presets
from seq2see.run import Run
from seq2see.tokenizer import Tokenizer


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return transformer_run(tmp_path / "run")


@pytest.fixture
def recurrent(tmp_path: Path) -> Run:
    tokenizer = Tokenizer.train(["un deux trois"], kind="word", vocab_size=20)
    return Run.create(
        tmp_path / "run", config.resolve(arch="luong2015", size="tiny"), tokenizer, tokenizer, {}
    )


def test_auto_takes_it_where_it_can(run: Run) -> None:
    assert choose("torch", run, transformer(run)) is None
    assert not (run.path / "ctranslate2").exists()
    found = choose("auto", run, transformer(run))
    assert found is not None
    assert found.compute_type == "int8"


def test_recurrent_models_are_torchs(recurrent: Run) -> None:
    model = recurrent.new_model()
    assert choose("auto", recurrent, model) is None
    expected = (
        r"^`backend` is `ctranslate2`, but CTranslate2 runs only Transformers, and `luong2015` is "
        r"recurrent; use `torch`, or `auto` for what fits\.$"
    )
    with pytest.raises(ConfigError, match=expected):
        choose("ctranslate2", recurrent, model)


def test_a_missing_package_is_named_with_its_remedy(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "ctranslate2"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "ctranslate2", None)
    assert choose("auto", run, transformer(run)) is None
    with pytest.raises(MissingExtraError, match=r"`pip install 'seq2see\[ctranslate2\]'`"):
        choose("ctranslate2", run, transformer(run))
    assert (
        described(run.config.model) == "torch (faster after `pip install 'seq2see[ctranslate2]'`)"
    )


def test_a_precision_that_the_machine_lacks_is_torchs(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctranslate2.get_supported_compute_types", lambda *_: {"float32"})
    model = transformer(run)
    assert choose("auto", run, model, "bf16") is None
    with pytest.raises(ConfigError, match=r"CTranslate2 does not compute in `bf16` on this cpu; "):
        choose("ctranslate2", run, model, "bf16")
    assert choose("ctranslate2", run, model, "fp32") is not None


def test_a_run_that_cannot_be_written_is_torchs(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    assert choose("auto", run, transformer(run)) is None


def test_an_unknown_backend_is_named(run: Run) -> None:
    with pytest.raises(ConfigError, match=r"but is `onnx`\.$"):
        choose("onnx", run, transformer(run))


@pytest.mark.parametrize("architecture", presets.ARCHITECTURES, ids=lambda one: one.name)
def test_configurations_say_what_will_translate(architecture: presets.Architecture) -> None:
    model = config.resolve(arch=architecture.name).model
    if architecture.name == "transformer2017":
        assert model_obstacle(model) is None
        assert described(model) == "ctranslate2"
    else:
        assert described(model) == (
            f"torch (CTranslate2 runs only Transformers, and `{architecture.name}` is recurrent)"
        )
