"""Several processes that work on one job, as ``torchrun`` starts them.

Environment variables tell each how many there are and which of them it is; where none is set, a
process is alone, and everything here is trivial. What several processes add up is added in the
order of their ranks, so that all of them get the same, bit for bit.
"""

import atexit
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, TypeVar, cast

from seq2see.errors import JobError, UsageError

if TYPE_CHECKING:
    from torch import nn
    from torch.distributed.distributed_c10d import Store

Value = TypeVar("Value")

# How long processes look for each other; the machines of a cluster do not start all at once.
_SEARCH = timedelta(minutes=10)
# How long one waits for the others inside an update or a validation. A process that ends is noticed
# at once; this is for a machine that vanishes without a word.
_ANSWER = timedelta(hours=1)
_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Place:
    """Where a process stands among those of its job."""

    rank: int = 0
    size: int = 1
    """Processes of the job."""
    local_rank: int = 0
    """Among those on the same machine."""
    local_size: int = 1
    """Processes on the same machine."""
    machine: int = 0
    """Number of the machine."""

    @classmethod
    def given(cls, environment: Mapping[str, str] = os.environ) -> "Place":
        """Read what ``torchrun`` or its like has set.

        Raises:
            UsageError: A variable is missing, not a number, or out of range.
        """
        announced = environment.get("WORLD_SIZE", "1")
        if announced == "1":
            return cls()

        def number(name: str, most: int | None, otherwise: str | None = None) -> int:
            text = environment.get(name, otherwise)
            if text is not None and text.isdecimal() and (most is None or int(text) <= most):
                return int(text)
            found = "is not set" if text is None else f"is `{text}`"
            rule = "a number" if most is None else f"a number up to {most}"
            raise UsageError(
                f"`WORLD_SIZE={announced}` in the environment announces several processes, but "
                f"`{name}` {found} and must be {rule}; start them with `torchrun`, or unset "
                "`WORLD_SIZE`."
            )

        size = number("WORLD_SIZE", None)
        local_size = number("LOCAL_WORLD_SIZE", size, "1")
        return cls(
            rank=number("RANK", size - 1),
            size=size,
            local_rank=number("LOCAL_RANK", local_size - 1, "0"),
            local_size=local_size,
            machine=number("GROUP_RANK", size - 1, "0"),
        )

    def threads(self) -> int | None:
        """This process's share of the machine's cores; None where nobody shares them."""
        # torchrun sets the variable to 1 unless it is set: only another value is somebody's wish.
        if self.local_size == 1 or os.environ.get("OMP_NUM_THREADS", "1") != "1":
            return None
        return max(1, len(os.sched_getaffinity(0)) // self.local_size)


class Group:
    """The processes of a job: they share work out, wait for each other, and agree.

    Args:
        place: Which of them this one is.
        store: What they leave each other messages in; None for a process alone.
    """

    joined: ClassVar["Group | None"] = None
    """The group that this process has joined, if it has."""

    def __init__(self, place: Place, store: "Store | None" = None) -> None:
        self.rank, self.size = place.rank, place.size
        self._machine = place.machine
        self._messages = store
        self._meetings = 0

    @property
    def first(self) -> bool:
        """Whether this is the process that writes and speaks for all."""
        return self.rank == 0

    def share(self, things: Iterable[Value]) -> Iterator[Value]:
        """Yield this process's part of some things; each thing is in exactly one part."""
        return islice(things, self.rank, None, self.size)

    def sum(self, *values: float | int) -> tuple[float, ...]:
        """Add up what each process has."""
        if self.size == 1:
            return tuple(map(float, values))
        import torch
        from torch import distributed

        own = torch.tensor(values, dtype=torch.float64)
        parts = [torch.empty_like(own) for _ in range(self.size)]
        distributed.all_gather(parts, own)
        return tuple(torch.stack(parts).sum(0).tolist())

    def gather(self, value: Value) -> list[Value]:
        """Return what each process has, in the order of ranks."""
        if self.size == 1:
            return [value]
        from torch import distributed

        values: list[Any] = [None] * self.size
        distributed.all_gather_object(values, value)
        return cast("list[Value]", values)

    def replicate(self, module: "nn.Module") -> "nn.Module":
        """Make gradients the mean over all processes; parameters become those of the first."""
        if self.size == 1:
            return module
        from torch.nn.parallel import DistributedDataParallel

        return DistributedDataParallel(module, gradient_as_bucket_view=True)

    def copy_from_first(self, module: "nn.Module") -> None:
        """Give every process the parameters that the first one has."""
        if self.size > 1:
            from torch import distributed

            for parameter in module.parameters():
                distributed.broadcast(parameter.detach(), src=0)

    @contextmanager
    def first_goes_ahead(self) -> Iterator[None]:
        """Let the first process through alone, however long it takes, and then the others."""
        self._meetings += 1
        if not self.first:
            self._await(f"seq2see/{self._meetings}/0")
        yield
        if self.first:
            self._leave(f"seq2see/{self._meetings}/0")

    def wait(self) -> None:
        """Go on when all have come here, however long that takes."""
        self._meetings += 1
        self._leave(f"seq2see/{self._meetings}/{self.rank}")
        for rank in range(self.size):
            self._await(f"seq2see/{self._meetings}/{rank}")

    @contextmanager
    def losses_said(self, remedy: Callable[[], str]) -> Iterator[None]:
        """Put it into a sentence when another process is gone.

        Args:
            remedy: Says what to do; the end of the sentence.

        Raises:
            JobError: Another process ended or cannot be reached any more.
        """
        try:
            yield
        except RuntimeError as error:
            if self.size == 1 or not _of_communication(error):
                raise
            raise JobError(
                f"Another process of this job ended, and this one cannot go on alone; {remedy()}."
            ) from error

    def may_speak(self) -> bool:
        """Whether no other process of this machine has said yet why the job failed."""
        if self._messages is None:
            return True
        try:
            return self._messages.add(f"seq2see/said/{self._machine}", 1) == 1
        except RuntimeError:  # nobody can be asked any more: better twice than never
            return True

    def _leave(self, message: str) -> None:
        if self._messages is not None:
            self._messages.set(message, "")

    def _await(self, message: str) -> None:
        """Wait in small steps, so that a signal is heard meanwhile."""
        while self._messages is not None and not self._messages.check([message]):
            time.sleep(_POLL_SECONDS)


ALONE = Group(Place())


def launched() -> bool:
    """Whether ``torchrun`` has started this process, perhaps as the only one."""
    return "TORCHELASTIC_RUN_ID" in os.environ


def join() -> Group:
    """Find the other processes of this job; returns at once where there is none.

    From then on, SIGTERM is an error with a message: it is how ``torchrun`` ends what is left of a
    job.

    Raises:
        UsageError: The environment variables do not fit together.
        JobError: The processes do not find each other.
    """
    if Group.joined is not None:
        return Group.joined
    place = Place.given()
    if place.size == 1:
        return ALONE
    from torch import cuda, distributed
    from torch.distributed.rendezvous import rendezvous

    try:
        store, _, _ = next(rendezvous("env://", timeout=_SEARCH))
        distributed.init_process_group(
            "cpu:gloo,cuda:nccl" if cuda.is_available() else "gloo",
            store=store,
            rank=place.rank,
            world_size=place.size,
            timeout=_ANSWER,
        )
    except (ValueError, RuntimeError) as error:
        where = ":".join(os.environ.get(name, "?") for name in ("MASTER_ADDR", "MASTER_PORT"))
        raise JobError(
            f"The {place.size} processes of this job do not find each other at `{where}` "
            f"({str(error).strip().splitlines()[0]}); give `torchrun` a `--master-addr` that every "
            "machine reaches, and a `--master-port` that is free."
        ) from error
    atexit.register(distributed.destroy_process_group)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _told_to_stop)
    Group.joined = Group(place, store)
    return Group.joined


def _told_to_stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise JobError(
        "This job was told to stop, as happens when one of its processes ends; see what ended it, "
        "and start it again."
    )


def _of_communication(error: RuntimeError) -> bool:
    """Tell whether an error came from exchanging something with another process."""
    from torch.distributed import DistError

    return isinstance(error, DistError) or "/gloo/" in str(error)


@contextmanager
def one_voice() -> Iterator[None]:
    """Silence all processes of a job but one, since they would all say the same.

    The first of the job prints results. The first of each machine may remark on them, so that what
    is wrong with one machine is seen on it.
    """
    try:
        place = Place.given()
    except UsageError:  # the command will say it
        place = Place()
    with ExitStack() as silenced:
        nothing = silenced.enter_context(Path(os.devnull).open("w", encoding="utf-8"))
        if place.rank:
            silenced.enter_context(redirect_stdout(nothing))
        if place.local_rank:
            silenced.enter_context(redirect_stderr(nothing))
        yield


@contextmanager
def aloud() -> Iterator[None]:
    """Let each process remark on its own part of the work."""
    with redirect_stderr(sys.__stderr__):
        yield


@contextmanager
def speaking() -> Iterator[None]:
    """Have said why a job failed: once on each machine, by whichever process fails first."""
    group = Group.joined
    if group is None:
        yield  # as ``one_voice`` has it
        return
    with Path(os.devnull).open("w", encoding="utf-8") as nothing, ExitStack() as heard:
        heard.enter_context(redirect_stderr(sys.__stderr__ if group.may_speak() else nothing))
        yield
