"""What the documents say is so: links, commands, settings, names and recipes."""

import ast
import importlib
import re
import shlex
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
import typer.main

import seq2see
from seq2see import config
from seq2see.cli.main import app
from seq2see.models import presets
from seq2see.models.build import build
from seq2see.models.interface import Source

markdown: Any = importlib.import_module("markdown_it")  # comes with rich, without types

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
RECIPES = sorted((ROOT / "recipes").glob("*.toml"))
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
COMMANDS: Any = typer.main.get_command(app).commands  # type: ignore[attr-defined]


def tokens(page: Path) -> list[Any]:
    """Every Markdown token of a page, inline ones too."""
    parser = markdown.MarkdownIt().enable("table")
    blocks = parser.parse(page.read_text(encoding="utf-8"))
    return [one for block in blocks for one in (block, *(block.children or ()))]


def fences(page: Path, *languages: str) -> list[str]:
    return [
        one.content for one in tokens(page) if one.type == "fence" and one.info.strip() in languages
    ]


def links(page: Path) -> list[str]:
    found = (one.attrGet("href") or one.attrGet("src") for one in tokens(page))
    return [link for link in found if link and "://" not in link]


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to headings."""
    lines = tokens(page)
    headings = [
        following.content for one, following in pairwise(lines) if one.type == "heading_open"
    ]
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return {heading.replace(" ", "-") for heading in plain}


def shell_commands(text: str) -> list[list[str]]:
    """The commands of a block, as lists of words, without comments."""
    lines = text.replace("\\\n", " ").splitlines()
    parts = [part for line in lines for part in line.split(" | ")]
    split = [shlex.split(part, comments=True) for part in parts]
    return [words for words in split if words]


def written_commands() -> list[Any]:
    """Every command in the documents and recipes, with where it stands."""
    found: list[tuple[str, list[str]]] = []
    for page in PAGES:
        blocks = [*fences(page, "sh"), *fences(page, "")]
        inline = [one.content for one in tokens(page) if one.type == "code_inline"]
        starts = ("seq2see ", ".venv/bin/", "make ", "python ")
        texts = blocks + [text for text in inline if text.startswith(starts)]
        found += [
            (page.name, words)
            for text in texts
            if text.startswith((*starts, "source ", "cat "))
            for words in shell_commands(text)
        ]
    for recipe in RECIPES:
        comments = re.findall(r"^#   (seq2see .*)$", recipe.read_text(encoding="utf-8"), re.M)
        found += [(recipe.name, shlex.split(comment)) for comment in comments]
    return [pytest.param(words, id=f"{name}: {' '.join(words)}"[:90]) for name, words in found]


def problem_of(words: list[str]) -> str | None:
    """Why a command would not be understood; None if it would."""
    program, *rest = words
    program = program.removeprefix(".venv/bin/")
    match program:
        case "make":
            makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
            targets = [word for word in rest if "=" not in word]
            missing = [one for one in targets if not re.search(rf"^{one}:", makefile, re.M)]
            return f"no target {missing}" if missing else None
        case "python" | "scripts/make_configuration_docs":
            script = ROOT / (rest[0] if program == "python" else program)
            return None if script.exists() or rest[0].startswith("-") else f"no {script.name}"
        case "seq2see":
            return seq2see_problem(rest)
        case _:
            return None


def seq2see_problem(words: list[str]) -> str | None:
    while words and words[0].startswith("--"):
        words = words[1:]  # options of the program itself
    if not words or words[0] == "COMMAND":
        return None
    command = COMMANDS.get(words[0])
    if command is None:
        return f"no command {words[0]}"
    if hasattr(command, "commands"):  # a group, such as `seq2see data get`
        if words[1] not in command.commands:
            return f"no command {words[0]} {words[1]}"
        command = command.commands[words[1]]
    known = {name for one in command.params for name in one.opts} | {"--help"}
    given = [word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)]
    unknown = [name for name in given if name not in known]
    if unknown:
        return f"no option {unknown}"
    settings = [after for word, after in pairwise(words) if word == "--set"]
    keys = [one.partition("=")[0] for one in settings]
    strange = [key for key in keys if key != "KEY" and key not in setting_keys()]
    if strange:
        return f"no setting {strange}"
    # A name alone, as in "`seq2see train`", is no command to be typed.
    typed = len(words) > 1 and "--help" not in given
    options = [one.opts for one in command.params if one.required and one.opts[0][0] == "-"]
    missing = [names[0] for names in options if typed and not {*names} & {*given}]
    return f"no {missing}" if missing else None


def setting_keys() -> set[str]:
    return {*config.field_docs(), "model.arch", "model.size"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), f"{page.name} links to {link}"
        if anchor:
            assert anchor in anchors(target), f"{page.name} links to {link}"


@pytest.mark.parametrize("words", written_commands())
def test_commands_exist_with_their_options(words: list[str]) -> None:
    assert problem_of(words) is None


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        ("seq2see trian x", "no command trian"),
        ("seq2see data gte x", "no command data gte"),
        ("seq2see data get x --mirro y", "no option ['--mirro']"),
        ("seq2see train x --ut y", "no option ['--ut']"),
        ("seq2see study x --vary train.lr=1,2", "no ['--out']"),
        ("seq2see train x --set train.rl=1", "no setting ['train.rl']"),
        ("make coffee", "no target ['coffee']"),
        ("python examples/none.py", "no none.py"),
    ],
)
def test_the_check_of_commands_finds_mistakes(command: str, problem: str) -> None:
    assert problem_of(shlex.split(command)) == problem


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_parses_and_its_names_exist(page: Path) -> None:
    for code in fences(page, "python"):
        tree = ast.parse(code)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                if node.value.id == "seq2see":
                    assert node.attr in seq2see.__all__
            elif isinstance(node, ast.ImportFrom):
                module = importlib.import_module(node.module or "")
                assert all(hasattr(module, name.name) for name in node.names)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_settings_named_in_the_text_exist(page: Path) -> None:
    sections = "data|tokenizer|model|train|decode|evaluate"
    for one in tokens(page):
        if one.type != "code_inline" or one.content.endswith((".json", ".jsonl", ".safetensors")):
            continue
        if match := re.fullmatch(rf"((?:{sections})\.[a-z_.]+)(\s?=.*)?", one.content):
            assert match[1] in setting_keys(), f"{page.name}: {one.content}"


def test_configuration_page_is_up_to_date() -> None:
    """Written by the script from docstrings and presets."""
    script = ROOT / "scripts" / "make_configuration_docs"
    done = subprocess.run(
        [sys.executable, script, "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_configuration_page_names_every_key() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert [key for key in config.field_docs() if f"| `{key}` |" not in page] == []


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.stem)
def test_recipes_resolve(recipe: Path) -> None:
    resolved = config.resolve(settings=config.load(recipe))
    assert resolved.data.train
    text = recipe.read_text(encoding="utf-8")
    assert f"seq2see train --config recipes/{recipe.name} --out runs/{recipe.stem}" in text


def without_comments(block: str) -> str:
    return "\n".join(line.partition("#")[0].rstrip() for line in block.splitlines())


def tree_paths(page: Path) -> list[str]:
    """The paths of the map, in order."""
    [block] = [one for one in fences(page, "") if one.startswith("src/seq2see/\n")]
    names = [line.split()[0] for line in block.splitlines()]
    indented = [line.startswith(" ") for line in block.splitlines()]
    return [
        f"src/seq2see/{name}" if inside else name
        for name, inside in zip(names, indented, strict=True)
    ]


def test_both_readmes_say_the_same() -> None:
    english, chinese = READMES
    for kind in ("heading_open", "fence", "tr_open", "image", "list_item_open"):
        shapes = [[one.tag for one in tokens(page) if one.type == kind] for page in READMES]
        assert shapes[0] == shapes[1], kind
    for language in ("sh", "python"):
        ours, theirs = ([without_comments(one) for one in fences(p, language)] for p in READMES)
        assert ours == theirs
    assert set(links(english)) - {chinese.name} == set(links(chinese)) - {english.name}
    assert tree_paths(english) == tree_paths(chinese)


def test_the_map_names_what_there_is() -> None:
    assert [path for path in tree_paths(READMES[0]) if not (ROOT / path).exists()] == []
    line = next(one for one in fences(READMES[0], "") if "cli/" in one).splitlines()
    [commands] = [one.partition("command: ")[2] for one in line if "cli/" in one]
    assert set(commands.split(", ")) == set(COMMANDS)


def test_contributing_maps_every_module() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    package = Path(seq2see.__file__).parent
    folders = {f"{one.parent.name}/" for one in package.glob("*/__init__.py")}
    modules = {one.name for one in package.glob("*.py") if not one.name.startswith("__")}
    assert [name for name in sorted(folders | modules) if f"`{name}`" not in text] == []


def test_every_architecture_is_described() -> None:
    lineage = anchors(ROOT / "docs" / "lineage.md")
    for architecture in presets.ARCHITECTURES:
        assert architecture.name in lineage
        arxiv = architecture.paper.partition("arXiv ")[2].removesuffix(")")
        for page in (*READMES, ROOT / "docs" / "lineage.md"):
            text = page.read_text(encoding="utf-8")
            assert architecture.name in text
            assert arxiv in text


def observed_names(arch: str) -> set[str]:
    """The names that a model of three layers passes to its observer."""
    settings = {"model.num_layers": 3, "model.embed_dim": 8}
    resolved = config.resolve(arch=arch, size="tiny", settings=settings)
    model = build(resolved.model, 9, 9, max_source_length=9, shared_vocab=False).eval()
    names: set[str] = set()

    def watch(name: str, value: torch.Tensor, /) -> torch.Tensor:
        names.add(name)
        return value

    ids = torch.tensor([[4, 5, 3]])
    with torch.inference_mode():
        encoded = model.encode(Source(ids, ids > 0), watch)
        decoded = model.decode(torch.tensor([[2, 6]]), encoded, watch)
        model.output.log_probs(decoded.features, watch=watch)
    general = (re.sub(r"layers\.\d|initial\.\d", lambda m: m[0][:-1] + "N", name) for name in names)
    return {re.sub(r"\.(forward|backward)\.", ".DIRECTION.", name) for name in general}


def documented_names() -> dict[str, set[str]]:
    """The names of the tables in the lineage, by architecture."""
    found: dict[str, set[str]] = {name: set() for name in presets.names()}
    heads: list[str] = []
    page = (ROOT / "docs" / "lineage.md").read_text(encoding="utf-8")
    for line in page.partition("## Watch names")[2].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] == "name":
            heads = cells
        elif cells[0].startswith("`"):
            for arch, cell in zip(heads[2:], cells[2:], strict=True):
                if cell == "yes":
                    found[arch].add(cells[0].strip("`"))
    return found


@pytest.mark.parametrize("arch", presets.names())
def test_watch_names_are_those_that_models_pass_on(arch: str) -> None:
    assert documented_names()[arch] == observed_names(arch)


@pytest.mark.parametrize("picture", sorted((ROOT / "docs").rglob("*.svg")))
def test_pictures_need_no_network(picture: Path) -> None:
    text = picture.read_text(encoding="utf-8")
    assert "@font-face" not in text
    assert not re.search(r"url\((?!#)", text.replace('url("#', "url(#"))
    assert not re.search(r"href=.http", text)
    assert len(text) < 60_000
