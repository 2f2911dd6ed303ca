"""What to compute on, alone and beside other processes of a job."""

from collections.abc import Iterator

import pytest
import torch

from seq2see.errors import ConfigError
from seq2see.machine import Machine
from seq2see.processes import Place


@pytest.fixture(autouse=True)
def threads_of_before() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture
def four_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The third of four on this machine."""
    for name, value in {"WORLD_SIZE": 4, "LOCAL_WORLD_SIZE": 4, "RANK": 2, "LOCAL_RANK": 2}.items():
        monkeypatch.setenv(name, str(value))


@pytest.mark.usefixtures("four_processes")
def test_processes_take_a_share_of_the_cores_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Place, "threads", lambda _: 2)
    Machine(device="cpu").prepare()
    assert torch.get_num_threads() == 2
    Machine(device="cpu", threads=3).prepare()
    assert torch.get_num_threads() == 3


@pytest.mark.usefixtures("four_processes")
@pytest.mark.parametrize("device", [None, "cuda"])
def test_more_processes_than_gpus_are_refused(
    device: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 3)
    with pytest.raises(
        ConfigError, match="4 processes on this machine, but only 3 GPUs; start one process for ea"
    ):
        Machine(device=device).prepare()


@pytest.mark.usefixtures("four_processes")
def test_each_process_has_a_gpu_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[torch.device] = []
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 4)
    monkeypatch.setattr(torch.cuda, "set_device", taken.append)
    monkeypatch.setattr(torch, "empty", lambda *_, device: torch.zeros(1))
    assert Machine(device="cuda").prepare() == torch.device("cuda:2")
    assert taken == [torch.device("cuda:2")]
