"""In how many bits PyTorch translates: a model beside the full one, which traces go on using.

======== ==========================================================================================
fp32     The model itself; ``auto`` is the same.
bf16     Weights in bfloat16, and arithmetic too where the device computes in it; elsewhere, where
         that would be many times slower, the rounded weights are used in float32.
int8     Large matrices in int8, see ``models.int8``; the rest as it is. On a CPU only.
======== ==========================================================================================
"""

import copy
from typing import assert_never

from seq2see.decoding.backends import Precision
from seq2see.errors import ConfigError
from seq2see.machine import computes_bf16
from seq2see.models import int8
from seq2see.models.interface import Seq2seq


def reduced(model: Seq2seq, precision: Precision) -> Seq2seq:
    """Return a model that computes the same in fewer bits; the given one is not changed.

    Args:
        model: The model, in float32, on the device where it is to work.
        precision: See the module.

    Raises:
        ConfigError: The device cannot compute so.
    """
    device = next(model.parameters()).device
    match precision:
        case "fp32" | "auto":
            return model
        case "bf16":
            rounded = copy.deepcopy(model).bfloat16()
            return rounded if computes_bf16(device) else rounded.float()
        case "int8":
            if not int8.is_available(device):
                raise ConfigError(
                    f"`precision` is `int8`, which is for processors with oneDNN, not for "
                    f"`{device.type}` here; use `bf16` or `fp32`."
                )
            return int8.with_int8(model)
        case _:
            assert_never(precision)
