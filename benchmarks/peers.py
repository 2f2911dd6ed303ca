"""Other toolkits, each in a virtual environment of its own, installed from PyPI.

An environment is built once, in a cache folder, and then used again. OpenNMT-py and JoeyNMT pin
versions of PyTorch from long ago, so they are installed without what they ask for, beside the
PyTorch that seq2see is measured with.
"""

import subprocess
import sys
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
            "datasets",
            "matplotlib",
            "packaging",
            "pandas",
            "portalocker",
            "pyyaml",
            "sacrebleu",
            "seaborn",
            "sentencepiece",
            "subword-nmt",
            "tensorboard",
        ),
    ),
    "ctranslate2": Peer("ctranslate2==4.8.*", "ctranslate2", ("numpy", "pyyaml")),
}


def python(name: str, cache: Path) -> Path:
    """Return the interpreter of a peer's environment, built if it does not work yet."""
    peer = PEERS[name]
    folder = cache.absolute() / name
    interpreter = folder / "bin" / "python"
    if not _imports(interpreter, peer.module):
        print(f"installing {peer.package} in {folder}", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [interpreter, "-m", "pip", "install", "--quiet"]
        if peer.needs:
            subprocess.run([*pip, *peer.needs], check=True)
        subprocess.run([*pip, "--no-deps", peer.package], check=True)
        if not _imports(interpreter, peer.module):
            raise SystemExit(f"{peer.package} was installed in {folder}, but cannot be imported.")
    return interpreter


def version(interpreter: Path, package: str) -> str:
    """Version of a package in an environment."""
    program = f"import importlib.metadata as m; print(m.version({package!r}))"
    done = subprocess.run([interpreter, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _imports(interpreter: Path, module: str) -> bool:
    if not interpreter.exists():
        return False
    program = [interpreter, "-W", "ignore", "-c", f"import {module}"]
    return subprocess.run(program, capture_output=True, check=False).returncode == 0
