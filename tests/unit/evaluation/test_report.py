import json
from dataclasses import replace

import pytest
from rich.console import Console

from seq2see import console
from seq2see.evaluation.alignment import AlignmentScore
from seq2see.evaluation.bootstrap import compare, intervals
from seq2see.evaluation.by_length import by_length
from seq2see.evaluation.report import Evaluation, bar, tables
from seq2see.evaluation.scores import measure

REFERENCES = [f"the cat number {index} sat on the mat" for index in range(40)]
HALF_RIGHT = "the cat number x sat on the mat"
GOOD = [*REFERENCES[:30], *([HALF_RIGHT] * 10)]
BAD = [*REFERENCES[:5], *([HALF_RIGHT] * 35)]


def full() -> Evaluation:
    good, bad = measure(GOOD, REFERENCES), measure(BAD, REFERENCES)
    return Evaluation(
        num_sentences=len(good),
        scores=good.scores(),
        intervals=intervals(good, num_samples=50),
        token_accuracy=0.8125,
        perplexity=1234.5,
        alignment=AlignmentScore(
            aer=0.0407, precision=0.963, recall=0.954, num_sentences=40, num_links=320
        ),
        by_length=by_length(good, [7] * 30 + [60] * 10),
        against=compare(good, bad, num_samples=100),
    )


def render(evaluation: Evaluation, **names: str) -> str:
    screen = Console(width=80, force_terminal=False, markup=False)
    with screen.capture() as capture:
        screen.print(tables(evaluation, **names))
    return capture.get()


def test_json_has_the_agreed_keys() -> None:
    found = json.loads(json.dumps(full().to_json()))
    assert list(found)[:9] == [
        "sentences",
        "bleu",
        "chrf",
        "ter",
        "exact_match",
        "token_accuracy",
        "perplexity",
        "aer",
        "alignment",
    ]
    assert set(found["bleu"]) == set(found["chrf"]) == set(found["ter"]) == {"score", "signature"}
    assert found["exact_match"] == 0.75
    assert found["aer"] == found["alignment"]["aer"] == 0.0407
    assert [bucket["length"] for bucket in found["by_length"]] == ["1-10", "51+"]
    assert set(found["intervals"]) == {"bleu", "chrf", "ter", "exact_match"}
    assert found["against"]["exact_match"]["difference"] == pytest.approx(0.75 - 0.125)


def test_another_shift_that_fits_better_is_named() -> None:
    found = full()
    assert "by_shift" not in found.to_json()["alignment"]
    shifted = replace(found, alignment_by_shift={-1: 0.5, 0: 0.0407, 1: 0.02})
    assert shifted.to_json()["alignment"]["by_shift"] == {"-1": 0.5, "0": 0.0407, "1": 0.02}
    text = " ".join(render(shifted).split())
    assert "credited to the token after: 2.00% alignment error at shift +1, 4.07% at 0." in text
    assert max(map(len, render(shifted).splitlines())) <= 80
    assert "Off by one" not in render(replace(found, alignment_by_shift={-1: 0.5, 0: 0.02, 1: 0.1}))


def test_json_leaves_out_what_is_unknown_but_keeps_zero() -> None:
    measured = measure(["x"], ["y"], with_ter=False)
    unknown = Evaluation(num_sentences=1, scores=measured.scores()).to_json()
    assert set(unknown) == {"sentences", "bleu", "chrf", "exact_match", "by_length"}
    perfect = AlignmentScore(aer=0.0, precision=1.0, recall=1.0, num_sentences=1, num_links=1)
    zero = Evaluation(
        num_sentences=1, scores=measured.scores(), token_accuracy=0.0, alignment=perfect
    ).to_json()
    assert zero["token_accuracy"] == 0
    assert zero["aer"] == 0


def test_tables_fit_and_show_everything() -> None:
    shown = render(full(), name="runs/new", against="runs/[old]")
    lines = shown.splitlines()
    assert max(len(line) for line in lines) <= 80
    for line_start in ("40 sentences", "BLEU", "chrF2", "TER", "exact match", "token accuracy"):
        assert any(line.startswith(line_start) for line in lines)
    for text in (
        "75.0%",
        "81.2%",
        "1,234.50",
        "4.07%",
        "precision 96.3%, recall 95.4%",
        "tok:13a|smooth:exp|version:",
        "runs/[old]",
        "+62.5%",
        "better",
    ):
        assert text in shown
    signature = full().scores.ter
    assert signature is not None
    assert signature.signature in shown  # on one line
    assert "worse" not in shown


def test_nothing_is_read_as_markup(capsys: pytest.CaptureFixture[str]) -> None:
    console.show(tables(full(), name="runs/[bold]a", against="runs/[/b]"))
    out = capsys.readouterr().out
    assert "runs/[bold]a" in out
    assert "runs/[/b]" in out
    assert out.count("[") == 2
    assert "\x1b" not in out


def test_the_verdict_knows_that_a_lower_ter_is_better() -> None:
    good, bad = measure(GOOD, REFERENCES), measure(BAD, REFERENCES)
    worse = Evaluation(
        num_sentences=40, scores=bad.scores(), against=compare(bad, good, num_samples=100)
    )
    shown = render(worse)
    assert shown.count("worse") == 4
    assert "better" in shown  # only in the note that lower is better
    assert shown.count("better") == shown.count("lower is better")


def test_no_verdict_without_significance() -> None:
    good = measure(GOOD, REFERENCES)
    same = Evaluation(
        num_sentences=40, scores=good.scores(), against=compare(good, good, num_samples=20)
    )
    assert render(same).count("unclear") == 4


def test_tables_without_the_optional_parts() -> None:
    shown = render(
        Evaluation(num_sentences=1, scores=measure(["x"], ["y"], with_ter=False).scores())
    )
    for text in ("TER", "perplexity", "By length", "Compared", "95% interval", "alignment"):
        assert text not in shown


def test_by_length_bars_are_relative_to_the_best_bucket() -> None:
    evaluation = full()
    lines = [line for line in render(evaluation).splitlines() if "█" in line]
    assert lines[0].rstrip().endswith("█" * 20)
    # n-grams found in a wrong sentence: 7/8, 5/7, 3/6, 1/5, whose product is (1/2) ** 4.
    assert evaluation.by_length[1].bleu == pytest.approx(50)
    assert lines[1].rstrip().endswith(" " + "█" * 10)


@pytest.mark.parametrize(
    ("share", "drawn"),
    [
        (0.0, ""),
        (1.0, "████"),
        (0.5, "██"),
        (1 / 32, "▏"),
        (0.375, "█▌"),
        (31 / 32, "███▉"),
        (7.0, "████"),
        (-1.0, ""),
    ],
)
def test_bar(share: float, drawn: str) -> None:
    assert bar(share, 4) == drawn
