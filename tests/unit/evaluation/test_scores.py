import math
import random

import numpy as np
import pytest
import sacrebleu

from seq2see.errors import DataError, UsageError
from seq2see.evaluation.scores import bleu_tokenizer, measure, score

VERSION = sacrebleu.__version__


def test_perfect_translations() -> None:
    texts = ["The cat sat on the mat.", "A second sentence, of eight words or so."]
    scores = score(texts, texts)
    assert scores.bleu.score == pytest.approx(100)
    assert scores.chrf.score == pytest.approx(100)
    assert scores.ter is not None
    assert scores.ter.score == 0
    assert scores.exact_match == 1


def test_bleu_worked_out_by_hand() -> None:
    # n-grams found: 5/5, 3/4, 2/3, 1/2, whose product is 1/4; brevity penalty exp(1 - 6/5).
    scores = score(["the cat sat on mat"], ["the cat sat on the mat"])
    assert scores.bleu.score == pytest.approx(100 * math.exp(-0.2) * 0.25**0.25)
    assert scores.ter is not None
    assert scores.ter.score == pytest.approx(100 / 6)  # one word to insert, of six


def test_bleu_clips_counts() -> None:
    # Papineni et al. 2002, example 2: `the` counts twice, as often as in the reference. The other
    # orders find nothing and are smoothed: half of 1/6, a quarter of 1/5, an eighth of 1/4.
    scores = score(["the the the the the the the"], ["the cat is on the mat"])
    product = 2 / 7 * 1 / 12 * 1 / 20 * 1 / 32
    assert scores.bleu.score == pytest.approx(100 * product**0.25)


def test_chrf_worked_out_by_hand() -> None:
    # Characters: 1 of 2; bigrams: 0 of 1; the same for precision and recall. Their mean is 1/4.
    assert score(["ab"], ["ac"]).chrf.score == pytest.approx(25)


def test_ter_counts_a_moved_phrase_as_one_edit() -> None:
    scores = score(["b c d a"], ["a b c d"])
    assert scores.ter is not None
    assert scores.ter.score == pytest.approx(25)


def test_corpus_scores_are_not_means_over_sentences() -> None:
    scores = score(["a b c d e f", "x"], ["a b c d e g", "y z"])
    assert scores.ter is not None
    assert scores.ter.score == pytest.approx(100 * (1 + 2) / (6 + 2))
    assert scores.exact_match == 0


def test_chinese_is_scored_by_character() -> None:
    # 5/6, 4/5, 3/4, 2/3: their product is 1/3.
    scores = score(["我们爱北京市"], ["我们爱北京城"], tokenize="zh")
    assert scores.bleu.score == pytest.approx(100 * (1 / 3) ** 0.25)
    assert scores.ter is not None
    assert scores.ter.score == pytest.approx(100 / 6)
    assert score(["我们爱北京市"], ["我们爱北京城"]).bleu.score == 0


def test_lowercase() -> None:
    texts, references = ["THE CAT SAT DOWN"], ["the cat sat down"]
    assert score(texts, references).bleu.score == 0
    lowered = score(texts, references, lowercase=True)
    assert lowered.bleu.score == pytest.approx(100)
    assert lowered.chrf.score == pytest.approx(100)
    assert lowered.exact_match == 1
    assert "case:lc" in lowered.bleu.signature


def test_exact_match_ignores_outer_space_only() -> None:
    assert score(["a b ", "A", "a  b"], [" a b", "a", "a b"]).exact_match == pytest.approx(1 / 3)


def test_several_reference_sets() -> None:
    scores = score(["a b c d", "e f g h"], [["a b c d", "x"], ["x", "e f g h"]])
    assert scores.bleu.score == pytest.approx(100)
    assert scores.exact_match == 1
    assert scores.bleu.signature.startswith("nrefs:2|")


def test_signatures_are_those_that_sacrebleu_prints() -> None:
    scores = score(["a"], ["a"])
    assert scores.bleu.signature == (
        f"nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:{VERSION}"
    )
    assert scores.chrf.signature == (
        f"nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:{VERSION}"
    )
    assert scores.ter is not None
    assert scores.ter.signature == (
        f"nrefs:1|case:lc|tok:tercom|norm:no|punct:yes|asian:no|version:{VERSION}"
    )
    tokenised = score(["a"], ["a"], tokenize="none", lowercase=True)
    assert "case:lc|eff:no|tok:none" in tokenised.bleu.signature


def test_agrees_with_sacrebleu_on_random_text_and_on_parts_of_it() -> None:
    generator = random.Random(3)
    words = ["a", "b", "c", "d.", "e,", "f-g"]
    texts = [" ".join(generator.choices(words, k=generator.randint(1, 9))) for _ in range(60)]
    hypotheses, references = texts[:30], texts[30:]
    measured = measure(hypotheses, references)
    for chosen in (np.arange(30), np.array([3, 3, 7])):
        part = [hypotheses[index] for index in chosen]
        sets = [[references[index] for index in chosen]]
        scores = measured.scores(chosen)
        assert scores.bleu.score == pytest.approx(sacrebleu.corpus_bleu(part, sets).score)
        assert scores.chrf.score == pytest.approx(sacrebleu.corpus_chrf(part, sets).score)
        assert scores.ter is not None
        assert scores.ter.score == pytest.approx(sacrebleu.corpus_ter(part, sets).score)
    assert measured.scores(np.zeros(30, dtype=bool)).exact_match == 0


def test_ter_can_be_left_out() -> None:
    measured = measure(["a"], ["a"], with_ter=False)
    assert measured.scores().ter is None
    assert [one.name for one in measured.measures()] == ["bleu", "chrf", "exact_match"]


def test_empty_lines_are_scored() -> None:
    scores = score(["", "a b c d"], ["x", "a b c d"])
    assert 0 < scores.bleu.score < 100
    assert score([""], [""]).exact_match == 1
    assert score([""], ["a"]).bleu.score == 0


@pytest.mark.parametrize(
    ("language", "tokenizer"),
    [
        ("zh", "zh"),
        ("zh-Hant", "zh"),
        ("ZH_tw", "zh"),
        ("ja", "char"),
        ("th", "char"),
        ("fr", "13a"),
        ("mr", "13a"),
        ("", "13a"),
        (None, "13a"),
    ],
)
def test_bleu_tokenizer(language: str | None, tokenizer: str) -> None:
    assert bleu_tokenizer(language) == tokenizer


def test_refuses_different_counts() -> None:
    with pytest.raises(DataError, match="There are 3 translations but 1 references"):
        score(["a", "b", "c"], ["a"])
    with pytest.raises(DataError, match="There are 2 translations but 1 references"):
        score(["a", "b"], [["a", "b"], ["a"]])
    with pytest.raises(DataError, match="There are 1 translations but 0 references"):
        score(["a"], [])


def test_refuses_nothing() -> None:
    with pytest.raises(DataError, match="no translations to score"):
        score([], [])


def test_refuses_an_unknown_tokenizer() -> None:
    with pytest.raises(UsageError, match=r"`13b` is not a BLEU tokenizer; did you mean `13a`\?"):
        score(["a"], ["a"], tokenize="13b")
    with pytest.raises(UsageError, match="they are 13a, intl, zh, char, none"):
        score(["a"], ["a"], tokenize="mecab")


def test_refuses_a_single_string() -> None:
    with pytest.raises(TypeError, match="must be sequences of strings, not a string"):
        score("abc", ["a", "b", "c"])
    with pytest.raises(TypeError, match="strings or sets of strings, not both"):
        score(["a"], ["a", ["a"]])
