"""Parameters and optimiser state as safetensors: no code runs on loading."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from seq2see.errors import RunError

# Bytes of the number that says how long the header of a safetensors file is.
_SIZE = 8


def parameters_of(model: nn.Module) -> dict[str, Tensor]:
    """Return every parameter once, by name; tied ones under their first name.

    So are buffers: numbers that training changes without a gradient, such as a moving average.
    """
    found = {name: parameter.detach() for name, parameter in model.named_parameters()}
    return found | dict(model.named_buffers())


def to_bytes(tensors: dict[str, Tensor], metadata: dict[str, str] | None = None) -> bytes:
    """Serialise tensors, equal ones to equal bytes."""
    cpu = {name: tensor.cpu().contiguous() for name, tensor in tensors.items()}
    content = memoryview(save(cpu, metadata=metadata))
    # safetensors writes the metadata in another order in every process: sort the header.
    begin = _SIZE + int.from_bytes(content[:_SIZE], "little")
    entries = json.loads(bytes(content[_SIZE:begin]))
    header = json.dumps(entries, sort_keys=True, separators=(",", ":")).encode()
    header += b" " * (-len(header) % _SIZE)  # keeps the tensors aligned
    return b"".join((len(header).to_bytes(_SIZE, "little"), header, content[begin:]))


def read(
    path: Path, remedy: str = "restore it from a copy"
) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Read tensors and metadata.

    Args:
        path: The file.
        remedy: What to do if it is broken, for the message.

    Raises:
        RunError: The file is missing or is not a whole safetensors file.
    """
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            return tensors, file.metadata() or {}
    except FileNotFoundError:
        raise RunError(f"`{path}` is missing; {remedy}.") from None
    except (SafetensorError, OSError) as error:
        raise RunError(
            f"`{path}` is not a readable safetensors file ({error}); {remedy}."
        ) from None


def load_parameters(model: nn.Module, tensors: dict[str, Tensor], path: Path) -> None:
    """Copy tensors into a model.

    Raises:
        RunError: A parameter is missing, unknown or of another shape, by name.
    """
    own = parameters_of(model)
    for name in sorted(own.keys() ^ tensors.keys()):
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
    optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor], names: list[str], path: Path
) -> None:
    """Put back what ``optimizer_tensors`` returned.

    Raises:
        RunError: There is state of an unknown parameter.
    """
    position = {name: index for index, name in enumerate(names)}
    state: dict[int, dict[str, Tensor]] = {}
    for label, value in tensors.items():
        name, _, key = label.rpartition(":")
        if name not in position:
            raise RunError(
                f"`{path}` has the state of an unknown parameter `{name}`; it belongs to another "
                "configuration."
            )
        state.setdefault(position[name], {})[key] = value
    content = optimizer.state_dict()
    optimizer.load_state_dict({**content, "state": state})
