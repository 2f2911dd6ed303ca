"""What to compute on: device and threads."""

from dataclasses import dataclass

import torch

from seq2see.allocator import keep_memory
from seq2see.errors import ConfigError


@dataclass(frozen=True)
class Machine:
    """What to compute on."""

    device: str | None = None
    """``cpu`` or ``cuda``; None: a GPU where there is one."""
    threads: int | None = None
    """Threads of the arithmetic; None: torch's choice."""

    def prepare(self) -> torch.device:
        """Set the threads, have memory kept, and return the device.

        Raises:
            ConfigError: There is no such device here.
        """
        keep_memory()
        if self.threads is not None:
            torch.set_num_threads(self.threads)
        name = self.device or ("cuda" if torch.cuda.is_available() else "cpu")
        try:
            device = torch.device(name)
            torch.empty(1, device=device).cpu()
        except (RuntimeError, AssertionError, NotImplementedError):
            raise ConfigError(
                f"The device `{name}` is not available here; use `--device cpu`."
            ) from None
        return device
