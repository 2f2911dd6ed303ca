"""The table of heads and shifts, with heads that look at known places."""

from collections.abc import Mapping

import pytest
from copier import copier
from rich.console import Console

from seq2see.data.pair import Link, Pair
from seq2see.errors import DataError
from seq2see.evaluation.alignment import AlignmentScore, parse_pharaoh
from seq2see.evaluation.head_table import HeadTable, score_heads, tables
from seq2see.evaluation.heads import MEAN, Head

# Head 0 of layer 0 looks at the word being written, head 1 at the one before, head 0 of layer 1 at
# the one after.
HEADS = copier(layers=((0, -1), (1,)))
PAIR = Pair("a b c", "a b c")
GOLD = [parse_pharaoh("0-0 1-1 2-2")]
SPANS = tuple(Link(start, start + 1, start, start + 1) for start in (0, 2, 4))


def scored(aer: float) -> AlignmentScore:
    return AlignmentScore(aer=aer, precision=0.5, recall=0.25, num_sentences=3, num_links=8)


def table_of(errors: Mapping[Head, tuple[float, float, float]]) -> HeadTable:
    return HeadTable(
        {head: dict(zip((-1, 0, 1), map(scored, one), strict=True)) for head, one in errors.items()}
    )


def text_of(table: HeadTable) -> str:
    screen = Console(width=80, force_terminal=False, markup=False)
    with screen.capture() as capture:
        screen.print(tables(table))
    return capture.get()


def test_every_head_at_every_shift() -> None:
    found = score_heads(HEADS, [PAIR], GOLD)
    assert list(found.scores) == [Head(0, 0), Head(0, 1), Head(0), Head(1, 0), Head(1), MEAN]
    # Of the word before, in steps: a a b c(`</s>`). At shift -1, tokens 0 to 2 have a b c: right.
    assert found.aer_by_shift(Head(0, 0)) == {-1: 1.0, 0: 0.0, 1: 1.0}
    assert found.aer_by_shift(Head(0, 1))[-1] == 0.0
    # At shift 0, 0-0 0-1 1-2: one of three links right.
    assert found.aer_by_shift(Head(0, 1))[0] == pytest.approx(1 - 2 / 6)
    # Of the word after, in steps: b c `</s>` `</s>`. At shift 1, tokens 1 and 2 have b c: two
    # right links of two, and of three that are sure.
    assert found.aer_by_shift(Head(1, 0))[1] == pytest.approx(1 - 4 / 5)
    assert found.scores[Head(1)] == found.scores[Head(1, 0)]
    assert found.num_sentences == 1
    assert found.best() == Head(0, 0)
    assert found.best(-1) == Head(0, 1)
    assert found.best(1) == Head(1, 0)


def test_gold_of_the_pairs_and_of_words_give_the_same() -> None:
    told: list[int] = []
    given = score_heads(HEADS, [PAIR, PAIR], GOLD * 2, advance=told.append)
    own = score_heads(HEADS, [PAIR._replace(alignment=SPANS)] * 2)
    assert given == own
    assert sum(told) == 2


def test_pairs_without_gold_or_with_an_empty_side_are_left_out() -> None:
    pairs = [PAIR, PAIR._replace(alignment=SPANS), Pair("", "a")]
    assert score_heads(HEADS, pairs).num_sentences == 1
    unequal = copier(data__clean=("strip-punctuation", "squeeze"))
    gold = [parse_pharaoh("0-0"), GOLD[0]]
    assert score_heads(unequal, [Pair("a . b", "a b"), PAIR], gold).num_sentences == 1
    with pytest.raises(DataError, match=r"None of the 1 pairs has a gold alignment .* `--gold`"):
        score_heads(HEADS, [PAIR])
    with pytest.raises(DataError, match="There are 1 gold alignments for 2 pairs"):
        score_heads(HEADS, [PAIR, PAIR], GOLD)


def test_a_threshold_is_used() -> None:
    # The mean of layer 0 gives half to each of two words, or all where they are one.
    found = score_heads(HEADS, [PAIR], GOLD, threshold=0.5)
    # 0-0; 0-1 1-1; 1-2 2-2: three of five are right, and all that are sure.
    assert found.aer_by_shift(Head(0))[0] == pytest.approx(1 - 6 / 8)


def test_json() -> None:
    found = table_of({Head(0, 0): (0.5, 0.25, 1.0), MEAN: (0.75, 0.5, 0.5)}).to_json()
    assert found["sentences"] == 3
    assert found["best"] == {"layer": 0, "head": 0}
    assert found["maps"][0] == {
        "layer": 0,
        "head": 0,
        "aer": 0.25,
        "precision": 0.5,
        "recall": 0.25,
        "links": 8,
        "by_shift": {"-1": 0.5, "0": 0.25, "1": 1.0},
    }
    assert [one["layer"] for one in found["maps"]] == [0, None]


def test_the_table() -> None:
    text = text_of(table_of({Head(1, 0): (0.5, 0.25, 1.0), MEAN: (0.75, 0.5, 0.5)}))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert lines == [
        "Alignment error, 3 sentences",
        "layer head -1 0 +1 prec. recall",
        "1 0 50.0% 25.0% 100.0% 50.0% 25.0%",
        "all mean 75.0% 50.0% 50.0% 50.0% 25.0%",
    ]


@pytest.mark.parametrize(
    ("errors", "remark"),
    [
        ({MEAN: (0.5, 0.4, 0.4)}, None),
        (
            {MEAN: (0.5, 0.4, 0.3)},
            "attention fits the gold better when credited to the token after",
        ),
        ({Head(0, 0): (0.5, 0.4, 0.6), MEAN: (0.6, 0.5, 0.5)}, None),
        (
            {Head(0, 0): (0.1, 0.4, 0.6), MEAN: (0.6, 0.5, 0.5)},
            "layer 0, head 0 (the lowest error of all) fits the gold better when credited to the "
            "token before",
        ),
        (
            {Head(0, 0): (0.4, 0.6, 0.6), Head(0, 1): (0.5, 0.3, 0.6), MEAN: (0.6, 0.5, 0.5)},
            "1 of 3 maps fit the gold better at another shift than 0, though none as well as "
            "layer 0, head 1 does at 0.",
        ),
    ],
)
def test_a_better_shift_is_remarked_on(
    errors: dict[Head, tuple[float, float, float]], remark: str | None
) -> None:
    table = table_of(errors)
    if remark is None:
        assert table.remark is None
    else:
        assert table.remark is not None
        assert table.remark.startswith(f"Off by one: {remark}")
        assert table.remark in " ".join(text_of(table).split())
