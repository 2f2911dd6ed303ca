import pytest

from seq2see.errors import DataError, UsageError
from seq2see.evaluation.by_length import by_length, word_lengths
from seq2see.evaluation.scores import measure, score


def test_word_lengths() -> None:
    assert word_lengths(["", " a ", "l'homme rit ."]) == [0, 1, 3]


def test_buckets_include_their_edges_and_leave_out_the_empty() -> None:
    lengths = [0, 1, 10, 11, 30, 51, 999]
    texts = ["a b c d"] * len(lengths)
    buckets = by_length(measure(texts, texts), lengths)
    assert [(bucket.label, bucket.count) for bucket in buckets] == [
        ("1-10", 3),
        ("11-20", 1),
        ("21-30", 1),
        ("51+", 2),
    ]
    assert (buckets[-1].low, buckets[-1].high) == (51, None)
    assert all(bucket.exact_match == 1 for bucket in buckets)


def test_each_bucket_is_scored_as_a_corpus_of_its_own() -> None:
    hypotheses = ["a b c d", "a b x d e f", "g h i j k"]
    references = ["a b c d", "a b c d e f", "g h i j l"]
    short, long = by_length(measure(hypotheses, references), [2, 5, 6], edges=(3,))
    alone = score(hypotheses[1:], references[1:])
    assert (short.count, short.exact_match) == (1, 1)
    assert short.bleu == pytest.approx(100)
    assert long.count == 2
    assert long.bleu == pytest.approx(alone.bleu.score)
    assert long.chrf == pytest.approx(alone.chrf.score)
    assert long.exact_match == 0


def test_no_edges_is_one_bucket() -> None:
    (bucket,) = by_length(measure(["a", "b"], ["a", "b"]), [1, 70], edges=())
    assert (bucket.label, bucket.count) == ("1+", 2)


def test_to_json() -> None:
    (bucket,) = by_length(measure(["a b c d"], ["a b c d"]), [60])
    assert bucket.to_json() == {
        "length": "51+",
        "low": 51,
        "high": None,
        "count": 1,
        "bleu": pytest.approx(100),
        "chrf": pytest.approx(100),
        "exact_match": 1.0,
    }


def test_refuses_different_counts() -> None:
    with pytest.raises(DataError, match="There are 1 translations but 2 source lengths"):
        by_length(measure(["a"], ["a"]), [1, 2])


@pytest.mark.parametrize("edges", [(0, 10), (10, 10), (20, 10), (-1,)])
def test_refuses_edges_that_do_not_ascend(edges: tuple[int, ...]) -> None:
    with pytest.raises(UsageError, match=r"must be whole numbers that ascend from 1, but are \["):
        by_length(measure(["a"], ["a"]), [1], edges)
