"""From measurements to the table, the sentences and the page, all with made-up translations."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from seq2see.evaluation.bootstrap import Interval
from seq2see.evaluation.scores import measure
from seq2see.study.data import SharedData
from seq2see.study.export import to_json
from seq2see.study.findings import findings, verdict
from seq2see.study.grid import Variation, rows
from seq2see.study.measurement import Measurement
from seq2see.study.named import NamedStudy, named
from seq2see.study.report import render
from seq2see.study.runner import Plan, Results
from seq2see.study.table import Difference, Table

SHORT, LONG = [5, 12, 20, 8], [31, 35, 44, 52]
LENGTHS = [*SHORT, *LONG]
# Shares of words that are right, by half of the test set.
Quality = tuple[float, float]


def text(length: int, right: float) -> str:
    kept = round(right * length)
    return " ".join(f"w{place}" if place < kept else "wrong" for place in range(length))


def measurement(quality: Quality, aer: float | None = None) -> Measurement:
    shares = [quality[0]] * len(SHORT) + [quality[1]] * len(LONG)
    translations = [text(length, share) for length, share in zip(LENGTHS, shares, strict=True)]
    references = [text(length, 1) for length in LENGTHS]
    score = measure(translations, references, with_ter=False).scores()
    evaluation: dict[str, Any] = {
        "bleu": score.bleu.to_json(), "chrf": score.chrf.to_json(),
        "exact_match": score.exact_match,
    }  # fmt: skip
    if aer is not None:
        evaluation["aer"] = aer
    sentences = [
        {"length": length, "translation": translation, "reference": reference}
        for length, translation, reference in zip(LENGTHS, translations, references, strict=True)
    ]
    content = {
        "parameters": 12_345, "tokens_per_second": 678.0, "tokenize": "13a", "settings": {},
        "run": "runs/a/seed-1", "vocabulary": "v", "evaluation": evaluation,
        "sentences": sentences,
    }  # fmt: skip
    return Measurement(Path("nowhere"), content)


def study(
    folder: Path,
    variations: Sequence[Variation],
    measured: Mapping[tuple[str, int], Measurement],
    *,
    failures: Mapping[tuple[str, int], str] | None = None,
    seeds: tuple[int, ...] = (1,),
    design: NamedStudy | None = None,
) -> tuple[Table, Plan]:
    common = {"model.arch": "luong2015", "model.size": "tiny"}
    data = SharedData(folder, {"train": 1000, "test": 8}, {"data.train": ["/home/me/a.tsv"]})
    found = rows(variations, common)
    plan = Plan(path=folder, data=data, rows=tuple(found), seeds=seeds, common=common, named=design)
    names = {row.label: row.name for row in found}
    results = Results(
        plan,
        {(names[label], seed): one for (label, seed), one in measured.items()},
        {(names[label], seed): why for (label, seed), why in (failures or {}).items()},
    )
    return Table.of(results), plan


def beams(*labels: str) -> list[Variation]:
    return [Variation(label, {"decode.beam_size": size + 1}) for size, label in enumerate(labels)]


def test_scores_are_means_over_seeds(tmp_path: Path) -> None:
    measured = {
        ("a", 1): measurement((1.0, 1.0), aer=0.1),
        ("a", 2): measurement((0.5, 0.5), aer=0.3),
    }
    table, _ = study(tmp_path, beams("a"), measured, seeds=(1, 2))
    [line] = table.lines
    first, second = (one.evaluation["bleu"]["score"] for one in measured.values())
    assert first == pytest.approx(100)
    assert line.scores["bleu"] == pytest.approx((100 + second) / 2)
    assert line.scores["aer"] == pytest.approx(0.2)
    # Two trainings, of which one is perfect: Student's t, with one degree of freedom, is 12.7.
    assert (line.interval.low, line.interval.high) == (0, 100)


def test_a_score_that_one_seed_lacks_is_left_out(tmp_path: Path) -> None:
    measured = {("a", 1): measurement((1.0, 1.0), aer=0.1), ("a", 2): measurement((1.0, 1.0))}
    table, _ = study(tmp_path, beams("a"), measured, seeds=(1, 2))
    assert "aer" not in table.lines[0].scores


def test_bleu_by_length_has_the_sentences_of_each_bucket(tmp_path: Path) -> None:
    table, _ = study(tmp_path, beams("a"), {("a", 1): measurement((1.0, 0.5))})
    buckets = table.lines[0].by_length
    assert [(one.label, one.count, one.mean_length) for one in buckets] == [
        ("1-10", 2, 6.5), ("11-20", 2, 16.0), ("31-40", 2, 33.0), ("41-50", 1, 44.0),
        ("51+", 1, 52.0),
    ]  # fmt: skip
    assert [round(one.bleu) for one in buckets[:2]] == [100, 100]
    assert max(one.bleu for one in buckets[2:]) < 60


def test_a_gain_is_over_the_row_before_or_the_first(tmp_path: Path) -> None:
    variations = [
        Variation("a", {"decode.beam_size": 1}),
        Variation("b", {"decode.beam_size": 2}),
        Variation("c", {"decode.beam_size": 3}, baseline="b"),
    ]
    measured = {
        (label, 1): measurement((share, share))
        for label, share in (("a", 0.4), ("b", 0.7), ("c", 1.0))
    }
    table, _ = study(tmp_path, variations, measured)
    a, b, c = table.lines
    assert table.gained(a) is None
    over_a, over_b = table.gained(b), table.gained(c)
    assert over_a is not None
    assert over_b is not None
    assert (over_a.label, over_b.label) == ("a", "b")
    assert over_b.bleu == pytest.approx(100 - b.scores["bleu"])
    assert over_b.clear


def test_half_a_study_is_a_table_too(tmp_path: Path) -> None:
    variations = [*beams("a", "b"), Variation("c", {"model.num_layers": 0})]
    table, plan = study(
        tmp_path, variations, {("b", 1): measurement((0.8, 0.8))}, failures={("a", 1): "No luck."}
    )
    assert [line.status for line in table.lines] == ["failed", "done", "failed"]
    content = json.loads(json.dumps(to_json(table, plan)))
    assert content["format"] == "seq2see-study"
    assert content["data"]["corpora"] == ["a.tsv"]
    assert [row["status"] for row in content["rows"]] == ["failed", "done", "failed"]
    assert content["rows"][0]["reason"] == "No luck."
    assert content["rows"][2]["reason"].startswith("`model.num_layers` must be at least 1")
    assert content["rows"][1]["by_length"][0] == {
        "length": "1-10", "count": 2, "mean_length": 6.5,
        "bleu": table.lines[1].by_length[0].bleu,
    }  # fmt: skip
    page = render(table, plan)
    assert "No luck." in page
    assert "/home/me" not in page


def test_a_study_without_a_result_is_a_page(tmp_path: Path) -> None:
    table, plan = study(tmp_path, beams("a", "b"), {})
    assert [line.status for line in table.lines] == ["waiting", "waiting"]
    assert findings(table, plan) == []
    page = render(table, plan)
    assert "Nothing has been measured yet." in page
    assert page.count("to come") == 3  # two rows, and the count


def figure_2(folder: Path, attention: Quality, without: Quality) -> list[str]:
    design = named("bahdanau-figure2")
    variations = design.variations({}, lambda _: (10, 10))[:2]
    measured = {
        (variations[0].label, 1): measurement(without),
        (variations[1].label, 1): measurement(attention),
    }
    table, plan = study(folder, variations, measured, design=design)
    [said, caveat] = findings(table, plan)
    assert "one seed" in caveat
    return [said]


def test_figure_2_says_which_curve_falls(tmp_path: Path) -> None:
    [said] = figure_2(tmp_path, attention=(1.0, 1.0), without=(1.0, 0.4))
    assert "`RNNenc-30, no attention` goes from 100.0 to " in said
    assert "`RNNsearch-30, attention` goes from 100.0 to 100.0 and keeps 100%." in said
    assert said.endswith("As in the paper, attention copes better with length.")
    [said] = figure_2(tmp_path, attention=(1.0, 0.4), without=(1.0, 0.9))
    assert said.endswith("Against the paper, attention does not cope better with length.")
    [said] = figure_2(tmp_path, attention=(1.0, 0.8), without=(1.0, 0.8))
    assert said.endswith("Whether attention copes better with length, these sentences cannot tell.")
    [said] = figure_2(tmp_path, attention=(1.0, 0.8), without=(0.5, 0.5))
    assert said.endswith("these sentences cannot tell.")  # ahead, and falls


def test_table_1_says_what_comes_out_and_what_does_not(tmp_path: Path) -> None:
    design = named("luong-table1")
    variations = [
        Variation("base", {"model.dropout": 0.0}),
        Variation("+ reverse", {"model.dropout": 0.1}, 1.3, "base"),
        Variation("+ dropout", {"model.dropout": 0.2}, 1.4, "+ reverse"),
        Variation("+ feeding", {"model.dropout": 0.3}, 1.3, "+ dropout"),
    ]
    measured = {
        ("base", 1): measurement((0.5, 0.5)),
        ("+ reverse", 1): measurement((0.9, 0.9)),
        ("+ dropout", 1): measurement((0.6, 0.6)),
    }
    table, plan = study(tmp_path, variations, measured, design=design)
    summary, reverse, dropout, _ = findings(table, plan)
    assert summary == ("1 of 2 steps gain as the paper says. Without a result: `+ feeding`.")
    assert reverse.endswith("the paper has +1.3: as published, as far as one seed can tell.")
    assert dropout.endswith("the paper has +1.4: against the paper, as far as one seed can tell.")


@pytest.mark.parametrize(
    ("low", "high", "bleu", "expected"),
    [
        (0.1, 2.0, 1.0, "as published"),
        (-0.1, 2.0, 1.0, "unclear: the interval holds zero"),
        (-2.0, -0.1, -1.0, "against the paper"),
    ],
)
def test_a_verdict_says_no_more_than_the_interval(
    low: float, high: float, bleu: float, expected: str
) -> None:
    gain = Difference("base", bleu, Interval(mean=bleu, low=low, high=high), num_seeds=3)
    assert verdict(gain, 1.3) == expected


def changed(one: Measurement, **content: Any) -> Measurement:
    return Measurement(one.path, {**one.content, **content})


def test_rows_with_other_references_are_not_compared(tmp_path: Path) -> None:
    plain, other = measurement((0.9, 0.9)), measurement((0.5, 0.5))
    sentences = [
        {**one, "reference": one["reference"].upper()} for one in other.content["sentences"]
    ]
    measured = {("a", 1): plain, ("b", 1): changed(other, sentences=sentences)}
    table, plan = study(tmp_path, beams("a", "b"), measured)
    assert table.gained(table.lines[1]) is None
    assert "Not compared with another row: `b`." in " ".join(findings(table, plan))


def test_tokens_of_other_vocabularies_are_not_compared(tmp_path: Path) -> None:
    one = measurement((0.9, 0.9))
    one = changed(one, evaluation={**one.evaluation, "perplexity": 7.0})
    alike, _ = study(tmp_path, beams("a", "b"), {("a", 1): one, ("b", 1): one})
    assert "perplexity" in alike.shown
    measured = {("a", 1): one, ("b", 1): changed(one, vocabulary="another")}
    table, plan = study(tmp_path, beams("a", "b"), measured)
    assert "perplexity" not in table.shown
    assert "perplexity" not in render(table, plan)


def test_validation_pairs_are_called_so(tmp_path: Path) -> None:
    table, plan = study(tmp_path, beams("a"), {("a", 1): measurement((0.9, 0.9))})
    assert "scored on the validation pairs" not in render(table, plan)
    plan = replace(plan, data=replace(plan.data, counts={"train": 1000, "valid": 8}))
    assert "rows are scored on the validation pairs" in render(table, plan)


def test_labels_are_text_on_the_page(tmp_path: Path) -> None:
    label = "<b>&`bold`"
    table, plan = study(tmp_path, beams(label), {(label, 1): measurement((0.5, 0.5))})
    page = render(table, plan)
    assert "<b>" not in page
    assert "&lt;b&gt;&amp;" in page


def test_many_rows_become_several_charts(tmp_path: Path) -> None:
    variations = [
        Variation(f"{cell} {size}", {"model.cell": cell, "decode.beam_size": size})
        for cell in ("lstm", "gru")
        for size in range(1, 7)
    ]
    measured = {(one.label, 1): measurement((0.9, 0.5)) for one in variations}
    table, plan = study(tmp_path, variations, measured)
    page = render(table, plan)
    titles = re.findall(r"<h3>(.*?)</h3>", page)
    assert titles == ["BLEU: cell=lstm", "BLEU: cell=gru"]
    assert len(set(re.findall(r'<path class="(\w+)"', page))) == 6


def test_two_settings_stand_side_by_side(tmp_path: Path) -> None:
    variations = [
        Variation(f"{cell} {size}", {"model.cell": cell, "decode.beam_size": size})
        for cell in ("lstm", "gru")
        for size in (1, 2)
    ]
    measured = {("lstm 1", 1): measurement((1.0, 1.0)), ("gru 2", 1): measurement((0.0, 0.0))}
    table, plan = study(tmp_path, variations, measured)
    crossed = re.findall(r'<div class="crossed">.*?</table>', render(table, plan))
    assert len(crossed) == 1
    cells = re.findall(r"<t[dh]\b[^>]*>([^<]*)<", re.sub(r"<span[^>]*>|</span>", "", crossed[0]))
    assert cells == ["", "1", "2", "lstm", "100.0", "–", "gru", "–", "0.0"]


def test_one_setting_does_not(tmp_path: Path) -> None:
    table, plan = study(tmp_path, beams("a", "b"), {("a", 1): measurement((1.0, 1.0))})
    assert "Side by side" not in render(table, plan)
