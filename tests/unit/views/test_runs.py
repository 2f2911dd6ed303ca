"""Pictures of runs, from what they wrote themselves."""

import re
from pathlib import Path

import fake_runs
import pytest
import svg_reading

from seq2see.errors import RunError
from seq2see.views import runs
from seq2see.views.kinds import Look


def test_learning_curves_show_what_was_measured(tmp_path: Path) -> None:
    metrics = fake_runs.learning(2000)
    svg = runs.learning(fake_runs.write_run(tmp_path / "run", metrics=metrics))
    texts = svg_reading.texts(svg)
    assert {"Loss", "BLEU on validation", "update", "luong2015 small"} <= set(texts)
    train, loss, bleu = svg_reading.pieces(svg, "path")
    counts = [len(re.findall("[ML]", line.get("d") or "")) for line in (train, loss, bleu)]
    assert counts == [40, 4, 4]  # every 50 and every 500 of 2,000 updates


def test_without_bleu_there_is_one_chart(tmp_path: Path) -> None:
    metrics = [fake_runs.log_line(50, 3.0), fake_runs.validation(50, 2.0, None)]
    svg = runs.learning(fake_runs.write_run(tmp_path / "run", metrics=metrics), Look(width=400))
    assert "BLEU on validation" not in svg_reading.texts(svg)


def test_a_run_that_measured_nothing_has_no_curves(tmp_path: Path) -> None:
    path = fake_runs.write_run(tmp_path / "run")
    with pytest.raises(RunError, match="has measured nothing yet, so there are no learning curves"):
        runs.learning(path)


def test_lengths_show_the_scores_of_the_evaluation(tmp_path: Path) -> None:
    files = {"evaluation.json": fake_runs.EVALUATION}
    svg = runs.lengths(fake_runs.write_run(tmp_path / "run", files=files))
    bars = [piece for piece in svg_reading.pieces(svg, "rect") if piece.title]
    assert [bar.title for bar in bars] == ["1-10: 40.0 BLEU, 900", "11-20: 30.0 BLEU, 600"]
    assert bars[1]["height"] == pytest.approx(bars[0]["height"] * 0.75, abs=0.02)
    said = " ".join(svg_reading.texts(svg))
    assert "All 1,500 sentences: 33.4." in said
    assert "nrefs:1 | case:mixed | eff:no | tok:13a" in said


def test_a_run_that_was_not_evaluated_says_how_to(tmp_path: Path) -> None:
    path = fake_runs.write_run(tmp_path / "run")
    expected = (
        rf"was not evaluated, so there are no scores by length; run `seq2see evaluate {path}`"
    )
    with pytest.raises(RunError, match=expected):
        runs.lengths(path)
