"""What to compute on: device and threads."""

from dataclasses import dataclass
from functools import cache

import torch

from seq2see.allocator import keep_memory
from seq2see.errors import ConfigError
from seq2see.processes import Place


@dataclass(frozen=True)
class Machine:
    """What to compute on."""

    device: str | None = None
    """``cpu`` or ``cuda``; None: a GPU where there is one, for each process of a job its own."""
    threads: int | None = None
    """Threads of the arithmetic; None: torch's choice, or a share of the machine's cores where
    several processes of a job have to share them."""

    def prepare(self) -> torch.device:
        """Set the threads, have memory kept, and return the device.

        Raises:
            ConfigError: There is no such device here, or there are fewer than processes.
        """
        place = Place.given()
        keep_memory()
        threads = self.threads or place.threads()
        if threads is not None:
            torch.set_num_threads(threads)
        name = self.device or ("cuda" if torch.cuda.is_available() else "cpu")
        if name == "cuda" and place.local_size > 1:
            name = f"cuda:{place.local_rank}"
            if torch.cuda.device_count() < place.local_size:
                raise ConfigError(
                    f"There are {place.local_size} processes on this machine, but only "
                    f"{torch.cuda.device_count()} GPUs; start one process for each, or use "
                    "`--device cpu`."
                )
        try:
            device = torch.device(name)
            torch.empty(1, device=device).cpu()
            if device.index is not None:
                torch.cuda.set_device(device)  # of everything that names none
        except (RuntimeError, AssertionError, NotImplementedError):
            raise ConfigError(
                f"The device `{name}` is not available here; use `--device cpu`."
            ) from None
        return device


@cache
def computes_bf16(device: torch.device) -> bool:
    """Whether the device has instructions for numbers of 16 bits; without, they are far slower."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return device.type == "cpu" and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def side_by_side(device: torch.device) -> int:
    """How many copies of this process would keep all its threads' cores busy; 1 on a GPU."""
    return torch.get_num_threads() if device.type == "cpu" else 1
