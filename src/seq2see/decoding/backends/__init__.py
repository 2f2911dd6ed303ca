"""What computes translations: PyTorch, or CTranslate2 where it can do so.

PyTorch (``torch``) does everything. CTranslate2 is several times faster on a CPU and does less:
``model_obstacle`` says which models it cannot run, and is known when a configuration is read;
``ctranslate2.search_obstacle`` says which searches.
"""

from importlib.util import find_spec
from typing import Literal, assert_never

from seq2see.config import ModelConfig, RecurrentConfig, TransformerConfig

Backend = Literal["auto", "torch", "ctranslate2"]
Precision = Literal["auto", "fp32", "bf16", "int8"]

EXTRA = "ctranslate2"
FEATURE = "The backend `ctranslate2`"


def model_obstacle(model: ModelConfig) -> str | None:
    """Say why CTranslate2 cannot run a model; None where it can."""
    match model:
        case TransformerConfig():
            return None
        case RecurrentConfig():
            return f"CTranslate2 runs only Transformers, and `{model.arch}` is recurrent"
        case _:
            assert_never(model)


def is_installed() -> bool:
    """Whether CTranslate2 is there, without importing it."""
    return find_spec(EXTRA) is not None


def described(model: ModelConfig) -> str:
    """Say what will translate with a model: the backend, and why it is not the faster one."""
    obstacle = model_obstacle(model)
    if obstacle is not None:
        return f"torch ({obstacle})"
    if not is_installed():
        return f"torch (faster after `pip install 'seq2see[{EXTRA}]'`)"
    return "ctranslate2"
