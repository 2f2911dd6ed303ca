"""Evaluation of a run, with a model that copies its source word for word."""

import math

import pytest
from copier import RIGHT, TEXTS, copier

from seq2see.data.pair import Link, Pair
from seq2see.errors import DataError
from seq2see.evaluation.alignment import Alignment
from seq2see.evaluation.evaluate import evaluate, source_lengths


def copies(*texts: str) -> list[Pair]:
    return [Pair(text, text) for text in texts]


def test_a_perfect_copy() -> None:
    seen: list[int] = []
    found = evaluate(copier(), copies(*TEXTS[:3]), advance=seen.append)
    evaluation = found.evaluation
    assert found.translations == TEXTS[:3]
    assert sum(seen) == 3
    assert evaluation.num_sentences == 3
    assert evaluation.scores.bleu.score == pytest.approx(100)
    assert evaluation.scores.exact_match == 1
    assert evaluation.token_accuracy == 1
    assert evaluation.perplexity == pytest.approx(1 / RIGHT)
    assert evaluation.alignment is None
    assert evaluation.against == ()


def test_what_the_reference_says_otherwise_costs() -> None:
    # targets "a b" and "a": of their tokens a b </s> and a </s>, the copier of "a c" and "a"
    # wants a c </s> and a </s>: 4 of 5 right
    vocab = len(copier().target_tokenizer)
    found = evaluate(copier(), [Pair("a c", "a b"), Pair("a", "a")]).evaluation
    assert found.scores.exact_match == 0.5
    assert found.token_accuracy == pytest.approx(0.8)
    log_prob = 4 * math.log(RIGHT) + math.log((1 - RIGHT) / (vocab - 1))
    assert found.perplexity == pytest.approx(math.exp(-log_prob / 5), rel=1e-5)


def words(*links: tuple[int, int]) -> Alignment:
    return Alignment(frozenset(links), frozenset(links))


def test_attention_is_scored_against_gold() -> None:
    # the copier links 0-0 1-1; 0-0, 1-1, 2-2: against gold 3 of 5 are right, of 4 gold links
    gold = [words((0, 0), (1, 0)), words((0, 0), (1, 1))]
    found = evaluate(copier(), copies("a b", "a b c"), gold=gold).evaluation.alignment
    assert found is not None
    assert found.precision == pytest.approx(3 / 5)
    assert found.recall == pytest.approx(3 / 4)
    assert found.aer == pytest.approx(1 - 6 / 9)


def test_alignment_error_of_shifted_attention() -> None:
    # The copier looks at 0, 1, 2 and, for `</s>`, 3. Credited one token later: 0-1 1-2, of three
    # sure links none; one earlier: 1-0 2-1, and the row of `</s>` looks at `</s>`.
    gold = [words((0, 0), (1, 1), (2, 2))]
    found = evaluate(copier(), copies("a b c"), gold=gold).evaluation
    assert found.alignment_by_shift == {-1: 1.0, 0: 0.0, 1: 1.0}
    later = [words((0, 1), (1, 2))]
    found = evaluate(copier(), copies("a b c"), gold=later).evaluation
    assert found.alignment_by_shift == {-1: 1.0, 0: 1.0, 1: 0.0}
    assert found.to_json()["alignment"]["by_shift"] == {"-1": 1.0, "0": 1.0, "1": 0.0}
    assert found.to_json()["aer"] == 1.0
    assert evaluate(copier(), copies("a b c")).evaluation.alignment_by_shift == {}


def test_gold_of_the_pairs_is_used_where_all_have_it() -> None:
    with_gold = Pair("a b", "a b", (Link(0, 1, 0, 1), Link(2, 3, 2, 3)))
    found = evaluate(copier(), [with_gold, with_gold]).evaluation.alignment
    assert found is not None
    assert found.aer == 0
    assert evaluate(copier(), [with_gold, Pair("a", "a")]).evaluation.alignment is None


def test_two_runs_are_compared_on_the_same_pairs() -> None:
    other = copier(data__clean=("lower",))
    [bleu] = [
        one
        for one in evaluate(copier(), copies(*TEXTS), against=other).evaluation.against
        if one.name == "bleu"
    ]
    assert bleu.first == pytest.approx(100)
    assert bleu.second < 100  # it writes d for D


def test_pairs_are_cleaned_as_the_run_cleans() -> None:
    found = evaluate(copier(data__clean=("lower",)), [Pair("D D", "d D")])
    assert found.pairs[0][:2] == ("d d", "d d")
    assert found.evaluation.scores.exact_match == 1


def test_settings_of_the_call_win() -> None:
    found = evaluate(copier(), copies("a b c d"), settings={"max_length": 2})
    assert found.translations == ["a b"]


def test_nothing_to_evaluate_on_is_refused() -> None:
    with pytest.raises(DataError, match="nothing to evaluate on"):
        evaluate(copier(), [])


@pytest.mark.parametrize(("source", "target"), [("", "a"), ("a", " ")])
def test_an_empty_side_is_refused(source: str, target: str) -> None:
    with pytest.raises(DataError, match=r"x\.tsv:7 has an empty side"):
        evaluate(copier(), [Pair(source, target, None, "x.tsv:7")])


def test_gold_of_another_number_is_refused() -> None:
    with pytest.raises(DataError, match="There are 1 gold alignments for 2 pairs"):
        evaluate(copier(), copies("a", "b"), gold=[words((0, 0))])


def test_lengths_are_words_or_characters() -> None:
    assert source_lengths(copier(), [Pair("a b c", "x")]) == [3]
    chinese = copier(data__pair="zh-en")
    assert source_lengths(chinese, [Pair("汤姆 追", "x")]) == [3]


def test_scores_are_grouped_by_source_length() -> None:
    buckets = evaluate(copier(), copies("a b c d " * 4, *TEXTS[:2])).evaluation.by_length
    assert sum(bucket.count for bucket in buckets) == 3
    assert len(buckets) == 2
