"""Parameters and optimiser state as safetensors: no code runs on loading."""

from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from seq2see.errors import RunError


def parameters_of(model: nn.Module) -> dict[str, Tensor]:
    """Return every parameter once, by name; tied ones under their first name."""
    return {name: parameter.detach() for name, parameter in model.named_parameters()}


def to_bytes(tensors: dict[str, Tensor], metadata: dict[str, str] | None = None) -> bytes:
    """Serialise tensors."""
    cpu = {name: tensor.cpu().contiguous() for name, tensor in tensors.items()}
    return save(cpu, metadata=metadata)


def read(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Read tensors and metadata.

    Raises:
        RunError: The file is missing or is not a whole safetensors file.
    """
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            return tensors, file.metadata() or {}
    except FileNotFoundError:
        raise RunError(f"`{path}` is missing; the run cannot be used without it.") from None
    except (SafetensorError, OSError) as error:
        raise RunError(
            f"`{path}` is not a readable safetensors file ({error}); restore it from a copy, or "
            "resume training from an older checkpoint."
        ) from None


def load_parameters(model: nn.Module, tensors: dict[str, Tensor], path: Path) -> None:
    """Copy tensors into a model.

    Raises:
        RunError: A parameter is missing, unknown or of another shape, by name.
    """
    own = parameters_of(model)
    for name in own.keys() ^ tensors.keys():
        what = "lacks" if name in own else "has an unknown"
        raise RunError(f"`{path}` {what} parameter `{name}`; it belongs to another configuration.")
    with torch.no_grad():
        for name, parameter in own.items():
            if parameter.shape != tensors[name].shape:
                raise RunError(
                    f"`{path}` has `{name}` of shape {list(tensors[name].shape)}, but the "
                    f"configuration asks for {list(parameter.shape)}."
                )
            parameter.copy_(tensors[name])


def optimizer_tensors(optimizer: torch.optim.Optimizer, names: list[str]) -> dict[str, Tensor]:
    """Return the optimiser's state as ``parameter:key``; parameters in the order of ``names``."""
    state: dict[int, dict[str, Any]] = optimizer.state_dict()["state"]
    return {
        f"{names[index]}:{key}": value
        for index, entries in state.items()
        for key, value in entries.items()
        if isinstance(value, Tensor)
    }


def load_optimizer(
    optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor], names: list[str]
) -> None:
    """Put back what ``optimizer_tensors`` returned."""
    position = {name: index for index, name in enumerate(names)}
    state: dict[int, dict[str, Tensor]] = {}
    for label, value in tensors.items():
        name, _, key = label.rpartition(":")
        state.setdefault(position[name], {})[key] = value
    content = optimizer.state_dict()
    optimizer.load_state_dict({**content, "state": state})
