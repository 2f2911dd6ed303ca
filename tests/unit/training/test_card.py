import importlib
import shlex
from pathlib import Path
from typing import Any

import fake_runs
import pytest
from fake_runs import averaging, log_line, validation, write_run

from seq2see.errors import RunError
from seq2see.training.card import write_card

# Both come with other packages of the tests, and without types.
yaml: Any = importlib.import_module("yaml")
markdown: Any = importlib.import_module("markdown_it")


def card(path: Path) -> tuple[dict[str, Any], str]:
    """The head as YAML, and the text."""
    written = write_card(path)
    assert written == path / "README.md"
    empty, head, text = written.read_text(encoding="utf-8").split("---\n", 2)
    assert empty == ""
    return yaml.safe_load(head), text


def code_blocks(text: str) -> list[str]:
    tokens = markdown.MarkdownIt().enable("table").parse(text)
    return [token.content.rstrip("\n") for token in tokens if token.type == "fence"]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_run(
        tmp_path / "fr",
        settings={"data.pair": "en-no", "data.train": ["/home/me/news.tsv"]},
        metrics=[log_line(500, 5.0), validation(500, 4.5, 3.25, "x")],
        pairs=[("the cat", "katten")],
        files={"data/summary.json": fake_runs.SUMMARY, "evaluation.json": fake_runs.EVALUATION},
    )


def test_the_head_is_what_hubs_read(run: Path) -> None:
    head, _ = card(run)
    assert head["language"] == ["en", "no"]  # and not [en, False], which YAML makes of a bare no
    assert head["library_name"] == "seq2see"
    assert head["pipeline_tag"] == "translation"
    assert head["tags"] == ["seq2see", "seq2seq", "translation", "luong2015"]
    assert head["metrics"] == ["bleu", "chrf", "ter", "exact_match"]
    [result] = head["model-index"][0]["results"]
    assert head["model-index"][0]["name"] == "fr"
    assert result["dataset"]["name"] == "news.tsv"
    assert result["metrics"][0] == {
        "type": "bleu",
        "name": "BLEU",
        "value": 33.4178,
        "args": {"signature": "nrefs:1|case:mixed|eff:no|tok:13a"},
    }


def test_the_text_says_what_was_trained_on_what(run: Path) -> None:
    _, text = card(run)
    assert "translates from `en` to `no`" in text
    assert "Luong, Pham, Manning 2015 (arXiv 1508.04025)" in text
    assert "| training pairs | 118,243 |" in text
    assert "| left out: source-too-long | 812 |" in text
    assert f"`{fake_runs.SUMMARY['fingerprint']}`" in text
    assert "| updates | 500 of at most 20,000 |" in text
    assert "| weights | of update 500, the best validation |" in text
    assert "| parameters | 8,412,672 |" in text
    assert "| `train.schedule` | `inverse-sqrt` |" in text
    assert "Made with seq2see 0.1.0, torch 2.9.0." in text
    assert "/home/me" not in text


def test_scores_come_with_signatures(run: Path) -> None:
    _, text = card(run)
    assert "on 1,500 sentences" in text
    html = markdown.MarkdownIt().enable("table").render(text)
    assert "<td>33.42</td>\n<td>32.31 to 34.55</td>" in html
    assert "<code>nrefs:1|case:mixed|eff:no|tok:13a</code>" in html  # bars do not end the cell


def test_commands_can_be_pasted(run: Path) -> None:
    shell, python, again = code_blocks(card(run)[1])
    assert shell.splitlines()[1] == 'seq2see translate fr "the cat"'
    assert 'seq2see.load("fr")' in python
    assert 'translator.translate("the cat").text' in python
    assert again == "seq2see train --config fr/config.toml --out fr-again"


@pytest.mark.parametrize(
    "text", ['say "hi" for $5', "a `tick` and ```three```", "it's `x`!", "back\\slash", "मी आहे"]
)
def test_any_sentence_survives_shell_python_and_markdown(tmp_path: Path, text: str) -> None:
    name = "my `run` | 1"
    run = write_run(tmp_path / name, pairs=[("-o", "x"), ("a\tb", "x"), (text, "x")])
    shell, python, again = code_blocks(card(run)[1])
    assert shlex.split(shell.splitlines()[1]) == ["seq2see", "translate", name, text]
    assert shlex.split(again)[3:] == [f"{name}/config.toml", "--out", f"{name}-again"]
    calls: list[str] = []

    class Module:
        text = ""

        def load(self, path: str) -> "Module":
            calls.append(path)
            return self

        def translate(self, text: str) -> "Module":
            calls.append(text)
            return self

    exec(python.removeprefix("import seq2see\n"), {"seq2see": Module()})
    assert calls == [name, text]


def test_before_evaluation_it_shows_validation(tmp_path: Path) -> None:
    run = write_run(
        tmp_path / "run",
        metrics=[validation(500, 4.5, 3.25, "x"), averaging([400, 500], 4.25, best=True)],
    )
    head, text = card(run)
    assert "metrics" not in head
    assert "model-index" not in head
    assert "loss 4.25 nats per target token.\nFor a score to report, `seq2see evaluate run`" in text
    assert "| weights | mean of the checkpoints of updates 400, 500 |" in text


def test_a_run_that_has_only_begun(tmp_path: Path) -> None:
    head, text = card(write_run(tmp_path / "run"))
    assert "language" not in head
    assert "Not measured yet; `seq2see evaluate run` measures them on held-out pairs." in text
    assert "Nothing is recorded about the data." in text
    assert code_blocks(text)[0].endswith('seq2see translate run "…"')


def test_leaks_are_told(tmp_path: Path) -> None:
    summary = {**fake_runs.SUMMARY, "leaking_sources": 7}
    _, text = card(write_run(tmp_path / "run", files={"data/summary.json": summary}))
    assert "**Warning:** 7 source sentences stand in more than one split" in text


def test_hostile_names_stay_names(tmp_path: Path) -> None:
    name = "*bold* <b> [a](b) a_b_c # $x$"
    run = write_run(
        tmp_path / name,
        settings={"data.pair": "<b>-|x", "data.train": ["|`<i>.tsv"]},
        files={
            "data/summary.json": {**fake_runs.SUMMARY, "rejects": {"<b>|x": 1}},
            "evaluation.json": fake_runs.EVALUATION,
        },
    )
    head, text = card(run)
    assert head["model-index"][0]["name"] == name
    html = markdown.MarkdownIt().enable("table").render(text)
    assert "<h1>*bold* &lt;b&gt; [a](b) a_b_c # $x$</h1>" in html
    assert not {"<b>", "<i>", "<a "}.intersection(html.split())
    assert "<td>left out: &lt;b&gt;|x</td>\n<td>1</td>" in html


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be reported on"):
        write_card(tmp_path)
