"""Imports point one way, light things stay light, and public names exist."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import seq2see

ROOT = Path(seq2see.__file__).parent

# From the bottom up; a module may import its own layer and those before it. The longest name that
# fits decides, so that the presets, which are plain values, can lie below the configuration.
LAYERS = (
    "errors",
    "extras",
    "console",
    "files",
    "allocator",
    "processes",
    "machine",
    "settings",
    "schema",
    "models.presets",
    "combinations",
    "config",
    "tokens",
    "tokenizer",
    "data",
    "drawing",
    "weights",
    "models",
    "run",
    "trace",
    "decoding",
    "evaluation",
    "training",
    "views",
    "api",
    "study",
    "serve",
    "cli",
    "__main__",
)

# Must load without torch or jaxtyping: `--help`, and reading and cleaning of text.
LIGHT = (
    "__init__",
    "errors",
    "extras",
    "processes",
    "settings",
    "schema",
    "combinations",
    "config",
    "tokens",
    "models/presets",
    "data/pair",
    "data/clean",
    "data/corpus",
    "data/builtin/*",
    "drawing/*",
    "evaluation/alignment",
    "cli/*",
)

FILES = sorted(ROOT.rglob("*.py"))


def module_name(path: Path) -> str:
    """Dotted name below ``seq2see``; empty for the package itself."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path) for path in FILES}


def layer(module: str) -> int:
    names = [name for name in LAYERS if module == name or module.startswith(f"{name}.")]
    assert names, f"`{module}` has no place yet: give it one in LAYERS, and in CONTRIBUTING.md."
    return LAYERS.index(max(names, key=len))


def imports(path: Path) -> set[str]:
    """Modules of this package that a file imports, on any level."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively; write `from seq2see...`."
            base = f"{node.module}"
            for alias in node.names:
                inner = f"{base}.{alias.name}".removeprefix("seq2see.")
                found.add(f"seq2see.{inner}" if inner in MODULES else base)
    return {name.removeprefix("seq2see.") for name in found if name.startswith("seq2see.")}


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_imports_point_one_way(path: Path) -> None:
    importer = module_name(path)
    if not importer:
        return  # the public names come from everywhere
    upward = {name for name in imports(path) if layer(name) > layer(importer)}
    assert upward == set(), f"{importer} lies below {upward}"


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_public_names_exist(path: Path) -> None:
    if path.name == "__main__.py":
        return
    module = importlib.import_module(f"seq2see.{module_name(path)}".rstrip("."))
    names = list(getattr(module, "__all__", ()))
    assert len(names) == len(set(names))
    for name in names:
        assert getattr(module, name) is not None


def test_the_package_lists_every_public_name_it_defines() -> None:
    submodules = {name.partition(".")[0] for name in MODULES}
    public = {name for name in dir(seq2see) if not name.startswith("_")} - submodules
    assert public == {name for name in getattr(seq2see, "__all__", ()) if name[0] != "_"}


def loaded_by(*arguments: str) -> set[str]:
    """Top-level modules that a fresh interpreter has loaded when it ends."""
    report = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
    code = f"{report}sys.argv = ['seq2see', *{arguments[1:]!r}]\n{arguments[0]}"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stderr.split())


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_load_nothing_heavy(option: str) -> None:
    loaded = loaded_by("from seq2see.cli.main import main; main()", option)
    assert "seq2see.cli.main" in loaded
    assert loaded.isdisjoint({"torch", "jaxtyping", "numpy", "pyarrow", "tokenizers", "sacrebleu"})


def test_light_modules_load_nothing_heavy() -> None:
    light = [
        f"seq2see.{module_name(path)}".rstrip(".")
        for pattern in LIGHT
        for path in sorted(ROOT.glob(f"{pattern}.py"))
    ]
    assert len(light) >= len(LIGHT) - 1
    assert loaded_by(f"import {', '.join(light)}").isdisjoint({"torch", "jaxtyping"})
