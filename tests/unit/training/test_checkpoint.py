"""Checkpoints: whole or not there, and exactly what was saved."""

import json
from pathlib import Path

import pytest
import torch
from torch import nn

from seq2see import weights
from seq2see.errors import RunError
from seq2see.training import checkpoint
from seq2see.training.checkpoint import Progress


def network(seed: int = 1) -> nn.Linear:
    torch.manual_seed(seed)
    return nn.Linear(3, 2)


def adam(model: nn.Module) -> torch.optim.Optimizer:
    return torch.optim.Adam(model.parameters(), lr=0.1)


def trained() -> tuple[nn.Module, torch.optim.Optimizer]:
    model = network()
    optimizer = adam(model)
    model(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    return model, optimizer


def saved(run: Path, *updates: int) -> None:
    model, optimizer = trained()
    for update in updates:
        checkpoint.save(run, Progress(update=update), model, optimizer, {})


def test_loading_gives_back_everything(tmp_path: Path) -> None:
    model, optimizer = trained()
    progress = Progress(
        update=7, epoch=1, batch=3, tokens=99, best=0.1 + 0.2, best_update=4, worse=2,
        window_loss=1 / 3, window_tokens=5, first_loss=2.5, threads=1, stopped="", finished=0,
    )  # fmt: skip
    path = checkpoint.save(tmp_path, progress, model, optimizer, {"format": "seq2see"})
    assert path == tmp_path / "checkpoints" / "step-7"
    other = network(2)
    resumed = adam(other)
    assert checkpoint.load(tmp_path, 7, other, resumed) == progress
    assert torch.equal(next(other.parameters()), next(model.parameters()))
    assert resumed.state_dict()["state"].keys() == optimizer.state_dict()["state"].keys()
    assert weights.read(path / "model.safetensors")[1] == {"format": "seq2see"}


def test_checkpoints_are_listed_in_order_and_half_ones_are_not(tmp_path: Path) -> None:
    assert checkpoint.updates(tmp_path) == []
    saved(tmp_path, 9, 100, 20)
    (tmp_path / "checkpoints" / ".step-110.writing").mkdir()
    (tmp_path / "checkpoints" / "step-x").mkdir()
    assert checkpoint.updates(tmp_path) == [9, 20, 100]


@pytest.mark.parametrize(
    ("keep", "expected"), [(1, [30, 37]), (2, [20, 30, 37]), (9, [10, 20, 30, 37])]
)
def test_pruning_keeps_the_newest_and_does_not_count_those_of_ctrl_c(
    tmp_path: Path, keep: int, expected: list[int]
) -> None:
    saved(tmp_path, 10, 20, 30, 37)
    checkpoint.prune(tmp_path, keep, 10)
    assert checkpoint.updates(tmp_path) == expected
    saved(tmp_path, 40)
    checkpoint.prune(tmp_path, 1, 10)
    assert checkpoint.updates(tmp_path) == [40]


def test_pruning_takes_away_what_killed_processes_left(tmp_path: Path) -> None:
    saved(tmp_path, 10)
    for name in (".step-5.writing", ".step-3.deleting"):
        (tmp_path / "checkpoints" / name).mkdir()
    checkpoint.prune(tmp_path, 1, 10)
    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == ["step-10"]


def test_the_state_can_be_written_anew(tmp_path: Path) -> None:
    saved(tmp_path, 5)
    checkpoint.save_progress(tmp_path, Progress(update=5, finished=5, stopped="patience"))
    model = network()
    found = checkpoint.load(tmp_path, 5, model, adam(model))
    assert (found.finished, found.stopped) == (5, "patience")


def test_the_average_is_the_mean_of_every_weight(tmp_path: Path) -> None:
    values = [[1.0, 2.0], [3.0, 5.0], [2.0, 2.0]]
    paths = []
    for index, value in enumerate(values):
        path = tmp_path / str(index)
        path.mkdir()
        content = weights.to_bytes({"w": torch.tensor(value)})
        (path / "model.safetensors").write_bytes(content)
        paths.append(path)
    found = checkpoint.average(paths)
    assert found["w"].tolist() == [2.0, 3.0]
    assert found["w"].dtype == torch.float32


@pytest.mark.parametrize("name", ["model.safetensors", "optimizer.safetensors", "state.json"])
@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "garbage"])
def test_a_broken_file_is_named_with_the_way_out(tmp_path: Path, name: str, damage: str) -> None:
    saved(tmp_path, 5)
    path = tmp_path / "checkpoints" / "step-5" / name
    content = path.read_bytes()
    path.unlink()
    if damage != "missing":
        broken = {"empty": b"", "cut": content[:-9], "garbage": b"\xff\xfe{}"}
        path.write_bytes(broken[damage])
    model = network()
    with pytest.raises(RunError) as caught:
        checkpoint.load(tmp_path, 5, model, adam(model))
    message = str(caught.value)
    assert message.startswith(f"`{path}` is ")
    assert message.endswith(f"; delete `{path.parent}` to resume from what was before it.")


@pytest.mark.parametrize("content", [[], {"update": 5, "colour": "red"}])
def test_a_state_of_another_kind_is_refused(tmp_path: Path, content: object) -> None:
    saved(tmp_path, 5)
    path = tmp_path / "checkpoints" / "step-5" / "state.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    model = network()
    with pytest.raises(RunError, match=r"state\.json` is not a readable training state"):
        checkpoint.load(tmp_path, 5, model, adam(model))


def test_weights_of_another_model_are_refused(tmp_path: Path) -> None:
    saved(tmp_path, 5)
    other = nn.Linear(4, 2)
    with pytest.raises(RunError, match=r"step-5/model\.safetensors` has `weight` of shape"):
        checkpoint.load(tmp_path, 5, other, adam(other))
