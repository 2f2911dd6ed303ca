"""Other toolkits, each in a virtual environment of its own, installed from PyPI.

An environment is built once, in a cache folder, and then used again. OpenNMT-py and JoeyNMT pin
versions of PyTorch from long ago, so they are installed without what they ask for, beside the
PyTorch that seq2see is measured with.
"""

import functools
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

TORCH = "torch==2.13.0"


@dataclass(frozen=True)
class Peer:
    """A toolkit and how to install it."""

    package: str
    """What to install, without what it depends on."""
    module: str
    """What can then be imported."""
    needs: tuple[str, ...] = ()
    """What it depends on."""


PEERS = {
    "onmt": Peer(
        "OpenNMT-py==3.5.1",
        "onmt.bin.train",
        (
            TORCH,
            "configargparse",
            "ctranslate2>=4,<5",
            "fasttext-wheel",
            "flask",
            "pyahocorasick",
            "pyonmttok>=1.37,<2",
            "pyyaml",
            "rapidfuzz",
            "sacrebleu",
            "six",
            "spacy",
            "tensorboard",
            "waitress",
        ),
    ),
    "joeynmt": Peer(
        "joeynmt==2.3.0",
        "joeynmt.training",
        (
            TORCH,
            "importlib-metadata",
            "matplotlib",
            "packaging",
            "pyyaml",
            "sacrebleu",
            "sentencepiece",
            "setuptools",
            "subword-nmt",
            "tensorboard",
            "tqdm",
        ),
    ),
    "ctranslate2": Peer(
        "ctranslate2==4.8.*", "ctranslate2", ("numpy", "pyyaml", "setuptools", "tokenizers")
    ),
}


@functools.cache
def python(name: str, cache: Path) -> Path:
    """Return the interpreter of a peer's environment, built if it does not work yet."""
    peer = PEERS[name]
    folder = cache.absolute() / name
    interpreter = folder / "bin" / "python"
    if not _imports(interpreter, peer.module):
        print(f"installing {peer.package} in {folder}", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [interpreter, "-m", "pip", "install", "--quiet", "--prefer-binary"]
        if peer.needs:
            subprocess.run([*pip, *peer.needs], check=True)
        subprocess.run([*pip, "--no-deps", peer.package], check=True)
        if not _imports(interpreter, peer.module):
            raise SystemExit(f"{peer.package} was installed in {folder}, but cannot be imported.")
    return interpreter


def described(names: Sequence[str], cache: Path) -> str:
    """Say which versions are installed; they are installed if need be."""
    return ", ".join(f"{name} {_versions(python(name, cache), name)}" for name in names)


def _versions(interpreter: Path, name: str) -> str:
    """Versions of a peer and of the PyTorch beside it."""
    package = PEERS[name].package.partition("=")[0]
    packages = [package, "torch"] if TORCH in PEERS[name].needs else [package]
    program = "import importlib.metadata as m, sys; print(*map(m.version, sys.argv[1:]))"
    command = [interpreter, "-c", program, *packages]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip().replace(" ", " on torch ")


def _imports(interpreter: Path, module: str) -> bool:
    if not interpreter.exists():
        return False
    program = [interpreter, "-W", "ignore", "-c", f"import {module}"]
    return subprocess.run(program, capture_output=True, check=False).returncode == 0
