"""The place of a process in its job, and what a process alone does with it all."""

import os
import sys
from typing import Any

import pytest
import torch
from command_line import seq2see

from seq2see.errors import JobError, UsageError
from seq2see.processes import ALONE, Group, Place, one_voice, speaking

TORCHRUN = {
    "WORLD_SIZE": "6", "RANK": "4", "LOCAL_WORLD_SIZE": "3", "LOCAL_RANK": "1", "GROUP_RANK": "1",
}  # fmt: skip


@pytest.mark.parametrize("environment", [{}, {"WORLD_SIZE": "1"}, {"RANK": "7"}])
def test_without_others_a_process_is_alone(environment: dict[str, str]) -> None:
    assert Place.given(environment) == Place(0, 1, 0, 1, 0)


def test_a_place_is_what_torchrun_says() -> None:
    assert Place.given(TORCHRUN) == Place(rank=4, size=6, local_rank=1, local_size=3, machine=1)


def test_one_process_on_each_machine_needs_no_local_numbers() -> None:
    assert Place.given({"WORLD_SIZE": "2", "RANK": "1"}) == Place(rank=1, size=2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"RANK": None}, "`RANK` is not set and must be a number up to 5"),
        ({"RANK": "6"}, "`RANK` is `6` and must be a number up to 5"),
        ({"LOCAL_RANK": "3"}, "`LOCAL_RANK` is `3` and must be a number up to 2"),
        ({"WORLD_SIZE": "many"}, "`WORLD_SIZE` is `many` and must be a number"),
        ({"LOCAL_WORLD_SIZE": "7"}, "`LOCAL_WORLD_SIZE` is `7` and must be a number up to 6"),
    ],
)
def test_variables_that_do_not_fit_are_named(change: dict[str, str | None], said: str) -> None:
    environment = {k: v for k, v in {**TORCHRUN, **change}.items() if v is not None}
    with pytest.raises(UsageError, match=f"{said}; start them with `torchrun`, or unset"):
        Place.given(environment)


def test_processes_of_a_machine_share_its_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # as torchrun sets it
    assert Place(size=3, local_size=3).threads() == 2
    assert Place(size=9, local_size=9).threads() == 1
    assert Place(size=4, local_size=1).threads() is None
    monkeypatch.setenv("OMP_NUM_THREADS", "5")  # as somebody wished
    assert Place(size=3, local_size=3).threads() is None


def test_alone_everything_is_trivial() -> None:
    module = torch.nn.Linear(2, 2)
    assert ALONE.first
    assert list(ALONE.share("abc")) == ["a", "b", "c"]
    assert ALONE.sum(2, 0.5) == (2.0, 0.5)
    assert ALONE.gather("x") == ["x"]
    assert ALONE.replicate(module) is module
    with ALONE.first_goes_ahead():
        ALONE.wait()


def test_shares_are_dealt_out_in_turn() -> None:
    shares = [list(Group(Place(rank=rank, size=3)).share(range(8))) for rank in range(3)]
    assert shares == [[0, 3, 6], [1, 4, 7], [2, 5]]


GLOO = "[/pytorch/third_party/gloo/gloo/transport/tcp/pair.cc:537] Connection closed by peer"


def test_a_lost_process_is_put_into_a_sentence() -> None:
    with (
        pytest.raises(JobError, match=r"ended, and this one cannot go on alone; try again\."),
        Group(Place(size=2)).losses_said(lambda: "try again"),
    ):
        raise RuntimeError(GLOO)


@pytest.mark.parametrize(("size", "message"), [(2, "shapes do not fit"), (1, GLOO)])
def test_other_errors_stay_what_they_are(size: int, message: str) -> None:
    with pytest.raises(RuntimeError) as caught, Group(Place(size=size)).losses_said(str):
        raise RuntimeError(message)
    assert str(caught.value) == message


def test_of_several_processes_the_first_is_heard(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for local_rank, rank in (("0", "0"), ("1", "1"), ("0", "2")):
        for name, value in {"WORLD_SIZE": "4", "LOCAL_WORLD_SIZE": "2"}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("RANK", rank)
        monkeypatch.setenv("LOCAL_RANK", local_rank)
        with one_voice():
            print(f"result {rank}")
            with speaking():
                print(f"error {rank}", file=sys.stderr)
    heard = capsys.readouterr()
    assert heard.out == "result 0\n"
    assert heard.err == "error 0\nerror 2\n", "the first of each machine"


@pytest.mark.parametrize("command", [["evaluate", "run"], ["archs"], ["show", "run"]])
def test_commands_without_shared_work_refuse_several_processes(
    command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in TORCHRUN.items():
        monkeypatch.setenv(name, value)
    done = seq2see(*command)
    assert done.code == 2
    assert done.error == (
        f"`seq2see {command[0]}` works in one process, and only train and translate work in "
        "several; start it without `torchrun`."
    )


def test_a_broken_environment_is_said_by_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "two")
    done = seq2see("train", "--out", "run", "pairs.tsv")
    assert done.code == 2
    assert "`WORLD_SIZE` is `two`" in done.error


def test_processes_that_find_nobody_say_where_they_looked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    environment: dict[str, Any] = {"WORLD_SIZE": "2", "RANK": "1", "MASTER_ADDR": "localhost"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("MASTER_PORT", raising=False)
    done = seq2see("train", "--out", "run", "builtin:copy-short")
    assert done.code == 1
    assert "do not find each other at `localhost:?`" in done.error
    assert "`--master-addr` that every machine reaches" in done.error
