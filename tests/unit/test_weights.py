"""Weights as safetensors: nothing is lost, equal tensors are equal bytes, errors name names."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from seq2see import weights
from seq2see.errors import RunError


def layer(features: int = 3) -> nn.Linear:
    torch.manual_seed(features)
    return nn.Linear(features, 2)


class Tied(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Parameter(torch.arange(3.0))
        self.second = self.first


def written(path: Path, model: nn.Module) -> Path:
    path.write_bytes(weights.to_bytes(weights.parameters_of(model), {"made": "here"}))
    return path


def test_reading_gives_back_what_was_written(tmp_path: Path) -> None:
    model = layer()
    tensors, metadata = weights.read(written(tmp_path / "w", model))
    assert metadata == {"made": "here"}
    assert tensors.keys() == {"weight", "bias"}
    other = nn.Linear(3, 2)
    weights.load_parameters(other, tensors, tmp_path / "w")
    assert torch.equal(other.weight, model.weight)
    assert torch.equal(other.bias, model.bias)
    assert other.weight.requires_grad


def test_no_tensors_at_all_are_readable_too(tmp_path: Path) -> None:
    (tmp_path / "w").write_bytes(weights.to_bytes({}))
    assert weights.read(tmp_path / "w") == ({}, {})


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.int64])
def test_numbers_keep_their_kind(tmp_path: Path, dtype: torch.dtype) -> None:
    tensor = torch.tensor([[1, 2], [3, 4]], dtype=dtype).T  # not contiguous
    (tmp_path / "w").write_bytes(weights.to_bytes({"ü": tensor}))
    tensors, _ = weights.read(tmp_path / "w")
    assert tensors["ü"].dtype == dtype
    assert torch.equal(tensors["ü"], tensor)


def test_every_process_writes_the_same_bytes() -> None:
    script = (
        "import sys, torch; from seq2see import weights\n"
        "metadata = {name: name for name in 'abcdefgh'}\n"
        "sys.stdout.buffer.write(weights.to_bytes({'w': torch.ones(3)}, metadata))"
    )
    outputs = {
        subprocess.run([sys.executable, "-c", script], check=True, stdout=subprocess.PIPE).stdout
        for _ in range(2)
    }
    here = weights.to_bytes({"w": torch.ones(3)}, {name: name for name in "hgfedcba"})
    assert outputs == {here}


def test_tied_parameters_are_kept_once() -> None:
    assert list(weights.parameters_of(Tied())) == ["first"]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"w` is missing; restore it from a copy\.$"):
        weights.read(tmp_path / "w")
    with pytest.raises(RunError, match=r"is missing; delete it\.$"):
        weights.read(tmp_path / "w", "delete it")


@pytest.mark.parametrize("kept", [0, 4, 20, -1])
def test_a_file_cut_short_is_named(tmp_path: Path, kept: int) -> None:
    path = written(tmp_path / "w", layer())
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(RunError, match=r"w` is not a readable safetensors file .*; restore it"):
        weights.read(path)


def test_a_directory_is_no_weights(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="is not a readable safetensors file"):
        weights.read(tmp_path)


def test_a_parameter_too_few_or_too_many_is_named(tmp_path: Path) -> None:
    model = layer()
    tensors = {"weight": model.weight.detach()}
    with pytest.raises(RunError, match="lacks parameter `bias`; it belongs to another config"):
        weights.load_parameters(model, tensors, tmp_path)
    tensors = {**weights.parameters_of(model), "gate": torch.ones(1)}
    with pytest.raises(RunError, match="has an unknown parameter `gate`"):
        weights.load_parameters(model, tensors, tmp_path)


def test_another_shape_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"`weight` of shape \[2, 4\].* asks for \[2, 3\]"):
        weights.load_parameters(layer(3), weights.parameters_of(layer(4)), tmp_path)


@pytest.mark.parametrize("kind", [torch.optim.Adam, torch.optim.AdamW, torch.optim.SGD])
def test_an_optimizer_goes_on_as_if_nothing_had_happened(
    tmp_path: Path, kind: type[torch.optim.Optimizer]
) -> None:
    def step(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        optimizer.zero_grad()
        model(torch.ones(1, 3)).pow(2).sum().backward()
        optimizer.step()

    model, other = layer(), layer()
    optimizer = kind(model.parameters(), lr=0.1)  # type: ignore[call-arg]
    names = [name for name, _ in model.named_parameters()]
    for _ in range(3):
        step(model, optimizer)
    path = tmp_path / "optimizer.safetensors"
    path.write_bytes(weights.to_bytes(weights.optimizer_tensors(optimizer, names)))
    other.load_state_dict(model.state_dict())
    resumed = kind(other.parameters(), lr=0.1)  # type: ignore[call-arg]
    weights.load_optimizer(resumed, weights.read(path)[0], names, path)
    step(model, optimizer)
    step(other, resumed)
    assert torch.equal(model.weight, other.weight)


def test_state_of_an_unknown_parameter_is_refused(tmp_path: Path) -> None:
    optimizer = torch.optim.Adam(layer().parameters())
    tensors = {"gate:exp_avg": torch.ones(1)}
    with pytest.raises(RunError, match="state of an unknown parameter `gate`"):
        weights.load_optimizer(optimizer, tensors, ["weight", "bias"], tmp_path / "o")
