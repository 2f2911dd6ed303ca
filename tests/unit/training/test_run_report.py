import re
import time
from html.parser import HTMLParser
from pathlib import Path

import fake_runs
import pytest
from fake_runs import averaging, learning, log_line, timing, validation, write_run

from seq2see.errors import RunError
from seq2see.training.report import write_report
from seq2see.training.samples import Stage, chosen, stages

VOID = {"meta", "br", "link", "img", "input"}


class Page(HTMLParser):
    """Text by element, and whether every element is closed in its turn."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open and "script" not in self.open:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def page(path: Path) -> Page:
    written = write_report(path)
    assert written == path / "report.html"
    return Page(written.read_text(encoding="utf-8"))


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_run(
        tmp_path / "fr",
        settings={"data.pair": "en-fr", "data.train": ["/home/me/news.tsv"]},
        metrics=[
            log_line(250, 7.0),
            log_line(500, 5.0),
            validation(500, 4.5, 3.25, "la la", "x"),
            log_line(1000, 3.0),
            validation(1000, 3.125, 12.75, "le chat", "x"),
            validation(1500, 3.25, 12.0, "le chat", "y", best=False),
        ],
        timings=[timing(250, 7000), timing(500, 9000), timing(1000, 8000)],
        pairs=[("the cat", "le chat"), ("the <dog> & me", "le <chien> & moi"), ("unused", "u")],
        files={"data/summary.json": fake_runs.SUMMARY, "evaluation.json": fake_runs.EVALUATION},
    )


def test_the_head_says_what_matters(run: Path) -> None:
    text = page(run).text
    assert "fr en → fr · luong2015, size small · Luong, Pham, Manning 2015" in text
    # exp(3.125) = 22.76; the last validation was worse
    assert "Validation loss 3.125 perplexity 22.76, update 1,000" in text
    assert "Validation BLEU 12.8 greedy, update 1,000" in text
    assert "Evaluation BLEU 33.42 1,500 sentences, 95% interval 32.31 to 34.55" in text
    assert "Updates 1,500 of at most 20,000, epoch 2" in text
    assert "Training pairs 118,243 news.tsv" in text
    assert "/home/me" not in text.replace("data.train /home/me", "")  # but in the settings
    assert "Parameters 8.41M vocabulary 8,000 and 7,988" in text
    assert "Tokens per second 8,000 median; 910 MiB at most" in text


def test_samples_show_source_reference_and_progress(run: Path) -> None:
    text = page(run).text
    assert (
        "Sentence 1 update text source the cat reference le chat 500 la la "
        "1,000 to 1,500 le chat ✓ same as the reference "
        "Sentence 2 update text source the <dog> & me reference le <chien> & moi "
        "500 to 1,000 x 1,500 y Scores"
    ) in text


def test_languages_are_declared(run: Path) -> None:
    paragraphs = page(run).all("p")
    assert {one["lang"] for one in paragraphs if "lang" in one} == {"en", "fr"}
    assert {"dir": "auto"} in page(run).all("div")


def test_a_pair_that_is_no_language_is_not_declared_as_one(tmp_path: Path) -> None:
    run = write_run(
        tmp_path / "run",
        settings={"data.pair": "graphemes-pt_BR"},
        metrics=[validation(500, 4.5, 3.0, "x")],
        pairs=[("a", "b")],
    )
    assert {one["lang"] for one in page(run).all("p") if "lang" in one} == {"pt-BR"}


def test_scores_come_with_signatures(run: Path) -> None:
    text = page(run).text
    assert "BLEU 33.42 32.31 to 34.55 chrF2 57.81 TER lower is better 51.20" in text
    assert "exact match 12.3% perplexity lower is better 4.91" in text
    assert "BLEU signature nrefs:1|case:mixed|eff:no|tok:13a" in text
    assert "1-10 900 40.0 60.0 11-20 600 30.0 55.0" in text
    assert "width:75.0%" in write_report(run).read_text()  # 30 of 40


def test_data_is_accounted_for(run: Path) -> None:
    text = page(run).text
    assert "pairs 118,243 training, 2,000 validation, 1,500 test" in text
    # 812 of 118,243 + 2,000 + 1,500 + 815
    assert "source too long 812 0.7% empty source" not in text
    assert "source too long 812 0.7% empty target 3 under 0.1%" in text
    assert "Texts changed by cleaning step texts nfc 2,311 Continue" in text  # squeeze changed none
    assert fake_runs.SUMMARY["fingerprint"] in text


def test_warnings_are_shown(tmp_path: Path) -> None:
    summary = {**fake_runs.SUMMARY, "leaking_sources": 1234, "rejects": {}}
    findings = [
        {"check": "order", "severity": "warning", "message": "Sorted by length."},
        {"check": "copies", "severity": "ok", "message": "None."},
    ]
    run = write_run(
        tmp_path / "run",
        files={"data/summary.json": summary, "data/doctor.json": {"findings": findings}},
    )
    text = page(run).text
    assert "1,234 source sentences stand in more than one split" in text
    assert "No pair was left out." in text
    assert "severity check finding warning order Sorted by length." in text
    assert "copies" not in text


def test_commands_are_ready_to_paste(tmp_path: Path) -> None:
    text = page(write_run(tmp_path / "my run")).text
    assert "seq2see evaluate 'my run'" in text
    assert "seq2see train --resume --out 'my run'" in text


def test_a_run_at_its_limit_goes_on_when_told_how_far(tmp_path: Path) -> None:
    run = write_run(
        tmp_path / "run", settings={"train.max_updates": 500}, metrics=[log_line(500, 2.0)]
    )
    assert "seq2see train --resume --more 2000 --out run" in page(run).text


def test_averaged_weights_that_are_kept_are_the_best(tmp_path: Path) -> None:
    run = write_run(
        tmp_path / "run",
        metrics=[
            log_line(500, 2.0),
            validation(500, 2.0, None),
            averaging([400, 500], 1.75, best=True),
        ],
    )
    text = page(run).text
    assert "Validation loss 1.75 perplexity 5.755, mean of 2 checkpoints" in text
    assert "The mean of the checkpoints of updates 400, 500 has validation loss 1.75." in text
    assert "It was kept." in text
    assert "best weights: 2" in text  # of those that are drawn


def test_a_run_that_has_only_begun(tmp_path: Path) -> None:
    text = page(write_run(tmp_path / "run")).text
    assert "Validation not yet the first is due at update 500" in text
    assert "Curves appear here from update 50 on." in text
    assert "Translations appear here after the first validation, due every 500 updates." in text
    assert "Nothing is recorded about the data." in text


def test_a_run_before_its_first_validation(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", metrics=[log_line(50, 8.0)])
    text = page(run).text
    assert "Updates 50 of at most 20,000, epoch 1" in text
    assert text.count("Nothing has been measured yet.") == 2  # BLEU, speed


def test_a_run_without_translations(tmp_path: Path) -> None:
    run = write_run(
        tmp_path / "run",
        settings={"train.validate_sentences": 0},
        metrics=[log_line(500, 8.0), validation(500, 8.0, None)],
    )
    text = page(run).text
    assert "Not measured, since train.validate_sentences is 0." in text
    assert "None are made, since train.validate_sentences is 0." in text


def test_losses_that_are_no_numbers_are_no_obstacle(tmp_path: Path) -> None:
    run = write_run(
        tmp_path / "run",
        metrics=[log_line(50, float("nan")), validation(50, float("inf"), 0.0, "")],
        pairs=[("a", "b")],
    )
    text = page(run).text
    assert "Validation loss infinite" in text
    assert "(empty)" in text


def test_a_line_that_is_still_being_written_is_ignored(run: Path) -> None:
    with (run / "metrics.jsonl").open("a") as file:
        file.write('{"update": 2000, "lo')
    assert "Updates 1,500" in page(run).text


def test_hostile_texts_stay_texts(tmp_path: Path) -> None:
    bad = "</script></style><script>alert(1)</script><img src=x onerror=alert(1)>\"'"
    run = write_run(
        tmp_path / "<b>bold",
        settings={"data.pair": "<i>-<u>", "data.train": ["<b>.tsv"]},
        metrics=[log_line(500, 8.0), validation(500, 8.0, 1.0, bad)],
        pairs=[(bad, bad)],
        files={
            "data/summary.json": {
                **fake_runs.SUMMARY, "fingerprint": bad, "rejects": {bad: 1}, "cleaned": {bad: 1},
            },
            "data/doctor.json": {"findings": [{"check": bad, "severity": bad, "message": bad}]},
            "evaluation.json": {"sentences": 1, "bleu": {"score": 1.0, "signature": bad}},
        },
    )  # fmt: skip
    tags = [tag for tag, _ in page(run).tags]
    assert tags.count("script") == 1
    assert not {"b", "i", "u", "img"}.intersection(tags)


def test_nothing_is_fetched(run: Path) -> None:
    html = write_report(run).read_text()
    assert not re.search(r"https?://|@import|url\(", html)
    assert not {"link", "img", "iframe"}.intersection(tag for tag, _ in Page(html).tags)
    assert not any("src" in attributes for _, attributes in Page(html).tags)


def test_tables_and_pictures_are_named(run: Path) -> None:
    found = page(run)
    assert all(one.get("scope") in ("row", "col") for one in found.all("th"))
    pictures = [one for one in found.all("svg") if one.get("role") == "img"]
    ids = {one.get("id") for tag in ("title", "desc") for one in found.all(tag)}
    assert len(pictures) == 5
    for picture in pictures:
        assert set(f"{picture['aria-labelledby']}".split()) <= ids
    identities = [one["id"] for _, one in found.tags if "id" in one]
    assert len(identities) == len(set(identities))


def test_a_long_run_stays_small_and_quick(tmp_path: Path) -> None:
    validations = [
        validation(update, 3.0, 20.0, *(f"{'ज्ञानेश्वरी ' * 20}{update}" for _ in range(3)))
        for update in range(50, 20001, 50)
    ]
    run = write_run(
        tmp_path / "run",
        metrics=[*learning(20000, every=1, validate_every=10**9), *validations],
        timings=[timing(update) for update in range(1, 20001)],
        pairs=[("a", "b")] * 2000,
    )
    begun = time.process_time()
    path = write_report(run)
    assert path.stat().st_size < 210_000
    assert time.process_time() - begun < 20  # type checks of tests included
    assert "Sentence 1 388 more between these" in page(run).text


def test_stages_join_equal_neighbours() -> None:
    entries = [
        validation(1, 1.0, 1.0, "a"), validation(2, 1.0, 1.0, "a"), validation(3, 1.0, 1.0),
        validation(4, 1.0, 1.0, "b"), validation(5, 1.0, 1.0, "a"),
    ]  # fmt: skip
    assert stages(entries, 0) == [Stage(1, 2, "a"), Stage(4, 4, "b"), Stage(5, 5, "a")]
    assert stages(entries, 1) == []


def test_chosen_stages_hold_both_ends() -> None:
    every = [Stage(update, update, "") for update in range(9)]
    assert [stage.first for stage in chosen(every, 5)] == [0, 2, 4, 6, 8]
    assert chosen(every, 9) == every


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"`.*` cannot be reported on: There is no configuration"):
        write_report(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [("{", r"`.*evaluation.json` is not JSON \(.*\); restore it or delete it."),
     ("[]", r"`.*evaluation.json` must hold a JSON object; restore it or delete it.")],
)  # fmt: skip
def test_broken_files_are_named(tmp_path: Path, content: str, message: str) -> None:
    run = write_run(tmp_path / "run")
    (run / "evaluation.json").write_text(content)
    with pytest.raises(RunError, match=message):
        write_report(run)
